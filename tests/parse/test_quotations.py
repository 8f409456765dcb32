"""Quotations: in the marks of any language, over several lines, with their speaker below; comments state nothing."""

import time

import pytest
from support.pages import blocks, mapped, stored

from kg.ask import stats
from kg.model.page import Kind
from kg.parse import quotations
from kg.parse.parse_page import parse
from kg.rdf import names


def quotes(text, newsroom):
    page, _ = parse(f"## Key Quotes\n\n{text}\n".encode(), "sources/p.md", newsroom)
    found = [block.parts for block in blocks(page) if block.kind is Kind.QUOTE]
    return [(one.text, one.voice.said if one.voice else None) for one in found]


PAIRS = (
    "\"\" “” „“ „” «» »« »» ‹› ›‹ ‚‘ ‘’ ’’ ”” 「」 『』 《》 〈〉 〝〞 〝〟 ﹁﹂ ﹃﹄ ｢｣ ＂＂ ＇＇ '' “\" \"” ❝❞ ❛❜"
    " ‟” “„" .replace(" “„", "")
).split()  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(
    "line", ["> {}words{} — [[A]]", "> *{} words {}* – [[A]]", "> {}words\n> {} — [[A]]", "> {}words{}\n>\n> — [[A]]"]
)
def test_a_quotation_is_read_in_the_marks_of_any_language(pair, line, newsroom):
    assert quotes(line.format(*pair), newsroom) == [("words", "[[A]]")]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("> ''words'' — A", [("words", "A")]),
        ("> ``words'' — A", [("words", "A")]),
        ("> `words´ — A", [("words", "A")]),
        ("> &ldquo;words&rdquo; &mdash; A", [("words", "A")]),
        ('> \\"words\\" — A', [("words", "A")]),
        ('> "words"<br>— A', [("words", "A")]),
        ('> "words" ― A', [("words", "A")]),
        ("> „Er sagte ‚ja‘ dazu“ — A", [("Er sagte ‚ja‘ dazu", "A")]),
        ("> 'Twas said — A", []),
        ("> ’s Avonds — A", []),
        ('> > "nested" — A', []),
    ],
)
def test_marks_are_pairs_and_an_apostrophe_opens_nothing(line, found, newsroom):
    assert quotes(line, newsroom) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('> "one\n> two" — [[A]]', [("one two", "[[A]]")]),
        ('> "one"\n> — [[A]], chief', [("one", "[[A]], chief")]),
        ('> "one"  \n> -- A', [("one", "A")]),
        ('> "one"\n>\n> — [[A]]', [("one", "[[A]]")]),
        ('> "one"\n>\n> ― A', [("one", "A")]),
        ('> "one"\n>\n> *— A*', [("one", "A")]),
        ('> *"one"* **-- A**', [("one", "A")]),
        ('> "one.\n>\n> "two." — A', [("one. two.", "A")]),
        ('> "one." — A\n>\n> "two." — B', [("one.", "A"), ("two.", "B")]),
        ('> "one" — A\n> "two" — B', [("one", "A"), ("two", "B")]),
        ('> "one\nlazy" — A', [("one lazy", "A")]),
        ('> "one <!-- no --> two" — A', [("one two", "A")]),
        ('> "one %% no %%two" — A', [("one two", "A")]),
    ],
)
def test_a_quotation_over_several_lines_is_one_text_and_has_its_speaker(text, found, newsroom):
    assert quotes(text, newsroom) == found


def test_a_role_over_two_lines_is_one_text(newsroom):
    page, _ = parse(b'## Key Quotes\n> "a" \xe2\x80\x94 [[A]], spokesman\n> of the firm\n', "sources/p.md", newsroom)

    assert [block.parts.voice.role for block in blocks(page) if block.kind is Kind.QUOTE] == ["spokesman of the firm"]


@pytest.mark.parametrize("mark", ['"', "'", "„", "&quot;", "``"])
def test_a_mark_alone_is_no_quotation_that_ends(mark):
    assert not quotations.is_closed(mark)


COMMENTS = """## Key Claims

%%
- [fact] [[A]] — hidden

- [fact] [[B]] — hidden too
%%

- [fact] [[C]] — said
  on two lines %% not this, [[D]] %%
- %% [fact] [[E]] — hidden %%
- [fact] F — `%%` is code and `%%` too

## Connections

- cites: [[C]] — how %% not [[G]] %%
  it is
- cites: %% [[H]] %% [[I]] — why

## Key Quotes

%% > "hidden" — [[J]] %%

> "said" — [[K]] %% [[L]] %%
"""


def test_comments_of_obsidian_state_nothing_and_links_in_them_count():
    store = stored({"sources/p.md": COMMENTS.encode()})
    found = stats.count(store)
    texts = sorted(
        line.split('"')[1]
        for line in mapped({"sources/p.md": COMMENTS.encode()})
        if f"<{names.expand('schema:text')}>" in line
    )

    assert (found["claims"]["total"], found["connections"]["total"], found["quotes"]["total"]) == (2, 2, 1)
    assert texts == ["`%%` is code and `%%` too", "how it is", "said", "said on two lines", "why"]
    assert found["links"]["total"] == len("ABCDEGCHIJKL")


@pytest.mark.parametrize("mark", ["「", "` ", " 'a", "&laquo; ", "‘"])
def test_marks_that_are_never_closed_are_gone_through_once(mark):
    started = time.process_time()

    assert list(quotations.quoted(mark * 20_000)) == []
    assert time.process_time() - started < 3


def test_of_nested_marks_the_outer_ones_hold_what_is_quoted():
    assert [*quotations.quoted("「「a」 b 「c「d」e」 «x «y»")] == ["a", "c「d」e", "y"]
