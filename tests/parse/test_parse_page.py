"""What a page says: claims, quotes, connections, links and sections, with their places."""

import pytest
from support.pages import blocks

from kg.model.page import Expresses, Kind
from kg.parse.markdown import code_spans, hide
from kg.parse.parse_page import parse


def of(page, kind):
    return [block for block in blocks(page) if block.kind is kind]


def test_a_claim_has_a_grade_a_claimant_and_a_text(doc):
    """
    ## Key Claims

    - [fact] [[Meta]] — released Llama 3.1
    - [analysis] Bruce Perens, OSI co-founder — calls it [[OpenWashing|a wash]]
    - [forecast] [[HuggingFace]] blog authors — expect more
    """
    page, findings = doc
    claims = of(page, Kind.CLAIM)

    assert [claim.parts.grade for claim in claims] == ["fact", "analysis", "forecast"]
    assert [claim.parts.voice.said for claim in claims] == [
        "[[Meta]]",
        "Bruce Perens, OSI co-founder",
        "[[HuggingFace]] blog authors",
    ]
    assert [claim.parts.voice.role for claim in claims] == ["", "OSI co-founder", "blog authors"]
    assert [claim.parts.voice.name for claim in claims] == ["", "Bruce Perens", ""]
    assert [claim.parts.markup for claim in claims] == [
        "released Llama 3.1",
        "calls it [[OpenWashing|a wash]]",
        "expect more",
    ]
    assert [link.expresses for claim in claims for link in claim.links] == [
        Expresses.CLAIMANT,
        None,
        Expresses.CLAIMANT,
    ]
    assert [claim.place.line for claim in claims] == [3, 4, 5]
    assert findings == []


def test_a_dash_inside_a_link_or_code_does_not_split_a_claim(doc):
    """
    ## Key Claims
    - [fact] [[A|x — y]] `a — b` — text — with a dash
    """
    [claim] = of(doc[0], Kind.CLAIM)

    assert claim.parts.voice.said == "[[A|x — y]] `a — b`"
    assert claim.parts.markup == "text — with a dash"


def test_a_line_in_another_form_is_understood_and_kept_as_written(doc):
    """
    ## Key Claims
    * [fact] [[A]] -- text
    - [fact]  [[A]] — text
    - [rumour] [[A]] — text
    - no grade, no claimant
    """
    page, findings = doc
    claims = of(page, Kind.CLAIM)

    assert [claim.raw for claim in claims] == ["* [fact] [[A]] -- text", "- [fact]  [[A]] — text", None, None]
    assert [claim.parts.grade for claim in claims] == ["fact", "fact", "rumour", None]
    assert [(f.span.line, f.rule) for f in findings] == [(2, "line-canonical"), (3, "line-canonical")]


def test_task_boxes_footnotes_and_links_are_no_grades(doc):
    """
    ## Key Claims
    - [x] done
    - [^a] note
    - [text](url) more
    - [[A]] — link
    """
    assert [claim.parts.grade for claim in of(doc[0], Kind.CLAIM)] == [None, None, None, None]


def test_a_claim_goes_on_over_lines_and_ends_at_the_next_item(doc):
    """
    ## Key Claims
    - [fact] A — one
      two
    - [fact] B — three
    text below
    """
    assert [claim.parts.markup for claim in of(doc[0], Kind.CLAIM)] == ["one\n  two", "three\ntext below"]


def test_a_quote_splits_at_the_last_closing_mark_before_a_dash(doc):
    """
    ## Key Quotes

    > "He said "no" — twice" — [[Speaker]], role

    > “Plain” — Ann Lee, head of [[Lab]]
    > "No speaker"
    """
    quotes = of(doc[0], Kind.QUOTE)

    assert [quote.parts.text for quote in quotes] == ['He said "no" — twice', "Plain", "No speaker"]
    assert [quote.parts.voice and (quote.parts.voice.name, quote.parts.voice.role) for quote in quotes] == [
        ("", "role"),
        ("Ann Lee", "head of [[Lab]]"),
        None,
    ]
    assert [quote.place.line for quote in quotes] == [3, 5, 6]


def test_a_blockquote_elsewhere_is_no_quote(doc):
    """
    ## Summary
    > "words" — [[A]]
    """
    assert of(doc[0], Kind.QUOTE) == []
    assert len(of(doc[0], Kind.QUOTATION)) == 1


def test_connections_in_all_their_spellings(doc):
    """
    ## Connections
    - contradicts: [[A|a]] — text — more
    - part-of：[[B]]
    - **cites** — [[C]]
    - rel → [[D]]
    - [[E]] — hub line
    - cites: [[F]], [[G]] ON "x" — y
    - no link at all
    """
    connections = of(doc[0], Kind.CONNECTION)
    objects = [[link.slug for link in c.links if link.expresses is Expresses.OBJECT] for c in connections]

    assert [c.parts.relation for c in connections] == ["contradicts", "part-of", "cites", "rel", None, "cites", None]
    assert objects == [["A"], ["B"], ["C"], ["D"], ["E"], ["F", "G"], []]
    assert connections[0].parts.markup == "text — more"
    assert [c.raw is None for c in connections] == [True, False, False, False, True, True, True]


def test_a_bold_lead_groups_links_on_pages_that_are_no_sources(newsroom):
    data = b"---\ntype: synthesis\n---\n## Connections\n- **Concepts** \xe2\x80\x94 [[A]] \xc2\xb7 [[B]]\n"

    page, _ = parse(data, "syntheses/x.md", newsroom)

    [connection] = of(page, Kind.CONNECTION)
    assert (connection.parts.label, connection.parts.relation, connection.raw) == ("Concepts", None, None)


def test_steps_and_entries(newsroom):
    trail = "---\ntype: trail\n---\n## Path\n1. [[A]] — note\n2. [[B]]\n".encode()
    timeline = "---\ntype: timeline\n---\n### 2024\n- ★ **2024-10-28** [[src]] — event\n- undated\n".encode()

    hops = of(parse(trail, "trails/t.md", newsroom)[0], Kind.HOP)
    entries = of(parse(timeline, "timelines/t.md", newsroom)[0], Kind.ENTRY)

    assert [(hop.parts.number, hop.parts.target, hop.parts.markup) for hop in hops] == [
        ("1", "[[A]]", "note"),
        ("2", "[[B]]", None),
    ]
    assert [(e.parts.star, e.parts.date, e.parts.markup) for e in entries] == [
        ("★", "2024-10-28", "event"),
        (None, None, "undated"),
    ]


def test_code_comments_and_mathematics_hold_no_links_and_no_claims(doc):
    """
    ## Key Claims
    ```
    - [fact] [[A]] — in a fence
    ```
    - [fact] B — `[[C]]` and <!-- [[D]] --> and $[[1,2],[3,4]]$ and [[E]]
    <!--
    - [fact] [[F]] — in a comment
    -->
    - item
      ```
      [[G]]
      ```
    """
    page, _ = doc

    assert [link.slug for block in blocks(page) for link in block.links] == ["E"]
    assert len(of(page, Kind.CLAIM)) == 2


def test_an_unclosed_fence_hides_the_rest_and_an_unclosed_comment_hides_nothing(newsroom):
    fenced, _ = parse(b"[[A]]\n```\n[[B]]\n## H\n", "p.md", newsroom)
    opened, _ = parse(b"[[A]]\n<!-- [[B]]\n## H\n[[C]]\n", "p.md", newsroom)

    assert [link.slug for block in blocks(fenced) for link in block.links] == ["A"]
    assert [link.slug for block in blocks(opened) for link in block.links] == ["A", "B", "C"]


def test_dollars_of_money_are_no_mathematics():
    assert hide("costs $6 million and [[A]] costs $7") == "costs $6 million and [[A]] costs $7"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("`a`", [(0, 3)]),
        ("``a`b``", [(0, 7)]),
        ("`a", []),
        ("``a`", []),
        ("`a` `b`", [(0, 3), (4, 7)]),
        ("```a``b```", [(0, 10)]),
    ],
)
def test_code_spans_close_with_as_many_backticks(text, spans):
    assert code_spans(text) == spans


def test_sections_have_unique_names_parents_and_the_role_of_their_h2(doc):
    """
    # Title
    text
    ## Key Claims
    ### Group
    - [fact] A — x
    ## **Connections:**
    ## Connections
    # Other
    ### Below
    """
    page, _ = doc

    assert [(s.slug, s.level, s.parent, s.role) for s in page.sections] == [
        ("title", 1, None, ""),
        ("key-claims", 2, 0, "claims"),
        ("group", 3, 1, "claims"),
        ("connections", 2, 0, "connections"),
        ("connections-2", 2, 0, "connections"),
        ("other", 1, None, ""),
        ("below", 3, 5, ""),
    ]
    assert len(of(page, Kind.CLAIM)) == 1


def test_columns_count_code_points_and_point_at_the_links_target(doc):
    """
    ## Summary
    日本語 😀 [[A]] and ![[B#h|c]]
    """
    places = [
        (link.place.line, link.place.column, link.place.end_column) for block in blocks(doc[0]) for link in block.links
    ]

    assert places == [(2, 9, 12), (2, 20, 27)]


def test_offsets_point_into_the_text_whatever_the_line_endings(newsroom):
    text = "## Key Claims\r\n- [fact] A — x\r\n\r\n- [fact] [[B]] — y\n"

    page, _ = parse(text.encode(), "p.md", newsroom)

    assert [text[c.place.start : c.place.end] for c in of(page, Kind.CLAIM)] == ["- [fact] A — x", "- [fact] [[B]] — y"]
    assert text[of(page, Kind.CLAIM)[1].links[0].place.start] == "B"


def test_auto_blocks_are_marked_and_not_cut_into_sentences(doc):
    """
    <!-- AUTO:MEMBERS BEGIN -->
    One. Two.
    <!-- AUTO:MEMBERS END -->
    Three. Four.
    """
    found = blocks(doc[0])

    assert [(block.kind, block.auto, len(block.sentences)) for block in found] == [
        (Kind.MARKER, "", 0),
        (Kind.PROSE, "MEMBERS", 0),
        (Kind.MARKER, "", 0),
        (Kind.PROSE, "", 2),
    ]


def test_bytes_that_are_no_utf8_are_read_as_latin1_and_named(newsroom):
    page, findings = parse(b"## A\ncaf\xe9 [[X]]\n", "p.md", newsroom)

    assert page.encoding == "latin-1"
    assert [(f.span.line, f.span.column, f.rule) for f in findings] == [(2, 4, "encoding")]
    assert "0xE9" in findings[0].message


def test_only_line_feeds_and_carriage_returns_end_a_line(newsroom):
    page, _ = parse("## A\u2028B\x0bC\x0cD\x85E\n".encode(), "p.md", newsroom)

    assert page.sections[0].title == "A\u2028B\x0bC\x0cD\x85E"


def test_a_claim_that_ends_at_its_dash_has_a_claimant_and_no_text(doc):
    """
    ## Key Claims
    - [fact] [[A]] —
    """
    [claim] = of(doc[0], Kind.CLAIM)

    assert (claim.parts.voice.said, claim.parts.markup, claim.raw) == ("[[A]]", "", "- [fact] [[A]] —")
