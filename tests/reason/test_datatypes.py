"""Literals: the datatypes that they belong to, values that differ for certain, and what cannot be a value of a datatype."""

import pytest
from pyoxigraph import Literal

from kg.rdf import names
from kg.reason import datatypes, rule_file

WIDER = rule_file.load().wider


def xsd(value, name):
    return f'"{value}"^^<{names.expand(f"xsd:{name}")}>'


def named(name):
    return f"<{names.expand(name)}>"


@pytest.mark.parametrize(
    ("literal", "name"),
    [('"a"', "xsd:string"), ('"a"@en', "rdf:langString"), (xsd(1, "byte"), "xsd:byte"), ('"a\\"^^<b>"', "xsd:string")],
)
def test_the_datatype_of_a_literal(literal, name):
    assert datatypes.datatype(literal) == named(name)


def test_a_byte_is_all_that_it_is_within():
    assert datatypes.chain(named("xsd:byte"), WIDER) == [
        named(f"xsd:{name}") for name in ("byte", "short", "int", "long", "integer", "decimal")
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ('"a"', '"b"', True),
        ('"a"@en', '"a"@de', True),
        ('"a"', '"a"@en', True),
        (xsd(1, "integer"), xsd("1.0", "decimal"), False),
        (xsd(1, "integer"), xsd(2, "byte"), True),
        (xsd("x", "integer"), xsd(2, "byte"), False),
        (xsd("2026-01-01", "date"), xsd("2026", "gYear"), True),
        (xsd("2026-01-01Z", "date"), xsd("2026-01-01+00:00", "date"), False),
        (xsd("1", "boolean"), xsd("true", "boolean"), False),
        ('"a"^^<https://wiki.example/own>', '"b"', False),
    ],
)
def test_values_that_differ_for_certain(one, other, expected):
    assert datatypes.differ(one, other, WIDER) == expected


@pytest.mark.parametrize(
    ("literal", "name", "expected"),
    [
        ('"a"', "xsd:integer", True),
        (xsd(1, "decimal"), "xsd:integer", False),
        (xsd(1, "byte"), "xsd:string", True),
        ('"a"', "rdfs:Literal", False),
    ],
)
def test_what_cannot_be_a_value(literal, name, expected):
    assert datatypes.misfit(literal, named(name), WIDER) == expected


def test_a_literal_is_read_as_it_is_written():
    assert datatypes.literal(str(Literal('a\n"b"', language="en"))) == Literal('a\n"b"', language="en")
