"""Where a quote stands in an original, exactly, nearly or not; and that no way of printing words hides them."""

import random
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tier import CASES

from kg.originals import fold, occurrences, passages

ORIGINAL = """A note on weights

The weights of the model may be released in full under some of the terms that the lab has published,
it’s said, and the training data will not be. “We publish everything,” the lab’s director wrote – twice.

Critics answer that most open models are re-
producible in name only. Their figure is −5 % a year, not 5 %.

Das Modell ist offen, sagt der Bericht, aber die Daten bleiben geheim.

模型的权重可以在
许可证下公开发布，但训练数据不会公开。
"""


def found(quote, original=ORIGINAL):
    return passages.find([quote], fold.fold(original))[0]


def verdict(quote, original=ORIGINAL):
    result = found(quote, original)
    return "exact" if result.exact else "near" if result.is_near else "not there"


def words(quote):
    passage = found(quote).exact
    return ORIGINAL[passage.start : passage.end]


EXACT = [
    "The weights of the model may be released in full",
    "the training data will not be.",
    '"We publish everything," the lab\'s director wrote - twice',
    "most open models are reproducible in name only",
    "most open models are re-producible in name only",
    "Their figure is -5 % a year, not 5%",
    "模型的权重可以在许可证下公开发布，但训练数据不会公开",
    "模型的权重可以在许可证下公开发布,但训练数据不会公开。",
    "The weights of the model ... will not be",
    "… most open models […] not 5 %",
    "the **training** data will not be",
]
NEAR = [
    ("The weights of the model will be released in full under some of the terms", "'will' for 'may'"),
    (
        "The weights of the model may be released in full under the terms that the lab has published",
        "'some of' left out",
    ),
    ("most open models are reproducible in the name only", "'the' added"),
    ("Their figure is 5 % a year, not 5 %", "'-' left out"),
    ("the lab's directors wrote – twice", "'directors' for 'director'"),
]
NOT_THERE = [
    "Nobody outside the company has ever seen a single line of it",
    "The weights of the model will be shown to most open models in name only",
    "the training data will not be. The weights of the model may be released in full",
    "not 5 % … The weights of the model",
]


@pytest.mark.parametrize("quote", EXACT)
def test_words_that_stand_there_are_exact_however_they_are_printed(quote):
    assert verdict(quote) == "exact"


@pytest.mark.parametrize(("quote", "difference"), NEAR)
def test_words_that_differ_in_little_are_near_and_the_difference_is_said(quote, difference):
    result = found(quote)

    assert verdict(quote) == "near"
    assert difference in result.nearest[0].difference


@pytest.mark.parametrize("quote", NOT_THERE)
def test_words_that_were_invented_or_joined_from_two_places_are_not_there(quote):
    assert verdict(quote) == "not there"


def test_a_passage_is_where_the_words_stand_in_the_original():
    assert (
        words("most open models are reproducible in name only") == "most open models are re-\nproducible in name only"
    )
    assert words("it's said, and the training data") == "it’s said, and the training data"


def test_what_is_nearest_to_joined_words_are_both_places():
    result = found("the training data will not be. The weights of the model may be released in full")
    shown = [ORIGINAL[one.start : one.end] for one in result.nearest]

    assert any("training data will not be" in one for one in shown)
    assert any("may be released in full" in one for one in shown)


@pytest.mark.parametrize("quote", ["too short", "a … b … c", "…", ""])
def test_what_is_shorter_than_twelve_characters_is_not_looked_for(quote):
    assert not passages.is_long_enough(quote)


@pytest.mark.parametrize("quote", [*EXACT, *(quote for quote, _ in NEAR), *NOT_THERE])
def test_a_long_original_is_gone_through_once_and_the_same_is_found(quote, monkeypatch):
    one_by_one = found(quote)
    monkeypatch.setattr(occurrences, "_MUCH", -1)

    assert found(quote) == one_by_one


def test_words_are_exact_however_often_the_same_letters_stand_before_them_with_other_hyphens():
    original = "Some call it open-source software. " * 40 + "Others wrote open source software."

    assert verdict("open source software", original) == "exact"


def test_an_ellipsis_between_wide_blanks_cuts_and_a_long_row_of_blanks_takes_no_time():
    assert passages.pieces("The weights\u00a0…\u2009\u00a0will not be.") == ["The weights", "will not be"]
    started = time.process_time()
    passages.pieces("words" + " " * 100_000 + "words")

    assert time.process_time() - started < 2


def test_a_quote_of_thousands_of_words_is_laid_beside_its_passage_in_seconds():
    luck = random.Random(3)  # noqa: S311  # no secret
    text = [f"word{luck.randrange(2000)}" for _ in range(1_500)]
    quote = " ".join("other" if at % 9 == 5 else word for at, word in enumerate(text))
    started = time.process_time()

    assert verdict(quote, f"Before it. {' '.join(text)} Behind it.") == "near"
    assert time.process_time() - started < 6


# ---- manglings -------------------------------------------------------------------------------------------------------

LETTERS = [
    "office", "affine", "flat", "open-source", "model", "weights", "data", "isn't", "“free”", "the", "of", "5", "%", "licence;", "café", "naïve", "Straße", "模型", "权重", "данные",
]  # fmt: skip
PRINTED = {
    " ": [" ", " ", "\n", "  ", "\u00a0", " \r\n", "\n\t", "\u2009"],
    "-": ["-", "‐", "‑", "–", "-\n"],
    "“”": ['"', "“", "”", "«", "»", "„", "＂"],
    "'": ["'", "’", "‘", "ʼ"],
}
LIGATURES = {"ffi": "ﬃ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}


def mangled(seed):
    """Return words, and the same words as a printer, a converter or an editor might have put them."""
    luck = random.Random(seed)  # noqa: S311  # no secret
    text = " ".join(luck.choices(LETTERS, k=luck.randint(8, 30)))
    print_ = "".join(_put(luck, text, at, sign) for at, sign in enumerate(text))
    for plain, ligature in LIGATURES.items():
        if luck.random() < 0.5:
            print_ = print_.replace(plain, ligature)
    return text, unicodedata.normalize("NFD", print_) if luck.random() < 0.5 else print_


def _put(luck, text, at, sign):
    within = 0 < at < len(text) - 1 and text[at - 1 : at + 2].isalpha() and text[at - 1 : at + 2].isascii()
    for signs, printed in PRINTED.items():
        if sign in signs:
            return luck.choice(printed)
    if within and luck.random() < 0.07:
        return sign + luck.choice(["-\n", "\u00ad", "\u00ad\n", "\u200b", "-\n  ", "-\r\n"])
    if sign.isascii() and sign.isalnum() and luck.random() < 0.07:
        return chr(ord(sign) + 0xFEE0)
    return sign


@settings(max_examples=CASES, deadline=None)
@given(st.integers(0, 1 << 40), st.booleans())
def test_no_way_of_printing_words_hides_them(seed, swapped):
    quote, original = reversed(mangled(seed)) if swapped else mangled(seed)
    before = "Before it stands something else.\n\n" * 3

    assert verdict(quote, f"{before}{original}\n\nAnd something behind it.") == "exact"
