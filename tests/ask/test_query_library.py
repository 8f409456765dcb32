"""The library: what each query says it gives, what it gives on the example, and the same from other engines."""

import hashlib
import json
from pathlib import Path

import click
import pyoxigraph as ox
import pytest
import rdflib
from support import asked_newsroom, oxigraph_server
from support.commands import kg
from support.library import LIBRARY, OF_PAGES, asked, bound, example
from support.places import EXAMPLES
from support.tier import some

from kg.ask import answer_formats, query
from kg.ask.answer_formats import Shown
from kg.cli import library_queries
from kg.cli.query import command as query_command
from kg.ingest.ingest import ingest
from kg.rdf import names, sparql_text
from kg.settings import dialect, kg_toml
from kg.settings.kg_toml import Config
from kg.store.reading import reading

QUARREL = {
    "sources/alpha.md": """\
---
title: "Alpha"
type: source
tags: [tides, Harbours]
published: 2024-05-01
scraped: 2026-06-01
source_url: "https://www.press.example/alpha"
---

## Key Claims

- [fact] [[Harbour]] — measured 12 metres at [[Gauge]] in 2020
- [fact] Ada Example — the [[Gauge]] is old
- [forecast] [[Harbour]] — the quay at [[Gauge]] will flood by 2025

## Key Quotes

> "We read it." — Ada Example

## Connections

- contradicts: [[beta]] — safe or not
- defines: [[Gauge]] — as a staff
""",
    "sources/beta.md": """\
---
title: "Beta"
type: source
tags: [tides]
published: 2024-06
scraped: 2026-05-01
source_url: "https://press.example/beta"
---

## Key Claims

- [fact] [[Harbour]] — measured 14 metres at [[Gauge]] in 2020
- [fact] Ada Example — the [[Gauge]] is old
- [analysis] [[Board]] — likes the [[Gauge]] of [[Harbour]]
""",
    "sources/gamma.md": """\
---
title: "Gamma"
type: source
status: retracted
published: 2023
scraped: 2026-01-01
---

## Key Claims

- [fact] [[Board]] — closed the [[Gauge]] for good
""",
    "entities/Harbour.md": """\
---
title: "Harbour"
type: entity
kind: org
sources: [alpha, beta]
last_updated: 2026-05-15
---

## Overview

It keeps the [[Gauge]].
""",
    "entities/Board.md": """\
---
title: "Board"
type: entity
kind: org
sources: [gamma]
last_updated: 2026-07-01
---

## Overview

It stands beside the [[Harbour]].
""",
    "concepts/Gauge.md": """\
---
title: "Gauge"
type: concept
sources: [alpha]
last_updated: 2026-07-01
---

## Overview

A staff with marks.
""",
    "concepts/Mole.md": """\
---
title: "Mole"
type: concept
sources: [Harbour]
last_updated: 2026-07-01
---

## Overview

It keeps the waves off the [[Harbour]].
""",
    "contradictions/quay.md": """\
---
title: "Is the quay safe?"
type: contradiction
sources: [alpha, beta]
last_updated: 2026-07-01
---

## Opposing Positions

Two see the [[Gauge]] in two ways.

**The measurers** — the [[Harbour]] — trust the numbers ([[alpha#Key Claims|claims]]).

**The doubters**: [[Board]] likes it and measures nothing.

## Representative Evidence

- [[beta]] — the [[Board]] says what it likes
""",
    "syntheses/safe.md": """\
---
title: "Safe"
type: synthesis
sources: [alpha, gamma]
last_updated: 2026-07-01
---

## Summary

It was closed ([[gamma]]). The [[Harbour]] knows the [[Gauge]].
""",
    "timelines/tides.md": """\
---
title: "Tides"
type: timeline
last_updated: 2026-07-01
---

## Timeline: [[Harbour]] (1 entry)

### 2024 (1)

- **2024-05-01** [[alpha]] — the [[Gauge]] is read
""",
}
NEW = {
    "central-topics", "co-mentions", "contradictions-by-theme", "contradictions-unanswered", "coverage-gaps",
    "disagreement", "facts-on-one-source", "figures-that-differ", "forecasts-due", "grades-by-page", "grades-by-topic",
    "growth", "impact", "independent-support", "orphans", "position-evidence", "positions", "publishers",
    "quotes-by-verdict", "repeated-claims", "rests-on-retracted", "sentences-on-one-source", "stale-pages",
    "stale-transitively", "tags", "timeline", "who-says-what",
}  # fmt: skip
GIVEN = {
    "co-mentions": {"topic": "Gauge"},
    "disagreement": {"topic": "Gauge"},
    "impact": {"topic": "alpha"},
    "timeline": {"topic": "Gauge"},
}


@pytest.fixture(scope="module")
def quarrel(tmp_path_factory):
    """A small wiki in which every query of this file finds something."""
    root = tmp_path_factory.mktemp("quarrel")
    key = names.statement_key("[[beta]] — safe or not")
    register = {"themes": {"quay": {"name": "Is the quay safe?", "claim_ids": [key]}}}
    files = QUARREL | {"contradictions/_contradictions_themes.json": json.dumps(register)}
    for path, text in files.items():
        (root / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "wiki" / path).write_text(text, encoding="utf-8")
    ingest(root / "store", root / "wiki", Config(base="https://wiki.example/"), dialect.load("newsroom"))
    return reading(root / "store")


@pytest.fixture(scope="module")
def quarrelling(quarrel):
    """Answer a query on the small wiki: the answer as the engine has it, and as a person reads it."""

    def answer(name, **values):
        found = query.find(name)
        terms = query.values(found, values, query.Vocabulary(quarrel.base, quarrel.pages), quarrel.quads)
        text = sparql_text.bind(found.text, terms)
        heads, *read = [
            [variable.value for variable in quarrel.quads.query(text, use_default_graph_as_union=True).variables],
            *([answer_formats.cell(cell, Shown(quarrel.base)) for cell in row]
              for row in quarrel.quads.query(text, use_default_graph_as_union=True)),
        ]  # fmt: skip
        return [dict(zip(heads, row, strict=True)) for row in read]

    return answer


@pytest.fixture(scope="module")
def exemplary(tmp_path_factory):
    """The example wiki, whole."""
    store = tmp_path_factory.mktemp("exemplary") / "store"
    config = kg_toml.load(EXAMPLES / "open-source-ai" / "kg.toml")
    ingest(store, EXAMPLES / "open-source-ai", config, dialect.load("newsroom"))
    return reading(store)


def known(read):
    return query.Vocabulary(read.base, read.pages)


# ---- what a query says of itself ------------------------------------------------------------------------------------


def test_there_are_more_than_forty_queries_and_each_says_what_it_is_for():
    assert len(LIBRARY) >= 40
    assert {query.find(name).group for name in LIBRARY} == set(library_queries.GROUPS)


@pytest.mark.parametrize("name", LIBRARY)
def test_a_query_gives_the_columns_that_it_declares_and_is_plain_sparql_as_it_stands_in_its_file(name):
    found = query.find(name)

    answer = ox.Store().query(found.text)

    heads = [variable.value for variable in answer.variables] if isinstance(answer, ox.QuerySolutions) else []
    assert list(found.columns) == heads
    assert found.example is not None


@pytest.mark.parametrize("name", LIBRARY)
def test_the_help_of_a_query_shows_its_title_parameters_columns_and_example(name):
    found = query.find(name)
    outer = click.Context(query_command, obj={"config": None, "store": Path("nowhere")})
    shown = query_command.get_command(outer, name).get_help(click.Context(query_command, info_name=name))

    flat = " ".join(shown.split())
    assert found.title in flat
    assert f"Example: kg query {name} {found.example}".rstrip() in flat
    assert not found.columns or f"Columns: {' '.join(found.columns)}" in flat
    for one in found.parameters:
        assert f"--{one.name} " in shown
        assert one.default is None or f"[default: {one.default}]" in flat
        assert not one.choices or "|".join(one.choices) in flat


# ---- what it gives --------------------------------------------------------------------------------------------------


def test_every_query_of_the_library_gives_on_the_example_what_it_gave(exemplary, golden):
    parts = []
    for name in OF_PAGES:
        found = query.find(name)
        terms = query.values(found, example(found), known(exemplary), exemplary.quads)
        answer = query.run(exemplary.quads, found.text, terms)
        data, _ = answer_formats.write(answer, None, Shown(exemplary.base, width=160))
        parts.append(f"$ kg query {name} {found.example}".rstrip() + f"\n{data.decode()}")

    golden("library.txt", "\n".join(parts))


def test_every_query_of_the_library_gives_on_a_real_wiki_what_it_gave(shared, tmp_path, golden):
    """Digests of the rows: the sentences of that wiki stay in its folder."""
    ingest(tmp_path / "store", shared / "corpora/newsroom-2026-08/wiki", Config(), dialect.load("newsroom"))
    read = reading(tmp_path / "store")
    lines = []
    for name in OF_PAGES:
        found = asked(read.quads, bound(query.find(name), read.quads, known(read)))
        many = len(found) if isinstance(found, list) else found
        lines.append(f"{name} {many} {hashlib.sha256(repr(found).encode()).hexdigest()[:16]}\n")

    golden("library-newsroom-2026-08.txt", "".join(lines))


@pytest.mark.parametrize("name", sorted(NEW))
def test_a_row_has_its_place_in_the_small_wiki(name, quarrelling):
    found = quarrelling(name, **GIVEN.get(name, {}))

    assert found
    for row in found:
        lines = QUARREL[row["path"]].split("\n")
        assert len(lines[int(row["line"]) - 1]) >= int(row.get("column", 1)) - 1


@pytest.fixture(scope="module")
def turned(quarrel):
    """A store of the same facts, filled the other way round."""
    lines = sorted(quarrel.quads.dump(format=ox.RdfFormat.N_QUADS).splitlines(keepends=True))
    store = ox.Store()
    store.load(input=b"".join(lines[::-1]), format=ox.RdfFormat.N_QUADS)
    return store


@pytest.mark.parametrize("name", sorted(NEW))
def test_the_rows_and_their_order_do_not_depend_on_the_store(name, quarrel, turned):
    found = query.find(name)
    terms = query.values(found, GIVEN.get(name, {}), known(quarrel), quarrel.quads)

    answers = [[str(row) for row in query.run(one, found.text, terms)] for one in (quarrel.quads, turned)]
    assert answers[0] == answers[1]


def picked(found, *columns):
    return [tuple(row[column] for column in columns) for row in found]


def test_who_stands_on_which_side_and_on_what(quarrelling):
    assert picked(quarrelling("positions"), "position", "holder", "words", "line") == [
        ("The measurers", "Harbour", "the [[Harbour]]", "12"),
        ("The doubters", "Board", "", "14"),
    ]
    assert picked(quarrelling("positions", who="Board"), "position") == [("The doubters",)]
    assert picked(quarrelling("position-evidence"), "position", "how", "source", "line") == [
        ("The measurers", "cited", "alpha", "12"),
        ("The doubters", "listed", "beta", "18"),
    ]


def test_publishers_and_copies_of_one_text_count_once(quarrelling):
    [gauge] = quarrelling("independent-support", topic="Gauge")

    assert (gauge["sources"], gauge["independent"], gauge["facts"]) == ("3", "2", "5")
    assert picked(quarrelling("repeated-claims"), "source", "publisher") == [
        ("alpha", "press.example"),
        ("beta", "press.example"),
    ]
    assert picked(quarrelling("independent-support", most="1"), "about") == [("Harbour",), ("Board",)]


def test_what_a_source_has_a_part_in_is_followed_over_any_number_of_pages(quarrelling):
    assert picked(quarrelling("impact", topic="beta"), "about", "how") == [
        ("quay", "declares"), ("Harbour", "declares"), ("Mole", "through"), ("safe", "through"), ("tides", "through"),
    ]  # fmt: skip
    assert picked(quarrelling("stale-pages"), "about", "newest") == [("Harbour", "2026-06-01")]
    assert picked(quarrelling("stale-transitively"), "about", "stale") == [
        ("Mole", "Harbour"), ("quay", "Harbour"), ("safe", "Harbour"), ("tides", "Harbour"),
    ]  # fmt: skip
    assert picked(quarrelling("rests-on-retracted"), "about", "sentence") == [("safe", "It was closed ([[gamma]]).")]


@pytest.fixture(scope="module")
def in_a_row(tmp_path_factory):
    """Syntheses that tell one another on: each links to the one before, the first two in a circle with the last."""

    def page(kind, head, words):
        return f"---\ntitle: T\ntype: {kind}\n{head}---\n\n## Summary\n\n{words}\n"

    root = tmp_path_factory.mktemp("row")
    files = {
        "sources/told.md": page("source", "published: 2026-05-01\nscraped: 2026-05-02\n", "It was told."),
        "entities/Teller.md": page("entity", "sources: [told]\nlast_updated: 2026-01-01\n", "Who told it."),
        "entities/Reader.md": page("entity", "last_updated: 2026-06-01\n", "Reads [[first]] and rests on nothing."),
        "syntheses/first.md": page("synthesis", "last_updated: 2026-06-01\n", "[[Teller]] says so, see [[third]]."),
        "syntheses/second.md": page("synthesis", "last_updated: 2026-06-01\n", "So it is ([[first]]), see [[second]]."),
        "syntheses/third.md": page("synthesis", "last_updated: 2026-06-01\n", "It is so ([[second]])."),
        "overviews/last.md": page("overview", "last_updated: 2026-06-01\n", "All say so ([[third]])."),
    }  # fmt: skip
    for path, text in files.items():
        (root / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "wiki" / path).write_text(text, encoding="utf-8")
    ingest(root / "store", root / "wiki", Config(base="https://wiki.example/"), dialect.load("newsroom"))
    return reading(root / "store")


@pytest.mark.parametrize(
    ("name", "columns", "rows_of_it"),
    [
        ("impact", ("about", "how", "next"), [
            ("Teller", "declares", "told"), ("last", "through", "third"), ("first", "through", "Teller"),
            ("second", "through", "first"), ("third", "through", "second"),
        ]),
        ("stale-transitively", ("about", "how", "stale"), [
            ("last", "through", "Teller"), ("first", "links", "Teller"), ("second", "through", "Teller"),
            ("third", "through", "Teller"),
        ]),
    ],
)  # fmt: skip
def test_what_narrative_pages_tell_on_is_followed_over_any_number_of_them_and_circles_end(
    in_a_row, name, columns, rows_of_it
):
    found = query.find(name)
    terms = query.values(found, {"topic": "told"} if found.parameters else {}, known(in_a_row), in_a_row.quads)
    text = sparql_text.bind(found.text, terms)

    answer = in_a_row.quads.query(text, use_default_graph_as_union=True)
    heads = [variable.value for variable in answer.variables]
    read = [dict(zip(heads, (answer_formats.cell(cell, Shown(in_a_row.base)) for cell in row), strict=True))
            for row in answer]  # fmt: skip
    assert picked(read, *columns) == rows_of_it
    theirs = rdflib.Dataset(default_union=True)
    theirs.parse(data=in_a_row.quads.dump(format=ox.RdfFormat.N_QUADS), format="nquads")
    assert [tuple(cell.n3() for cell in row) for row in theirs.query(text)] == [
        tuple(str(rdflib_term(cell)) for cell in row)
        for row in in_a_row.quads.query(text, use_default_graph_as_union=True)
    ]


def rdflib_term(term):
    """Return a term as rdflib writes it."""
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value).n3()
    typed = None if term.datatype.value.endswith("#string") else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=typed).n3()


def test_what_happened_stands_in_the_order_of_its_dates(quarrelling):
    assert picked(quarrelling("timeline", topic="Gauge"), "date", "kind", "path") == [
        ("2023", "published", "sources/gamma.md"),
        ("2024-05-01", "published", "sources/alpha.md"),
        ("2024-05-01", "entry", "timelines/tides.md"),
        ("2024-06", "published", "sources/beta.md"),
        ("2025-12-31", "due", "sources/alpha.md"),
    ]
    assert picked(quarrelling("timeline", topic="Gauge", since="2025-01-01"), "kind") == [("due",)]
    assert picked(quarrelling("forecasts-due"), "due", "passed") == [("2025-12-31", "true")]
    assert picked(quarrelling("growth"), "month", "sources", "claims", "total") == [
        ("2023", "1", "1", "1"), ("2024-05", "1", "3", "2"), ("2024-06", "1", "3", "3"),
    ]  # fmt: skip


def test_disagreement_on_a_concept_has_its_contradictions_positions_and_figures(quarrelling):
    assert sorted(picked(quarrelling("disagreement", topic="Gauge"), "kind", "one", "other")) == [
        ("contradiction", "alpha", "beta"), ("figure", "alpha", "beta"), ("figure", "beta", "alpha"),
        ("position", "Board", "quay"), ("position", "Harbour", "quay"),
    ]  # fmt: skip
    assert picked(quarrelling("contradictions-by-theme"), "contradiction", "source") == [("quay", "alpha")]
    assert picked(quarrelling("contradictions-unanswered"), "source", "target") == [("alpha", "beta")]
    assert picked(quarrelling("figures-that-differ"), "value", "source") == [("12", "alpha"), ("14", "beta")]


def test_facts_and_sentences_that_rest_on_one_source_are_named(quarrelling):
    assert picked(quarrelling("facts-on-one-source"), "source", "line") == [
        ("alpha", "12"), ("beta", "12"), ("gamma", "11"),
    ]  # fmt: skip
    assert ("gamma", "It was closed ([[gamma]]).") in picked(
        quarrelling("sentences-on-one-source"), "source", "sentence"
    )


def test_a_quotation_is_unknown_where_no_original_was_compared(quarrelling):
    assert picked(quarrelling("quotes-by-verdict"), "verdict", "original") == [("unknown", "")]
    assert quarrelling("quotes-by-verdict", verdict="exact") == []


def test_a_verdict_of_the_original_is_told_with_its_place(quarrel):
    nr, part = (
        names.NR,
        next(iter(quarrel.quads.query("SELECT ?q { GRAPH ?g { ?q a nr:Quote } }", prefixes=names.PREFIXES))),
    )
    store = ox.Store()
    store.bulk_extend(quarrel.quads)
    match, graph = ox.NamedNode("https://wiki.example/match/1"), ox.NamedNode("https://wiki.example/graph/originals")
    for subject, name, value in (
        (part["q"], "inOriginal", match), (match, "verdict", ox.NamedNode(f"{nr}NotThere")),
        (match, "path", ox.Literal("raw/a.md")), (match, "line", ox.Literal(12)),
    ):  # fmt: skip
        store.add(ox.Quad(subject, ox.NamedNode(nr + name), value, graph))

    [row] = query.run(store, query.find("quotes-by-verdict").text, {})

    assert [row[name].value for name in ("verdict", "original", "original_line")] == ["not-there", "raw/a.md", "12"]


def test_what_ties_topics_is_counted_once_for_each_pair(quarrelling):
    central = {row["about"]: (row["degree"], row["linking"]) for row in quarrelling("central-topics")}

    assert central["Gauge"] == ("7", "7")
    assert picked(quarrelling("co-mentions", topic="Gauge", least="3"), "other", "sentences") == [("Harbour", "5")]
    assert picked(quarrelling("orphans"), "path") == [(path,) for path in sorted(
        ["concepts/Mole.md", "contradictions/quay.md", "syntheses/safe.md", "timelines/tides.md"])]  # fmt: skip
    assert picked(quarrelling("coverage-gaps"), "hub", "said") == [("Mole", "0")]
    assert picked(quarrelling("tags", tag="HARBOURS"), "word", "line", "column") == [("Harbours", "4", "15")]
    assert picked(quarrelling("publishers"), "publisher", "sources", "facts") == [("press.example", "2", "4")]


# ---- the same from other engines ------------------------------------------------------------------------------------


def by_rdflib(data):
    found = rdflib.Dataset(default_union=True)
    found.parse(data=data, format="nquads")
    return found


def n3(term):
    plain = str(getattr(term, "datatype", None)).endswith("#string")
    return (rdflib.Literal(str(term)) if plain else term).n3()


def comparable(answer):
    """Return an answer of rdflib as `support.library.rows` gives that of pyoxigraph."""
    if answer.type == "ASK":
        return answer.askAnswer
    if answer.type == "CONSTRUCT":
        return sorted(f"{s.n3()} {p.n3()} {o.n3()}" for s, p, o in answer)
    return sorted(tuple("None" if term is None else n3(term) for term in row) for row in answer)


@pytest.fixture(scope="module")
def quarrel_in_rdflib(quarrel):
    return by_rdflib(quarrel.quads.dump(format=ox.RdfFormat.N_QUADS))


@pytest.mark.parametrize("name", some(sorted(NEW), 3))
def test_rdflib_gives_the_same_rows(name, quarrel, quarrel_in_rdflib):
    found = query.find(name)
    text = sparql_text.bind(found.text, query.values(found, GIVEN.get(name, {}), known(quarrel), quarrel.quads))

    assert comparable(quarrel_in_rdflib.query(text)) == asked(quarrel.quads, text)


@pytest.fixture
def server():
    """Start a server on a graph; it ends with the test."""
    started = []

    def start(data):
        started.append(oxigraph_server.Server(data))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def test_a_server_gives_the_same_rows_of_the_example_for_every_query(exemplary, server):
    other = server(exemplary.quads.dump(format=ox.RdfFormat.N_QUADS))

    for name in OF_PAGES:
        text = bound(query.find(name), exemplary.quads, known(exemplary))
        assert other.ask(text) == asked(exemplary.quads, text), name


@pytest.mark.nightly
def test_rdflib_gives_the_same_rows_of_the_example_for_every_query(exemplary):
    theirs = by_rdflib(exemplary.quads.dump(format=ox.RdfFormat.N_QUADS))

    for name in OF_PAGES:
        text = bound(query.find(name), exemplary.quads, known(exemplary))
        assert comparable(theirs.query(text)) == asked(exemplary.quads, text), name


@pytest.mark.parametrize(
    "pages", [pytest.param(100, marks=pytest.mark.full), pytest.param(1_000, marks=pytest.mark.nightly)]
)
def test_a_server_gives_the_same_rows_of_a_wiki_of_which_every_query_has_some(pages, tmp_path, server):
    read = asked_newsroom.newsroom(tmp_path, pages)
    theirs = server(read.quads.dump(format=ox.RdfFormat.N_QUADS))
    none, other = [], []
    for name in LIBRARY:
        text = bound(query.find(name), read.quads, read.known)
        ours = asked(read.quads, text)
        none += [] if ours else [name]
        other += [] if theirs.ask(text) == ours else [name]

    assert (none, other) == ([], [])


# ---- queries of one's own -------------------------------------------------------------------------------------------

OWN = """\
# {name}: pages with a tag
# What the front matter says.
# param tag (text): the tag
# columns: path
SELECT ?path {{ GRAPH ?facts {{ ?page schema:keywords $tag ; nr:path ?path }} }} ORDER BY ?path
"""


@pytest.fixture(scope="module")
def own_wiki(tmp_path_factory):
    """A wiki whose kg.toml names a folder of queries."""
    root = tmp_path_factory.mktemp("own")
    for path in ("sources/alpha.md", "entities/Harbour.md", "concepts/Gauge.md"):
        (root / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "wiki" / path).write_text(QUARREL[path], encoding="utf-8")
    (root / "kg.toml").write_text('wiki = "wiki"\nqueries = "ask"\n', encoding="utf-8")
    (root / "ask").mkdir()
    (root / "ask" / "tagged.rq").write_text(OWN.format(name="tagged"), encoding="utf-8")
    kg("ingest", cwd=root, code=0)
    return root


@pytest.fixture
def own(own_wiki):
    """Run `kg query` with one more file in the folder."""
    written = []

    def ask(*arguments, code, **files):
        for name, text in files.items():
            written.append(own_wiki / "ask" / f"{name}.rq")
            written[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
        return kg("query", *arguments, cwd=own_wiki, code=code)

    yield ask
    for file in written:
        file.unlink()


def test_a_query_of_ones_own_is_asked_listed_and_explained_like_those_of_the_library(own):
    assert own("tagged", "--tag", "tides", "--format", "csv", code=0).stdout.split() == ["path", "sources/alpha.md"]
    listed = own("--list", code=0).stdout
    assert listed.rstrip().endswith("tagged                     pages with a tag")
    assert "Your own, in " in listed
    assert "--tag TEXT" in own("tagged", "--help", code=0).stdout
    assert "did you mean 'tagged'?" in own("taged", code=2).stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("claims", OWN.format(name="claims"), "claims.rq:1: the library has a query 'claims' already"),
        ("x", "# x: t\n# param tag: what\nSELECT ?p { ?p ?q $tag }", "x.rq:2: '# param tag: what' declares no parameter; write '# param NAME (KIND"),
        ("x", "# x: t\n# param tag (topc): what\nSELECT ?p { ?p ?q $tag }", "x.rq:2: there is no kind 'topc' of a parameter; did you mean 'topic'?"),
        ("x", "# x: t\n# param format (text): what\nSELECT ?p { ?p ?q $format }", "x.rq:2: its parameter 'format' is an option of every query; rename it"),
        ("x", "# x: t\n# param tag (text): what\nSELECT ?p { ?p ?q $tga }", "x.rq:2: the query has no $tag; did you mean 'tga'?"),
        ("x", "# x: t\n# param n (integer, default few): what\nSELECT ?p { ?p ?q ?o } LIMIT $n", "x.rq:2: its default: --n: expected a whole number"),
        ("x", "# x: t\n# param k (choice): what\nSELECT ?p { ?p ?q $k }", "x.rq:2: 'choice' with 0 words; write '(choice one other)'"),
        ("x", "# x: t\n# columns: page\nSELECT ?p { ?p ?q ?o }", "x.rq:2: its columns are 'p', not 'page'"),
        ("x", "# x: t\nSELECT ?p {\n ?p ?q }", "x.rq:3: not a SPARQL query: column 9: "),
        ("x", "# x: t\nSELECT ?p { SERVICE <x:y> { ?p ?q ?o } }", "x.rq:1: SERVICE would reach the network"),
        ("x", b"# x: t\nSELECT '\xff'", "x.rq:2: not UTF-8: the byte 0xff"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_one_line_with_its_place(own, name, text, said):
    done = own(name, code=2, **{name: text})
    listed = own("--list", code=2)

    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert said in listed.stderr
    assert "tagged" in listed.stdout
    assert own("tagged", "--tag", "tides", code=0).stdout


def test_a_folder_that_is_not_there_is_named(tmp_path):
    (tmp_path / "kg.toml").write_text('queries = "nowhere"\n', encoding="utf-8")

    assert "nowhere: no such folder; `queries` in kg.toml names" in kg("query", "claims", cwd=tmp_path, code=2).stderr


# ---- values and completion ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["claims", "--grade", "fcat"], "--grade: unknown grade 'fcat'; did you mean 'fact'?"),
        (["connections", "--relation", "definse"], "has the relation 'definse'; did you mean 'defines'?"),
        (["quotes-by-verdict", "--verdict", "exat"], "--verdict: unknown value 'exat'; did you mean 'exact'?"),
        (["quotes-by-verdict", "--verdict", "zzz"], "use one of exact, near, not-there, unknown"),
        (["timeline", "--topic", "Gage"], "nothing in this wiki is called 'Gage'; did you mean 'Gauge'?"),
        (["timeline", "--topic", "Gauge", "--since", "May"], "--since: expected a date such as 2026-03-01, found 'May'"),
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_answered_with_what_would_be_right(own, arguments, said):
    done = own(*arguments, code=2)

    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def completed(root, *words):
    """Return what a shell is told to complete the last word with."""
    done = kg(cwd=root, _KG_COMPLETE="fish_complete", COMP_WORDS=" ".join(["kg", *words]), COMP_CWORD=words[-1])
    return [line.partition(",")[2].split("\t")[0] for line in done.stdout.splitlines() if line]


def test_a_shell_completes_names_of_queries_topics_grades_relations_and_choices(own_wiki):
    assert completed(own_wiki, "query", "tagg") == ["tagged"]
    assert completed(own_wiki, "query", "claims-b") == ["claims-by"]
    assert completed(own_wiki, "query", "claims", "--grade", "fa") == ["fact"]
    assert completed(own_wiki, "query", "timeline", "--topic", "ga") == ["Gauge"]
    assert completed(own_wiki, "query", "claims-by", "--who", "ada") == ["Ada Example"]
    assert completed(own_wiki, "query", "connections", "--relation", "contr") == ["contradicts"]
    assert completed(own_wiki, "query", "quotes-by-verdict", "--verdict", "n") == ["near", "not-there"]


def test_where_there_is_no_store_a_shell_completes_nothing_and_is_told_nothing(tmp_path):
    assert completed(tmp_path, "query", "timeline", "--topic", "x") == []
