"""The library's queries have the same rows in rdflib, each on the largest wiki of which rdflib can answer it in its time.

rdflib has indexes that it lacks ([tests/support/rdflib_indexes.py](../support/rdflib_indexes.py)); tests/ask/test_random_queries.py
holds that it answers with them as it does without.
"""

import sys

import pytest
from support import asked_newsroom, rdflib_indexes, rdflib_process
from support.library import LIBRARY, asked, bound

from kg.ask import query

# What rdflib does not answer in so many seconds of CPU it is asked of fewer pages.
SIZES, SECONDS = (1_000, 300, 100, 30), 120


@pytest.fixture(scope="module")
def of_pages(tmp_path_factory):
    """Return a newsroom's wiki of so many pages, of which every query has rows."""

    def made(pages):
        return asked_newsroom.newsroom(tmp_path_factory.mktemp(f"rdflib-{pages}"), pages)

    return made


@pytest.mark.nightly
def test_rdflib_gives_the_same_rows_of_a_thousand_pages_or_of_fewer_where_it_takes_too_long(of_pages, capsys):
    sizes, other, empty, left = dict.fromkeys(LIBRARY, 0), [], [], list(LIBRARY)
    for pages in SIZES:
        read = of_pages(pages)
        theirs = rdflib_indexes.Indexed(read.quads)
        for name in left:
            text = bound(query.find(name), read.quads, read.known)
            (found, seconds), ours = rdflib_process.asked(theirs, text, SECONDS), asked(read.quads, text)
            sizes[name] = 0 if found is None else pages
            other += [(name, pages)] if found not in (None, ours) else []
            empty += [] if ours else [(name, pages)]
            with capsys.disabled():
                same, many = "late" if found is None else found == ours, len(ours) if isinstance(ours, list) else ours
                sys.stdout.write(f"{pages} pages, {name}: {same}, {many} rows, {seconds:.1f} s\n")
        left = [name for name in left if not sizes[name]]

    assert (other, empty, left) == ([], [], [])
    assert sum(size == SIZES[0] for size in sizes.values()) > len(LIBRARY) * 2 // 3


def test_what_takes_rdflib_too_long_has_no_rows_and_what_fails_says_why():
    graph = rdflib_process.dataset([])
    graph.query = lambda _text: sum(iter(lambda: 1, 0))  # works for ever
    assert rdflib_process.asked(graph, "ASK {}", 1) == (None, 1)
    del graph.query

    assert rdflib_process.asked(graph, "ASK {}", 5)[0] is True
    with pytest.raises(Exception, match="Expected"):
        rdflib_process.asked(graph, "SELECT {", 5)
