"""How many findings count on each page, kept beside the verdicts: after an edit only pages that it bears on are judged.

A cache: where it is not, or cannot be read, everything is judged. What counts on a page depends on its findings, its
comments, and on what the whole wiki says of the rules; the last is kept as a digest, and where it is another, so may be
every page.
"""

import contextlib
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from kg.check import incremental, judge, kept_verdicts, suppression
from kg.check.asked import Asked
from kg.check.incremental import Found
from kg.check.judge import Judge
from kg.check.validate import Report
from kg.model.finding import Finding, Level, Suppressed
from kg.model.records import dataclass
from kg.shacl.shapes_graph import Graph
from kg.store import generations, sealed_file
from kg.store.generations import Generation

_LEVELS = tuple(Level)
# How many findings count on a page, by their levels, and how many are silenced there.
Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings of each level count, how many do not, and the first of those that are no information."""

    levels: Mapping[Level, int]
    suppressed: int
    known: int
    first: tuple[Finding, ...]

    def reaches(self, threshold: Level) -> bool:
        """Tell whether any finding is at or above a level."""
        return any(number and level.rank <= threshold.rank for level, number in self.levels.items())


@dataclass(frozen=True, slots=True)
class _Judging:
    """A generation whose findings are judged, with what was found beside the rules (`more`)."""

    generation: Generation
    judge: Judge
    more: Sequence[Finding]
    most: int

    @property
    def key(self) -> str:
        """The key of the verdicts."""
        return incremental.key_of(self.judge.question)

    def context(self) -> str:
        """Return a digest of all but the page that decides what counts on it."""
        said = sorted((one.rule, one.message) for one in self.judge.strange)
        chosen = asdict(self.judge.question.chosen)
        whole = [chosen, said, self.judge.absent, sorted(map(repr, self.more)), self.judge.folders]
        text = json.dumps(whole, default=_plain, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(one: object) -> object:
    return sorted(one) if isinstance(one, frozenset) else repr(one)


@dataclass(frozen=True, slots=True)
class Wiki:
    """A wiki whose findings are judged: a generation, where its files lie, and what `asked.asking` says of it."""

    folder: Path
    generation: Generation
    root: Path
    asked: Asked
    graph: Graph

    def judge(self) -> Judge:
        """Return what the whole of it has to say about which findings count."""
        return judge.judge(self.asked, self.graph, self.root)


def since_the_last(wiki: Wiki, more: Sequence[Finding], most: int) -> Tally | None:
    """Return what counts in a generation, with the first `most` findings; None where all of it has to be judged."""
    if not any(any(one.folder.glob("tally-*")) for one in generations.generations(wiki.folder)):
        return None
    found = incremental.verdicts(wiki.folder, wiki.generation, wiki.asked)
    if found.since is None or found.refused or found.unchecked or found.notes:
        return None
    job = _Judging(wiki.generation, wiki.judge(), more, most)
    rows = _load(found.since, job)
    if rows is None:
        return None
    if found.since != wiki.generation:
        rows = _updated(job, found, rows)
        _save(job, rows)
    return _told(job, found, rows)


def keep(wiki: Wiki, more: Sequence[Finding], report: Report) -> None:
    """Keep how many findings count, from a report of all pages; one in which a shape was left out is not kept."""
    if not report.refused and not report.unchecked and not report.notes:
        _save(_Judging(wiki.generation, wiki.judge(), more, 0), _rows(report.findings, report.suppressed))


def whole(findings: Sequence[Finding], silent: int, in_baseline: int, most: int) -> Tally:
    """Return the tally of findings that were judged."""
    levels = Counter(one.level for one in findings)
    first = [one for one in findings if one.level is not Level.INFO][:most]
    return Tally({level: levels[level] for level in _LEVELS}, silent, in_baseline, tuple(first))


def _rows(findings: Iterable[Finding], suppressed: Iterable[Suppressed]) -> dict[str, Row]:
    counts: Counter[tuple[str, int]] = Counter((one.span.path, one.level.rank) for one in findings)
    counts.update((one.finding.span.path, len(_LEVELS)) for one in suppressed)
    return {path: tuple(counts[path, at] for at in range(len(_LEVELS) + 1)) for path in {path for path, _ in counts}}


def _updated(job: _Judging, outcome: Found, rows: Mapping[str, Row]) -> dict[str, Row]:
    """Return the rows of a generation from those of an earlier one."""
    pages = outcome.pages | outcome.differing | job.judge.folded
    left = {path: row for path, row in rows.items() if path not in pages}
    return left | _rows(*_judged(job, outcome, pages))


def _judged(
    job: _Judging, outcome: Found, pages: frozenset[str]
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:  # fmt: skip
    """Return what counts on some pages, and what comments silence there."""
    whole = pages | job.judge.folded
    said = {row.finding for row in outcome.verdicts.on_pages(whole)}
    said |= {one for one in job.more if one.span.path in whole}
    remarks = [one for one in suppression.remarks(job.judge.question.store) if one.place.path in whole]
    _, left, suppressed = job.judge.split(said, remarks, pages)
    return left, suppressed


def _told(job: _Judging, outcome: Found, rows: Mapping[str, Row]) -> Tally:
    serious: list[str] = []
    count = 0
    for path in sorted(rows):
        here = sum(rows[path][: Level.INFO.rank])
        if here and count < job.most:
            serious.append(path)
            count += here
    left, _ = _judged(job, outcome, frozenset(serious))
    sums = [sum(row[at] for row in rows.values()) for at in range(len(_LEVELS) + 1)]
    first = [one for one in left if one.level is not Level.INFO][: job.most]
    return Tally(dict(zip(_LEVELS, sums, strict=False)), sums[-1], 0, tuple(first))


def _load(generation: Generation, job: _Judging) -> dict[str, Row] | None:
    data = sealed_file.read(_file(generation, job.key), sealed_file.TALLY)
    record = json.loads(data) if data is not None else {}
    if record.get("context") != job.context():
        return None
    return {path: tuple(row) for path, row in record["pages"].items()}


def _save(job: _Judging, rows: Mapping[str, Row]) -> None:
    record = {"context": job.context(), "pages": rows}
    data = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    with contextlib.suppress(OSError):
        for older in job.generation.folder.glob("tally-*"):
            if not kept_verdicts.file(job.generation, older.name.removeprefix("tally-")).exists():
                older.unlink()
        sealed_file.write(_file(job.generation, job.key), sealed_file.TALLY, data.encode("utf-8", "surrogatepass"))


def _file(generation: Generation, key: str) -> Path:
    return generation.folder / f"tally-{key}"
