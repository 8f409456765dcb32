"""Wikis made at random: what the independent counters of ../shared/tools count, we count, in every dialect.

Left out of the pieces are the forms on which the counters are wrong, each held by a test of its own below: headings that
CommonMark indents, underlines or leaves empty, indented code, blocks of HTML, numbers that open no list below text, a quote
that the next heading follows at once, YAML 1.1's `yes`, titles that faulty YAML still shows, code spans over two lines,
code and comments that overlap, and brackets behind a backslash.
"""

import json
import os
import random
import subprocess
import sys

import pytest
from support.differences import differences
from support.pages import blocks, stored

from kg.ask import stats
from kg.model.page import Kind
from kg.parse.parse_page import parse
from kg.settings import dialect

WIKIS = {"": 6, "full": 40, "nightly": 600}[os.environ.get("KG_TIER", "")]
NAMES = [
    "X.md",
    "Y.md",
    "Multi Word.md",
    "multi-word2.md",
    "sub/X.md",
    "sub/B.md",
    "sub/deep/C.md",
    "über.md",
    "a.b.md",
]
FRONT = [
    "", "", "---\ntitle: A\ntype: Source\n---\n", "---\ntype: concept\naliases: [Xx, 'Y z']\n---\n", "---\n---\n", "---\n- a\n---\n",
    "---\ndescription: [a\nkind: x\n---\n", "---\nkind: x\n", "\n---\ntype: x\n---\n", "--- \ntype: x #c\n... \n", "---\ntype: Ünï\n---\n",
    "---\n'type': quoted\n---\n", "---\ntitle: Multi Word\ntype: ''\n---\n", "---\ntype:\n---\n", "---\ntype: Entity\ntype: concept\n---\n",
]  # fmt: skip
PIECES = [
    "", "", "", "...", "# H1", "## Key Claims", "## 核心论点", "## Connections ##", "##Key Claims", "### Sub", "## **Key Claims**",
    "## Key Quotes", "## Contradictions", "## Related", "    ## code", "## Key Claims:", "## Claims：", "## _Claims_", "## `Claims`",
    "####### seven", "## Key Claims {#id}", "#\tTab heading", "* star", "+ plus", "1. one", "1234. no", "- [x] task",
    "- [ ] t", "- [fact] a", "- [Fact / x] b", "- [a][b]", "- [a](b)", "- [a]: c", "-no", "-  two blanks", "  - two",
    "    - four", "- rel: [[X]]", "- **rel** — [[X]]", "- **rel:** [[X]]", "- `rel` [[X]]", "- rel → [[X]]", "- (rel) -> [[X]]",
    "- rel：[[X]]", "- **a b**: [[X]], [[Y]]", "- [[X]] — y", "- [[X]]", "- ![[X]]", "- rel: ![[x]]", "- a|b: [[X]]", "- a: b: [[X]]",
    "- very long words that go on and on and on and on and on: [[X]]", "- [fact] cites: [[X]]", "* * *", "- - -", "***", "___",
    "| a | b |", "|---|---|", "| [[X\\|y]] | z |", "> plain", "> [!note] callout", "text [[X]] text", "`[[X]]`", "``[[X]]``",
    "\\\\[[X]]", "[[X]](y.md)", "[[X]](y)", "[[X", "X]]", "[[]]", "[[ ]]", "[[#h]]", "[[X#h|a]]", "[[X|]]", "[[X^b]]", "[[a.pdf]]",
    "[[sub/X]]", "[[./X]]", "[[../X]]", "[[x.md]]", "[[X.MD]]", "[[ X ]]", "[[podcast:x]]", "[[X [1]]]", "[[a\\|b]]", "![[img.png]]",
    "[[multiword]]", "[[Multi-Word]]", "[[wrong/B]]", "[[deep/C]]", "[[Y z]]", "Setext", "key: value", "***bold***",
    "<!--[[X]]-->", "- <!-- x --> y", "<!-- - x -->", "- item\\", "\u2028- x",
    "\x0b- y", "\x0c", "\xa0- z", "- item\x85- y", "- \u200b[fact] x", "[^1]: [[X]]", "text[^1]", "- **", "- [[X]]: y", "- [fact]x",
    "- [fact](x)", "-\u00a0nbsp", "- X -> [[Y]] -> [[Z]]", "- **X** · **Y** [[Z]]", "1.\tx", "- __rel__: [[X]]", "- rel : [[X]]",
    "- rel:[[X]]", "- *rel*: [[X]]", "- contradicts: [[X]] — y", "- contradicts [[X]]", "- None detected.",
]  # fmt: skip
QUOTED = [
    '> "q" — w',
    "> “q”",
    '> *"q"* — [[X]]',
    "> «q» - x",
    "> 「q」—x",
    '> "q" (x) — y',
    '> > "nested" — x',
    '>"q" -- x',
]


def wiki_of(seed):
    """The pages of a wiki, as {path: bytes}."""
    chance = random.Random(seed)  # noqa: S311  # reproducible noise, no secret
    pages = {}
    for number in range(60):
        path = NAMES[number] if number < len(NAMES) else f"{'sub/' if number % 3 else ''}p{number}.md"
        lines = [chance.choice(PIECES) for _ in range(chance.randint(1, 25))]
        if chance.random() < 0.5:
            lines += ["## Quotes", "", *(line for quote in chance.sample(QUOTED, 3) for line in (quote, ""))]
        text = chance.choice(FRONT) + "\n".join(lines) + chance.choice(["", "\n"])
        data = text.replace("\n", chance.choice(["\n", "\n", "\n", "\r\n", "\r"])).encode()
        pages[path] = data + (chance.choice([b""] * 9 + [b"\xff"]) if data.isascii() else b"")
    return pages


@pytest.mark.tiered
@pytest.mark.parametrize("seed", range(WIKIS))
def test_the_counts_of_a_random_wiki_are_the_oracles(seed, shared, tmp_path):
    pages = wiki_of(seed)
    for path, data in pages.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    counted = subprocess.run(
        [sys.executable, shared / "tools/corpus_oracle.py", tmp_path], capture_output=True, check=True, timeout=120
    )

    found = stats.count(stored(pages, dialect_name=dialect.available()[seed % len(dialect.available())]))

    found["links"] |= by_way(found["links"])
    assert list(differences(json.loads(counted.stdout), found)) == []


def by_way(links):
    """Links as the oracle counts them: by the way in which they were found, those of several pages twice."""
    strict = {"path", "relpath", "path_suffix", "stem", "self"}
    lenient = {"stem_icase", "title_alias", "slug", "squash", "wrong_path_stem"}
    ways = links["by_way"].items()
    return {
        "strict": sum(number for way, number in ways if way in strict),
        "lenient": sum(number for way, number in ways if way in lenient),
        "ambiguous": links["several"],
    }


WHERE_WE_ARE_RIGHT = {
    "CommonMark lets three blanks stand before a heading": ("## Key Claims\n  ## Other\n- x\n", []),
    "a heading may be empty, and ends the section before it": ("## Key Claims\n- x\n##\n- y\n", ["x"]),
    "a fence in a comment opens no code": ("## Key Claims\n<!--\n```\n-->\n- x\n", ["x"]),
    "text above === is a heading": ("Key Claims\n---\n- x\n\nOther\n===\n- y\n", ["x"]),
    "text above a lone - is a heading": ("## Key Claims\n- x\n\nOther\n-\n- y\n", ["x"]),
    "four blanks make code": ("## Key Claims\n\n    - c\n\t- c\n\n- x\n", ["x"]),
    "HTML goes on up to an empty line": ("## Key Claims\n<div>\n- c\n\n- x\n", ["x"]),
    "a list that begins with 12 ends no paragraph": ("## Key Claims\ntext\n12) two\n\n12) x\n", ["x"]),
    "a comment in code opens no comment": ("## Key Claims\n```\n<!--\n```\n- x\n", ["x"]),
}


@pytest.mark.parametrize(("text", "claims"), WHERE_WE_ARE_RIGHT.values(), ids=WHERE_WE_ARE_RIGHT)
def test_where_the_oracle_reads_markdown_otherwise(text, claims, newsroom):
    page, _ = parse(text.encode(), "sources/a.md", newsroom)

    assert [block.parts.markup for block in blocks(page) if block.kind is Kind.CLAIM] == claims


def test_a_quote_belongs_to_its_section_though_a_heading_follows_at_once(newsroom):
    page, _ = parse('## Quotes\n> "q" — A\n## Other\n'.encode(), "sources/a.md", newsroom)

    assert [block.parts.text for block in blocks(page) if block.kind is Kind.QUOTE] == ["q"]


def test_a_title_in_front_matter_that_is_no_yaml_is_a_name_for_links():
    pages = {"a.md": b"---\ntitle: Tea: a guide\n---\n", "b.md": b"[[Tea: a guide]]\n"}

    found = stats.count(stored(pages))

    assert (found["front_matter"]["error"], found["links"]["lenient"], found["links"]["broken"]) == (1, 1, 0)


def test_brackets_behind_a_backslash_are_no_link(newsroom):
    page, _ = parse(b"\\[[X]] \\\\[[Y]] \\![[Z]]\n", "a.md", newsroom)

    links = [(link.slug, link.embed) for block in blocks(page) for link in block.links]
    assert links == [("Y", False), ("Z", False)]


def test_yes_is_a_word(newsroom):
    page, _ = parse(b"---\ntype: yes\n---\n", "a.md", newsroom)

    assert page.page_type == "yes"
