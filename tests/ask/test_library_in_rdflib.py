"""The library's queries have the same rows in rdflib, each on the largest wiki of which rdflib can answer it in its time."""

import sys

import pytest
from support import asked_newsroom, rdflib_process
from support.library import LIBRARY, asked, bound

from kg.ask import query

# Of GRAPH ?g rdflib asks every graph for every row: what grows with the pages here grows with their square there.
SIZES, SECONDS = (1_000, 100, 30), 30


@pytest.fixture(scope="module")
def of_pages(tmp_path_factory):
    """Return a newsroom's wiki of so many pages, of which every query has rows."""

    def made(pages):
        return asked_newsroom.newsroom(tmp_path_factory.mktemp(f"rdflib-{pages}"), pages)

    return made


@pytest.mark.nightly
def test_rdflib_gives_the_same_rows_of_a_thousand_pages_or_of_fewer_where_it_takes_too_long(of_pages, capsys):
    left, other = list(LIBRARY), []
    for pages in SIZES:
        read, late = of_pages(pages), []
        theirs = rdflib_process.dataset(read.quads)
        for name in left:
            text = bound(query.find(name), read.quads, read.known)
            (found, seconds), ours = rdflib_process.asked(theirs, text, SECONDS), asked(read.quads, text)
            same = "late" if found is None else "same" if found and found == ours else "other"
            late += [name] if same == "late" else []
            other += [(name, pages)] if same == "other" else []
            with capsys.disabled():
                many = len(ours) if isinstance(ours, list) else ours
                sys.stdout.write(f"{pages} pages, {name}: {same}, {many} rows, {seconds:.1f} s\n")
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
