"""What the rules find: each finding with the author's line, what is wrong with it, and what mends it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kg.live_pages.as_json import document
from kg.live_pages.asked import Asked, Made, NotYet, part
from kg.live_pages.live_wiki import LiveWiki
from kg.model.finding import Finding, Level
from kg.operations import block_findings, check_wiki
from kg.operations.check_wiki import Checked
from kg.report import reported
from kg.report.reported import Lines
from kg.store import generations

_A_PART = 50
# So many pages are checked for who looks at the findings first, and more are not.
_AT_ONCE = 2_000
_LEVELS = tuple(level.value for level in Level)


def findings(live: LiveWiki, request: Asked) -> Made:
    """Return what `kg validate` finds, the worst first; fields leave those of a level, a rule, a page."""
    request.known("level", "rule", "path", "from")
    level = request.choice("level", _LEVELS)
    checked = _checked(live)
    every = [*checked.judged.findings]
    rules = Counter(one.rule for one in every)
    rule, path = request.choice("rule", sorted(rules)), request.text("path")
    some = [one for one in every if _fits(one, level, rule, path)]
    some.sort(key=lambda one: (one.level.rank, one.span, one.rule, one.message))
    shown, where = part(request, len(some), _A_PART)
    if request.as_json:
        return document(shown, [reported.record(one) for one in some[where]])
    return live.filled(
        "list_findings.html", request, "findings", shown=shown, levels=_LEVELS, rules=sorted(rules),
        rows=[_row(live, one, checked.lines) for one in some[where]], counts=reported.counts(every),
        chosen={"level": level, "rule": rule, "path": path},
    )  # fmt: skip


def _checked(live: LiveWiki) -> Checked:
    """
    Return what was found: verdicts that are kept with a generation hold, others are kept for the next.

    Raises NotYet for a large wiki of which no generation was checked: that takes longer than a page may.
    """
    pages = len(live.pages)
    if pages > _AT_ONCE and not any(map(generations.verdicts, generations.generations(live.reading.folder))):
        raise NotYet(
            f"the {pages:,} pages were not checked yet, which takes long; `kg build` or `kg validate` checks them"
        )
    return check_wiki.check_wiki(live.reading, live.config, more=block_findings.of(live.reading, live.config))


def _fits(finding: Finding, level: str, rule: str, path: str) -> bool:
    return (
        (not level or finding.level == level)
        and (not rule or finding.rule == rule)
        and (not path or finding.span.path == path)
    )


def _row(live: LiveWiki, finding: Finding, lines: Lines) -> Mapping[str, Any]:
    span = finding.span
    whole = (span.line, span.column) <= (1, 1) and not span.end_column
    text = () if whole else lines(span.path)
    before, marked, after = _cut(text[span.line - 1], finding) if 1 <= span.line <= len(text) else ("", "", "")
    return {
        "finding": finding, "place": reported.place(span), "address": live.address(span.path, span.line),
        "why": live.why(span) if span.path in live.pages else "", "before": before, "marked": marked, "after": after,
        "fixes": [_fix(text, edit) for edit in finding.edits],
        "related": [(str(one.span), live.address(one.span.path, one.span.line), one.words) for one in finding.related],
    }  # fmt: skip


def _cut(line: str, finding: Finding) -> tuple[str, str, str]:
    """Return a line in three: what stands before the place of a finding, there, and behind it."""
    start = max(finding.span.column, 1) - 1
    if not finding.span.end_column:
        return line, "", ""
    end = len(line) if finding.span.end_line > finding.span.line else finding.span.end_column - 1
    return line[:start], line[start:end], line[end:]


def _fix(lines: Sequence[str], edit: Any) -> tuple[str, str]:  # noqa: ANN401  # of finding
    """Return a line as it is and as it would be; of an edit over several lines what is put there."""
    span = edit.span
    if span.end_line > span.line or not 1 <= span.line <= len(lines):
        return "", edit.text
    line = lines[span.line - 1]
    start, end = max(span.column, 1) - 1, max((span.end_column or span.column) - 1, span.column - 1)
    return line, f"{line[:start]}{edit.text}{line[end:]}"
