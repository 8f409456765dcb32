"""Matches as quads: what was found of the words of each quote, in one graph, and where it stands, in another."""

import hashlib
from collections.abc import Iterable, Mapping

from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.nquads import TERMS, Graph, number, text

FACTS, PLACES = "graph/originals", "prov/originals"
EXACT, NEAR, NOT_THERE, UNKNOWN = "Exact", "Near", "NotThere", "Unknown"


@dataclass(frozen=True, slots=True)
class Located:
    """A passage of an original, with the words before and behind it, and its place; `page` is that of a PDF, else 0."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    line: int
    column: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """
    What an original has of words that a part of a page quotes.

    `why` is the difference of what is near, or why it is unknown. `passages` are one that stands for the words, or of
    words that are not there the nearest, the best first.
    """

    part: str
    words: str
    verdict: str
    original: str
    why: str = ""
    likeness: float = 0.0
    pieces: int = 1
    passages: tuple[Located, ...] = ()


@dataclass(frozen=True, slots=True)
class OriginalState:
    """An original that pages name: its path, the digest of its bytes, and why it has no text, empty where it has."""

    path: str
    sha256: str
    why: str


def lines(
    base: str, matches: Iterable[Match], originals: Iterable[OriginalState], of: Mapping[str, Iterable[str]]
) -> dict[str, list[str]]:
    """Return the sorted quads of the two graphs; `of` has the paths of the originals of each topic."""
    facts, places = Graph(f"{base}{FACTS}"), Graph(f"{base}{PLACES}")
    for one in originals:
        node = _original(base, one.path)
        facts.add(
            node,
            ("rdf:type", TERMS["nr:Original"]),
            ("schema:sha256", text(one.sha256) if one.sha256 else None),
            ("nr:unreadable", text(one.why) if one.why else None),
        )
        places.add(node, ("nr:path", text(one.path)), ("nr:line", number(1)), ("nr:column", number(1)))
    for topic, paths in of.items():
        facts.add(f"<{topic}>", *(("nr:original", _original(base, path)) for path in paths))
    for match in matches:
        _match(base, facts, places, match)
    return {FACTS: sorted({*facts.lines}), PLACES: sorted({*places.lines})}


def _original(base: str, path: str) -> str:
    return f"<{base}original/{names.escape(path)}>"


def _match(base: str, facts: Graph, places: Graph, match: Match) -> None:
    key = hashlib.sha256(f"{match.part}\0{match.words}".encode()).hexdigest()[:16]
    node = f"{base}match/{key}"
    facts.add(f"<{match.part}>", ("nr:inOriginal", f"<{node}>"))
    facts.add(
        f"<{node}>",
        ("rdf:type", TERMS["nr:OriginalMatch"]),
        ("nr:verdict", TERMS[f"nr:{match.verdict}"]),
        ("nr:quotedWords", text(match.words)),
        ("oa:hasSource", _original(base, match.original) if match.original else None),
        ("nr:difference", text(match.why) if match.verdict in (NEAR, NOT_THERE) and match.why else None),
        ("nr:unknownFor", text(match.why) if match.verdict == UNKNOWN else None),
        ("nr:likeness", number(min(99, round(100 * match.likeness))) if match.verdict == NEAR else None),
        ("nr:pieces", number(match.pieces) if match.pieces > 1 else None),
    )
    if match.verdict == NOT_THERE:
        for rank, passage in enumerate(match.passages, 1):
            nearest = f"{node}/nearest/{rank}"
            facts.add(f"<{node}>", ("nr:nearestPassage", f"<{nearest}>"))
            facts.add(f"<{nearest}>", ("rdf:type", TERMS["nr:Passage"]), ("nr:rank", number(rank)))
            _passage(facts, places, nearest, match.original, passage)
    else:
        for passage in match.passages[:1]:
            _passage(facts, places, node, match.original, passage)


def _passage(facts: Graph, places: Graph, node: str, path: str, passage: Located) -> None:
    facts.add(f"<{node}>", ("nr:passage", text(passage.exact)))
    quote, position = f"<{node}/quote>", f"<{node}/position>"
    places.add(
        f"<{node}>",
        ("nr:path", text(path)),
        ("nr:line", number(passage.line)),
        ("nr:column", number(passage.column)),
        ("nr:pageNumber", number(passage.page) if passage.page else None),
        ("oa:hasSelector", quote),
        ("oa:hasSelector", position),
    )
    places.add(
        quote,
        ("rdf:type", TERMS["oa:TextQuoteSelector"]),
        ("oa:exact", text(passage.exact)),
        ("oa:prefix", text(passage.prefix)),
        ("oa:suffix", text(passage.suffix)),
    )
    places.add(
        position,
        ("rdf:type", TERMS["oa:TextPositionSelector"]),
        ("oa:start", number(passage.start)),
        ("oa:end", number(passage.end)),
    )
