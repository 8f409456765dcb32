"""The library's queries have the same rows in rdflib, each on the largest wiki of which rdflib can answer it in its time."""

import subprocess
import sys

import pytest
from support import rdflib_process
from support.library import LIBRARY, asked, bound
from support.places import ROOT

from kg.ask import query
from kg.ingest.ingest import ingest
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading

# Of GRAPH ?g rdflib asks every graph for every row: what grows with the pages here grows with their square there.
SIZES, SECONDS = (1_000, 100, 30), 30


@pytest.fixture(scope="module")
def of_pages(tmp_path_factory):
    """Return what is read of a newsroom's wiki of so many pages."""

    def made(pages):
        root = tmp_path_factory.mktemp(f"rdflib-{pages}")
        subprocess.run([sys.executable, ROOT / "bench/newsroom.py", root / "wiki", str(pages)], check=True)
        ingest(root / "store", root / "wiki", Config(), dialect.load("newsroom"))
        return reading(root / "store")

    return made


@pytest.mark.nightly
def test_rdflib_gives_the_same_rows_of_a_thousand_pages_or_of_fewer_where_it_takes_too_long(of_pages, capsys):
    left, other = list(LIBRARY), []
    for pages in SIZES:
        read, late = of_pages(pages), []
        vocabulary, theirs = query.Vocabulary(read.base, read.pages), rdflib_process.dataset(read.quads)
        for name in left:
            text = bound(query.find(name), read.quads, vocabulary)
            found, _ = rdflib_process.asked(theirs, text, SECONDS)
            if found is None:
                late.append(name)
            elif found != asked(read.quads, text):
                other.append((name, pages))
        with capsys.disabled():
            sys.stdout.write(f"\n{pages} pages: too long for rdflib are {len(late)} of {len(left)}: {' '.join(late)}\n")
        left = late

    assert (other, left) == ([], [])


def test_what_takes_rdflib_too_long_has_no_rows_and_what_fails_says_why():
    graph = rdflib_process.dataset([])
    graph.query = lambda _text: sum(iter(lambda: 1, 0))  # works for ever
    assert rdflib_process.asked(graph, "ASK {}", 1) == (None, 1)
    del graph.query

    assert rdflib_process.asked(graph, "ASK {}", 5)[0] is True
    with pytest.raises(Exception, match="Expected"):
        rdflib_process.asked(graph, "SELECT {", 5)
