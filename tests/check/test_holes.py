"""What the newsroom's own lint lets pass, or reads wrong: each hole of its list, and that ours has none there."""

import re

import pytest
from pyoxigraph import NamedNode
from support.cases import case, clean_wiki, filled
from support.pages import BASE, stored
from support.places import ROOT

from kg.check import validate
from kg.model.finding import Level
from kg.rdf import names

KG = ROOT / "kg"
PAGE = "sources/case.md"


@pytest.fixture
def found(tmp_path):
    """Return a function that gives path, line and rule of what is wrong with pages laid over the clean wiki."""

    def check(pages):
        report = validate.validate(filled({**clean_wiki(), **pages}, tmp_path), BASE)
        return [(f.span.path, f.span.line, f.rule) for f in report.findings if f.level is not Level.INFO]

    return check


def source(right="", wrong=""):
    """Return the source page that is clean, with one thing in it changed."""
    text = case("link-alias", "pass")[1][PAGE].decode()
    assert right in text
    return text.replace(right, wrong, 1).encode()


CLAIM = "- [fact] [[AcmeLab]] — released the weights of its model"


def test_each_of_three_broken_sources_is_a_violation(found):
    pages = {f"sources/case-{n}.md": source("- [fact]", "- [rumour]").replace(b"/case", b"/%d" % n) for n in range(3)}

    assert [(path, rule) for path, _, rule in found(pages) if rule == "claim-grade"] == [
        (path, "claim-grade") for path in pages
    ]


def test_a_claim_with_another_bullet_is_a_claim(found):
    assert "claim-grade" in {rule for _, _, rule in found({PAGE: source(CLAIM, "* [rumour] [[AcmeLab]] — is closed")})}


def test_a_claim_without_a_bullet_is_reported(found):
    rules = {rule for _, _, rule in found({PAGE: source(CLAIM, CLAIM.removeprefix("- "))})}

    assert "section-unread" in rules


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        ("link-dangling", "the maker", "the maker, see [[nobody#Key Claims|there]]"),
        ("claimant-several", "[fact] [[AcmeLab]]", "[fact] [[AcmeLab]] and [[JaneDoe]]"),
        ("claim-two-grades", CLAIM, f"{CLAIM}\n{CLAIM.replace('fact', 'analysis')}"),
        ("field-date", "published: 2026-01-10", "published: 2025-19-39"),
        ("dates-order", "published: 2026-01-10", "published: 2026-02-10"),
        ("page-type", "type: source", "type: sauce"),
        ("url-duplicate", "https://example.org/case", "https://example.org/open-weights-report"),
        ("link-nested", "the maker", "[[AcmeLab|the [[OpenWeights]] maker]]"),
        ("markup-leak", "the maker", "the maker </invoke>"),
        ("placeholder", "the maker", "_TODO: one line on the relation_"),
    ],
)
def test_what_passes_there_is_reported_here(rule, right, wrong, found):
    assert rule in {rule for _, _, rule in found({PAGE: source(right, wrong)})}


def test_two_pages_of_one_name_are_reported(found):
    twin = clean_wiki()["concepts/OpenWeights.md"].replace(b"type: concept", b"type: entity\nkind: product")

    assert ("page-homonym") in {rule for _, _, rule in found({"entities/OpenWeights.md": twin})}


def test_a_theme_that_names_a_missing_source_is_reported(found):
    theme = b"""---
title: A theme
type: contradiction
sources: [open-weights-report, nowhere-to-be-found]
last_updated: 2026-01-12
---

## Opposing Positions
"""

    assert ("contradictions/Theme.md", 4, "sources-declared") in found({"contradictions/Theme.md": theme})


def test_a_comment_behind_a_date_is_legal(found):
    assert found({PAGE: source("scraped: 2026-01-12", "scraped: 2026-01-12  # read late")}) == found({PAGE: source()})


def objects(pages, word):
    """Return what the pages say by one property."""
    quads = stored(pages).quads_for_pattern(None, NamedNode(names.expand(word)), None)
    return sorted(quad.object.value for quad in quads)


def test_a_comma_in_quotes_divides_no_tag():
    assert objects({PAGE: b'---\ntags: ["weights, open"]\n---\n'}, "schema:keywords") == ["weights, open"]


def test_a_link_in_a_code_block_is_no_link():
    assert objects({PAGE: b"```\n[[AcmeLab]]\n```\n"}, "nr:slug") == ["case"]


def test_an_escaped_bar_in_a_table_loses_no_link():
    table = b"| who | what |\n|---|---|\n| [[AcmeLab\\|the lab]] | [[OpenWeights\\|weights]] |\n"

    assert objects({"notes/table.md": table}, "nr:alias") == ["the lab", "weights"]


def test_a_second_relation_to_a_page_does_not_replace_the_first():
    page = b"---\ntype: source\n---\n\n## Connections\n\n- cites: [[AcmeLab]] - one\n- contradicts: [[AcmeLab]] - two\n"

    assert objects({PAGE: page}, "nr:cites") == objects({PAGE: page}, "nr:contradicts") == [f"{BASE}id/AcmeLab"]


def test_no_verdict_depends_on_the_day():
    readers = re.compile(r"\.(?:now|today|utcnow)\(|\btime\.time\(")
    asking = {path.name for path in KG.rglob("*.py") if readers.search(path.read_text(encoding="utf-8"))}

    assert (
        asking & {"validate.py", "rules.py", "places.py", "triples.py", "traits.py", "common.py", "check.py"} == set()
    )


def test_a_clean_wiki_passes_as_it_is(found):
    assert found({}) == []
