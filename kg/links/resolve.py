"""Which page a link means: the index of a wiki's names, and the ways in which a slug is looked up in it."""

import os.path
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Protocol
from urllib.parse import quote

from kg.links import family_ways
from kg.links.name_tables import Named, NameIndex
from kg.links.near_names import MOST, NearNames, Spelling, nearest
from kg.links.wikilinks import is_path, written
from kg.model.records import dataclass
from kg.rdf import spellings
from kg.rdf.names import PageName, stem, without_suffix
from kg.settings.dialect import Dialect
from kg.settings.link_style import LINK_ORDER, STRICT

_NOT_IN_DESTINATION = re.compile(r"[\s()<>%\\#?\x00]")
# The ways for which a name that begins with a slash is another than the one without.
_ROOTED = frozenset({"folder", "vault"})
_UNWRITABLE = re.compile(r"[\[\]|#^\n\r\x00]|\A\s|\s\Z|\.md\Z", re.IGNORECASE)


class Listed(Protocol):
    """A page as something that lists a wiki's pages has it, such as the manifest of a generation."""

    @property
    def path(self) -> str:
        """The path of the page."""

    @property
    def name(self) -> str:
        """What its graphs are called after."""

    @property
    def topic(self) -> str:
        """What it is about."""

    @property
    def title(self) -> str:
        """Its title, empty where it has none."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other names."""


def named(page: Listed) -> Named:
    """Return a page of a list as links may name it."""
    return Named(PageName(page.path, page.name, page.topic), page.title, page.aliases)


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a link's slug means: the topic it names, how it was found, and how many pages could have been meant.

    `via` is one of `link_style.LINK_WAYS`, or outside, missing, empty, unwritten or broken; `lenient` says that the
    wiki's own program does not surely find the page, and `certain` that it can be read in no other way; `ambiguous`
    says that no candidate was preferred; `topics` are theirs then. `suggestions` are what to write instead, best first:
    of a broken link the names that may have been meant, of a lenient one the page's exact name, of an ambiguous one the
    paths.
    """

    topic: str
    via: str
    candidates: tuple[str, ...] = ()
    ambiguous: bool = False
    topics: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    lenient: bool = False
    certain: bool = False

    @property
    def resolution(self) -> str:
        """One of strict, lenient, ambiguous, broken, attachment, outside, missing, empty."""
        if self.ambiguous:
            return "ambiguous"
        if self.via == "unwritten":
            return "broken"
        if self.via in ("attachment", "outside", "missing", "empty", "broken"):
            return self.via
        return "lenient" if self.lenient else "strict"


def index(pages: Iterable[Named], attachments: Iterable[str] = ()) -> NameIndex:
    """Return the index of a wiki's names; `attachments` are the paths of its files that are no pages."""
    made = NameIndex(attachments=frozenset(spellings.case(path.rpartition("/")[2]) for path in attachments))
    for page in sorted(pages, key=lambda page: page.name.path):
        plain = unicodedata.normalize("NFC", without_suffix(page.name.path))
        stem = plain.rpartition("/")[2]
        made.paths[plain].append(page)
        segments = plain.split("/")
        for start in range(1, len(segments)):
            made.suffixes["/".join(segments[start:])].append(page)
        made.stems[stem].append(page)
        made.folded[spellings.case(stem)].append(page)
        for title in filter(None, (page.title, *page.aliases)):
            made.titles[spellings.fold(title)].append(page)
        for text in filter(None, (stem, page.title)):
            made.slugs[spellings.words(text)].append(page)
            made.squashed[spellings.letters(text)].append(page)
    return made


# ---- What a slug means -----------------------------------------------------------------------------------------------

Finder = Callable[[NameIndex, PageName, str], list[Named]]


def _relative(names: NameIndex, me: PageName, plain: str) -> list[Named]:
    return names.paths.get(family_ways.joined(me, plain), []) if "/" in plain else []


def _suffix(names: NameIndex, _me: PageName, plain: str) -> list[Named]:
    return names.suffixes.get(plain.lstrip("./"), []) if "/" in plain else []


def _slug(names: NameIndex, _me: PageName, plain: str) -> list[Named]:
    return names.slugs.get(slug, []) if "/" not in plain and (slug := spellings.words(plain)) else []


def _squash(names: NameIndex, _me: PageName, plain: str) -> list[Named]:
    return names.squashed.get(slug, []) if "/" not in plain and (slug := spellings.letters(plain)) else []


_FINDERS: Mapping[str, Finder] = MappingProxyType(
    {
        "path": lambda names, _, plain: names.paths.get(plain, []),
        "relpath": _relative,
        "path_suffix": _suffix,
        "stem": lambda names, _, plain: names.stems.get(plain, []),
        "stem_icase": lambda names, _, plain: names.folded.get(spellings.case(plain), []),
        "title_alias": lambda names, _, plain: names.titles.get(spellings.fold(plain), []),
        "slug": _slug,
        "squash": _squash,
        "folder": family_ways.folder,
        "vault": family_ways.vault,
        "dashes": family_ways.dashes,
        "canonical": family_ways.canonical,
        "wrong_path_stem": lambda names, _, plain: (
            names.stems.get(plain.rpartition("/")[2], []) if "/" in plain else []
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LinkRules:
    """
    How slugs are resolved: the ways to try, the namespaces, which ways are exact, and which of several pages is meant.

    `order`, `exact` and `several` are as in `LinkStyle`; `by_name` says that a Markdown link may be any name, and
    `unwritten` that a name without a file is a page all the same.

    A namespace is a prefix with the folder that it stands for: with `podcast` = `podcasts/` the link `[[podcast:x]]`
    is looked up as `podcasts/x`, with an empty folder as `x`. A prefix that is not declared is part of the name.
    """

    order: tuple[str, ...] = LINK_ORDER
    namespaces: Mapping[str, str] = field(default_factory=dict)
    exact: frozenset[str] = frozenset(STRICT)
    several: str = "nearest"
    by_name: bool = False
    unwritten: bool = False


DEFAULT_RULES = LinkRules()


def rules(dialect: Dialect) -> LinkRules:
    """Return the rules of a dialect."""
    links = dialect.links
    return LinkRules(
        links.order, dialect.namespaces, links.exact, links.several, links.markdown == "vault", links.unwritten
    )


def resolve(
    names: NameIndex,
    me: PageName,
    slug: str,
    *,
    anchored: bool = False,
    rules: LinkRules = DEFAULT_RULES,
    suggesting: bool = True,
) -> Answer:
    """
    Return what `slug` means on page `me`; a link with an anchor alone means the page itself.

    What `by_path` made of the destination of a Markdown link is looked up as a path alone. Without `suggesting`, a
    broken link costs no search for names like it.
    """
    if is_path(slug):
        return _resolve_path(names, me, written(slug), rules, suggesting=suggesting)
    name = unicodedata.normalize("NFC", slug).split("^")[0].strip()
    base = _without_namespace(name, rules)
    plain = without_suffix(base).strip("/")
    if not plain:
        own = (anchored or "^" in slug) and base == name and "self" in rules.order
        return Answer(me.topic, "self", (me.path,)) if own else Answer("", "empty")
    via, found = _candidates(names, me, without_suffix(base).rstrip("/"), rules)
    if via == "attachment":
        return Answer("", via)
    if not found:
        dated = rules.unwritten and any(character.isdigit() for character in base)  # a day is near every other day
        near = suggest(names, base) if suggesting and not dated else ()
        return Answer(
            _nobodys(names, without_suffix(name)), "unwritten" if rules.unwritten else via, suggestions=near
        )  # fmt: skip
    answer = _preferred(names, me, (without_suffix(name), via), found, rules)
    certain = answer.resolution == "lenient" and _certain(names, me, plain, found, rules)
    return replace(answer, certain=True) if certain else answer


def _certain(names: NameIndex, me: PageName, plain: str, pages: list[Named], rules: LinkRules) -> bool:
    """Tell whether a name found leniently is one page's alone by every way, and differs in nothing that is read."""
    ways = [_FINDERS[via] for via in rules.order if via in _FINDERS]
    readings = {page.name.path for page in [*pages, *(page for find in ways for page in find(names, me, plain))]}
    own = (stem(pages[0].name.path), pages[0].title, *pages[0].aliases)
    return len(readings) == 1 and any(spellings.surely_one(plain, name) for name in own if name)


def _without_namespace(base: str, rules: LinkRules) -> str:
    prefix, colon, rest = base.partition(":")
    folder = rules.namespaces.get(prefix.casefold()) if colon else None
    if folder is None:
        return base
    rest = rest.strip().strip("/")
    return folder + rest if without_suffix(rest) else ""


def _candidates(names: NameIndex, me: PageName, path: str, rules: LinkRules) -> tuple[str, list[Named]]:
    plain = path.lstrip("/")
    for via in rules.order:
        if via == "attachment":
            last = plain.rpartition("/")[2]
            if any(name in names.attachments for name in _file_names(last)):
                return via, []
        elif via != "self" and (found := _FINDERS[via](names, me, path if via in _ROOTED else plain)):
            return via, found
    return "broken", []


def _nobodys(names: NameIndex, text: str) -> str:
    """Return the topic of a name that no page has: where a file that is called otherwise has this topic, another."""
    topics = {page.name.topic for page in names.stems.get(text.rpartition("/")[2], ())}
    while text in topics:
        text += "~"
    return text


def _file_names(last: str) -> tuple[str, ...]:
    """Return what a name may be called in the attachments: as a file, or as a page in other markup than Markdown."""
    plain, dashed = spellings.case(last), spellings.case(family_ways.dashed(last))
    return ((plain,) if "." in plain else ()) + (f"{plain}.", f"{dashed}.")


def _preferred(
    names: NameIndex, me: PageName, question: tuple[str, str], pages: list[Named], rules: LinkRules
) -> Answer:
    """Choose among pages with one name, asked for by it in a way: the one in its folder, else as the rules say."""
    text, via = question
    unique = {page.name.path: page for page in pages}
    candidates = tuple(unique)
    meant, sure = family_ways.meant(me, list(unique.values()), rules.several)
    if meant:
        lenient = not sure or via not in rules.exact
        right = _exactly(names, meant, sure=sure) if lenient else ()
        return Answer(meant.name.topic, via, candidates, suggestions=right, lenient=lenient)
    topics = tuple(page.name.topic for page in unique.values())
    paths = [unicodedata.normalize("NFC", without_suffix(path)) for path in candidates]
    exact_paths = tuple(dict.fromkeys(path for path in paths if not _UNWRITABLE.search(path)))[:MOST]
    topic = text
    while topic in topics:  # twins such as x.md and x.MD: the name alone is the topic of one of them
        topic += "~"
    return Answer(topic, via, candidates, ambiguous=True, topics=topics, suggestions=exact_paths)


# ---- Links by path ---------------------------------------------------------------------------------------------------


def _resolve_path(names: NameIndex, me: PageName, path: str, rules: LinkRules, *, suggesting: bool) -> Answer:
    """Return the page at a path: from the page's own folder, else from the root, or as the name that it may be."""
    plain = without_suffix(unicodedata.normalize("NFC", path))
    root = os.path.normpath(plain.lstrip("/") or ".")
    here = root if plain.startswith("/") else family_ways.joined(me, plain)
    for via, asked in (("relpath", here), ("path", root)):
        if not rules.by_name and (found := names.paths.get(asked)):
            return _preferred(names, me, (here, via), found, DEFAULT_RULES)
    if rules.by_name and (found := family_ways.vault(names, me, plain)):
        return _preferred(names, me, (here, "vault"), found, rules)
    if here.startswith("../") or here == "..":
        return Answer("", "outside")
    near = nearest(_near(names), here) if suggesting else ()
    return Answer(here, "missing", suggestions=tuple(_from(me, path) for path in near))


def _from(me: PageName, path: str) -> str:
    """Return the path of a page as the destination of a link on another."""
    relative = os.path.relpath(f"/{path}", f"/{me.path}/..")
    return _NOT_IN_DESTINATION.sub(lambda match: quote(match[0]), relative)


# ---- Did you mean ----------------------------------------------------------------------------------------------------


def suggest(names: NameIndex, slug: str) -> tuple[str, ...]:
    """Return what the author of a link that leads nowhere may have meant to write: at most three names, best first."""
    wanted = without_suffix(slug.strip())
    near = nearest(_near(names), wanted)
    if not near and ":" in wanted:  # a prefix that stands for a folder, and that nobody declared
        near = nearest(_near(names), wanted.partition(":")[2])
    return _written(names, near)


def _near(names: NameIndex) -> NearNames:
    if names.near is None:
        every = names.every() if names.every else [page for found in names.paths.values() for page in found]
        pages = {page.name.path: page for page in every}
        names.near = NearNames(
            Spelling(path, place, text)
            for path, page in pages.items()
            if not _UNWRITABLE.search(without_suffix(path))
            for place, text in _texts(page)
        )
    return names.near


def _texts(page: Named) -> Iterator[tuple[int, str]]:
    yield 0, without_suffix(page.name.path).rpartition("/")[2]
    yield from ((1, text) for text in (page.title, *page.aliases) if text)


def _exactly(names: NameIndex, page: Named, *, sure: bool) -> tuple[str, ...]:
    """Return what leads to a page exactly: where the name alone does not tell which is meant, its path."""
    path = unicodedata.normalize("NFC", without_suffix(page.name.path))
    if not sure and not _UNWRITABLE.search(path):
        return (path,)
    return _written(names, [page.name.path])


def _written(names: NameIndex, paths: Iterable[str]) -> tuple[str, ...]:
    """Return what leads to each of these pages exactly: its file name, or its path where others have that name."""
    plain = [unicodedata.normalize("NFC", without_suffix(path)) for path in paths]
    alone = [stem if len(names.stems[stem]) == 1 else "" for stem in (path.rpartition("/")[2] for path in plain)]
    fitting = (
        next((name for name in both if name and not _UNWRITABLE.search(name)), "")
        for both in zip(alone, plain, strict=True)
    )
    return tuple(name for name in fitting if name)
