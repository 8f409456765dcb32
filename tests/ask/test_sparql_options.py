"""What `kg query` does with any SPARQL: formats by ending, readable cells, limits, explanations, each fact once, as of."""

import csv
import io
import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.commands import kg

from kg.ask import answer_formats, engine_text, explain, first_rows, labels, query
from kg.ask.scope import Scope
from kg.ingest.ingest import ingest
from kg.model.kg_error import KgError
from kg.rdf import names
from kg.rdf.expression_failures import Failures
from kg.settings import dialect, kg_toml
from kg.settings.kg_toml import Config
from kg.store import as_of
from kg.store.reading import reading

BASE = "https://wiki.example/"
SOURCE = """\
---
title: "{title}"
type: source
published: {published}
scraped: {scraped}
---

## Summary

Of [[Harbour]].

## Key Claims

- [fact] [[Harbour]] — has a quay in {title}
- [analysis] Ada Example — thinks of {title}

## Connections

- contradicts: [[{other}]] — another view
"""
PAGES = {
    "sources/early.md": SOURCE.format(title="The early | one", published="2024", scraped="2024-05-02", other="late"),
    "sources/late.md": SOURCE.format(title="The late one", published="2025-01-10", scraped="2025-02", other="early"),
    "entities/Harbour.md": '---\ntitle: "The Harbour"\ntype: entity\nkind: org\nlast_updated: 2024-06-30\n---\n\n## Overview\n\nA place.\n',
    "index.md": "# Index\n\n[[Harbour]] and [[early]].\n",
}


@pytest.fixture(scope="module")
def dated_wiki(tmp_path_factory):
    root = tmp_path_factory.mktemp("dated")
    for path, text in PAGES.items():
        (root / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "wiki" / path).write_text(text, encoding="utf-8")
    (root / "kg.toml").write_text(f'wiki = "wiki"\nbase = "{BASE}"\n[prefixes]\nown = "{BASE}id/"\n', encoding="utf-8")
    ingest(root / ".kg", root / "wiki", Config(base=BASE), dialect.load("newsroom"))
    return root


@pytest.fixture(scope="module")
def dated(dated_wiki):
    return reading(dated_wiki / ".kg")


def rows(store, text, scope=Scope(BASE)):  # noqa: B008  # it is frozen
    return [
        tuple(None if term is None else term.value for term in row) for row in query.run(store, text, {}, None, scope)
    ]


def doubled(triples):
    """Return a store in which each triple stands in two graphs."""
    store = ox.Store()
    for line in triples.splitlines():
        for graph in "ab":
            store.update(f"INSERT DATA {{ GRAPH <urn:{graph}> {{ {line} }} }}")
    return store


# ---- each fact once -------------------------------------------------------------------------------------------------

GRAPH = (
    "<urn:x> <urn:p> <urn:y>\n<urn:y> <urn:q> <urn:z>\n<urn:x> <urn:q> <urn:z>\n<urn:x> <urn:n> 1\n<urn:y> <urn:n> 1"
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("SELECT ?s { ?s ?p ?o }", 5),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "5"),
        ("SELECT (SUM(?v) AS ?n) { ?s <urn:n> ?v }", "2"),
        ("SELECT ?s { ?s <urn:p>/<urn:q> ?o }", 1),
        ("SELECT ?s { ?o ^<urn:p> ?s }", 1),
        ("SELECT ?s { ?s <urn:p>|<urn:q> ?o }", 3),
        ("SELECT ?s { ?s !<urn:p> ?o }", 4),
        ("SELECT ?s { ?s !(<urn:p>|^<urn:q>) ?o }", 7),
        ("SELECT ?s { ?s <urn:p>+ ?o }", 1),
        ("SELECT ?s { ?s <urn:p> [ <urn:q> ?z ] }", 1),
        ("SELECT ?s { ?s <urn:p> _:b . FILTER(?s != <urn:q>) _:b <urn:q> ?z }", 1),
        ("SELECT ?s { ?s <urn:n> 1 OPTIONAL { ?s <urn:q> ?z } }", 2),
        ("SELECT ?s { { ?s <urn:p> ?o } UNION { ?s <urn:q> ?o } }", 3),
        ("SELECT ?s { VALUES ?s { <urn:x> } ?s <urn:q> ?o }", 1),
        ("SELECT ?s { ?s <urn:n> ?v MINUS { ?s <urn:p> ?o } }", 1),
        ("SELECT ?s { ?s <urn:n> ?v FILTER EXISTS { ?s <urn:p> ?o } }", 1),
        ("SELECT ?s { BIND(1 AS ?v) ?s <urn:n> ?v }", 2),
        ("SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", "5"),
        ("SELECT DISTINCT ?n { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", "5"),
        ("SELECT ?s { GRAPH ?g { ?s <urn:p> ?o } }", 2),
        ("SELECT ?s FROM <urn:a> { ?s ?p ?o }", 5),
        ("SELECT ?s FROM <urn:a> FROM <urn:b> { ?s ?p ?o }", 5),
        ("SELECT (COUNT(*) AS ?n) FROM <urn:a> FROM <urn:b> { ?s ?p ?o }", "5"),
        ("PREFIX u: <urn:> SELECT (SUM(?v) AS ?n) FROM u:a # both\n FROM u:b { ?s u:n ?v }", "2"),
        ("BASE <urn:> SELECT ?s FROM <a> FROM <b> { ?s <urn:p>/<urn:q> ?o }", 1),
        ("SELECT ?s FROM <urn:a> FROM <urn:b> { GRAPH ?g { ?s ?p ?o } }", 0),
        ("SELECT ?s FROM <urn:a> FROM <urn:b> FROM NAMED <urn:b> { GRAPH ?g { ?s ?p ?o } }", 5),
        ("SELECT ?s FROM <urn:a> FROM <urn:a> { ?s ?p ?o }", 5),
        ("SELECT ?s { ?s <urn:p> ?o ; <urn:q> ?z , <urn:z> . }", 1),
        ('SELECT ?s { ?s <urn:n> 1 , +1 , "1"^^<http://www.w3.org/2001/XMLSchema#integer> }', 2),
    ],
)
def test_a_fact_of_two_graphs_counts_once_outside_graph(text, count):
    found = rows(doubled(GRAPH), text)

    assert (found[0][0] if isinstance(count, str) else len(found)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("SELECT * { <urn:x> <urn:p> <urn:y> }", 1),
        ("SELECT * { <urn:x> <urn:p>/<urn:q> <urn:z> }", 1),
        ("SELECT * { <urn:x> !<urn:q> <urn:y> }", 1),
        ("SELECT DISTINCT * { <urn:x> <urn:p> <urn:y> }", 1),
        ("SELECT * { <urn:x> <urn:p> <urn:z> }", 0),
        ("SELECT * { MINUS { ?s <urn:n> 2 } <urn:x> <urn:p> <urn:y> }", 1),
    ],
)
def test_a_query_without_variables_has_no_columns_and_one_row_at_most(text, count):
    found = query.run(doubled(GRAPH), text, {})

    assert found.variables == []
    assert len([*found]) == count


def test_a_named_nobody_in_a_made_graph_is_made_once():
    answer = query.run(doubled(GRAPH), "CONSTRUCT { [] <urn:of> ?s } { ?s <urn:p> ?o }", {})

    assert len(list(answer)) == 1


def test_all_variables_stand_in_the_order_of_the_text_and_none_of_ours_beside_them():
    answer = query.run(doubled(GRAPH), "SELECT * { ?z <urn:p> ?a OPTIONAL { ?a <urn:q> [ ?m ?n ] } }", {})

    assert [variable.value for variable in answer.variables] == ["z", "a", "m", "n"]


TERMS = ["?a", "?b", "<urn:x>", "<urn:y>", "1"]
WAYS = ["<urn:p>", "?w", "^<urn:q>", "<urn:p>/<urn:q>", "(<urn:p>|<urn:q>)", "<urn:p>*", "!<urn:n>", "<urn:p>?/<urn:n>"]
PIECES = st.tuples(st.sampled_from(TERMS[:4]), st.sampled_from(WAYS), st.sampled_from(TERMS)).map(" ".join)
GROUPS = st.recursive(
    st.lists(PIECES, min_size=1, max_size=2).map(" . ".join),
    lambda inner: st.one_of(
        inner.map("OPTIONAL {{ {} }}".format),
        st.tuples(inner, inner).map(lambda two: f"{{ {two[0]} }} UNION {{ {two[1]} }}"),
        st.tuples(PIECES, inner).map(" . ".join),
        st.tuples(inner, inner).map(lambda two: f"{two[0]} FILTER(BOUND(?a)) {{ {two[1]} }}"),
    ),
    max_leaves=4,
)


@given(GROUPS)
def test_any_query_over_two_equal_graphs_answers_as_over_one(group):
    one, text = ox.Store(), f"SELECT ?a ?b ?w {{ {group} }}"
    one.update(f"INSERT DATA {{ {GRAPH.replace(chr(10), ' . ')} }}")

    ours = query.run(doubled(GRAPH), text, {})
    theirs = query.run(one, text, {}, None, Scope(union=False))

    assert sorted(str([*map(str, row)]) for row in ours) == sorted(str([*map(str, row)]) for row in theirs)


def test_what_counts_once_is_counted_once_in_a_wiki(dated):
    quads = {(quad.subject, quad.predicate, quad.object) for quad in dated.quads}

    assert len(quads) < len(dated.quads)  # Ada Example speaks on two pages
    assert rows(dated.quads, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [(str(len(quads)),)]
    assert rows(dated.quads, "SELECT ?n { ?a a nr:NamedAgent ; schema:name|foaf:name ?n }") == [("Ada Example",)]


def test_a_form_of_query_that_is_not_known_is_asked_as_it_is_and_the_double_count_is_told():
    store = doubled(GRAPH)

    asked = engine_text.for_engine(store, "SELECT ?s { ?s <urn:p> ?kg_o }", {}, Failures(), Scope())

    assert asked.notes == [
        "a fact counts once for each of its graphs, as this form of query is not known: it has variables of our own, ?kg_…"
    ]
    assert len(list(query.answered(store, asked, Scope()))) == 2


@pytest.mark.parametrize(
    "text",
    [
        "DESCRIBE <urn:x>",
        "DESCRIBE ?s { ?s <urn:p> ?o }",
        "ASK { }",
        "ASK WHERE { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s <urn:p> ?o }",
        "CONSTRUCT { } WHERE { ?s <urn:p> ?o }",
        "SELECT * { }",
        "SELECT(1 AS ?x){}",
        "SELECT ?s { ?s ?p ?o } VALUES ?o { 1 }",
        "SELECT ?s WHERE{?s ?p ?o.FILTER(1<2)}ORDER BY ?s LIMIT 1",
    ],
)
def test_a_form_of_query_that_is_known_has_no_note(text):
    store = doubled(GRAPH)

    asked = engine_text.for_engine(store, text, {}, Failures(), Scope())

    assert asked.notes == []
    assert query.answered(store, asked, Scope()) is not None


# ---- paths of no step -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("<urn:nobody> <urn:p>* ?v", ["urn:nobody"]),
        ("?v <urn:p>? <urn:nobody>", ["urn:nobody"]),
        ("<urn:nobody> <urn:p>*/<urn:q>? ?v", ["urn:nobody"]),
        ("<urn:nobody> <urn:p>+ ?v", []),
        ("<urn:x> <urn:p>* ?v", ["urn:x", "urn:y"]),
    ],
)
def test_a_path_of_no_step_leads_to_a_term_that_nobody_knows(pattern, found):
    assert sorted(row[0] for row in rows(doubled(GRAPH), f"SELECT ?v {{ {pattern} }}")) == found


# ---- formats and cells ----------------------------------------------------------------------------------------------


def test_the_ending_of_a_file_is_its_format(dated_wiki):
    ask, text = ("--store", dated_wiki / ".kg", "query", "-e"), "SELECT ?a ?b { ?a nr:contradicts ?b } ORDER BY ?a"
    made = {}
    for ending in ("csv", "tsv", "srj", "srx", "md", "txt"):
        kg(*ask, text, "-o", dated_wiki / f"x.{ending}", code=0)
        made[ending] = (dated_wiki / f"x.{ending}").read_text(encoding="utf-8")

    assert [*csv.reader(io.StringIO(made["csv"]))][1] == [f"{BASE}id/early", f"{BASE}id/late"]
    assert made["tsv"].startswith("?a\t?b\n")
    assert len(json.loads(made["srj"])["results"]["bindings"]) == 2
    assert made["srx"].startswith("<?xml")
    assert (
        made["md"]
        == "| a | b |\n| --- | --- |\n| The early \\| one | The late one |\n| The late one | The early \\| one |\n"
    )
    assert made["txt"].splitlines()[2].split("  ") == ["The early | one", "The late one"]


@pytest.mark.parametrize(
    ("text", "file", "said"),
    [
        (
            "SELECT ?s { ?s ?p ?o }",
            "not.ttl",
            "a SELECT gives rows, and .ttl stands for turtle: name the file .txt, .csv",
        ),
        (
            "CONSTRUCT WHERE { ?s nr:path ?o }",
            "not.json",
            "gives a graph, and .json stands for json: name the file .ttl, .nt",
        ),
        ("ASK { ?s ?p ?o }", "not.csv", "an ASK gives yes or no, and .csv stands for csv: name the file .txt, .json"),
    ],
)
def test_an_ending_that_does_not_fit_the_query_is_refused_with_those_that_do(dated_wiki, text, file, said):
    done = kg("--store", dated_wiki / ".kg", "query", "-e", text, "-o", dated_wiki / file, code=2)

    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (dated_wiki / file).exists()


def test_a_graph_in_rdf_xml_is_read_back(dated_wiki):
    kg(
        "--store",
        dated_wiki / ".kg",
        "query",
        "-e",
        "CONSTRUCT WHERE { ?s nr:path ?o }",
        "-o",
        dated_wiki / "x.rdf",
        code=0,
    )

    found = [*ox.parse((dated_wiki / "x.rdf").read_bytes(), format=ox.RdfFormat.RDF_XML)]
    assert {quad.object.value for quad in found} == set(PAGES)


def test_a_place_is_one_cell_of_a_table_and_its_parts_elsewhere(dated_wiki):
    ask = ("--store", dated_wiki / ".kg", "query", "claims")

    assert kg(*ask, code=0).stdout.splitlines()[2].split()[-1].rsplit(":", 2)[0] in PAGES
    assert kg(*ask, "--format", "csv", code=0).stdout.splitlines()[0].endswith(",path,line,column")


def test_the_prefixes_of_kg_toml_are_known_and_written(dated_wiki):
    ask = "SELECT ?p { own:Harbour ?p ?o FILTER(?p = rdf:type) }"
    done = kg("--config", dated_wiki / "kg.toml", "query", "-e", ask, "--limit", "1", code=0)

    assert done.stdout.splitlines()[2] == "rdf:type"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            'nr = "https://x.example/"',
            "prefixes.nr: is https://w3id.org/newsroom-kg/ns# in every query; take another name",
        ),
        ('ex = "no iri"', "prefixes.ex: expected an IRI such as https://example.org/ns#, found 'no iri'"),
        ("ex = 7", "prefixes.ex: expected an IRI"),
        ('"a b" = "https://x.example/"', "'a b' is no prefix"),
    ],
)
def test_a_prefix_that_is_none_is_named(tmp_path, table, said):
    (tmp_path / "kg.toml").write_text(f"[prefixes]\n{table}\n", encoding="utf-8")

    with pytest.raises(KgError, match="prefix") as caught:
        kg_toml.load(tmp_path / "kg.toml")

    assert said in str(caught.value)


def test_a_relative_iri_is_below_the_base_of_the_wiki(dated):
    assert rows(dated.quads, "SELECT ?n { <id/Harbour> schema:name ?n }") == [("The Harbour",)]


def test_a_topic_with_two_names_is_shown_by_neither():
    store = ox.Store()
    for name in ("A", "B"):
        store.update(f'INSERT DATA {{ GRAPH <urn:g> {{ <{BASE}id/x> <https://schema.org/name> "{name}" }} }}')

    assert labels.reader(store, BASE)(f"{BASE}id/x") is None


# ---- limits ---------------------------------------------------------------------------------------------------------


def test_a_limit_says_how_many_more_rows_there_are(dated_wiki):
    ask = ("--store", dated_wiki / ".kg", "query")
    text = "SELECT ?v { VALUES ?v { 1 2 3 4 5 } }"

    some = kg(*ask, "-e", text, "--limit", "2", "--format", "csv", code=0)
    every = kg(*ask, "-e", text, "--limit", "9" * 20, "--format", "csv", code=0)
    all_of_them = kg(*ask, "-e", text, "--limit", "5", "--format", "csv", code=0)
    graph = kg(*ask, "-e", "CONSTRUCT WHERE { ?s nr:path ?o }", "--limit", "1", "--format", "ntriples", code=0)

    assert (some.stdout, some.stderr) == ("v\n1\n2\n", "note: 3 more (--limit 2)\n")
    assert (all_of_them.stdout.count("\n"), all_of_them.stderr) == (6, "")
    assert every.stdout == all_of_them.stdout
    assert (graph.stdout.count("\n"), graph.stderr) == (1, "note: 3 more (--limit 1)\n")
    assert kg(*ask, "claims", "--limit", "1", "--format", "csv", code=0).stdout.count("\n") == 2


def test_very_many_more_rows_are_not_counted():
    text = "SELECT ?a { VALUES ?a { 1 2 3 4 5 6 7 8 9 10 } VALUES ?b { 1 2 3 4 5 6 7 8 9 10 } VALUES ?c { 1 2 3 4 5 6 7 8 9 10 }"
    text += " VALUES ?d { 1 2 3 4 5 6 7 8 9 10 } VALUES ?e { 1 2 3 4 5 6 7 8 9 10 } }"

    found = first_rows.first(query.run(ox.Store(), text, {}), 3)

    assert found.words(3) == "more than 10,000 more (--limit 3)"
    assert len(list(found.answer)) == 3


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml", "table", "markdown"])
def test_a_cut_answer_is_written_as_a_whole_one(form):
    text = 'SELECT * { VALUES (?a ?b) { ("x\\n\\"|"@en <urn:é>) (1.5 UNDEF) (UNDEF true) } }'
    show = answer_formats.Shown(BASE)
    cut = first_rows.first(query.run(ox.Store(), text, {}), 3)

    assert answer_formats.write(cut.answer, form, show) == answer_formats.write(
        query.run(ox.Store(), text, {}), form, show
    )
    assert cut.words(3) == ""


# ---- explanations ---------------------------------------------------------------------------------------------------


def test_an_explanation_names_the_graphs_the_patterns_and_what_was_put_in_other_words(dated):
    text = "SELECT ?t { ?c a nr:Claim ; schema:text ?t ; nr:claimant $who . GRAPH ?g { ?c nr:epistemicType nr:fact } }"
    terms, scope = {"who": ox.NamedNode(f"{BASE}id/Harbour")}, Scope(BASE)

    asked = engine_text.for_engine(dated.quads, text, terms, Failures(), scope)
    said = [*explain.lines(dated.quads, text, terms, asked, scope)]

    assert said[0].startswith("asks: all ")
    assert f"value: $who = <{BASE}id/Harbour>" in said
    assert f"prefix: nr: = <{names.NR}>" in said
    assert "finds: 4 ?c a nr:Claim" in said
    assert "finds: 2 ?c nr:epistemicType nr:fact" in said
    assert any(
        line.startswith("in other words: each fact once, in however many graphs it stands: ?c a") for line in said
    )
    assert any(line.startswith("asked: SELECT ?t") for line in said)


def test_times_are_told_beside_the_answer_and_only_where_they_are_wanted(dated_wiki):
    ask = ("--store", dated_wiki / ".kg", "query", "-e", "ASK { ?s ?p ?o }")

    plain, explained = kg(*ask, code=0), kg(*ask, "--explain", code=0)

    assert plain.stdout == explained.stdout == "true\n"
    assert plain.stderr == ""
    assert [line.split(": ")[0] for line in explained.stderr.splitlines()][-3:] == ["took"] * 3


# ---- as of ----------------------------------------------------------------------------------------------------------


def paths(store):
    return {row[0] for row in rows(store, "SELECT DISTINCT ?path { ?page nr:path ?path }")}


@pytest.mark.parametrize(
    ("date", "left_out"),
    [
        ("2025-02-01", set()),  # a month may have begun by then
        ("2025-01-31", {"sources/late.md"}),
        ("2025-01-09", {"sources/late.md"}),
        ("2024-06-29", {"sources/late.md", "entities/Harbour.md"}),
        ("2024-05-01", {"sources/late.md", "sources/early.md", "entities/Harbour.md"}),
        ("1999-01-01", {"sources/late.md", "sources/early.md", "entities/Harbour.md"}),
    ],
)
def test_a_page_is_left_out_where_a_date_of_it_is_later(dated, date, left_out):
    then = as_of.seen(dated, date)

    assert set(then.left_out) == left_out
    assert then.undated == ("index.md",)
    assert paths(then.reading.quads) == set(then.reading.pages) == set(PAGES) - left_out


def test_as_of_a_day_that_day_is_the_wikis_today_and_nothing_of_later_pages_is_there(dated):
    then = as_of.seen(dated, "2024-12-31").reading.quads

    assert rows(then, "SELECT ?d { ?w nr:asOf ?d }") == [("2024-12-31",)]
    assert rows(then, 'SELECT ?s { ?s ?p ?o FILTER(CONTAINS(STR(?o), "The late one")) }') == []
    assert len(rows(then, "SELECT ?c { ?c a nr:Claim }")) == 2
    assert rows(then, "SELECT ?o { <id/early> nr:contradicts ?o }") == [(f"{BASE}id/late",)]  # so it was written
    assert rows(then, "SELECT ?n { ?a a nr:NamedAgent ; foaf:name|schema:name ?n }") == [("Ada Example",)]


def test_as_of_stands_before_and_behind_a_querys_name_and_in_counts_and_exports(dated_wiki):
    store, told = (
        ("--store", dated_wiki / ".kg"),
        "as of 2025-01-01: 1 of 4 pages left out as younger; 1 page without a date",
    )
    done = [
        kg(*store, "query", "--as-of", "2025-01-01", "claims", "--format", "csv", code=0),
        kg(*store, "query", "claims", "--as-of", "2025-01-01", "--format", "csv", code=0),
        kg(*store, "stats", "--as-of", "2025-01-01", "--json", code=0),
        kg(*store, "export", "--format", "nquads", "--as-of", "2025-01-01", code=0),
    ]

    assert all(told in one.stderr for one in done)
    assert done[0].stdout == done[1].stdout
    assert done[0].stdout.count("\n") == 3
    assert json.loads(done[2].stdout)["claims"]["total"] == 2
    assert "late.md" not in done[3].stdout


def test_a_day_that_is_none_and_inferences_as_of_a_day_are_refused(dated_wiki):
    ask = ("--store", dated_wiki / ".kg", "query", "claims", "--as-of")

    assert "--as-of: expected a date such as 2026-03-01, found '2026-02-30'" in kg(*ask, "2026-02-30", code=2).stderr
    assert "leave --inferred or --as-of out" in kg(*ask, "2026-01-01", "--inferred", code=2).stderr


# ---- what the engine answers otherwise --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT ?g ?n { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", True),
        ("SELECT ?g ?v { GRAPH ?g { VALUES ?v { 1 } } }", True),
        ("SELECT ?g ?n { GRAPH ?g { { SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } ?s ?q ?r } }", False),
        ("SELECT ?g ?n { { SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g } }", False),
        ("SELECT ?n { GRAPH <urn:a> { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }", False),
        ("SELECT ?g { GRAPH ?g { } }", False),
    ],
)
def test_a_graph_that_the_engine_leaves_open_is_told(text, told):
    store = doubled(GRAPH)

    asked = engine_text.for_engine(store, text, {}, Failures(), Scope())

    assert bool(asked.notes) is told
    answers = (
        {row[0].value if row[0] else None for row in query.answered(store, asked, Scope())}
        if "?g" in text[:9]
        else set()
    )
    assert (None in answers) is told
