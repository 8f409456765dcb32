"""Occurrences: where many texts stand in one, found one by one, or in one walk where that is faster."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

# So many characters of the one text, times texts that are sought, are gone through one by one.
_MUCH = 100_000_000
_KEY = 8
_SLICE = re.compile(f"(?s:.{{{_KEY}}})")
_BLOCK = 125_000 * _KEY


class Occurrences:
    """
    Finds texts in one, and parts of these texts.

    Of a long text each eighth run of eight characters is looked at once, and only where one of the sought texts has it:
    wherever fifteen characters and more stand, one of these runs is among them.
    """

    def __init__(self, text: str, parts: Iterable[str]) -> None:
        self.text = text
        texts = sorted({*parts})
        self._rows = _rows(text, texts) if len(text) * len(texts) > _MUCH else None

    @property
    def least(self) -> int:
        """So many letters a part must have to be looked up; 0 where every part is gone through for."""
        return 0 if self._rows is None else 2 * _KEY - 1

    def of(self, part: str, start: int = 0) -> Iterator[int]:
        """Yield the offsets at which a part of what is sought stands, from one on, in their order."""
        if not part:
            return
        if self._rows is None or len(part) < 2 * _KEY - 1:
            at = self.text.find(part, start)
            while at >= 0:
                yield at
                at = self.text.find(part, at + 1)
            return
        rows = self._rows
        found = {row - shift for shift in range(_KEY) for row in rows.get(part[shift : shift + _KEY], ())}
        yield from (at for at in sorted(found) if at >= start and self.text.startswith(part, at))


def _rows(text: str, parts: Iterable[str]) -> dict[str, list[int]]:
    """Return where the runs of the text stand that the sought texts have too."""
    keys = {one[at : at + _KEY] for one in parts for at in range(len(one) - _KEY + 1)}
    rows: dict[str, list[int]] = defaultdict(list)
    for first in range(0, len(text), _BLOCK):
        for number, run in enumerate(_SLICE.findall(text, first, first + _BLOCK)):
            if run in keys:
                rows[run].append(first + number * _KEY)
    return rows
