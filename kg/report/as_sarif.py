"""Findings as SARIF 2.1.0, the format that editors and code scanning read."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from kg import __version__
from kg.model.finding import Edit, Finding, Level, Span
from kg.model.rule import Rule
from kg.report.fingerprint import numbered
from kg.report.reported import Reported, by_engine, not_asked, one_line

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Level.VIOLATION: "error", Level.WARNING: "warning", Level.INFO: "note"}
_BASE = "%SRCROOT%"
_CONTEXT = 1000  # a longer line is no help to a reader, and thousands of them are more than servers take
# Code scanning of GitHub refuses a run with more results as a whole (docs.github.com, "SARIF support", 2026-11).
MOST = 25_000
_SLOT = re.compile(r"\{[^{}]*\}")
_Marked = tuple[Finding, str, dict[str, Any]]


def sarif(report: Reported) -> str:
    """
    Return the findings as a SARIF log with one run.

    Every rule that was checked is described; columns count Unicode code points; addresses of pages are relative to the
    working directory where the wiki lies in it. `partialFingerprints` stay the same where lines move. Of more than
    `MOST` results the worst are written, and a notification says how many were left out.
    """
    every = [*report.findings, *(one.finding for one in report.suppressed), *report.known]
    named = {one.rule for one in every} - {rule.name for rule in report.rules}
    rules = sorted([*report.rules, *(Rule(name, Level.VIOLATION) for name in named)], key=lambda rule: rule.name)
    index = {rule.name: number for number, rule in enumerate(rules)}
    results = list(zip(every, numbered(every), _suppressions(report), strict=True))
    shown = _worst(results)
    run = {
        "tool": {"driver": {**_driver(), "rules": [_rule(rule) for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_BASE: {"description": {"text": "the folder in which kg was run, or the wiki's root"}}},
        "results": [_result(one, mark, index[one.rule], report) | suppression for one, mark, suppression in shown],
        "invocations": [_invocation(report, index, len(results) - len(shown))],
        "properties": {"checkedShapes": by_engine(report.shapes)},
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _driver() -> dict[str, Any]:
    return {
        "name": "newsroom-kg",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": "https://w3id.org/newsroom-kg",
    }


def _rule(rule: Rule) -> dict[str, Any]:
    said = _SLOT.sub("…", rule.message) or rule.name.replace("-", " ")
    why = rule.manual or said
    described: dict[str, Any] = {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": said},
        "fullDescription": {"text": why},
        "help": {"text": why, "markdown": f"**{rule.name}**\n\n{why}\n\n`kg rules {rule.name}` shows examples."},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {"problem.severity": _severity(rule.level)},
    }
    return described | ({"helpUri": rule.page} if rule.page else {})


def _severity(level: Level) -> str:
    return "recommendation" if level is Level.INFO else _LEVELS[level]


def _result(finding: Finding, mark: str, index: int, report: Reported) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.level],
        "message": {"text": one_line(finding.message)},
        "locations": [{"physicalLocation": _location(finding.span, report, snippet=True)}],
        "partialFingerprints": {"newsroomKg/v1": mark},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _location(other.span, report),
                "message": {"text": one_line(other.words)},
            }
            for number, other in enumerate(finding.related, 1)
        ]
    if finding.edits:
        result["fixes"] = [_fix(finding.edits, report.folder)]
    return result


def _suppressions(report: Reported) -> Iterator[dict[str, Any]]:
    """Yield what sets each result apart: nothing, a comment in the page, or the baseline."""
    yield from ({} for _ in report.findings)
    for one in report.suppressed:
        place = {"physicalLocation": _location(one.place, report)}
        yield {"suppressions": [{"kind": "inSource", "justification": one_line(one.reason), "location": place}]}
    yield from ({"suppressions": [{"kind": "external", "justification": "in the baseline"}]} for _ in report.known)


def _location(span: Span, report: Reported, *, snippet: bool = False) -> dict[str, Any]:
    region = _region(span)
    lines = report.lines(span.path) if snippet else ()
    place: dict[str, Any] = {"artifactLocation": _artifact(span.path, report.folder)}
    if region and span.line <= len(lines):
        line = lines[span.line - 1]
        one = region.get("endLine", span.line) == span.line
        part = line[region["startColumn"] - 1 : region["endColumn"] - 1 if one and "endColumn" in region else None]
        if one and part:
            region["snippet"] = {"text": part}
        if len(line) <= _CONTEXT:
            place["contextRegion"] = {"startLine": span.line, "snippet": {"text": line}}
    return place | ({"region": region} if region else {})


def _region(span: Span) -> dict[str, Any]:
    """Return a region; a place without an end is one up to the end of its line, the whole page has none."""
    if not span.line:
        return {}
    region: dict[str, Any] = {"startLine": span.line, "startColumn": max(1, span.column)}
    if span.end_line and (span.end_line, span.end_column) >= (span.line, span.column):
        region |= {"endLine": span.end_line, "endColumn": max(1, span.end_column)}
    return region


def _artifact(path: str, folder: str) -> dict[str, str]:
    return {"uri": quote(folder + path, safe="/", errors="surrogatepass"), "uriBaseId": _BASE}


def _fix(edits: tuple[Edit, ...], folder: str) -> dict[str, Any]:
    paths = sorted({edit.span.path for edit in edits})
    return {
        "description": {"text": "the certain fix, as `kg fix` makes it"},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(path, folder),
                "replacements": [
                    {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
                    for edit in edits
                    if edit.span.path == path
                ],
            }
            for path in paths
        ],
    }


def _worst(results: list[_Marked]) -> list[_Marked]:
    """Return as many results as a run may have, in their order: open ones before others, then the worst first."""
    if len(results) <= MOST:
        return results

    def badness(number: int) -> tuple[bool, int, int]:
        finding, _, suppression = results[number]
        return bool(suppression), finding.level.rank, number

    return [results[number] for number in sorted(sorted(range(len(results)), key=badness)[:MOST])]


def _invocation(report: Reported, index: dict[str, int], missing: int) -> dict[str, Any]:
    """Return how the run went: with a shape that was not checked it was no success."""
    said = [
        {"level": "error", "message": {"text": one_line(f"{one.shape} was not checked: {one.why}")}}
        for one in report.unchecked
    ]
    notes = {"toolExecutionNotifications": said} if said else {}
    return {"executionSuccessful": not said, **notes, **_notes(report, index, missing)}


def _notes(report: Reported, index: dict[str, int], missing: int) -> dict[str, Any]:
    """Return a note for each rule that did not apply or is not this wiki's, and one for results that are left out."""
    notes: list[dict[str, Any]] = [
        {
            "level": "note",
            "message": {"text": said},
            "associatedRule": {"id": rule, **({"index": index[rule]} if rule in index else {})},
        }
        for rule, said in (
            *((one, f"{one} was not applicable: what it is about does not occur") for one in report.not_applicable),
            *((one.rule, not_asked(one)) for one in report.unpromised),
        )
    ]
    if missing:
        text = (
            f"{missing:,} more results are left out: a run takes {MOST:,}, these are the worst; --format json has all"
        )
        notes.append({"level": "warning", "message": {"text": text}})
    return {"toolConfigurationNotifications": notes} if notes else {}
