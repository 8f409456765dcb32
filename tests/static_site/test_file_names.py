"""The names of files: safe everywhere, never two that one file system takes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.static_site import file_names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("OpenWeights", "OpenWeights"),
        ("sources/x", "sources--x"),
        ("../../etc/passwd", "etc--passwd"),
        ("..", "page"),
        (".hidden", "hidden"),
        ("a b?c*d", "a-b-c-d"),
        ("Wörter und 港務局", "Wörter-und-港務局"),
        ("con", "con-"),
        ("COM1.txt", "COM1.txt-"),
        ("", "page"),
        ("x\u202ey\u0000z", "x-y-z"),
    ],
)
def test_a_name_is_one_safe_segment(text, name):
    assert file_names.safe(text) == name


def test_a_long_name_is_cut_and_stays_its_own():
    one, other = file_names.safe("x" * 10_000), file_names.safe("x" * 10_001)

    assert one != other
    assert max(len(one), len(other)) <= 100


def test_two_pages_that_differ_in_letter_case_have_two_files():
    names = file_names.named({"a/Meta.md": "Meta", "b/meta.md": "meta", "c/home.md": "home"}, reserved=["Home"])

    assert names["a/Meta.md"] == "Meta"
    assert names["b/meta.md"].startswith("meta-")
    assert names["c/home.md"].startswith("home-")
    assert list(file_names.renamed({"a/Meta.md": "Meta", "b/meta.md": "meta"}, names)) == ["b/meta.md"]


@given(st.lists(st.text(max_size=12), unique=True, max_size=8))
def test_names_are_distinct_safe_and_do_not_depend_on_the_order(texts):
    names = file_names.named({f"{text}.md": text for text in texts})

    assert names == file_names.named({f"{text}.md": text for text in reversed(texts)})
    assert len({file_names.folded(name) for name in names.values()}) == len(texts)
    assert all(not set(name) & set('/\\:*?"<>|\0') and name.strip(". ") == name for name in names.values())
