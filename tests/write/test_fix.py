"""A certain fix makes its finding go away and changes nothing else; `kg fix` shows it, and writes it on request."""

import json
import shutil
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store
from support.cases import RULES, case, laid_out
from support.commands import kg
from support.pages import mapped

from kg.model.finding import Edit, Finding, Span
from kg.settings import dialect
from kg.write import fix

NEWSROOM = dialect.load("newsroom")
FRONT = "---\ntitle: {title}\ntype: {kind}\ntags: [x]\nlast_updated: {date}\n---\n\n"


@pytest.fixture
def mended(report):
    """Return a function that gives the files after the certain fixes, and the findings before and after."""

    def mend(files, rule=None):
        before = report(files).findings
        chosen = [finding for finding in before if rule in (None, finding.rule)]
        fixed = fix.fix(laid_out(files), chosen, NEWSROOM)
        after = {**files, **{page.path: page.new for page in fixed.pages}}
        return after, before, report(after).findings

    return mend


def named(findings):
    return sorted(f"{finding.span.path} {finding.rule} {finding.message}" for finding in findings)


@pytest.mark.parametrize("rule", RULES)
def test_the_edits_of_a_rule_mend_it_and_cause_nothing_new(rule, mended):
    _, files = case(rule, "fail")
    pages = {path: data for path, data in files.items() if path.endswith(".md")}
    after, before, left = mended(pages, rule)

    if after == pages:
        assert not [finding for finding in before if finding.rule == rule and finding.edits]
    else:
        assert [finding for finding in left if finding.rule == rule] == []
        assert set(named(left)) <= set(named(before))


WRONG = FRONT.format(title="Case", kind="concept", date="2026/3/1") + (
    "## Overview\n\nSee [[openweights]], [[Acme Lab#Overview]] and [[janedoe|Jane]].\n\n"
    "## Connections\n- [[AcmeLab]] — maker\n-  [[JaneDoe]] — author\n- [[AcmeLab]] — maker\n"
)
RIGHT = FRONT.format(title="Case", kind="concept", date="2026-03-01") + (
    "## Overview\n\nSee [[OpenWeights|openweights]], [[AcmeLab#Overview|Acme Lab]] and [[JaneDoe|Jane]].\n\n"
    "## Connections\n- [[AcmeLab]] — maker\n- [[JaneDoe]] — author\n"
)


def base(files):
    _, clean = case("claim-grade", "pass")
    return {**{path: data for path, data in clean.items() if path.split("/")[0] != "sources"}, **files}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_is_certain_is_mended_and_the_rest_of_the_page_stays_byte_for_byte(newline, mended):
    path = "concepts/Case.md"
    after, _, left = mended(base({path: WRONG.replace("\n", newline).encode()}))

    assert after[path].decode() == RIGHT.replace("\n", newline)
    assert not [one.rule for one in left if one.span.path == path and (one.edits or one.rule == "line-canonical")]


@pytest.mark.parametrize("date", ["03/04/2026", "2026/13/01", "2026-2-30", "1 March 2026", "2026/03", "26/3/1"])
def test_a_date_that_could_be_another_day_or_none_is_left_to_its_author(date, mended):
    page = FRONT.format(title="Case", kind="concept", date=date).encode()
    after, before, _ = mended(base({"concepts/Case.md": page}))

    assert "field-date" in {finding.rule for finding in before}
    assert after["concepts/Case.md"] == page


FAULTS = {
    "a key twice in the same words": (
        "---\ntitle: A note\ntags: [law]\ntags: [law]\n---\n\nText.\n",
        "---\ntitle: A note\ntags: [law]\n---\n\nText.\n",
    ),
    "a list twice in the same words": (
        "---\ntags:\n- law\n- press\ntitle: A note\ntags:\n- law\n- press\n---\n\nText.\n",
        "---\ntags:\n- law\n- press\ntitle: A note\n---\n\nText.\n",
    ),
    "tabs": (
        "---\ntitle: A note\ntags:\n\t- law\n\t- press\n---\n\nText.\n",
        "---\ntitle: A note\ntags:\n  - law\n  - press\n---\n\nText.\n",
    ),
    "other ends of lines": ("---\ntitle: A note\ntags: [law]\n---\n\nOne\r\ntwo\r\n", None),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_that_the_parser_names_is_mended_where_only_one_mending_is_right(fault, mended):
    wrong, right = FAULTS[fault]
    path = "notes/note.md"
    after, before, left = mended(base({path: wrong.encode()}))

    assert after[path].decode() == (right or wrong.replace("\r\n", "\n"))
    assert len([one for one in left if one.span.path == path]) < len([one for one in before if one.span.path == path])


LEFT = {
    "a key twice in other words": "---\ntitle: A note\ntags: [law]\ntags: [press]\n---\n\nText.\n",
    "a tab inside of a text": "---\ntitle: A note\ntext: |\n\tone\n---\n\nText.\n",
    "a lone carriage return": "---\ntitle: A note\ntags: [law]\n---\n\nOne\rtwo\r\nthree\n",
}


@pytest.mark.parametrize("fault", sorted(LEFT))
def test_a_fault_that_has_more_than_one_mending_is_left_to_its_author(fault, mended):
    page = LEFT[fault].encode()
    after, before, _ = mended(base({"notes/note.md": page}))

    assert [one for one in before if one.span.path == "notes/note.md"]
    assert after["notes/note.md"] == page


def test_edits_that_overlap_wait_for_the_next_run():
    def found(rule, start, end):
        return Finding(Span("a.md", 1, start), rule, "wrong", edits=(Edit(Span("a.md", 1, start, 1, end), "X"),))

    store = Store()
    store.bulk_load(input="".join(mapped({"a.md": b"abcdef\n"})).encode(), format=RdfFormat.N_QUADS)
    fixed = fix.fix(store, [found("one", 1, 4), found("two", 3, 5), found("three", 5, 6)], NEWSROOM)

    assert [(page.path, page.new) for page in fixed.pages] == [("a.md", b"XdXf\n")]
    assert [one.rule for one in fixed.findings] == ["one", "three"]
    assert fixed.left == 1


# ---- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fixable_once(tmp_path_factory):
    place = tmp_path_factory.mktemp("fixable")
    files = base({"concepts/Case.md": WRONG.encode()})
    for path, data in files.items():
        (place / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (place / "wiki" / path).write_bytes(data)
    (place / "kg.toml").write_text('wiki = "wiki"\ndialect = "newsroom"\n')
    kg("ingest", cwd=place, code=0)
    return place


@pytest.fixture
def fixable_wiki(fixable_once, tmp_path):
    return Path(shutil.copytree(fixable_once, tmp_path, dirs_exist_ok=True))


def test_a_fix_is_shown_as_a_diff_and_nothing_is_written(fixable_wiki):
    done = kg("fix", cwd=fixable_wiki, code=1)

    assert "-See [[openweights]], [[Acme Lab#Overview]] and [[janedoe|Jane]].\n" in done.stdout
    assert "+See [[OpenWeights|openweights]], [[AcmeLab#Overview|Acme Lab]] and [[JaneDoe|Jane]].\n" in done.stdout
    assert "nothing is written without --write" in done.stderr
    assert (fixable_wiki / "wiki/concepts/Case.md").read_bytes() == WRONG.encode()


def test_a_fix_is_written_and_ingested_on_request_and_then_there_is_nothing_left(fixable_wiki):
    done = kg("fix", "--write", cwd=fixable_wiki, code=0)

    assert "generation 2" in done.stderr
    assert (fixable_wiki / "wiki/concepts/Case.md").read_bytes() == RIGHT.encode()
    assert kg("fix", cwd=fixable_wiki, code=0).stdout == ""
    assert json.loads(kg("ingest", "--json", cwd=fixable_wiki, code=0).stdout)["changed"] == []


def test_a_rule_or_a_folder_narrows_the_fix(fixable_wiki):
    one = kg("fix", "--rule", "field-date", "--json", cwd=fixable_wiki, code=1)

    assert [finding.split(": ")[-1] for finding in json.loads(one.stdout)["findings"]] == ["field-date"]
    assert kg("fix", "entities", cwd=fixable_wiki, code=0).stdout == ""
    assert "there is no rule 'no-rule'" in kg("fix", "--rule", "no-rule", cwd=fixable_wiki, code=2).stderr


def test_a_page_that_changed_meanwhile_is_not_touched(fixable_wiki):
    page = fixable_wiki / "wiki/concepts/Case.md"
    page.write_bytes(page.read_bytes() + b"\nMore.\n")
    done = kg("fix", "--write", cwd=fixable_wiki, code=1)

    assert ": changed since it was ingested: it was " in done.stderr
    assert " and is now ''; run `kg ingest`, then try again" in done.stderr
    assert page.read_bytes() == WRONG.encode() + b"\nMore.\n"


OTHERS = {
    "claim-double": "sources/case.md:17:1",
    "claim-repeated": "sources/case.md:17:1",
    "claim-two-grades": "sources/case.md:17:1",
    "connection-double": "sources/case.md:21:1",
    "contradiction-one-sided": "sources/open-weights-report.md:1:1",
    "grounding-circular": "overviews/licensing.md:9:24",
    "hub-stale": "sources/open-weights-report.md:1:1",
    "name-twin": "concepts/Open-Weight.md:1:1",
    "page-homonym": "concepts/Licensing.md:1:1",
    "retracted-cited": "sources/lost.md:1:1",
    "retracted-upstream": "sources/lost.md:1:1",
    "section-double": "concepts/Licensing.md:13:1",
    "title-duplicate": "sources/case.md:1:1",
    "upstream-stale": "sources/open-weights-report.md:1:1",
    "url-duplicate": "sources/another-case.md:1:1",
}


@pytest.mark.parametrize("rule", sorted(OTHERS))
def test_a_finding_about_two_places_names_the_other(rule, report):
    _, files = case(rule, "fail")
    (found,) = [one for one in report(files).findings if one.rule == rule]

    assert [str(one.span) for one in found.related] == [OTHERS[rule]]
    assert all(one.words for one in found.related)
