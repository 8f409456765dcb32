"""A query as it is put to an endpoint: SPARQL 1.1 with the values in their places, kept to the graphs of one wiki."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pyoxigraph import QueryBoolean, QuerySolutions, Store

from kg.ask import engine_text
from kg.ask.scope import Scope
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.network import terms as network_terms
from kg.rdf import each_fact_once, names, nquads, sparql_text
from kg.rdf.sparql_text import Term

_SEARCHED = ("matches", "originalMatches")


@dataclass(frozen=True, slots=True)
class Question:
    """A text for an endpoint, and whether its answer is rows (or yes and no), else a graph."""

    text: str
    rows: bool


def question(text: str, terms: Mapping[str, Term | int], scope: Scope) -> Question:
    """
    Return what an endpoint is asked for a query; raise KgError for what is none, or only the store here can answer.

    It keeps to the graphs of the wiki, by the beginning of their names; what stands outside GRAPH is asked graph by
    graph where rows count, so that a fact counts once, and else of what the endpoint has outside GRAPH.
    """
    base = scope.base or ""
    sparql_text.refuse_network(text)
    sparql_text.refuse_deep(text)
    _refuse_ours(text, base)
    bound = sparql_text.bind(text, terms)
    engine_text.refuse_malformed(text, bound, terms, scope)
    kind = Store().query(bound, base_iri=scope.base, prefixes=dict(scope.prefixes))
    if not sparql_text.names_graphs(bound):
        bound = _once(bound, kind)
        bound = scoped(bound, base)
    return Question(_prologue(bound, scope) + bound, isinstance(kind, QuerySolutions | QueryBoolean))


def _refuse_ours(text: str, base: str) -> None:
    """Raise KgError where a query asks for what is made of the store here, and is not published."""
    words = sparql_text.tokens(text)
    if network_terms.asks(words, base):
        raise KgError("the network of links is not published; ask it of the store here, without --at-endpoint")
    for kind, word in words:
        if kind == "word" and word.partition(":")[2] in _SEARCHED:
            raise KgError(f"{word} finds words by the index of the store here; leave it or --at-endpoint out")


def _once(text: str, answer: object) -> str:
    """Return a query in which what stands outside GRAPH counts once, in however many graphs it is."""
    selected = [variable.value for variable in answer.variables] if isinstance(answer, QuerySolutions) else []
    places = {
        word[1:]: at for at, (kind, word) in reversed([*enumerate(sparql_text.tokens(text))]) if kind == "variable"
    }
    columns = sorted(selected, key=lambda name: places.get(name, 0))
    known = each_fact_once.Question(lambda: columns, lambda _prologue, _term: False)
    return each_fact_once.once(text, known).text


def scoped(text: str, base: str) -> str:
    """Return a query in which each GRAPH with a variable leads to the graphs of the wiki with a base IRI."""
    words = sparql_text.tokens(text)
    ends = dict(_groups(words))
    facts, places = map(nquads.text, names.of_wiki(base))
    kept = {
        at: sparql_text.compose("publish/of_wiki", GRAPH=graph, FACTS=facts, PLACES=places)
        for at, graph in ends.items()
    }
    return "".join(word + kept.get(at, "") for at, (_, word) in enumerate(words))


def _groups(words: Sequence[tuple[str, str]]) -> Iterator[tuple[int, str]]:
    """Yield where the group of each GRAPH with a variable ends, and the variable."""
    open_groups: list[str] = []
    before = ["", ""]
    for at, (kind, word) in enumerate(words):
        if kind == "comment" or word.isspace():
            continue
        if kind == "other" and word == "{":
            is_graph = before[0].upper() == "GRAPH" and before[1][:1] in ("?", "$")
            open_groups.append(before[1] if is_graph else "")
        elif kind == "other" and word == "}" and open_groups and (variable := open_groups.pop()):
            yield at, variable
        before = [before[1], word]


def _prologue(text: str, scope: Scope) -> str:
    """Return the prefixes that a text uses and does not declare."""
    words = [word for kind, word in sparql_text.tokens(text) if kind == "word"]
    used = {word.partition(":")[0] for word in words if ":" in word}
    declared = {after.rstrip(":") for word, after in pairwise(words) if word.upper() == "PREFIX"}
    wanted = sorted((used & scope.prefixes.keys()) - declared)
    return "".join(f"PREFIX {name}: <{scope.prefixes[name]}>\n" for name in wanted)
