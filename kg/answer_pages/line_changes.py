"""Lines of a page that no answer gives any more, and those that it does not have yet, each with its fact."""

import difflib
from collections.abc import Iterator, Mapping, Sequence

from kg.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """A line that no row gives any more (`gone`), or that the page does not have yet, and the place of its fact."""

    line: int
    text: str
    gone: bool
    place: str


def between(
    first: int, old: Sequence[str], new: Sequence[str], places: tuple[Mapping[str, str], Mapping[str, str]]
) -> Iterator[Change]:
    """
    Yield the lines that differ, blank ones aside; a line that goes has the number that it has in the page.

    `first` is the line before the first of `old`; `places` says by its text where the fact of a line stood and stands.
    """
    stood, stands = places
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for number, line in enumerate(old[a:b], first + 1 + a):
            if line.strip():
                yield Change(number, line, gone=True, place=stood.get(line, ""))
        for line in new[c:d]:
            if line.strip():
                yield Change(first + 1 + a, line, gone=False, place=stands.get(line, ""))


def words(path: str, changes: Sequence[Change]) -> list[str]:
    """Return lines for a person: each line of a page that differs, with the fact behind it."""
    lines = []
    for change in changes:
        lines.append(f"{path}:{change.line}: {'-' if change.gone else '+'}{change.text}")
        if change.gone and change.place:
            lines.append(f"  no longer: it stood at {change.place}")
        elif change.place:
            lines.append(f"  now: {change.place}")
    return lines
