"""The cases of the rules: a page that breaks a rule and one that keeps it, and what differs between the two."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from kg.model.records import dataclass

_FILE = re.compile(r"^%%% (.+)\n", re.MULTILINE)
_PLACE = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+):(?P<column>\d+))?")
# Where the page of a case of the Open Knowledge Format lies, which is read in that dialect and laid over nothing.
BUNDLE = "metrics/"
_AROUND, _MOST, _WIDEST = 1, 14, 160


@dataclass(frozen=True, slots=True)
class Case:
    """What a case says in its first line, a place or some words, its own files by path, and the wiki with them."""

    head: str
    own: Mapping[str, str]
    wiki: Mapping[str, bytes]

    @property
    def path(self) -> str:
        """The path of the place in the first line."""
        return self._place()[0]

    @property
    def line(self) -> int:
        """The line of the place in the first line, 0 where there is none."""
        return self._place()[1]

    def _place(self) -> tuple[str, int]:
        match = _PLACE.fullmatch(self.head)
        return (match["path"], int(match["line"] or 0)) if match else ("", 0)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines of a page that are shown, `…` for those left out between them."""

    path: str
    lines: tuple[str, ...]


def read(cases: Path, rule: str, name: str) -> Case | None:
    """Return one case of a rule (`fail` or `pass`) laid over the wiki in `_base`, None where the rule has no cases."""
    file = cases / rule / f"{name}.md"
    if not file.is_file():
        return None
    head, *parts = _FILE.split(file.read_bytes().decode())
    own = dict(zip(parts[::2], parts[1::2], strict=True))
    base = cases / "_base"
    laid = [] if any(path.startswith(BUNDLE) for path in own) else sorted(base.rglob("*.md"))
    wiki = {path.relative_to(base).as_posix(): path.read_bytes() for path in laid}
    place = head.strip().removeprefix("<!--").removesuffix("-->").strip()
    return Case(place, own, {**wiki, **{path: text.encode() for path, text in own.items()}})


def differing(wrong: Case, right: Case) -> tuple[tuple[Excerpt, ...], tuple[Excerpt, ...]]:
    """Return what is wrong in one case and the same lines of the other, the page of the finding first."""
    paths = sorted(wrong.own.keys() | right.own.keys(), key=lambda path: (path != wrong.path, path))
    pairs = [_excerpts(path, wrong, right) for path in paths]
    return tuple(bad for bad, _ in pairs if bad.lines), tuple(good for _, good in pairs if good.lines)


def _excerpts(path: str, wrong: Case, right: Case) -> tuple[Excerpt, Excerpt]:
    bad, good = (_lines(one.own.get(path, one.wiki.get(path, b"").decode())) for one in (wrong, right))
    matcher = SequenceMatcher(None, bad, good, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    marked = {wrong.line - 1} if path == wrong.path and wrong.line else set()
    first = {row for _, start, end, _, _ in changes for row in _widened(bad, start, end)} | {
        row for mark in marked for row in _widened(bad, mark, mark + 1)
    }
    second = {row for _, _, _, start, end in changes for row in _widened(good, start, end)}
    return Excerpt(path, _shown(bad, first)), Excerpt(path, _shown(good, second))


def _lines(text: str) -> list[str]:
    return text.rstrip("\n").split("\n") if text.strip() else []


def _widened(lines: Sequence[str], start: int, end: int) -> range:
    """Return some lines with those around them; empty ones are no neighbours."""
    first, last = start - _AROUND, end + _AROUND - 1
    while first > 0 and not lines[first].strip():
        first -= 1
    while last < len(lines) - 1 and not lines[last].strip():
        last += 1
    return range(max(0, first), last + 1)


def _shown(lines: Sequence[str], rows: set[int]) -> tuple[str, ...]:
    """Return some lines of a page, without empty ones at the ends of each part and not too many."""
    shown = list(_parts(lines, sorted(row for row in rows if 0 <= row < len(lines))))
    if len(shown) > _MOST:
        shown = [*shown[: _MOST - 1], "…"]
    return tuple(shown)


def _parts(lines: Sequence[str], rows: Sequence[int]) -> Iterator[str]:
    before = None
    for row in rows:
        empty = not lines[row].strip() and (row - 1 not in rows or row + 1 not in rows)
        if empty:
            continue
        if before is not None and any(lines[left].strip() for left in range(before + 1, row)):
            yield "…"
        elif before is not None and row > before + 1:
            yield ""
        yield lines[row] if len(lines[row]) <= _WIDEST else f"{lines[row][: _WIDEST - 1].rstrip()}…"
        before = row
