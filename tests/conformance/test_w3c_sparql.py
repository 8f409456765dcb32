"""The W3C suites of SPARQL 1.1 through what `kg query` and `kg update` call, rewrites and all, on the tests' own data."""

import csv
import io
import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import unquote, urlparse

import pyoxigraph as ox
import pytest
from support.places import SHARED

from kg.ask import answer_formats, engine_text, query
from kg.ask.scope import Scope
from kg.model.kg_error import KgError
from kg.rdf import exact_numbers, names, sparql_text
from kg.rdf.expression_failures import Failures
from kg.write import sparql_update

SUITE = SHARED / "w3c/sparql11"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TYPE = names.expand("rdf:type")
RATCHET = tomllib.loads((Path(__file__).parent / "sparql11.toml").read_text(encoding="utf-8"))
FAILS, NOT_OURS = RATCHET["fails"], RATCHET["not_applicable"]
RESULTS = {
    "srx": ox.QueryResultsFormat.XML, "srj": ox.QueryResultsFormat.JSON, "tsv": ox.QueryResultsFormat.TSV,
}  # fmt: skip
WRITTEN = {"srx": "xml", "srj": "json", "tsv": "tsv", "csv": "csv"}


class Facts:
    """The triples of a file, by what they say of a node."""

    def __init__(self, file):
        self.quads = list(read(file))
        self.said = defaultdict(list)
        for quad in self.quads:
            self.said[quad.subject, quad.predicate.value].append(quad.object)

    def all(self, node, word):
        return self.said.get((node, word), [])

    def one(self, node, word):
        return next(iter(self.all(node, word)), None)

    def rows(self, node):
        """Return the members of a list."""
        found, rest = [], node
        while rest is not None and rest != ox.NamedNode(names.expand("rdf:nil")):
            found += self.all(rest, names.expand("rdf:first"))
            rest = self.one(rest, names.expand("rdf:rest"))
        return found


class Case:
    """A test of the suite: what is asked of what, and what must come of it."""

    def __init__(self, facts, node, folder):
        self.facts, self.node = facts, node
        self.name = f"{folder}#{node.value.rpartition('#')[2]}"
        self.kind = facts.one(node, TYPE).value.removeprefix(MF)
        self.action, self.result = facts.one(node, MF + "action"), facts.one(node, MF + "result")

    def file(self, word):
        found = self.facts.one(self.action, word)
        return path(found if found is not None else self.action)

    def store(self, node, space):
        """Return the graphs that the manifest names, in memory: `data` without a name, `graphData` with theirs."""
        store = ox.Store()
        for one in self.facts.all(node, space + "data"):
            store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in read(path(one)))
        for one in self.facts.all(node, space + "graphData"):
            file, label = self.facts.one(one, space + "graph"), self.facts.one(one, LABEL)
            graph = ox.NamedNode(label.value) if label is not None else file or one
            store.add_graph(graph)
            store.extend(ox.Quad(q.subject, q.predicate, q.object, graph) for q in read(path(file or one)))
        return store


def path(node):
    return Path(unquote(urlparse(node.value).path))


def read(file):
    kind = ox.RdfFormat.from_extension(file.suffix[1:])
    return ox.parse(file.read_bytes(), format=kind, base_iri=file.as_uri())


def cases():
    """Return the tests of every manifest that is included, in their order."""
    found = []
    if not SUITE.is_dir():
        return found
    top = Facts(SUITE / "manifest-all.ttl")
    for include in [quad.object for quad in top.quads if quad.predicate.value == MF + "include"]:
        for manifest in map(path, top.rows(include)):
            facts = Facts(manifest)
            for entries in [quad.object for quad in facts.quads if quad.predicate.value == MF + "entries"]:
                found += [Case(facts, node, manifest.parent.name) for node in facts.rows(entries)]
    return found


ALL = cases()
OTHER = {case.name for case in ALL if case.name in NOT_OURS or case.name.partition("#")[0] in NOT_OURS}
CASES = {case.name: case for case in ALL if case.name not in OTHER}


def ask(file, store):
    text = file.read_text(encoding="utf-8")
    return query.run(store, text, {}, scope=Scope(base=file.as_uri(), union=False))


def apply(file, store):
    sparql_update.apply(store, file.read_text(encoding="utf-8"), {}, iri=file.as_uri())


# ---- comparing -------------------------------------------------------------------------------------------------------


def plain(term):
    """Return a term of which equal values are equal terms: the suite writes numbers in several ways."""
    if isinstance(term, ox.Literal):
        if term.language:
            return ox.Literal(term.value, language=term.language.lower())
        if term.datatype.value == names.expand("xsd:boolean"):
            return ox.Literal({"1": "true", "0": "false"}.get(term.value, term.value), datatype=term.datatype)
        number = exact_numbers.number(term)
        made = exact_numbers.of_kind(*number) if number else None
        if made is not None:
            return ox.Literal(made.value, datatype=term.datatype)
    return term


def canonical(quads):
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, found))


def solutions(variables, rows):
    """Return rows as a graph, of which blank nodes have no names, so that equal answers are equal."""
    made = []
    for row in rows:
        node = ox.BlankNode()
        made.append(ox.Quad(node, ox.NamedNode("urn:a"), ox.NamedNode("urn:row")))
        for name, term in zip(variables, row, strict=True):
            if term is not None:
                made.append(ox.Quad(node, ox.NamedNode(f"urn:v:{name}"), plain(term)))
    return sorted(variables), len(rows), canonical(made)


def rows_of(answer):
    return [variable.value for variable in answer.variables], [tuple(row) for row in answer]


def of_result_set(facts):
    """Return the rows that a result set written as a graph says."""
    (node,) = [q.subject for q in facts.quads if q.object == ox.NamedNode(RS + "ResultSet")]
    variables = sorted(term.value for term in facts.all(node, RS + "resultVariable"))
    rows = []
    for solution in facts.all(node, RS + "solution"):
        pairs = {
            facts.one(one, RS + "variable").value: facts.one(one, RS + "value")
            for one in facts.all(solution, RS + "binding")
        }
        rows.append(tuple(pairs.get(name) for name in variables))
    return variables, rows


def compare(case, answer):
    file = path(case.result)
    ending = file.suffix[1:]
    if isinstance(answer, ox.QueryTriples):
        expected = [ox.Quad(q.subject, q.predicate, plain(q.object)) for q in read(file)]
        assert canonical(ox.Quad(t.subject, t.predicate, plain(t.object)) for t in answer) == canonical(expected)
        return
    if ending in ("ttl", "rdf"):
        facts = Facts(file)
        if isinstance(answer, ox.QueryBoolean):
            assert [str(bool(answer)).lower()] == [
                q.object.value for q in facts.quads if q.predicate.value == RS + "boolean"
            ]
            return
        assert solutions(*rows_of(answer)) == solutions(*of_result_set(facts))
        return
    data, _ = answer_formats.write(answer, WRITTEN[ending], answer_formats.Shown("urn:none/"))
    if ending == "csv":
        ours, theirs = (
            [*csv.reader(io.StringIO(text, newline=""))] for text in (data.decode(), file.read_text("utf-8"))
        )
        assert (ours[0], sorted(without_labels(ours[1:]))) == (theirs[0], sorted(without_labels(theirs[1:])))
        return
    ours, theirs = (ox.parse_query_results(one, RESULTS[ending]) for one in (data, file.read_bytes()))
    if isinstance(ours, ox.QueryBoolean):
        assert bool(ours) == bool(theirs)
        return
    assert solutions(*rows_of(ours)) == solutions(*rows_of(theirs))


def without_labels(rows):
    return [["_:" if cell.startswith("_:") else cell for cell in row] for row in rows]


# ---- the suite -------------------------------------------------------------------------------------------------------


def run(case):
    if case.kind in ("QueryEvaluationTest", "CSVResultFormatTest"):
        compare(case, ask(case.file(QT + "query"), case.store(case.action, QT)))
    elif case.kind == "UpdateEvaluationTest":
        store = case.store(case.action, UT)
        apply(case.file(UT + "request"), store)
        assert canonical(map(plain_quad, store)) == canonical(map(plain_quad, case.store(case.result, UT)))
    elif case.kind.startswith("Positive"):
        try:
            (apply(path(case.action), ox.Store()) if "Update" in case.kind else ask(path(case.action), ox.Store()))
        except KgError as error:
            # Read, and then not to be done: a function that nobody has, a graph that is not there.
            if "cannot be evaluated: " not in str(error):
                raise
    else:
        with pytest.raises(KgError, match=r"^not a SPARQL (query|update): "):
            (apply(path(case.action), ox.Store()) if "Update" in case.kind else ask(path(case.action), ox.Store()))


def plain_quad(quad):
    return ox.Quad(quad.subject, quad.predicate, plain(quad.object), quad.graph_name)


def test_the_suite_is_whole(shared):
    assert shared.is_dir()
    kinds = Counter(case.kind for case in ALL)
    assert kinds == RATCHET["suite"]
    assert set(FAILS) <= set(CASES)
    assert all(name in OTHER or any(one.startswith(f"{name}#") for one in OTHER) for name in NOT_OURS)


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("name", CASES)
def test_a_test_of_the_suite_passes_unless_the_ratchet_says_why_not(name):
    case = CASES[name]
    if name not in FAILS:
        run(case)
        return
    try:
        run(case)
    except (AssertionError, KgError):
        return
    pytest.fail(f"{name} passes now: take it out of tests/conformance/sparql11.toml")


def test_the_ratchet_blames_the_engine_that_is_there():
    versions = {version for why in FAILS.values() for version in re.findall(r"pyoxigraph ([0-9.]+[0-9])", why)}

    assert versions == {ox.__version__}


# ---- each fact once --------------------------------------------------------------------------------------------------


def is_of_one_graph(case):
    """Tell whether a test asks the graph without a name, and nothing else, for rows or triples."""
    if case.kind not in ("QueryEvaluationTest", "CSVResultFormatTest"):
        return False
    words = {word.upper() for _, word in sparql_text.tokens(case.file(QT + "query").read_text(encoding="utf-8"))}
    return not words & {"GRAPH", "FROM"} and not case.facts.all(case.action, QT + "graphData")


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if is_of_one_graph(case) and name not in FAILS])
def test_what_stands_in_two_graphs_is_answered_as_if_it_stood_in_one(name):
    case, twice = CASES[name], ox.Store()
    for quad in case.store(case.action, QT):
        twice.extend(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(f"urn:{g}")) for g in "ab")
    file = case.file(QT + "query")
    text, scope = file.read_text(encoding="utf-8"), Scope(base=file.as_uri())

    asked = engine_text.for_engine(twice, text, {}, Failures(), scope)

    assert asked.notes == []
    compare(case, query.answered(twice, asked, scope))
