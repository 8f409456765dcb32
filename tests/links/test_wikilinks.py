"""Wikilinks: the forms they have, and where they are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pages import blocks

from kg.links import wikilinks
from kg.parse import markdown_links
from kg.parse.markdown import HIDDEN, cover, hide


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[[X]]", ("X", "", None, False)),
        ("[[X|A]]", ("X", "", "A", False)),
        ("[[X#H]]", ("X", "H", None, False)),
        ("[[X#H|A]]", ("X", "H", "A", False)),
        ("[[#H]]", ("", "H", None, False)),
        ("[[|x]]", ("", "", "x", False)),
        ("![[X]]", ("X", "", None, True)),
        ("[[dir/X.md]]", ("dir/X.md", "", None, False)),
        (r"[[X\|A]]", ("X", "", "A", False)),
        ("[[ X ]]", ("X", "", None, False)),
        ("[[a [b] c]]", ("a [b] c", "", None, False)),
        ("[[\u00a0X\u00a0|A]]", ("X", "", "A", False)),
        ("[[X#H1#H2]]", ("X", "H1#H2", None, False)),
        ("[[X#^block]]", ("X", "^block", None, False)),
        ("[[#^block]]", ("", "^block", None, False)),
        ("[[./X/]]", ("./X/", "", None, False)),
        ("[[../dir/X.MD]]", ("../dir/X.MD", "", None, False)),
        ("[[/X]]", ("/X", "", None, False)),
        ("[[Open%20Weights]]", ("Open%20Weights", "", None, False)),
        ("[[e\u0301]]", ("e\u0301", "", None, False)),
        ("![[img.png|200]]", ("img.png", "", "200", True)),
        ("[[podcast:slug|…]]", ("podcast:slug", "", "…", False)),
        ("[[]]", ("", "", None, False)),
        ("[[ ]]", ("", "", None, False)),
        ("[[#]]", ("", "", None, False)),
        ("[[[X]]]", ("[X]", "", None, False)),
        ("[[X]](note)", ("X", "", None, False)),
    ],
)
def test_a_link_has_a_slug_an_anchor_and_an_alias(text, parts):
    [link] = wikilinks.find(text)

    assert (link.slug, link.anchor, link.alias, link.embed) == parts


@pytest.mark.parametrize(
    "text", ["[[x.pdf]](sources/x.md)", "[[]", "[[a\nb]]", "[[a]", "[a](b)", "[[a [b]]", "[[a", "[[a\x00b]]", "[ [a]]"]
)
def test_what_only_looks_like_a_link_is_none(text):
    assert list(wikilinks.find(text)) == []


def test_plain_text_shows_what_a_reader_sees():
    assert wikilinks.plain("[[A|one]] and [[B]] and [[x.pdf]](y.md)") == "one and B and [[x.pdf]](y.md)"


def test_a_pointer_to_the_evidence_stands_in_brackets():
    assert wikilinks.spoken("says x [[s#Key Quotes|quote]]") == "says x (quote)"
    assert wikilinks.spoken("says x [[s#Key Claims]]") == "says x (s#Key Claims)"
    assert wikilinks.spoken("[[s#a]]") == "s#a"
    assert wikilinks.spoken("of [[A]]") == "of A"


@pytest.mark.parametrize(
    ("text", "target", "whole"),
    [
        ("see [[ X | A ]].", 7, "[[ X | A ]]"),
        ("see ![[X]].", 7, "![[X]]"),
        ("| [[X\\|A]] |", 4, "[[X\\|A]]"),
        ("a [[#H]]", 4, "[[#H]]"),
        ("a [[ ]]", 5, "[[ ]]"),
        ("[[[X]]]", 2, "[[[X]]]"),
        ("[[a\n[[\u00a0X]]", 7, "[[\u00a0X]]"),
    ],
)
def test_a_link_knows_where_it_and_its_target_start(text, target, whole):
    [link] = wikilinks.find(text)

    assert (link.target_start, text[link.start : link.end]) == (target, whole)


# ---- What is hidden --------------------------------------------------------------------------------------------------


def found(text):
    return [(link.slug, link.alias) for link in wikilinks.find(hide(text), text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`[[X]]`", []),
        ("costs $5 by [[X]] or 6$", []),  # pandoc's rule: a formula, for no blank precedes the second sign
        ("costs $5 by [[X]] or $6", [("X", None)]),
        ("a ``[[X]] ` ``", []),
        ("$a [[X]] b$", []),
        ("$$a\n[[X]]\nb$$", []),
        ("[[X|the $k$-th]] and $a$", [("X", "the $k$-th")]),
        ("[[X|$a$]] gives $b$ by [[Y|$c$]]", [("X", "$a$"), ("Y", "$c$")]),
        ("[[X|the `code` word]]", [("X", "the `code` word")]),
        ("[[`X`]]", []),
        ("[[X|a `b]] c`", []),
        ("`a [[X` b]]", []),
    ],
)
def test_code_and_mathematics_hide_links_but_may_stand_in_what_a_reader_sees(text, expected):
    assert found(text) == expected


def test_mathematics_ends_where_its_cell_does(doc):
    """
    | price $a | [[X]] | b$ |
    |---|---|---|
    | $a [[Y]] b$ | [[Z\\|$z$]] | $c$ |
    """
    page, _ = doc

    assert [(link.slug, link.alias) for block in blocks(page) for link in block.links] == [("X", None), ("Z", "$z$")]


@given(st.text("ab[]|#^\\\n !`$\u00a0\x00(.)", max_size=40) | st.text(max_size=40))
def test_finding_links_never_fails_and_gives_back_the_authors_text(text):
    for seen in (text, hide(text), hide(text, cells=True)):
        for link in wikilinks.find(seen, text):
            whole = text[link.start : link.end]
            assert whole.startswith("![[" if link.embed else "[[")
            assert whole.endswith("]]")
            assert text.startswith(link.slug, link.target_start)
        spans = [(link.start, link.end) for link in wikilinks.find(seen)]
        for link in markdown_links.find(text, cover(seen, spans, HIDDEN), {"a": "b.md"}):
            assert text.startswith(link.slug, link.target_start) or link.slug == "b.md"
            assert text[link.start] == "["
