"""Did you mean: one way to find the near word, wherever a person mistyped one."""

from hypothesis import given
from hypothesis import strategies as st

from kg.model import did_you_mean

RULES = ("link-dangling", "link-ambiguous", "claim-claimant", "url-duplicate")


def test_the_nearest_word_comes_first_and_letter_case_is_no_difference():
    near = did_you_mean.nearest("LINK-DANGLIN", RULES, most=3)

    assert near[0] == "link-dangling"


def test_a_hint_names_what_is_near_else_it_says_where_to_look():
    assert did_you_mean.hint("url-duplicat", RULES, "look there") == "did you mean 'url-duplicate'?"
    assert did_you_mean.hint("xyz", RULES, "look there") == "look there"


@given(
    st.text(max_size=20),
    st.lists(st.text(max_size=20), max_size=8).flatmap(lambda words: st.tuples(st.just(words), st.permutations(words))),
)
def test_the_order_of_the_words_makes_no_difference(word, orders):
    assert did_you_mean.nearest(word, orders[0], 3) == did_you_mean.nearest(word, orders[1], 3)
