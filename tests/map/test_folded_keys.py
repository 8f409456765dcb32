"""Keys: what is the same but for its spelling has one, and what is not has another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.map import folded_keys


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a",
        "http://example.org/a",
        "HTTPS://Example.ORG/a",
        "https://www.example.org/a/",
        "https://example.org:443/a",
        "https://example.org/a#section",
        "https://example.org/a?utm_source=x&UTM_Medium=y&fbclid=1",
        " https://example.org/a ",
    ],
)
def test_an_address_is_the_same_without_what_does_not_change_the_page(url):
    assert folded_keys.address(url) == "example.org/a"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/A", "https://example.org/a?id=1", "https://example.org/a?id=", "https://m.example.org/a",
        "https://example.org:8080/a", "https://example.org/a#/b", "https://example.org/a#!b", "https://example.org",
    ],
)  # fmt: skip
def test_another_page_has_another_address(url):
    assert folded_keys.address(url) not in ("example.org/a", "")


def test_the_order_of_parameters_does_not_matter():
    assert folded_keys.address("https://example.org/?b=2&a=1") == folded_keys.address(
        "https://example.org?a=1&b=2&utm_id=3"
    )


@pytest.mark.parametrize(
    "text", ["", "n/a", "mailto:a@example.org", "//example.org/a", "https://", "https://[::1/a", "x.md"]
)
def test_what_is_no_web_address_has_no_key(text):
    assert folded_keys.address(text) == ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("OpenWeights", "open-weights"), ("OpenWeight", "Open Weights"), ("Policies", "policy"), ("Node.js", "NodeJS"),
        ("GPT 4.1", "GPT-4.1"), ("신한 은행", "신한은행"), ("Ｏｐｅｎ", "open"), ("AI & Law", "AI-Law"),
    ],
)  # fmt: skip
def test_names_that_differ_in_case_separators_and_plural_are_twins(first, second):
    assert folded_keys.twin(first) == folded_keys.twin(second) != ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("C", "C++"), ("C", "C#"), ("GPT-4.1", "GPT-41"), ("2025-11-1", "2025-1-11"), ("New", "News"), ("Analysis", "Analysi"),
        ("Business", "Busines"), ("Status", "Statu"), ("Llama2", "Llama3"), ("Café", "Cafe"), ("B2B", "BB"),
    ],
)  # fmt: skip
def test_names_that_differ_in_anything_else_are_not(first, second):
    assert folded_keys.twin(first) != folded_keys.twin(second)


def test_a_wording_is_the_same_without_regard_to_case_blanks_and_full_stop():
    said = folded_keys.wording("Released the  *weights*, the “open” ones", ["a"])

    assert said == folded_keys.wording('released the weights, the "open" ones.', ["a", "a"])
    assert said != folded_keys.wording('released the weights, the "open" ones.', ["b"])
    assert said != folded_keys.wording("released 2 weights, the open ones", ["a"])
    assert folded_keys.wording(" … ".replace("…", "."), ["a"]) == ""


@given(st.text())
def test_any_text_has_its_keys(text):
    assert isinstance(
        folded_keys.name(text) + folded_keys.twin(text) + folded_keys.address(text) + folded_keys.wording(text, []), str
    )
    assert folded_keys.twin(f" {text.upper()} ") == folded_keys.twin(text.upper())
