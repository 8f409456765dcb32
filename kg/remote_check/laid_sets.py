"""Sets of nodes for a store that is not written to: they are kept here, and stand in a query's text as VALUES."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import sparql_text
from kg.rdf.terms import Term
from kg.remote_check.questions import NARROWING, NotThere, Questions, Row, Table
from kg.shacl import node_sets

_SET = r"(?P<set><urn:newsroom-kg:set:\d+>)"
_MEMBER = rf"GRAPH\s*{_SET}\s*\{{\s*(?P=set)\s*<urn:newsroom-kg:member>\s*(?P<node>\?\w+)\s*\.?\s*\}}"
_MEMBERS = re.compile(_MEMBER)
_WITHOUT = re.compile(rf"FILTER\s+NOT\s+EXISTS\s*\{{\s*{_MEMBER}\s*\}}")
_INSERT = re.compile(
    r"\s*INSERT\s*\{\s*GRAPH\s*(<urn:newsroom-kg:set:\d+>)\s*\{\s*\1\s*<urn:newsroom-kg:member>\s*(\?\w+)\s*\}\s*\}"
    r"\s*WHERE\s*(\{.*\})\s*",
    re.DOTALL,
)
_JUST_MEMBERS = re.compile(rf"\s*(?:SELECT DISTINCT (?P<column>\?\w+) WHERE|ASK)\s*\{{\s*{_MEMBER}\s*\}}\s*")
_JUST_COPIED = re.compile(rf"\s*\{{\s*{_MEMBER}\s*\}}\s*")
_THIS = "?this"
_BRACKETS = 3  # what stands around a term


@dataclass(frozen=True, slots=True)
class _Denied:
    """A set that a variable of each row is not to be in; the store is not asked about it."""

    set: str
    node: str


@dataclass(slots=True)
class LaidSets:
    """
    The sets of one validation; a query that names some is asked in as many pieces as their sizes take.

    A set is laid into the text of a query. A large one is laid in piece by piece where the rows of all pieces are those
    of the whole; where nodes must not be in it, rows are looked at here. NotThere where neither can be.
    """

    questions: Questions
    members: dict[str, dict[Term, None]] = field(default_factory=dict)

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Take the quads that lay nodes into sets."""
        for quad in quads:
            name = str(quad.graph_name)
            if not name.startswith("<urn:newsroom-kg:set:") or isinstance(quad.object, ox.Triple):
                raise NotThere("its query asks the shapes graph")
            self.members.setdefault(name, {})[quad.object] = None

    def insert(self, update: str) -> None:
        """Do the update that lays into a set what a variable of a pattern is bound to."""
        found = _INSERT.fullmatch(update)
        if found is None:
            raise NotThere("an update that lays down no set")
        into, node, where = found.groups()
        copied = _JUST_COPIED.fullmatch(where)
        if copied and copied["node"] == node:
            terms: Iterable[Term] = tuple(self._terms(copied["set"]))
        else:
            table = self.rows(sparql_text.compose("remote/distinct", NODE=node, WHERE=where))
            terms = (row[0] for row in table.rows if row[0] is not None)
        self.members.setdefault(into, {}).update(dict.fromkeys(terms))

    def ask(self, text: str) -> bool:
        """Return the answer to an ASK that may name sets."""
        just = _JUST_MEMBERS.fullmatch(text)
        if just:
            return bool(self._terms(just["set"]))
        texts, denied = self._pieces(text)
        if denied:
            raise NotThere("a large set of nodes is to be left out of what is asked")
        return any(self.questions.ask(one) for one in texts)

    def rows(self, text: str) -> Table:
        """Return the rows of a SELECT that may name sets, each once."""
        just = _JUST_MEMBERS.fullmatch(text)
        if just and just["column"] == just["node"]:
            return Table((just["node"][1:],), [(term,) for term in self._terms(just["set"])])
        texts, denied = self._pieces(text)
        tables = [self.questions.rows(one) for one in texts]
        columns = tables[0].columns if tables else _columns(text)
        rows = list(dict.fromkeys(row for table in tables for row in table.rows))
        return Table(columns, self._allowed(columns, rows, denied))

    def _terms(self, name: str) -> Mapping[Term, None]:
        return self.members.get(name, {})

    def _allowed(self, columns: Sequence[str], rows: list[Row], denied: Sequence[_Denied]) -> list[Row]:
        for one in denied:
            if one.node[1:] not in columns:
                raise NotThere("a large set of nodes is to be left out of what is not returned")
            at, out = columns.index(one.node[1:]), self._terms(one.set)
            rows = [row for row in rows if row[at] not in out]
        return rows

    def _pieces(self, text: str) -> tuple[Iterator[str] | list[str], list[_Denied]]:
        """Return the texts to be asked in place of one that names sets, and what is looked at afterwards."""
        denied = list[_Denied]()
        most = self._most(text)
        if " GROUP BY " not in f" {' '.join(text.split())} ":
            few = -1 if "VALUES" in self.questions.dialect.lacks_inside else most
            large = [one for one in _WITHOUT.finditer(text) if len(self._terms(one["set"])) > few]
            denied = [_Denied(one["set"], one["node"]) for one in large]
            text = "".join(_without([(one.start(), one.end()) for one in large], text))
        if "VALUES" in self.questions.dialect.lacks_inside and any(
            _is_narrowed(text[: one.start()]) for one in _MEMBERS.finditer(text)
        ):
            raise NotThere(f"a set of nodes stands in EXISTS, OPTIONAL or MINUS, where {self._kind} does not see it")
        named = {one["set"]: one["node"] for one in _MEMBERS.finditer(text)}
        over = [name for name in named if len(self._terms(name)) > most]
        if not over:
            return [self._filled(text, {name: list(self._terms(name)) for name in named})], denied
        if len(over) > 1 or not _may_be_cut(text, over[0]):
            raise NotThere(f"a set of {len(self._terms(over[0])):,} nodes cannot be asked about in pieces")
        others = {name: list(self._terms(name)) for name in named if name != over[0]}
        terms = list(self._terms(over[0]))
        cut = (terms[start : start + most] for start in range(0, len(terms), most))
        return (self._filled(text, {**others, over[0]: piece}) for piece in cut), denied

    @property
    def _kind(self) -> str:
        return self.questions.dialect.kind

    def _most(self, text: str) -> int:
        """Return how many nodes of its sets may stand in a text."""
        dialect = self.questions.dialect
        named = [one["set"] for one in _MEMBERS.finditer(text)]
        longest = max((len(str(term)) for name in {*named} for term in self._terms(name)), default=0) + _BRACKETS
        room = (dialect.characters - len(text)) // (longest * max(1, len(named)))
        return max(1, min(dialect.terms, room))

    def _filled(self, text: str, sets: Mapping[str, Sequence[Term]]) -> str:
        """Return a text with the nodes of its sets in their places."""

        def laid(member: re.Match[str]) -> str:
            lines = " ".join(f"({written(term)})" for term in sets[member["set"]])
            return node_sets.compose("table", VARIABLES=member["node"], ROWS=lines)

        return _MEMBERS.sub(laid, text)


def written(term: Term) -> str:
    """Return a term as a query writes it; NotThere for a blank node, which no query can name."""
    if isinstance(term, ox.BlankNode):
        raise NotThere("a node without a name is asked about")
    return sparql_text.bind("$term", {"term": term})


def _without(spans: Sequence[tuple[int, int]], text: str) -> Iterator[str]:
    last = 0
    for start, end in spans:
        yield text[last:start]
        last = end
    yield text[last:]


def _columns(text: str) -> tuple[str, ...]:
    """Return the columns of a SELECT that names them one by one."""
    head = text.partition("{")[0]
    return tuple(word[1:] for kind, word in sparql_text.tokens(head) if kind == "variable")


def _may_be_cut(text: str, name: str) -> bool:
    """
    Tell whether the rows of a query are those of its pieces, where each has a part of a set.

    They are where the set has the focus nodes, each of which is treated by itself; of another one where it narrows
    nothing and nothing is counted.
    """
    places = [one for one in _MEMBERS.finditer(text) if one["set"] == name]
    if all(one["node"] == _THIS for one in places):
        return any(not _is_narrowed(text[: one.start()]) for one in places)
    counted = any(kind == "word" and word.upper() == "GROUP" for kind, word in sparql_text.tokens(text))
    return len(places) == 1 and not counted and not _is_narrowed(text[: places[0].start()])


def _is_narrowed(before: str) -> bool:
    """Tell whether a place of a query stands in a group that is optional, excluded, or only looked for."""
    groups, last = list[bool](), ""
    for kind, word in sparql_text.tokens(before):
        if word == "{":
            groups.append(last in NARROWING)
        elif word == "}" and groups:
            groups.pop()
        if word.strip() and kind != "comment":
            last = word.upper()
    return any(groups)
