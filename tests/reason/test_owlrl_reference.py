"""
The fast reasoner against owlrl: the same inferences, the same things in contradiction.

What owlrl does otherwise than the W3C's tables say is kept out of the random cases, and named in
docs/decisions/0016-a-reasoner-of-rules.md: keys (it leaves out the last property), AllDifferent and
AllDisjointProperties (the last member), the class in place of the member in errors about complements, plain texts and
tagged ones without a datatype, literals in their canonical form, lists of which a member is the same as another.
"""

import owlrl
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from owlrl.Namespaces import ERRNS
from rdflib import term
from support.cases import filled, on_disk
from support.pages import BASE
from support.places import EXAMPLES
from support.tier import CASES
from support.triples import EX, told, triples

from kg.reason import infer, owlrl_reference
from kg.reason.closure import Listed, closure
from kg.reason.proof import contradictions

CLASSES = [f":C{at}" for at in range(5)]
PROPERTIES = [f":p{at}" for at in range(4)]
THINGS = [f":i{at}" for at in range(4)]
VALUES = [*THINGS, "1", "'x'@en"]


@st.composite
def axioms(draw):
    """Return one axiom in Turtle."""
    c, d = draw(st.sampled_from(CLASSES)), draw(st.sampled_from(CLASSES))
    p, q = draw(st.sampled_from(PROPERTIES)), draw(st.sampled_from(PROPERTIES))
    v, thing = draw(st.sampled_from(VALUES)), draw(st.sampled_from([*CLASSES, "owl:Thing", "xsd:integer"]))
    some = " ".join(draw(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=3, unique=True)))
    way = " ".join(draw(st.lists(st.sampled_from(PROPERTIES), min_size=1, max_size=3)))
    things = " ".join(draw(st.lists(st.sampled_from(THINGS), min_size=1, max_size=2)))
    kind = draw(st.sampled_from(["Symmetric", "Transitive", "Functional", "InverseFunctional"]))
    return draw(st.sampled_from([
        f"{c} rdfs:subClassOf {d} .", f"{p} rdfs:subPropertyOf {q} .", f"{p} rdfs:domain {c} .",
        f"{p} rdfs:range {c} .", f"{p} owl:inverseOf {q} .", f"{p} a owl:{kind}Property .",
        f"{c} owl:onProperty {p} ; owl:hasValue {v} .", f"{c} owl:onProperty {p} ; owl:someValuesFrom {thing} .",
        f"{c} owl:onProperty {p} ; owl:allValuesFrom {d} .", f"{c} owl:intersectionOf ({some}) .",
        f"{c} owl:unionOf ({some}) .", f"{c} owl:oneOf ({things}) .", f"{c} owl:equivalentClass {d} .",
        f"{p} owl:equivalentProperty {q} .", f"{p} owl:propertyChainAxiom ({way}) .", f"{c} owl:disjointWith {d} .",
        f"[] a owl:AllDisjointClasses ; owl:members ({some}) .", f"{c} a owl:Class .", f"{p} a owl:ObjectProperty .",
        f"{c} owl:onProperty {p} ; owl:maxCardinality '1'^^xsd:nonNegativeInteger .",
        f"{c} owl:onProperty {p} ; owl:onClass {thing} ; owl:maxQualifiedCardinality '1'^^xsd:nonNegativeInteger .",
    ]))  # fmt: skip


@st.composite
def statements(draw):
    """Return one fact in Turtle, now and then one about equality or a property."""
    x, y = draw(st.sampled_from([*THINGS, "_:b"])), draw(st.sampled_from(THINGS))
    p, q = draw(st.sampled_from(PROPERTIES)), draw(st.sampled_from(PROPERTIES))
    fact = f"{x} {p} {draw(st.sampled_from(VALUES))} ."
    kind = f"{x} a {draw(st.sampled_from(CLASSES))} ."
    return draw(st.sampled_from([fact] * 4 + [kind] * 3 + [f"{y} owl:sameAs {x} .", f"{p} rdfs:subPropertyOf {q} ."]))


def by_owlrl(ontology, facts):
    """Return what owlrl infers of the wiki, and the members of disjoint classes."""
    graph = rdflib.Graph()
    graph.parse(data="".join(f"{s} {p} {o} .\n" for s, p, o in [*ontology, *facts]), format="nt")
    stated = set(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    new = {tuple(term.n3() for term in triple) for triple in set(graph) - stated}
    errors = {f"<{str(words).split()[-1]}>" for words in graph.objects(None, ERRNS.error)}
    return {triple for triple in new if infer._tells(triple, EX)}, {one for one in errors if one.startswith(f"<{EX}")}


@settings(max_examples=CASES // 4)
@given(st.lists(axioms(), min_size=1, max_size=6), st.lists(statements(), min_size=1, max_size=7))
def test_random_ontologies_entail_the_same_of_random_facts(some_axioms, some_facts):
    ontology, facts = triples("\n".join(some_axioms)), triples("\n".join(some_facts))
    expected, errors = by_owlrl(ontology, facts)

    whole = closure(ontology, Listed(facts))

    assert told(whole) == expected
    members = {body[0][1] for _, body in contradictions(whole)}
    assert {one for one in members if one.startswith(f"<{EX}")} == errors


def both(quads, *, strict):
    """Hold the two engines against each other on a store."""
    fast, slow = (infer.infer(quads, BASE, strict=strict, engine=engine) for engine in infer.ENGINES)
    assert fast.quads == slow.quads
    assert {finding.focus for finding in fast.findings} == {finding.focus for finding in slow.findings}
    assert fast.count > 0
    return fast


def test_the_reference_leaves_rdflib_as_it_was(tmp_path):
    before = dict(term._toPythonMapping)
    owlrl_reference.close(filled({"a.md": b"# A\n"}, tmp_path), BASE, "<urn:a> a <urn:B> .")

    assert dict(term._toPythonMapping) == before


def test_both_engines_infer_the_same_of_a_small_wiki_with_a_contradiction(tmp_path):
    page = b"---\ntype: concept\n---\nAn idea.\n"
    quote = b'---\ntype: source\ntitle: S\n---\n## Key Quotes\n> "q" \xe2\x80\x94 [[Idea]]\n## Connections\n- funded_by: [[Idea]] \xe2\x80\x94 y\n'

    assert len(both(filled({"concepts/Idea.md": page, "sources/s.md": quote}, tmp_path), strict=True).findings) == 1


@pytest.mark.full
def test_both_engines_infer_the_same_of_the_example(tmp_path):
    both(filled(on_disk(EXAMPLES / "open-source-ai"), tmp_path), strict=False)


@pytest.mark.full
@pytest.mark.parametrize(
    "name",
    [
        "ekgardt-knowledge",
        "newsroom-2026-08",
        "newsroom-2026-09-partial",
        "okf-acme-retail",
        "okf-ga4",
        "waytid-newsroom",
    ],
)
def test_both_engines_infer_the_same_of_real_wikis(name, shared):
    folder = shared / "corpora" / name
    root = folder / "wiki" if (folder / "wiki").is_dir() else folder

    both(filled(on_disk(root), root), strict=True)
