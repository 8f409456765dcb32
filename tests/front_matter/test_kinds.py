"""Kinds of values: a list or a mapping where the dialect reads one text, a date or words is said at its line."""

import pytest

from kg.model.finding import Level
from kg.parse.parse_page import parse
from kg.settings import dialect

RULE = "front-matter-value"


def said(head, spoken="newsroom"):
    _, findings = parse(f"---\n{head}\n---\n\nText.\n".encode(), "notes/a.md", dialect.load(spoken))
    return [(one.span.line, one.span.column, one.level, one.message) for one in findings if one.rule == RULE]


@pytest.mark.parametrize("spoken", ["newsroom", "generic", "llm-wiki-agent"])
@pytest.mark.parametrize(
    ("head", "place", "level", "words"),
    [
        ("title: [P, Q]", (2, 9), Level.WARNING, "'P' and 1 more stand in a list under 'title:', where a text is meant; write one, title: P"),
        ("title:\n- P\n- Q", (3, 3), Level.WARNING, "write one, title: P"),
        ("type: [source]", (2, 8), Level.INFO, "'source' stands in a list under 'type:', where a text is meant; write one, type: source"),
        ("published: [2026-01-01, 2026-01-02]", (2, 13), Level.WARNING, "where a date is meant"),
        ("aliases: {x: y}", (2, 14), Level.WARNING, "'y' stands below 'x' under 'aliases:' and means nothing there; write words"),
        ("tags: [a, b: c]", (2, 14), Level.WARNING, "'c' stands below 'b' under 'tags:'"),
        ("title: {a: b}", (2, 12), Level.WARNING, "write a text"),
        ("scraped:\n  day: 2026-01-01", (3, 8), Level.WARNING, "write a date"),
        ("source_url: {x: https://a.example}", (2, 17), Level.WARNING, "write an address"),
    ],
)  # fmt: skip
def test_a_value_of_a_kind_that_means_nothing_is_one_finding_at_its_place(spoken, head, place, level, words):
    ((line, column, found, message),) = said(head, spoken)

    assert (line, column) == place
    assert found == level
    assert words in message


@pytest.mark.parametrize(
    "head",
    [
        "title: P\ntype: source\naliases: [a, b]\ntags: [a]\npublished: 2026-01-01",
        "sources: [a, b]",
        "sources:\n- page: a\n  note: n\n- url: https://a.example\n  title: t",
        "sources: {page: a, note: n}",
        "sources:\n- title: Book\n  year: 3",
        "source_url: [https://a.example, https://b.example]",
        "own: {x: y}\nothers: [a, {b: c}]",
        "title: []\naliases: {}\ntags:",
        "{title: P, tags: [a, b]}",
        "tags: [[a]]",
    ],
)
def test_a_value_of_the_kind_that_is_meant_is_no_finding(head):
    assert said(head) == []
