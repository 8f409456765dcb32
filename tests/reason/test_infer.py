"""Reasoning: what follows, what does not, and what contradicts the ontology."""

import json

from pyoxigraph import RdfFormat, Store
from support.commands import kg
from support.pages import BASE, stored

from kg.map import common_graphs
from kg.rdf import names
from kg.reason import infer, premises
from kg.settings import dialect

PAGES = {
    "sources/s.md": b'---\ntype: source\ntitle: S\n---\n## Key Claims\n- [fact] [[Meta]] \xe2\x80\x94 x\n## Key Quotes\n> "q" \xe2\x80\x94 [[Meta]]\n## Connections\n- contradicts: [[t]] \xe2\x80\x94 y\n',
    "sources/t.md": b"---\ntype: source\ntitle: T\n---\n",
    "entities/Meta.md": b"---\ntype: entity\nkind: org\n---\n",
}


def with_ontology(pages, tmp_path):
    store = stored(pages)
    lines, _ = common_graphs.quads(tmp_path, BASE, dialect.load("newsroom"), names.page_names(pages))
    store.load("".join(lines).encode(), format=RdfFormat.N_QUADS)
    return store


def inferred(pages, tmp_path, **options):
    found = infer.infer(with_ontology(pages, tmp_path), BASE, **options)
    store = Store()
    store.load(found.quads, format=RdfFormat.N_QUADS)
    return found, {(names.shorten(q.predicate.value), q.subject.value, q.object.value) for q in store}


def test_grades_relations_and_kinds_are_inferred(tmp_path):
    _, facts = inferred(PAGES, tmp_path)

    assert any(p == "rdf:type" and o == names.expand("nr:FactClaim") for p, _, o in facts)
    assert ("nr:conflictsWith", f"{BASE}id/t", f"{BASE}id/s") in facts
    assert ("nr:contradictedBy", f"{BASE}id/t", f"{BASE}id/s") in facts
    assert ("rdf:type", f"{BASE}id/Meta", names.expand("nr:SpeakingSubject")) in facts


def test_contradicts_itself_is_not_turned_round(tmp_path):
    _, facts = inferred(PAGES, tmp_path)

    assert ("nr:contradicts", f"{BASE}id/t", f"{BASE}id/s") not in facts


def test_nothing_is_inferred_about_the_ontology_or_from_text(tmp_path):
    found, facts = inferred(PAGES, tmp_path)

    assert all(subject.startswith(BASE) for _, subject, _ in facts)
    assert found.count == len(facts)
    assert found.findings == ()


def test_the_strict_module_finds_the_concept_that_speaks(tmp_path):
    pages = {**PAGES, "entities/Meta.md": b"---\ntype: concept\n---\n"}

    (finding,) = inferred(pages, tmp_path, strict=True)[0].findings
    (page,) = finding.related

    assert (finding.rule, finding.focus) == ("inconsistent", f"{BASE}id/Meta")
    assert finding.message == (
        "'Meta' is a concept (as its page says) and a speaking subject (it is nr:claimant of 'x'), "
        "which the ontology says are disjoint"
    )
    assert str(finding.span) == "sources/s.md:6:12"
    assert (str(page.span), page.words) == ("entities/Meta.md:2:1", "'Meta' is a concept here")


def test_every_property_of_a_provenance_graph_is_silent(tmp_path):
    store = with_ontology(PAGES, tmp_path)
    places = {str(q.predicate) for q in store if q.graph_name.value.startswith(f"{BASE}prov/")}

    assert places
    assert places <= premises.silent(store)


def test_a_contradiction_is_remembered_whole(tmp_path):
    pages = {**PAGES, "entities/Meta.md": b"---\ntype: concept\n---\n"}
    findings = inferred(pages, tmp_path, strict=True)[0].findings

    assert tuple(infer._finding(json.loads(json.dumps(infer._record(one)))) for one in findings) == findings


def test_what_was_inferred_is_remembered_for_the_engine_with_the_places_of_contradictions(tmp_path):
    wiki = tmp_path / "wiki"
    for path, text in {**PAGES, "entities/Meta.md": b"---\ntype: concept\n---\n"}.items():
        (wiki / path).parent.mkdir(parents=True, exist_ok=True)
        (wiki / path).write_bytes(text)
    kg("--store", tmp_path / "store", "ingest", wiki, code=0)

    first, again, reference = (
        kg("--store", tmp_path / "store", "reason", "--strict", *words, code=1)
        for words in ([], [], ["--engine", "owlrl"])
    )

    assert "'Meta' is a concept (as its page says)" in first.stdout
    assert (again.stdout, again.stderr) == (first.stdout, first.stderr)
    assert "sources/s.md:6:12" in first.stdout
    assert "entities/Meta.md:2:1" in reference.stdout
    assert "Disjoint classes" in reference.stdout
