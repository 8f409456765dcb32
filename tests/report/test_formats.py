"""Findings in every format: what a person, an editor and a build server read, held against those who read it."""

import html
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from sarif_pydantic import Sarif
from support.commands import kg
from support.tier import CASES
from wcwidth import wcswidth

from kg.cli import validate
from kg.model.finding import Edit, Finding, Level, Related, Span, Suppressed
from kg.model.rule import Rule
from kg.report import as_github, as_junit, as_sarif, as_text
from kg.report import reported as report
from kg.report.excerpt import excerpt
from kg.report.reported import Reported

PAGE = ["---", "title: A", "---", "- [fact] 新华社 — 说 [[OpenWeights]] 开放", "\tx\u0301y [[Gone]] 👩‍👩‍👧 [[Away]]"]
LINK = Finding(
    Span("a b/ä.md", 5, 6, 5, 14), "link-dangling", "'[[Gone]]' leads to no page; did you mean [[Done]]?",
    hint="Nothing in the wiki has this name.", edits=(Edit(Span("a b/ä.md", 5, 8, 5, 12), "Done"),),
    related=(Related(Span("b.md", 1, 1), "the page that was meant"),),
)  # fmt: skip
ABSENT = Finding(Span("a b/ä.md", 1, 1), "tags-empty", "the page has no tag; write one", Level.WARNING)
NOTE = Finding(Span("b.md", 9, 2), "line-canonical", "not in the canonical form", Level.INFO)
RULES = (Rule("tags-empty", Level.WARNING, "the page has no tag", "Tags name clusters.", "https://w3id.org/x"),)


def reported(*findings, lines=PAGE, threshold=Level.VIOLATION):
    return Reported(
        findings, threshold, ("theme-claim",), RULES, lambda path: lines if path == "a b/ä.md" else (), "wiki/"
    )


texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\x00\x1b\x85\u2028\ufffe\"'<>&]:,%;\r\n|"))
)
spans = st.builds(
    Span, texts.filter(bool), st.integers(0, 6), st.integers(0, 30), st.integers(0, 8), st.integers(0, 40)
)
findings = st.builds(
    Finding, spans, st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8}){0,2}", fullmatch=True), texts, st.sampled_from(Level), texts,
    texts, texts, st.lists(st.builds(Edit, spans, texts), max_size=2).map(tuple),
    st.lists(st.builds(Related, spans, texts), max_size=2).map(tuple),
)  # fmt: skip
many = st.lists(findings, max_size=5).map(lambda found: reported(*sorted(found)))


# ---- more than a reader takes ----------------------------------------------------------------------------------------


def test_of_more_results_than_a_run_may_have_the_worst_are_written_and_the_rest_is_counted(monkeypatch):
    monkeypatch.setattr(as_sarif, "MOST", 3)
    silenced = Suppressed(LINK, "known", Span("b.md", 2, 1))
    many = replace(reported(NOTE, ABSENT, LINK, NOTE, LINK), suppressed=(silenced,), known=(LINK,))

    run = json.loads(as_sarif.sarif(many))["runs"][0]

    assert [one["level"] for one in run["results"]] == ["warning", "error", "error"]
    assert all("suppressions" not in one for one in run["results"])
    said = [one["message"]["text"] for one in run["invocations"][0]["toolConfigurationNotifications"]]
    assert said[-1].startswith("4 more results are left out")


def test_as_many_results_as_a_run_may_have_are_all_written(monkeypatch):
    monkeypatch.setattr(as_sarif, "MOST", 2)

    run = json.loads(as_sarif.sarif(reported(NOTE, LINK)))["runs"][0]

    assert len(run["results"]) == 2
    assert "left out" not in json.dumps(run["invocations"])


# ---- the author's line -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "end", "words"),
    [(10, 13, "新华社"), (18, 33, "[[OpenWeights]]"), (1, 2, "-"), (34, 36, "开放")],
)
def test_the_mark_stands_under_the_part_where_characters_are_wide(column, end, words):
    line, mark = excerpt(PAGE, Span("a.md", 4, column, 4, end), 3)

    assert line == f"  4 | {PAGE[3]}"
    before, _, _ = line.partition(words)
    assert (mark.index("^"), mark.count("^")) == (wcswidth(before), wcswidth(words))


def test_tabs_combining_letters_and_families_of_emoji_take_the_cells_that_a_terminal_gives_them():
    line, mark = excerpt(PAGE, Span("a.md", 5, 21, 5, 29))

    before, found, _ = line.partition("[[Away]]")
    assert found
    assert mark.index("^") == wcswidth(before)
    assert mark.count("^") == 8


def test_a_long_line_is_cut_around_the_part():
    words = "字" * 5000 + "[[Gone]]" + "x" * 5000
    line, mark = excerpt([words], Span("a.md", 1, 5001, 1, 5009))

    before, found, after = line.partition("[[Gone]]")
    assert found
    assert (before[4], after[-1]) == ("…", "…")
    assert wcswidth(line) < 130
    assert mark.index("^") == wcswidth(before)


def test_what_a_terminal_would_obey_is_spelled_out():
    line, mark = excerpt(["a\x1b[31mb\u202ec"], Span("a.md", 1, 7, 1, 8))

    assert line == "1 | a\\u{1b}[31mb\\u{202e}c"
    assert mark.index("^") == line.index("mb") + 1


def test_a_finding_about_the_whole_page_has_no_line_and_one_outside_neither():
    assert excerpt(PAGE, Span("a.md", 1, 1)) == []
    assert excerpt(PAGE, Span("a.md", 99, 1)) == []
    assert excerpt(PAGE, Span("a.md")) == []


def test_a_part_of_several_lines_is_marked_to_the_end_of_its_first():
    assert excerpt(["ab", "cd"], Span("a.md", 1, 2, 2, 2)) == ["1 | ab", "  |  ^…"]


@given(line=texts.filter(lambda words: "\n" not in words), column=st.integers(0, 300), end=st.integers(0, 300))
def test_any_line_has_a_mark_in_one_terminal_line(line, column, end):
    for shown in excerpt(["", line], Span("a.md", 2, column, 2, end)):
        assert wcswidth(shown) >= 0
        assert wcswidth(shown) < 250


# ---- text ------------------------------------------------------------------------------------------------------------


def test_a_finding_in_full():
    assert as_text.full(reported(ABSENT, LINK, NOTE), Level.WARNING) == (
        "a b/ä.md:1:1: warning: the page has no tag; write one [tags-empty]\n"
        "a b/ä.md:5:6: violation: '[[Gone]]' leads to no page; did you mean [[Done]]? [link-dangling]\n"
        f"  5 |     {PAGE[4][1:]}\n"
        "    |        ^^^^^^^^\n"
        "    = see b.md:1:1: the page that was meant\n"
        "    = fix a b/ä.md:5:8: write 'Done'\n"
        "    = help: Nothing in the wiki has this name.\n"
        "info: 1 finding of [line-canonical], first b.md:9:2; --show info lists them\n"
    )


def test_the_help_of_a_rule_is_given_once():
    assert as_text.full(reported(LINK, LINK)).count("= help:") == 1


def test_a_finding_in_one_line_is_the_same_without_what_stands_below_it():
    full = as_text.full(reported(ABSENT, LINK, NOTE))

    assert as_text.concise(reported(ABSENT, LINK, NOTE)) == "".join(
        f"{line}\n" for line in full.splitlines() if not line.startswith("  ")
    )


def test_colours_add_nothing_but_colours():
    found = reported(ABSENT, LINK, NOTE)

    assert re.sub(r"\x1b\[[0-9;]*m", "", as_text.full(found, colour=True)) == as_text.full(found)


def test_the_table_counts_rules_worst_first_and_folders():
    assert as_text.table(reported(ABSENT, LINK, LINK, NOTE)) == (
        "level      rule            findings  pages  first\n"
        "violation  link-dangling          2      1  a b/ä.md:5:6\n"
        "warning    tags-empty             1      1  a b/ä.md:1:1\n"
        "info       line-canonical         1      1  b.md:9:2\n"
        "\n"
        "findings  folder\n"
        "       3  a b\n"
        "       1  .\n"
    )


@settings(max_examples=CASES // 4)
@given(found=many)
def test_no_finding_brings_a_line_or_a_control_of_its_own_into_text(found):
    lines = as_text.concise(found).split("\n")

    assert len(lines) == len(found.findings) + 1
    for text in (as_text.concise(found), as_text.full(found), as_text.table(found)):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", text)


# ---- JSON, SARIF -----------------------------------------------------------------------------------------------------


def test_json_has_the_keys_of_the_contract():
    found = json.loads(report.as_json(reported(ABSENT, LINK, threshold=Level.WARNING)))

    assert (found["ok"], found["conforms"]) == (False, False)
    assert found["counts"] == {"violation": 1, "warning": 1, "info": 0}
    assert found["findings"][1] == {
        "path": "a b/ä.md", "line": 5, "column": 6, "end_line": 5, "end_column": 14, "level": "violation",
        "rule": "link-dangling", "message": LINK.message, "focus": "", "value": "", "hint": LINK.hint,
        "edits": [{"path": "a b/ä.md", "line": 5, "column": 8, "end_line": 5, "end_column": 12, "text": "Done"}],
        "related": [
            {"path": "b.md", "line": 1, "column": 1, "end_line": 1, "end_column": 1, "words": "the page that was meant"}
        ],
        "fingerprint": found["findings"][1]["fingerprint"],
    }  # fmt: skip


def test_sarif_says_the_rule_the_place_the_line_the_fix_and_the_other_place():
    (run,) = json.loads(as_sarif.sarif(reported(LINK, LINK)))["runs"]
    first, second = run["results"]

    location = first["locations"][0]["physicalLocation"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["link-dangling", "tags-empty"]
    assert run["tool"]["driver"]["rules"][1]["helpUri"] == "https://w3id.org/x"
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("link-dangling", 0, "error")
    assert location["artifactLocation"] == {"uri": "wiki/a%20b/%C3%A4.md", "uriBaseId": "%SRCROOT%"}
    assert location["region"] == {
        "startLine": 5, "startColumn": 6, "endLine": 5, "endColumn": 14, "snippet": {"text": PAGE[4][5:13]},
    }  # fmt: skip
    assert location["contextRegion"] == {"startLine": 5, "snippet": {"text": PAGE[4]}}
    assert first["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": "Done"}
    assert first["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "wiki/b.md"
    assert second["partialFingerprints"]["newsroomKg/v1"] == first["partialFingerprints"]["newsroomKg/v1"] + "/2"
    assert [one["associatedRule"]["id"] for one in run["invocations"][0]["toolConfigurationNotifications"]] == [
        "theme-claim"
    ]


def test_sarif_of_a_very_long_line_has_the_part_alone():
    line = "x" * 10_000 + "[[Gone]]"
    finding = Finding(Span("a b/ä.md", 1, 10_001, 1, 10_009), "link-dangling", "no page")
    (run,) = json.loads(as_sarif.sarif(reported(finding, lines=[line])))["runs"]

    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert location["region"]["snippet"] == {"text": "[[Gone]]"}
    assert "contextRegion" not in location


@settings(max_examples=CASES // 4)
@given(found=many)
def test_any_finding_makes_sarif_that_an_independent_reader_accepts(found):
    read = Sarif.model_validate_json(as_sarif.sarif(found))

    assert [one.rule_id for one in read.runs[0].results] == [one.rule for one in found.findings]
    assert json.loads(report.as_json(found))["findings"] == json.loads(report.as_json(found))["findings"]


# ---- JUnit -----------------------------------------------------------------------------------------------------------


def test_junit_has_a_suite_for_a_page_and_a_failure_for_what_fails():
    read = JUnitXml.fromstring(as_junit.junit(reported(ABSENT, LINK, NOTE)).encode())

    assert (read.tests, read.failures, read.errors) == (3, 1, 0)
    assert [(suite.name, suite.tests, suite.failures) for suite in read] == [
        ("wiki/a b/ä.md", 2, 1),
        ("wiki/b.md", 1, 0),
    ]
    (case,) = [case for suite in read for case in suite if case.result]
    assert (case.name, case.classname) == ("link-dangling at 5:6", "wiki/a b/ä.md")
    assert (case.result[0].type, case.result[0].message) == ("violation", LINK.message)


def test_junit_of_a_clean_wiki_is_a_case_that_passes():
    read = JUnitXml.fromstring(as_junit.junit(reported()).encode())

    assert (read.tests, read.failures, [case.name for suite in read for case in suite]) == (1, 0, ["no finding"])


@settings(max_examples=CASES // 4)
@given(found=many)
def test_any_finding_makes_junit_that_an_independent_reader_counts_alike(found):
    read = JUnitXml.fromstring(as_junit.junit(found).encode())

    failed = sum(one.level is Level.VIOLATION for one in found.findings)
    assert read.tests == sum(suite.tests for suite in read) == max(1, len(found.findings))
    assert read.failures == sum(suite.failures for suite in read) == failed


# ---- GitHub ----------------------------------------------------------------------------------------------------------


def test_an_annotation_has_the_place_below_the_repository():
    assert as_github.annotations(reported(LINK)).splitlines() == [
        "::error file=wiki/a b/ä.md,line=5,col=6,endLine=5,endColumn=14,title=link-dangling::" + LINK.message,
        "1 violation, 0 warnings, 0 infos",
    ]


def test_no_more_annotations_are_made_than_github_shows_and_the_rest_is_counted():
    lines = as_github.annotations(reported(*[LINK] * 13, *[ABSENT] * 11)).splitlines()

    assert [sum(line.startswith(f"::{kind} ") for line in lines) for kind in ("error", "warning")] == [10, 10]
    assert [line for line in lines if "more" in line] == [
        "3 more violations: see the summary of this step", "1 more warning: see the summary of this step",
    ]  # fmt: skip


@settings(max_examples=CASES // 4)
@given(found=many)
def test_any_finding_is_one_annotation_of_one_line_and_its_words_come_back(found):
    lines = as_github.annotations(found).split("\n")
    commands = [re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line) for line in lines if line[:2] == "::"]

    assert len(lines) <= len(found.findings) + 3
    assert all(commands)
    for command in commands:
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        assert {"file", "line", "col", "title"} <= set(properties)


@given(words=texts)
def test_the_summary_of_a_step_is_a_table_whatever_the_words_are(words):
    found = reported(Finding(Span("a.md", 1, 1), "some-rule", words))
    row = as_github.step_summary(found).splitlines()[-1]

    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 4
    assert "<" not in html.unescape(row).replace(html.unescape(row), "")


# ---- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path):
    (tmp_path / "wiki/sources").mkdir(parents=True)
    (tmp_path / "wiki/sources/a.md").write_text("---\ntitle: A\ntype: source\ntags: [x]\n---\n\nSee [[Gone]].\n")
    kg("ingest", "wiki", cwd=tmp_path, code=0)
    return tmp_path


def test_text_shows_the_line_as_it_was_ingested_even_when_the_file_has_changed(store):
    (store / "wiki/sources/a.md").write_text("other\n")
    shown = kg("validate", "--profile", "newsroom", cwd=store, code=1).stdout

    assert re.search(r"\n  7 \| See \[\[Gone\]\]\.\n    \|       \^{4}", shown)


def test_every_format_goes_to_a_file_too_and_is_the_same_there(store):
    for form in validate.FORMATS:
        said = kg("validate", "--profile", "newsroom", "--format", form, cwd=store, code=1).stdout
        kg("validate", "--profile", "newsroom", "--format", form, "-o", "out", cwd=store, code=1)
        assert (store / "out").read_text(encoding="utf-8") == said, form


def test_the_summary_of_a_step_goes_to_the_file_that_github_names(store):
    file = store / "summary.md"
    kg("validate", "--profile", "newsroom", "--format", "github", cwd=store, code=1, GITHUB_STEP_SUMMARY=str(file))

    assert "| violation | `link-dangling` | 1 |" in file.read_text(encoding="utf-8")
    assert "wiki/sources/a.md:7" in file.read_text(encoding="utf-8").replace("\\", "")


def test_colours_are_given_on_request_only(store):
    assert "\x1b[" not in kg("validate", "--profile", "newsroom", cwd=store, code=1).stdout
    assert "\x1b[" in kg("validate", "--profile", "newsroom", "--color", cwd=store, code=1).stdout
