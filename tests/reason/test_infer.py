"""Reasoning: what follows, what does not, and what contradicts the ontology."""

from pyoxigraph import RdfFormat, Store
from support.pages import BASE, stored

from kg.map import common_graphs
from kg.rdf import names
from kg.reason import infer
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

    found, _ = inferred(pages, tmp_path, strict=True)

    assert {(f.rule, f.span.path, f.focus) for f in found.findings} == {
        ("inconsistent", "entities/Meta.md", f"{BASE}id/Meta")
    }
