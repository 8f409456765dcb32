"""Every rule at a foreign store: the findings of the local check, place by place and word by word, whatever its limits."""

import pyoxigraph as ox
import pytest
from support.cases import RULES, laid_out, packed
from support.foreign_store import questions
from support.pages import BASE

from kg.check import validate
from kg.model.kg_error import KgError
from kg.remote_check import check_at_store
from kg.remote_check.remote_quads import RemoteQuads
from kg.shacl.terms import iri


@pytest.fixture(scope="module")
def faulty():
    """A store of pages that break every rule but those of bundles, and what the local check says of it."""
    store = laid_out(packed(RULES)[0])
    return store, validate.validate(store, BASE)


def at_store(store, **limits):
    """Return the report of a check at a store with these limits, how the work was shared, and the endpoint."""
    asked = questions(store, **limits)
    remote = RemoteQuads(asked, BASE)
    checking = check_at_store.CheckAtStore(remote)
    report = validate.validate(check_at_store.as_store(remote), BASE, source=checking.raw)
    return report, checking.shared(), asked.endpoint


def same(report, local):
    """Tell whether two reports say the same: findings with places, words, other places and edits, and what is silenced."""
    return [
        name
        for name in (
            "conforms",
            "findings",
            "not_applicable",
            "suppressed",
            "unpromised",
            "off",
            "shapes",
            "checked",
            "notes",
        )
        if getattr(report, name) != getattr(local, name)
    ]


def test_the_findings_at_the_store_are_those_of_the_local_check(faulty):
    store, local = faulty

    report, shared, endpoint = at_store(store)

    assert len(local.findings) > 150
    assert same(report, local) == []
    assert sorted(map(str, report.results)) == sorted(map(str, local.results))
    assert shared.at_store >= 0.85 * shared.constraints
    assert shared.copied == ()
    # a request for each rule and for each step to a place, none for each finding
    assert shared.requests == len(endpoint.asked) < 500


@pytest.mark.full
@pytest.mark.parametrize(
    "limits", [{"rows": 40, "terms": 25}, {"terms": 60, "characters": 4_000}, {"lacks": ["REGEX", "HAVING"]}]
)
def test_whatever_the_limits_of_the_store_are_the_findings_are_the_same(faulty, limits):
    store, local = faulty

    report, shared, _ = at_store(store, **limits)

    assert same(report, local) == []
    assert shared.at_store > 20


@pytest.mark.full
def test_what_the_store_refuses_is_named_and_checked_here(faulty):
    store, local = faulty

    report, shared, _ = at_store(store, refused=["nr:declaresSource", "HAVING"])

    assert same(report, local) == []
    assert any("the store refused a query: 400" in why for why in shared.here)
    assert any(
        line.startswith("checked here, on a part that was fetched: ") for line in check_at_store.lines_of(shared)
    )


def test_a_store_that_dies_is_an_error_and_no_report(faulty):
    store, _ = faulty
    asked = questions(store)
    asked.endpoint.dead = True
    remote = RemoteQuads(asked, BASE)

    with pytest.raises(KgError, match="cannot be reached"):
        validate.validate(check_at_store.as_store(remote), BASE, source=check_at_store.CheckAtStore(remote).raw)


@pytest.mark.full
@pytest.mark.parametrize(
    ("graph", "prop", "why"),
    [
        ("https://elsewhere.example/graph/one", "slug", "the store has nr:slug in graphs of others, too"),
        (f"{BASE}graph/inferred", "slug", "the store has what was inferred beside what is stated"),
    ],
)
def test_graphs_that_are_not_the_wikis_own_change_nothing(faulty, graph, prop, why):
    store, local = faulty
    mixed = ox.Store()
    mixed.bulk_extend(store)
    page = next(quad for quad in store if quad.predicate == iri("nr:slug"))
    for subject in (page.subject, ox.NamedNode("https://elsewhere.example/one")):
        mixed.add(ox.Quad(subject, iri(f"nr:{prop}"), ox.Literal("more"), ox.NamedNode(graph)))
        mixed.add(ox.Quad(subject, iri("rdf:type"), iri("nr:Link"), ox.NamedNode(graph)))

    report, shared, _ = at_store(mixed)

    assert same(report, local) == []
    assert shared.copied == (why,)


@pytest.mark.full
def test_a_store_without_the_ontology_is_checked_with_the_one_here(faulty):
    store, local = faulty
    bare = ox.Store()
    bare.bulk_extend(quad for quad in store if quad.graph_name != ox.NamedNode(f"{BASE}graph/ontology"))

    report, shared, _ = at_store(bare)

    assert same(report, local) == []
    assert "it reads rdfs:subClassOf, and the store lacks the ontology" in shared.here
