"""The W3C SHACL suite through the fast engine: the files, not the manifests, for some stand in no manifest."""

from pathlib import Path
from urllib.parse import unquote, urlparse

import pyoxigraph as ox
import pytest
from support.places import SHARED

from kg.model.finding import KgError
from kg.shacl import data, run_shapes, shapes_graph
from kg.shacl import results as report
from kg.shacl.terms import TYPE, iri

SUITE = SHARED / "w3c/shacl"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
# The ratchet: what fails, by name. It may only get shorter, and it is empty.
FAILS = frozenset()
COMPARED = [
    iri(f"sh:{name}")
    for name in (
        "focusNode", "resultPath", "value", "resultSeverity", "sourceConstraintComponent", "sourceConstraint",
        "sourceShape",
    )
]  # fmt: skip
MESSAGE = iri("sh:resultMessage")


def validates(path):
    return "sht:Validate" in path.read_text(encoding="utf-8")


TESTS = sorted(
    path.relative_to(SUITE).as_posix()
    for path in SUITE.rglob("*.ttl")
    if path.name != "manifest.ttl" and validates(path)
)


def one(found):
    (only,) = found
    return only


class Case:
    """A test of the suite: its graph, what is validated with what, and what must come of it."""

    def __init__(self, path):
        self.triples = list(data.triples([path]))
        self.graph = shapes_graph.read(self.triples)
        test = one(self.graph.subjects(TYPE, ox.NamedNode(SHT + "Validate")))
        self.expected = one(self.graph.objects(test, ox.NamedNode(MF + "result")))
        action = one(self.graph.objects(test, ox.NamedNode(MF + "action")))
        self.data, self.shapes = (self.file(action, name) for name in ("dataGraph", "shapesGraph"))

    def file(self, action, name):
        return Path(unquote(urlparse(one(self.graph.objects(action, ox.NamedNode(SHT + name))).value).path))

    def report(self):
        facts = list(data.triples([self.data]))
        return run_shapes.validate(
            data.fill(facts), shapes_graph.read(facts if self.data == self.shapes else data.triples([self.shapes]))
        )


def canonical(found, node, *, messages):
    """Return a report as sorted lines, blank nodes named by the graph's form: equal for equal graphs."""
    kept = [(node, iri("sh:conforms"), value) for value in found.objects(node, iri("sh:conforms"))]
    for result in found.objects(node, iri("sh:result")):
        kept.append((node, iri("sh:result"), result))
        for word in [*COMPARED, *([MESSAGE] if messages else [])]:
            for value in found.objects(result, word):
                kept.append((result, word, value))
                if word == iri("sh:resultPath"):
                    kept += below(found, value)
    lines = ox.Dataset(ox.Quad(*triple) for triple in kept)
    lines.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, lines))


def below(found, node):
    if isinstance(node, ox.BlankNode):
        for word, values in found.about.get(node, {}).items():
            for value in values if word != TYPE else ():
                yield node, word, value
                yield from below(found, value)


def test_the_suite_is_whole(shared):
    assert shared.is_dir()
    assert [sum(name.startswith(part) for name in TESTS) for part in ("core/", "sparql/")] == [98, 23]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.xfail] if name in FAILS else []) for name in TESTS]
)
def test_the_fast_engine_gives_the_report_that_the_suite_expects(name, shared):
    case = Case(shared / "w3c/shacl" / name)
    if case.expected == ox.NamedNode(SHT + "Failure"):
        with pytest.raises(KgError, match="the shapes cannot be used: "):
            case.report()
        return
    found = case.report()
    assert found.refused == ()

    said = shapes_graph.read(
        (quad.subject, quad.predicate, quad.object)
        for quad in ox.parse(report.turtle(found).encode(), format=ox.RdfFormat.TURTLE)
    )
    got = one(said.subjects(TYPE, iri("sh:ValidationReport")))
    messages = any(
        case.graph.objects(result, MESSAGE) for result in case.graph.objects(case.expected, iri("sh:result"))
    )
    assert canonical(said, got, messages=messages) == canonical(case.graph, case.expected, messages=messages)
