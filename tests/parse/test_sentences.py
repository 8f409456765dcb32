"""Sentences: a golden per language, and the cuts cover the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.parse.markdown import hide
from kg.parse.sentences import cut
from kg.settings import dialect

ABBREVIATIONS = dialect.load("newsroom").abbreviations


def pieces(text):
    return [text[start:end] for start, end in cut(text, hide(text), ABBREVIATIONS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ('He said "no." Then he left.', ['He said "no." ', "Then he left."]),
        ("It rose by 3.5 percent. 40 people came.", ["It rose by 3.5 percent. ", "40 people came."]),
        ("Dr. Smith and J. Doe met e.g. Ann. They spoke.", ["Dr. Smith and J. Doe met e.g. Ann. ", "They spoke."]),
        ("See https://x.org/a.b?c=d. Next.", ["See https://x.org/a.b?c=d. ", "Next."]),
        ("It holds [[a. B|c. D]]. [[E]] too.", ["It holds [[a. B|c. D]]. ", "[[E]] too."]),
        ("Run `a. B`. Then stop.", ["Run `a. B`. ", "Then stop."]),
        ("**Bold.** Next. _x_ lower", ["**Bold.** ", "Next. ", "_x_ lower"]),
        ("v1.2 is out. and lower goes on.", ["v1.2 is out. and lower goes on."]),
        ("开源是什么？没有定论。“对。”他说。", ["开源是什么？", "没有定论。", "“对。”", "他说。"]),
        ("オープンとは。次です！", ["オープンとは。", "次です！"]),
        ("그는 떠났다. 다음 날 돌아왔다.", ["그는 떠났다. ", "다음 날 돌아왔다."]),
        ("Это начало. Потом конец.", ["Это начало. ", "Потом конец."]),
        ("¿Qué es? ¡Nada! Fin.", ["¿Qué es? ", "¡Nada! ", "Fin."]),
        ("Line one.\nLine two.", ["Line one.\n", "Line two."]),
        ("No end", ["No end"]),
        ("", []),
        ("  ", []),
    ],
)
def test_a_text_is_cut_where_a_reader_would(text, expected):
    assert pieces(text) == expected


@given(st.text(alphabet='aB.!?。 \n"[]`$1e:/', max_size=60))
def test_the_cuts_cover_the_text_without_gap(text):
    assert "".join(pieces(text)) == (text if text.strip() else "")
