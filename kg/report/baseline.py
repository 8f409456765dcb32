"""The baseline: known findings in a file, so that only new ones fail, and what is mended leaves it: a ratchet."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from kg.model.finding import Finding, KgError, Span
from kg.model.records import dataclass
from kg.report.fingerprint import fingerprint

_VERSION = 1
_HEAD = {"kg-baseline": _VERSION, "written-by": "kg validate --update-baseline"}
_KEYS = ("path", "rule", "fingerprint", "words")
_CUT = 100
# Words that so many new pages share say nothing about which of them a page became.
_SHARED = 20


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One known finding: its page, rule and fingerprint, and the beginning of what it says, for people."""

    path: str
    rule: str
    fingerprint: str
    words: str


@dataclass(frozen=True, slots=True)
class Looked:
    """
    What a validation looked at: the pages of the wiki, the rules that were off, and which pages count (`within`).

    Of entries elsewhere nothing is known, so they are neither gone nor taken out of the file.
    """

    pages: Collection[str] = ()
    off: Collection[str] = ()
    within: Callable[[str], bool] = field(default=lambda _: True, compare=False)


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings that are new and those that are known, entries that nothing is found for, and those not looked at."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[Entry, ...] = ()
    aside: tuple[Entry, ...] = ()


def entry(finding: Finding) -> Entry:
    """Return what a baseline keeps of a finding."""
    words = " ".join(finding.message.partition(";")[0].split())
    shown = words if len(words) <= _CUT else words[: _CUT - 1].rstrip() + "…"
    return Entry(finding.span.path, finding.rule, fingerprint(finding), shown)


def read(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a baseline file; KgError, with the line, for what is none."""
    if not path.is_file():
        raise KgError(f"{path}: no such baseline; `kg validate --baseline {path} --update-baseline` writes it")
    try:
        head, *lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        head, lines = "", []
    if _table(head).get("kg-baseline") != _VERSION:
        raise KgError(f'{path}:1: no baseline; its first line is {{"kg-baseline": {_VERSION}, …}}')
    return tuple(_entry(path, number, line) for number, line in enumerate(lines, 2) if line.strip())


def _table(line: str) -> Mapping[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _entry(path: Path, number: int, line: str) -> Entry:
    table = _table(line)
    values = [value for value in map(table.get, _KEYS) if isinstance(value, str)]
    if len(values) != len(_KEYS):
        keys = ", ".join(_KEYS)
        raise KgError(f"{path}:{number}: '{line[:40]}' is no entry, a JSON object with {keys}; delete the line")
    return Entry(*values)


def text(entries: Iterable[Entry]) -> str:
    """Return the file of entries: a line each, sorted; equal ones stand there as often as they are found."""
    rows = (dict(zip(_KEYS, (one.path, one.rule, one.fingerprint, one.words), strict=True)) for one in sorted(entries))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in (_HEAD, *rows))


def compare(findings: Iterable[Finding], entries: Iterable[Entry], extent: Looked) -> Compared:
    """
    Return which findings are in a baseline; of equal ones as many as it holds, the first by place.

    A page that is not in the wiki any more is looked for among those that the baseline does not know.
    """
    held = tuple(entries)
    aside, left = _counted(held, extent)
    known, new = _taken(sorted(findings), left, {})
    moved = _moved(new, left, frozenset(extent.pages), frozenset(one.path for one in held))
    more, new = _taken(new, left, moved)
    gone = tuple(sorted(one for some in left.values() for one in some))
    return Compared(tuple(new), tuple(sorted([*known, *more])), gone, aside)


def _counted(entries: Iterable[Entry], extent: Looked) -> tuple[tuple[Entry, ...], dict[str, list[Entry]]]:
    """Return the entries that were not looked at, and the others by fingerprint."""
    aside: list[Entry] = []
    left: dict[str, list[Entry]] = defaultdict(list)
    off = frozenset(extent.off)
    for one in entries:
        if one.rule in off or not extent.within(one.path):
            aside.append(one)
        else:
            left[one.fingerprint].append(one)
    return tuple(aside), left


def _taken(
    findings: Iterable[Finding], entries_by_fingerprint: Mapping[str, list[Entry]], moves: Mapping[str, str]
) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that an entry is left for, which is then used up, and the others."""
    known: list[Finding] = []
    new: list[Finding] = []
    for one in findings:
        before = moves.get(one.span.path)
        entries = entries_by_fingerprint.get(fingerprint(replace(one, span=Span(before)) if before else one))
        if entries:
            entries.pop()
            known.append(one)
        else:
            new.append(one)
    return known, new


def _moved(
    new: Sequence[Finding],
    entries_by_fingerprint: Mapping[str, list[Entry]],
    pages: frozenset[str],
    baseline_paths: frozenset[str],
) -> dict[str, str]:
    """Return which pages, not yet in the baseline, are others that are not in the wiki any more: now → before."""
    lost: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for one in (one for some in entries_by_fingerprint.values() for one in some if one.path not in pages):
        lost[one.path][one.rule, one.words] += 1
    if not lost:
        return {}
    fresh: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for here in (entry(one) for one in new if one.span.path in pages and one.span.path not in baseline_paths):
        fresh[here.path][here.rule, here.words] += 1
    found: dict[str, str] = {}
    index = _Index(fresh)
    for before in sorted(lost):
        now = index.likest(before, lost[before], found)
        if now:
            found[now] = before
    return found


class _Index:
    """Pages by their file names and by what is found on them."""

    def __init__(self, pages: Mapping[str, Counter[tuple[str, str]]]) -> None:
        self._pages = pages
        self._named: dict[str, list[str]] = defaultdict(list)
        self._saying: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path in sorted(pages):
            self._named[_name(path)].append(path)
            for said in pages[path]:
                self._saying[said].append(path)

    def likest(self, path: str, content: Counter[tuple[str, str]], excluded: Collection[str]) -> str:
        """Return the page with at least half of what was found on another, best one of its name; else nothing."""
        sharing = (pages for one in content if len(pages := self._saying.get(one, [])) <= _SHARED)
        candidates = {*self._named.get(_name(path), [])[:_SHARED], *(one for pages in sharing for one in pages)}
        ranked = sorted(
            (_name(one) != _name(path), -(self._pages[one] & content).total(), one)
            for one in candidates - set(excluded)
            if 2 * (self._pages[one] & content).total() >= content.total()
        )
        return ranked[0][2] if ranked else ""


def _name(path: str) -> str:
    return path.rpartition("/")[2]
