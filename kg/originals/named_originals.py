"""Which pages name an original, and what they quote: read from the graph of a wiki."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from pyoxigraph import NamedNode, Store, Triple

from kg.model.records import dataclass
from kg.originals import passages
from kg.parse import quotations
from kg.rdf import names

_TYPE, _SOURCE_FILE, _VALUE_PATH, _MARKUP, _SLUG, _DESCRIBED_ON, _PATH, _REPORTED_IN, _TEXT, _PART_OF, _KEY = (
    NamedNode(names.expand(name))
    for name in (
        "rdf:type", "nr:sourceFile", "nr:valuePath", "nr:markup", "nr:slug", "nr:describedOn", "nr:path",
        "nr:reportedIn", "schema:text", "schema:isPartOf", "nr:key",
    )
)  # fmt: skip
_QUOTE, _SOURCE_PAGE = NamedNode(names.expand("nr:Quote")), NamedNode(names.expand("nr:SourcePage"))
FOLDER = "raw"
_RESOURCE = re.compile(r"(?:/[0-9]+)?/(?:resource|source_file|file|path)")
_IN_FOLDER = re.compile(rf"(?:\.{{0,2}}/)*{FOLDER}/\S")


@dataclass(frozen=True, slots=True)
class Naming:
    """A page that names originals: its path, its graph, its topic, and the names."""

    page: str
    graph: str
    topic: str
    names: tuple[str, ...]


def naming(
    quads: Store, *, with_folder: bool, pages: Mapping[tuple[str, str], str], graphs: Collection[str] | None = None
) -> list[Naming]:
    """
    Return the pages that name an original, in the order of their paths; `pages` has those known by graph and topic.

    Only those of `graphs` are looked for where these are given. A name is the value of nr:sourceFile or a `resource`
    under `sources:`; of a source page without either, where there is such a folder (`with_folder`), what it links in
    `raw/`.
    """
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for within in ("",) if graphs is None else sorted(graphs):
        for place, some in _named(quads, within, with_folder=with_folder).items():
            named[place] += some
    found = (
        Naming(pages.get(place) or _page(quads, *place), *place, tuple(sorted({*some})))
        for place, some in named.items()
    )
    return sorted(found, key=lambda one: (one.page, one.topic))


def _named(quads: Store, within: str, *, with_folder: bool) -> dict[tuple[str, str], list[str]]:
    """Return the names of originals by graph and topic, of one graph where it is named."""
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for graph, topic, name in _said(quads, _SOURCE_FILE, graph=within):
        named[graph, topic].append(name)
    for graph, name in _resources(quads, within):
        for topic in _topics(quads, graph):
            named[graph, topic].append(name)
    if with_folder:
        known = {graph for graph, _ in named}
        for graph in sorted({graph for graph, _, _ in _said(quads, _TYPE, value=_SOURCE_PAGE, graph=within)} - known):
            linked = _linked(quads, graph)
            for topic in _topics(quads, graph) if linked else ():
                named[graph, topic] += linked
    return named


def _said(
    quads: Store, key: NamedNode, *, node: str = "", value: NamedNode | None = None, graph: str = ""
) -> Iterator[tuple[str, str, str]]:  # fmt: skip
    """Yield what a property says: the graph, the node and the value, as texts."""
    about, within = NamedNode(node) if node else None, NamedNode(graph) if graph else None
    for quad in quads.quads_for_pattern(about, key, value, within):
        if not isinstance(quad.subject, Triple) and not isinstance(quad.object, Triple):
            yield str(getattr(quad.graph_name, "value", "")), quad.subject.value, quad.object.value


def _resources(quads: Store, within: str) -> Iterator[tuple[str, str]]:
    """Yield the graph and the value of each `resource` of a list of sources."""
    for _, value, path in _said(quads, _VALUE_PATH, graph=within):
        if _RESOURCE.fullmatch(path) and _is_of_sources(quads, value):
            yield from ((graph, name) for graph, _, name in _said(quads, _MARKUP, node=value))


def _is_of_sources(quads: Store, value: str) -> bool:
    fields = (field for _, _, field in _said(quads, _PART_OF, node=value))
    keys = (key for field in fields for _, _, key in _said(quads, _KEY, node=field))
    return any(key.casefold() in ("sources", "source") for key in keys)


def _topics(quads: Store, graph: str) -> list[str]:
    return sorted({topic for _, topic, _ in _said(quads, _DESCRIBED_ON, graph=graph)})


def _linked(quads: Store, graph: str) -> list[str]:
    """Return what a page links or lists in the folder of originals."""
    found = (name for key in (_SLUG, _MARKUP) for _, _, name in _said(quads, key, graph=graph))
    return sorted({name for name in found if _IN_FOLDER.match(name) and "\n" not in name})


def _page(quads: Store, graph: str, topic: str) -> str:
    pages = (page for _, _, page in _said(quads, _DESCRIBED_ON, node=topic, graph=graph))
    return min((path for page in pages for _, _, path in _said(quads, _PATH, node=page)), default="")


def quotes(quads: Store, graph: str, topic: str) -> Iterator[tuple[str, str]]:
    """Yield each part of a page that quotes, with the words, in the order of their IRIs."""
    parts = {part for _, part, _ in _said(quads, _REPORTED_IN, value=NamedNode(topic), graph=graph)}
    for part in sorted(parts):
        is_quote = any(_said(quads, _TYPE, node=part, value=_QUOTE, graph=graph))
        for text in sorted(text for _, _, text in _said(quads, _TEXT, node=part, graph=graph)):
            yield from ((part, words) for words in dict.fromkeys(_words(text, is_quote=is_quote)))


def _words(text: str, *, is_quote: bool) -> Iterator[str]:
    """Yield what a part quotes: a quote its text, or what marks around some of it hold; a claim what marks hold."""
    within = [] if is_quote and not quotations.opener(text) else list(quotations.quoted(text))
    if is_quote and 2 * sum(map(len, within)) < len(text):
        within = [text]  # the marks are around a word or two of what somebody says
    return (words for words in within if passages.is_long_enough(words))
