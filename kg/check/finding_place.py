"""From results of shapes to findings: the place of the offending part, and words for it."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cache
from urllib.parse import unquote

import pyoxigraph as ox

from kg.check import node_words, part_place, quoted_place, rules
from kg.check.nodes import Nodes
from kg.check.part_place import About
from kg.model.finding import Finding, Level, Span
from kg.model.records import dataclass
from kg.rdf import names, sparql_text
from kg.rdf.terms import Node, Term
from kg.shacl import paths, results
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import HTML, iri

_CUT = 80
# Marks of HTML: those that stand between words, and all.
_BLOCKS = re.compile(r"<\s*/?\s*(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|hr|pre|blockquote)\b[^<>]*>", re.IGNORECASE)
_MARKS = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[A-Za-z][^<>]*>", re.IGNORECASE | re.DOTALL)
_MARKER = re.compile(r"^(?:[-*+>]|\d+[.)])\s+")
_SLOT = re.compile(r"\{(focus|value|right|limit)(?:\|([^{}]*))?\}")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a shape says of each of its results: the rule that it is, the hint, and the number that is its threshold."""

    node: Node
    rule: str
    hint: str
    limit: str


@dataclass(frozen=True, slots=True)
class Pages:
    """
    The pages that findings are about: `nodes` of a store, and the shapes, of which `rulings` were read so far.

    `whole` is a store with every graph under its name.
    """

    nodes: Nodes
    base: str
    graph: Graph
    whole: ox.Store
    rulings: dict[Node, Ruling] = field(default_factory=dict)


def finding(pages: Pages, result: results.Result) -> Finding:
    """Return what a result says about the pages, at the level of its shape."""
    ruling = ruling_of(pages, result.shape)
    about = _about(result)
    spot = part_place.best(pages.nodes, about) if about else None
    spot = quoted_place.placed(pages.nodes, about, spot) if about and spot else spot
    value = result.value or result.focus
    named = spot.part if spot and spot.says and isinstance(value, ox.NamedNode) else value
    terms = {"focus": result.focus, "value": named, "right": result.focus, "limit": ox.Literal(ruling.limit)}
    return Finding(
        span=spot.span if spot else Span(_readable(pages.base, result.focus)),
        rule=ruling.rule,
        message=_SLOT.sub(lambda slot: _filled(pages, terms[slot[1]], slot), _in_english(result.messages)),
        level=_level(result),
        focus=result.focus.value,
        value=result.value.value if result.value else "",
        hint=ruling.hint,
    )


def plain_finding(graph: Graph, one_result: results.Result) -> Finding:
    """Return what a result says about data that stand on no page: the focus node is its place."""
    ruling = _ruling(graph, one_result.shape)
    message = _in_english(one_result.messages) or _without_message(one_result)
    value = one_result.value.value if one_result.value else ""
    span = Span(_readable("", one_result.focus))
    return Finding(span, ruling.rule, message, _level(one_result), one_result.focus.value, value, ruling.hint)


def _without_message(result: results.Result) -> str:
    """Return words for a result whose shape has none: the value, the property, and what they break."""
    name = rules.name(result.component).removesuffix("ConstraintComponent")
    value = "" if result.value is None else f"'{_readable('', result.value)}' "
    at = f"at {paths.readable(result.path)} " if result.path else ""
    word = name.lower() if name.isupper() else f"{name[:1].lower()}{name[1:]}"
    return f"{value}{at}breaks sh:{word}"


def _level(result: results.Result) -> Level:
    return rules.level_of(result.severity.value)


def ruling_of(pages: Pages, shape: Node) -> Ruling:
    """Return what a shape says of its results."""
    if shape not in pages.rulings:
        pages.rulings[shape] = _ruling(pages.graph, shape)
    return pages.rulings[shape]


def _ruling(graph: Graph, shape: Node) -> Ruling:
    node = named_shape(graph, shape)
    hints = graph.objects(node, iri("rdfs:comment"))
    return Ruling(node, rules.name(node), hints[0].value if hints else "", _limit(graph, node))


def _limit(graph: Graph, shape: Node) -> str:
    """Return the number that is the threshold of a rule, as it stands in its shape; else nothing."""
    words = (word for word in graph.objects(shape, rules.THRESHOLD) if isinstance(word, ox.NamedNode))
    return next((number.value for word in words for number in graph.objects(shape, word)), "")


def _in_english(messages: Sequence[ox.Literal]) -> str:
    """Return one of several messages, as text: that without a language, else the English one, else the first."""
    ranked = sorted(messages, key=_rank) if len(messages) > 1 else messages
    return shown(ranked[0]) if ranked else ""


def _rank(message: ox.Literal) -> tuple[bool, bool, bool, str]:
    language = message.language or ""
    return message.datatype == HTML, bool(language), not language.startswith("en"), str(message)


def shown(message: ox.Literal) -> str:
    """Return the words of a message as a reader sees them: of HTML without its marks."""
    if message.datatype != HTML:
        return message.value
    words = html.unescape(_MARKS.sub("", _BLOCKS.sub(" ", message.value)))
    return " ".join(words.split())


def named_shape(graph: Graph, shape: Node) -> Node:
    """Return the shape, or the named shape around one that has no name."""
    seen: set[Node] = set()
    while isinstance(shape, ox.BlankNode) and shape not in seen:
        seen.add(shape)
        around = [node for nodes in graph.around.get(shape, {}).values() for node in nodes]
        shape = min(around, key=str, default=shape)
    return shape


def _about(result: results.Result) -> About | None:
    """
    Return what the place of a result depends on, or None for data that stands on no page.

    Where the focus node is a key, a text that several parts share, the value is the part that the result is about.
    """
    focus = result.focus if isinstance(result.focus, ox.NamedNode) else result.value
    if not isinstance(focus, ox.NamedNode):
        return None
    ways = tuple(paths.predicates(result.path)) if result.path else ()
    value = None if isinstance(result.value, ox.BlankNode) else result.value
    return About(focus, ways, value, value if isinstance(value, ox.NamedNode) else None)


def words_of(pages: Pages, node: Term) -> str:
    """Return what a person calls a node: the author's words or a page's name."""
    words = node_words.words(pages.nodes, node)
    return _readable(pages.base, node) if words is None else _shortened(words)


def _filled(pages: Pages, term: Term, slot: re.Match[str]) -> str:
    """Return what a person calls the term of a slot, or for {right|…} what would be right in its place."""
    if slot[1] != "right":
        return words_of(pages, term)
    right = node_words.right(pages.nodes, term)
    return slot[2] or "" if right is None else right


def _readable(base: str, term: Term) -> str:
    if isinstance(term, ox.NamedNode) and term.value.startswith(base):
        return _shortened(unquote(term.value.removeprefix(base)).removeprefix("id/"))
    return names.shorten(term.value) if isinstance(term, ox.NamedNode) else _shortened(term.value)


def _shortened(words: str) -> str:
    line = _MARKER.sub("", " ".join(words.split()), count=1)
    return line if len(line) <= _CUT else line[: _CUT - 1].rstrip() + "…"


# ---- rows of queries/checks ------------------------------------------------------------------------------------------


def span(row: ox.QuerySolution) -> Span:
    """Return the place that a row of a query with the columns of checks/place.rq says."""
    path, line, column = row["file"].value, int(row["line"].value), int(row["column"].value)
    if row["endLine"]:
        return Span(path, line, column, int(row["endLine"].value), int(row["endColumn"].value))
    if row["start"]:
        return Span(path, line, column, line, column + int(row["end"].value) - int(row["start"].value))
    return Span(path, line, column)


def select(
    store: ox.Store,
    name: str,
    terms: Mapping[str, sparql_text.Term],
    graphs: tuple[ox.NamedNode, ox.NamedNode] | None = None,
) -> Iterator[ox.QuerySolution]:
    """Yield the rows of a query of queries/checks, asked of all graphs or of the two of one page."""
    text = sparql_text.bind(_query(name), terms)
    solutions = (
        store.query(text, use_default_graph_as_union=True)
        if graphs is None
        else store.query(text, default_graph=list(graphs), named_graphs=list(graphs))
    )
    return iter(solutions) if isinstance(solutions, ox.QuerySolutions) else iter(())


@cache
def _query(name: str) -> str:
    return sparql_text.declared_query(f"checks/{name}").text
