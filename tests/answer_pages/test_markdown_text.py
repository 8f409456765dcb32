"""Words of a graph on a page are the words: in a cell, an item, a line, whatever they are."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from support.tier import CASES

from kg.answer_pages import markdown_text
from kg.links import wikilinks
from kg.parse import live_markers

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLACES = {"item": "- {}", "cell": "| a |\n| --- |\n| {} |", "line": "{}"}
HOSTILE = (
    "__b__", "_a_ b_c", "1. a", "- a", "# a", "#tag", "<script>alert(1)</script>", "a & &amp; &#60;", "[x](y)",
    "![x](y)", "[[Page|words]]", "`code` ``", "a|b\\|c\\", "<!-- kg:end -->", "--> x", "{{ 7*7 }} {% if %}", "%%c%%",
    "==h== $x$ ~~s~~", "a\nb\r\nc\u2028d\x85e", "https://example.org/a_b_c?q=1.", "http://[[x]]", "key:: v", "\\",
    "=== a", "> q", "***", "| a |", "    code", "javascript:alert(1)", "<https://a>", "- [ ] t", "\x00\u202eabc",
    "../../etc/passwd", "x" * 10_000, "שלום \u200fעולם",
)  # fmt: skip
MARKUP = st.text(st.sampled_from("ab _*`[]()|<>!-#+=~$%{}&;:\\/\n\t\"'.1"), max_size=30)


def seen(markdown):
    """The words that a reader of Markdown sees of the one cell, item or line."""
    page = READER.render(markdown)
    cell = re.search(r"<td>(.*?)</td>", page, re.DOTALL)
    return html.unescape(re.sub("<[^>]*>", "", cell[1] if cell else page)).strip()


def shown(words):
    return re.sub(
        "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]", "\ufffd", " ".join(words.split())
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words[:12]))
def test_hostile_words_are_shown_as_they_are(words, place):
    written = markdown_text.words(words)

    assert seen(PLACES[place].format(written)) == shown(words)


@settings(max_examples=CASES)
@given(MARKUP, st.sampled_from(sorted(PLACES)))
def test_any_words_are_shown_as_they_are_and_are_no_markup(words, place):
    written = markdown_text.words(words)
    page = READER.render(PLACES[place].format(written))

    assert seen(PLACES[place].format(written)) == shown(words)
    assert not re.findall("<(em|strong|code|img|s|h[1-6]|hr|blockquote|script)[ />]", page)
    assert [*wikilinks.find(written)] == []
    assert not re.search("<!--|-->|\n", written)
    assert not live_markers.END.match(written)


@pytest.mark.parametrize(
    ("path", "page", "way"),
    [
        ("a.md", "b.md", "a.md"),
        ("x/a b.md", "b.md", "x/a%20b.md"),
        ("x/a.md", "y/b.md", "../x/a.md"),
        ("x/y/a.md", "x/z/b.md", "../y/a.md"),
        ("a(1).md", "x/b.md", "../a%281%29.md"),
        ("x.md", "x/b.md", "../x.md"),
    ],
)
def test_a_link_leads_from_a_page_to_a_file(path, page, way):
    assert markdown_text.link("]*", path, page) == f"[\\]\\*]({way})"
