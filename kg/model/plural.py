"""Counts in words."""


def plural(number: int, word: str, words: str = "") -> str:
    """Return a count with its noun: `1 page`, `12 pages`, `3 entities`."""
    return f"{number:,} {word if number == 1 else words or word + 's'}"
