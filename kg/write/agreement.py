"""
Whether the changed graph of a page agrees with the page that it renders to.

The triples that bear text (`TEXT`) are what a page is written from. An update may change them; the page is rendered,
read and mapped again, and the mapping must give back every one of them. All other triples are derived: the mapping
makes them anew, and one that an update adds must be among them, one that it removes must not.

IRIs of statements come from their words, those of blocks from their place, so a node of the updated graph is compared
with the node that has its place, counted in order, in the mapped one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.model.records import dataclass
from kg.rdf.names import expand

# What queries/pages/lines.rq writes lines from.
_WORDS = (
    "nr:gap", "nr:raw", "nr:verbatim", "nr:markup", "nr:hashes", "nr:gradeText", "nr:saidByText", "nr:label",
    "nr:targetText", "nr:relationText", "nr:number", "nr:dateText", "nr:star", "nr:key", "nr:yaml", "nr:yamlBelow",
)  # fmt: skip
_NODES = ("nr:epistemicType", "rdf:predicate", "nr:unended", "nr:inSection")
WORDS = frozenset(map(expand, _WORDS))
TEXT = WORDS | frozenset(map(expand, _NODES))
FILE = frozenset(map(expand, ("nr:path", "nr:encoding", "nr:newline", "nr:byteOrderMark")))
_ORDER, _POSITION, _IN = expand("nr:order"), expand("nr:position"), expand("nr:inSection")
_PART_OF = expand("schema:isPartOf")
_DEPTH = 8  # a link is part of a sentence, which is part of a block
_NUMBERS = frozenset(expand(f"xsd:{name}") for name in ("integer", "decimal", "double"))
_STRING = expand("xsd:string")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A triple for which an update is refused, and why, in words that follow it."""

    quad: Quad
    why: str


@dataclass(frozen=True, slots=True)
class _Graph:
    """The quads of one page by subject, and its sections and blocks in their order."""

    by: Mapping[str, Sequence[Quad]]
    sections: Sequence[str]
    blocks: Sequence[str]
    places: frozenset[str]


def first_refusal(old: Collection[Quad], updated: Collection[Quad], rendered: Collection[Quad]) -> Refusal | None:
    """
    Return the first triple for which an update of one page's graphs is refused, or None where text stands behind all.

    `old` and `updated` are the quads before and after the update, `rendered` those of the page as rendered from
    `updated`; each holds the page's facts and the places of its parts.
    """
    before, after, again = set(old), set(updated), set(rendered)
    added, removed = sorted(after - before, key=str), sorted(before - after, key=str)
    was, now, then = _graph(before), _graph(after), _graph(again)
    if twice := _twice(now, added):
        return Refusal(twice, "it gives one block two places")
    names = _names(now, then)
    gone = was.places - now.places
    return (
        next(
            (_unsaid(now, quad) for quad in added if not _counted(now, quad) and _renamed(quad, names) not in again),
            None,
        )
        or next((_still(quad) for quad in removed if _kept(was, quad, gone) and _renamed(quad, names) in again), None)
        or _misread(now, then, names)
    )


def first_malformed(old: Iterable[Quad], updated: Iterable[Quad]) -> Refusal | None:
    """Return the first triple that an update adds or removes and that no page could hold or lose, without rendering."""
    before, after = set(old), set(updated)
    found = ((quad, _malformed(quad)) for quad in sorted(before ^ after, key=str))
    return next((Refusal(quad, why) for quad, why in found if why), None)


def _malformed(quad: Quad) -> str:
    """Return why no page could hold a triple, nothing where one could."""
    predicate, value = quad.predicate.value, quad.object
    if isinstance(quad.subject, BlankNode) or isinstance(value, BlankNode):
        return "a wiki's graph has no blank nodes; name the node with an IRI"
    if predicate in FILE:
        return "an update does not rename or convert files; do that in the wiki and run `kg ingest`"
    if predicate in WORDS and not (isinstance(value, Literal) and value.datatype.value == _STRING):
        return "expected a plain text without a language or datatype"
    number = isinstance(value, Literal) and value.datatype.value in _NUMBERS
    if predicate in (_POSITION, _ORDER) and not number:
        return "expected a number"
    return ""


def _graph(quads: set[Quad]) -> _Graph:
    by: dict[str, list[Quad]] = defaultdict(list)
    for quad in sorted(quads, key=str):
        by[_iri(quad.subject)].append(quad)
    orders = sorted((order, node) for node in by for order in _numbers(by[node], _ORDER))
    rank = {node: order for order, node in orders}
    places = sorted(
        (rank[section], position, node)
        for node in by
        for section in _values(by[node], _IN)
        if section in rank
        for position in _numbers(by[node], _POSITION)
    )
    sections, blocks = [node for _, node in orders], [node for _, _, node in places]
    return _Graph(by, sections, blocks, frozenset((*sections, *blocks)))


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _values(quads: Sequence[Quad], predicate: str) -> Iterator[str]:
    return (_iri(quad.object) for quad in quads if quad.predicate.value == predicate)


def _numbers(quads: Sequence[Quad], predicate: str) -> Iterator[float]:
    for quad in quads:
        if quad.predicate.value == predicate and isinstance(quad.object, Literal):
            try:
                yield float(quad.object.value)
            except ValueError:
                yield float("inf")


def _twice(now: _Graph, additions: Sequence[Quad]) -> Quad | None:
    """Return an added triple that gives a section or block a second place."""
    seen: dict[str, int] = defaultdict(int)
    for node in (*now.sections, *now.blocks):
        seen[node] += 1
    placing = (_POSITION, _ORDER, _IN)
    return next((q for q in additions if q.predicate.value in placing and seen[_iri(q.subject)] > 1), None)


def _names(now: _Graph, then: _Graph) -> dict[str, str]:
    """Return what the sections and blocks of the updated graph are called in the mapped one, by their order."""
    pairs = [*zip(now.sections, then.sections, strict=False), *zip(now.blocks, then.blocks, strict=False)]
    return {mine: theirs for mine, theirs in pairs if mine != theirs}


def _renamed(quad: Quad, names: Mapping[str, str]) -> Quad:
    subject, value = names.get(_iri(quad.subject)), names.get(_iri(quad.object))
    if subject is None and value is None:
        return quad
    return Quad(
        NamedNode(subject) if subject else quad.subject,
        quad.predicate,
        NamedNode(value) if value and isinstance(quad.object, NamedNode) else quad.object,
        quad.graph_name,
    )


def _counted(graph: _Graph, quad: Quad) -> bool:
    """Tell whether a triple only says in which order a section or block stands; the order itself is compared."""
    return quad.predicate.value in (_POSITION, _ORDER) and _iri(quad.subject) in graph.places


def _kept(was: _Graph, quad: Quad, absent: Collection[str]) -> bool:
    """Tell whether a removed triple is about something that is still there, so that its page must not say it."""
    if _counted(was, quad):
        return False
    node = _iri(quad.subject)
    for _ in range(_DEPTH):
        if node in absent:
            return False
        above = None if node in was.places else next(_values(was.by.get(node, ()), _PART_OF), None)
        if above is None:
            return True
        node = above
    return True


def _unsaid(now: _Graph, quad: Quad) -> Refusal:
    raw = {expand("nr:raw"), expand("nr:verbatim")} & {one.predicate.value for one in now.by[_iri(quad.subject)]}
    if quad.predicate.value in TEXT and raw:
        return Refusal(quad, "the line is kept as written in nr:raw or nr:verbatim; delete or change that, too")
    return Refusal(quad, "no text of the page would say it")


def _still(quad: Quad) -> Refusal:
    return Refusal(quad, "the text of the page would still say it")


def _misread(now: _Graph, then: _Graph, names: Mapping[str, str]) -> Refusal | None:
    """Return a triple that bears text and that the rendered page does not give back."""
    for mine, theirs in zip(now.blocks, then.blocks, strict=False):
        said = {_bare(_renamed(quad, names)): quad for quad in now.by[mine] if quad.predicate.value in TEXT}
        read = {_bare(quad): quad for quad in then.by[theirs] if quad.predicate.value in TEXT}
        for key in sorted({*said, *read}, key=str):
            if key not in read:
                return Refusal(said[key], "the rendered page would be read otherwise")
            if key not in said:
                return Refusal(read[key], "the rendered page would be read to say this, too")
    if len(now.blocks) != len(then.blocks):
        longer = now if len(now.blocks) > len(then.blocks) else then
        node = longer.blocks[min(len(now.blocks), len(then.blocks))]
        return Refusal(
            longer.by[node][0], f"the rendered page would have {len(then.blocks)} blocks, not {len(now.blocks)}"
        )
    return None


def _bare(quad: Quad) -> tuple[str, str]:
    return quad.predicate.value, str(quad.object)
