"""Functions of a short text that are asked the same again and again, such as those of the names that links lead to."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Value = TypeVar("Value")
# Few names make up most of a wiki. What is longer than a name comes from whoever asks, and must not pile up.
_TEXTS, _LONGEST = 65_536, 256


def remembered(function: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return a function that remembers what it gave for the last 65,536 texts of at most 256 characters."""
    kept = lru_cache(_TEXTS)(function)

    @wraps(function)
    def asked(text: str) -> Value:
        return kept(text) if len(text) <= _LONGEST else function(text)

    return asked
