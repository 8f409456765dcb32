"""What a server does not hold of a literal is what the table says, and nothing else."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.endpoint import servers
from kg.publish import held_forms
from kg.rdf import names
from kg.settings.endpoint_settings import EndpointSettings

VIRTUOSO = held_forms.FORMS["virtuoso"]


def typed(value, kind):
    return ox.Literal(value, datatype=ox.NamedNode(names.expand(f"xsd:{kind}")))


# What it is, and what is given back.
CHANGED = [
    (typed("01", "integer"), typed("1", "integer")),
    (typed("-0", "integer"), typed("0", "integer")),
    (typed("+5", "integer"), typed("5", "integer")),
    (typed("12345678901234567890123", "integer"), typed("12345678901234567890123", "decimal")),
    (typed("2147483648", "integer"), typed("2147483648", "decimal")),
    (typed("1.50", "decimal"), typed("1.5", "decimal")),
    (typed("-0.50", "decimal"), typed("-0.5", "decimal")),
    (typed("1", "boolean"), typed("true", "boolean")),
    (typed("0", "boolean"), typed("false", "boolean")),
]
SAME = [
    typed("7", "integer"), typed("-2147483647", "integer"), typed("2147483647", "integer"), typed("1.5", "decimal"), typed("true", "boolean"),
    typed("2026-03-01", "date"), typed("2026-03", "gYearMonth"), typed("2026", "gYear"), typed("nope", "date"),
    typed("http://a b/", "anyURI"), ox.Literal("a", language="en-gb"), ox.Literal("a", language="zh-hans-cn"), ox.Literal(""),
    ox.Literal("x" * 200_000), ox.Literal("\u00e9\U0001f600\u0007\u0001\u007f\ufffe"), ox.Literal('a\r\nb\tc"\\'),
    ox.Literal("e\u0301"), ox.Literal(" a "), ox.NamedNode("https://x.example/\u00e9/%C3%A9?a=b&c#d"), ox.NamedNode(f"urn:{'y' * 1_800}"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "given_back"), CHANGED)
def test_a_form_is_given_back_as_another_and_named(term, given_back):
    found, named = held_forms.held(term, VIRTUOSO)

    assert found == given_back
    assert named


@pytest.mark.parametrize("term", SAME)
def test_everything_else_stays(term):
    assert held_forms.held(term, VIRTUOSO) == (term, ())


NUMBERS = st.from_regex(r"[+-]?[0-9]{1,25}(\.[0-9]{0,9})?", fullmatch=True, alphabet="+-.0123456789")


@given(NUMBERS, st.sampled_from(["integer", "decimal", "boolean", "string", "date"]))
def test_what_is_given_back_has_the_same_value_and_stays_then(value, kind):
    found, _ = held_forms.held(typed(value, kind), VIRTUOSO)

    assert held_forms.held(found, VIRTUOSO) == (found, ())
    if kind in ("integer", "decimal") and found.value != value:
        from decimal import Decimal

        assert Decimal(found.value) == Decimal(value)


@pytest.mark.full
def test_virtuoso_gives_back_what_the_table_says(virtuoso):
    endpoint = servers.endpoint_of(EndpointSettings(virtuoso.query, server="virtuoso"), dict(virtuoso.credentials))
    node, got = ox.NamedNode("urn:s"), {}
    terms = [*SAME, *(term for term, _ in CHANGED)]
    for number, term in enumerate(terms):
        lines = ox.serialize([ox.Triple(node, node, term)], format=ox.RdfFormat.N_TRIPLES)
        endpoint.put_graph(f"urn:g:{number}", lines)
        got[term] = [triple.object for triple in endpoint.get_graph(f"urn:g:{number}")]
    endpoint.close()

    assert got == {term: [held_forms.held(term, VIRTUOSO)[0]] for term in terms}
