"""A foreign store in the place of ours: what a check asks of a store, sent to an endpoint."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import pyoxigraph as ox

from kg.rdf import names, sparql_text
from kg.rdf.terms import Term
from kg.remote_check.laid_sets import LaidSets, written
from kg.remote_check.questions import NotThere, Questions, Row, Table, solutions, taken
from kg.shacl.terms import TYPE

# A pattern of quads: subject, property, object, graph; None for what may be any.
Pattern = tuple[Term | None, Term | None, Term | None, Term | None]
One = TypeVar("One")
Answer = Table | bool
_SET = "<urn:newsroom-kg:set:"
_A_ROW = 400  # characters that a row of terms takes
_NAMES = ("s", "p", "o", "g")
_OURS = re.compile(r"<urn:newsroom-kg:(?!set:\d+>|member>)[^<>\s]*>")


class RemoteQuads:
    """
    The questions of a check, answered by an endpoint: those of SPARQL one by one, patterns of quads many at a time.

    A pattern that was not fetched is noted as wanted and has no quads yet; `fetch` gets all that are wanted. Who looks
    patterns up does so again until nothing is wanted. Nothing is written to the store: sets of nodes are kept here.
    What the store refuses of all graphs as one is asked of a copy of the graphs of the wiki with `base`, made
    when it is needed; `copied_for` has the reasons.
    """

    def __init__(self, questions: Questions, base: str) -> None:
        self.questions = questions
        self.copied_for: dict[str, None] = {}
        self._base, self._mixed = base, ""
        self._copies: list[ox.Store] = []
        self._sets = LaidSets(questions)
        self._known: dict[Pattern, list[ox.Quad]] = {}
        self._wanted: dict[Pattern, None] = {}
        self._answers: dict[str, Table | bool] = {}

    @property
    def at_once(self) -> int:
        """How many rows of terms a query may name."""
        return max(1, min(self.questions.dialect.terms, self.questions.dialect.characters // _A_ROW))

    # ---- SPARQL ------------------------------------------------------------------------------------------------------

    def query(
        self,
        query: str,
        *,
        use_default_graph_as_union: bool = False,
        custom_functions: Mapping[ox.NamedNode, Any] | None = None,
    ) -> ox.QuerySolutions | bool:
        """
        Return the answer to a SELECT or an ASK over all graphs.

        NotThere where it needs what the store lacks: functions of ours (`custom_functions`) are not handed to it. What
        our own queries ask of places, too (`use_default_graph_as_union`) is asked of a copy where the store cannot be
        asked. The same is asked more than once, so answers are kept, but for those about sets, which grow.
        """
        del custom_functions
        if _SET in query:
            return self._given(self._answer(query))
        if query not in self._answers:
            self._answers[query] = self._of_all(query) if use_default_graph_as_union else self._answer(query)
        return self._given(self._answers[query])

    def _of_all(self, query: str) -> Answer:
        """Return the answer of the store, or of a copy of all graphs where the store cannot be asked."""
        why = self._mixed
        if not why:
            try:
                return self._answer(query)
            except NotThere as error:
                why = str(error)
        self.copied_for[why] = None
        return taken(self._copy().query(query, use_default_graph_as_union=True))

    def ask_a_copy(self, why: str) -> None:
        """Have what is asked of all graphs asked of a copy of the wiki's graphs from now on, for a reason."""
        self._mixed = why

    def _answer(self, query: str) -> Answer:
        ours = _OURS.search(query)
        if ours:
            raise NotThere(f"it calls {ours[0]}, which is a function of ours")
        words = (word.upper() for kind, word in sparql_text.tokens(query) if kind == "word")
        form = next((word for word in words if word in ("ASK", "SELECT")), "")
        return self._sets.ask(query) if form == "ASK" else self._sets.rows(query)

    def _copy(self) -> ox.Store:
        """Return all graphs of the wiki in memory, fetched when they are first needed."""
        if not self._copies:
            copy = ox.Store()
            rows = self.questions.rows(sparql_text.compose("remote/graphs")).rows
            named = [row[0] for row in rows if isinstance(row[0], ox.NamedNode)]
            graphs = sorted((one for one in named if self._is_own(one)), key=str)
            for some in pieces(self.questions, graphs):
                copy.extend(map(_quad, self._quads([3], [(None, None, None, graph) for graph in some])))
            self._copies.append(copy)
        return self._copies[0]

    def _is_own(self, graph: Term | None) -> bool:
        """Tell whether a graph is one of the wiki, and holds nothing inferred."""
        inferred = names.common_graph_iri(self._base, "inferred")
        return isinstance(graph, ox.NamedNode) and names.is_own(self._base, graph.value) and graph.value != inferred

    def _given(self, answer: Answer) -> ox.QuerySolutions | bool:
        return answer if isinstance(answer, bool) else solutions(answer)

    def update(self, update: str, *, custom_functions: Mapping[ox.NamedNode, Any] | None = None) -> None:
        """Lay into a set what a pattern finds; nothing else is changed, and nothing in the store."""
        del custom_functions
        ours = _OURS.search(update)
        if ours:
            raise NotThere(f"it calls {ours[0]}, which is a function of ours")
        self._sets.insert(update)

    def extend(self, quads: Iterable[ox.Quad]) -> None:
        """Lay nodes into a set."""
        self._sets.add(quads)

    # ---- patterns of quads -------------------------------------------------------------------------------------------

    def quads_for_pattern(
        self, subject: Term | None, predicate: Term | None, object: Term | None, graph_name: Term | None = None  # noqa: A002  # as in the engine
    ) -> Iterator[ox.Quad]:  # fmt: skip
        """Yield the quads of a pattern as far as they were fetched; a pattern that was not is wanted from now on."""
        pattern = subject, predicate, object, graph_name
        if pattern not in self._known:
            self._wanted[pattern] = None
        yield from self._known.get(pattern, ())

    def fetch(self) -> bool:
        """Get the quads of all patterns that are wanted, in few requests; return whether any were."""
        wanted, self._wanted = list(self._wanted), {}
        alike: dict[tuple[bool, ...], list[Pattern]] = defaultdict(list)
        for pattern in wanted:
            alike[tuple(term is not None for term in pattern)].append(pattern)
        for shape, patterns in alike.items():
            self._known.update((pattern, []) for pattern in patterns)
            named = [pattern for pattern in patterns if not any(isinstance(term, ox.BlankNode) for term in pattern)]
            columns = [at for at, given in enumerate(shape) if given]
            for some in pieces(self.questions, named):
                self._take(columns, some)
        return bool(wanted)

    def _take(self, columns: Sequence[int], patterns: Sequence[Pattern]) -> None:
        """Get the quads of patterns that give the same terms of a quad."""
        by_terms = {tuple(pattern[at] for at in columns): pattern for pattern in patterns}
        for row in dict.fromkeys(self._quads(columns, patterns)):
            pattern = by_terms.get(tuple(row[at] for at in columns))
            if pattern is not None and self._is_own(row[3]):
                self._known[pattern].append(_quad(row))

    def _quads(self, columns: Sequence[int], patterns: Sequence[Pattern]) -> Iterator[Row]:
        """Yield the quads of patterns that give the same terms; of half of them where the store refuses so many."""
        lines = (" ".join(written(term) for term in pattern if term is not None) for pattern in patterns)
        text = sparql_text.compose(
            "remote/quads",
            VARIABLES=" ".join(f"?{_NAMES[at]}" for at in columns),
            ROWS=" ".join(f"({line})" for line in lines),
        )
        try:
            rows = self.questions.rows(text).rows
        except NotThere:
            if len(patterns) == 1:
                raise
            half = len(patterns) // 2
            yield from self._quads(columns, patterns[:half])
            yield from self._quads(columns, patterns[half:])
        else:
            yield from rows

    def know_what_occurs(self, kinds: Sequence[ox.NamedNode]) -> None:
        """Find out which classes have instances, and which properties occur: one quad of each stands for all."""
        for name, places in (("instances", (1, 2)), ("occurring", (1,))):
            there: set[Term | None] = set()
            for some in pieces(self.questions, kinds):
                text = sparql_text.compose(f"remote/{name}", KINDS=" ".join(map(str, some)))
                there |= {row[0] for row in self.questions.rows(text).rows}
            for kind in kinds:
                pattern: Pattern = (None, TYPE, kind, None) if places == (1, 2) else (None, kind, None, None)
                self._known[pattern] = [ox.Quad(kind, TYPE, kind)] if kind in there else []


def _quad(row: Sequence[Term | None]) -> ox.Quad:
    subject, predicate, value, graph = row
    if (
        isinstance(subject, ox.Literal | None)
        or not isinstance(predicate, ox.NamedNode)
        or value is None
        or isinstance(graph, ox.Literal | None)
    ):
        raise NotThere("the store answers with what is no quad")
    return ox.Quad(subject, predicate, value, graph)


def pieces(questions: Questions, terms: Iterable[One]) -> Iterator[list[One]]:
    """Yield terms, or rows of them, so many at a time as one query may name."""
    left = iter(terms)
    while some := list(islice(left, questions.dialect.terms)):
        yield some
