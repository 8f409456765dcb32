"""What a store says of nodes, looked up once for each: the ground on which findings get their place and their words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import field
from itertools import product

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.terms import Node, Term
from kg.shacl.terms import TYPE

Facts = Mapping[ox.NamedNode, list[tuple[Term, str]]]
IS_PART_OF = ox.NamedNode(names.expand("schema:isPartOf"))
IN_SECTION = ox.NamedNode(names.expand("nr:inSection"))
EXPRESSES = ox.NamedNode(names.expand("nr:expresses"))
TARGET = ox.NamedNode(names.expand("nr:target"))
MARKUP = ox.NamedNode(names.expand("nr:markup"))
DESCRIBED_ON = ox.NamedNode(names.expand("nr:describedOn"))
PATH = ox.NamedNode(names.expand("nr:path"))
SIZE = ox.NamedNode(names.expand("nr:size"))
SUBJECT, PREDICATE, OBJECT = (ox.NamedNode(names.expand(f"rdf:{word}")) for word in ("subject", "predicate", "object"))
Meant = tuple[Term, Term]
Parts = Mapping[Meant, list[ox.NamedNode]]


@dataclass(slots=True)
class Nodes:
    """
    The facts and places of a store, whichever graph they stand in; nothing is read before it is asked for.

    Where a finding stands is asked of the same few nodes again and again, so what was read stays.
    """

    store: ox.Store
    _about: dict[Term, Facts] = field(default_factory=dict)
    _around: dict[tuple[ox.NamedNode, Term], list[Node]] = field(default_factory=dict)
    _parts: dict[tuple[str, ox.NamedNode, Term], Parts] = field(default_factory=dict)
    _lines: dict[Term, Mapping[Meant, list[Node]]] = field(default_factory=dict)
    _paths: dict[str, list[str]] = field(default_factory=dict)
    _pages: dict[str, list[str]] = field(default_factory=dict)
    _graphs_of: dict[ox.NamedNode, list[str]] = field(default_factory=dict)

    def about(self, node: Term) -> Facts:
        """Return what is said of a node: by property the values, each with the name of its graph."""
        if node not in self._about:
            rows: dict[ox.NamedNode, list[tuple[Term, str]]] = defaultdict(list)
            if not isinstance(node, ox.Literal):
                for quad in self.store.quads_for_pattern(node, None, None, None):
                    if not isinstance(quad.object, ox.Triple):
                        rows[quad.predicate].append((quad.object, getattr(quad.graph_name, "value", "")))
            self._about[node] = dict(rows)
        return self._about[node]

    def values(self, node: Term, key: ox.NamedNode) -> list[Term]:
        """Return the values of a property of a node."""
        return [value for value, _ in self.about(node).get(key, ())]

    def around(self, key: ox.NamedNode, value: Term) -> list[Node]:
        """Return the nodes that have a value of a property."""
        if (key, value) not in self._around:
            quads = self.store.quads_for_pattern(None, key, value, None)
            self._around[key, value] = [quad.subject for quad in quads if not isinstance(quad.subject, ox.Triple)]
        return self._around[key, value]

    def pages_of(self, node: Term) -> list[Term]:
        """Return the pages that describe a topic."""
        return self.values(node, DESCRIBED_ON)

    def above(self, part: Term, *steps: ox.NamedNode) -> set[Term]:
        """Return what a part is in, by one or more steps over some properties."""
        reached: set[Term] = set()
        waiting = [part]
        while waiting:
            node = waiting.pop()
            fresh = {value for step in steps for value in self.values(node, step)} - reached
            reached |= fresh
            waiting += fresh
        return reached

    def saying(self, value: Term, path: ox.NamedNode, whole: ox.NamedNode) -> list[ox.NamedNode]:
        """Return the parts in a page or a part of it that say a value for a property: links, names, values."""
        return [
            part
            for graph in self._graphs(whole)
            for key in (TARGET, MARKUP)
            for part in self._indexed(graph, key, value, IS_PART_OF, IN_SECTION).get((path, whole), ())
        ]

    def fields(self, path: ox.NamedNode, page: ox.NamedNode) -> list[ox.NamedNode]:
        """Return the parts in a section of a page, mostly its front matter, that say something for a property."""
        return [
            part for graph in self._graphs(page) for part in self._indexed(graph, EXPRESSES, path).get((path, page), ())
        ]

    def _graphs(self, whole: ox.NamedNode) -> list[str]:
        """
        Return the graphs of the page that something is a part of: its parts are typed where it is.

        What nothing is a part of has none: a speaker is typed on each page that names one.
        """
        if whole not in self._graphs_of:
            keys = (IS_PART_OF, IN_SECTION)
            parts = (next(self.store.quads_for_pattern(None, key, whole, None), None) for key in keys)
            graphs = {graph for _, graph in self.about(whole).get(TYPE, ())} if any(parts) else set()
            self._graphs_of[whole] = sorted(graphs)
        return self._graphs_of[whole]

    def _indexed(self, graph: str, key: ox.NamedNode, value: Term, *steps: ox.NamedNode) -> Parts:
        """Return the parts of a graph with a value, by the property that they express and what they are in."""
        if (graph, key, value) not in self._parts:
            parts: dict[Meant, list[ox.NamedNode]] = defaultdict(list)
            name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
            for quad in self.store.quads_for_pattern(None, key, value, name):
                if isinstance(quad.subject, ox.NamedNode):
                    wholes = self.above(quad.subject, *steps) if steps else self._sections(quad.subject)
                    for pair in product(self.values(quad.subject, EXPRESSES), wholes):
                        parts[pair].append(quad.subject)
            self._parts[graph, key, value] = parts
        return self._parts[graph, key, value]

    def _sections(self, part: ox.NamedNode) -> set[Term]:
        return {page for section in self.values(part, IN_SECTION) for page in self.values(section, IS_PART_OF)}

    def statements(self, topic: Term, relation: Term, value: Term) -> list[Node]:
        """Return the lines that relate a topic to a value."""
        if topic not in self._lines:
            lines: dict[Meant, list[Node]] = defaultdict(list)
            for line in self.around(SUBJECT, topic):
                for pair in product(self.values(line, PREDICATE), self.values(line, OBJECT)):
                    lines[pair].append(line)
            self._lines[topic] = lines
        return self._lines[topic].get((relation, value), [])

    def paths(self, graph: str) -> list[str]:
        """Return the paths of the pages whose parts have their places in a graph."""
        if graph not in self._paths:
            quads = self.store.quads_for_pattern(None, SIZE, None, ox.NamedNode(graph)) if graph else iter(())
            pages = [quad.subject for quad in quads if not isinstance(quad.subject, ox.Triple)]
            self._paths[graph] = [path for page in pages for path in self._paths_of(page)]
        return self._paths[graph]

    def paths_of(self, page: str) -> list[str]:
        """Return the path of the page with this IRI, none where it is no page."""
        if page not in self._pages:
            self._pages[page] = self._paths_of(ox.NamedNode(page))
        return self._pages[page]

    def _paths_of(self, page: Node) -> list[str]:
        # All that is said of a page is much to read where each page that names a topic is asked for its path alone.
        said = (quad.object for quad in self.store.quads_for_pattern(page, PATH, None, None))
        return [path.value for path in said if isinstance(path, ox.Literal)]
