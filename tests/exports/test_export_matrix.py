"""Every form with everything that selects, of a newsroom and of a hostile wiki, read again by others' libraries."""

import csv
import io
import json
import shutil
from urllib.parse import unquote

import networkx as nx
import pytest
import rdflib
from markdown_it import MarkdownIt
from pyld import jsonld
from support.commands import kg
from support.example import FEW, few_pages

from kg.ask import graph_formats
from kg.exports import forms, selection, write
from kg.exports.selection import Wanted
from kg.model.kg_error import KgError
from kg.rdf import names
from kg.store import generations, reading

NR, SCHEMA = rdflib.Namespace(names.NR), rdflib.Namespace(names.PREFIXES["schema"])
HOSTILE = {
    "sources/משה ﷽.md": """\
---
title: "=cmd|' /C'!A1 \\u202e\\u0007 <b>&amp;</b> ]]> \\\\ {{7*7}} \\"\\"\\""
type: source
published: 0001-01-01
scraped: 9999-12-31
source_url: "https://x.example/a b?<>&\\"'"
---
## Key Claims
- [fact] [[Zoë 𝕏|צ]] — said "\\n" \\u0041 \x07 \ufffe in @prefix : <x> . and 1e400
- [fact] — nobody says it
- [opinion] @en ^^xsd:date — '''x''' \"\"\"y\"\"\" \u2028 \u0085 end\\
- [fact] [[Zoë 𝕏]] — 'apostrophe first
- [fact] [[Zoë 𝕏]] —

## Key Quotes

> "RIGHT reversed LEFT 😀 e\u0301" — [[Zoë 𝕏]], =1+1

## Connections
- contradicts: [[Zoë 𝕏]] — ; , . [ ] ( ) # %41 <!-- -->
""",
    "entities/Zoë 𝕏.md": "---\ntype: entity\nkind: person\n---\n",
    "concepts/empty.md": "",
}
CLAIMS = "SELECT ?c { ?c a nr:Claim }"
MADE = "CONSTRUCT { ?c a nr:Claim ; schema:text ?t } { ?c a nr:Claim ; schema:text ?t }"


def built(place):
    """A store of the newsroom's wiki, or of the hostile one, by the name of the folder that it goes into."""
    if place.name.startswith("newsroom"):
        wiki = few_pages(place / "wiki")
        for path in wiki.iterdir():
            if path.is_dir() and path.name not in FEW:
                shutil.rmtree(path)
    else:
        wiki = place / "wiki"
        for path, text in HOSTILE.items():
            (wiki / path).parent.mkdir(parents=True, exist_ok=True)
            written = text.replace("RIGHT", "\u202e").replace("LEFT", "\u202c")
            (wiki / path).write_text(written, encoding="utf-8")
    kg("--store", place / "store", "ingest", wiki, code=0)
    kg("--store", place / "store", "reason", code=0)
    return place / "store"


@pytest.fixture(scope="module", params=["newsroom", "hostile"])
def folder(request, tmp_path_factory):
    return built(tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory):
    return built(tmp_path_factory.mktemp("hostile"))


def answered(read, text):
    return Wanted(
        answer=lambda: read.quads.query(text, use_default_graph_as_union=True, prefixes=names.PREFIXES), query="mine"
    )


def selected(folder):
    """Each way to select, with the generation and the choice that it makes."""
    read = reading.reading(folder)
    page = max(path for path in read.pages if path.startswith("sources/"))
    topic = read.pages[page].topic
    number = generations.require(folder).number
    return {
        "everything": (read, Wanted()),
        "topic": (read, Wanted(topics=[topic])),
        "page": (read, Wanted(pages=[page])),
        "graph": (read, Wanted(graphs=[page])),
        "query": (read, answered(read, CLAIMS)),
        "construct": (read, answered(read, MADE)),
        "view": (read, Wanted(topics=[topic], view="claims")),
        "inferred": (reading.reading(folder, inferred=True), Wanted()),
        "at": (reading.reading(folder, number), Wanted(pages=[page])),
    }


SELECTIONS = ("everything", "topic", "page", "graph", "query", "construct", "view", "inferred", "at")


@pytest.fixture(scope="module")
def chosen(folder):
    return {name: (read, selection.lines(read, choice)) for name, (read, choice) in selected(folder).items()}


def triples(data, form):
    graph = rdflib.Dataset() if form in ("trig", "nquads") else rdflib.Graph()
    graph.parse(data=data, format={"ntriples": "nt", "rdfxml": "xml"}.get(form, form))
    return {quad[:3] for quad in graph.quads()} if isinstance(graph, rdflib.Dataset) else {*graph}


def by_pyld(data):
    return triples(jsonld.to_rdf(json.loads(data), {"format": "application/n-quads"}).encode(), "nquads")


def claims(facts):
    return {str(one) for one, kind in _types(facts) if kind == NR.Claim}


def _types(facts):
    return {(subject, value) for subject, prop, value in facts if prop == rdflib.RDF.type}


def texts(facts):
    return {(str(subject), str(value)) for subject, prop, value in facts if prop == SCHEMA.text}


def schema_org(data):
    context = {"@vocab": "https://schema.org/"}
    graph = jsonld.expand({**json.loads(data), "@context": context})
    return {(one["@id"], _value(one, "text")) for one in graph if one["@type"] == ["https://schema.org/Claim"]}


def _value(node, word):
    return next((one["@value"] for one in node.get(f"https://schema.org/{word}", [])), "")


@pytest.mark.parametrize("name", SELECTIONS)
def test_every_format_of_rdf_has_the_facts_that_were_selected(chosen, name):
    read, lines = chosen[name]
    expected = triples(b"".join(lines), "nquads")

    for form in graph_formats.FORMATS:
        if form == "rdfxml" and any(mark in str(value) for mark in "\x07\ufffe" for _, _, value in expected):
            with pytest.raises(KgError, match="RDF/XML cannot hold the character U"):
                write.made(lines, read, write.Options(form))
            continue
        data = write.made(lines, read, write.Options(form, whole=True)).files[""]
        assert (by_pyld(data) if form == "jsonld" else triples(data, form)) == expected, form


@pytest.mark.parametrize("name", SELECTIONS)
def test_every_other_form_has_the_claims_that_were_selected(chosen, name):
    read, lines = chosen[name]
    facts = triples(b"".join(lines), "nquads")
    mine = claims(facts)
    said = {(iri, text) for iri, text in texts(facts) if iri in mine}

    def made(form):
        return write.made(lines, read, write.Options(form, plain=form == "csv")).files

    rows = [*csv.DictReader(io.StringIO(made("csv")["claims.csv"].decode(), newline=""), strict=True)]
    nanopubs = triples(made("nanopub")[""], "trig")
    assert {row["id"] for row in rows} == mine
    assert said <= {(row["id"], row["text"]) for row in rows}
    assert {(iri, text) for iri, text in texts(nanopubs) if iri in mine} == said
    assert said <= schema_org(made("schema-org")[""])
    assert by_pyld(made("jsonld-framed")[""]) <= facts
    counts = [int(value) for _, prop, value in triples(made("void")[""], "turtle") if prop == rdflib.VOID.triples]
    assert max(counts) == len(facts)
    assert nx.parse_graphml(made("graphml")[""].decode(), force_multigraph=True).number_of_edges() == len(
        [*csv.DictReader(io.StringIO(made("csv")["connections.csv"].decode(), newline=""))]
    )
    tokens = MarkdownIt().parse(made("llms-txt")[""].decode())
    links = {unquote(c.attrGet("href")) for t in tokens for c in t.children or () if c.type == "link_open"}
    assert links <= {*read.pages}


OF_FACTS = [("--graph", "x"), ("--view", "claims"), ("--inferred",)]
OF_PAGES = [("--topic", "x"), ("--page", "x"), ("--query", "claims")]


@pytest.mark.parametrize(
    ("form", "shows", "option"),
    [(form, "whole pages", option) for form in ("html", "github-wiki") for option in OF_FACTS]
    + [("okf", "all pages", option) for option in OF_FACTS + OF_PAGES],
)
def test_a_folder_of_pages_refuses_what_selects_facts(hostile_folder, tmp_path, form, shows, option):
    done = kg("--store", hostile_folder, "export", "--format", form, *option, "-o", tmp_path / "out", code=2)

    assert done.stderr.splitlines()[-1] == f"Error: {form} shows {shows} as they are stated; leave {option[0]} out"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", [form.name for form in forms.FORMS if form.pages])
def test_a_folder_of_pages_is_of_any_generation(hostile_folder, tmp_path, form):
    number = generations.require(hostile_folder).number

    kg("--store", hostile_folder, "export", "--format", form, "--at", str(number), "-o", tmp_path / "at", code=0)
    kg("--store", hostile_folder, "export", "--format", form, "--as-of", "2026-06-01", "-o", tmp_path / "of", code=0)

    assert any((tmp_path / "at").rglob("*.*"))
    assert any((tmp_path / "of").rglob("*.*"))


@pytest.mark.parametrize("kind", ["nr:Organization", "schema:Organization"])
def test_what_an_editor_rated_is_a_claim_review_with_its_rating(folder, kind):
    """The wiki says how it was rated in words of its own; a CONSTRUCT makes the vocabulary's of them."""
    read = reading.reading(folder)
    rated = """
CONSTRUCT {
  <https://x.example/desk> a KIND .
  ?c a nr:Claim ; schema:text ?t .
  <https://x.example/review> a schema:ClaimReview ; schema:itemReviewed ?c ; schema:reviewRating <https://x.example/rating> ;
    schema:url "https://x.example/checks/1" ; schema:author <https://x.example/desk> .
  <https://x.example/desk> schema:name "Fact desk" .
  <https://x.example/rating> schema:ratingValue "1" ; schema:bestRating "5" ; schema:alternateName "False" .
} { SELECT ?c ?t { ?c a nr:Claim ; schema:text ?t } ORDER BY ?c LIMIT 1 }"""
    lines = selection.lines(read, answered(read, rated.replace("KIND", kind)))

    graph = json.loads(write.made(lines, read, write.Options("schema-org")).files[""])["@graph"]

    claim, review = graph
    assert review == {
        "@type": "ClaimReview",
        "claimReviewed": claim["text"],
        "itemReviewed": {"@id": claim["@id"]},
        "reviewRating": {"@type": "Rating", "ratingValue": "1", "bestRating": "5", "alternateName": "False"},
        "author": {"@type": "Organization", "@id": "https://x.example/desk", "name": "Fact desk"},
        "url": "https://x.example/checks/1",
    }
