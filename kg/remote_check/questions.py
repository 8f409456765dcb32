"""Questions to a foreign store within its limits: long answers in pages, and a count of what was asked."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import TypeVar

import pyoxigraph as ox

from kg.endpoint.client import CutOff, Endpoint
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import sparql_text
from kg.rdf.terms import Term
from kg.remote_check.dialect import Dialect

Row = tuple[Term | None, ...]
Said = TypeVar("Said")
NARROWING = frozenset({"EXISTS", "OPTIONAL", "MINUS"})
_LONGEST = 120


class NotThere(RuntimeError):  # noqa: N818  # not an error: it is done here instead
    """What a store cannot be asked, with the reason."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of an answer, with the names of their columns."""

    columns: tuple[str, ...]
    rows: Sequence[Row]


@dataclass(slots=True)
class Tally:
    """How many requests were sent, and how many rows came back."""

    requests: int = 0
    rows: int = 0


@dataclass(slots=True)
class Questions:
    """An endpoint that is asked within the limits of its dialect; `tally` counts."""

    endpoint: Endpoint
    dialect: Dialect
    tally: Tally = field(default_factory=Tally)

    def ask(self, text: str) -> bool:
        """Return the answer to an ASK; NotThere where the store cannot be asked that."""
        return self._asked(text, self._yes)

    def rows(self, text: str) -> Table:
        """Return all rows of a SELECT, in pages where the store cuts answers off; NotThere where it cannot be asked."""
        most = self.dialect.rows
        try:
            answer = self._rows(text)
        except CutOff as cut:
            if cut.most <= 1:
                raise
            less = cut.most - 1  # which it gives without a word
            return self._paged(text, cut.columns, min(less, most) if most else less)
        return answer if not most or len(answer.rows) < most else self._paged(text, answer.columns, most)

    def _paged(self, text: str, columns: tuple[str, ...], most: int) -> Table:
        """Return the rows of an answer, so many at a time, in the order of the question or in one of all columns."""
        prologue, question = _split(text)
        names = " ".join(f"?{name}" for name in columns)
        if not _has_order(question):
            question = sparql_text.compose("remote/ordered", COLUMNS=names, QUESTION=question)
        found: list[Row] = []
        while True:
            page = sparql_text.compose(
                "remote/page", COLUMNS=names, QUESTION=question, MOST=str(most), PASSED=str(len(found))
            )
            rows = self._rows(prologue + page).rows
            found += rows
            if len(rows) < most:
                return Table(columns, found)

    def _rows(self, text: str) -> Table:
        table = self._asked(text, self._read)
        self.tally.rows += len(table.rows)
        return table

    def _yes(self, text: str) -> bool:
        """Return yes or no; Virtuoso says it in a row."""
        answer = taken(self.endpoint.answer(text))
        if not isinstance(answer, Table):
            return answer
        if answer.columns != ("__ASK_RETVAL",):
            raise KgError(f"{self.endpoint.address.query}: answered rows where yes or no was asked for")
        return any(value is not None and value.value == "1" for (value,) in answer.rows)

    def _read(self, text: str) -> Table:
        answer = self.endpoint.select(text)
        return Table(answer.variables, [tuple(map(row.get, answer.variables)) for row in answer])

    def _asked(self, text: str, ask: Callable[[str], Said]) -> Said:
        """Return an answer; NotThere where the store refuses the text and answers another one."""
        if len(text) > self.dialect.characters:
            raise NotThere(f"a query has more than {self.dialect.characters:,} characters")
        self._refuse_lacking(text)
        self.tally.requests += 1
        try:
            return ask(text)
        except CutOff:
            raise
        except KgError as error:
            if not self._is_alive():
                raise
            raise NotThere(f"the store refused a query: {self._shortened(error)}") from None

    def _shortened(self, error: KgError) -> str:
        """Return what a store said, without its address and the query that many repeat."""
        said = str(error).removeprefix(f"{self.endpoint.address.query}: ").removeprefix("refused with ")
        return said if len(said) <= _LONGEST else f"{said[:_LONGEST].rstrip()}…"

    def _refuse_lacking(self, text: str) -> None:
        lacks = self.dialect.lacks
        words = (word.upper() for kind, word in sparql_text.tokens(text) if kind == "word") if lacks else ()
        lacking = next((word for word in words if word in lacks), None)
        if lacking:
            raise NotThere(f"{lacking} is not done by {self.dialect.kind} as the standard says")
        within = next((word for word in _inside(text) if word in self.dialect.lacks_inside), None)
        if within:
            raise NotThere(
                f"{within} within EXISTS or OPTIONAL is not done by {self.dialect.kind} as the standard says"
            )

    def _is_alive(self) -> bool:
        try:
            self._yes(sparql_text.compose("remote/alive"))
        except KgError:
            return False
        return True


def _inside(text: str) -> Iterator[str]:
    """Yield the words that stand within EXISTS, OPTIONAL or MINUS, in capitals."""
    groups, last = list[bool](), ""
    for kind, word in sparql_text.tokens(text):
        if word == "{":
            groups.append(last in NARROWING or any(groups))
        elif word == "}" and groups:
            groups.pop()
        elif kind == "word" and groups and groups[-1]:
            yield word.upper()
        if word.strip() and kind != "comment":
            last = word.upper()


def _split(text: str) -> tuple[str, str]:
    """Return the prologue of a SELECT, and what stands behind it."""
    before = ""
    for kind, word in sparql_text.tokens(text):
        if kind == "word" and word.upper() == "SELECT":
            break
        before += word
    return before, text[len(before) :]


def _has_order(question: str) -> bool:
    """Tell whether a SELECT orders its rows, behind the last of its braces."""
    tail = question.rpartition("}")[2]
    return any(kind == "word" and word.upper() == "ORDER" for kind, word in sparql_text.tokens(tail))


# ---- answers as the engine gives them --------------------------------------------------------------------------------


def taken(answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Table | bool:
    """Return the engine's answer to a SELECT or an ASK, whole."""
    if isinstance(answer, ox.QueryTriples):
        raise NotThere("it answers rows with triples")
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    columns = tuple(variable.value for variable in answer.variables)
    return Table(columns, [tuple(row[name] for name in columns) for row in answer])


def solutions(table: Table) -> ox.QuerySolutions:
    """Return rows as the engine's own answer to a SELECT."""
    bindings = [
        {name: _json(term) for name, term in zip(table.columns, row, strict=True) if term is not None}
        for row in table.rows
    ]
    said = {"head": {"vars": list(table.columns)}, "results": {"bindings": bindings}}
    found = ox.parse_query_results(json.dumps(said).encode(), format=ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("no rows")
    return found


def _json(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
