"""Findings for a person: one line each, with the author's line and a mark below it; or a table of counts."""

import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from kg.model.finding import Finding, Level, Suppressed
from kg.model.plural import plural
from kg.report.excerpt import excerpt
from kg.report.reported import Reported, not_asked, one_line, place

_COLOURS = {Level.VIOLATION: "31", Level.WARNING: "33", Level.INFO: "36"}
_BOLD, _MARK = "1", "1;34"
_WRAP = 110
Paint = Callable[[str, str], str]


def text(findings: Iterable[Finding], *, places: bool = True) -> str:
    """Return one line a finding: `path:line:column: level: message [rule]`, sorted by place; or only what is wrong."""
    return "".join(f"{_line(finding, places=places)}\n" for finding in sorted(findings))


def _line(finding: Finding, *, places: bool = True) -> str:
    return one_line(f"{_where(finding, places=places)}: {finding.level}: {finding.message} [{finding.rule}]")


def suppressed(many: Iterable[Suppressed]) -> str:
    """Return one line for each finding that a comment silences, with the comment's line and reason."""
    said = ((_line(one.finding), f"(suppressed at line {one.place.line}: {one.reason})") for one in many)
    return "".join(f"{line} {one_line(why)}\n" for line, why in said)


def _where(finding: Finding, *, places: bool) -> str:
    return place(finding.span) if places or finding.span.line else finding.span.path


def full(report: Reported, threshold: Level = Level.INFO, *, places: bool = True, colour: bool = False) -> str:
    """
    Return each finding with the author's line, a mark under the part, other places, its fix, and once a rule the help.

    Findings below the level `threshold` are folded into one line a rule.
    """
    paint: Paint = _painted if colour else _plain
    kept = [finding for finding in report.findings if finding.level.rank <= threshold.rank]
    gutter = max((len(str(finding.span.line)) for finding in kept), default=0)
    helped: set[str] = set()
    blocks = []
    for finding in kept:
        lines = [_head(finding, paint, places=places), *_below(report, finding, gutter, paint)]
        if finding.hint and finding.rule not in helped:
            lines += _help(finding, gutter)
        helped.add(finding.rule)
        blocks.append("\n".join(lines) + "\n")
    return "".join(blocks) + folded(report.findings, threshold) + unpromised(report)


def concise(report: Reported, threshold: Level = Level.INFO, *, places: bool = True) -> str:
    """Return one line a finding, those below the level `threshold` folded into one line a rule."""
    kept = [finding for finding in report.findings if finding.level.rank <= threshold.rank]
    return text(kept, places=places) + folded(report.findings, threshold) + unpromised(report)


def unpromised(report: Reported) -> str:
    """Return one line for each rule that the wiki does not follow, so that it is not asked for."""
    return "".join(f"{not_asked(one)}\n" for one in report.unpromised)


def folded(findings: Iterable[Finding], threshold: Level) -> str:
    """Return one line a rule for the findings below a level: how many there are, and where the first stands."""
    below = [finding for finding in findings if finding.level.rank > threshold.rank]
    lines = []
    for rule, many in _by_rule(below):
        said = f"{many[0].level}: {plural(len(many), 'finding')} of [{rule}], first {place(many[0].span)}"
        lines.append(f"{one_line(said)}; --show info lists them\n")
    return "".join(lines)


def table(report: Reported) -> str:
    """Return how many findings each rule has, on how many pages, and how many each folder has."""
    rules = [
        (many[0].level.value, rule, f"{len(many):,}", f"{len({one.span.path for one in many}):,}", place(many[0].span))
        for rule, many in _by_rule(report.findings)
    ]
    rules.sort(key=lambda row: (Level(row[0]).rank, -int(row[2].replace(",", "")), row[1]))
    folders = Counter(finding.span.path.rpartition("/")[0] or "." for finding in report.findings)
    rows = [(f"{number:,}", folder) for folder, number in sorted(folders.items(), key=lambda one: (-one[1], one[0]))]
    parts = [_columns(("level", "rule", "findings", "pages", "first"), rules, right={2, 3})] if rules else []
    parts += [_columns(("findings", "folder"), rows, right={0})] if rows else []
    return "\n".join([*parts, *([unpromised(report)] if report.unpromised else [])])


def _by_rule(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    for rule, many in groupby(sorted(findings, key=lambda one: one.rule), key=lambda one: one.rule):
        yield rule, sorted(many)


def _columns(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], right: set[int]) -> str:
    rows = [tuple(map(one_line, row)) for row in rows]
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    return "".join(
        "  ".join(
            word.rjust(width) if at in right else word.ljust(width)
            for at, (word, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        + "\n"
        for row in (head, *rows)
    )


def _head(finding: Finding, paint: Paint, *, places: bool) -> str:
    where, said = one_line(_where(finding, places=places)), one_line(finding.message)
    level = paint(f"{_BOLD};{_COLOURS[finding.level]}", finding.level.value)
    return f"{paint(_BOLD, where)}: {level}: {said} [{finding.rule}]"


def _below(report: Reported, finding: Finding, gutter: int, paint: Paint) -> Iterator[str]:
    lead = " " * gutter
    lines = excerpt(report.lines(finding.span.path), finding.span, gutter)
    if lines:
        yield f"  {lines[0]}"
        bar, mark = lines[1].split("|", 1)
        yield f"  {bar}|{paint(_MARK, mark)}"
    for other in finding.related:
        yield f"  {lead} = {one_line(f'see {place(other.span)}: {other.words}')}"
    for edit in finding.edits:
        what = f"write '{edit.text}'" if edit.text else "take it away"
        yield f"  {lead} = {one_line(f'fix {place(edit.span)}: {what}')}"


def _help(finding: Finding, gutter: int) -> list[str]:
    lead = "  " + " " * gutter
    words = one_line(finding.hint)
    return textwrap.wrap(words, _WRAP, initial_indent=f"{lead} = help: ", subsequent_indent=f"{lead}   ")


def _plain(code: str, words: str) -> str:  # noqa: ARG001  # the twin of _painted
    return words


def _painted(code: str, words: str) -> str:
    return f"\x1b[{code}m{words}\x1b[0m"
