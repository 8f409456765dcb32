"""Rows that are kept: what was put there comes back under its stamp, and what cannot be trusted is not there."""

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.operations import kept_rows
from kg.operations.kept_rows import Kept, News

ROWS = (Kept("g", "one", '["a"]'), Kept("h", "one", '["b"]'), Kept("h", "two", '["b"]'))


def _of(folder, stamp, asked):
    with kept_rows.opened(folder, "catalog", stamp) as found:
        return found and asked(found)


def test_rows_come_back_by_their_graph_and_by_their_page(tmp_path):
    stamp = kept_rows.keep(tmp_path, {"catalog": News(ROWS)}, {})["catalog"]

    assert _of(tmp_path, stamp, lambda rows: rows.of_parts(["h"])) == [*ROWS[1:]]
    assert _of(tmp_path, stamp, lambda rows: rows.of_pages(["one"])) == [*ROWS[:2]]
    assert _of(tmp_path, stamp, lambda rows: rows.pages()) == {"one": 2, "two": 1}


def test_the_rows_of_some_graphs_stand_in_for_theirs_under_another_stamp(tmp_path):
    stamp = kept_rows.keep(tmp_path, {"catalog": News(ROWS)}, {})["catalog"]
    new = Kept("h", "two", '["c"]')
    other = kept_rows.keep(tmp_path, {"catalog": News((new,), frozenset({"h"}))}, {"catalog": stamp})["catalog"]

    assert _of(tmp_path, other, lambda rows: rows.of_parts(["g", "h"])) == [ROWS[0], new]
    assert _of(tmp_path, stamp, lambda rows: rows.pages()) is None


def test_a_file_that_is_none_of_ours_has_no_rows_and_is_made_anew(tmp_path):
    (tmp_path / "generated-rows.db").write_bytes(b"no database at all, and longer than the head of one" * 9)
    nothing = _of(tmp_path, "x", lambda rows: rows.pages())
    first, second = (kept_rows.keep(tmp_path, {"catalog": News(ROWS)}, {}) for _ in range(2))

    assert nothing is None
    assert first == {}
    assert _of(tmp_path, second["catalog"], lambda rows: rows.pages()) == {"one": 2, "two": 1}


def test_terms_come_back_and_those_that_have_no_name_are_not_kept():
    terms = [None, NamedNode("http://example.org/é"), Literal("a\n\x00b"), Literal(3)]

    assert kept_rows.terms(kept_rows.said(terms)) == terms
    assert kept_rows.said([BlankNode()]) is kept_rows.said([Literal("a", language="en")]) is None
