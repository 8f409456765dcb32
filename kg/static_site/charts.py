"""Charts as numbers for the templates: where each bar begins and ends."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.model.records import dataclass
from kg.static_site.records import Wiki

GRADES = ("fact", "analysis", "forecast", "")
_YEAR, _MONTH = re.compile("[0-9]{4}"), re.compile("[0-9]{4}-(?:0[1-9]|1[0-2])")
_WIDTH, _HEIGHT, _MOST_MONTHS = 640, 120, 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: its place and size, what it stands for and how much."""

    x: float
    y: float
    width: float
    height: float
    name: str
    count: int
    total: int = 0


def grades(wiki: Wiki) -> dict[str, int]:
    """Return how many claims there are of each grade; those without one under an empty word."""
    claims = [one.part for some in wiki.statements.values() for one in some if one.part.kind == "claim"]
    return {grade: sum(part.grade == grade for part in claims) for grade in sorted({part.grade for part in claims})}


def grade_bars(counts: Mapping[str, int]) -> list[Bar]:
    """Return one row of bars, as long as there are claims of each grade; a word that is none counts as none."""
    known = {grade: counts.get(grade, 0) for grade in GRADES}
    known[""] = sum(counts.values()) - sum(known[grade] for grade in GRADES[:3])
    total = sum(known.values())
    bars, x = [], 0.0
    for grade in GRADES:
        if known[grade]:
            width = round(_WIDTH * known[grade] / total, 2)
            bars.append(Bar(round(x, 2), 0, width, 28, grade or "ungraded", known[grade], total))
            x += width
    return bars


def growth_bars(wiki: Wiki) -> list[Bar]:
    """Return a bar for each month in which sources were published, or each year where that is long."""
    dates = [page.about.published for page in wiki.pages if page.about.kind == "SourcePage" and page.about.published]
    return _bars(_periods(dates))


def _periods(dates: Iterable[str]) -> list[tuple[str, int]]:
    """Return how many dates each period has, without gaps: months, or years where those would be too many."""
    counts: dict[str, int] = defaultdict(int)
    months = [date[:7] for date in dates if _YEAR.match(date)]
    whole = [month for month in months if _MONTH.fullmatch(month)]
    if not months:
        return []
    spread = 12 * (int(max(months)[:4]) - int(min(months)[:4]) + 1)
    by_year = spread > _MOST_MONTHS or len(whole) < len(months)
    for month in months:
        counts[month[:4] if by_year else month] += 1
    first, last = min(counts), max(counts)
    if by_year:
        years = range(int(first), int(last) + 1) if int(last) - int(first) < _MOST_MONTHS else sorted(map(int, counts))
        return [(f"{year:04}", counts[f"{year:04}"]) for year in years][-_MOST_MONTHS:]
    start, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (first, last))
    every = [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1)]
    return [(month, counts[month]) for month in every]


def _bars(periods: list[tuple[str, int]]) -> list[Bar]:
    if not periods:
        return []
    step = _WIDTH / len(periods)
    most = max(count for _, count in periods)
    bars, total = [], 0
    for at, (name, count) in enumerate(periods):
        total += count
        height = round((_HEIGHT - 4) * count / most, 2)
        width = round(min(step * 0.8, 48), 2)
        bars.append(Bar(round(at * step + (step - width) / 2, 2), _HEIGHT - height, width, height, name, count, total))
    return bars
