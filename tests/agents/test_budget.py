"""How long an answer may be: the estimate, what is cut, and the pages that a cursor leads through."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.agents import budget, calls
from kg.model.kg_error import KgError

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=1_500)
ITEMS = st.lists(st.fixed_dictionaries({"place": st.just("sources/a.md:1:1"), "words": WORDS}), max_size=30)


@given(WORDS, WORDS)
def test_a_longer_text_has_no_fewer_tokens_and_a_sign_of_another_script_is_one(one, other):
    assert max(budget.tokens(one), budget.tokens(other)) <= budget.tokens(one + other)
    assert budget.tokens(one + other) <= budget.tokens(one) + budget.tokens(other)
    assert budget.tokens("한국어") == 3


@given(ITEMS, st.integers(budget.FEWEST, 4_000))
def test_the_pages_of_a_list_have_every_item_once_and_fit(items, most):
    places, start = [], 0
    while start is not None:
        page = budget.page({"notice": "quoted"}, items, start, most, tag="abcdef0123")
        places += page["items"]
        assert budget.tokens(budget.dumped(page)) <= budget.room(most)
        assert page["items"] or not items
        start = budget.start(page["next"], "abcdef0123") if page["next"] else None

    assert [item["place"] for item in places] == [item["place"] for item in items]
    assert all(
        had["words"].startswith(item["words"].removesuffix("…")) for had, item in zip(items, places, strict=True)
    )


@given(ITEMS, WORDS, st.integers(budget.FEWEST, 4_000))
def test_a_record_with_lists_in_lists_fits(items, words, most):
    record = budget.fitted({"words": words, "answers": [{"parts": items, "others": items}]}, most)

    assert budget.tokens(budget.dumped(record)) <= budget.room(most)
    assert json.loads(budget.dumped(record)) == record


@pytest.mark.parametrize(
    "text", ["x.abcdef01", "-1.abcdef01", "1.5", "١.abcdef01", "9999999999999.abcdef01", "100001.abcdef01", "3.other"]
)
def test_what_is_no_cursor_of_this_answer_is_refused(text):
    with pytest.raises(KgError, match=r"^cursor: "):
        budget.start(text, "abcdef0123")


def test_places_and_hashes_are_never_cut():
    long = "x" * 5_000

    assert budget.cut({"place": long, "hash": long, "words": long}) == {
        "place": long,
        "hash": long,
        "words": "x" * 399 + "…",
    }


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80), max_size=5))
def test_links_have_room_beside_the_texts_whatever_script_paths_are_in(names):
    found = calls.links({"items": [{"place": f"sources/{name}.md:1:1"} for name in names]})
    texts = [one.model_dump_json(exclude_none=True, by_alias=True) for one in found]

    assert sum(map(budget.tokens, texts)) <= budget.LINKS


def test_pages_with_short_names_in_any_script_are_linked():
    paths = ["sources/오픈웨이트-보고서.md", "sources/a.md", "sources/b.md"]

    assert [one.name for one in calls.links({"items": [{"path": path} for path in paths]})] == paths
