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
    near = nearest(word, words, most)
    return f"did you mean {' or '.join(repr(one) for one in near)}?" if near else otherwise
