"""Which format a client wants: Accept against what can be written, for rows, for a yes or no, and for graphs."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from kg.model.records import dataclass

# Media types with our names of the formats, the best first; what stands behind the first name of a format is an alias.
ROWS = (
    ("application/sparql-results+json", "json"), ("application/sparql-results+xml", "xml"), ("text/csv", "csv"),
    ("text/tab-separated-values", "tsv"), ("text/markdown", "markdown"), ("application/json", "json"),
    ("application/xml", "xml"), ("text/xml", "xml"), ("text/plain", "table"),
)  # fmt: skip
BOOLEAN = tuple(one for one in ROWS if one[1] in ("json", "xml", "table"))
GRAPHS = (
    ("text/turtle", "turtle"), ("application/n-triples", "ntriples"), ("application/rdf+xml", "rdfxml"),
    ("application/ld+json", "jsonld"), ("application/trig", "trig"), ("application/n-quads", "nquads"),
    ("application/x-turtle", "turtle"), ("application/json", "jsonld"), ("application/xml", "rdfxml"),
    ("text/xml", "rdfxml"), ("text/plain", "ntriples"),
)  # fmt: skip
# What a graph that is sent may be written in, with the names that `kg import --format` has for the formats.
GRAPHS_IN = tuple(one for one in GRAPHS[:4] if one[1] in ("turtle", "ntriples", "jsonld"))
_RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)/([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*((?:;[^,]*)?)\Z")
# `.2` is none of the grammar and stands in what Java has sent for thirty years.
_WEIGHT = re.compile(r";\s*q\s*=\s*([01](?:\.[0-9]*)?|\.[0-9]+)\s*(?:;|\Z)", re.IGNORECASE)
_MOST = 50
# Longer ones come from nobody again and again.
_USUAL = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """A format by our name of it, and the media type that the client has for it."""

    form: str
    media_type: str

    @property
    def content_type(self) -> str:
        """The header of an answer."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


def by_kind(accept: str) -> Mapping[str, Chosen | None]:
    """Return the format that a client likes best for each kind of answer: `rows`, `boolean`, `graph`."""
    return _usual(accept) if len(accept) <= _USUAL else _by_kind(accept)


def _by_kind(accept: str) -> Mapping[str, Chosen | None]:
    return {
        kind: chosen(accept, offered) for kind, offered in (("rows", ROWS), ("boolean", BOOLEAN), ("graph", GRAPHS))
    }


_usual = lru_cache(maxsize=128)(_by_kind)


def chosen(accept: str, offered: Sequence[tuple[str, str]]) -> Chosen | None:
    """
    Return the format that a client likes best, ours where it likes several the same; None where it takes none.

    Without Accept, or where nothing in it can be read, it is our first.
    """
    ranges = [one for one in map(_range, accept.split(",")[:_MOST]) if one is not None]
    if not ranges:
        return Chosen(offered[0][1], offered[0][0])
    best, weight = None, 0.0
    for media_type, form in offered:
        liked = _weight(media_type, ranges)
        if liked > weight:
            best, weight = Chosen(form, media_type), liked
    return best


def _range(text: str) -> tuple[str, str, float] | None:
    found = _RANGE.match(text.strip())
    if found is None:
        return None
    weight = _WEIGHT.search(found[3])
    return found[1].lower(), found[2].lower(), min(float(weight[1]), 1.0) if weight else 1.0


def _weight(media_type: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    """Return how much a media type is liked: by the range that names it closest."""
    kind, _, name = media_type.partition("/")
    for wanted in ((kind, name), (kind, "*"), ("*", "*")):
        liked = [weight for *one, weight in ranges if tuple(one) == wanted]
        if liked:
            return max(liked)
    return 0.0
