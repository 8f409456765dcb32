"""Findings and counts as text and JSON: the edge where records become words."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.finding import Finding, Level

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def text(findings: Iterable[Finding], *, places: bool = True) -> str:
    """Return one line a finding: `path:line:column: level: message [rule]`, sorted by place; or only what is wrong."""
    rows = ((_place(f) if places else f.span.path, f) for f in sorted(findings))
    return "".join(_one_line(f"{place}: {f.level}: {f.message} [{f.rule}]") + "\n" for place, f in rows)


def _one_line(words: str) -> str:
    """Return words with control characters, as a file name may have them, spelled out."""
    return _CONTROL.sub(lambda match: repr(match[0])[1:-1], words)


def _place(finding: Finding) -> str:
    span = finding.span
    return f"{span.path}:{max(1, span.line)}:{max(1, span.column)}"


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many findings there are of each level, worst first."""
    found = Counter(finding.level for finding in findings)
    return {level.value: found[level] for level in Level}


def worst(findings: Sequence[Finding], threshold: Level) -> bool:
    """Tell whether any finding is at or above a level."""
    return any(finding.level.rank <= threshold.rank for finding in findings)


def as_json(
    findings: Sequence[Finding],
    threshold: Level,
    not_applicable: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
) -> str:
    """Return the findings as JSON, with `more` keys: `ok` is the gate, `conforms` is false with any finding."""
    document = {
        "ok": not worst(findings, threshold),
        "conforms": not findings,
        "counts": counts(findings),
        "not_applicable": list(not_applicable),
        "findings": [record(finding) for finding in sorted(findings)],
        **(more or {}),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def record(finding: Finding) -> dict[str, Any]:
    """Return a finding by the keys of the command line's contract."""
    span = finding.span
    return {
        "path": span.path,
        "line": max(1, span.line),
        "column": max(1, span.column),
        "end_line": max(1, span.end_line or span.line),
        "end_column": max(1, span.end_column or span.column),
        "level": finding.level.value,
        "rule": finding.rule,
        "message": finding.message,
        "focus": finding.focus,
        "value": finding.value,
        "hint": finding.hint,
    }


def plural(number: int, word: str, words: str = "") -> str:
    """Return a count with its noun: `1 page`, `12 pages`, `3 entities`."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"


def summary(found: dict[str, int]) -> str:
    """Return counts of levels as words: `1 violation, 10 warnings, 26 infos`."""
    return ", ".join(plural(number, level) for level, number in found.items())
