"""`--as-of` in search, in `nr:matches` and in `kg why`: nothing of a page that is younger is found, counted or named."""

import json
from pathlib import Path

import pytest
from support.commands import kg

from kg.ask import query
from kg.ingest.ingest import ingest
from kg.model.kg_error import KgError
from kg.operations.search import search
from kg.operations.why import why
from kg.search import matches
from kg.search.find import Question
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import as_of
from kg.store.reading import reading

DAY = "2025-01-01"


def page(title, kind, date, text):
    """A page of a day."""
    return f'---\ntitle: "{title}"\ntype: {kind}\n{date}\n---\n\n{text}\n'


PAGES = {
    "sources/early.md": page(
        "The early one", "source", "scraped: 2024-05-02\nsource_file: raw/early.md",
        "## Key Claims\n\n- [fact] Ada Example — measured a tide of nine fathoms\n\n"
        '## Key Quotes\n\n> "The tide was nine fathoms." — Ada Example\n\n## Connections\n\n- references: [[Tide]]',
    ),
    "sources/late.md": page(
        "The late one", "source", "scraped: 2025-02-02\nsource_file: raw/late.md",
        "## Key Claims\n\n- [fact] Bo Nemo — measured a tide of ten fathoms\n\n"
        '## Key Quotes\n\n> "No tide was below ten fathoms." — Bo Nemo\n\n'
        "## Connections\n\n- contradicts: [[early]] — the gauge\n- supersedes: [[early]]",
    ),
    "concepts/Tide.md": page("Tide", "concept", "created: 2024-01-01", "## Overview\n\nIt comes and goes ([[early]])."),
    "raw/early.md": "He said: The tide was nine fathoms. Nobody wondered.\n",
    "raw/late.md": "She said: No tide was below ten fathoms. Nobody wondered.\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def tide_store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tide")
    for path, text in PAGES.items():
        place = folder / ("" if path.startswith("raw") else "wiki") / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    ingest(folder / ".kg", folder / "wiki", Config(), dialect.load("newsroom"))
    return folder / ".kg"


@pytest.fixture(scope="module")
def then_and_now(tide_store):
    now = reading(tide_store)
    return as_of.seen(now, DAY).reading, now


def found(generation, words, **how):
    return {(hit.part.path, hit.kind) for hit in search(generation, Question(words, **how)).hits}


@pytest.mark.parametrize("words", ["tide", "fathoms", "late", "nemo", "ti*"])
def test_a_search_as_of_a_day_finds_what_one_of_all_does_without_the_younger_pages(words, then_and_now):
    then, now = (found(one, words) for one in then_and_now)

    assert now - then == {hit for hit in now if "late" in hit[0]}
    assert now > then


def test_passages_of_originals_are_those_of_the_pages_that_are_there(then_and_now):
    then, now = (found(one, "wondered", fields=("originals",)) for one in then_and_now)

    assert {path for path, _ in now} == {"raw/early.md", "raw/late.md"}
    assert {path for path, _ in then} == {"raw/early.md"}


def test_a_younger_page_is_not_meant_by_a_word_that_is_nowhere(then_and_now):
    then, now = (search(one, Question("laet")).near for one in then_and_now)

    assert [part.path for part in now] == ["sources/late.md"]
    assert then == ()


def test_what_originals_have_of_the_quotes_of_younger_pages_is_not_there(then_and_now):
    ask = "SELECT ?words { ?match nr:quotedWords ?words }", "SELECT ?sha { ?file a nr:Original ; schema:sha256 ?sha }"
    then, now = ([len([*query.run(one.quads, text, {})]) for text in ask] for one in then_and_now)

    assert now == [2, 2]
    assert then == [1, 1]


def test_words_in_a_query_as_of_a_day_are_those_of_the_pages_that_are_there(then_and_now):
    def asked(one):
        rows = query.run(
            one.quads, 'SELECT ?part { ?part nr:matches "tide" }', {}, matches=matches.of(one, "nr:matches")
        )
        return {row["part"].value for row in rows}

    then, now = map(asked, then_and_now)

    assert {part for part in now - then if "late" not in part} == {
        part for part in now if "/match/" in part and part not in then
    }
    assert len({part for part in then if "/match/" in part}) == 1
    assert not any("late" in part for part in then)


@pytest.mark.parametrize("name", ["late", "sources/late.md", "LATE"])
def test_a_query_as_of_a_day_is_not_asked_about_a_younger_page(name, then_and_now):
    then, now = then_and_now

    assert query.topic(name, query.Vocabulary(now.base, now.pages), now.quads).value.endswith("/late")
    with pytest.raises(KgError, match=name):
        query.topic(name, query.Vocabulary(then.base, then.pages), then.quads)


def test_why_as_of_a_day_knows_of_no_younger_page(then_and_now):
    then, now = (why(one, ["early"], Path("/nowhere")).answers[0] for one in then_and_now)

    assert {state.state for state in now.states} == {"superseded", "contested"}
    assert then.states == then.contradicts == ()
    assert {one.part.span.path for one in then.resting} == {"sources/early.md", "concepts/Tide.md"}


@pytest.mark.parametrize("target", ["late", "sources/late.md", "sources/late.md:10", "sources/late.md:10:1"])
def test_a_target_that_is_younger_is_told_to_be(target, then_and_now):
    then, _ = then_and_now

    with pytest.raises(KgError, match=r"sources/late\.md: it is younger than the day of --as-of") as error:
        why(then, [target], Path("/nowhere"))
    assert error.value.code == 1


def test_both_commands_take_a_day_with_a_generation_and_say_what_is_left_out(tide_store):
    store = "--store", tide_store
    told = f"note: as of {DAY}: 1 of 3 pages left out as younger\n"

    searched = kg(*store, "search", "late", "--as-of", DAY, "--at", "1", "--json", code=1)
    asked = kg(*store, "why", "early", "--as-of", DAY, "--at", "1", "--json", code=0)

    assert json.loads(searched.stdout)["hits"] == []
    assert json.loads(asked.stdout)["answers"][0]["states"] == []
    assert told in searched.stderr
    assert told in asked.stderr
    assert "expected a date" in kg(*store, "why", "early", "--as-of", "soon", code=2).stderr
