"""The best way between two topics: what a step costs, the line behind it, and one answer whatever order things have."""

import json
import random
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import kg
from support.tier import CASES

from kg.ingest.ingest import ingest
from kg.model.finding import KgError
from kg.network import ways
from kg.network.links import COSTS, Links, Topic
from kg.operations import best_way
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading

BASE = "https://wiki.invalid/"
WIKI = {
    "sources/tide-report.md": (
        "---\ntitle: Tide report\ntype: source\n---\n\n## Summary\n\nThe gauge of [[PortVerde]] is old.\n\n"
        "## Key Claims\n\n- [fact] Ada Example — [[Gauges]] were read daily\n\n"
        "## Connections\n\n- defines: [[Gauges]] — what measures\n- [[PortVerde]] — where it stands\n"
    ),
    "entities/PortVerde.md": "---\ntitle: Port Verde\ntype: entity\naliases: [The Port]\n---\n\n## Overview\n\nA port.\n",
    "concepts/Gauges.md": "---\ntitle: Gauges\ntype: concept\n---\n\n## Overview\n\nSee [[Harbour]] and [[Far]].\n",
    "concepts/Harbour.md": "---\ntitle: Harbour\ntype: concept\n---\n\n## Overview\n\nWater.\n\n## Connections\n\n- [[Far]] — beyond\n",
    "concepts/Far.md": "---\ntitle: Far\ntype: concept\n---\n\n## Overview\n\nLand.\n",
    "concepts/Alone.md": "---\ntitle: Alone\ntype: concept\n---\n\n## Overview\n\nNothing.\n",
    "a/Twin.md": "one\n",
    "b/Twin.md": "two\n",
    "index.md": "---\ntitle: Index\n---\n\n- [[Alone]]\n- [[PortVerde]]\n- [[Far]]\n",
    "overview.md": "---\ntitle: Overview\n---\n\nMuch of [[Alone]] and\n[[Alone]], less of [[Far]].\n",
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    """The folder of a store of the wiki above."""
    folder = tmp_path_factory.mktemp("harbour")
    for path, words in WIKI.items():
        (folder / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "wiki" / path).write_text(words, encoding="utf-8")
    ingest(folder / ".kg", folder / "wiki", Config(), dialect.load("newsroom"))
    return folder / ".kg"


def told(store, one, other, **how):
    """A way as a row for each step: the two ends, the arrow, the relation, the place."""
    found = best_way.between(reading(store), one, other, **how)
    if found.steps is None:
        return None
    return [
        (
            step.start.name,
            "→" if step.line.forward else "←",
            step.line.relation or step.line.kind,
            step.end.name,
            f"{step.line.path}:{step.line.line}:{step.line.column}",
        )
        for step in found.steps
    ]


def test_each_step_has_the_most_telling_line_that_names_its_other_end(harbour):
    assert told(harbour, "PortVerde", "Gauges") == [
        ("Port Verde", "←", "related", "Tide report", "sources/tide-report.md:17:5"),
        ("Tide report", "→", "defines", "Gauges", "sources/tide-report.md:16:14"),
    ]


def test_somebody_without_a_page_is_reached_by_the_line_that_names_him(harbour):
    assert told(harbour, "Ada Example", "Gauges") == [
        ("Ada Example", "←", "claimant", "Tide report", "sources/tide-report.md:12:10"),
        ("Tide report", "→", "defines", "Gauges", "sources/tide-report.md:16:14"),
    ]


def test_a_line_that_names_both_ends_is_better_than_any_way_round(harbour):
    assert told(harbour, "Gauges", "Far") == [("Gauges", "→", "text", "Far", "concepts/Gauges.md:8:23")]
    assert max(COSTS.values()) < 2 * min(COSTS.values())


def test_a_topic_can_be_left_out(harbour):
    found = told(harbour, "Tide report", "Harbour", without=["Gauges"])

    assert found is None
    assert [step[3] for step in told(harbour, "Tide report", "Harbour")] == ["Gauges", "Harbour"]


def test_no_way_leads_through_a_page_that_names_everything(harbour):
    assert told(harbour, "Alone", "Far") is None
    assert told(harbour, "Overview", "Far") == [("Overview", "→", "text", "Far", "overview.md:6:22")]


def test_a_topic_is_where_it_is(harbour):
    assert told(harbour, "The Port", "entities/PortVerde.md") == []


def test_no_way_is_exit_1_with_a_word_and_null_in_json(harbour):
    done = kg("--store", harbour, "path", "Alone", "Far", code=1)
    record = json.loads(kg("--store", harbour, "path", "Alone", "Far", "--json", code=1).stdout)

    assert done.stdout == "no way leads from Alone (concepts/Alone.md) to Far (concepts/Far.md)\n"
    assert (record["cost"], record["steps"]) == (None, None)


def test_a_way_is_told_in_words_and_in_json(harbour):
    done = kg("--store", harbour, "path", "PortVerde", "Gauges", code=0)
    record = json.loads(kg("--store", harbour, "path", "PortVerde", "Gauges", "--json", "--plain", code=0).stdout)

    assert done.stdout == (
        "2 steps, cost 2.2\n\nPort Verde (entities/PortVerde.md)\n"
        "  ←  sources/tide-report.md:17:5 (and 1 line more)\n    - [[PortVerde]] — where it stands\n"
        "Tide report (sources/tide-report.md)\n"
        "  → defines  sources/tide-report.md:16:14 (and 1 line more)\n    - defines: [[Gauges]] — what measures\n"
        "Gauges (concepts/Gauges.md)\n"
    )
    assert record["cost"] == 2.0
    assert record["steps"][1] == {
        "from": {"iri": f"{BASE}id/tide-report", "name": "Tide report", "page": "sources/tide-report.md"},
        "to": {"iri": f"{BASE}id/Gauges", "name": "Gauges", "page": "concepts/Gauges.md"},
        "cost": 1.0, "direction": "forward", "kind": "connection", "relation": "defines",
        "words": "- defines: [[Gauges]] — what measures", "path": "sources/tide-report.md", "line": 16, "column": 14,
        "more": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Harbuor", "did you mean 'Harbour'"),
        ("Twin", "could be any of a/Twin.md, b/Twin.md"),
        ("\x1b[31m", "is called"),
        ("\udcff", "expected a name in UTF-8"),
    ],
)
def test_a_name_that_means_nothing_or_too_much_is_answered_with_what_was_meant(harbour, name, words):
    with pytest.raises(KgError, match=words):
        best_way.between(reading(harbour), name, "Far")


def made(costs, lists=()):
    """Links of topics that are called by numbers."""
    topics = sorted({topic for pair in costs for topic in pair})
    return Links({one: Topic(one, f"{one}.md", one, core=True, lists=one in lists) for one in topics}, costs)


TOPICS = "abcdefg"
GRAPHS = st.dictionaries(
    st.tuples(st.sampled_from(TOPICS), st.sampled_from(TOPICS)).filter(lambda pair: pair[0] != pair[1]),
    st.sampled_from(sorted(COSTS.values())), min_size=1, max_size=14,
)  # fmt: skip


def every_way(costs, start, end):
    """The cost and steps of every way without a circle, by trying them all."""
    step = {}
    for (a, b), cost in costs.items():
        for pair in ((a, b), (b, a)):
            step[pair] = min(cost, step.get(pair, cost))
    others = sorted({topic for pair in costs for topic in pair} - {start, end})
    for count in range(len(others) + 1):
        for middle in permutations(others, count):
            whole = (start, *middle, end)
            pairs = list(pairwise(whole))
            if all(pair in step for pair in pairs):
                yield sum(step[pair] for pair in pairs), len(pairs), whole


@settings(max_examples=max(20, CASES // 4))
@given(GRAPHS)
def test_of_all_ways_the_cheapest_then_the_shortest_then_the_first_is_taken(costs):
    best = min(every_way(costs, "a", "b"), default=None)

    found = ways.way(made(costs), "a", "b")

    assert found == (list(best[2]) if best else None)
    assert found is None or ways.cost(made(costs), found) == best[0]


@given(GRAPHS, st.randoms(use_true_random=False))
def test_the_order_of_links_and_the_direction_of_the_question_do_not_matter(costs, shuffled):
    pairs = list(costs.items())
    shuffled.shuffle(pairs)

    there, back = ways.way(made(costs), "a", "b"), ways.way(made(costs), "b", "a")

    assert ways.way(made(dict(pairs)), "a", "b") == there
    assert (there is None) == (back is None)
    assert there is None or ways.cost(made(costs), there) == ways.cost(made(costs), back)


@given(GRAPHS, st.integers(0, 9999))
def test_no_random_walk_is_shorter(costs, seed):
    links, here, spent = made(costs), "a", 0
    walk = random.Random(seed)  # noqa: S311  # a walk, no secret
    for _ in range(30):
        near = sorted({b for a, b in costs if a == here} | {a for a, b in costs if b == here})
        if not near or here == "b":
            break
        there = walk.choice(near)
        spent += ways.cost(links, [here, there])
        here = there

    if here == "b":
        assert ways.cost(links, ways.way(links, "a", "b")) <= spent


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\x00\n\r"), min_size=1, max_size=12)


@settings(max_examples=max(8, CASES // 20))
@given(NAMES, NAMES, st.sampled_from(["- [[{}]] — so", "see [[{}]]", "- defines: [[{}]]", "- [fact] X — [[{}]] `]]`"]))
def test_hostile_names_are_data_and_every_step_has_a_place(tmp_path_factory, one, other, line):
    folder = tmp_path_factory.mktemp("names")
    for name, text in (("one", f"---\ntitle: {json.dumps(one)}\n---\n\n{line.format('two')}\n"),
                       ("two", f"---\ntitle: {json.dumps(other)}\n---\n\n{line.format(other)}\n")):  # fmt: skip
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    ingest(folder / ".kg", folder, Config(), dialect.load("newsroom"))

    found = best_way.between(reading(folder / ".kg"), "one.md", "two.md")

    assert [(step.line.path, step.line.line) for step in found.steps] == [("one.md", 5)]
