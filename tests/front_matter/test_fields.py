"""Front matter: fields with values at any depth and their places; what is damaged stands in test_damaged.py."""

import re
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.large_front_matter import LARGE
from support.pages import BASE, blocks, mapped, stored
from support.places import ROOT

from kg.files.text import decode
from kg.front_matter import yaml_faults
from kg.front_matter.field_lint import one_edit
from kg.model.page import Kind
from kg.parse.parse_page import parse
from kg.settings import dialect
from kg.write import render

XSD = "^^<http://www.w3.org/2001/XMLSchema#"


def fields(page):
    return {b.parts.key: [v.text for v in b.parts.values] for b in blocks(page) if b.kind is Kind.FIELD}


def read(text, newsroom):
    return parse(text.encode(), "sources/p.md", newsroom)


def test_values_keep_their_words_and_know_their_places(newsroom):
    page, findings = read(
        '---\ntitle: "A: b"\ntags: [x, "y, z"]\nsources:\n  - one\n  - two\nempty:\nno: NO\n---\n', newsroom
    )
    places = {v.text: (v.place.line, v.place.column) for b in blocks(page) for v in b.parts.values}

    assert fields(page) == {
        "title": ["A: b"],
        "tags": ["x", "y, z"],
        "sources": ["one", "two"],
        "empty": [],
        "no": ["NO"],
    }
    assert places["y, z"] == (3, 11)
    assert places["two"] == (6, 5)
    assert [(f.span.line, f.span.column, f.rule, f.level) for f in findings] == [
        (8, 1, "front-matter-yaml11", "info"),
        (8, 5, "front-matter-yaml11", "info"),
    ]


def test_a_block_of_text_with_empty_lines_is_one_field(newsroom):
    page, _ = read("---\na: |\n  one\n\n  two\n\n# comment\nb: 1\n---\n", newsroom)

    assert [(b.kind, b.place.line, b.place.end_line) for b in blocks(page)] == [
        (Kind.FENCE, 1, 1),
        (Kind.FIELD, 2, 5),
        (Kind.COMMENT, 7, 7),
        (Kind.FIELD, 8, 8),
        (Kind.FENCE, 9, 9),
    ]


def test_one_line_that_is_no_yaml_leaves_the_others_readable(newsroom):
    page, findings = read("---\ntitle: a: b: c\ntype: source\ntags: [x\npublished: 2024-01-01\n---\n## S\n", newsroom)

    assert page.front == "error"
    assert page.page_type == "source"
    assert fields(page)["published"] == ["2024-01-01"]
    assert fields(page)["title"] == ["a: b: c"]
    assert fields(page)["tags"] == ["x"]
    assert [(f.span.line, f.span.column, f.rule) for f in findings] == [
        (2, 8, "front-matter-yaml"),
        (4, 7, "front-matter-yaml"),
    ]


def test_a_key_that_stands_twice_is_kept_twice_and_named(newsroom):
    page, findings = read("---\na: 1\nb: 2\na: 3\n---\n", newsroom)

    assert [b.parts.yaml for b in blocks(page) if b.kind is Kind.FIELD] == ["1", "2", "3"]
    assert [(f.span.line, f.span.column, f.rule) for f in findings] == [(4, 1, "front-matter-duplicate-key")]


def test_front_matter_that_never_ends_is_body(newsroom):
    page, findings = read("---\ntitle: x\n\n## Key Claims\n- [fact] A — b\n", newsroom)

    assert page.front == "unterminated"
    assert [f.rule for f in findings] == ["front-matter-unterminated"]
    assert [b.kind for b in blocks(page) if b.kind is Kind.CLAIM] == [Kind.CLAIM]


def test_a_list_or_a_text_is_no_front_matter(newsroom):
    assert [read(f"---\n{body}\n---\n", newsroom)[0].front for body in ("- a", "text", "", "# only")] == [
        "not-a-mapping",
        "not-a-mapping",
        "empty",
        "empty",
    ]


def test_an_alias_bomb_is_refused_and_never_expanded(newsroom):
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]

    page, findings = read("---\n" + "\n".join(lines) + "\n---\n", newsroom)

    assert len(fields(page)) == 40
    assert fields(page)["a39"] == ["[*a38, *a38]"]
    assert {f.rule for f in findings} == {"front-matter-alias"}
    assert len(findings) == 40 + 39


def test_an_alias_bomb_in_one_field_is_refused_too(newsroom):
    bomb = ", ".join(["&a0 [x, x]", *(f"&a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))])

    page, findings = read(f"---\ntitle: A page\na: [{bomb}]\n---\n", newsroom)

    assert page.title == "A page"
    assert len(fields(page)["a"]) == 1
    assert {(f.span.line, f.rule) for f in findings} == {(3, "front-matter-alias")}


def test_dates_that_do_not_exist_stay_texts():
    def issued(value):
        lines = mapped({"sources/p.md": f"---\ntype: source\npublished: {value}\n---\n".encode()})
        return [
            line.split("issued> ")[1].split(" <https")[0]
            for line in lines
            if "terms/issued> " in line and "/id/" in line
        ]

    xsd = "^^<http://www.w3.org/2001/XMLSchema#"
    assert issued("2024-02-29") == [f'"2024-02-29"{xsd}date>']
    assert issued("2024-02") == [f'"2024-02"{xsd}gYearMonth>']
    assert issued("2024") == [f'"2024"{xsd}gYear>']
    assert issued("2025-19-39") == ['"2025-19-39"']
    assert issued("") == []


def test_what_yaml_takes_for_a_line_end_is_none_of_ours(newsroom):
    page, _ = read("---\na: x\x85y\u2028z\ue000\nb: two\n---\n", newsroom)

    assert fields(page) == {"a": ["x\x85y\u2028z\ue000"], "b": ["two"]}


def test_a_quotation_mark_that_is_never_closed_is_named_where_it_opens(newsroom):
    _, findings = read('---\ntitle: "x\ntype: source\n---\n', newsroom)

    assert [(f.span.line, f.span.column, f.message) for f in findings] == [
        (2, 8, """the quotation mark of '"x' is never closed; write title: "x\"""")
    ]


# ---- values at any depth ---------------------------------------------------------------------------------------------


def paths(page):
    return [(v.path, v.text) for b in blocks(page) for v in b.parts.values]


def test_values_at_any_depth_have_a_path_and_a_place(doc):
    """
    ---
    sources: [{url: "https://x.example/", title: A}, plain]
    author: {name: Ada, "a/b~c": [1, [2, 3]]}
    matrix:
      - [a, b]
      -
        - c
    empty: {}
    none: []
    ---
    """
    page, _ = doc
    places = {v.text: (v.place.line, v.place.column) for b in blocks(page) for v in b.parts.values}

    assert paths(page) == [
        ("/0/url", "https://x.example/"), ("/0/title", "A"), ("/1", "plain"),
        ("/name", "Ada"), ("/a~1b~0c/0", "1"), ("/a~1b~0c/1/0", "2"), ("/a~1b~0c/1/1", "3"),
        ("/0/0", "a"), ("/0/1", "b"), ("/1/0", "c"),
    ]  # fmt: skip
    assert places["Ada"] == (3, 16)
    assert places["c"] == (7, 7)


def test_a_key_too_long_for_a_path_is_counted(newsroom):
    page, _ = read(f"---\na:\n  b:\n    ? {'k' * 600}\n    : [v]\n---\n", newsroom)

    assert paths(page) == [("/b/0/0", "v")]


def test_scalars_of_every_style_are_read_whole(doc):
    """
    ---
    folded: >
      one
      two

      three
    literal: |-
      a
        b
    plain: one
      two # a comment
    single: 'it''s'
    double: "a\\tb\\u00e9"
    ---
    """
    page, findings = doc

    assert fields(page) == {
        "folded": ["one two\nthree\n"],
        "literal": ["a\n  b"],
        "plain": ["one two"],
        "single": ["it's"],
        "double": ["a\tb\u00e9"],
    }
    assert [(str(one.span), one.rule, one.level) for one in findings] == [
        ("sources/page.md:11:7", "front-matter-comment", "info")
    ]


def test_a_whole_flow_mapping_is_read_by_its_keys(newsroom):
    text = '---\n{"title": "A page", type: source, tags: [law, "a b"], author: {name: Ada}, aliases: P}\n---\n'
    page, findings = read(text, newsroom)
    facts = "".join(mapped({"sources/p.md": text.encode()}))

    assert (page.title, page.page_type, page.aliases) == ("A page", "source", ("P",))
    assert '<http://purl.org/dc/terms/title> "A page"' in facts
    assert facts.count("<https://schema.org/keywords>") == 2 + 2 * 1  # two facts, and what the two values express
    assert 'ns#valuePath> "/author/name"' in facts
    assert [(f.span.line, f.rule) for f in findings] == [(2, "front-matter-flow"), (2, "line-canonical")]


def test_a_hash_inside_a_quoted_value_is_no_comment_below_it(newsroom):
    page, _ = read('---\na: "one\n\n# two"\nb: |\n  x\n\n# comment\n---\n', newsroom)
    [one, two] = [b for b in blocks(page) if b.kind is Kind.FIELD]

    assert [(b.place.line, b.place.end_line) for b in (one, two)] == [(2, 4), (5, 6)]
    assert [(b.parts.values[0].place.line, b.parts.values[0].place.end_line) for b in (one, two)] == [(2, 4), (5, 6)]


def test_explicit_keys_and_comments_between_keep_their_lines(newsroom):
    page, _ = read("---\n# one\n?\n  - a\n: b\n# two\n? c\n: d\n---\n", newsroom)

    assert [(b.kind, b.place.line, b.place.end_line) for b in blocks(page)] == [
        (Kind.FENCE, 1, 1), (Kind.COMMENT, 2, 2), (Kind.FIELD, 3, 5), (Kind.COMMENT, 6, 6), (Kind.FIELD, 7, 8),
        (Kind.FENCE, 9, 9),
    ]  # fmt: skip
    assert fields(page) == {"- a": ["b"], "c": ["d"]}


def test_an_unterminated_page_of_prose_stays_prose(newsroom):
    page, _ = read("---\nNote: this is no front matter, see [[X]]\nand more\n\nText.\n", newsroom)

    assert page.front == "unterminated"
    assert fields(page) == {}
    assert [link.slug for b in blocks(page) for link in b.links] == ["X"]


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: x\n---\n\n---\n\nText: after a rule\n",
        "# H\n\nText\n\n---\n\nNote: x\n\n---\n",
        "# H\n---\nMore words\n---\n",
        "```yaml\ntitle: x\n```\n",
        "{{template}}\n",
        "--\nwords\n",
    ],
)
def test_rules_and_braces_in_a_body_are_no_front_matter(text, newsroom):
    _, findings = read(text, newsroom)

    assert findings == []


# ---- what values mean ------------------------------------------------------------------------------------------------


def targets(front):
    """Return what the values of a page's front matter are said to mean, by their words."""
    lines = mapped({"sources/p.md": f"---\n{front}---\n".encode()})
    said = dict(re.findall(r'(<\S+v\d+>) <[^>]*#markup> "([^"]*)"', "".join(lines)))
    return {said[part]: term for part, term in re.findall(r"(<\S+v\d+>) <[^>]*#target> (\S+)", "".join(lines))}


def test_an_unknown_key_has_its_values_typed_as_in_yaml_1_2():
    front = "a: [12, 0o17, 1.50, 1e3, true, 2026-01-02, 2026-01, 2026-13-01, '7', text, ~, -.inf, 1_000, NO]\n"

    assert targets(front) == {
        "12": f'"12"{XSD}integer>', "0o17": f'"15"{XSD}integer>', "1.50": f'"1.5"{XSD}decimal>',
        "1e3": f'"1000"{XSD}double>', "true": f'"true"{XSD}boolean>', "2026-01-02": f'"2026-01-02"{XSD}date>',
        "2026-01": f'"2026-01"{XSD}gYearMonth>', "-.inf": f'"-INF"{XSD}double>',
    }  # fmt: skip


def test_a_tag_of_the_core_schema_decides_what_a_value_is():
    assert targets('a: !!str 12\nb: !!int "13"\nc: ! 14\nd: !mine 15\n') == {
        "13": f'"13"{XSD}integer>', "15": f'"15"{XSD}integer>'
    }  # fmt: skip


def test_a_known_key_is_read_as_its_dialect_says():
    assert targets("title: 2026\ntags: [12, true]\npublished: '2026-01-02'\nscraped: 2026-01-03\n") == {
        "2026": '"2026"', "12": '"12"', "true": '"true"',
        "2026-01-02": f'"2026-01-02"{XSD}date>', "2026-01-03": f'"2026-01-03"{XSD}date>',
    }  # fmt: skip


def test_sources_are_slugs_paths_links_addresses_or_mappings():
    front = """type: concept
sources:
  - one
  - sources/two.md
  - "[[three|3]]"
  - https://x.example/4
  - {title: Five, url: x.example/5}
  - {page: six, note: [seven]}
"""
    lines = "".join(mapped({"concepts/p.md": f"---\n{front}---\n".encode()}))
    declared = re.findall(r"page/concepts/p> <[^>]*#declaresSource> <([^>]+)>", lines)
    addresses = re.findall(r'page/concepts/p> <[^>]*#sourceAddress> "([^"]+)"', lines)

    assert [iri.removeprefix(f"{BASE}id/") for iri in declared] == ["one", "six", "sources/two", "three"]
    assert addresses == ["https://x.example/4", "x.example/5"]


def test_a_title_is_never_taken_from_a_nested_mapping(newsroom):
    page, _ = read("---\ntitle: {en: A, de: B}\naliases: [{x: y}, Z]\ntype:\n  title: source\n---\n", newsroom)

    assert (page.title, page.aliases, page.page_type) == ("", ("Z",), "")


def test_one_edit_is_a_letter_more_less_other_or_swapped():
    near = ["itle", "titlee", "tytle", "tilte", "Title", "title", "titl"]

    assert [word for word in near if not one_edit(word, "title")] == []
    assert [word for word in ["file", "tile", "ttl", "titles2", "", "elt"] if one_edit(word, "title")] == ["tile"]


# ---- for any text ----------------------------------------------------------------------------------------------------

PIECES = [
    "title", "type", "tags", "a", "'b'", '"c d"', ": ", ":", ":\n", "\n", "\n  ", "\n- ", "\n  - ", "- ", "? ", "[", "]", "{", "}", ", ",
    "&x ", "*x", "<<: ", "!!str ", "!t ", "| \n", ">-\n", "|", "'", '"', "\\", "\\x", "# c\n", " #", "#", "%YAML 1.2\n", "--- x\n", "\t",
    "@", "`", "NO", "012", "1:30", "2026-01-02", "~", "\x00", "\x07", "\x85", "\u2028", "\ufeff", "\u200b", "\u00a0", "\ue000", "é", "\U0001f600",
    "\r\n", "\r", "title: x\n", "sources: [{url: y}]\n", "key:value\n", "键：值\n", "  ", "https://x.y/", "[[z]]",
]  # fmt: skip
fronts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=20).map("".join)


def page_of(front):
    return f"---\n{front}\n---\nBody.\n"


@given(fronts)
@example("a: [&x b, *x]")
@example("\ufeff\n\ufeffa: b")
def test_any_front_matter_is_mapped_and_comes_back(front):
    data = page_of(front).encode()
    store = stored({"sources/p.md": data})
    [page] = render.pages(store)

    assert render.render(store, page) == data


@given(fronts)
def test_every_line_of_front_matter_is_in_one_block(front):
    text = decode(page_of(front).encode())
    page, _ = parse(text.raw.encode(), "sources/p.md", dialect.load("newsroom"))
    covered = [line for b in blocks(page) for line in range(b.place.line, b.place.end_line + 1)]

    assert len(covered) == len(set(covered))
    assert {n for n, line in enumerate(text.lines, 1) if line.text.strip(" \t")} <= set(covered)


@given(fronts)
def test_a_value_stands_in_its_field_and_a_plain_one_is_the_authors_own_text(front):
    data = page_of(front).encode()
    raw = decode(data).raw
    page, _ = parse(data, "sources/p.md", dialect.load("newsroom"))
    for block in blocks(page):
        starts = [value.place.start for value in block.parts.values]
        assert starts == sorted(starts)
        assert all(a.place.end <= b.place.start for a, b in pairwise(block.parts.values))
        for value in block.parts.values:
            assert block.place.start <= value.place.start <= value.place.end <= block.place.end
            if value.plain and value.place.line == value.place.end_line:
                assert raw[value.place.start : value.place.end].strip("'\"") == value.text.strip("'\"")


@given(fronts)
def test_every_finding_stands_on_a_line_of_the_page(front):
    data = page_of(front).encode()
    lines = decode(data).lines
    _, findings = parse(data, "sources/p.md", dialect.load("newsroom"))

    for finding in findings:
        assert 1 <= finding.span.line <= len(lines)
        assert 1 <= finding.span.column <= len(lines[finding.span.line - 1].text) + 1
        assert "\n" not in finding.message


@given(fronts, fronts)
def test_no_bad_field_costs_the_ones_around_it(one, two):
    noise = [re.sub(r"[\r\n:：'\"\[\]{}|>?]", "", words)[:30] for words in (one, two)]
    text = f"---\ntitle: A page\nx: a: {noise[0]}\ntype: source\ny: [ {noise[1]}\naliases: [P]\n---\n"
    page, _ = parse(text.encode(), "sources/p.md", dialect.load("newsroom"))

    assert (page.front, page.title, page.page_type, page.aliases) == ("error", "A page", "source", ("P",))


# ---- size ------------------------------------------------------------------------------------------------------------

READ = """
import resource, sys
sys.path.insert(0, "tests")
from support.large_front_matter import LARGE
from kg.files.text import Places, decode
from kg.front_matter import fields
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))  # seconds; what takes the square of its length takes many minutes
lines = decode(f"---\\n{LARGE[sys.argv[1]](200_000)}\\n---\\n".encode()).lines
fields.read("p.md", lines, Places(lines))
"""


@pytest.mark.parametrize("kind", LARGE)
def test_large_front_matter_takes_time_in_proportion_and_crashes_nothing(kind):
    done = subprocess.run(
        [sys.executable, "-c", READ, kind], timeout=300, check=False, capture_output=True, text=True, cwd=ROOT
    )

    assert done.returncode == 0, f"{done.returncode} {done.stdout}{done.stderr}"


def test_words_in_a_message_are_short():
    assert len(yaml_faults.shortened("word " * 1000)) == 60
    assert yaml_faults.shortened(" a\n b ") == "a b"
