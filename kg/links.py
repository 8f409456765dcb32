"""Wikilinks: finding them in a text, and finding the page that each means."""

import os.path
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.names import PageName, slugify, squash, without_suffix

# A Markdown link whose text is in brackets, [[text]](path), is no wikilink; one pair of brackets may stand inside.
_WIKILINK = re.compile(
    r"(!?)\[\[([^\[\]\n\x00]*(?:\[[^\[\]\n\x00]*\][^\[\]\n\x00]*)?)\]\](?!\([^()\s./#:]*+[./#:][^()\s]*+\))"
)
_POINTER = re.compile(r"\[\[[^\[\]\n|#]*#[^\[\]\n]*\]\]\s*\Z")
STRICT = frozenset({"self", "path", "relpath", "path_suffix", "stem"})


@dataclass(frozen=True, slots=True)
class WikiLink:
    """A wikilink as written: the offsets of its brackets and of its target, and its parts."""

    start: int
    end: int
    target_start: int
    slug: str
    anchor: str
    alias: str | None
    embed: bool


@dataclass(frozen=True, slots=True)
class Named:
    """One page as links may name it."""

    name: PageName
    title: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a link's slug means: the topic it names, how it was found, and how many pages could have been meant.

    `via` is self, path, relpath, path_suffix or stem (strict), stem_icase, title_alias, slug, squash or
    wrong_path_stem (lenient), attachment, empty or broken; `ambiguous` says that no candidate was preferred.
    """

    topic: str
    via: str
    candidates: tuple[str, ...] = ()
    ambiguous: bool = False

    @property
    def resolution(self) -> str:
        """One of strict, lenient, ambiguous, broken, attachment, empty."""
        if self.ambiguous:
            return "ambiguous"
        if self.via in ("attachment", "empty", "broken"):
            return self.via
        return "strict" if self.via in STRICT else "lenient"


@dataclass(slots=True)
class NameIndex:
    """Every name by which the pages of a wiki can be linked, each to the pages that have it."""

    paths: dict[str, Named] = field(default_factory=dict)
    suffixes: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    folded: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    slugs: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    squashed: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    attachments: frozenset[str] = frozenset()


def find(text: str) -> Iterator[WikiLink]:
    """Yield the wikilinks of a text whose code, comments and mathematics are hidden (see `markdown.hide`)."""
    if "[[" not in text:
        return
    for match in _WIKILINK.finditer(text):
        inner = match[2].replace("\\|", "|")
        target, bar, alias = inner.partition("|")
        slug, _, anchor = target.partition("#")
        shift = len(slug) - len(slug.lstrip())
        yield WikiLink(
            start=match.start(),
            end=match.end(),
            target_start=match.start(2) + shift,
            slug=slug.strip(),
            anchor=anchor.strip(),
            alias=alias if bar else None,
            embed=bool(match[1]),
        )


def plain(text: str) -> str:
    """Return a text with each wikilink replaced by what a reader sees: its alias, else its target."""
    if "[[" not in text:
        return text
    return _WIKILINK.sub(lambda m: _seen(m[2].replace("\\|", "|")), text)


def spoken(text: str) -> str:
    """Return `plain` text in which a link to a section at the end, the pointer to the evidence, stands in brackets."""
    match = _POINTER.search(text)
    if match is None or not text[: match.start()].strip():
        return plain(text)
    return f"{plain(text[: match.start()].rstrip())} ({plain(match[0].strip())})"


def _seen(inner: str) -> str:
    target, bar, alias = inner.partition("|")
    return alias.strip() if bar and alias.strip() else target.strip()


def index(pages: Iterable[Named], attachments: Iterable[str] = ()) -> NameIndex:
    """Return the index of a wiki's names; `attachments` are the paths of its files that are no pages."""
    made = NameIndex(attachments=frozenset(_fold(path.rpartition("/")[2]) for path in attachments))
    for page in sorted(pages, key=lambda page: page.name.path):
        plain = unicodedata.normalize("NFC", without_suffix(page.name.path))
        stem = plain.rpartition("/")[2]
        made.paths.setdefault(plain, page)
        segments = plain.split("/")
        for start in range(1, len(segments)):
            made.suffixes["/".join(segments[start:])].append(page)
        made.stems[stem].append(page)
        made.folded[stem.casefold()].append(page)
        for title in filter(None, (page.title, *page.aliases)):
            made.titles[_fold(title)].append(page)
        for text in filter(None, (stem, page.title)):
            made.slugs[slugify(text)].append(page)
            made.squashed[squash(text)].append(page)
    return made


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def resolve(names: NameIndex, me: PageName, slug: str, *, anchored: bool = False) -> Answer:
    """Return what `slug` means on page `me`; a link with an anchor alone means the page itself."""
    base = unicodedata.normalize("NFC", slug).split("^")[0].strip()
    plain = without_suffix(base).strip("/")
    if not plain:
        own = anchored or "^" in slug
        return Answer(me.topic, "self", (me.path,)) if own else Answer("", "empty")
    via, found = _candidates(names, me, plain)
    if not found:
        return Answer("" if via == "attachment" else slug.strip(), via)
    return _preferred(me, slug, via, found)


def _candidates(names: NameIndex, me: PageName, plain: str) -> tuple[str, list[Named]]:
    if plain in names.paths:
        return "path", [names.paths[plain]]
    if "/" in plain:
        folder = unicodedata.normalize("NFC", os.path.dirname(me.path))  # noqa: PTH120  # a wiki path, not a file's
        relative = os.path.normpath(f"{folder}/{plain}" if folder else plain)
        if relative in names.paths:
            return "relpath", [names.paths[relative]]
        if found := names.suffixes.get(plain.lstrip("./")):
            return "path_suffix", found
    else:
        if found := names.stems.get(plain):
            return "stem", found
        if found := names.folded.get(plain.casefold()):
            return "stem_icase", found
    return _lenient_candidates(names, plain)


def _lenient_candidates(names: NameIndex, plain: str) -> tuple[str, list[Named]]:
    last = plain.rpartition("/")[2]
    if found := names.titles.get(plain.casefold()):
        return "title_alias", found
    if "." in last and last.casefold() in names.attachments:
        return "attachment", []
    if (slug := slugify(plain)) and (found := names.slugs.get(slug)):
        return "slug", found
    if slug and (found := names.squashed.get(squash(plain))):
        return "squash", found
    if "/" in plain and (found := names.stems.get(last)):
        return "wrong_path_stem", found
    return "broken", []


def _preferred(me: PageName, slug: str, via: str, found: list[Named]) -> Answer:
    """Choose among pages with one name: the one in the same folder, else none."""
    unique = {page.name.path: page for page in found}
    candidates = tuple(unique)
    folder = me.path.rpartition("/")[0]
    near = [page for path, page in unique.items() if path.rpartition("/")[0] == folder]
    if len(unique) == 1:
        near = list(unique.values())
    if len(near) == 1:
        return Answer(near[0].name.topic, via, candidates)
    return Answer(without_suffix(slug.strip()), via, candidates, ambiguous=True)
