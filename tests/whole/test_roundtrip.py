"""Nothing lost: page → graph → page gives the same bytes, for any input."""

import os
import random
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store
from support import limits
from support.noise import PIECES, texts
from support.pages import blocks, mapped, stored
from support.places import EXAMPLES, ROOT, TESTS
from support.tier import CASES, but

from kg.parse.parse_page import parse
from kg.settings import dialect
from kg.write import render

SOURCE = (EXAMPLES / "open-source-ai/sources/osi-osaid-1-0.md").read_bytes()
PAGES = sorted(EXAMPLES.glob("open-source-ai/**/*.md"))

raw = st.one_of(
    st.binary(max_size=200),
    texts.map(lambda text: text.encode("utf-8")),
    st.tuples(texts, st.binary(max_size=3), texts).map(lambda t: t[0].encode() + t[1] + t[2].encode()),
)


def render_all(store):
    return {page.path: render.render(store, page) for page in render.pages(store)}


# A dialect of every way in which a claim may be written.
OWN = str(TESTS / "dialects/every-form.toml")
dialects = st.sampled_from([*dialect.available(), OWN])


def check(pages, spoken="newsroom"):
    store = stored(pages, dialect_name=spoken)
    rendered = render_all(store)

    assert rendered == pages
    assert {page.path: data for page, data in render.everything(store)} == pages
    assert "".join(mapped(rendered, dialect_name=spoken)) == "".join(mapped(pages, dialect_name=spoken))


@given(raw, dialects)
def test_any_bytes_come_back(data, spoken):
    check({"sources/page.md": data}, spoken)


@given(st.lists(raw, min_size=1, max_size=3), st.sampled_from(["trails/", "timelines/", "", "concepts/"]))
def test_any_bytes_come_back_from_any_kind_of_page(parts, folder):
    front = f"---\ntype: {folder.rstrip('s/') or 'source'}\n---\n".encode()
    check({f"{folder}{number}.md": front + data for number, data in enumerate(parts)})


def edited(seed, edits):
    """A real page after random edits."""
    chance = random.Random(seed)  # noqa: S311  # reproducible noise, no secret
    data = bytearray(chance.choice(PAGES).read_bytes())
    for _ in range(edits):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                del data[at : at + chance.randrange(1, 9)]
            case 1:
                data[at:at] = chance.choice(PIECES).encode()
            case 2:
                data[at:at] = bytes([chance.randrange(256)])
            case _:
                other = chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + chance.randrange(80)]
    return bytes(data)


@settings(max_examples=CASES // 2)
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=8), dialects)
def test_any_edit_of_a_real_page_comes_back(seed, edits, spoken):
    check({"sources/page.md": edited(seed, edits)}, spoken)


@pytest.mark.nightly
def test_a_minute_of_noise_comes_back():
    start = time.monotonic()
    seed = int(os.environ.get("KG_SEED", "0"))
    while time.monotonic() - start < 60:  # seconds
        seed += 1
        data = edited(seed, 1 + seed % 40)
        assert render_all(stored({"sources/page.md": data})) == {"sources/page.md": data}, f"seed {seed}"


@given(texts)
def test_every_line_of_a_page_is_in_one_block(text):
    page, _ = parse(text.encode(), "p.md", dialect.load("newsroom"))
    covered = [(block.place.start, block.place.end) for block in blocks(page)]

    assert covered == sorted(covered)
    assert all(end <= start for (_, end), (start, _) in pairwise(covered))


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
def test_line_endings_and_byte_order_marks_come_back(line, mark):
    check({"sources/page.md": mark + SOURCE.replace(b"\n", line)})


def test_a_page_with_crlf_keeps_its_parts_without_carriage_returns():
    store = stored({"sources/page.md": SOURCE.replace(b"\n", b"\r\n")})

    assert not [quad for quad in store if "\r" in getattr(quad.object, "value", "")]


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n", b"  ", b"\xff", b"---", b"---\n", b"---\n---", b"\xef\xbb\xbf"])
def test_the_smallest_pages_come_back(data):
    check({"sources/page.md": data})


def test_every_page_of_the_examples_comes_back_without_a_raw_line():
    root = EXAMPLES / "open-source-ai"
    pages = {str(path.relative_to(root)): path.read_bytes() for path in PAGES}
    store = stored(pages)

    assert render_all(store) == pages
    assert not [quad for quad in store if quad.predicate.value.endswith(("#raw", "#verbatim"))]


def test_a_long_page_takes_time_in_proportion(newsroom):
    line = "- [fact] [[A]] — says `x` and [[B|c]] <!-- d --> in one. Two!\n"
    pages = [("## Key Claims\n" + line * size).encode() for size in (250, 2_000)]
    short, long = (limits.calls(parse, page, "sources/page.md", newsroom) for page in pages)

    assert long / short < 8.5


# What lines of n characters are made of: some once took the square of n, and all are what a careless pattern would take it for.
LONG_LINES = {
    "sentences": ("", "A! ", ""),
    "stops in a word": ("x", ".", "y"),
    "comments": ("", "<!-- --> ", ""),
    "blanks after a relation": ("## Connections\n- cites: ", " ", "x"),
    "blanks after a bold lead": ("## Connections\n- **cites** ", " ", "x"),
    "blanks between two targets": ("## Connections\n- cites: [[A]]", " ", "x [[B]]"),
    "a Markdown link that never ends": ("[[a]](", ".", ""),
    "underscores in a heading": ("# a", "_", "b"),
    "brackets": ("", "[[", ""),
    "quotation marks": ('## Key Quotes\n> "', '"', " x"),
    "nested quotations": ("", "> ", "x"),
    "one heading again and again": ("", "## Same\n", ""),
    "links": ("", "[[A]] ", ""),
    "lists in lists": ("", "- ", "x"),
    "indentation": ("", " ", "- x"),
}


def line_of(piece, size):
    before, again, after = LONG_LINES[piece]
    return (before + again * (size // len(again)) + after).encode()


@pytest.mark.parametrize("piece", but(LONG_LINES, ["one heading again and again", "lists in lists"]))
def test_a_line_four_times_as_long_takes_at_most_eight_times_as_long(piece, newsroom):
    short, long = (limits.calls(parse, line_of(piece, size), "sources/page.md", newsroom) for size in (2_500, 10_000))

    assert long <= 8 * short
    with limits.processor(seconds=60):  # a pattern is one call: what takes the square of the length takes many minutes
        parse(line_of(piece, 200_000), "sources/page.md", newsroom)


# A pattern that takes the square of the length is seen at 200,000 characters already; what nests is the other thing that may end.
DEEP = {"brackets", "nested quotations", "lists in lists"}


@pytest.mark.parametrize(
    "piece", [pytest.param(one, marks=pytest.mark.full if one in DEEP else pytest.mark.nightly) for one in LONG_LINES]
)
def test_two_million_characters_of_one_kind_are_a_page(piece, newsroom):
    with limits.processor(seconds=60):
        page, _ = parse(line_of(piece, 2_000_000), "sources/page.md", newsroom)

    assert page.sections


PARSE_FOUR_TIMES = """
import sys
from kg.settings import dialect
from kg.parse.parse_page import parse

for before in ("", "## Key Claims\\n- ", "## Connections\\n- ", "## Key Quotes\\n> \\""):
    parse((before + sys.argv[1] * 60000).encode(), "p.md", dialect.load("newsroom"))
"""


@pytest.mark.parametrize(
    "piece",
    [
        "[[",
        "`",
        "``` `",
        "<!--",
        "<!-- ` --> ",
        "$",
        "$$",
        "- ",
        '> "',
        "# ",
        "[fact] ",
        "**",
        "(",
        " ",
        "—",
        " — ",
        "|",
        "|-",
        "\\",
    ],
)
def test_no_piece_repeated_is_slow(piece):
    done = subprocess.run(
        [sys.executable, "-c", PARSE_FOUR_TIMES, piece],
        timeout=60, check=False, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


CORPORA = (
    "newsroom-2026-08", "newsroom-2026-09-partial", "waytid-newsroom", "newsroom-syn100", "wangyanlin-llm-wiki-agent",
    "ekgardt-knowledge", "hyperv0id", "seed",
)  # fmt: skip


@pytest.mark.parametrize("corpus", but(CORPORA, ["hyperv0id", "newsroom-syn100"]))
def test_every_page_of_every_corpus_comes_back(shared, corpus):
    root = shared / "corpora" / corpus
    pages = {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*.md"))}

    assert render_all(stored(pages)) == pages


@pytest.mark.full
@settings(max_examples=CASES)
@given(st.lists(raw, min_size=2, max_size=4))
def test_many_pages_at_once_come_back(parts):
    check({f"sources/p{number}.md": data for number, data in enumerate(parts)})


def test_the_quads_are_the_same_in_any_order_of_pages():
    pages = {path.name: path.read_bytes() for path in PAGES[:6]}
    store = Store()
    store.load("".join(reversed(mapped(pages))).encode(), format=RdfFormat.N_QUADS)

    assert render_all(store) == pages


@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_the_exact_words_of_a_statement_stand_between_its_offsets(line):
    text = "\ufeff## Key Claims\n- [fact] A — one\n  two\n- [fact] B — three\n".replace("\n", line)
    places = {}
    for quad in stored({"sources/p.md": text.encode()}):
        name = quad.predicate.value.rpartition("#")[2]
        if name in ("exact", "start", "end"):
            places.setdefault(quad.subject.value, {})[name] = quad.object.value
    claims = [place for place in places.values() if "exact" in place]

    assert len(claims) == 2
    assert all(text[1:][int(claim["start"]) : int(claim["end"])] == claim["exact"] for claim in claims)
