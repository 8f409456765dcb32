"""Findings as annotations of GitHub Actions, and as the summary of a step in Markdown."""

from collections import Counter
from collections.abc import Iterable

from kg.model.finding import Finding, Level
from kg.model.plural import plural
from kg.report.reported import Reported, counts, not_asked, one_line, place, reach, summary

# GitHub shows ten annotations of a kind for a step and drops the rest without a word.
LIMIT = 10
_KINDS = {Level.VIOLATION: "error", Level.WARNING: "warning", Level.INFO: "notice"}
_SHOWN = 50


def annotations(report: Reported) -> str:
    """Return a workflow command for each finding, ten of a level at most, the rest as one line with their number."""
    lines = [
        f"::error title=not checked::{_data(one_line(f'{one.shape} was not checked: {one.why}'))}"
        for one in report.unchecked
    ]
    for level in Level:
        many = [finding for finding in report.findings if finding.level is level]
        lines += [_command(finding, report.folder) for finding in many[:LIMIT]]
        if len(many) > LIMIT:
            more = plural(len(many) - LIMIT, f"more {level}")
            lines.append(f"{more}: see the summary of this step")
    lines += map(not_asked, report.unpromised)
    return "".join(f"{line}\n" for line in [*lines, f"{summary(counts(report.findings))}{_reach(report)}"])


def _reach(report: Reported) -> str:
    return f"; {reach(report.shapes)}" if report.shapes else ""


def _command(finding: Finding, folder: str) -> str:
    span = finding.span
    line, column = max(1, span.line), max(1, span.column)
    where = {"file": folder + span.path, "line": str(line), "col": str(column)}
    if span.end_line > line:
        where["endLine"] = str(span.end_line)
    elif span.end_column > column:
        where |= {"endLine": str(line), "endColumn": str(span.end_column)}
    where["title"] = finding.rule
    said = ",".join(f"{key}={_property(value)}" for key, value in where.items())
    return f"::{_KINDS[finding.level]} {said}::{_data(one_line(finding.message))}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(one_line(words)).replace(":", "%3A").replace(",", "%2C")


def step_summary(report: Reported) -> str:
    """Return the findings as Markdown: how many of each rule, then the first fifty."""
    lines = ["## kg validate", "", f"{summary(counts(report.findings))}{_reach(report)}.", ""]
    lines += [f"- not checked: {_cell(one.shape)}: {_cell(one.why)}" for one in report.unchecked]
    lines += [""] if report.unchecked else []
    if report.findings:
        lines += ["| level | rule | findings |", "| --- | --- | ---: |", *_rules(report.findings), ""]
        lines += ["| place | level | finding |", "| --- | --- | --- |"]
        worst_first = sorted(report.findings, key=lambda one: (one.level.rank, one))
        lines += [
            f"| {_cell(report.folder + place(one.span))} | {one.level} | {_cell(one.message)} `{one.rule}` |"
            for one in worst_first[:_SHOWN]
        ]
        if len(report.findings) > _SHOWN:
            lines += ["", f"… and {len(report.findings) - _SHOWN:,} more."]
    lines += [line for one in report.unpromised for line in ("", f"{_cell(not_asked(one))}.")]
    return "\n".join([*lines, ""])


def _rules(findings: Iterable[Finding]) -> list[str]:
    found = Counter((finding.level.rank, finding.level, finding.rule) for finding in findings)
    ranked = sorted(found.items(), key=lambda one: (one[0][0], -one[1], one[0][2]))
    return [f"| {level} | `{rule}` | {number:,} |" for (_, level, rule), number in ranked]


def _cell(words: str) -> str:
    """Return words that no Markdown and no HTML is read in."""
    spelled = one_line(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{one}" if one in r"\`*_{}[]()#+!|~" else one for one in spelled).replace("@", "&#64;")
