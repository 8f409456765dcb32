"""A live block holds what its query answers now; nothing outside of it changes, and nothing in it is a statement."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from support.pages import BASE, blocks, mapped, record, stored
from support.tier import CASES

from kg.answer_pages import block_header, live_blocks, rows
from kg.answer_pages.rows import Rows
from kg.ask.answer_formats import Shown
from kg.files.text import decode
from kg.model.kg_error import KgError
from kg.model.page import Kind

FRONT = b"---\ntitle: P\ntype: concept\n---\n\n"
WIKI = rows.wiki({"concepts/P.md": "P", "sources/s.md": "s"}, Shown(BASE))
NEVER = live_blocks.Earlier(lambda: None)


def answering(*texts):
    """Return what answers every query with rows of a text, a topic and a place."""
    found = tuple(
        {
            "text": Literal(text),
            "topic": NamedNode(f"{BASE}id/s"),
            "path": Literal("sources/s.md"),
            "line": Literal(number),
            "column": Literal(1),
        }
        for number, text in enumerate(texts, 20)
    )
    return lambda _name, _parameters: Rows(("text", "topic", "path", "line", "column"), found)


def rendered(data, ask, path="concepts/P.md"):
    found = live_blocks.pages(stored({path: data})).get(path, [])
    assert live_blocks.faults(path, found) == []
    return live_blocks.render(path, data, [one for one in found if one.is_block], ask, WIKI, NEVER)


def test_a_block_holds_a_table_with_links_to_pages():
    page = rendered(FRONT + b"a\n<!-- kg:query q -->\nold\n<!-- kg:end -->\nb\n", answering("x|y"))

    assert page.new.removeprefix(FRONT).decode() == (
        "a\n<!-- kg:query q -->\n\n| text | topic | path |\n| --- | --- | --- |\n"
        "| x\\|y | [s](../sources/s.md) | [s](../sources/s.md) |\n\n<!-- kg:end -->\nb\n"
    )


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("format=list columns=text", ["- one", "- two", "- three"]),
        ('format=list columns="line text" limit=1', ["- 20 — one", "", "*… and 2 more*"]),
        ("format=count", ["3"]),
    ],
)
def test_a_block_is_a_list_or_a_count_where_it_says_so(words, lines):
    page = rendered(f"<!-- kg:query q {words} -->\n<!-- kg:end -->\n".encode(), answering("one", "two", "three"))

    assert page.new.decode().split("\n")[2:-3] == lines


def test_no_rows_are_told():
    page = rendered(b"<!-- kg:query q -->\n<!-- kg:end -->\n", answering())

    assert page.new == b"<!-- kg:query q -->\n\n*(none)*\n\n<!-- kg:end -->\n"


HOSTILE = ("<!-- kg:end -->", "-->", "[[Other]]", "- [fact] [[A]] — x", "a\n\n## Heading\n", "```", "---", "{{ x }}")


@pytest.mark.parametrize("form", block_header.FORMATS)
def test_no_text_of_a_graph_closes_a_block_or_becomes_a_statement(form):
    data = (
        FRONT
        + b"## Key Claims\n\n- [fact] [[P]] - a\n\n<!-- kg:query q format="
        + form.encode()
        + b" -->\n<!-- kg:end -->\n"
    )
    page = rendered(data, answering(*HOSTILE))
    record_of, _ = record(page.new, "concepts/P.md", "newsroom")
    kinds = [block.kind for block in blocks(record_of) if block.kind not in (Kind.FIELD, Kind.FENCE)]

    assert kinds == [Kind.HEADING, Kind.CLAIM, Kind.LIVE]
    assert rendered(page.new, answering(*HOSTILE)).drift == ()


def test_what_a_block_holds_changes_no_other_fact():
    before = FRONT + b"See [[A]].\n\n<!-- kg:query q -->\n<!-- kg:end -->\n"
    after = rendered(before, answering("See [[A]] and [[B]].")).new
    facts = [
        {line for line in mapped({"concepts/P.md": data}) if "/prov/" not in line and "sha256" not in line}
        for data in (before, after)
    ]
    changed = {line.split(" ")[1] for line in facts[0] ^ facts[1]}

    assert {name.rpartition("#")[2].rstrip(">") for name in changed} <= {"markup", "bytes", "size", "checksumValue"}


def test_a_page_by_a_query_is_one_block_and_none_of_the_dialects_kinds():
    page, _ = record(
        b"---\ntitle: I\n---\n\n<!-- kg:page index 0123456789abcdef -->\n# I\n\n- [[A]]\n", "sources/i.md", "newsroom"
    )

    assert page.page_class == "GeneratedPage"
    assert [block.kind for block in blocks(page)][-1] is Kind.LIVE
    assert not any(block.links for block in blocks(page))


AROUND = st.text(st.sampled_from('ab #>-`*[]|\n\t<!"é'), max_size=60)
ENDS = st.sampled_from(["\n", "\r\n"])


@settings(max_examples=CASES // 4, deadline=None)
@given(AROUND, AROUND, ENDS, st.lists(st.text(max_size=12), max_size=3))
def test_the_text_around_a_block_stays_byte_for_byte(before, after, end, texts):
    marks = f"<!-- kg:query q -->{end}x{end}<!-- kg:end -->{end}"
    data = f"{before}{end}{end}{marks}{after}".encode()
    path = "concepts/P.md"
    found = [one for one in live_blocks.pages(stored({path: data})).get(path, []) if one.is_block]
    page = live_blocks.render(path, data, found, answering(*texts), WIKI, NEVER)

    if not found:  # the marks stand in code or in a comment
        assert page.new == data
        return
    head, tail = f"{before}{end}{end}<!-- kg:query q -->{end}".encode(), f"<!-- kg:end -->{end}{after}".encode()
    assert page.new.startswith(head)
    assert page.new.endswith(tail)
    assert rendered_again(page.new, texts) == page.new


def rendered_again(data, texts):
    path = "concepts/P.md"
    found = [one for one in live_blocks.pages(stored({path: data})).get(path, []) if one.is_block]
    return live_blocks.render(path, data, found, answering(*texts), WIKI, NEVER).new


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (
            "a\n\n<!-- kg:query q -->\nb\n",
            "P.md:3:1: this live block is never closed; write <!-- kg:end --> on a line below it",
        ),
        ("a\n\n<!-- kg:end -->\n", "P.md:3:1: no live block is open here; take this line out"),
        (
            "<!-- kg:query q -->\n\n<!-- kg:query r -->\n<!-- kg:end -->\n<!-- kg:end -->\n",
            "P.md:3:1: a live block within that of line 1; close that one first with <!-- kg:end -->",
        ),
        (
            "- a\n\n      \n- b\n    <!-- kg:query q -->\n",
            "P.md:5:5: a live block begins and ends on lines of their own",
        ),
    ],
)
def test_marks_that_make_no_block_are_told_with_their_place(page, fault):
    found = live_blocks.pages(stored({"P.md": page.encode()}))["P.md"]

    assert live_blocks.faults("P.md", found)[0].startswith(fault)


def test_marks_in_code_are_no_block():
    data = b"```\n<!-- kg:query q -->\n<!-- kg:end -->\n```\n"

    assert live_blocks.pages(stored({"P.md": data})) == {}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("", "P.md:7:16: which query? found ''"),
        ("=x", "P.md:7:15: which query? found '=x'"),
        ("q about", "P.md:7:17: 'about' is no parameter; write name=value"),
        ("q a=1 a=2", "P.md:7:21: 'a' is said twice; keep one"),
        ("q format=tabel", "P.md:7:17: there is no format 'tabel'; did you mean 'table'?"),
        ("q limit=many", "P.md:7:17: limit: expected a whole number, found 'many'"),
    ],
)
def test_a_header_that_asks_for_what_there_is_not_is_told_with_its_place(words, fault):
    with pytest.raises(KgError) as told:
        block_header.read(f"<!-- kg:query {words} -->", "P.md:7")

    assert str(told.value).startswith(fault)


def test_values_may_be_quoted():
    header = block_header.read('<!-- kg:query q about="Open \\"x\\" y" format=list -->', "P.md:7")

    assert (header.parameters, header.form) == ({"about": 'Open "x" y'}, "list")


def test_a_page_that_is_not_utf_8_refuses_letters_that_it_cannot_hold():
    with pytest.raises(KgError, match=r"concepts/P.md:3:1: the file is not UTF-8 and cannot hold '中'"):
        rendered("é\n\n<!-- kg:query q -->\n<!-- kg:end -->\n".encode("latin-1"), answering("中"))


def test_line_endings_are_those_of_the_page():
    page = rendered(b"a\r\n\r\n<!-- kg:query q format=count -->\r\n<!-- kg:end -->\r\n", answering("x"))

    assert decode(page.new).newline == "\r\n"
    assert b"\r\n\r\n1\r\n\r\n<!-- kg:end -->\r\n" in page.new
