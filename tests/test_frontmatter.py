"""Front matter: fields with values and places, and every damage named at its line."""

from conftest import blocks, mapped

from kg.page import Kind
from kg.parse import parse


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
    assert findings == []


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
    assert [(f.span.line, f.rule) for f in findings] == [(2, "front-matter-yaml")]


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


def test_an_alias_bomb_is_read_without_being_expanded(newsroom):
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]

    page, _ = read("---\n" + "\n".join(lines) + "\n---\n", newsroom)

    assert len(fields(page)) == 40


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
        (2, 8, "the quotation mark that opens here is never closed")
    ]
