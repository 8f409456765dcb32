"""What a statement says and who says it, as a reader sees them: code stays, dashes and commas of every script part."""

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from support.pages import mapped

from kg.rdf import names

PAGE = "---\ntitle: R\ntype: source\n---\n\n## {head}\n\n{line}\n"


def said(head, line, name):
    """The values of a property in the graph of a page with one line."""
    quads = parse("".join(mapped({"sources/r.md": PAGE.format(head=head, line=line).encode()})), RdfFormat.N_QUADS)
    wanted = NamedNode(names.expand(name))
    return {quad.object.value for quad in quads if quad.predicate == wanted}


@pytest.mark.parametrize(
    ("head", "line", "words"),
    [
        ("Key Claims", "- [fact] [[A]] — `![[x]]` embeds, `[[a|b]]` aliases [[A|the firm]]", "`![[x]]` embeds, `[[a|b]]` aliases the firm"),
        ("Key Claims", "- [fact] [[A]] — $$x [[y]]$$ holds", "$$x [[y]]$$ holds"),
        ("Key Quotes", '> "run `if [[ -z $a ]]; then` for [[B|him]]" — [[A]]', "run `if [[ -z $a ]]; then` for him"),
        ("Connections", "- cites: [[A]] — via `[[a|b]]` and [[C]]", "via `[[a|b]]` and C"),
    ],
)  # fmt: skip
def test_brackets_in_code_and_mathematics_are_no_links_in_what_a_statement_says(head, line, words):
    property_of = {"Connections": "schema:text"}.get(head, "schema:text")

    assert words in said(head, line, property_of)


@pytest.mark.parametrize(
    ("head", "line", "name"),
    [
        ("Key Quotes", "> “一”——王小明", "王小明"),
        ("Key Quotes", "> “二” — 王小明", "王小明"),
        ("Key Quotes", '> "three" ⸺ Ada', "Ada"),
        ("Key Claims", "- [fact] 王小明，主席 — a", "王小明"),
        ("Key Claims", "- [fact] سارة، المديرة — a", "سارة"),
        ("Key Claims", "- [fact] Grace Hopper （海軍） — a", "Grace Hopper"),
        ("Key Claims", "- [fact] Grace Hopper %%c%% — a", "Grace Hopper"),
        ("Key Claims", '- [fact] [Ada](https://e.org "the — first") — a', "Ada"),
        ("Key Claims", '- [fact] <span title="x — y">Grace Hopper</span> — a', "Grace Hopper"),
    ],
)
def test_a_name_ends_where_a_reader_of_its_script_sees_it_end(head, line, name):
    assert name in said(head, line, "foaf:name")


def test_a_dash_of_two_is_no_part_of_what_a_connection_says():
    assert said("Connections", "- cites: [[A]]——why", "schema:text") == {"why"}
