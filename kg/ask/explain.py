"""What is done for a query, for who wants to know why it answers as it does, or takes as long."""

from collections.abc import Iterator, Mapping
from itertools import islice

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.ask.engine_text import EngineText
from kg.ask.scope import Scope
from kg.rdf import each_fact_once, names, sparql_text
from kg.rdf.sparql_text import Term
from kg.rdf.triple_forms import Form

_MOST = 100_000
ASKED = "asked: "


def lines(
    store: Store, text: str, terms: Mapping[str, Term | int], question: EngineText, scope: Scope
) -> Iterator[str]:  # fmt: skip
    """Yield what a query asks of which graphs, what became of it, and how much each of its patterns finds."""
    graphs = sum(1 for _ in store.named_graphs())
    if not scope.union:
        yield "asks: the graph without a name"
    elif question.union:
        yield f"asks: all {graphs:,} graphs as one, each fact once; GRAPH tells them apart"
    else:
        yield f"asks: of {graphs:,} graphs those that FROM names"
    for name, term in sorted(terms.items()):
        yield f"value: ${name} = {term}"
    for prefix in sorted(_prefixes(text) & set(scope.prefixes)):
        yield f"prefix: {prefix}: = <{scope.prefixes[prefix]}>"
    for pattern, found in _found(store, sparql_text.bind(text, terms), scope):
        yield f"finds: {found} {pattern}"
    yield from (f"in other words: {change}" for change in question.changes)
    yield from (f"{ASKED}{line}" for line in question.text.strip().splitlines())


def _prefixes(text: str) -> set[str]:
    return {
        word.partition(":")[0].lstrip(".") for kind, word in sparql_text.tokens(text) if kind == "word" and ":" in word
    }


def _found(store: Store, text: str, scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield the triple patterns of a query with how many quads fit each alone: the engine begins with what fits few."""
    prologue, forms = each_fact_once.patterns(text)
    for form in forms:
        if form.way.kind == "property":
            yield f"{form.subject} {form.way.text} {form.object}", _count(store, prologue, form, scope)


def _count(store: Store, prologue: str, form: Form, scope: Scope) -> str:
    subject, word, to = (_term(prologue, one, scope) for one in (form.subject, form.way.text, form.object))
    if isinstance(subject, Literal) or isinstance(word, Literal):
        return "0"
    quads = store.quads_for_pattern(subject, word, to, None)
    number = sum(1 for _ in islice(quads, _MOST))
    return f"{number:,}" if number < _MOST else f"{_MOST:,} and more"


def _term(prologue: str, word: str, scope: Scope) -> NamedNode | Literal | None:
    if word[0] in "?$":
        return None
    term = f"<{names.expand('rdf:type')}>" if word == "a" else word
    query = f"{prologue} {sparql_text.compose('once/term', TERM=term)}"
    rows = Store().query(query, base_iri=scope.base, prefixes=dict(scope.prefixes))
    found = next(iter(rows))[0] if isinstance(rows, QuerySolutions) else None
    return found if isinstance(found, NamedNode | Literal) else None
