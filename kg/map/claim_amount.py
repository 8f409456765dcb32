"""Amounts: the figure of a claim as a key and a number, so that claims with two numbers for one thing meet."""

import re
from decimal import Decimal

from kg.map.figures import Figure, figures
from kg.parse.markdown import hide
from kg.settings.figure_words import FigureWords

_WORD = re.compile(r"[^\W\d_]{3,}")
_YEAR = re.compile(r"(?<![\w.,-])(?:19|20|21)\d\d(?![\w.,]?\d)")
# Words beside a figure that do not say what it is a figure of.
_NEAR = frozenset(
    {
        "about", "above", "and", "around", "almost", "approximately", "are", "at", "been", "below", "between",
        "but", "estimated", "exactly", "for", "from", "had", "has", "have", "its", "just", "least", "less",
        "more", "most", "nearly", "not", "now", "only", "other", "over", "roughly", "some", "than", "that",
        "the", "their", "then", "this", "under", "until", "was", "were", "which", "will", "with", "would",
        "year", "years",
    }
)  # fmt: skip


def amount(claim: str, words: FigureWords) -> tuple[str, Decimal] | None:
    """
    Return the key of what a claim gives a figure of, and the number; None where it gives none, or several.

    The key holds the unit, for money and shares the nearest word that tells what is counted, and the years that the
    claim names, so that last year's figure is not held against this year's.
    """
    text = hide(claim)
    found = figures(text, words)
    if len(found) != 1 or found[0].most is not None:
        return None
    one = found[0]
    beside = "" if one.kind in ("count", "measure") else _beside(text, one)
    if one.kind == "number" or (one.kind in ("money", "share") and not beside):
        return None
    what = f"{one.unit} {beside}".strip()
    years = " ".join(sorted(set(_YEAR.findall(text[: one.start] + " " + text[one.end :]))))
    return f"{what.casefold()} {years}".strip(), one.value.normalize()


def _beside(text: str, figure: Figure) -> str:
    """Return the last telling word before a figure, else the first behind it."""
    before = [word for word in map(str.casefold, _WORD.findall(text[: figure.start])) if word not in _NEAR]
    after = [word for word in map(str.casefold, _WORD.findall(text[figure.end :])) if word not in _NEAR]
    return before[-1] if before else (after[0] if after else "")
