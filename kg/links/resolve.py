"""Links: finding them in a text, and finding the page that each means."""

import html
import os.path
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, unquote

from kg.links.near_names import MOST, NearNames, Spelling, nearest
from kg.rdf.names import PageName, slugify, squash, without_suffix
from kg.settings.dialect import LINK_ORDER, Dialect

# A Markdown link whose text is in brackets, [[text]](path), is no wikilink; one pair of brackets may stand inside.
_WIKILINK = re.compile(r"(!?)\[\[([^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)?)\]\](?!\([^()\s./#:]*+[./#:][^()\s]*+\))")
_POINTER = re.compile(r"\[\[[^\[\]\n|#]*#[^\[\]\n]*\]\]\s*\Z")
_HIDDEN = "\x00"
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NOT_IN_DESTINATION = re.compile(r"[\s()<>%\\#?\x00]")
_UNWRITABLE = re.compile(r"[\[\]|#^\n\r\x00]|\A\s|\s\Z|\.md\Z", re.IGNORECASE)
_BY_PATH = "]("
STRICT = frozenset({"self", "path", "relpath", "path_suffix", "stem"})
MARKDOWN, FIELD = "markdown", "field"


@dataclass(frozen=True, slots=True)
class WikiLink:
    """
    A link as written: the offsets of its brackets and of its target, and its parts.

    `form` is empty for a wikilink and `markdown` for `[alias](slug#anchor)`.
    """

    start: int
    end: int
    target_start: int
    slug: str
    anchor: str
    alias: str | None
    embed: bool
    form: str = ""


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
    wrong_path_stem (lenient), attachment, outside, missing, empty or broken; `ambiguous` says that no candidate was
    preferred, and `topics` are theirs then. `suggestions` are what to write instead, best first: of a broken link the
    names that may have been meant, of a lenient one the page's exact name, of an ambiguous one the candidates' paths.
    """

    topic: str
    via: str
    candidates: tuple[str, ...] = ()
    ambiguous: bool = False
    topics: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()

    @property
    def resolution(self) -> str:
        """One of strict, lenient, ambiguous, broken, attachment, outside, missing, empty."""
        if self.ambiguous:
            return "ambiguous"
        if self.via in ("attachment", "outside", "missing", "empty", "broken"):
            return self.via
        return "strict" if self.via in STRICT else "lenient"


@dataclass(slots=True)
class NameIndex:
    """
    Every name by which the pages of a wiki can be linked, each to the pages that have it.

    `every` gives all pages where the tables hold only those that were asked for.
    """

    paths: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    suffixes: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    folded: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    slugs: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    squashed: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))
    attachments: frozenset[str] = frozenset()
    near: NearNames | None = None
    every: Callable[[], list[Named]] | None = None


def find(text: str, original: str = "") -> Iterator[WikiLink]:
    """
    Yield the wikilinks of a text whose code, comments and mathematics are hidden (see `markdown.hide`).

    `original` is the same text with nothing hidden: code in what a reader sees of a link is part of its alias.
    """
    if "[[" not in text:
        return
    for match in _WIKILINK.finditer(text):
        inner = match[2].replace("\\|", "|")
        target, bar, alias = inner.partition("|")
        if _HIDDEN in target:
            continue
        if _HIDDEN in alias and original:
            alias = original[match.start(2) : match.end(2)].replace("\\|", "|").partition("|")[2]
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
    return _WIKILINK.sub(lambda m: m[0] if _HIDDEN in m[2] else _seen(m[2].replace("\\|", "|")), text)


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
        made.paths[plain].append(page)
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


# ---- What a slug means -----------------------------------------------------------------------------------------------

Finder = Callable[[NameIndex, PageName, str], list[Named]]


def _relative(names: NameIndex, me: PageName, plain: str) -> list[Named]:
    return names.paths.get(_joined(me, plain), []) if "/" in plain else []


def _joined(me: PageName, path: str) -> str:
    """Return a path that starts in the folder of a page as one that starts in the root."""
    folder = unicodedata.normalize("NFC", os.path.dirname(me.path))  # noqa: PTH120  # a wiki path, not a file's
    return os.path.normpath(f"{folder}/{path}" if folder else path)


def _suffix(names: NameIndex, _me: PageName, plain: str) -> list[Named]:
    return names.suffixes.get(plain.lstrip("./"), []) if "/" in plain else []


def _slug(names: NameIndex, _me: PageName, plain: str) -> list[Named]:
    return names.slugs.get(slug, []) if (slug := slugify(plain)) else []


def _squash(names: NameIndex, _me: PageName, plain: str) -> list[Named]:
    return names.squashed.get(letters, []) if (letters := squash(plain)) else []


_FINDERS: Mapping[str, Finder] = MappingProxyType(
    {
        "path": lambda names, _, plain: names.paths.get(plain, []),
        "relpath": _relative,
        "path_suffix": _suffix,
        "stem": lambda names, _, plain: names.stems.get(plain, []),
        "stem_icase": lambda names, _, plain: names.folded.get(plain.casefold(), []),
        "title_alias": lambda names, _, plain: names.titles.get(plain.casefold(), []),
        "slug": _slug,
        "squash": _squash,
        "wrong_path_stem": lambda names, _, plain: (
            names.stems.get(plain.rpartition("/")[2], []) if "/" in plain else []
        ),
    }
)


@dataclass(frozen=True, slots=True)
class LinkRules:
    """
    How slugs are resolved: the ways to try in their order (words of `dialect.LINK_ORDER`), and the namespaces.

    A namespace is a prefix with the folder that it stands for: with `podcast` = `podcasts/` the link `[[podcast:x]]`
    is looked up as `podcasts/x`, with an empty folder as `x`. A prefix that is not declared is part of the name.
    """

    order: tuple[str, ...] = LINK_ORDER
    namespaces: Mapping[str, str] = field(default_factory=dict)


DEFAULT_RULES = LinkRules()


def rules(dialect: Dialect) -> LinkRules:
    """Return the rules of a dialect."""
    return LinkRules(dialect.link_order, dialect.namespaces)


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
    if slug.startswith(_BY_PATH):
        return _resolve_path(names, me, slug.removeprefix(_BY_PATH), suggesting=suggesting)
    written = unicodedata.normalize("NFC", slug).split("^")[0].strip()
    base = _without_namespace(written, rules)
    plain = without_suffix(base).strip("/")
    if not plain:
        own = (anchored or "^" in slug) and base == written and "self" in rules.order
        return Answer(me.topic, "self", (me.path,)) if own else Answer("", "empty")
    via, found = _candidates(names, me, plain, rules)
    if via == "attachment":
        return Answer("", via)
    if not found:
        return Answer(without_suffix(written), via, suggestions=suggest(names, base) if suggesting else ())
    return _preferred(names, me, without_suffix(written), via, found)


def _without_namespace(base: str, rules: LinkRules) -> str:
    prefix, colon, rest = base.partition(":")
    folder = rules.namespaces.get(prefix.casefold()) if colon else None
    if folder is None:
        return base
    rest = rest.strip().strip("/")
    return folder + rest if without_suffix(rest) else ""


def _candidates(names: NameIndex, me: PageName, plain: str, rules: LinkRules) -> tuple[str, list[Named]]:
    for via in rules.order:
        if via == "attachment":
            last = plain.rpartition("/")[2]
            if "." in last and last.casefold() in names.attachments:
                return via, []
        elif via != "self" and (found := _FINDERS[via](names, me, plain)):
            return via, found
    return "broken", []


def _preferred(names: NameIndex, me: PageName, text: str, via: str, pages: list[Named]) -> Answer:
    """Choose among pages with one name: the one in the same folder, else none."""
    unique = {page.name.path: page for page in pages}
    candidates = tuple(unique)
    folder = me.path.rpartition("/")[0]
    near = [page for path, page in unique.items() if path.rpartition("/")[0] == folder]
    if len(unique) == 1:
        near = list(unique.values())
    if len(near) == 1:
        exact = () if via in STRICT else _written(names, [near[0].name.path])
        return Answer(near[0].name.topic, via, candidates, suggestions=exact)
    topics = tuple(page.name.topic for page in unique.values())
    paths = [unicodedata.normalize("NFC", without_suffix(path)) for path in candidates]
    exact = tuple(dict.fromkeys(path for path in paths if not _UNWRITABLE.search(path)))[:MOST]
    topic = text
    while topic in topics:  # twins such as x.md and x.MD: the name alone is the topic of one of them
        topic += "~"
    return Answer(topic, via, candidates, ambiguous=True, topics=topics, suggestions=exact)


# ---- Links by path ---------------------------------------------------------------------------------------------------


def by_path(destination: str) -> str:
    """Return what to ask `resolve` for the page that the destination of a Markdown link, without its anchor, means."""
    return _BY_PATH + destination


def written(slug: str) -> str:
    """Return the name or path in what `resolve` is asked: of a Markdown link its destination without escapes."""
    if not slug.startswith(_BY_PATH):
        return slug
    return unquote(html.unescape(_ESCAPED.sub(r"\1", slug.removeprefix(_BY_PATH))))


def _resolve_path(names: NameIndex, me: PageName, destination: str, *, suggesting: bool) -> Answer:
    """Return the page at a path: from the page's own folder, else from the root of the wiki."""
    plain = without_suffix(unicodedata.normalize("NFC", written(_BY_PATH + destination)))
    root = os.path.normpath(plain.lstrip("/") or ".")
    here = root if plain.startswith("/") else _joined(me, plain)
    for via, asked in (("relpath", here), ("path", root)):
        if found := names.paths.get(asked):
            return _preferred(names, me, here, via, found)
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
    return _written(names, nearest(_near(names), without_suffix(slug.strip())))


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


def _written(names: NameIndex, paths: Iterable[str]) -> tuple[str, ...]:
    """Return what leads to each of these pages exactly: its file name, or its path where others have that name."""
    plain = [unicodedata.normalize("NFC", without_suffix(path)) for path in paths]
    alone = [stem if len(names.stems[stem]) == 1 else "" for stem in (path.rpartition("/")[2] for path in plain)]
    fitting = (
        next((name for name in both if name and not _UNWRITABLE.search(name)), "")
        for both in zip(alone, plain, strict=True)
    )
    return tuple(name for name in fitting if name)
