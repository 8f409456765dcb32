"""Traits: what is counted on a page, and what is found in its words that no reader should see."""

import pytest
from support.pages import blocks

from kg.map import traits
from kg.parse.parse_page import parse


@pytest.fixture
def seen(newsroom):
    """Return a function that gives the flaws of some text, as kind and words with their line and column."""

    def found(text, path="concepts/page.md"):
        page, _ = parse(text.encode(), path, newsroom)
        flaws = [(block, flaw) for block in blocks(page) for flaw in traits.flaws(block, path, hub=True)]
        places = [traits.place(block, words) for block, (_, words) in flaws]
        return [
            (kind, words, place.line, place.column) for (_, (kind, words)), place in zip(flaws, places, strict=True)
        ]

    return found


def test_links_and_characters_are_counted_as_a_reader_sees_them(doc):
    """
    ---
    sources: [one]
    ---
    # A heading with [[One]]

    - **bold** [[One|two]] [^1]

    ```
    [[Three]] code
    ```
    <!-- AUTO:X BEGIN -->
    generated [[Four]]
    <!-- AUTO:X END -->
    """
    page, _ = doc

    assert traits.link_count(page) == 2
    assert traits.body_length(page) == len("bold two")


def test_a_mark_is_found_at_its_place_and_not_in_code(seen):
    assert seen("one `</invoke>` three\n") == []
    assert seen("one `</invoke>`\ntwo </invoke> three\n") == [("MarkupLeak", "</invoke>", 2, 5)]


@pytest.mark.parametrize(
    "text", ['<invoke name="x">', "</function_calls>", "<|im_end|>", "【4†source】", ":contentReference[oaicite:3]"]
)
def test_what_programs_write_for_programs_is_a_leak(text, seen):
    assert [kind for kind, *_ in seen(f"Words {text}.\n")] == ["MarkupLeak"]


@pytest.mark.parametrize("text", ["<b>bold</b>", "a <parameter>", "x < y > z", "the model thinks", "[1] and 【注】"])
def test_what_readers_may_see_is_no_leak(text, seen):
    assert seen(f"Words {text}.\n") == []


@pytest.mark.parametrize("text", ["- TODO", "- TBD.", "[[A]] — TODO: say how", "- …", "- 待补充", "Lorem ipsum dolor."])
def test_a_line_that_waits_for_words_is_a_placeholder(text, seen):
    assert [kind for kind, *_ in seen(f"{text}\n")] == ["Placeholder"]


@pytest.mark.parametrize(
    "text", ["The TODO list.", "- `TODO`", "- and so on…", "The date is TBD, says [[A]].", "- método", "- to be"]
)
def test_words_about_what_is_to_do_are_no_placeholder(text, seen):
    assert seen(f"{text}\n") == []


@pytest.mark.parametrize(
    ("path", "leaves"),
    [
        ("../../raw/a.pdf", True), ("../.claude/a.md", True), ("../sources/a.md", False), ("../../../b", True),
        ("https://example.org/../raw", False), ("/raw/a", False), ("#x", False), (".", False), ("./a.png", False),
    ],
)  # fmt: skip
def test_a_path_leaves_the_wiki_or_stays_in_it(path, leaves, seen):
    assert [kind for kind, *_ in seen(f"A [text]({path}) here.\n")] == ["OutsidePath"] * leaves


@pytest.mark.parametrize(
    "words", ["This page covers", "this article will explain", "in this wiki", "This hub also lists"]
)
def test_a_page_that_speaks_of_itself_is_found(words, seen):
    assert [kind for kind, *_ in seen(f"So {words} them.\n")] == ["SelfReference"]


@pytest.mark.parametrize(
    "words", ['"This page covers" it', "this page of history", "in this country", "This section 230"]
)
def test_a_page_that_speaks_of_its_topic_is_not(words, seen):
    assert seen(f"So {words}.\n") == []


def test_a_flaw_in_a_page_with_other_line_ends_has_its_place(seen):
    assert seen("one\r\ntwo </invoke>\r\n") == [("MarkupLeak", "</invoke>", 2, 5)]
