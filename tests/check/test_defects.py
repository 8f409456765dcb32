"""
Defects of known kind and place, injected into a synthetic wiki: what the rules find of them, and what else they say.

The wiki is made twice with one seed, once clean and once with defects; what counts is what is new in the second.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter

import pytest
from support.cases import filled, on_disk
from support.pages import BASE
from support.places import ROOT

from kg.check import validate
from kg.model.finding import Level

RULES = {
    "missing-grade": "claim-grade",
    "unknown-claimant": "link-dangling",
    "missing-prefix": "connection-relation",
    "defines-entity": "defines-concept",
    "broken-link": "link-dangling",
    "bad-date": "field-date",
    "empty-tags": "tags-empty",
    "composite-en": "claim-composite",
    "future-published": "dates-order",
    "absent-hub-source": "sources-declared",
    "missing-section": "section-required",
    "duplicate-claim": "claim-double",
}
TIER = os.environ.get("KG_TIER", "")
SIZES = {"": (50, 30, 60), "full": (300, 120, 240), "nightly": (1_000, 300, 600)}
# A section that is missing stands nowhere: the rule speaks of the page.
WHOLE_PAGE = {"missing-section"}
MANUAL = ROOT / "docs/consistency.md"
pytestmark = pytest.mark.tiered
TABLE = re.compile(r"(?<=<!-- defects BEGIN -->\n).*?(?=<!-- defects END -->)", re.DOTALL)


def made(shared, folder, sources, hubs, defects):
    """Return the findings of a synthetic wiki and the defects that were put into it."""
    command = [sys.executable, str(shared / "tools/gen_corpus.py"), str(folder), "--n-sources", str(sources)]
    subprocess.run([*command, "--n-hubs", str(hubs), "--defects", str(defects)], check=True, capture_output=True)
    wiki = folder / "wiki"
    report = validate.validate(filled(on_disk(wiki), wiki), BASE)
    return report.findings, json.loads((folder / "_truth.json").read_text(encoding="utf-8"))["defects"]


def new(before, after):
    """Return the findings that the first run does not have; lines may have moved, pages and words not."""
    known = Counter((one.span.path, one.rule, one.message) for one in before)
    found = []
    for one in after:
        key = (one.span.path, one.rule, one.message)
        known[key] -= 1
        if known[key] < 0:
            found.append(one)
    return found


def hits(defect, findings):
    """Return the findings of the defect's own rule at its line."""
    path, line = f"{defect['page']}.md", 1 if defect["kind"] in WHOLE_PAGE else defect["line"]
    return [one for one in findings if (one.span.path, one.span.line, one.rule) == (path, line, RULES[defect["kind"]])]


@pytest.fixture(scope="module")
def runs(shared, tmp_path_factory):
    """The new findings and the defects of one size of wiki."""
    folder = tmp_path_factory.mktemp("defects")
    sources, hubs, defects = SIZES[TIER]
    before, none = made(shared, folder / "clean", sources, hubs, 0)
    after, injected = made(shared, folder / "broken", sources, hubs, defects)
    assert none == []
    return new(before, after), injected


def row(kind, injected, found):
    """Return one row of the table: defects, those found at their line, new findings of the rule, and both as shares."""
    mine = [defect for defect in injected if defect["kind"] == kind]
    others = [d for d in injected if RULES[d["kind"]] == RULES[kind] and d["kind"] != kind]
    known = {one for defect in others for one in hits(defect, found)}
    said = [one for one in found if one.rule == RULES[kind] and one not in known]
    caught = [defect for defect in mine if hits(defect, found)]
    right = {one for defect in mine for one in hits(defect, found)}
    recall, precision = len(caught) / len(mine), len(right) / max(1, len(said))
    return (
        f"| {kind} | `{RULES[kind]}` | {len(mine)} | {len(caught)} | {len(said)} | {recall:.0%} | {precision:.0%} |\n"
    )


def test_every_kind_of_defect_is_found_at_its_line_once_and_nothing_is_accused_of_it(runs, request):
    found, injected = runs
    head = "| defect | rule | injected | found at its line | new findings of the rule | recall | precision |\n"
    table = head + "|---|---|---|---|---|---|---|\n" + "".join(row(kind, injected, found) for kind in RULES)

    assert {defect["kind"] for defect in injected} == set(RULES)
    assert table.count("| 100% | 100% |") == len(RULES), table
    places = Counter((defect["page"], defect["line"], RULES[defect["kind"]]) for defect in injected)
    for (page, line, rule), number in places.items():  # the tool may put several defects into one line
        at = next(d for d in injected if (d["page"], d["line"], RULES[d["kind"]]) == (page, line, rule))
        assert len(hits(at, found)) == number, at
    if not TIER:
        text = MANUAL.read_text(encoding="utf-8")
        if request.config.getoption("--update"):
            MANUAL.write_text(TABLE.sub(table, text), encoding="utf-8")
        assert TABLE.findall(MANUAL.read_text(encoding="utf-8")) == [table]


def test_what_else_is_new_is_no_violation(runs):
    found, injected = runs
    known = {one for defect in injected for one in hits(defect, found)}

    assert [one for one in found if one not in known and one.level is Level.VIOLATION] == []
