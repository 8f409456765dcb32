"""Statements as a reader sees them: emphasis, boxes, breaks, entities, comments, footnotes and scripts beside a dash."""

import pytest
from support.pages import blocks, mapped, stored

from kg.model.page import Expresses, Kind
from kg.parse.parse_page import parse
from kg.rdf import spellings
from kg.write import fix, render


def record(heading, text, newsroom):
    page, _ = parse(f"## {heading}\n\n{text}\n".encode(), "sources/p.md", newsroom)
    return [block for block in blocks(page) if block.kind is not Kind.HEADING]


def linked(block, role):
    return " ".join(link.slug for link in block.links if link.expresses is role)


def claim(text, newsroom):
    """Return grade, claimant, role and text of the claim on some lines."""
    [block] = [one for one in record("Key Claims", text, newsroom) if one.kind is Kind.CLAIM]
    parts = block.parts
    who = linked(block, Expresses.CLAIMANT) or (parts.voice.name if parts.voice else "")
    return parts.grade, who, parts.voice.role if parts.voice else "", parts.text


@pytest.mark.parametrize(
    "line",
    [
        "- **[fact] [[A]]** — x", "- **[fact] [[A]] — x**", "- ***[fact]*** [[A]] — x", "- ==[fact]== [[A]] — x", "- ~~[fact] [[A]] — x~~",
        "- __[fact] [[A]]__ — x", "- *[fact] [[A]]* — x", "- **[fact] A** — x", "- **[fact] A — x**", "- \\[fact] [[A]] — x", "- [fact\\] [[A]] — x",
        "- [fact ] [[A]] — x", "- [ fact ] [[A]] — x", "- [x] [fact] [[A]] — x", "- [ ] **[fact]** [[A]] — x", "- <!-- c --> [fact] [[A]] — x",
        "- %% c %% [fact] A — x", "- - [fact] [[A]] — x", "1. - [fact] [[A]] — x", "- > [fact] [[A]] — x", "- # [fact] [[A]] — x",
        "204. [fact] [[A]] — x", "- [fact] [[A]] —\n  x", "- [fact] [[A]]\n  — x", "- [fact] A\n  — x",
        "- [fact] [[A]] &mdash; x", "- [fact] A&nbsp;&#8212;&nbsp;x", "- [fact] : A — x", "- [fact] - A — x", "-\t[fact]\tA\t—\tx",
    ],
)  # fmt: skip
def test_grade_and_claimant_are_what_a_reader_sees(line, newsroom):
    assert claim(line, newsroom) == ("fact", "A", "", "x")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("- [fact] A — x\\\n  y", ("fact", "A", "", "x y")),
        ("- [fact] A — x  \n  y", ("fact", "A", "", "x y")),
        ("- [fact] A — x\\\\\n  y", ("fact", "A", "", "x\\\\ y")),
        ("- [fact]— x", ("fact", "", "", "x")),
        ("- [fact] „A — B“ — x", ("fact", "A — B", "", "x")),
        ("- [fact] 'A — B' — x", ("fact", "A — B", "", "x")),
        ("- [fact] «A — B» — x", ("fact", "A — B", "", "x")),
        ("- [fact] [A][b — c] — x", ("fact", "A", "", "x")),
        ("- [fact] A – chief — x", ("fact", "A", "chief", "x")),
        ("- [fact] [[A]], *chief* of **staff** — x", ("fact", "A", "chief of staff", "x")),
        ("- [fact] **A**, *chief* — x", ("fact", "A", "chief", "x")),
        ("- [fact] की_बात_है — x", ("fact", "की_बात_है", "", "x")),
        ("- [fact] A — x \\<!-- y --> z", ("fact", "A", "", "x \\<!-- y --> z")),
        ("- [fact] A — 50\\%% x %% y", ("fact", "A", "", "50\\%% x %% y")),
        ("- [fact] A — \\`x %% c %%`", ("fact", "A", "", "\\`x `")),
        ("- [तथ्य] A — x", ("तथ्य", "A", "", "x")),
        ("- [fact] **A** — says **x**", ("fact", "A", "", "says **x**")),
        ("- [fact, analysis] A — x", (None, "[fact, analysis] A", "", "x")),
        ("- *A* — *x*", (None, "A", "", "*x*")),
    ],
)
def test_the_parts_of_a_claim_end_where_a_reader_sees_them_end(line, found, newsroom):
    assert claim(line, newsroom) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('> **"one" — Ada**', ("one", "Ada", "")),
        ('> _"one" — Ada_', ("one", "Ada", "")),
        ('> "one" — Ada\n>\n> a comment', ("one", "Ada", "")),
        ('> "one" — Ada  \n> countess', ("one", "Ada", "countess")),
        ('> "one" — Ada\\\n> countess', ("one", "Ada", "countess")),
        ('> "one" — Ada<br>countess', ("one", "Ada", "countess")),
        ('> "one" — Ada — 2024', ("one", "Ada", "2024")),
        ('> "one"\\\n> — Ada', ("one", "Ada", "")),
        ('> "one"[^1] — Ada', ("one", "Ada", "")),
        ('> "one" [^1][^2] — Ada', ("one", "Ada", "")),
        ("> «one». — Ада", ("one", "Ада", "")),
        ("> «one», — Ада", ("one", "Ада", "")),
        ("> „eins“ &#8211; Ada", ("eins", "Ada", "")),
        ("> ,,eins'' — Ada", ("eins", "Ada", "")),
        ('> ,,eins" — Ada', ("eins", "Ada", "")),
        ('> <!-- c --> "one" — Ada', ("one", "Ada", "")),
        ('> "one" (Ada)', ('"one" (Ada)', "", "")),
        ("> “一”（王小明）", ("“一”（王小明）", "", "")),
        ('> "one," said Ada', ('"one," said Ada', "", "")),
        ('> "one', ("one", "", "")),
    ],
)  # fmt: skip
def test_a_quote_ends_at_its_mark_and_its_speaker_where_the_paragraph_or_line_does(text, found, newsroom):
    [parts] = [one.parts for one in record("Key Quotes", text, newsroom) if one.kind is Kind.QUOTE]

    assert (parts.text, parts.voice.name if parts.voice else "", parts.voice.role if parts.voice else "") == found


@pytest.mark.parametrize(
    "line",
    [
        "- ***cites:*** [[A]] — x", "- cites: **[[A]]** — x", "- cites: *[[A]]* — x", "- cites: _[[A]]_ — x",
        "- **cites: [[A]]** — x", "- **cites: [[A]] — x**", "- ~~cites: [[A]] — x~~", "- **cites:** **[[A]]** — x", "- [x] cites: [[A]] — x",
        "- cites: [[A]][^1] — x", "- cites: [[A]] [^1] – x", "- cites: [[A]] <!-- c --> — x", "- cites: [[A]] &mdash; x", "- cites: [[A]]&nbsp;— x",
        "- cites\\: [[A]] — x", "- - cites: [[A]] — x", "- <!-- c --> cites: [[A]] — x", "- cites: [[A]] — x\\\n", "- cites → *[[A]]* — x",
    ],
)  # fmt: skip
def test_a_connection_is_what_a_reader_sees(line, newsroom):
    [block] = [one for one in record("Connections", line, newsroom) if one.kind is Kind.CONNECTION]

    assert (block.parts.relation, linked(block, Expresses.OBJECT)) == ("cites", "A")
    assert block.parts.text.rstrip("\\") == "x"


@pytest.mark.parametrize("word", ["цитирует", "दिल", "引用", "`x` y", "ป่า"])
def test_a_relation_before_an_arrow_or_in_bold_is_of_any_script(word, newsroom):
    lines = f"- **{word}** — [[A]]" + ("" if "`" in word else f"\n- {word} → [[A]]")

    assert {one.parts.relation for one in record("Connections", lines, newsroom)} == {word}


# ---- Blocks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("\\`[[a]]\\`", 1), ("\\\\`[[a]]`", 0), ("`\\`[[a]]`", 1), ("\\``[[a]]`", 0), ("\\%% [[a]] %%", 1), ("\\<!-- [[a]] -->", 1),
        ("[t](b\\ c.md)", 0), ('[t](a.md "x \\"y\\" z")', 1), ("[t][r]\n\n[r]:\n  a.md\n  'title'", 1), ("[t][r]\n\n- [r]: a.md", 1),
        ("[t][r]\n\n> [r]: a.md", 1), ("[t][r]\n\ntext\n[r]: a.md", 0), ("[t][r]\n\n<div>\n[r]: a.md\n</div>", 0), ("[t][r]\n\n[x]: b.md\n[r]: a.md", 1),
        ("[t][r]\n\n[^n]: [r]: a.md", 1),
    ],
)  # fmt: skip
def test_escapes_and_definitions_make_links_as_commonmark_has_them(text, links, newsroom):
    page, _ = parse(f"{text}\n".encode(), "p.md", newsroom)

    assert sum(len(block.links) for block in blocks(page)) == links


@pytest.mark.parametrize(
    "heading",
    [
        "## Key Claims[^1]", "## Key&nbsp;Claims", "## <b>Key Claims</b>", '## <a id="x"></a>Key Claims', "## ==Key Claims==", "## [Key Claims](x.md)",
        "Key\\\nClaims\n---", "Key Claims %%c\nd%%\n---", "## ~~Key~~ *Claims*:",
    ],
)  # fmt: skip
def test_a_section_has_the_role_of_its_heading_as_a_reader_sees_it(heading, newsroom):
    page, _ = parse(f"{heading}\n".encode(), "sources/p.md", newsroom)

    assert [(one.name, one.role) for one in page.sections] == [("key claims", "claims")]


def test_a_heading_in_a_footnote_opens_no_section_and_an_empty_first_line_is_no_comment(newsroom):
    page, _ = parse(b"## Key Claims\n\n[^1]: ## Not a section\n\n[^2]:\n    words\n", "sources/p.md", newsroom)

    assert [one.title for one in page.sections] == ["Key Claims"]
    assert {block.kind for block in blocks(page)} == {Kind.HEADING, Kind.PROSE}


def test_a_footnote_may_stand_in_an_item(newsroom):
    _, findings = parse(b"a[^1] b[^2] c[^3]\n\n- [^1]: x\n- > [^2]: y\n", "p.md", newsroom)

    assert [(one.rule, one.span.column) for one in findings] == [("footnote-missing", 14)]


def test_a_point_before_a_name_is_part_of_it():
    assert spellings.words(".NET") != spellings.words("NET")
    assert spellings.words("NET.") == spellings.words("… NET") == spellings.words("NET")


# ---- Nothing lost ----------------------------------------------------------------------------------------------------

KEPT = """## Key Claims

1. [fact] [[A]] — x
2. [fact] [[B]] — x
- [x] [fact] [[C]] — x
- <!-- c --> [fact] [[D]] — x
- **[fact] [[E]]** — x
- - [fact] [[F]] — x
* [fact] [[G]] — x

## Connections

- %% why %% cites: [[H]] — x
- **cites: [[I]]** — x
"""


def test_a_fix_of_the_form_takes_away_no_word_no_mark_and_no_number(newsroom):
    pages = {"sources/p.md": KEPT.encode()}
    store = stored(pages)
    _, findings = parse(pages["sources/p.md"], "sources/p.md", newsroom)

    fixed = fix.fix(store, findings, newsroom)

    assert [one.new.decode() for one in fixed.pages] == [KEPT.replace("* [fact]", "- [fact]")]
    assert {page.path: render.render(store, page) for page in render.pages(store)} == pages


def test_no_literal_holds_what_the_page_does_not():
    page = '## Key Claims\n- **[fact] `A`\\\n  B** — \x01 0 `x` [[A#h|the `c`]]\n> "`q`" — **A \x010\x01**\n## Connections\n- **`a` b** — [[A]] (`c`)\n'

    assert not any(mark in line for line in mapped({"sources/p.md": page.encode()}) for mark in ("\\u0000", "\x00"))
