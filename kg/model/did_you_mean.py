"""Did you mean: the words of a short list that are most like one that is not in it.

For names of pages, of which there are thousands with spellings of their own, there is kg/links/near_names.py.
"""

from collections.abc import Iterable

_ALIKE = 0.6


def nearest(word: str, words: Iterable[str], most: int = 1) -> list[str]:
    """Return at most so many words that are like one, letter case aside, the most alike first."""
    import difflib  # only where something is wrong

    folded = {candidate.casefold(): candidate for candidate in sorted(words, reverse=True)}
    return [folded[near] for near in difflib.get_close_matches(word.casefold(), sorted(folded), most, _ALIKE)]


def hint(word: str, words: Iterable[str], otherwise: str, most: int = 1) -> str:
    """Return `did you mean 'link-dangling'?`, or what to say `otherwise` where no word is near."""
    return _asked(nearest(word, words, most), otherwise)


def begun(word: str, words: Iterable[str], otherwise: str, most: int) -> str:
    """Return `did you mean …?` of the first few words that begin as one does, or what to say `otherwise`."""
    start = word.casefold()
    return _asked([one for one in sorted(words) if start and one.casefold().startswith(start)][:most], otherwise)


def _asked(words: list[str], otherwise: str) -> str:
    return f"did you mean {' or '.join(map(repr, words))}?" if words else otherwise
