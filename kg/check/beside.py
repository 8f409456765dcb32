"""What queries of a shape return for its results: each is asked once for all of them, not once for each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import sparql_text
from kg.rdf.terms import Term
from kg.shacl import node_sets, prebinding, query_grammar
from kg.shacl.literals import normal
from kg.shacl.query_grammar import NotUnderstood

Key = tuple[Term, ...]
Rows = Mapping[Key, list[ox.QuerySolution]]
_SELECT = re.compile(r"^\s*SELECT(\s+(?:DISTINCT|REDUCED))?", re.IGNORECASE)
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """A query of a shape with the prefixes before it, and the variables that a result gives it."""

    prologue: str
    text: str
    names: tuple[str, ...]


def rows(store: ox.Store, question: Question, keys: Iterable[Key]) -> Rows:
    """
    Return the rows of a question for each of many terms of its variables; blank nodes have none.

    A query that counts or cuts over all its rows, or that the grammar does not understand, is asked of each by itself.
    """
    wanted = list(dict.fromkeys(key for key in keys if not any(isinstance(term, ox.BlankNode) for term in key)))
    query = _for_all(question.text, question.names)
    results: dict[Key, list[ox.QuerySolution]] = defaultdict(list)
    if query is None:
        for key in wanted:
            results[key] = list(_asked(store, question, _alone(question, key)))
        return results
    at_once = getattr(store, "at_once", _AT_ONCE)  # a foreign store takes fewer
    for start in range(0, len(wanted), at_once):
        part = wanted[start : start + at_once]
        stored: dict[Key, list[Key]] = defaultdict(list)
        for key in part:
            stored[tuple(normal(term) if isinstance(term, ox.Literal) else term for term in key)].append(key)
        for row in _asked(store, question, query.replace(_marker(question.names), _values(question.names, stored))):
            for key in stored.get(tuple(row[name] for name in question.names), ()):
                results[key].append(row)
    return results


def _values(names: Sequence[str], keys: Iterable[Key]) -> str:
    """Return the pattern that binds the variables to each row of terms."""
    variables = " ".join(f"?{name}" for name in names)
    lines = " ".join(f"({' '.join(map(_written, key))})" for key in keys)
    return node_sets.compose("table", VARIABLES=variables, ROWS=lines)


def _written(term: Term) -> str:
    return sparql_text.bind("$term", {"term": term})  # type: ignore[dict-item]  # no blank node


def _alone(question: Question, key: Key) -> str:
    return sparql_text.bind(question.text, dict(zip(question.names, key, strict=True)))  # type: ignore[arg-type]  # no blank node


def _asked(store: ox.Store, question: Question, query: str) -> Iterator[ox.QuerySolution]:
    solutions = store.query(question.prologue + query, use_default_graph_as_union=True)
    return iter(solutions) if isinstance(solutions, ox.QuerySolutions) else iter(())


@cache
def _for_all(text: str, names: tuple[str, ...]) -> str | None:
    """Return a query that returns its variables with each row, a marker where they are bound; None where none can."""
    try:
        bound = prebinding.prepared(text, {}, names)
    except (NotUnderstood, prebinding.Forbidden):
        return None
    query = bound.query
    missing = sorted(set(names) - query_grammar.projected(query.head, set(names)))
    head = _SELECT.sub(lambda match: match[0] + "".join(f" ?{name}" for name in missing), query.head)
    if not bound.together:
        return None
    return prebinding.select(replace(bound, query=replace(query, head=head)), _marker(names))


def _marker(names: Sequence[str]) -> str:
    """Return a pattern that stands where the variables are bound, until it is known to what."""
    return node_sets.compose("each", FIRST=f"?{names[0]}", LAST=f"?{names[-1]}")
