"""Where a part of a page stands, and on which part a result stands best.

`queries/checks/parts.rq` and `place.rq` are the definition of both, and say what an answer reads; here the same is
looked up node by node, which costs a finding a few lookups instead of two queries. `tests/check/test_part_place.py`
holds the two against each other.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product

import pyoxigraph as ox

from kg.check.nodes import DESCRIBED_ON, IN_SECTION, IS_PART_OF, OBJECT, PATH, TARGET, Nodes
from kg.model.finding import Span
from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.terms import Term
from kg.shacl.terms import TYPE

LINE, COLUMN, START, END, END_LINE, END_COLUMN, POSITION = (
    ox.NamedNode(names.expand(f"nr:{word}"))
    for word in ("line", "column", "start", "end", "endLine", "endColumn", "position")
)
# Parts from which on it is asked first on which pages they are.
_FEW = 8
LINK, SLUG, ANCHOR = (ox.NamedNode(names.expand(f"nr:{word}")) for word in ("Link", "slug", "anchor"))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a finding stands, and on which part of a page; `says` where that part says the value."""

    span: Span
    part: ox.NamedNode
    says: bool


@dataclass(frozen=True, slots=True)
class About:
    """What a finding is about: its focus node, the properties of its path, its value; `node` is a value with a name."""

    focus: ox.NamedNode
    paths: Sequence[ox.NamedNode] = ()
    value: Term | None = None
    node: ox.NamedNode | None = None


def best(nodes: Nodes, about: About) -> Spot | None:
    """Return the first place on the best part of a finding, None where it stands nowhere on the pages."""
    for rank, parts in enumerate(_RANKS, 1):
        ordered = sorted({*parts(nodes, about)}, key=lambda part: part.value)
        for group in _by_page(nodes, ordered):
            spots = [(span, part) for part in group if (span := shown(nodes, part))]
            if spots:
                span, part = min(spots, key=lambda spot: spot[0])
                return Spot(span, part, says=rank == 1)
    return None


def _by_page(nodes: Nodes, parts: Sequence[ox.NamedNode]) -> Sequence[Sequence[ox.NamedNode]]:
    """
    Return parts page by page in the order of the pages' paths, and so of places: what is on later pages is not read.

    Few are one group; so are parts of which one is not told to be on one page.
    """
    if len(parts) <= _FEW:
        return [parts]
    found: dict[str, list[ox.NamedNode]] = defaultdict(list)
    for part in parts:
        paths = nodes.paths_of(part.value.partition("#")[0])
        if len(paths) != 1:
            return [parts]
        found[paths[0]].append(part)
    return [found[path] for path in sorted(found)]


def of_node(nodes: Nodes, node: ox.NamedNode) -> Span | None:
    """Return the place of a part, a page or the page of a topic; None for what stands nowhere."""
    for parts in _RANKS:
        ordered = sorted({*parts(nodes, About(node))}, key=lambda part: part.value)
        span = next((span for part in ordered if (span := shown(nodes, part))), None)
        if span:
            return span
    return None


# ---- the parts of a finding, best first ------------------------------------------------------------------------------


def _named(terms: Iterable[Term]) -> Iterator[ox.NamedNode]:
    return (term for term in terms if isinstance(term, ox.NamedNode))


def _saying(nodes: Nodes, about: About) -> Iterator[ox.NamedNode]:
    """Yield the link, name or value on the focus node's lines that says the value, or on the line that relates it."""
    if about.value is None:
        return
    for path in about.paths:
        for page in (about.focus, *_named(nodes.pages_of(about.focus))):
            yield from nodes.saying(about.value, path, page)
        for line in _named(nodes.statements(about.focus, path, about.value)):
            yield from (part for part in nodes.saying(about.value, OBJECT, line) if _is_below(nodes, part, line))


def _is_below(nodes: Nodes, part: ox.NamedNode, line: ox.NamedNode) -> bool:
    return line in nodes.above(part, IS_PART_OF)


def _fields(nodes: Nodes, about: About) -> Iterator[ox.NamedNode]:
    """Yield the parts in a section of the focus page, mostly its front matter, that say something for the path."""
    for page in (about.focus, *_named(nodes.pages_of(about.focus))):
        for path in about.paths:
            yield from nodes.fields(path, page)


def _value(nodes: Nodes, about: About) -> Iterator[ox.NamedNode]:  # noqa: ARG001  # as the others
    if about.node is not None and about.node != about.focus:
        yield about.node


def _focus(nodes: Nodes, about: About) -> Iterator[ox.NamedNode]:  # noqa: ARG001  # as the others
    yield about.focus


def _first_line(nodes: Nodes, about: About) -> Iterator[ox.NamedNode]:
    parts = _named(nodes.around(IN_SECTION, about.focus))
    return (part for part in parts if any(value.value == "0" for value in nodes.values(part, POSITION)))


def _page(nodes: Nodes, about: About) -> Iterator[ox.NamedNode]:
    return _named(nodes.values(about.focus, DESCRIBED_ON))


def _links(nodes: Nodes, about: About) -> Iterator[ox.NamedNode]:
    return _named(nodes.around(TARGET, about.focus))


_RANKS: tuple[Callable[[Nodes, About], Iterator[ox.NamedNode]], ...] = (
    _saying, _fields, _value, _focus, _first_line, _page, _links,
)  # fmt: skip


# ---- the place of a part ---------------------------------------------------------------------------------------------


def whole(nodes: Nodes, part: ox.NamedNode) -> Span | None:
    """Return where a part stands, of a link up to its last bracket; None for what stands nowhere."""
    rows = nodes.about(part)
    graphs = sorted({graph for _, graph in rows.get(LINE, ())})
    return min((span for graph in graphs for span in _spans(nodes, part, graph)), default=None)


def _spans(nodes: Nodes, part: ox.NamedNode, graph: str) -> Iterator[Span]:
    rows = nodes.about(part)

    def numbers(key: ox.NamedNode) -> list[int]:
        return [int(value.value) for value, where in rows.get(key, ()) if where == graph]

    own = [value.value for value, where in rows.get(PATH, ()) if where == graph]
    widths = list(product(numbers(START), numbers(END)))
    ends = list(product(numbers(END_LINE), numbers(END_COLUMN)))
    for path, line, column in product(own or nodes.paths(graph), numbers(LINE), numbers(COLUMN)):
        if ends:
            yield from (Span(path, line, column, *end) for end in ends)
        elif widths:
            yield from (Span(path, line, column, line, column + last - first) for first, last in widths)
        else:
            yield Span(path, line, column)


def shown(nodes: Nodes, part: ox.NamedNode) -> Span | None:
    """Return the place of a part as a person sees it: of a link its target, without alias and brackets."""
    span = whole(nodes, part)
    target = link_target(nodes, part) if span and span.end_line else None
    return span if span is None or target is None else replace(span, end_column=span.column + len(target))


def link_target(nodes: Nodes, part: Term) -> str | None:
    """Return what a link names, with its anchor, as its page has it; None for what is no link."""
    if LINK not in nodes.values(part, TYPE):
        return None
    slugs, anchors = (sorted(value.value for value in nodes.values(part, key)) for key in (SLUG, ANCHOR))
    return slugs[0] + "".join(f"#{anchor}" for anchor in anchors[:1]) if slugs else None
