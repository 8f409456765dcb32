"""What was measured, as records, Markdown and JSON: medians, spread, ratios to a reference, and how each row grows."""

import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

LINEAR = 1.05


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised: a ratio to a reference, at most or at least so large."""

    ratio: float
    at_least: bool = False

    def holds(self, ratio: float) -> bool:
        """Tell whether a measured ratio keeps the promise."""
        return ratio >= self.ratio if self.at_least else ratio <= self.ratio

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.ratio:g}"

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the target that is written so."""
        sign, _, ratio = text.partition(" ")
        return cls(float(ratio), at_least=sign == "≥")


@dataclass(frozen=True, slots=True)
class Row:
    """One promise at one size: what each turn took, ours and the reference's, in one unit."""

    key: str
    promise: str
    reference: str
    pages: int
    unit: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    target: Target
    note: str = ""
    growth: float = LINEAR
    taken: str = ""  # when and of which commit, where not with the rest of the table

    @property
    def ratio(self) -> float:
        """The ratio that the target is about; where more is better, the reference's by ours."""
        mine, other = statistics.median(self.ours), statistics.median(self.theirs)
        return _ratio(mine, other, turned=self.target.at_least)

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio of a single turn."""
        each = [_ratio(*pair, turned=self.target.at_least) for pair in zip(self.ours, self.theirs, strict=True)]
        return min(each), max(each)

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.target.holds(self.ratio)


def _ratio(mine: float, other: float, *, turned: bool) -> float:
    above, below = (other, mine) if turned else (mine, other)
    return above / below if below else math.inf


@dataclass(frozen=True, slots=True)
class Growth:
    """How a row grows with the pages: the exponents of the power of pages that fits best."""

    key: str
    promise: str
    sizes: tuple[int, ...]
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    unit: str
    against: str = "reference"
    limit: float = LINEAR

    @property
    def exponent(self) -> float:
        """That of ours."""
        return fitted(self.sizes, self.ours)

    @property
    def reference(self) -> float:
        """That of the reference."""
        return fitted(self.sizes, self.theirs)

    @property
    def holds(self) -> bool:
        """Whether it grows no faster than is promised, mostly as the pages do."""
        return self.exponent <= self.limit


def fitted(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return the exponent b of a · size^b that fits the values best, by least squares of the logarithms."""
    xs, ys = [math.log(one) for one in sizes], [math.log(max(one, 1e-9)) for one in values]
    middle_x, middle_y = statistics.fmean(xs), statistics.fmean(ys)
    below = sum((x - middle_x) ** 2 for x in xs)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / below


def growths(rows: Iterable[Row]) -> list[Growth]:
    """Return how the rows grow that were measured at more than one size."""
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    found = []
    for key, some in by_key.items():
        sizes = tuple(one.pages for one in some)
        if len(set(sizes)) > 1:
            ours, theirs = (tuple(statistics.median(getattr(one, side)) for one in some) for side in ("ours", "theirs"))
            found.append(
                Growth(key, some[0].promise, sizes, ours, theirs, some[0].unit, some[0].reference, some[0].growth)
            )
    return found


def markdown(rows: Sequence[Row], missing: Mapping[str, str], why: Mapping[str, str], plots: str = "") -> str:
    """Return the tables, then each miss with its explanation, then what was not measured; plots are in a folder."""
    lines = [
        "| promise | reference, same run | pages | ours | reference | ratio | spread | target | |",
        "|---|---|---|---|---|---|---|---|---|",
        *map(_line, rows),
    ]  # fmt: skip
    grown = growths(rows)
    if grown:
        lines += ["", "| growth of | pages | exponent | the reference's | target | |", "|---|---|---|---|---|---|"]
        lines += [_grown(one, plots) for one in grown]
    lines += ["", "**Misses**", "", *(_missed(rows, grown, why) or ["None." if rows else "Nothing was measured."])]
    if missing:
        lines += ["", "**Not measured**", "", *(f"* {what}: {reason}" for what, reason in missing.items())]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    low, high = row.spread
    mine, other = (statistics.median(side) for side in (row.ours, row.theirs))
    spread = f"{low:.3g} … {high:.3g}" if len(row.ours) > 1 else ""
    cells = (
        row.promise, row.reference, f"{row.pages:,}", f"{mine:,.3g} {row.unit}", f"{other:,.3g} {row.unit}",
        f"{row.ratio:.3g}", spread, str(row.target),
        ", ".join(filter(None, [_verdict(holds=row.holds), row.taken])),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _grown(growth: Growth, plots: str) -> str:
    name = f"[{growth.promise}]({plots}growth-{growth.key}.svg)"
    sizes = " → ".join(f"{size:,}" for size in growth.sizes)
    verdict = _verdict(holds=growth.holds)
    return f"| {name} | {sizes} | {growth.exponent:.2f} | {growth.reference:.2f} | ≤ {growth.limit:g} | {verdict} |"


def _verdict(*, holds: bool) -> str:
    return "holds" if holds else "**miss**"


def _missed(rows: Iterable[Row], grown: Iterable[Growth], why: Mapping[str, str]) -> list[str]:
    """Return a line for each promise that is not kept, with all the sizes at which it is not."""
    sizes: dict[str, list[str]] = {}
    named: dict[str, Row] = {}
    for row in rows:
        if not row.holds:
            sizes.setdefault(row.key, []).append(f"{row.ratio:.3g} at {row.pages:,} pages")
            named[row.key] = row
    found = [
        (key, f"{row.promise}: {', '.join(sizes[key])}; promised {row.target}") for key, row in named.items()
    ]  # fmt: skip
    found += [
        (f"growth-{one.key}", f"{one.promise} grows with the power {one.exponent:.2f} of the pages")
        for one in grown
        if not one.holds
    ]  # fmt: skip
    return [f"* {words}. {why.get(key, 'No profile yet.')}" for key, words in found]


def as_json(rows: Sequence[Row], missing: Mapping[str, str], about: Mapping[str, object]) -> str:
    """Return all of it for a program."""
    measured = [
        {**asdict(row), "target": str(row.target), "ratio": row.ratio, "spread": row.spread, "holds": row.holds}
        for row in rows
    ]  # fmt: skip
    grown = [
        {**asdict(one), "exponent": one.exponent, "reference": one.reference, "holds": one.holds}
        for one in growths(rows)
    ]  # fmt: skip
    told = {"about": dict(about), "rows": measured, "growth": grown, "missing": dict(missing)}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def stamp(about: Mapping[str, object]) -> str:
    """Return of which commit and day a table is."""
    return f"{about['commit']}, {about['taken']}"


def from_json(text: str, now: str) -> tuple[list[Row], dict[str, str]]:
    """Return the rows of a table for a program, and what was not measured; each has its commit and day if not `now`."""
    told: dict[str, Any] = json.loads(text)
    about = stamp(told["about"])
    rows = [
        Row(
            one["key"], one["promise"], one["reference"], one["pages"], one["unit"], tuple(one["ours"]),
            tuple(one["theirs"]), Target.of(one["target"]), one["note"], one["growth"],
            "" if (taken := one["taken"] or about) == now else taken,
        )
        for one in told["rows"]
    ]  # fmt: skip
    return rows, told["missing"]
