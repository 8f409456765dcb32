"""The words of a wiki as a rendered copy shows them: names of pages, and how each folder writes its headings."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from pyoxigraph import NamedNode, Store

from kg.links import wikilinks
from kg.links.resolve import Listed
from kg.model.records import dataclass
from kg.rdf import names, sparql_text
from kg.settings.dialect import Dialect
from kg.store.manifest import Entry

_HUMP = re.compile(r"[^\W_]*[^\W\d_A-Z][A-Z][^\W_]*|[^\W_]*\d[A-Z][^\W_]*")
_DIGITS = re.compile(r"\d+")
_CERTAIN_HYPHENS = 2


class Sort(StrEnum):
    """How sure it is that a name in running text was a link, by its spelling alone."""

    COINED = "coined"  # FineTuning, case-against-osaid: nobody writes that but to link
    PROPER = "proper"  # Mozilla, DeepSeek: the page is called what people call the thing
    WORD = "word"  # index, open-weights: an ordinary word


@dataclass(frozen=True, slots=True)
class Name:
    """One name that links may use: the words before `|`, and the page's path (empty: no page has it)."""

    stem: str
    path: str = ""
    title: str = ""
    sort: Sort = Sort.WORD


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as a page of a group writes it: its level and the empty lines below it (None: none follows)."""

    group: str
    first: bool
    level: int
    title: str
    gap: int | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """
    What a wiki calls its pages, and its habits.

    `stems` holds each name that a link uses, `shown` the pages by title or alias in lower case. `levels` and `gaps`
    say what most pages of a group do at a heading of a name ("*": any group), `titled` which groups open with an H1,
    `sections` how a heading is written, by its slug.
    """

    stems: Mapping[str, Name] = field(default_factory=dict)
    shown: Mapping[str, tuple[Name, ...]] = field(default_factory=dict)
    levels: Mapping[tuple[str, str], int] = field(default_factory=dict)
    gaps: Mapping[tuple[str, str], int] = field(default_factory=dict)
    titled: frozenset[str] = frozenset()
    sections: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether any page of a wiki is known."""
        return any(name.path for name in self.stems.values())


def folder(path: str) -> str:
    """Return the folder of a page's path, empty in the root."""
    return path.rpartition("/")[0]


def group(path: str, dialect: Dialect) -> str:
    """Return which pages a page is written like: those of its class by its path, or those of its folder."""
    page_class = dialect.page_class("", path)
    return f"{folder(path)}/" if page_class == "Page" else page_class


def heading_key(title: str) -> str:
    """Return a heading as it is compared: what is seen of it, in lower case, every number as 0."""
    seen = wikilinks.plain(title).replace("*", "").replace("`", "")
    return _DIGITS.sub("0", " ".join(seen.split()).casefold())


def sort_of(stem: str, title: str) -> Sort:
    """Return how sure a name in running text is a link: `title` is its page's (empty: no page, or none given)."""
    if stem.count("-") >= _CERTAIN_HYPHENS and " " not in stem:
        return Sort.COINED
    if "-" in stem or stem == stem.lower():
        return Sort.WORD
    if _HUMP.fullmatch(stem) and not re.search(rf"(?<!\w){re.escape(stem)}(?!\w)", title):
        return Sort.COINED
    return Sort.PROPER


def from_store(pages: Mapping[str, Entry], quads: Store, dialect: Dialect, *, without: str = "") -> Lexicon:
    """Return the words of a stored wiki; the page `without` tells nothing about itself but its name."""
    rows = sparql_text.select(quads, sparql_text.declared_query("pages/headings").text)
    headings: list[Heading] = []
    last = ""
    for row in rows:
        path = row["path"].value
        gap = None if row["gap"] is None else row["gap"].value.count("\n")
        if path != without:
            first, level = path != last, len(row["hashes"].value)
            headings.append(Heading(group(path, dialect), first, level, row["markup"].value, gap))
        last = path
    others = {path: entry for path, entry in pages.items() if path != without}
    used = {slug for entry in others.values() for slug, _ in entry.used}
    sizes = Counter(group(path, dialect) for path in others)
    return made(pages.values(), used, headings, sizes)


def texts(quads: Store, page_class: str, *, without: str = "") -> list[list[str]]:
    """Return the running text of the pages of a class, block by block, without that of one page."""
    query = sparql_text.declared_query("pages/texts").text
    bound = sparql_text.bind(query, {"class": NamedNode(names.expand(f"nr:{page_class}"))})
    found: dict[str, list[str]] = defaultdict(list)
    for row in sparql_text.select(quads, bound):
        if row["path"].value != without:
            found[row["path"].value].append(row["markup"].value)
    return list(found.values())


def made(
    pages: Iterable[Listed],
    linked_names: Iterable[str],
    headings: Iterable[Heading],
    sizes: Mapping[str, int],
) -> Lexicon:
    """Return the words of pages, names that links use, headings, sizes of groups."""
    stems: dict[str, Name] = {}
    shown: dict[str, list[Name]] = defaultdict(list)
    for page in sorted(pages, key=lambda page: page.path):
        stem = names.stem(page.path)
        name = Name(stem, page.path, page.title, sort_of(stem, page.title))
        stems.setdefault(stem, name)
        for words in sorted({page.title, *page.aliases} - {""}):
            shown[words.casefold()].append(name)
    for slug in sorted(linked_names):
        if slug and slug not in stems and "/" not in slug and names.stem(slug) not in stems:
            stems[slug] = Name(slug, sort=sort_of(slug, ""))
    listed = list(headings)
    levels, gaps, titled = _habits(listed, sizes)
    # Of two spellings of one heading the first in the order of code points holds.
    sections = {
        names.slugify(wikilinks.plain(one.title)): wikilinks.plain(one.title)
        for one in sorted(listed, key=lambda one: one.title, reverse=True)
    }
    return Lexicon(stems, {words: tuple(found) for words, found in shown.items()}, levels, gaps, titled, sections)


def _habits(
    headings: list[Heading], sizes: Mapping[str, int]
) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int], frozenset[str]]:
    levels: list[tuple[tuple[str, str], int]] = []
    gaps: list[tuple[tuple[str, str], int]] = []
    titled: Counter[str] = Counter()
    for heading in headings:
        opens = heading.first and heading.level == 1
        titled[heading.group] += opens
        key = "#" if opens else heading_key(heading.title)
        for where in (heading.group, "*"):
            levels.append(((where, key), heading.level))
            if heading.gap is not None:
                gaps += [((where, name), heading.gap) for name in {key, "#" * heading.level}]
    return _most(levels), _most(gaps), frozenset(one for one, count in titled.items() if 2 * count > sizes[one])


def _most(pairs: list[tuple[tuple[str, str], int]]) -> dict[tuple[str, str], int]:
    """Return the value that each key has most often, the greater one of two as frequent."""
    counted: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for key, value in pairs:
        counted[key][value] += 1
    return {key: max(found, key=lambda value: (found[value], value)) for key, found in counted.items()}
