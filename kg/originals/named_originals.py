"""Which pages name an original, and what they quote: read from the graph of a wiki."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.originals import passages
from kg.parse import quotations
from kg.rdf import names

_TYPE, _SOURCE_FILE, _VALUE_PATH, _MARKUP, _SLUG, _DESCRIBED_ON, _PATH, _REPORTED_IN, _TEXT, _PART_OF, _KEY = (
    NamedNode(names.expand(name))
    for name in (
        "rdf:type", "nr:sourceFile", "nr:valuePath", "nr:markup", "nr:slug", "nr:describedOn", "nr:path", "nr:reportedIn",
        "schema:text", "schema:isPartOf", "nr:key",
    )
)  # fmt: skip
_QUOTE, _SOURCE_PAGE = NamedNode(names.expand("nr:Quote")), NamedNode(names.expand("nr:SourcePage"))
FOLDER = "raw"
_RESOURCE = re.compile(r"(?:/[0-9]+)?/(?:resource|source_file|file|path)")
_IN_FOLDER = re.compile(rf"(?:\.{{0,2}}/)*{FOLDER}/\S")


@dataclass(frozen=True, slots=True)
class Quoting:
    """A page that names originals: its path, its topic, the names, and the words that each part quotes."""

    page: str
    topic: str
    names: tuple[str, ...]
    quotes: tuple[tuple[str, str], ...]


def quoting(quads: Store, *, with_folder: bool) -> list[Quoting]:
    """
    Return the pages that name an original, in the order of their paths.

    A name is the value of nr:sourceFile or a `resource` under `sources:`; of a source page without either, where there
    is such a folder (`with_folder`), what it links in `raw/`.
    """
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for quad in quads.quads_for_pattern(None, _SOURCE_FILE, None, None):
        named[_graph(quad), quad.subject.value].append(quad.object.value)
    for graph, name in _resources(quads):
        for topic in _topics(quads, graph):
            named[graph, topic].append(name)
    if with_folder:
        known = {graph for graph, _ in named}
        for graph in sorted(_source_pages(quads) - known):
            linked = _linked(quads, graph)
            for topic in _topics(quads, graph) if linked else ():
                named[graph, topic] += linked
    found = (
        Quoting(_page(quads, graph, topic), topic, tuple(sorted({*some})), tuple(_quotes(quads, graph, topic)))
        for (graph, topic), some in named.items()
    )
    return sorted(found, key=lambda one: (one.page, one.topic))


def _graph(quad: Quad) -> str:
    return str(getattr(quad.graph_name, "value", ""))


def _resources(quads: Store) -> Iterator[tuple[str, str]]:
    """Yield the graph and the value of each `resource` of a list of sources."""
    for quad in quads.quads_for_pattern(None, _VALUE_PATH, None, None):
        if _RESOURCE.fullmatch(quad.object.value) and _is_of_sources(quads, quad):
            for value in quads.quads_for_pattern(quad.subject, _MARKUP, None, None):
                yield _graph(value), value.object.value


def _is_of_sources(quads: Store, quad: Quad) -> bool:
    fields = (part.object for part in quads.quads_for_pattern(quad.subject, _PART_OF, None, None))
    keys = (key.object.value for field in fields for key in quads.quads_for_pattern(field, _KEY, None, None))
    return any(key.casefold() in ("sources", "source") for key in keys)


def _topics(quads: Store, graph: str) -> list[str]:
    return sorted({quad.subject.value for quad in quads.quads_for_pattern(None, _DESCRIBED_ON, None, NamedNode(graph))})


def _source_pages(quads: Store) -> set[str]:
    return {_graph(quad) for quad in quads.quads_for_pattern(None, _TYPE, _SOURCE_PAGE, None)}


def _linked(quads: Store, graph: str) -> list[str]:
    """Return what a page links or lists in the folder of originals."""
    found = (quad.object.value for key in (_SLUG, _MARKUP) for quad in quads.quads_for_pattern(None, key, None, NamedNode(graph)))
    return sorted({name for name in found if _IN_FOLDER.match(name) and "\n" not in name})


def _page(quads: Store, graph: str, topic: str) -> str:
    pages = quads.quads_for_pattern(NamedNode(topic), _DESCRIBED_ON, None, NamedNode(graph))
    paths = (path.object.value for page in pages for path in quads.quads_for_pattern(page.object, _PATH, None, None))
    return min(paths, default="")


def _quotes(quads: Store, graph: str, topic: str) -> Iterator[tuple[str, str]]:
    """Yield each part of a page that quotes, with the words, in the order of their IRIs."""
    node = NamedNode(graph)
    parts = {quad.subject.value for quad in quads.quads_for_pattern(None, _REPORTED_IN, NamedNode(topic), node)}
    for part in sorted(parts):
        said = {
            quad.object.value
            for quad in quads.quads_for_pattern(NamedNode(part), _TEXT, None, node)
            if isinstance(quad.object, Literal)
        }
        is_quote = Quad(NamedNode(part), _TYPE, _QUOTE, node) in quads
        for text in sorted(said):
            yield from ((part, words) for words in dict.fromkeys(_words(text, is_quote=is_quote)))


def _words(text: str, *, is_quote: bool) -> Iterator[str]:
    """Yield what a part quotes: a quote its text, or what stands in marks where these are around some of it; a claim that."""
    within = [] if is_quote and not quotations.opener(text) else list(quotations.quoted(text))
    return (words for words in within or ([text] if is_quote else []) if passages.is_long_enough(words))
