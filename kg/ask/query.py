"""Queries: named ones with parameters, or any SPARQL 1.1, run on a store that is only read."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from kg.ask import engine_text, parameter_kinds
from kg.ask.engine_text import EngineText
from kg.ask.scope import ALL_GRAPHS, Graphs, Scope
from kg.model import did_you_mean
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import engine_errors, names, sparql_text
from kg.rdf.expression_failures import Failures
from kg.rdf.names import PageName
from kg.rdf.sparql_text import Parameter, Query, Term

if TYPE_CHECKING:
    from kg.ask.question_shapes import Known
    from kg.links.name_tables import Named
    from kg.links.resolve import Listed

Answer = QuerySolutions | QueryBoolean | QueryTriples
_SPARQL = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE"})
_ANYONE = PageName("", "", "")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the values of parameters are looked up in: the base IRI, and the pages of a generation by their paths."""

    base: str
    pages: "Mapping[str, Listed]"


def find(name: str, others: Iterable[str] = ()) -> Query:
    """Return a query of the library by its name; raise KgError with the nearest name, of `others` too, for none."""
    if name in sparql_text.library():
        return sparql_text.describe(name, sparql_text.declared_query(f"library/{name}").text)
    hint = did_you_mean.hint(name, [*sparql_text.library(), *others], "`kg query --list` shows them")
    if "{" in name or not _SPARQL.isdisjoint(name.upper().split()):
        hint = "to run SPARQL text, put -e before it, and quotes around all of it"
    raise KgError(f"unknown query '{name[:60]}'; {hint}")


def values(query: Query, texts: Mapping[str, str], vocabulary: Vocabulary, store: Store) -> dict[str, Term | int]:
    """Return the terms of a query's parameters; one that is optional and not given stays a variable."""
    declared = {parameter.name: parameter for parameter in query.parameters}
    possible = sorted(declared) or sparql_text.placeholders(query.text)
    for name, written in texts.items():
        if name not in possible:
            has = f"it has {', '.join(possible)}" if possible else "it has none"
            raise KgError(f"query '{query.name}' has no parameter '{name}'; {has}")
        if not _is_text(written):
            raise KgError(f"--{name}: expected a text in UTF-8, found {written!a}")
    found: dict[str, Term | int] = {name: Literal(value) for name, value in texts.items() if name not in declared}
    for parameter in query.parameters:
        value = texts.get(parameter.name, parameter.default)
        if value is not None:
            found[parameter.name] = _term(parameter, value, vocabulary, store)
        elif not parameter.optional:
            raise KgError(f"query '{query.name}' needs --{parameter.name} ({parameter.help})")
    return found


def _term(parameter: Parameter, value: str, vocabulary: Vocabulary, store: Store) -> Term | int:
    if parameter.kind in parameter_kinds.LISTED:
        return parameter_kinds.listed(parameter, value, store)
    match parameter.kind:
        case "topic" | "page":
            found = topic(value, vocabulary, store)
            return found if parameter.kind == "topic" else parameter_kinds.page(value, found, store)
        case "integer":
            return _integer(parameter, value)
        case "date":
            return _date(parameter, value)
        case "iri":
            return _iri(parameter, value)
        case _:
            return Literal(value)


def topic(value: str, vocabulary: Vocabulary, store: Store) -> NamedNode:
    """Return what a name means: a page by path, stem, title, alias or slug, else a speaker without a page."""
    from kg.links import name_keys, resolve  # most questions name no topic

    if not _is_text(value):
        raise KgError(f"expected a name in UTF-8, found {value!a}")
    answer = resolve.resolve(name_keys.index_of(vocabulary.pages), _ANYONE, value, suggesting=False)
    if answer.ambiguous:
        raise KgError(f"'{value}' could be any of {', '.join(answer.candidates)}; write one of these paths")
    if answer.candidates:
        return NamedNode(names.topic_iri(vocabulary.base, answer.topic))
    for iri in (names.agent_iri(vocabulary.base, value), names.topic_iri(vocabulary.base, value)):
        if next(store.quads_for_pattern(None, None, NamedNode(iri), None), None) is not None:
            return NamedNode(iri)
    called = {*_words(map(resolve.named, vocabulary.pages.values())), *speakers(store)}
    begun = did_you_mean.begun(value, called, "no page or speaker has this name", most=3)
    hint = did_you_mean.hint(value, called, begun, most=3)
    raise KgError(f"nothing in this wiki is called '{value}'; {hint}")


def _words(pages: "Iterable[Named]") -> Iterator[str]:
    return (word for page in pages for word in (names.stem(page.name.path), page.title, *page.aliases) if word)


def speakers(store: Store) -> Iterator[str]:
    """Return the names of speakers without a page."""
    found = store.quads_for_pattern(None, NamedNode(names.expand("foaf:name")), None, None)
    return (quad.object.value for quad in found if isinstance(quad.object, Literal))


def _is_text(value: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in value)


def _iri(parameter: Parameter, value: str) -> NamedNode:
    try:
        return NamedNode(value)
    except ValueError:
        raise KgError(f"--{parameter.name}: expected an IRI such as https://example.org/x, found '{value}'") from None


def _integer(parameter: Parameter, value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise KgError(f"--{parameter.name}: expected a whole number, found '{value}'")
    return int(value)


def _date(parameter: Parameter, value: str) -> Literal:
    try:
        day = dt.date.fromisoformat(value).isoformat()
    except ValueError:
        raise KgError(f"--{parameter.name}: expected a date such as 2026-03-01, found '{value}'") from None
    return Literal(day, datatype=NamedNode(names.expand("xsd:date")))


def run(
    store: Store,
    text: str,
    terms: Mapping[str, Term | int],
    failures: Failures | None = None,
    scope: Scope = ALL_GRAPHS,
    matches: Callable[[str], str] = str,
) -> Answer:
    """
    Return the answer to a SPARQL query over all graphs; raise KgError where it is none or asks for the network.

    What fails in its expressions is told to `failures` while the answer is read; `matches` puts what has the words of
    `nr:matches` in its place.
    """
    return answered(store, engine_text.for_engine(store, text, terms, failures or Failures(), scope, matches), scope)


def of_known(store: Store, question: "Known", scope: Scope) -> Answer | None:
    """Return what the engine answers to a question of a known shape; None where it does not take its words."""
    with suppress(SyntaxError, ValueError):
        return store.query(
            question.text,
            base_iri=scope.base,
            prefixes=dict(scope.prefixes) if question.prefixed else None,
            use_default_graph_as_union=question.union,
            custom_functions=question.functions or None,
        )
    return None


def answered(store: Store, question: EngineText, scope: Scope) -> Answer:
    """Return what the engine answers."""
    store, default, named = _asked_graphs(store, question.graphs)
    with engine_errors.told("the query"):
        for text in (question.text, *question.otherwise):
            with suppress(SyntaxError, ValueError):
                return store.query(
                    text,
                    base_iri=scope.base,
                    prefixes=dict(scope.prefixes),
                    use_default_graph_as_union=question.union,
                    custom_functions=question.functions,
                    default_graph=default,
                    named_graphs=named,
                )
            question.falls_back()
    raise KgError("not a SPARQL query: the engine does not take it")


def _asked_graphs(
    store: Store, graphs: Graphs | None
) -> tuple[Store, list[NamedNode | BlankNode | DefaultGraph] | None, list[NamedNode | BlankNode] | None]:
    """Return the store that is asked, with its graphs outside GRAPH and in it where the query is not to say them."""
    if graphs is None:
        return store, None, None
    named: list[NamedNode | BlankNode] = [NamedNode(iri) for iri in graphs.named]
    default: list[NamedNode | BlankNode | DefaultGraph] = [NamedNode(iri) for iri in graphs.default]
    if len(default) < 2:  # noqa: PLR2004  # one graph
        return store, default, named
    copied = Store()  # of several, the engine gives a fact once for each graph that has it
    for graph in graphs.named:
        copied.extend(store.quads_for_pattern(None, None, None, NamedNode(graph)))
    for graph in graphs.default:
        facts = store.quads_for_pattern(None, None, None, NamedNode(graph))
        copied.extend(Quad(fact.subject, fact.predicate, fact.object) for fact in facts)
    return copied, [DefaultGraph()], named
