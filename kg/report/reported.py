"""What a check found, as one record for every format; levels, counts and JSON."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any

from kg.model.finding import Finding, Level, Span, Suppressed
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.model.rule import Checked, Rule, Unpromised
from kg.report.fingerprint import numbered

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
Lines = Callable[[str], Sequence[str]]


def no_lines(path: str) -> Sequence[str]:  # noqa: ARG001  # stands in for a reader of pages
    """Return the lines of a page that is not at hand: none."""
    return ()


@dataclass(frozen=True, slots=True)
class Reported:
    """
    What the formats write.

    `findings` are sorted by place; `threshold` is the level from which findings fail; `rules` are all that were
    checked; `lines` returns the lines of a page as it was checked; `folder` is where the wiki lies below the working
    directory, with a slash at its end, or nothing. What does not count: `suppressed` and `known` findings, those of the
    baseline, of whose entries `gone` have no finding any more. `shapes` says which shape was checked, and by whom;
    `unpromised` are the rules that are not this wiki's.
    """

    findings: Sequence[Finding]
    threshold: Level = Level.VIOLATION
    not_applicable: Sequence[str] = ()
    rules: Sequence[Rule] = ()
    lines: Lines = field(default=no_lines, compare=False)
    folder: str = ""
    suppressed: Sequence[Suppressed] = ()
    known: Sequence[Finding] = ()
    gone: int = 0
    shapes: Sequence[Checked] = ()
    unpromised: Sequence[Unpromised] = ()

    @property
    def unchecked(self) -> list[Checked]:
        """The shapes that no engine checked."""
        return [one for one in self.shapes if not one.engine]


def one_line(words: str) -> str:
    """Return words with control characters, as a file name may have them, spelled out."""
    return _CONTROL.sub(lambda match: repr(match[0])[1:-1], words)


def place(span: Span) -> str:
    """Return `path:line:column`; the whole of a page is its first character."""
    return f"{span.path}:{max(1, span.line)}:{max(1, span.column)}"


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many findings there are of each level, worst first."""
    found = Counter(finding.level for finding in findings)
    return {level.value: found[level] for level in Level}


def fails(finding: Finding, threshold: Level) -> bool:
    """Tell whether a finding is at or above a level."""
    return finding.level.rank <= threshold.rank


def worst(findings: Sequence[Finding], threshold: Level) -> bool:
    """Tell whether any finding is at or above a level."""
    return any(fails(finding, threshold) for finding in findings)


def as_json(report: Reported) -> str:
    """
    Return the findings as JSON: `ok` is the gate, `conforms` is SHACL's word (false with any result).

    Both are false where a shape was not checked.
    """
    document = {
        "ok": not worst(report.findings, report.threshold) and not report.unchecked,
        "conforms": not report.findings and not report.unchecked,
        "counts": counts(report.findings),
        "not_applicable": list(report.not_applicable),
        "not_this_wikis": [
            {"rule": one.rule, "places": one.places, "holding": one.holding, "message": one.message}
            for one in report.unpromised
        ],
        "findings": [
            {**record(finding), "fingerprint": mark}
            for finding, mark in zip(report.findings, numbered(report.findings), strict=True)
        ],
        "suppressed": [
            {**record(one.finding), "reason": one.reason, "comment": _region(one.place)} for one in report.suppressed
        ],
        "known": len(report.known),
        "gone": report.gone,
        "checked": [{"shape": one.shape, "engine": one.engine} for one in report.shapes if one.engine],
        "not_checked": [{"shape": one.shape, "why": one.why} for one in report.unchecked],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def record(finding: Finding) -> dict[str, Any]:
    """Return a finding by the keys of the command line's contract."""
    return {
        **_region(finding.span),
        "level": finding.level.value,
        "rule": finding.rule,
        "message": finding.message,
        "focus": finding.focus,
        "value": finding.value,
        "hint": finding.hint,
        "edits": [{**_region(edit.span), "text": edit.text} for edit in finding.edits],
        "related": [{**_region(other.span), "words": other.words} for other in finding.related],
    }


def not_asked(one: Unpromised) -> str:
    """Return why a rule is not asked of a wiki, in one line: how many of the places that it is about hold it."""
    what = f" ({one_line(one.message)})" if one.message else ""
    return f"not this wiki's rule: [{one.rule}]{what}: {one.holding:,} of {one.places:,} hold it"


def _region(span: Span) -> dict[str, Any]:
    line, column = max(1, span.line), max(1, span.column)
    return {
        "path": span.path,
        "line": line,
        "column": column,
        "end_line": max(line, span.end_line),
        "end_column": max(1, span.end_column or span.column),
    }


def by_engine(shapes: Sequence[Checked]) -> dict[str, list[str]]:
    """Return the names of the shapes that each engine checked."""
    engines = sorted({one.engine for one in shapes if one.engine})
    return {engine: [one.shape for one in shapes if one.engine == engine] for engine in engines}


def reach(shapes: Sequence[Checked]) -> str:
    """Return how many shapes were checked, in words: `3 shapes checked (2 fast, 1 pyshacl), 1 not checked`."""
    many = by_engine(shapes)
    count = sum(map(len, many.values()))
    how = ", ".join(f"{len(names)} {engine}" for engine, names in many.items()) if len(many) > 1 else "".join(many)
    left = sum(not one.engine for one in shapes)
    return f"{plural(count, 'shape')} checked{f' ({how})' if how else ''}{f', {left} not checked' if left else ''}"


def summary(counts: dict[str, int]) -> str:
    """Return counts of levels as words: `1 violation, 10 warnings, 26 infos`."""
    return ", ".join(plural(number, level) for level, number in counts.items())
