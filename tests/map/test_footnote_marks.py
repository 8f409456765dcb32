"""To which sentence the mark of a footnote belongs."""

import re

from hypothesis import given
from hypothesis import strategies as st
from support.pages import record

from kg.map import footnote_marks

LEADING = re.compile(r"(?:[\s.,;:!?]|\[\^[^\s\[\]\\^]{1,100}\])*")
PIECES = st.sampled_from(
    ["[^a]", "[^b2]", "Words stand here.", " ", ". ", "!", "[^", "]", "word", ", ", "\\[^a]", "[^a b]", "É"]
)


def marks(page):
    blocks = [block for section in page.sections for block in section.blocks]
    return [(block, mark) for block in blocks for mark in footnote_marks.marks(block)]


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_mark_with_nothing_but_marks_and_points_before_it_belongs_to_the_sentence_before(text):
    page, _ = record(f"# Page\n\nFirst. {text}\n".encode(), "p.md", "newsroom")

    for block, mark in marks(page):
        for number, sentence in enumerate(block.sentences, 1):
            at = mark.place.start - sentence.place.start
            if 0 <= at < len(sentence.markup):
                leads = number > 1 and LEADING.fullmatch(sentence.markup, 0, at) is not None
                assert mark.sentence == (number - 1 if leads else number)


def test_a_row_of_marks_is_gone_through_once():
    page, _ = record(f"One. {'[^a]' * 40_000}\n".encode(), "p.md", "newsroom")

    assert len(marks(page)) == 40_000
