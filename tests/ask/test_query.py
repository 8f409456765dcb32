"""Asking: the library's answers, values that stay values, no network, every format, and one line for every mistake."""

import csv
import io
import json
import re
import subprocess
import sys
import time

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from support.commands import kg
from support.tier import some

from kg.ask import answer_formats, query
from kg.ingest.ingest import ingest
from kg.model.finding import KgError
from kg.network import terms
from kg.rdf import nquads, sparql_text
from kg.reason import infer
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.reading import reading

BASE = "https://wiki.example/"
SHOWN = answer_formats.Shown(BASE)
PAGES = {
    "sources/tide-report.md": """\
---
title: "Tide report"
type: source
published: 2024-05-01
scraped: 2026-06-01
source_url: "https://example.org/tide"
---

## Summary

The gauge of [[PortVerde]] is old. Nobody reads [[LostPage]] now.

## Key Claims

- [fact] [[PortVerde]] — has measured since 1901
- [analysis] Ada Example, engineer — thinks that [[PortVerde]] needs [[Gauges|new gauges]] [[tide-report#Key Quotes|self]]
- [forecast] Ada Example — the quay will flood by 2040
- 港務局 — the quay is safe

## Key Quotes

> "We read it every morning." — ada example, engineer

## Connections

- contradicts: [[harbour-letter]] — safe or not
- references: [[Gauges]] — what measures
""",
    "sources/harbour-letter.md": """\
---
title: "Harbour letter"
type: source
published: 2023-01-15
scraped: 2026-05-01
---

## Key Claims

- [fact] [[PortVerde]] — the quay is safe [[tide-report#Key Claims|there]]
- [forecast] Bo Nemo — the quay is safe
- [fact] Bo Nemo — the quay is safe

## Key Quotes

> "No flood." — [[PortVerde]]

## Connections

- contradicts: [[tide-report]] — the other view
- measures: [[Gauges]] — a word of its own
- contradicts: [[Gauges]] — they do not answer
""",
    "entities/PortVerde.md": """\
---
title: "Port Verde"
type: entity
kind: org
sources: [tide-report, harbour-letter]
last_updated: 2026-05-15
---

## Overview

A harbour with [[Gauges]].

## Connections

- [[Gauges]] — its instruments
""",
    "concepts/Gauges.md": """\
---
title: "Gauges"
type: concept
sources: [tide-report]
last_updated: 2026-07-01
---

## Overview

They float.
""",
    "concepts/Quay.md": """\
---
title: "Quay"
type: concept
sources: []
last_updated: 2026-07-01
---

## Overview

What a harbour has.
""",
    "concepts/Mole.md": """\
---
title: "Mole"
type: concept
sources: []
last_updated: 2026-07-01
---

## Overview

Another [[Quay]].
""",
    "syntheses/safe.md": """\
---
title: "Safe"
type: synthesis
sources: [tide-report, harbour-letter]
last_updated: 2026-07-01
---

## Summary

They differ ([[tide-report]], [[harbour-letter]]).
""",
}
GIVEN = {
    "community": {"topic": "Gauges"},
    "backlinks": {"to": "Gauges"},
    "claims-about": {"about": "Port Verde"},
    "claims-by": {"who": "ada EXAMPLE"},
    "evidence": {"topic": "tide-report"},
    "hubs-to-expand": {"sources": "1", "pages": "1"},
    "neighbourhood": {"topic": "sources/harbour-letter.md"},
    "rests-on": {"topic": "tide-report"},
    "sources-rich-in-facts": {"facts": "1", "quotes": "0"},
    "unlinked-mentions": {"topic": "Quay"},
}
# Those of which this wiki has rows; tests/ask/test_query_library.py has a wiki for the others.
LIBRARY = [
    "backlinks", "broken-links", "claimants", "claims", "claims-about", "claims-by", "connections", "contradictions",
    "evidence", "forecasts", "has-contradictions", "hubs-linked-by-hubs-only", "hubs-little-used",
    "hubs-older-than-sources", "hubs-to-expand", "joined-sources", "neighbourhood", "pages-to-write", "quotes",
    "rests-on", "same-text-two-grades", "sources", "sources-rich-in-facts", "speakers-without-page",
    "unlinked-mentions", "unsupported-facts", "web-annotations",
]  # fmt: skip
# The network of links has a wiki of its own in tests/network/test_communities.py.
EVERY = [n for n in sparql_text.library() if not terms.asks(sparql_text.tokens(query.find(n).text), BASE)]


@pytest.fixture(scope="module")
def queried_wiki(tmp_path_factory):
    root = tmp_path_factory.mktemp("query")
    for path, text in PAGES.items():
        (root / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "wiki" / path).write_text(text, encoding="utf-8")
    ingest(root / "store", root / "wiki", Config(base=BASE), dialect.load("newsroom"))
    return root


@pytest.fixture(scope="module")
def vocabulary(queried_wiki):
    read = reading(queried_wiki / "store")
    return query.Vocabulary(read.base, read.pages)


@pytest.fixture(scope="module")
def quads(queried_wiki):
    return generations.open_reader(queried_wiki / "store", generations.require(queried_wiki / "store"))


@pytest.fixture(scope="module")
def dump(quads):
    return sorted(quads.dump(format=ox.RdfFormat.N_QUADS).splitlines(keepends=True))


@pytest.fixture
def ask(quads, vocabulary):
    """Answer a query of the library."""

    def answer(name, source=quads, **values):
        found = query.find(name)
        terms = query.values(found, values, vocabulary, source)
        return query.run(source, found.text, terms)

    return answer


@pytest.fixture
def rows(ask):
    """Return the rows of a query of the library as a person reads them."""
    return lambda name, **values: [
        tuple(answer_formats.cell(row[i], SHOWN) for i in range(len(row))) for row in ask(name, **values)
    ]


def loaded(lines):
    found = ox.Store()
    found.load(input=b"".join(lines), format=ox.RdfFormat.N_QUADS)
    return found


def comparable(answer):
    """Return an answer of pyoxigraph as plain values, in its order."""
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    if isinstance(answer, ox.QueryTriples):
        return sorted(str(triple) for triple in answer)
    return [tuple(str(term) for term in row) for row in answer]


# ---- the library ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_a_query_of_the_library_explains_itself(name):
    found = query.find(name)

    assert found.text.startswith(f"# {name}: ")
    assert found.title
    assert found.about
    assert [parameter.name for parameter in found.parameters if not parameter.help] == []
    assert {parameter.kind for parameter in found.parameters} <= set(sparql_text.KINDS)
    assert sorted(parameter.name for parameter in found.parameters) == sparql_text.placeholders(found.text)


@pytest.mark.parametrize("name", LIBRARY)
def test_a_query_of_the_library_runs_on_an_empty_store(name, ask):
    given = {key: value if value.isdigit() else "Gauges" for key, value in GIVEN.get(name, {}).items()}
    answer = ask(name, source=ox.Store(), **given)

    assert not comparable(answer)


@pytest.mark.parametrize("name", LIBRARY)
def test_every_row_of_the_library_has_its_place(name, ask):
    answer = ask(name, **GIVEN.get(name, {}))
    if not isinstance(answer, ox.QuerySolutions):
        assert comparable(answer)
        return
    heads = [variable.value for variable in answer.variables]

    found = list(answer)

    assert heads[-2:] == ["path", "line"] or heads[-3:] == ["path", "line", "column"]
    assert found
    for row in found:
        lines = PAGES[row["path"].value].split("\n")
        assert len(lines[int(row["line"].value) - 1]) >= (int(row["column"].value) if "column" in heads else 1)


@pytest.fixture(scope="module")
def reversed_store(dump):
    return loaded(dump[::-1])


@pytest.mark.parametrize("name", LIBRARY)
def test_the_order_of_rows_does_not_depend_on_the_store(name, ask, reversed_store):
    given = GIVEN.get(name, {})

    assert comparable(ask(name, source=reversed_store, **given)) == comparable(ask(name, **given))


@pytest.fixture(scope="module")
def inferred(quads, dump):
    return loaded([*dump, infer.infer(quads, BASE).quads])


@pytest.mark.parametrize("name", [name for name in LIBRARY if name != "neighbourhood"])
def test_what_is_inferred_doubles_no_row(name, ask, inferred):
    given = GIVEN.get(name, {})

    assert comparable(ask(name, source=inferred, **given)) == comparable(ask(name, **given))


@pytest.fixture(scope="module")
def dataset(dump):
    found = rdflib.Dataset(default_union=True)
    found.parse(data=b"".join(dump), format="nquads")
    return found


@pytest.mark.parametrize("name", some(LIBRARY, 2))
def test_another_engine_gives_the_same_rows(name, ask, dataset, quads, vocabulary):
    found, given = query.find(name), GIVEN.get(name, {})
    text = sparql_text.bind(found.text, query.values(found, given, vocabulary, quads))

    theirs = dataset.query(text)

    ours = comparable(ask(name, **given))
    if theirs.type == "ASK":
        assert theirs.askAnswer == ours
    elif theirs.type == "CONSTRUCT":
        assert sorted(f"{s.n3()} {p.n3()} {o.n3()}" for s, p, o in theirs) == ours
    else:
        assert sorted(tuple("None" if t is None else n3(t) for t in row) for row in theirs) == sorted(ours)


def n3(term):
    plain = str(getattr(term, "datatype", None)).endswith("#string")
    return (rdflib.Literal(str(term)) if plain else term).n3()


def test_claims_about_a_topic_are_its_own_and_those_that_link_to_it(rows):
    tide, letter = "sources/tide-report.md", "sources/harbour-letter.md"

    assert rows("claims-about", about="PortVerde") == [
        ("claimant", "fact", "PortVerde", "the quay is safe (there)", letter, "10", "1"),
        ("claimant", "fact", "PortVerde", "has measured since 1901", tide, "15", "1"),
        ("link", "analysis", "agent/ada example", "thinks that PortVerde needs new gauges (self)", tide, "16", "1"),
    ]


def test_claims_by_a_plain_name_are_found_in_any_letter_case(rows):
    assert [row[:2] + row[-2:-1] for row in rows("claims-by", who="ADA example")] == [
        ("2024-05-01", "analysis", "16"),
        ("2024-05-01", "forecast", "17"),
    ]


def test_claims_are_chosen_by_grade(rows):
    assert len(rows("claims")) == 7
    assert [row[0] for row in rows("claims")].count("") == 1
    assert [row[-2] for row in rows("claims", grade="forecast")] == ["11", "17"]


def test_quotes_are_chosen_by_speaker(rows):
    assert [row[0] for row in rows("quotes")] == ["PortVerde", "agent/ada example"]
    assert rows("quotes", who="Ada Example") == [
        ("agent/ada example", "engineer", "We read it every morning.", "sources/tide-report.md", "22", "1")
    ]


def test_claimants_are_counted_by_grade_with_their_first_place(rows):
    assert rows("claimants") == [
        ("agent/ada example", "2", "0", "1", "1", "0", "sources/tide-report.md", "16"),
        ("agent/bo nemo", "2", "1", "0", "1", "0", "sources/harbour-letter.md", "11"),
        ("PortVerde", "2", "2", "0", "0", "0", "sources/harbour-letter.md", "10"),
        ("agent/港務局", "1", "0", "0", "0", "1", "sources/tide-report.md", "18"),
    ]


def test_a_contradiction_is_answered_by_the_other_page(rows):
    assert [row[1::2] for row in rows("contradictions")] == [
        ("tide-report", "true", "20"),
        ("Gauges", "false", "22"),
        ("harbour-letter", "true", "26"),
    ]


def test_every_item_under_contradictions_is_one_but_a_denial(tmp_path):
    pages = {
        "a.md": "---\ntype: source\npublished: 2024\n---\n\n## Key Claims\n\n- [fact] [[c]] — x\n\n## Contradictions\n\n"
        "- Speaks against [[b]] and [[c]]\n- A contradiction without a link\n- contradicts [[b]]\n",
        "b.md": "---\ntype: source\npublished: 2024-02\n---\n\n## Contradictions\n\n- None\n",
        "c.md": "---\ntype: source\npublished: 2024-07-01\n---\n\n## Key Claims\n\n- [fact] [[a]] — cited [[a]]\n",
    }  # fmt: skip
    for path, text in pages.items():
        (tmp_path / "wiki" / "sources").mkdir(parents=True, exist_ok=True)
        (tmp_path / "wiki" / "sources" / path).write_text(text, encoding="utf-8")
    kg("--store", tmp_path / "s", "ingest", tmp_path / "wiki", code=0)

    def answer(*arguments):
        done = kg("--store", tmp_path / "s", "query", *arguments, "--format", "csv", code=0)
        return [line.split(",") for line in done.stdout.splitlines()[1:]]

    noted = answer("contradictions")
    assert [(row[0][-1], row[1][-1:], row[2], row[5]) for row in noted] == [
        ("a", "b", "Speaks against [[b]] and [[c]]", "12"), ("a", "c", "Speaks against [[b]] and [[c]]", "12"),
        ("a", "", "A contradiction without a link", "13"), ("a", "b", "contradicts [[b]]", "14"),
    ]  # fmt: skip
    assert kg("--store", tmp_path / "s", "query", "has-contradictions", "--topic", "a", code=0).stdout == "true\n"
    assert kg("--store", tmp_path / "s", "query", "has-contradictions", "--topic", "b", code=0).stdout == "false\n"
    assert [(row[0], row[1][-1], row[3], row[4]) for row in answer("rests-on", "--topic", "a")] == [
        ("reported", "a", "sources/a.md", "8"), ("cites", "c", "sources/c.md", "8"),
    ]  # fmt: skip
    assert [row[0][-1] for row in answer("sources", "--since", "2024-02-15")] == ["c", "b", "a"]


def test_dates_of_three_precisions_are_compared_by_their_days():
    days = {
        "2024": ("2024-01-01", "2024-12-31"), "2024-02": ("2024-02-01", "2024-02-29"), "2026-03-01": ("2026-03-01", "2026-03-01"),
    }  # fmt: skip

    for written, (first, last) in days.items():
        kind = f"^^{nquads.TERMS['xsd:date']}"
        assert nquads.days(written) == (("nr:firstDay", f'"{first}"{kind}'), ("nr:lastDay", f'"{last}"{kind}'))
    for nothing in ("", "soon", "2024-13", "2024-02-30"):
        assert nquads.days(nothing) == ()


def test_forecasts_come_with_the_day_of_their_source(rows):
    assert [row[0] for row in rows("forecasts")] == ["2023-01-15", "2024-05-01"]
    assert [row[0] for row in rows("forecasts", before="2024-05-01")] == ["2023-01-15"]


def test_sources_count_their_claims(rows):
    tide = ("tide-report", "2024-05-01", "2026-06-01", "1", "1", "1", "1", "https://example.org/tide")
    letter = ("harbour-letter", "2023-01-15", "2026-05-01", "2", "0", "1", "0", "")

    assert [row[:-2] for row in rows("sources")] == [tide, letter]
    assert [row[:-2] for row in rows("sources", since="2024-05-01")] == [tide]


def test_connections_are_chosen_by_relation_also_by_a_word_of_the_author(rows):
    assert [row[1] for row in rows("connections")] == [
        "", "contradicts", "measures", "contradicts", "contradicts", "references",
    ]  # fmt: skip
    assert [row[-2] for row in rows("connections", relation="Measures")] == ["21"]
    assert [row[-2] for row in rows("connections", relation="references")] == ["27"]


def test_backlinks_come_with_their_sentences(rows):
    assert [(row[0], *row[-3:]) for row in rows("backlinks", to="Gauges")][:3] == [
        ("A harbour with [[Gauges]].", "entities/PortVerde.md", "11", "18"),
        ("- [[Gauges]] — its instruments", "entities/PortVerde.md", "15", "5"),
        ("- measures: [[Gauges]] — a word of its own", "sources/harbour-letter.md", "21", "15"),
    ]
    assert [row[0] for row in rows("backlinks", to="LostPage")] == ["Nobody reads [[LostPage]] now."]


def test_offenders_are_found_where_they_stand(rows):
    assert rows("broken-links") == [("LostPage", "", "tide-report", "sources/tide-report.md", "11", "51")]
    assert [row[-2] for row in rows("unsupported-facts")] == ["12", "15"]
    assert [(row[1], row[-2]) for row in rows("same-text-two-grades")] == [("forecast", "11"), ("fact", "12")]
    assert [row[:3] for row in rows("speakers-without-page")] == [
        ("Ada Example", "1", "3"),
        ("Bo Nemo", "1", "2"),
        ("港務局", "1", "1"),
    ]
    assert rows("hubs-older-than-sources") == [
        ("PortVerde", "2026-05-15", "2026-06-01", "1", "entities/PortVerde.md", "6")
    ]


def test_evidence_names_the_section_that_a_link_points_to(rows):
    assert [(row[0], row[1], row[3], row[-2]) for row in rows("evidence", topic="tide-report")] == [
        ("claim", "fact", "Key Claims", "10"),
        ("claim", "analysis", "Key Quotes", "16"),
    ]


def test_web_annotations_find_their_words_again(ask):
    oa = "http://www.w3.org/ns/oa#"
    found = {}
    for triple in ask("web-annotations", topic="tide-report"):
        found.setdefault(triple.predicate.value.removeprefix(oa), {})[triple.subject] = triple.object

    assert len(found["hasBody"]) == 6
    for annotation, target in found["hasTarget"].items():
        page = found["hasSource"][target].value.removeprefix(f"{BASE}page/") + ".md"
        name = annotation.value.removesuffix("#annotation")
        words, position = (ox.NamedNode(f"{name}#{kind}-selector") for kind in ("quote", "position"))
        start, end = (int(found[key][position].value) for key in ("start", "end"))
        assert PAGES[page][start:end] == found["exact"][words].value


def test_a_neighbourhood_holds_relations_both_ways_and_claims_but_no_lines(ask):
    lines = comparable(ask("neighbourhood", topic="PortVerde"))

    text = "\n".join(lines)
    assert f"<{BASE}id/PortVerde> <https://w3id.org/newsroom-kg/ns#relatesTo> <{BASE}id/Gauges>" in lines
    assert f'<{BASE}id/Gauges> <https://schema.org/name> "Gauges"' in lines
    assert "has measured since 1901" in text
    assert not re.search("ns#(position|line|inSection|markup|slug)", text)


# ---- values ---------------------------------------------------------------------------------------------------------


@given(st.text())
def test_any_text_enters_a_query_as_exactly_that_literal(text):
    [row] = query.run(ox.Store(), "SELECT ?v WHERE { BIND($v AS ?v) }", {"v": ox.Literal(text)})

    assert row["v"] == ox.Literal(text)


@given(st.text(), st.sampled_from([{"language": "en"}, {"datatype": ox.NamedNode("https://x.example/#t")}]))
def test_a_literal_keeps_its_language_or_datatype(text, kind):
    [row] = query.run(ox.Store(), "SELECT ?v WHERE { BIND($v AS ?v) }", {"v": ox.Literal(text, **kind)})

    assert row["v"] == ox.Literal(text, **kind)


@given(st.text(), st.text(alphabet="\"'<>{}\\#$v \n"))
def test_a_name_in_a_string_an_iri_or_a_comment_stays_as_it_is(text, marks):
    quoted = nquads.text(f"{text}{marks} $v")
    asked = f"SELECT ({quoted} AS ?s) (<https://x.example/$v> AS ?i) ('''$v''' AS ?l) {{ }} # $v"

    assert sparql_text.bind(asked, {"v": ox.Literal("!")}) == asked


def test_a_name_is_bound_whole_or_not_at_all():
    bound = sparql_text.bind("SELECT * { ?s $v $va ; ex:$v ?v$v 'it\\'s $v' ex:it\\'s $v }", {"v": ox.Literal("1")})

    assert bound == 'SELECT * { ?s "1" $va ; ex:"1" ?v"1" \'it\\\'s $v\' ex:it\\\'s "1" }'


@given(st.text() | st.text(alphabet="\"'<>#\\$?a:. \n{}"))
def test_the_tokens_of_any_text_give_it_back(text):
    assert "".join(word for _, word in sparql_text.tokens(text)) == text


@pytest.mark.parametrize(
    "piece", ['"""\\', "'''\\", '"a\\', '\\"', "<", "<a", "<a\\u0041", '""" ', "a.", "'\"", "#", "$"]
)
def test_reading_tokens_takes_time_in_proportion_to_the_text(piece):
    def seconds(size):
        text, spent = piece * size, []
        for _ in range(3):
            start = time.process_time()
            for _ in sparql_text.tokens(text):
                pass
            spent.append(time.process_time() - start)
        return min(spent)

    assert seconds(20_000) < 40 * max(seconds(2_000), 0.0005)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("integer", "-1", "--p: expected a whole number, found '-1'"),
        ("integer", "1 } LIMIT 5", "--p: expected a whole number"),
        ("integer", "٣", "--p: expected a whole number"),
        ("date", "2024-13-01", "--p: expected a date such as 2026-03-01, found '2024-13-01'"),
        ("grade", "rumour", "--p: unknown grade 'rumour'; use one of fact, analysis, forecast"),
        ("iri", "not an iri", "--p: expected an IRI"),
        ("text", "\udcff", "--p: expected a text in UTF-8, found '\\udcff'"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(kind, value, said):
    found = sparql_text.describe("q", f"# q: t\n# param p ({kind}): h\nSELECT * {{ ?s ?o $p }}")

    with pytest.raises(KgError, match=re.escape(said)):
        query.values(found, {"p": value}, query.Vocabulary(BASE, {}), ox.Store())


def test_a_date_is_written_one_way():
    found = sparql_text.describe("q", "# q: t\n# param p (date): h\nSELECT * { ?s ?o $p }")

    assert query.values(found, {"p": "20240501"}, query.Vocabulary(BASE, {}), ox.Store())["p"].value == "2024-05-01"


# ---- no network -----------------------------------------------------------------------------------------------------

HERE = "<http://127.0.0.1:1/>"


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE {HERE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ sErViCe SILENT {HERE} {{ ?s ?p ?o }} }}",
        "SELECT * { SERVICE?g { ?s ?p ?o } }",
        f"SELECT * {{ ?s ?p ?o .SERVICE {HERE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s ?p ?o.SERVICE{HERE}{{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s ?p 1SERVICE {HERE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s ?p nr:.SERVICE {HERE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ ?s ?p 'x'@en.SERVICE {HERE} {{ ?s ?p ?o }} }}",
        "SELECT * { SERVICEnr:x { ?s ?p ?o } }",
        "SELECT * { serviceSILENTnr:x #\n { ?s ?p ?o } }",
        "SELECT * { SERVICE:x { ?s ?p ?o } }",
        "SELECT * { SERVICE:%41\\-b { ?s ?p ?o } }",
        f"SELECT * {{ FILTER(1<2)SERVICE#>\n{HERE} {{ ?s ?p ?o }} }}",
        f'SELECT * {{ FILTER(1<2)#> """\nSERVICE {HERE} {{ ?s ?p "" }} #""" }}\n}}',
        f"SELECT * {{ ?s <\\u0041#> ?o . SERVICE {HERE} {{ ?s ?p ?o }} }}",
        f'SELECT * {{ VALUES ?x {{"""abc"}} SERVICE {HERE} {{ ?s ?p ?o }} }}',
        f"LOAD {HERE}",
        f"load silent {HERE} INTO GRAPH <x:y>",
    ],
)
def test_what_would_reach_the_network_is_refused(text):
    with pytest.raises(KgError, match=r"would reach the network|may hide a SERVICE|never closed"):
        query.run(ox.Store(), text, {})


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?service ?load $SERVICE }",
        "PREFIX ex: <https://service.example/SERVICE#> SELECT * { ex:SERVICE ex:a.load ?o }",
        "PREFIX service: <https://x.example/> SELECT * { ?s service:x ?o . service:y a service:load }",
        "SELECT * { ?s ?p 'SERVICE', \"load\", '''SERVICE <x:y> {''', 'it\\'s a SERVICE {' }",
        "SELECT * { ?s ?p ?o } # SERVICE <x:y> { }",
        "SELECT * { <https://x.example/load> <urn:SERVICE:x> _:service }",
    ],
)
def test_the_words_are_free_in_names_strings_iris_and_comments(text):
    assert list(query.run(ox.Store(), text, {})) == []


PIECES = [
    " ", "?s ?p ?o", "?s ?p ?o.", ".", "FILTER(1<2)", "FILTER(1<2)#>", "FILTER(?x<?y)", "{", "}", '"', '"""', "'''", "#",
    "\n", "\\", "<", ">", "<#>", "<a#b>", "<http://x#>", "<\\u0041#>", "OPTIONAL{", "service:x ?p ?o.", "a:b", "a:", "..",
    "VALUES ?v {", '"a"', "1", "true", "@en", "?", "_:b", "%41", "\\-", "a:\\'", "[]", ")", "(", ",", ";",
]  # fmt: skip
CALLS = ["SERVICE", "service", "SERVICESILENT ", ".SERVICE", "SERVICE#\n", "SERVICE#>\n", "SERVICE:", "Servicea:"]
ENDS = ["<http://127.0.0.1:1/>{?a ?b ?c}", ":x{?a ?b ?c}", "a:%41{?a ?b ?c}", "a:\\-{}", "x#\n{}", "<#>{}", "<>{}"]


@given(st.lists(st.sampled_from(PIECES), max_size=4), st.sampled_from(CALLS), st.sampled_from(ENDS), st.integers(1, 2))
def test_whatever_passes_makes_the_engine_call_nobody(before, call, end, closed):
    names = (
        "BASE <http://127.0.0.1:1/> PREFIX : <http://127.0.0.1:1/> PREFIX a: <http://127.0.0.1:1/> PREFIX service: <a>"
    )
    text = f"{names} SELECT * {{{''.join(before)}{call}{end}{'}' * closed}"
    one = loaded([b"<http://s.example> <http://p.example> <http://o.example> .\n"])
    try:
        list(query.run(one, text, {}))  # an attempt to call is an OSError: port 1 is closed to HTTP
    except KgError:
        return


# ---- mistakes -------------------------------------------------------------------------------------------------------


def test_a_syntax_error_shows_line_column_and_caret():
    with pytest.raises(KgError) as caught:
        query.run(ox.Store(), "SELECT *\n{ ?s ?p }", {})

    first, line, caret = str(caught.value).split("\n")
    assert first.startswith("not a SPARQL query: line 2, column 10: ")
    assert (line, caret) == ("  { ?s ?p }", "           ^")


def test_a_caret_stands_below_the_authors_own_words_also_behind_values_and_wide_letters():
    with pytest.raises(KgError) as caught:
        query.run(ox.Store(), 'SELECT * { ?s ?p "漢", $v ; ex:x ?o }', {"v": ox.Literal("漢字\n漢字")})

    first, line, caret = str(caught.value).split("\n")
    assert first == "not a SPARQL query: line 1, column 28: the prefix ex: is not declared"
    assert line == '  SELECT * { ?s ?p "漢", $v ; ex:x ?o }'
    assert answer_formats._width(caret) == answer_formats._width(line[: line.index("ex:x")]) + 1


def test_a_text_that_is_no_query_is_told_so_in_words():
    for text in ("", "SELECT \udcff { }", "INSERT DATA { <x:a> <x:b> <x:c> }"):
        with pytest.raises(KgError, match=r"^not a SPARQL query: "):
            query.run(ox.Store(), text, {})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["claims-abuot"], "unknown query 'claims-abuot'; did you mean 'claims-about'?"),
        (["zzz"], "unknown query 'zzz'; `kg query --list` shows them"),
        (["SELECT * { }"], "to run SPARQL text, put -e before it, and quotes around all of it"),
        (["select", "?s", "{", "?s", "a", "?k", "}"], "unknown query 'select'; to run SPARQL text, put -e before it"),
        (["-e", "SELECT ?s {\n { ?s a ?k } "], "line 1, column 11: '{' is never closed"),
        (["-e", "SELECT ?s { ?s a nr:Claim # }\n"], "line 1, column 11: '{' is never closed"),
        (
            ["claims-about", "--about", "PO"],
            "nothing in this wiki is called 'PO'; did you mean 'Port Verde' or 'PortVerde",
        ),
        (["claims-about"], "query 'claims-about' needs --about (a page by path"),
        (["claims-about", "--about", "PortVerd"], "did you mean 'PortVerde' or 'Port Verde'?"),
        (["claims-by", "--who", "ada exampel"], "nothing in this wiki is called 'ada exampel'; did you mean"),
        (["claims", "--abuot", "x"], "No such option '--abuot'"),
        (["hubs-to-expand", "--length", "few"], "--length: expected a whole number, found 'few'"),
        (["-p", "x=1", "claims"], "-e, -f and -p do not go with the named query 'claims'"),
        (["-e", "SELECT * { ?s ?p $o }", "-p", "v=1"], "has no parameter 'v'; it has o"),
        (["-e", "SELECT * { }", "-p", "v"], "expected NAME=VALUE, found 'v'"),
        (["-e", "SELECT * { SERVICE <x:y> { } }"], "SERVICE would reach the network"),
        (["-f", "nowhere.rq"], "nowhere.rq: no such file"),
        (["claims", "--format", "turtle"], "a SELECT gives rows: use --format table"),
        (["neighbourhood", "--topic", "Gauges", "--format", "csv"], "gives a graph: use --format turtle"),
        (["has-contradictions", "--format", "csv"], "an ASK gives yes or no: use --format table, json, xml"),
        ([], "name a query (`kg query --list`)"),
    ],
)
def test_a_mistake_is_said_in_one_line_and_exits_2(queried_wiki, arguments, said):
    done = kg("--store", queried_wiki / "store", "query", *arguments, code=2)

    assert said in done.stderr
    assert done.stdout == ""


def test_a_query_that_is_not_utf_8_is_refused(queried_wiki, tmp_path):
    (tmp_path / "q.rq").write_bytes(b"SELECT '\xff'")

    assert "not UTF-8" in kg("--store", queried_wiki / "store", "query", "-f", tmp_path / "q.rq", code=2).stderr


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("SELECT ?s { ?s nr:claimnt ?x }", "note: line 1, column 16: nothing here is called nr:claimnt; did you mean 'nr:claimant'?"),
        ("PREFIX n: <https://w3id.org/newsroom-kg/ns#> SELECT ?s { ?s a n:Clam }", "nothing here is called nr:Clam;"),
        ("SELECT ?s {\n ?s ?p ?o FILTER(?o < now ( )) }", "note: line 2, column 23: NOW() is another at every run, and so may be the answer"),
        ("SELECT ?s { GRAPH <https://x.example/no> { ?s ?p ?o } }", "line 1, column 19: no graph is called <https://x.example/no>;"),
        ("SELECT ?s FROM NAMED <https://x.example/no> { GRAPH ?g { ?s ?p ?o } }", "no graph is called <https://x.example/no>;"),
        ('SELECT ?s { ?s dcterms:issued ?d FILTER(?d < "2024"^^xsd:gYear) }', "dates of several precisions are compared by nr:firstDay"),
        ('SELECT ?s { ?s nr:path ?p FILTER(!REGEX(?p, "(")) }', "line 1, column 35: REGEX(?p, \"(\"): '(' is never closed"),
    ],
)  # fmt: skip
def test_what_a_query_swallows_is_told_beside_the_answer(queried_wiki, text, note):
    done = kg("--store", queried_wiki / "store", "query", "-e", text, code=0)

    assert note in done.stderr
    assert done.stdout


def test_a_word_of_the_authors_is_a_known_term_and_a_free_prefix_is_nobodys(queried_wiki):
    for text in ("SELECT ?s { ?s rdf:predicate nr:cites }", "PREFIX nr: <a:> SELECT ?s { ?s nr:nothing ?o }"):
        assert kg("--store", queried_wiki / "store", "query", "-e", text, code=0).stderr == ""


def test_a_function_that_the_engine_has_not_is_named(queried_wiki):
    done = kg(
        "--store",
        queried_wiki / "store",
        "query",
        "-e",
        "SELECT ?s { ?s ?p ?o FILTER(<https://x.example/f>(?o)) }",
        code=2,
    )

    assert done.stderr == "kg: the query cannot be evaluated: there is no function <https://x.example/f> here\n"


def test_a_runaway_query_is_stopped_with_one_line(queried_wiki):
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    start = time.monotonic()

    done = kg("--store", queried_wiki / "store", "query", "-e", runaway, "--timeout", "0.5", code=1)

    assert done.stderr == "kg: the query took longer than 0.5 s and was stopped; --timeout sets the limit\n"
    assert done.stdout == ""
    assert time.monotonic() - start < 60  # seconds on a busy machine; without an end it takes days


# ---- the command line -----------------------------------------------------------------------------------------------


def test_the_list_names_every_query_with_its_title(queried_wiki):
    done = kg("--store", queried_wiki / "store", "query", "--list", code=0)

    listed = [line.split(maxsplit=1) for line in done.stdout.splitlines() if line.startswith("  ")]
    assert sorted(listed) == [[name, query.find(name).title] for name in sparql_text.library()]
    assert done.stdout.splitlines()[0] == "What is claimed, and by whom:"


def test_a_named_query_documents_its_parameters(queried_wiki):
    done = kg("--store", queried_wiki / "store", "query", "claims-about", "--help", code=0)

    assert "--about TOPIC" in done.stdout
    assert "[required]" in done.stdout


def test_a_named_query_answers_with_path_line_and_column(queried_wiki):
    done = kg("--store", queried_wiki / "store", "query", "claims-about", "--about", "Gauges", code=0)

    head, _, row = done.stdout.splitlines()
    assert head.split()[-1:] == ["place"]
    assert row.split()[-1:] == ["sources/tide-report.md:16:1"]


def test_a_query_comes_as_text_from_a_file_or_on_standard_input(queried_wiki, tmp_path):
    text = "SELECT ?path { ?page nr:path ?path ; nr:slug $slug }"
    (tmp_path / "q.rq").write_bytes(b"\xef\xbb\xbf" + text.encode())
    ask = ("--store", queried_wiki / "store", "query", "--format", "csv", "-p", "slug=Gauges")

    told = {
        kg(*ask, "-e", text, code=0).stdout,
        kg(*ask, "-f", tmp_path / "q.rq", code=0).stdout,
        kg(*ask, "-f", "-", given=text, code=0).stdout,
        kg(*ask, given=text, code=0).stdout,
    }

    assert told == {"path\nconcepts/Gauges.md\n"}


def test_a_file_may_declare_its_parameters(queried_wiki, tmp_path):
    (tmp_path / "q.rq").write_text(
        "# mine: a title\n# param of (topic): whose\nSELECT ?name { $of schema:name ?name }", encoding="utf-8"
    )
    ask = ("--store", queried_wiki / "store", "query", "-f", tmp_path / "q.rq", "--format", "csv")

    assert kg(*ask, "-p", "of=gauges", code=0).stdout == "name\nGauges\n"
    assert "needs --of (whose)" in kg(*ask, code=2).stderr
    assert "has no parameter 'to'; it has of" in kg(*ask, "-p", "to=x", code=2).stderr


def test_ask_answers_no_by_exit_code_where_wanted(queried_wiki):
    ask = ("--store", queried_wiki / "store", "query", "has-contradictions", "--topic")

    assert kg(*ask, "Gauges", code=0).stdout == "false\n"
    assert kg(*ask, "Gauges", "--exit-status", code=1).stdout == "false\n"
    assert kg(*ask, "tide-report", "--exit-status", code=0).stdout == "true\n"
    assert json.loads(kg(*ask, "Gauges", "--format", "json", code=0).stdout)["boolean"] is False


def test_an_answer_goes_into_a_file(queried_wiki, tmp_path):
    done = kg("--store", queried_wiki / "store", "query", "claims", "--format", "tsv", "-o", tmp_path / "c.tsv", code=0)

    assert done.stdout == ""
    assert (tmp_path / "c.tsv").read_text(encoding="utf-8").startswith("?grade\t?claimant\t")


# ---- formats --------------------------------------------------------------------------------------------------------

ROWS = (
    'SELECT * { VALUES (?a ?b ?c) { ("x, \\"y\\"\\t漢\\n\\r\\\\" <x:é> 1.50) (UNDEF "t"@en true) ("" UNDEF UNDEF) } }'
)


def written(text, form):
    data, _ = answer_formats.write(query.run(ox.Store(), text, {}), form, SHOWN)
    return data


@pytest.mark.parametrize("form", ["json", "xml", "tsv"])
def test_rows_in_a_format_are_read_back_the_same(form):
    data = written(ROWS, form)

    expected = [(None if term is None else str(term) for term in row) for row in query.run(ox.Store(), ROWS, {})]
    format_ = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}
    ours = list(ox.parse_query_results(data, format_[form]))
    theirs = rdflib.query.Result.parse(io.BytesIO(data), format=form)
    assert [tuple(None if t is None else str(t) for t in row) for row in ours] == [tuple(row) for row in expected]
    assert [tuple(None if t is None else str(t) for t in row) for row in theirs] == [
        tuple(None if t is None else rdflib_text(t) for t in row) for row in query.run(ox.Store(), ROWS, {})
    ]


def rdflib_text(term):
    return str(rdflib.Literal(term.value, datatype=term.datatype.value)) if hasattr(term, "datatype") else term.value


def test_rows_as_csv_are_what_the_standard_says():
    data = written(ROWS, "csv")

    assert list(csv.reader(io.StringIO(data.decode(), newline=""))) == [
        ["a", "b", "c"],
        ['x, "y"\t漢\n\r\\', "x:é", "1.5"],
        ["", "t", "true"],
        ["", "", ""],
    ]


def test_xml_refuses_what_it_cannot_hold():
    with pytest.raises(KgError, match=r"XML cannot hold the character U\+0001; use --format json or tsv"):
        written('SELECT ("\\u0001" AS ?v) { }', "xml")


@pytest.mark.parametrize("form", ["turtle", "ntriples", "jsonld", "trig", "nquads"])
def test_a_graph_in_a_format_is_read_back_the_same(form, ask):
    data, _ = answer_formats.write(ask("web-annotations"), form, SHOWN)

    kinds = {
        "turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD,
        "trig": ox.RdfFormat.TRIG, "nquads": ox.RdfFormat.N_QUADS,
    }  # fmt: skip
    expected = comparable(ask("web-annotations"))
    theirs = rdflib.Dataset(default_union=True)
    theirs.parse(data=data, format={"ntriples": "nt", "jsonld": "json-ld"}.get(form, form))
    assert sorted(str(quad.triple) for quad in ox.parse(input=data, format=kinds[form])) == expected
    assert sorted(f"{s.n3()} {p.n3()} {o.n3()}" for s, p, o, _ in theirs.quads()) == expected
    assert len(expected) == 9 * 13


def test_a_table_stands_in_columns_whatever_the_script():
    names = ["ada", "港務局", "กิน", "e\u0301", "\u200bz"]

    _, _, *lines = answer_formats._table(["who", "what"], [[name, "x"] for name in names], None).splitlines()

    widths = dict(zip(names, [3, 6, 2, 1, 1], strict=True))
    assert lines == [name + " " * (6 - width) + "  x" for name, width in widths.items()]


def test_a_table_is_cut_at_its_widest_columns_with_an_ellipsis_but_never_at_a_place():
    path = "sources/a-long-name-of-a-page-that-is-clicked-on.md"

    shown = answer_formats._table(["who", "text", "path", "line"], [["ada", "漢" * 40, path, "7"]], 80)

    assert shown.splitlines()[2] == f"ada  {'漢' * 7}…   {path}  7"


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=5), st.integers(80, 120))
def test_a_table_fits_the_terminal_and_every_row_is_one_line(texts, width):
    cells = [[answer_formats.cell(ox.Literal(text), SHOWN) for text in row] for row in texts]

    lines = answer_formats._table(["a", "b", "c"], cells, width).split("\n")

    assert len(lines) == len(texts) + 3
    assert max(map(answer_formats._width, lines)) <= width


def test_no_text_of_a_wiki_speaks_to_the_terminal():
    shown = answer_formats.cell(ox.Literal("a\x1b[31mred\r\nb\u2028c\x00"), SHOWN)

    assert shown == "a\ufffd[31mred b c\ufffd"
    assert answer_formats.cell(ox.NamedNode(f"{BASE}id/a%1B%0Ab"), SHOWN) == "a\ufffd b"


def test_iris_are_shown_whole_where_wanted(queried_wiki):
    ask = ("--store", queried_wiki / "store", "query", "broken-links")

    assert " Tide report " in kg(*ask, code=0).stdout
    assert f" {BASE}id/tide-report " in kg(*ask, "--iris", code=0).stdout


def test_a_question_loads_what_it_is_asked_with_and_no_more(queried_wiki):
    heavy = (
        "kg.links.resolve", "kg.settings.dialect", "kg.store.manifest", "kg.rdf.xpath_regex", "sqlite3", "decimal",
        "kg.ask.own_queries", "kg.rdf.spellings", "kg.store.lock", "kg.model.finding", "click.shell_completion", "pickle",
        "tempfile", "multiprocessing", "hashlib",
    )  # fmt: skip
    code = (
        "import sys\nfrom kg.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', sorted({set(heavy)} & set(sys.modules)))"
    )
    words = ("--store", queried_wiki / "store", "query", "claimants")

    done = subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=True)

    assert done.stdout.startswith("claimant ")
    assert done.stdout.endswith("\nloaded: []\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * {" + "{" * 100 + "}" * 100 + "}", "line 1, column 110: '{' is nested more than 100 deep"),
        ("ASK {\n " + "{" * 100 + "}" * 100 + " }", "line 2, column 101: '{' is nested more than 100 deep"),
        ("ASK { FILTER(" + "!" * 4_501 + "true) }", "'!' is one of more than 4,500 signs that join"),
        ("ASK {" + " ?s a ?o ." * 101 + " }", "column 1015: '.' ends one of more than 100 patterns in one group"),
        ("ASK { ?s a" + " ?o ; a" * 101 + " ?o }", "';' ends one of more than 100 patterns in one group"),
        ("ASK { ?s " + "a/" * 101 + "a ?o }", "'/' ends one of more than 100 patterns in one group"),
        ("ASK { ?s (" + "a/" * 101 + "a) ?o }", "'/' ends one of more than 100 patterns in one group"),
        (
            "ASK { ?s ?p ?x FILTER(?x = 0" + " || ?x = 1" * 4_501 + ") }",
            "'|' is one of more than 4,500 signs that join",
        ),
        ("ASK { " + "{ ?s ?p ?o } UNION " * 4_501 + "{} }", "'UNION' is one of more than 4,500 signs that join"),
        ("ASK { FILTER(0 = 1" + " -1" * 4_501 + ") }", "'-1' is one of more than 4,500 signs that join"),
        ("ASK { FILTER(0 = 1" + "-1" * 4_501 + ") }", "is one of more than 4,500 signs that join"),
        ("ASK { FILTER(0 = 1" + " -ex:a-b" * 4_501 + ") }", "'-ex:a-b' is one of more than 4,500 signs that join"),
        (
            "ASK { VALUES ?x { -1 } FILTER(?x < 1" + " +1" * 4_501 + ") }",
            "'+' is one of more than 4,500 signs that join",
        ),
        ("ASK { ?s ?p ?x " + "FILTER(?x != 1) " * 1_001 + "}", "'FILTER' is one of more than 1,000 parts (AS BIND"),
        ("ASK {\n" + "OPTIONAL { ?s ?p 1 }\n" * 1_001 + "}", "line 1002, column 1: 'OPTIONAL' is one of more than"),
        ("SELECT " + "".join(f"(1 AS ?v{i})" for i in range(1_001)) + " {}", "'AS' is one of more than 1,000 parts"),
        ("SELECT * { ?s ?p ?x } ORDER BY " + "(?x) ?s " * 1_001, "is one of more than 1,000 parts"),
    ],
)
def test_what_is_nested_too_deep_or_joins_too_much_is_refused_in_one_line(text, said):
    with pytest.raises(KgError, match=re.escape(said)):
        query.run(ox.Store(), text, {})


@pytest.mark.parametrize("sign", ["-", "+"])
@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ VALUES ?x {{ {spaced} }} }}",
        "SELECT * {{ VALUES (?x ?y) {{ {rows} }} }}",
        "SELECT * {{ ?s ?p ?x FILTER(?x IN ({listed})) }}",
        "SELECT * {{ ?s <x:p> {listed} }}",
        "SELECT * {{ ?s ?p ?x FILTER(?x IN ({names})) }}",
    ],
)
def test_signs_of_numbers_and_hyphens_of_names_join_nothing(text, sign):
    numbers = [f"{sign}{number}" for number in range(5_000)]
    rows = " ".join(f"({number} {number})" for number in numbers)
    names = ", ".join(["my-own:a-b", "'a-1-1'"] * 3_000)

    sparql_text.refuse_deep(text.format(spaced=" ".join(numbers), listed=", ".join(numbers), rows=rows, names=names))


def test_a_thousand_rows_variables_and_names_are_no_parts():
    rows = " ".join(f"({number} ex:filter)" for number in range(3_000))
    variables = " ".join(f"?as{number}" for number in range(1_500))

    sparql_text.refuse_deep(f"SELECT {variables} {{ VALUES (?x ?y) {{ {rows} }} }} ORDER BY ?x LIMIT 1")


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("{} UNION {}", 2),
        ("{ <x:a> <x:p> <x:b> } UNION { <x:a> <x:p> <x:b> }", 2),
        ("{ <x:a> <x:p> <x:b> } UNION { <x:a> <x:p> <x:none> }", 1),
        ("{ SELECT * { <x:a> <x:p> <x:b> } } UNION { <x:a> <x:p> <x:b> } UNION {}", 3),
        ("<x:a> <x:p> <x:b>", 1),
        ("<x:a> <x:p> <x:none>", 0),
        ("VALUES () { () () }", 2),
    ],
)
def test_what_has_no_variables_has_a_row_for_each_way_in_which_it_holds(pattern, count):
    quads = (ox.Quad(*map(ox.NamedNode, ("x:a", "x:p", "x:b", graph))) for graph in ("x:g", "x:h"))
    store = ox.Store()
    store.extend(quads)

    assert len([*query.run(store, f"SELECT * {{ {pattern} }}", {})]) == count
    assert [int(row[0].value) for row in query.run(store, f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", {})] == [count]


def test_a_text_that_only_speaks_of_many_braces_is_asked():
    query.run(ox.Store(), "ASK { # " + "{" * 500 + "\n FILTER('" + "(" * 500 + "' = 'x') }", {})
