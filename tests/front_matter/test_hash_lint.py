"""Words behind a `#` that YAML leaves out: each line is a finding, its advice keeps every word and is the last."""

import re

import pytest
from support.pages import BASE, stored

from kg.front_matter import fields
from kg.parse.parse_page import parse
from kg.settings import dialect

DIALECT = dialect.load("generic")
NEWSROOM = dialect.load("newsroom")
ADVICE = re.compile(r"; write (.*)$")


def page(lines):
    return f"---\ntype: note\n{lines}\n---\n\nText.\n"


def findings(lines):
    found = parse(page(lines).encode(), "notes/n.md", DIALECT)[1]
    return [one for one in found if one.rule.startswith("front-matter")]


def mended(lines):
    """Return the lines with what each finding says to write in place of its line, as a person does it."""
    rows = lines.split("\n")
    for one in findings(lines):
        old = rows[one.span.line - 3]
        rows[one.span.line - 3] = old[: len(old) - len(old.lstrip())] + ADVICE.search(one.message)[1]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("lines", "place", "level", "right"),
    [
        ("tags: #law #press", "3:7", "warning", "tags: [law, press]"),
        ("tags: law #press", "3:11", "warning", "tags: [law, press]"),
        ("tags:\n  - #law\n  - press", "4:5", "warning", "tags:\n  - law\n  - press"),
        ("tags:\n- law # press\n- x", "4:7", "info", 'tags:\n- "law # press"\n- x'),
        ("tags: # law", "3:7", "info", "tags: [law]"),
        ("tags: [#law, press]", "3:8", "violation", 'tags: ["#law", press]'),
        ("aliases: [one #a, two]", "3:15", "violation", 'aliases: ["one #a", two]'),
        ("aliases: Issue #12", "3:16", "warning", 'aliases: ["Issue #12"]'),
        ("title: Issue #12", "3:14", "warning", 'title: "Issue #12"'),
        ("title: #1 in sales", "3:8", "warning", 'title: "#1 in sales"'),
        ("title: Rank: #1", "3:8", "violation", 'title: "Rank: #1"'),
        ("title: 順位 #1", "3:11", "warning", 'title: "順位 #1"'),
        ("colour: #ff0000", "3:9", "warning", 'colour: "#ff0000"'),
        ("up: [[X #Y]]", "3:9", "violation", 'up: "[[X #Y]]"'),
        ("up:\n- [[X]]\n- [[Y #z]]", "5:7", "violation", 'up:\n- [[X]]\n- "[[Y #z]]"'),
        ("note: {a: #b}", "3:11", "violation", 'note: "{a: #b}"'),
    ],
)
def test_words_that_are_cut_are_one_finding_and_its_advice_has_all_of_them(lines, place, level, right):
    found = findings(lines)

    assert [f"{one.span.line}:{one.span.column} {one.level}" for one in found] == [f"{place} {level}"]
    assert mended(lines) == right
    assert findings(right) == []


@pytest.mark.parametrize(
    "lines",
    [
        "title: C# in depth",
        'title: "Issue #12"',
        "title: 'Issue #12' # the printed one",
        "tags: [law, press] # two",
        "# a remark\ntitle: Plain",
        "title: Plain\n# a remark #two",
        "title: |\n  # no heading\n  Issue #12",
        "title: >\n  folded #12",
        "title: Plain # kg: ignore page-title -- why",
        "url: https://example.org/a#b",
        "tags:\n  # the first two\n  - law\n  - press",
    ],
)
def test_a_hash_that_cuts_nothing_is_no_finding(lines):
    assert findings(lines) == []


@pytest.mark.parametrize("lines", ['tags: "#law"', 'tags: ["#law"]', "tags: [#law]", "tags: law", "tags:\n  - '#law'"])
def test_a_tag_is_the_same_with_and_without_its_mark(lines):
    store = stored({"notes/n.md": page(lines).encode()}, dialect_name="generic")
    query = f"SELECT ?tag {{ GRAPH <{BASE}graph/notes/n> {{ ?page <https://schema.org/keywords> ?tag }} }}"

    assert [row["tag"].value for row in store.query(query)] == ["law"]


def test_a_mended_list_of_hashes_keeps_every_item_although_yaml_reads_none():
    record = parse(page("tags: [#law, press]").encode(), "notes/n.md", DIALECT)[0]
    tags = [block.parts.values for section in record.sections for block in section.blocks if block.parts.key == "tags"]

    assert [scalar.text for values in tags for scalar in values] == ["#law", "press"]
    assert fields.is_direct(tags[0][0].path)


def test_a_comment_behind_a_whole_date_is_one():
    found = parse(b"---\ntype: source\npublished: 2026-01-01 # first print\n---\n", "sources/n.md", NEWSROOM)[1]

    assert [one for one in found if one.rule == "front-matter-comment"] == []
