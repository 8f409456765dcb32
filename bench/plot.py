"""A growth curve as SVG: what a row takes by the pages of the wiki, on scales of powers, beside its reference."""

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from table import Growth

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 24, 56, 56
OURS, THEIRS, INK, FAINT = "#b3261e", "#3a6ea5", "#222222", "#dddddd"
_STEPS = (1, 2, 5)


class Scale:
    """Powers of ten along a side, from a little below the least value to a little above the greatest."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        low, high = min(values), max(values)
        self.low, self.high = math.log10(low / 1.3), math.log10(high * 1.3)
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """Return where a value stands."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self._start + share * (self._end - self._start)

    def marks(self) -> list[float]:
        """Return the round values in between, such as 1, 2, 5, 10 and 20."""
        powers = range(math.floor(self.low), math.ceil(self.high) + 1)
        found = [step * 10.0**power for power in powers for step in _STEPS]
        return [one for one in found if self.low <= math.log10(one) <= self.high]


def svg(growth: Growth) -> str:
    """Return the picture of a growth: two lines through the measured points, and their exponents."""
    floor = 1e-6
    ours, theirs = ([max(one, floor) for one in side] for side in (growth.ours, growth.theirs))
    across = Scale(growth.sizes, LEFT, WIDTH - RIGHT)
    up = Scale([*ours, *theirs], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(LEFT, 20, growth.promise.replace("`", ""), size=14),
        *_grid(growth, across, up),
        *_curve(growth.sizes, theirs, across, up, THEIRS),
        *_curve(growth.sizes, ours, across, up, OURS),
        *_legend(LEFT, OURS, f"ours: pages^{growth.exponent:.2f}"),
        *_legend(LEFT + 160, THEIRS, f"{growth.against}: pages^{growth.reference:.2f}".replace("`", "")),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(growth: Growth, across: Scale, up: Scale) -> list[str]:
    lines = []
    for value in up.marks():
        y = up.at(value)
        lines += [_line(LEFT, y, WIDTH - RIGHT, y), _text(LEFT - 8, y + 4, f"{value:g} {growth.unit}", anchor="end")]
    for size in growth.sizes:
        x = across.at(size)
        lines += [_line(x, TOP, x, HEIGHT - BOTTOM), _text(x, HEIGHT - BOTTOM + 18, f"{size:,}", anchor="middle")]
    return [*lines, _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "pages of the wiki", anchor="middle")]


def _curve(sizes: Sequence[int], values: Sequence[float], across: Scale, up: Scale, colour: str) -> list[str]:
    points = [(across.at(size), up.at(value)) for size, value in zip(sizes, values, strict=True)]
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in points]
    return [f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]


def _legend(x: float, colour: str, words: str) -> list[str]:
    return [f'<rect x="{x}" y="34" width="12" height="12" fill="{colour}"/>', _text(x + 18, 44, words)]


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{FAINT}"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{INK}">{escape(words)}</text>'
    )
