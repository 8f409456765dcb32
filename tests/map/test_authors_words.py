"""What the graph says in an author's words is what the author wrote: no hidden form, no word that the page lacks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse
from support.noise import texts
from support.pages import mapped

from kg.rdf import names
from kg.settings import dialect

# The properties that hold words of a page as they stand there; a name (foaf:name) is what a reader sees of them.
WRITTEN = ["nr:alias", "nr:anchor", "nr:dateText", "nr:exact", "nr:gap", "nr:gradeText", "nr:key", "nr:label", "nr:markup", "nr:number", "nr:qualifier", "nr:raw", "nr:relationText", "nr:saidByText", "nr:scope", "nr:slug", "nr:star", "nr:targetText", "nr:verbatim", "nr:voiceRole"]  # fmt: skip
HIDDEN = ("`code`", "``a ` b``", "$x^2$", "$$y$$", "<!-- said -->", "`[[A]]`", "%% aside %%", "`\n`")
WORDS = (
    "cites",
    "Ann Lee",
    "—",
    "[[A]]",
    "[[B|b]]",
    "**",
    "(",
    ")",
    ' ON "',
    '"',
    ":",
    " ",
    " — ",
    "→",
    "text",
    "\n  ",
    ", ",
)
LINES = (
    "- ",
    "- [fact] ",
    "> ",
    '> "',
    "1. ",
    "- **",
    "- [[A]] (",
    '- [[A]] ON "',
    "- cites: ",
    "",
    "TODO: ",
    "this page ",
    "| a |",
)
HEADS = (
    "## Key Claims\n",
    "## Connections\n",
    "## Key Quotes\n",
    "## Path\n",
    "## Contradictions\n",
    "### A `code` head\n",
    "",
)

line = st.tuples(st.sampled_from(LINES), st.lists(st.sampled_from(HIDDEN + WORDS), max_size=8).map("".join)).map(
    "".join
)
page = st.lists(st.tuples(st.sampled_from(HEADS), line).map("".join), max_size=8).map("\n".join)


def literals(pages, spoken):
    """Return the predicate and the text of every literal that the pages become."""
    quads = parse("".join(mapped(pages, dialect_name=spoken)).encode(), format=RdfFormat.N_QUADS)
    return [(quad.predicate.value, quad.object.value) for quad in quads if hasattr(quad.object, "datatype")]


def blanks_joined(text):
    return " ".join(text.split())


@given(
    st.one_of(page, texts), st.sampled_from(dialect.available()), st.sampled_from(["", "type: source", "type: trail"])
)
def test_no_literal_holds_what_the_page_does_not(text, spoken, front):
    data = f"---\n{front}\n---\n{text}" if front else text
    own = blanks_joined(data.replace("\x00", ""))
    written = f"sources/page.md {own} " + own.replace("\\|", "|")

    for predicate, said in literals({"sources/page.md": data.encode()}, spoken):
        assert "\x00" not in said or "\x00" in data, predicate
        if predicate in {names.expand(name) for name in WRITTEN}:
            assert blanks_joined(said.replace("\x00", "")) in written, predicate


@pytest.mark.parametrize(
    ("line", "predicate", "words"),
    [
        ("- **the `x` group** — [[A]] · [[B]]", "nr:label", "the `x` group"),
        ('- cites: [[A]] ON "the `x` flag" — how', "nr:scope", "the `x` flag"),
        ("- cites: [[A]] (by `x`) — how", "nr:qualifier", "by `x`"),
        ("- uses `x` of: [[A]] — how", "nr:relationText", "uses `x` of"),
        ("- uses $x$ of: [[A]] — how", "nr:relationText", "uses $x$ of"),
    ],
)
@pytest.mark.parametrize("spoken", dialect.available())
def test_inline_code_in_a_connection_is_kept_as_its_author_wrote_it(line, predicate, words, spoken):
    front = "type: synthesis" if predicate == "nr:label" else "type: source"
    said = literals({"page.md": f"---\n{front}\n---\n## Connections\n\n{line}\n".encode()}, spoken)

    assert "\x00" not in "".join(text for _, text in said)
    assert (names.expand(predicate), words) in said or not any(one == names.expand(predicate) for one, _ in said)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("See [x](../../raw/`a`.pdf).", "../../raw/`a`.pdf"),
        ("- TODO say `how`", "TODO say `how`"),
        ("Words <tool_use a=`b`> here.", "<tool_use a=`b`>"),
        ("[[A|`x` [[B", "[[A|`x` [[B"),
    ],
)
def test_a_flaw_with_code_in_it_is_said_in_its_authors_words(line, words):
    assert ("markup", words) in [
        (predicate.rpartition("#")[2], text)
        for predicate, text in literals({"hubs/page.md": f"{line}\n".encode()}, "newsroom")
    ]
