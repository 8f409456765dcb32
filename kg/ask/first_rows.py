"""The first rows of an answer, and how many more there are."""

import json
import sys
from itertools import islice
from typing import Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from kg.ask import answer_formats
from kg.ask.query import Answer
from kg.model.records import dataclass

# So many rows are counted beyond those that are wanted: the engine makes each of them.
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class First:
    """The first rows or triples of an answer, how many more there are, and whether that is all of them."""

    answer: Answer | list[Quad]
    more: int = 0
    counted: bool = True

    def words(self, limit: int) -> str:
        """Return what a person should know of what is not there; nothing where all is."""
        if not self.more:
            return ""
        return f"{'' if self.counted else 'more than '}{self.more:,} more (--limit {limit})"


def first(answer: Answer, limit: int) -> First:
    """Return the first rows of a SELECT, or the first triples of a graph in the order in which they are written."""
    if isinstance(answer, QueryBoolean):
        return First(answer)
    if not isinstance(answer, QuerySolutions):
        quads = answer_formats.quads(answer)
        return First(quads[:limit], max(0, len(quads) - limit))
    names = [variable.value for variable in answer.variables]
    rows = [{name: row[name] for name in names} for row in islice(answer, min(limit, sys.maxsize))]
    more = sum(1 for _ in islice(answer, COUNTED + 1))
    bindings = [{name: _json(term) for name, term in row.items() if term is not None} for row in rows]
    data = json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}})
    read = parse_query_results(data, QueryResultsFormat.JSON)
    return First(read, min(more, COUNTED), more <= COUNTED)


def _json(term: NamedNode | BlankNode | Literal | Triple) -> dict[str, Any]:
    """Return a term as the W3C's form of results in JSON has it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        kind = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **kind}
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _json(part) for name, part in parts.items()}}
