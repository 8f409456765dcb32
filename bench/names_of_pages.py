"""
The names and links of a wiki of any size, each made of its number alone: no page is kept, every page can be asked for.

Names have the shapes of those in real wikis: `KalmarCordenCouncil`, `kalmar-corden-report-1043`, `2025-03-12-kalmar`,
`Kalmar Corden`, `kalmar_corden`, Chinese ones. One page in `TWINS` is called like an earlier one in another spelling,
one in `ALIASED` has a second name. Links lead to few pages often and to many seldom (Zipf, exponent 1); some are
spelled otherwise, a few have a wrong letter, a few name nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from phrases import SYLLABLES

TWINS, ALIASED = 100, 10
# Of 1,000 links so many are written in another spelling, with a wrong letter, or name nothing.
RESPELLED, MISTYPED, NOWHERE = 50, 3, 2
FIRST_DAY, DAYS, AGE = 19_000, 1_300, 90
_ALL, _PER_MILLE, _UNIT = (1 << 64) - 1, 1_000, 1 << 53
_PAIRS = tuple(one + other for one, other in product(SYLLABLES, repeat=2))
_HALF = len(_PAIRS) ** 2
_TAILS = ("Council", "Doctrine", "Agency", "Theory", "Initiative", "Model")
_WORDS = ("report", "on", "the", "open", "cost", "of", "new", "letter", "against", "standard", "review", "plan")
_CHINESE, _FROM = 6_000, 0x4E00
_FOLDERS = ("sources", "entities", "concepts")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of so many pages, with so many links each, by a seed."""

    pages: int
    links: int = 3
    seed: int = 5

    def stem(self, page: int) -> str:
        """Return what a page's file is called."""
        drawn = mixed(page ^ self.seed << 40)
        if page and drawn % TWINS == 0:
            return respelled(_plain(mixed(mixed(drawn) % page ^ self.seed << 40)), drawn)
        return _plain(drawn)

    def path(self, page: int) -> str:
        """Return where it lies."""
        return f"{_FOLDERS[page % len(_FOLDERS)]}/{self.stem(page)}.md"

    def all_of(self, page: int) -> tuple[str, ...]:
        """Return its names: that of its file, and a second one where it has one."""
        alias = _plain(mixed(page ^ self.seed << 41 | 1 << 63)) if page % ALIASED == 0 else ""
        return (self.stem(page), alias) if alias else (self.stem(page),)

    def day(self, page: int) -> int:
        """Return the day on which it was last updated, as the number of a day."""
        return FIRST_DAY + mixed(page ^ self.seed << 42) % DAYS

    def link(self, page: int, number: int) -> str:
        """Return one of its links as it is written."""
        drawn = mixed((page * self.links + number) ^ self.seed << 43)
        kind = drawn % _PER_MILLE
        if kind < NOWHERE:
            return _plain(mixed(drawn))
        written = _remembered(self, min(int(self.pages ** (mixed(drawn) % _UNIT / _UNIT)), self.pages) - 1)
        if kind < NOWHERE + MISTYPED:
            return mistyped(written, drawn // _PER_MILLE)
        return respelled(written, drawn // _PER_MILLE) if kind < NOWHERE + MISTYPED + RESPELLED else written

    def every(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the pages with their names."""
        return ((page, self.all_of(page)) for page in range(self.pages))


@lru_cache(maxsize=1 << 15)
def _remembered(names: Names, page: int) -> str:
    """Return the stem of a page; those that many links lead to are made once."""
    return names.stem(page)


def mixed(number: int) -> int:
    """Return 64 bits in which neighbours have nothing in common (splitmix64)."""
    number = (number + 0x9E3779B97F4A7C15) & _ALL
    number = ((number ^ number >> 30) * 0xBF58476D1CE4E5B9) & _ALL
    number = ((number ^ number >> 27) * 0x94D049BB133111EB) & _ALL
    return number ^ number >> 31


def respelled(name: str, drawn: int) -> str:
    """Return a name in another spelling, which is the same name; what stands between digits is part of a name."""
    if name[0].isdigit():
        return name.upper()
    return (name.lower(), name.replace("-", " ").replace("_", " "), name.replace(" ", "-").upper())[drawn % 3]


def mistyped(name: str, drawn: int) -> str:
    """Return a name with a letter changed, left out, or doubled."""
    at = drawn % len(name)
    other = ("x" if name[at] not in "xX" else "q", "", name[at] * 2)[drawn // len(name) % 3]
    return name[:at] + other + name[at + 1 :]


def _plain(drawn: int) -> str:
    """Return a name in one of the shapes."""
    one, other, rest = _word(drawn), _word(drawn // _HALF), drawn >> 44
    shape = rest % 100
    if shape < 30:  # noqa: PLR2004  # percents
        return f"{one.capitalize()}{other.capitalize()}{_TAILS[rest // 100 % len(_TAILS)]}"
    if shape < 70:  # noqa: PLR2004
        first, second = _WORDS[rest // 100 % len(_WORDS)], _WORDS[rest // 1_300 % len(_WORDS)]
        return f"{one}-{other}-{first}-{second}-{rest % 9_973}"
    if shape < 80:  # noqa: PLR2004
        return f"{2019 + rest // 100 % 8}-{rest // 800 % 12 + 1:02}-{rest // 9_600 % 28 + 1:02}-{one}-{other}"
    if shape < 90:  # noqa: PLR2004
        return f"{one.capitalize()} {other.capitalize()}"
    if shape < 95:  # noqa: PLR2004
        return f"{one}_{other}_{_WORDS[rest // 100 % len(_WORDS)]}"
    return "".join(chr(_FROM + drawn // _CHINESE**place % _CHINESE) for place in range(5))


def _word(drawn: int) -> str:
    """Return a word of four syllables."""
    return _PAIRS[drawn % len(_PAIRS)] + _PAIRS[drawn // len(_PAIRS) % len(_PAIRS)]
