"""What a topic or a speaker is called in a table, however many pages say so."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.ask import labels
from kg.rdf import names

BASE = "https://wiki.example/"
SPEAKER = f"{BASE}agent/jun"


def store(*called):
    """A store in which one speaker is called so, each in a graph of its own."""
    word = NamedNode(names.expand("foaf:name"))
    graphs = (NamedNode(f"{BASE}graph/{number}") for number in range(len(called)))
    made = Store()
    made.extend(Quad(NamedNode(SPEAKER), word, name, graph) for name, graph in zip(called, graphs, strict=True))
    return made


@pytest.mark.parametrize("pages", [1, 99, 100, 101, 1_000])
def test_a_name_on_any_number_of_pages_is_the_name(pages):
    assert labels.reader(store(*[Literal("Jun")] * pages), BASE)(SPEAKER) == "Jun"


@pytest.mark.parametrize("pages", [1, 99, 100, 101, 1_000])
def test_who_has_two_names_has_none_in_a_table(pages):
    assert labels.reader(store(*[Literal("Jun")] * pages, Literal("J. T.")), BASE)(SPEAKER) is None


@pytest.mark.parametrize("pages", [1, 200])
def test_one_text_in_two_languages_is_one_name(pages):
    both = store(*[Literal("Jun", language="en")] * pages, Literal("Jun", language="ja"), NamedNode(f"{BASE}x"))

    assert labels.reader(both, BASE)(SPEAKER) == "Jun"


def test_what_is_not_of_the_wiki_has_no_name():
    assert labels.reader(store(Literal("Jun")), BASE)("https://other.example/agent/jun") is None
