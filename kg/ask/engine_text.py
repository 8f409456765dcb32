"""What the engine is asked for a query: the same question in words for which it has the answer of the standard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import partial

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.ask import from_clauses
from kg.ask.scope import Graphs, Scope
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import each_fact_once, expressions, pattern_limits, sparql_text
from kg.rdf.expression_failures import Failures
from kg.rdf.sparql_text import Term
from kg.rdf.terms import Function


@dataclass(slots=True)
class EngineText:
    """
    A text for the engine with the functions that it calls; `changes` say what was put in other words, for --explain.

    `notes` are for everybody who asks; `otherwise` are texts for an engine that does not take this one. Where `graphs`
    are given, these are asked, whatever FROM says. `by_words_alone` says that neither the store nor the name of a graph
    had a part in it.
    """

    text: str
    union: bool
    failures: Failures
    functions: dict[NamedNode, Function] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    otherwise: tuple[str, ...] = ()
    graphs: Graphs | None = None
    by_words_alone: bool = True

    def falls_back(self) -> None:
        """Note that the engine does not take the text as it was changed, and is asked the author's."""
        self.failures.unwatched = True
        self.changes.append("none: the engine does not take the query in other words, and is asked as it was given")


def for_engine(
    store: Store,
    text: str,
    terms: Mapping[str, Term | int],
    failures: Failures,
    scope: Scope,
    matches: Callable[[str], str] = str,
) -> EngineText:
    """
    Return what the engine is asked of a store for a query; raise KgError, with the author's place, for what is none.

    What fails in its expressions is told to `failures` while the answer is read; `matches` puts what has the words of
    `nr:matches` in its place.
    """
    sparql_text.refuse_network(text)
    sparql_text.refuse_deep(text)
    pattern_limits.refuse_many(text)
    question = sparql_text.bind(text, terms)
    refuse_malformed(text, question, terms, scope)
    expressed = expressions.expressed(text, failures)
    union = scope.union and scope.graphs is None and not sparql_text.names_graphs(text)
    bound = sparql_text.bind(expressed.text, terms)
    graphs = scope.graphs or from_clauses.merged(question, scope)
    made = EngineText(
        matches(bound), union, failures, expressed.functions, otherwise=(matches(question),), graphs=graphs,
        by_words_alone=graphs is None,
    )  # fmt: skip
    if bound != question:
        made.changes.append("expressions: as XPath and SPARQL have them, exact, and told where they fail")
    _complete(store, made, question, scope)
    return made


def refuse_malformed(text: str, question: str, terms: Mapping[str, Term | int], scope: Scope) -> None:
    """Raise KgError where a text is no query: said of the text as its author gave it, before anything is changed."""
    try:
        Store().query(question, base_iri=scope.base, prefixes=dict(scope.prefixes))
    except (SyntaxError, ValueError) as error:
        from kg.rdf import syntax_error

        raise KgError(syntax_error.explain(text, str(error), terms, scope.prefixes)) from None
    except RuntimeError:
        return  # a function that nobody has: told when the store is asked


def _complete(store: Store, text: EngineText, question: str, scope: Scope) -> None:
    """See to paths of no step, to the columns of `SELECT *` and, where all graphs are asked, to each fact once."""

    def absent(prologue: str, word: str) -> bool:
        text.by_words_alone = False
        return _absent(store, scope, prologue, word)

    known = each_fact_once.Question(partial(_columns, question, scope), absent, union=text.union)
    once = each_fact_once.once(text.text, known)
    text.text = once.text
    if once.no_steps:
        text.changes.append(f"paths of no step from a term that no graph has: {', '.join(once.no_steps)}")
    if once.patterns:
        text.changes.append(f"each fact once, in however many graphs it stands: {', '.join(once.patterns)}")
    text.notes += [
        f"GRAPH {name} around a sub-select, or without a pattern in it, is asked of all graphs at once, which leaves "
        f"{name} open: write GRAPH into the group"
        for name in once.open_graphs
    ]
    if once.unread and text.union:
        text.notes.append(
            f"a fact counts once for each of its graphs, as this form of query is not known: {once.unread}"
        )


def _columns(question: str, scope: Scope) -> Sequence[str]:
    """Return the names that `SELECT *` stands for, in the order in which the text has them."""
    answer = Store().query(question, base_iri=scope.base, prefixes=dict(scope.prefixes))
    found = [variable.value for variable in answer.variables] if isinstance(answer, QuerySolutions) else []
    words = [word[1:] for kind, word in sparql_text.tokens(question) if kind == "variable"]
    return sorted(found, key=words.index)


def _absent(store: Store, scope: Scope, prologue: str, word: str) -> bool:
    """Tell whether no triple of a store has a term, as a query writes it."""
    query = f"{prologue} {sparql_text.compose('once/term', TERM=word)}"
    rows = Store().query(query, base_iri=scope.base, prefixes=dict(scope.prefixes))
    term = next(iter(rows))[0] if isinstance(rows, QuerySolutions) else None
    if isinstance(term, NamedNode) and next(store.quads_for_pattern(term, None, None, None), None) is not None:
        return False
    if not isinstance(term, NamedNode | Literal):
        return False
    return next(store.quads_for_pattern(None, None, term, None), None) is None
