"""The block structure of random documents and of real wikis, against markdown-it-py, a CommonMark parser."""

import os
import random
import re
import time

import pytest
from markdown_it import MarkdownIt
from support.pages import blocks

from kg.model.page import Kind
from kg.parse.block_structure import Form, structure
from kg.parse.parse_page import parse

DOCUMENTS = {"": 2_000, "full": 10_000, "nightly": 200_000}[os.environ.get("KG_TIER", "")]
PARSER = MarkdownIt("commonmark", {"maxNesting": 200})
LINES = [
    "text", "a b", "x", "# head", "## h ##", "===", "---", "- item", "* star", "+ plus", "1. one", "2) two", "10. ten", "> quote", ">q",
    "> > qq", "```", "~~~", "````", "```py", "``` a`b", "    code", "\tcode", "  two", "   three", "", "", "", "***", "- - -", "_ _ _", "-",
    "1.", "- # h", "- ```", "> ```", "> # h", "- > q", "> - i", "-     code", "-\ttab", "<div>", "</div>", "<pre>", "</pre> x", "<!-- c -->",
    "<script>x</script>", "text\\", "-- ", "==", "`code`", "- - x", "1. - y", "  - n", "    - deep", "     five", "> ", "\t- t", "  ```",
    "    ```", "#", "#no", "####### n", "* * *x", "*", "+", "2.", "<details>", "<?php", "?>", "> ~~~", "- ~~~", "1. ```", "<b>", "</b> x",
]  # fmt: skip
# Where markdown-it-py 4 is not CommonMark: a mark of a quotation behind four blanks, text below an inner quotation that is
# indented as far, and such text below an item that is five columns wide. cmark reads these as we do; see the test below.
QUOTED = re.compile(r"(?m)(?:^|>)[ \t]*(?: {4}|\t) *>|^ {0,3}(?:> ?)*(?: {4}| *\t)|[^\n]\t")
WIDE = re.compile(
    r"(?m)>|^ *(?:[-*+] {4}|\d[.)] {3}|\d\d[.)]  )|^ {2,}(?:[-*+]  |\d+[.)] )|(?:[-*+]|[.)])[ ]*\t|^ {3}[-*+](?: |$)"
)


def block(chance, depth):
    """Lines of a block: some lines, or blocks in a quotation, in an item, between fences."""
    kind = chance.random()
    if depth <= 0 or kind < 0.45:
        return [chance.choice(LINES) for _ in range(chance.randint(1, 3))]
    body = []
    for _ in range(chance.randint(1, 3)):
        body += block(chance, depth - 1) + [""] * (chance.random() < 0.4)
    if kind < 0.65:
        return [chance.choice(["> ", "> ", ">"]) + line if chance.random() < 0.92 else line for line in body]
    if kind < 0.9:
        mark = chance.choice(["- ", "* ", "1. ", "2. ", "-  ", "10) ", "  - ", "-   "])
        behind = (" " * len(mark) + line if line and chance.random() < 0.9 else line for line in body[1:])
        return [mark + body[0], *behind]
    fence = chance.choice(["```", "~~~"])
    return [fence, *body, fence] if kind < 0.95 else body


def document(seed):
    """A document of blocks in blocks."""
    chance = random.Random(seed)  # noqa: S311  # reproducible noise, no secret
    lines = []
    for _ in range(chance.randint(1, 5)):
        lines += block(chance, chance.randint(0, 3)) + [""] * (chance.random() < 0.4)
    return lines


def bare(lines, numbers):
    """The lines of a block on which more stands than marks of quotations."""
    return tuple(sorted(number for number in numbers if lines[number].strip(" \t>")))


def ours(lines):
    """What is code, HTML, heading, item and quotation, each with its first line and its lines."""
    found = {}
    names = {Form.FENCED: "code", Form.INDENTED: "code", Form.RAW: "html", Form.COMMENT: "html", Form.HTML: "html"}
    for number, standing in enumerate(structure(lines)):
        leaf = standing.leaf
        parts = [(leaf, f"heading {leaf.level}" if leaf.form is Form.HEADING else names.get(leaf.form))]
        parts += ((one, {">": "quotation", "^": None}.get(one.kind, "item")) for one in standing.containers)
        for part, name in parts:
            if name:
                found.setdefault(id(part), (name, part.first, []))[2].append(number)
    return sorted((name, first, bare(lines, numbers)) for name, first, numbers in found.values())


def theirs(lines):
    """The same by markdown-it."""
    names = {
        "fence": "code",
        "code_block": "code",
        "html_block": "html",
        "list_item_open": "item",
        "blockquote_open": "quotation",
    }
    found = []
    for token in PARSER.parse("\n".join(lines) + "\n"):
        name = f"heading {token.tag[1]}" if token.type == "heading_open" else names.get(token.type)
        if name:
            found.append((name, token.map[0], bare(lines, range(*token.map))))
    return sorted(found)


@pytest.mark.tiered
@pytest.mark.parametrize("otherwise", [QUOTED, WIDE], ids=["quotations", "indents"])
def test_blocks_in_blocks_are_commonmarks(otherwise):
    tried, seed = 0, 0
    while tried < DOCUMENTS:
        seed, lines = seed + 1, document(seed)
        if otherwise.search("\n".join(lines)):
            continue
        tried += 1

        assert ours(lines) == theirs(lines), lines


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("> a\n      > # h", [("quotation", 0, (0, 1))]),
        ("> > a\n     - n", [("quotation", 0, (0, 1)), ("quotation", 0, (0, 1))]),
        ("10)    a\n    ```", [("item", 0, (0, 1))]),
        ("   > - > a\n       > ---", [("item", 0, (0, 1)), ("quotation", 0, (0, 1)), ("quotation", 0, (0, 1))]),
    ],
)
def test_what_markdown_it_reads_otherwise_is_as_cmark_has_it(text, found):
    assert ours(text.split("\n")) == found


def test_every_page_of_every_wiki_is_commonmarks(shared):
    """Each corpus, below the front matter; comments that never end are text here, so pages with one are left out."""
    differing = []
    for path in sorted((shared / "corpora").rglob("*.md")):
        text = re.sub(r"(?s)\A---\n.*?\n---\n", "", path.read_text("utf-8", "replace").replace("\r\n", "\n"))
        lines = text.replace("\r", "\n").split("\n")
        if text.count("<!--") == text.count("-->") and ours(lines) != theirs(lines):
            differing.append(str(path))

    assert differing == []


def kinds(text, newsroom):
    page, _ = parse(text.encode(), "sources/p.md", newsroom)
    return [(block.kind, block.place.line, block.place.end_line) for block in blocks(page)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- ```\n  - [fact] A — c\n  ```\n- [fact] B — x\n", [(Kind.CODE, 2, 4), (Kind.CLAIM, 5, 5)]),
        ("- a\n  ```\n  code\n- [fact] B — x\n", [(Kind.CLAIM, 2, 2), (Kind.CODE, 3, 4), (Kind.CLAIM, 5, 5)]),
        ("> ```\n> code\n\n- [fact] B — x\n", [(Kind.CODE, 2, 3), (Kind.CLAIM, 5, 5)]),
        ("> a\n> ~~~\n> c\n> ~~~\n> b\n", [(Kind.QUOTATION, 2, 2), (Kind.CODE, 3, 5), (Kind.QUOTATION, 6, 6)]),
        ("    - [fact] A — c\n\n- [fact] B — x\n", [(Kind.CODE, 2, 2), (Kind.CLAIM, 4, 4)]),
        ("<pre>\n- [fact] A — c\n\n</pre>\n- [fact] B — x\n", [(Kind.CODE, 2, 5), (Kind.CLAIM, 6, 6)]),
        ("| a | b |\n|---|---|\nno bars\n- [fact] B — x | y\n", [(Kind.TABLE, 2, 4), (Kind.CLAIM, 5, 5)]),
        ("text\n| a | b |\n|---|---|\n| c | d |\n\nt", [(Kind.PROSE, 2, 2), (Kind.TABLE, 3, 5), (Kind.PROSE, 7, 7)]),
        ("| a | b |\n|---|\n", [(Kind.PROSE, 2, 3)]),
        ("%%\n- [fact] A — c\n\n- [fact] A — d\n%%\n- [fact] B — x\n", [(Kind.COMMENT, 2, 3), (Kind.COMMENT, 5, 6), (Kind.CLAIM, 7, 7)]),
        ("$$\n- [fact] A — c\n$$\n", [(Kind.PROSE, 2, 2), (Kind.ITEM, 3, 4)]),
        ("[^1]: a\n\n    more [[X]]\n", [(Kind.PROSE, 2, 2), (Kind.PROSE, 4, 4)]),
    ],
)  # fmt: skip
def test_nothing_in_code_is_a_claim_and_everything_behind_it_is(text, found, newsroom):
    assert kinds(f"## Key Claims\n{text}", newsroom)[1:] == found


def test_the_heading_of_a_section_may_be_underlined(newsroom):
    text = "My long\ntitle\n===\n\n   Key Claims\n---\n- [fact] A — x\n\n> H\n> ---\n\ntext\n\n---\n"
    page, _ = parse(text.encode(), "sources/p.md", newsroom)

    assert [(one.slug, one.title, one.level, one.role) for one in page.sections] == [
        ("my-long-title", "My long title", 1, ""),
        ("key-claims", "Key Claims", 2, "claims"),
    ]
    assert [block.kind for block in page.sections[1].blocks] == [
        Kind.HEADING, Kind.CLAIM, Kind.QUOTATION, Kind.PROSE, Kind.PROSE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "> " * 40_000, "- " * 40_000 + "\n" * 40_000, "%% a\n" * 20_001, "<!-- a\n" * 20_000, "[a]: b\n===\n" * 9_000, "`a %%\n" * 20_000,
        "|" + " " * 50_000 + "x\n", "a|b\n-|" + " " * 50_000 + "x\n", '> "a\n>\n' * 9_000, "> 'a\n" * 20_000, "$$\n" * 20_001,
        "<a" + " b" * 40_000, "~~~\n" * 20_001, "    a\n\n" * 20_000, "[^a]: " * 10_000, "* " * 30_000 + "x\n\ny",
    ],
    ids=range(16),
)  # fmt: skip
def test_a_page_of_a_hundred_thousand_characters_is_read_in_seconds(text, newsroom):
    started = time.process_time()
    parse(f"## Key Quotes\n{text}".encode(), "sources/p.md", newsroom)

    assert time.process_time() - started < 10
