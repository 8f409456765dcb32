"""What is looked up node by node is what the queries of queries/checks say; a question for all is asked of each."""

import pyoxigraph as ox
import pytest
from support import asked_one_by_one
from support.cases import RULES, case, laid_out
from support.pages import BASE
from support.tier import some

from kg.check import beside, finding_place, finding_remedy, node_words, part_place, rules, validate
from kg.check.beside import Question
from kg.check.nodes import Nodes
from kg.check.part_place import About
from kg.rdf import names
from kg.shacl import data, shapes_graph

PREFIX = f"PREFIX nr: <{names.NR}>\n"


def case_store(rule):
    """Return the store of a rule's failing case."""
    return laid_out(case(rule, "fail")[1])


def in_memory(store):
    """The same facts and places as the checker has them: the facts in the default graph."""
    return validate.facts(store, BASE).store


@pytest.mark.parametrize("rule", some(RULES, 8, 2))
def test_every_result_stands_where_the_queries_say(rule, report):
    _, files = case(rule, "fail")
    ways = [finding_place._about(result) for result in report(files).results]  # as findings are made
    abouts = [about for about in ways if about is not None]

    store = laid_out(files) if abouts else None
    expected = [asked_one_by_one.best(store, about) for about in abouts]

    for lookup in (store, in_memory(store)) if abouts else ():
        assert [part_place.best(Nodes(lookup), about) for about in abouts] == expected


@pytest.mark.parametrize("rule", ["speaker-wanted", "page-wanted", "link-ambiguous"])
def test_of_many_parts_those_on_the_first_page_are_enough(rule, monkeypatch):
    store = case_store(rule)
    memory = in_memory(store)
    nodes = {node for quad in store for node in (quad.subject, quad.object) if isinstance(node, ox.NamedNode)}
    read = [part_place.best(Nodes(lookup), About(node)) for lookup in (store, memory) for node in nodes]
    monkeypatch.setattr(part_place, "_FEW", 0)

    assert [part_place.best(Nodes(lookup), About(node)) for lookup in (store, memory) for node in nodes] == read


@pytest.mark.parametrize(
    "rule", some(["link-dangling", "link-ambiguous", "speaker-product", "theme-registered", "page-wanted"], 5)
)
def test_every_node_of_a_store_has_the_place_and_the_words_that_the_queries_say(rule):
    store = case_store(rule)
    memory = in_memory(store)
    subjects = {quad.subject for quad in store} | {quad.object for quad in store}
    nodes = sorted((node for node in subjects if isinstance(node, ox.NamedNode)), key=str)
    ours = [Nodes(store), Nodes(memory)]

    for node in nodes:
        for lookup in ours:
            assert node_words.words(lookup, node) == asked_one_by_one.words(store, node), node
            assert node_words.right(lookup, node) == asked_one_by_one.words(store, node, "right"), node
            assert part_place.whole(lookup, node) == asked_one_by_one.whole(store, node), node
            spot = asked_one_by_one.best(store, About(node))
            assert part_place.best(lookup, About(node)) == spot, node


def test_the_nodes_compared_have_places_and_words_of_every_kind():
    store = case_store("link-ambiguous")
    links = [quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(f"{names.NR}otherSuggestion"), None)]

    assert links
    assert " or [[" in node_words.right(Nodes(store), links[0])


QUESTIONS = [
    "SELECT ?other WHERE { $this nr:target ?other }",
    "SELECT ?part (2 AS ?before) WHERE { BIND($this AS ?part) OPTIONAL { $value nr:alias ?other } }",
    "SELECT DISTINCT ?part WHERE { ?part nr:inSection ?section . $this nr:inSection ?section FILTER(?part != $value) }",
    "SELECT ?part WHERE { ?part nr:inSection ?section . $this nr:inSection ?section } ORDER BY ?part LIMIT 1",
    "SELECT (COUNT(?part) AS ?count) WHERE { $this nr:slug ?slug . ?part nr:slug ?slug }",
    "SELECT ?part WHERE { ?part nr:inSection ?section . FILTER NOT EXISTS { $this nr:inSection ?section . ?part nr:slug ?x } } ",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_for_many_has_the_rows_of_one_for_each(text):
    store = case_store("link-dangling")
    links = sorted(
        (quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(f"{names.NR}slug"), None)), key=str
    )
    keys = [(link, links[at - 1]) for at, link in enumerate(links)]
    question = Question(PREFIX, text, ("this", "value"))

    together = beside.rows(store, question, keys)

    for key in keys:
        alone = store.query(PREFIX + beside._alone(question, key), use_default_graph_as_union=True)
        columns = [variable.value for variable in alone.variables]
        expected = sorted(tuple(str(row[name]) for name in columns) for row in alone)
        assert sorted(tuple(str(row[name]) for name in columns) for row in together.get(key, [])) == expected


def test_a_literal_that_the_store_rewrites_still_has_its_rows():
    store = ox.Store()
    one, key = ox.NamedNode("http://x/one"), ox.NamedNode("http://x/key")
    store.add(ox.Quad(one, key, ox.Literal("01", datatype=ox.NamedNode(names.expand("xsd:integer")))))
    spelled = ox.Literal("01", datatype=ox.NamedNode(names.expand("xsd:integer")))

    answers = beside.rows(
        store, Question("", "SELECT ?other WHERE { ?other ?p $value }", ("this", "value")), [(one, spelled)]
    )

    assert [row["other"] for row in answers[one, spelled]] == [one]


def test_two_spellings_of_one_value_both_have_its_rows():
    store = ox.Store()
    one, key = ox.NamedNode("http://x/one"), ox.NamedNode("http://x/key")
    store.add(ox.Quad(one, key, ox.Literal(1)))
    spelled = [ox.Literal(text, datatype=ox.NamedNode(names.expand("xsd:integer"))) for text in ("1", "01")]

    answers = beside.rows(
        store,
        Question("", "SELECT ?other WHERE { ?other ?p $value }", ("this", "value")),
        [(one, term) for term in spelled],
    )

    assert [[row["other"] for row in answers.get((one, term), [])] for term in spelled] == [[one], [one]]


def test_a_query_that_names_graphs_is_asked_of_them():
    store = case_store("link-dangling")
    text = "SELECT ?other WHERE { GRAPH ?g { $this nr:slug ?slug . ?other nr:slug ?slug } }"
    link = next(store.quads_for_pattern(None, ox.NamedNode(f"{names.NR}slug"), None)).subject
    pages = finding_place.Pages(Nodes(in_memory(store)), BASE, shapes_graph.read([]), store)

    asked = finding_remedy._asked_of(pages, text)

    assert [row["other"] for row in beside.rows(asked, Question(PREFIX, text, ("this",)), [(link,)])[link,]] == [link]


def test_a_blank_node_is_asked_nothing():
    question = Question("", "SELECT ?other WHERE { $this ?p ?other }", ("this",))

    assert beside.rows(ox.Store(), question, [(ox.BlankNode("b"),)]) == {}


def test_the_shapes_that_ship_ask_nothing_of_each_result_by_itself():
    triples = list(rules.shapes_with())
    words = {ox.NamedNode(names.SHAPES + "related"), ox.NamedNode(names.SHAPES + "fix")}
    asking = {value for _, word, value in triples if word in words}
    texts = [value.value for node, word, value in triples if node in asking and word.value.endswith("#select")]

    assert texts
    assert [text for text in texts if beside._for_all(text, ("this", "value")) is None] == []


def test_places_are_beside_the_facts_and_no_shape_sees_them():
    held = validate.facts(case_store("link-dangling"), BASE)

    assert [one for one in data.facts(held) if one[1].value == f"{names.NR}line"] == []
    assert next(held.store.quads_for_pattern(None, ox.NamedNode(f"{names.NR}line"), None, None), None) is not None
