"""Spellings: what differs in a letter, mark, digit or sign has another key; docs/links.md says what is one name."""

import sys
import unicodedata
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.rdf import names, spellings

SAME = [
    ("Open Weights", "open-weights"), ("Open Weights", "open_weights"), ("Open\u00a0Weights", "Open  Weights"),
    ("Ｏｐｅｎ", "open"), ("ｶﾞ", "ガ"), ("ﬁne", "fine"), ("O’Brien", "O'Brien"), ("Oʼbrien", "O'Brien"), ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
    ("e\u0301", "É"), ("soft\u00adware", "software"), ("“Best” of", '"best" of'), ("well‑known", "well-known"),
    ("Foo (bar)", "foo bar"), ("Overview.", "overview"), ("Part 1", "part-1"), ("1. Introduction", "1-introduction"),
    ("\u200fשלום", "שלום"), ("St. Louis", "st-louis"), ("2024\u20132025", "2024-2025"),
]  # fmt: skip
APART = [
    # vowel signs, tone marks, points, viramas and nuktas
    ("दिल", "दाल"), ("ป่า", "ป้า"), ("কল", "কাল"), ("கல்", "கால்"), ("ක", "කා"), ("ကို", "ကု"), ("ខ្មែរ", "ខ្មរ"), ("ལོ", "ལ"), ("ᠠ᠋", "ᠠ"),
    ("गज", "ग़ज"), ("حُب", "حَب"), ("שָׁם", "שֵׁם"), ("résumé", "resume"), ("Ångström", "Angstrom"), ("がく", "かく"),
    # joiners within a word
    ("می\u200cخواهم", "میخواهم"), ("ක්\u200dෂ", "ක්ෂ"), ("👩\u200d💻", "👩💻"),
    # separators that a digit or sign stands beside
    ("GPT-4.1", "GPT-41"), ("GPT-4.1", "GPT-4-1"), ("2025-1-11", "2025-11-1"), ("v1.1.0", "v1.10"), ("10K", "10-K"),
    ("F1-6", "F-16"), ("1-12", "11-2"), ("5.0", "50"), ("5", "-5"), ("-1", "+1"), (".5", "5"), ("Ruger .22", "Ruger 22"),
    ("٤.١", "٤١"), ("१-१२", "११-२"), ("Temp -5", "Temp 5"), ("3:1", "31"), ("1/2", "12"), ("6'", "6"), ('6"', "6'"),
    # signs
    ("C", "C++"), ("C", "C#"), ("C", "C--"), ("C++", "C#"), ("50%", "50"), ("$50", "50"), ("$50", "€50"), ("R&D", "R D"), ("R&D", "RD"),
    ("Go!", "Go"), ("*X*", "X"), ("@ada", "ada"), ("#ada", "ada"), ("≥", "≤"), ("→", "←"), ("❤", "💔"), ("A*", "A"), ("x′", "x"),
    ("℃", "C"), ("ג׳ין", "גין"), ("√2", "2"),
    # letters and digits that only look alike, or are one elsewhere
    ("Maße", "Masse"), ("ı", "i"), ("ø", "o"), ("ə", "e"), ("А", "A"), ("x²", "x2"), ("①", "1"), ("Ⅳ", "IV"), ("٤", "4"), ("ʻokina", "okina"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_case_width_and_separators_between_letters_make_no_other_name(one, other):
    assert spellings.words(one) == spellings.words(other)
    assert names.relation_iri("https://x/", one) == names.relation_iri("https://x/", other)


@pytest.mark.parametrize(("one", "other"), [*APART, *((other, one) for one, other in APART)])
def test_a_letter_mark_digit_or_sign_makes_another_name(one, other):
    assert spellings.letters(one) != spellings.letters(other)
    assert not spellings.surely_one(one, other)
    assert names.relation_iri("https://x/", one) != names.relation_iri("https://x/", other)
    assert names.agent_iri("https://x/", one) != names.agent_iri("https://x/", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("OpenWeights", "open-weights"),
        ("HTMLParser", "html parser"),
        ("éclairÉtoile", "Éclair étoile"),
        ("iPhone", "IPHONE"),
    ],
)
def test_capitals_that_part_words_are_read_as_hyphens(one, other):
    assert spellings.surely_one(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("therapist", "the rapist"),
        ("U.S.", "US"),
        ("日-本", "日本"),
        ("we're", "were"),
        ("10 K", "10-K"),
        ("F 16", "F-16"),
    ],
)
def test_a_name_that_can_be_read_otherwise_is_never_certain(one, other):
    assert not spellings.surely_one(one, other)


def kind(char):
    category = unicodedata.category(char)
    return category[0] if category[0] in "LMNS" else ""


@cache
def every_character():
    return [chr(code) for code in range(sys.maxunicode + 1) if kind(chr(code))]


LETTERS = st.deferred(lambda: st.sampled_from([char for char in every_character() if kind(char) in "LMN"]))


def test_no_letter_mark_digit_or_sign_of_unicode_falls_away():
    """Each stands between two letters, at the end, and alone; the modifier apostrophe is the one that is typed otherwise."""
    lost = [
        char
        for char in every_character()
        for form in ("a{}b", "a{}", "{}", "7{}7")
        if spellings.letters(form.format(char)) == spellings.letters(form.format(""))
    ]

    assert set(lost) <= {"ʼ"}


def test_two_characters_have_one_key_only_as_cases_or_looks_of_one():
    keys = {}
    for char in every_character():
        keys.setdefault(spellings.letters(f"a{char}b"), []).append(char)

    for together in keys.values():
        looks = {unicodedata.normalize("NFKC", char).lower() for char in together}
        folded = {unicodedata.normalize("NFKC", look.upper().lower()) for look in looks}
        assert len(folded) == 1 or {look.casefold() for look in looks} in UNITED, together


# Letters that case folding unites beyond upper and lower case.
UNITED = ({"ß"},)

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)


@given(TEXT, TEXT)
def test_the_levels_contain_one_another(one, other):
    if spellings.fold(one) == spellings.fold(other):
        assert spellings.words(one) == spellings.words(other)
    if spellings.words(one) == spellings.words(other):
        assert spellings.letters(one) == spellings.letters(other)
    if spellings.letters(one) == spellings.letters(other):
        assert spellings.run_together(one) == spellings.run_together(other)


@given(TEXT)
def test_a_spelling_is_that_of_its_normal_forms_and_folding_is_done_once(text):
    assert spellings.fold(spellings.fold(text)) == spellings.fold(text)
    for form in ("NFC", "NFD"):
        assert spellings.words(unicodedata.normalize(form, text)) == spellings.words(text)


@given(
    st.text(LETTERS, min_size=1, max_size=6),
    st.data(),
)
def test_a_word_without_one_of_its_letters_is_another_word(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    shorter = word[:at] + word[at + 1 :]
    assume(unicodedata.normalize("NFC", word[at]) != "ʼ")

    assert spellings.letters(word) != spellings.letters(shorter)
