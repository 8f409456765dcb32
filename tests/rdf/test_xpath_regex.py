"""Regular expressions of XPath: what they match, in the query engine and in Python; what is none is named."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.rdf import engine_functions, xpath_regex
from kg.rdf.xpath_regex import NotARegex


def in_engine(pattern, flags, text):
    """What the engine says of a translated expression; None where it does not take it."""
    regex = xpath_regex.translated(pattern, flags)
    terms = ", ".join(str(ox.Literal(one)) for one in (text, regex.text, regex.flags))
    (row,) = ox.Store().query(f"SELECT (REGEX({terms}) AS ?found) {{}}")
    return None if row[0] is None else row[0].value == "true"


MATCHES = [
    ("^[a-z-[aeiou]]+$", "", "bcd", True),
    ("^[a-z-[aeiou]]+$", "", "abc", False),
    ("^[a-z-[m-p-[n]]]$", "", "n", True),
    ("^[a-z-[m-p-[n]]]$", "", "m", False),
    ("^[^a-z-[A]]$", "", "A", False),
    ("^[^a-z-[A]]$", "", "B", True),
    ("^[\\p{L}-[\\p{Lu}]]$", "", "É", False),
    ("^[\\p{L}-[\\p{Lu}]]$", "", "é", True),
    ("^[\\i-[:]][\\c-[:]]*$", "", "São", True),
    ("^[\\i-[:]][\\c-[:]]*$", "", "東京.1-a", True),
    ("^[\\i-[:]][\\c-[:]]*$", "", "a:b", False),
    ("^[\\i-[:]]", "", "1a", False),
    ("^\\I\\C$", "", "1+", True),
    ("\\p{IsBasicLatin}", "", "é", False),
    ("\\p{IsGreekandCoptic}", "", "λ", True),
    ("\\p{IsGreek}", "", "ἀ", False),
    ("\\p{IsGreekExtended}", "", "ἀ", True),
    ("\\P{IsGreek}", "", "λ", False),
    ("^\\p{IsHangulSyllables}+$", "", "한글", True),
    ("\\p{Lu}", "", "aÉ", True),
    ("^\\w+$", "", "a_b", False),  # a connector is punctuation
    ("^\\w+$", "", "a+b", True),
    ("^\\d$", "", "٣", True),
    ("^\\s$", "", "\xa0", False),
    ("^\\S$", "", "\xa0", True),
    ("a#b", "x", "a#b", True),
    ("a b # c", "x", "ab#c", True),
    ("a[ ]b", "x", "a b", True),
    ("a.b", "", "a\nb", False),
    ("a.b", "s", "a\nb", True),
    ("^b$", "m", "a\nb\nc", True),
    ("^b$", "", "a\nb\nc", False),
    ("b$", "", "b\n", False),
    ("a.b", "q", "axb", False),
    ("A.B", "qi", "xa.by", True),
    ("É", "i", "é", True),
    ("[&&~]", "", "&", True),
    ("[[]", "", "[", True),
    ("a{2", "", "a{2", True),
    ("x{2,3}?", "", "xx", True),
    ("\\bsee\\b", "i", "to SEE it", True),
    ("^(?:ab)+$", "", "abab", True),
]


@pytest.mark.parametrize(("pattern", "flags", "text", "found"), MATCHES)
def test_both_matchers_find_what_xpath_finds(pattern, flags, text, found):
    assert in_engine(pattern, flags, text) is found
    assert bool(xpath_regex.compiled(pattern, flags).search(text)) is found


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^(.)(.)\\2\\1$", "abba", True),
        ("^(.)(.)\\2\\1$", "abab", False),
        ("^(a)\\11$", "aa1", True),  # one group, so that the second digit is a character
        ("^a(?!c)", "ab", True),
        ("(?<=[0-9])%", "5%", True),
    ],
)
def test_what_the_engine_has_no_words_for_is_matched_elsewhere(pattern, text, found):
    assert engine_functions.usable(pattern, "").elsewhere
    assert engine_functions.matches(text, pattern, "") is found


@pytest.mark.parametrize(
    ("pattern", "flags", "why"),
    [
        ("[", "", "never closed"),
        ("(", "", "never closed"),
        (")", "", "closes nothing"),
        ("*a", "", "nothing to repeat"),
        ("a**", "", "nothing to repeat"),
        ("a|+", "", "nothing to repeat"),
        ("[]", "", "empty"),
        ("[z-a]", "", "no range"),
        ("[[:alpha:]]", "", "no class of XPath"),
        ("[a-z-[aeiou]x]", "", "at the end"),
        ("\\x41", "", "no meaning"),
        ("\\p{Foo}", "", "neither a category nor a block"),
        ("\\p{IsElvish}", "", "neither a category nor a block"),
        ("\\pL", "", "needs a class"),
        ("\\1(a)", "", "refers to no group"),
        ("(a\\1)", "", "refers to no group"),
        ("(?#c)", "", "begins no group"),
        ("a{3,2}", "", "counts down"),
        ("a\\", "", "no meaning"),
        ("a", "z", "no flag"),
    ],
)
def test_what_is_no_regular_expression_is_named(pattern, flags, why):
    with pytest.raises(NotARegex, match=why):
        xpath_regex.translated(pattern, flags)


@pytest.mark.parametrize(
    ("new", "groups", "made"),
    [
        ("$1x", 1, "${1}x"),
        ("$12", 1, "${1}2"),
        ("$2", 1, ""),
        ("[$0]", 0, "[${0}]"),
        ("\\$5 \\\\", 0, "$$5 \\"),
    ],
)
def test_a_replacement_is_the_engines(new, groups, made):
    assert xpath_regex.for_engine(xpath_regex.replacement(new, groups, "")) == made


def test_a_replacement_with_flag_q_is_as_it_stands():
    assert engine_functions.replaced("a.b.c", ".", "$1", "q") == "a$1b$1c"


@pytest.mark.parametrize("new", ["$", "$x", "\\n", "a\\"])
def test_what_is_no_replacement_is_named(new):
    with pytest.raises(NotARegex, match="a replacement has"):
        xpath_regex.replacement(new, 9, "")


@given(
    st.text("ab[]-^\\(){}|*+?.$0,&~:#dpLisc", max_size=9),
    st.sampled_from(["", "i", "x", "m", "s"]),
    st.text("ab-[]\n0 &", max_size=6),
)
def test_whatever_is_taken_means_the_same_in_both_matchers(pattern, flags, text):
    try:
        regex = engine_functions.usable(pattern, flags)
    except NotARegex:
        return
    compiled = xpath_regex.compiled(pattern, flags)

    # In lines, an engine's `^` stands behind the last line end as well, where XPath has no line.
    if not regex.elsewhere and not ("m" in flags and text.endswith("\n")):
        assert in_engine(pattern, flags, text) is bool(compiled.search(text))


@given(st.text(max_size=20))
def test_any_text_with_flag_q_finds_itself(text):
    if "\r" not in text:
        assert in_engine(text, "q", f"<{text}>") is True
