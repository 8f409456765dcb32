"""What `kg path` does: two names to two topics, and the best way between them with the line behind each step."""

import itertools
from collections.abc import Iterable
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode

from kg.ask import query
from kg.ask.query import Vocabulary
from kg.model.records import dataclass
from kg.network import ways
from kg.network.links import Links
from kg.network.ways import Line
from kg.operations import kept_links
from kg.rdf import names
from kg.store.reading import Reading


@dataclass(frozen=True, slots=True)
class End:
    """A topic on a way: its IRI, its name, and its page, empty for somebody or something without one."""

    iri: str
    name: str
    page: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a way, the line that is its best reason, and how many lines more there are."""

    start: End
    end: End
    cost: float
    line: Line
    more: int


@dataclass(frozen=True, slots=True)
class Way:
    """A way between two topics; `steps` is None where there is none."""

    start: End
    end: End
    cost: float
    steps: tuple[Step, ...] | None


def between(reading: Reading, one: str, other: str, without: Iterable[str] = (), *, plain: bool = False) -> Way:
    """
    Return the best way between two topics by their names; KgError for a name that nothing has, or several pages.

    It leads through none of the topics `without`; where it is `plain`, every link costs the same.
    """
    vocabulary = Vocabulary(reading.base, reading.pages)
    start, end, *avoid = (query.topic(name, vocabulary, reading.quads).value for name in (one, other, *without))
    known = ways.plain(kept_links.of(reading)) if plain else kept_links.of(reading)
    found = ways.way(known, start, end, avoid)
    ends = {iri: _end(reading, known, iri) for iri in found or (start, end)}
    if found is None:
        return Way(ends[start], ends[end], 0.0, None)
    steps = tuple(_step(reading, known, ends[a], ends[b]) for a, b in itertools.pairwise(found))
    return Way(ends[start], ends[end], ways.cost(known, found) / 10, steps)


def _step(reading: Reading, links: Links, start: End, end: End) -> Step:
    lines = ways.lines(reading.quads, reading.base, start.iri, end.iri)
    return Step(start, end, ways.cost(links, (start.iri, end.iri)) / 10, lines[0], len(lines) - 1)


def _end(reading: Reading, links: Links, iri: str) -> End:
    topic = links.topics.get(iri)
    if topic:
        return End(iri, topic.name, topic.path)
    named = reading.quads.quads_for_pattern(NamedNode(iri), NamedNode(names.expand("foaf:name")), None, None)
    words = sorted(quad.object.value for quad in named if isinstance(quad.object, Literal))
    return End(iri, words[0] if words else unquote(iri.removeprefix(reading.base).partition("/")[2]), "")
