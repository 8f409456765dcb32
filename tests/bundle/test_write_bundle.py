"""Bundles in the Open Knowledge Format from a wiki: what other readers see, and that kg reads the same back."""

from dataclasses import dataclass

import fastokf
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lokf import parse as lokf_parse
from pyoxigraph import NamedNode
from support import site
from support.cases import on_disk
from support.commands import kg
from support.pages import BASE, record, stored
from support.places import EXAMPLES
from support.tier import CASES

from kg.bundle import front_text, write_bundle
from kg.rdf import names
from kg.settings import dialect

PLACED = {"inSection", "position", "gap", "raw", "verbatim", "unended", "topLevel", "generatedBlock"}
# lokf 0.8 leaves the files that it reads open.
FILES_LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
WIKI = {
    "sources/report.md": """\
---
title: "A report: \\"tides\\""
type: source
status: final
tags: [tides, Harbours]
published: 2024-05-01
source_url: "https://press.example/report"
sources: [Gauge]
---
# A report

It speaks of [[Gauge|the gauge]] and of ![[missing page]].

## Key Claims

- [fact] [[Jane|Jane Doe]] — weighs 3 kg per [[Gauge#Scope]] --- and [[Missing (one)]]
- [guess] Ada, a reader — nobody — reads [[Gauge]]
- [fact] [[Jane|Jane Doe]] — weighs 3 kg per [[Gauge#Scope]] --- and [[Missing (one)]]

## Key Quotes

> "Weights are [[Gauge|g]]." — [[Jane]], boss

## Connections

- contradicts: [[Gauge]] — says no
- praised-by: [[Jane]]
""",
    "entities/Jane.md": "---\ntype: entity\nkind: person\nsources: [report]\n---\nShe read it ([[report]]). Then she left.\n",
    "concepts/Gauge.md": "## Scope\nA staff.\n",
    "index.md": "# Index\n- [[Gauge]]\n",
    "notes/index.md": "---\ntitle: Notes\n---\nText\n",
}  # fmt: skip


@dataclass
class Listing:
    """A page as a generation lists it."""

    path: str
    name: str
    topic: str
    title: str
    aliases: tuple


def test_a_bundle_is_written_over_an_earlier_one_and_nothing_else(tmp_path):
    read = site.read(tmp_path, {"Tea.md": "---\ntype: concept\n---\nTea is old.\n"})
    bundle = ("--store", read.folder, "export", "--format", "okf", "-o")
    kg(*bundle, tmp_path / "out", code=0)
    kg(*bundle, tmp_path / "out", code=0)
    (tmp_path / "out/mine.txt").write_text("mine")
    before = site.contents(tmp_path / "out")

    said = kg(*bundle, tmp_path / "out", code=2).stderr
    within = kg(*bundle, tmp_path / "wiki/bundle", code=2).stderr

    assert "holds 'mine.txt', which no export of ours wrote" in said
    assert "of which its pages would become pages" in within
    assert site.contents(tmp_path / "out") == before
    assert not (tmp_path / "wiki/bundle").exists()


def listing(pages, spoken):
    named = names.page_names(pages)
    read = {path: record(data, path, spoken)[0] for path, data in pages.items()}
    return {
        path: Listing(path, named[path].name, named[path].topic, page.title, page.aliases)
        for path, page in read.items()
    }


def bundle(pages, spoken="newsroom"):
    """The files of the bundle of pages given as {path: bytes}."""
    return dict(write_bundle.bundle(BASE, dialect.load(spoken), pages, listing(pages, spoken)).files())


def statements(store):
    """What every claim, quote and connection says, by its IRI, apart from where it stands."""
    found = {}
    for kind in ("Claim", "Quote", "Connection"):
        rdf_type = NamedNode(names.expand("rdf:type"))
        for typed in store.quads_for_pattern(None, rdf_type, NamedNode(names.NR + kind), None):
            found[typed.subject.value] = {
                (quad.predicate.value, str(quad.object))
                for quad in store.quads_for_pattern(typed.subject, None, None, None)
                if not names.is_place(BASE, quad.graph_name.value)
                and quad.predicate.value.removeprefix(names.NR) not in PLACED
                and quad.predicate.value != names.expand("schema:isPartOf")
            }
    return found


def relations(store):
    """Which topics are related, and how."""
    near = (NamedNode(names.NR + word) for word in ("cites", "references", "contradicts", "defines", "relatesTo"))
    return {str(quad.triple) for relation in near for quad in store.quads_for_pattern(None, relation, None, None)}


def same_after_the_way_through_a_bundle(pages, spoken="newsroom", made=None):
    before = stored(pages, dialect_name=spoken)
    after = stored(made or bundle(pages, spoken), dialect_name="okf")

    assert statements(after) == statements(before)
    assert relations(after) == relations(before)


def other_readers_accept(concepts, folder):
    """fastokf holds each concept against its model, lokf reads each; neither loses a claim."""
    for text in concepts:
        (folder / "page.md").write_text(text, encoding="utf-8")
        read, other = fastokf.parse(text), lokf_parse.parse_concept(str(folder / "page.md"))

        assert read.frontmatter.type == other["type"]
        assert read.frontmatter.model_extra["newsroom"] == other["newsroom"]


def concepts_of(made):
    """The texts of all concepts of a bundle: what is no listing."""
    return [data.decode() for path, data in made.items() if path.rpartition("/")[2] not in ("index.md", "log.md")]


@pytest.fixture(scope="module")
def small_newsroom():
    return {path: text.encode() for path, text in WIKI.items()}


@pytest.fixture(scope="module")
def concepts_made(small_newsroom):
    return {path: data.decode() for path, data in bundle(small_newsroom).items()}


@pytest.fixture(scope="module")
def bundle_of_the_example():
    return bundle(on_disk(EXAMPLES / "open-source-ai"))


@pytest.fixture(scope="module")
def real_newsroom(shared):
    return on_disk(shared / "corpora" / "newsroom-2026-08" / "wiki")


@pytest.fixture(scope="module")
def bundle_of_a_real_newsroom(real_newsroom):
    return bundle(real_newsroom)


def test_claims_quotes_and_connections_come_back_from_a_bundle(small_newsroom):
    same_after_the_way_through_a_bundle(small_newsroom)


def test_those_of_the_example_come_back(bundle_of_the_example):
    same_after_the_way_through_a_bundle(on_disk(EXAMPLES / "open-source-ai"), made=bundle_of_the_example)


def test_those_of_a_real_newsroom_come_back(real_newsroom, bundle_of_a_real_newsroom):
    same_after_the_way_through_a_bundle(real_newsroom, made=bundle_of_a_real_newsroom)


@FILES_LEFT_OPEN
def test_other_readers_accept_every_concept(small_newsroom, tmp_path):
    concepts = concepts_of(bundle(small_newsroom))

    other_readers_accept(concepts, tmp_path)
    assert len(concepts) == 4


@FILES_LEFT_OPEN
def test_other_readers_accept_every_concept_of_the_example(bundle_of_the_example, tmp_path):
    concepts = concepts_of(bundle_of_the_example)

    other_readers_accept(concepts, tmp_path)
    assert len(concepts) == 54


@FILES_LEFT_OPEN
def test_other_readers_accept_every_concept_of_a_real_newsroom(bundle_of_a_real_newsroom, tmp_path):
    concepts = concepts_of(bundle_of_a_real_newsroom)

    other_readers_accept(concepts, tmp_path)
    assert len(concepts) == 27


def test_a_concept_has_the_keys_of_the_format_and_the_others_beside_them(concepts_made):
    front = fastokf.parse(concepts_made["sources/report.md"]).frontmatter

    assert (front.type, front.title, front.tags) == ("source", 'A report: "tides"', ["tides", "Harbours"])
    assert [(one.id, one.resource) for one in front.sources] == [
        ("original", "https://press.example/report"),
        ("Gauge", "/concepts/Gauge.md"),
    ]
    assert front.model_extra["published"] == "2024-05-01"
    assert front.model_extra["newsroom"]["front"]["status"] == "final"
    assert front.status == "stable"


def test_a_claim_is_data_and_its_line(concepts_made):
    claim = fastokf.parse(concepts_made["sources/report.md"]).frontmatter.model_extra["newsroom"]["claims"][0]

    assert claim["grade"] == "fact"
    assert claim["who"] == ["/entities/Jane.md"]
    assert claim["text"] == "weighs 3 kg per Gauge#Scope --- and Missing (one)"
    assert claim["line"].startswith("- [fact] [[Jane|Jane Doe]] — weighs")
    assert claim["id"].startswith("claim/report/")


def test_links_are_markdown_from_the_root_and_sentences_have_their_footnotes(concepts_made):
    body = fastokf.parse(concepts_made["sources/report.md"]).body

    assert "[the gauge](/concepts/Gauge.md)" in body
    assert "[missing page](/missing%20page.md)" in body
    assert "[Gauge#Scope](/concepts/Gauge.md#scope)" in body
    assert "[[" not in body
    assert "She read it ([report](/sources/report.md)).[^report] Then she left." in concepts_made["entities/Jane.md"]
    assert '[^report]: [A report: "tides"](/sources/report.md)\n' in concepts_made["entities/Jane.md"]


def test_the_index_of_the_root_names_the_version_and_a_page_that_says_more_than_a_list_is_a_concept(concepts_made):
    assert concepts_made["index.md"].startswith(
        '---\nokf_version: "0.2"\n---\n\n# Index\n- [Gauge](/concepts/Gauge.md)'
    )
    assert fastokf.parse(concepts_made["notes/index-page.md"]).frontmatter.title == "Notes"


def test_a_bundle_of_a_bundle_is_the_same(concepts_made):
    again = {path: text.encode() for path, text in concepts_made.items()}

    assert bundle(again, "okf") == again


def test_the_claims_are_not_read_twice(concepts_made):
    store = stored({path: text.encode() for path, text in concepts_made.items()}, dialect_name="okf")

    assert len([iri for iri in statements(store) if "/claim/" in iri]) == 3


words = st.text(st.sampled_from("ab []|#—\"'`$*_\\:-éא\u2028\u202e\x07😀.[["), min_size=1, max_size=12)
links = st.sampled_from(["[[report]]", "[[Jane|Jane D]]", "[[Gauge#x]]", "[[nowhere]]", "[[Gauge]]", "[g](Gauge.md)"])
texts = st.lists(st.one_of(words, links), min_size=1, max_size=4).map(" ".join)
claims = st.builds("- [{}] {} — {}".format, st.sampled_from(["fact", "guess", "Forecast"]), texts, texts)
quotes = st.builds('> "{}" — {}'.format, texts, texts)
related = st.builds("- {}: {} — {}".format, st.sampled_from(["cites", "contradicts", "praised-by"]), links, texts)


@settings(max_examples=max(5, CASES // 20))
@given(st.lists(claims, max_size=3), st.lists(quotes, max_size=2), st.lists(related, max_size=3), texts)
def test_what_any_small_wiki_states_comes_back(said, quoted, connected, title):
    lines = ["---", f"title: {title!r}", "type: source", "---", "", "## Key Claims", *said, "", "## Key Quotes", ""]
    text = "\n".join([*lines, *quoted, "", "## Connections", *connected, "", "Words."])
    pages = {
        "sources/report.md": text.encode(), "entities/Jane.md": b"---\ntype: entity\n---\n", "concepts/Gauge.md": b"# Gauge\n"
    }  # fmt: skip

    same_after_the_way_through_a_bundle(pages)


@given(st.text(max_size=40))
@settings(max_examples=CASES)
def test_a_value_is_read_as_it_was_by_yaml_1_1_and_without_a_fence(text):
    text = text.encode("utf-8", "replace").decode()

    written = front_text.lines({"on": text})[0]

    assert "---" not in written
    assert yaml.safe_load(written) == {"on": text}
