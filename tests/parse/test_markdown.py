"""Markdown, against a second opinion: markdown-it-py, a CommonMark parser."""

import pytest
from markdown_it import MarkdownIt
from support.pages import blocks
from support.places import EXAMPLES

from kg.model.page import Kind
from kg.parse.parse_page import parse
from kg.settings import dialect

PARSER = MarkdownIt("commonmark").enable("table")


def ours(text):
    """The lines of our headings, and those of our code."""
    page, _ = parse(text.encode(), "p.md", dialect.load("newsroom"))
    found = {kind: set() for kind in (Kind.HEADING, Kind.CODE)}
    for block in blocks(page):
        if block.kind in found:
            found[block.kind].update(range(block.place.line, block.place.end_line + 1))
    return found[Kind.HEADING], found[Kind.CODE]


def theirs(text, skipped):
    """The same by markdown-it; `skipped` lines of front matter come first."""
    headings, code = set(), set()
    for token in PARSER.parse(text):
        if token.map is None:
            continue
        lines = range(token.map[0] + 1 + skipped, token.map[1] + 1 + skipped)
        if token.type == "heading_open":
            headings.update(lines)
        elif token.type in ("fence", "code_block"):
            code.update(lines)
    return headings, code


def compare(path):
    text = path.read_text(encoding="utf-8")
    skipped = 0
    if text.startswith("---\n") and "\n---\n" in text[3:]:
        skipped = text[: text.index("\n---\n", 3) + 5].count("\n")
    body = "\n" * 0 + "".join(text.splitlines(keepends=True)[skipped:]) if skipped else text
    return ours(text), theirs(body, skipped)


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.md")), ids=lambda path: path.name)
def test_headings_and_code_are_commonmarks(path):
    mine, reference = compare(path)

    assert mine == reference


CASES = {
    "a fence in a list": "- a\n\n  ```\n  # no\n  ```\n- b\n\n# yes\n",
    "a fence of four": "````\n```\n# no\n````\n# yes\n",
    "tildes": "~~~\n# no\n```\n~~~\n# yes\n",
    "a fence with backticks in its words is none": "``` a`b\n# yes\n",
    "no blank after the hashes": "#no\n## yes\n",
    "seven hashes": "####### no\n",
    "closing hashes": "## yes ##\n",
    "an underlined heading": "yes\n===\n\nyes\nyes\n  ---\n\n---\n",
    "indented code": "text\n    no\n\n    code\n\n    # no\n\n# yes\n",
    "an indented heading": "   # yes\n",
    "a comment over lines": "<!--\n# no\n-->\n# yes\n",
    "a fence in a comment": "<!--\n```\n-->\n# yes\n",
    "an unclosed fence": "```\n# no\n",
    "an empty heading": "#\ntext\n",
    "a heading ends a paragraph": "text\n# yes\ntext\n",
    "a fence ends a paragraph": "text\n```\n# no\n```\n",
    "a closing fence with words is none": "```\n# no\n``` x\n# no\n```\n",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_the_awkward_cases_are_commonmarks(text):
    assert ours(text) == theirs(text, 0)


@pytest.mark.parametrize("corpus", ["newsroom-2026-08", "newsroom-2026-09-partial", "waytid-newsroom", "ekgardt-knowledge",
                                    "wangyanlin-llm-wiki-agent", "hyperv0id"])  # fmt: skip
def test_headings_and_code_of_real_wikis_are_commonmarks(shared, corpus):
    for path in sorted((shared / "corpora" / corpus).rglob("*.md")):
        mine, reference = compare(path)
        assert mine == reference, path
