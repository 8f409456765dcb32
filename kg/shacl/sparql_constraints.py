"""SHACL-SPARQL: sh:sparql constraints, and constraint components that a shapes graph declares with its own queries."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.rdf import changing_values, engine_errors, expressions, sparql_text
from kg.rdf.expression_failures import Failures
from kg.rdf.terms import Node, Term
from kg.rdf.xpath_regex import NotARegex
from kg.shacl import node_sets, paths, prebinding, query_words, shapes_graph
from kg.shacl.core_constraints import Context
from kg.shacl.data import Data, plain, spellings
from kg.shacl.literals import written as as_written
from kg.shacl.node_sets import Engine, Focus, text
from kg.shacl.prebinding import Bound, Forbidden
from kg.shacl.query_grammar import Group, NotUnderstood, assigned, projected
from kg.shacl.results import Note
from kg.shacl.shapes import Constraint, Shape, is_true
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import STRING, Unsupported, ill_formed, iri

_RESERVED = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})
_SHAPES_GRAPH = ox.NamedNode("urn:newsroom-kg:shapes-graph")
_GIVEN = {"rdf", "rdfs", "owl"}  # prefixes that every query may use, as in the reference validator


@dataclass(frozen=True, slots=True)
class Solution:
    """What a query found: a row with names, or the node and value that an ASK denies."""

    this: Term
    value: Term | None
    path: Term | None
    message: Term | None
    bindings: tuple[tuple[str, Term], ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A query's text with its prefixes, and the word that holds it."""

    word: str
    query: str
    prefixes: Mapping[str, str]


# ---- components that the shapes graph declares -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a component: the property that gives its value, its variable's name, whether it may be missing."""

    path: ox.NamedNode
    name: str
    optional: bool


@shapes_graph.once
def components(graph: Graph) -> dict[Node, tuple[Parameter, ...]]:
    """Return the constraint components that a shapes graph declares, with their parameters."""
    found: dict[Node, tuple[Parameter, ...]] = {}
    for node in shapes_graph.instances(graph, iri("sh:ConstraintComponent")):
        parameters = tuple(_parameter(graph, node, one) for one in graph.objects(node, iri("sh:parameter")))
        if isinstance(node, ox.NamedNode) and parameters and _validators(graph, node):
            if all(parameter.optional for parameter in parameters):
                raise ill_formed(node, "a constraint component needs a parameter that is not optional")
            found[node] = tuple(sorted(parameters, key=lambda one: one.name))
    return found


def _validators(graph: Graph, node: Node) -> tuple[Term, ...]:
    words = ("sh:validator", "sh:nodeValidator", "sh:propertyValidator")
    return tuple(one for word in words for one in graph.objects(node, iri(word)))


def _parameter(graph: Graph, node: Node, parameter: Term) -> Parameter:
    values = graph.objects(parameter, iri("sh:path"))
    if len(values) != 1 or not isinstance(values[0], ox.NamedNode):
        raise ill_formed(node, "a parameter needs one IRI as its sh:path")
    name = re.split(r"[#/:]", values[0].value)[-1]
    if name in _RESERVED or not re.fullmatch(r"\w+", name):
        raise ill_formed(node, f"a parameter cannot be called '{name}'")
    return Parameter(values[0], name, is_true(graph, parameter, "sh:optional", node))


def custom(graph: Graph, components: Mapping[Node, tuple[Parameter, ...]], shape: Shape) -> tuple[Constraint, ...]:
    """Return the constraints of a shape by components that its graph declares: those whose parameters it gives."""
    found = []
    for node, parameters in components.items():
        values = [graph.objects(shape.node, parameter.path) for parameter in parameters]
        needed = [bool(given) for given, parameter in zip(values, parameters, strict=True) if not parameter.optional]
        if not all(needed) or not isinstance(node, ox.NamedNode):
            continue
        if any(len(given) > 1 for given in values) and len(parameters) > 1:
            raise ill_formed(shape.node, f"a parameter of {node.value} may stand once")
        rows = [(one,) for one in values[0]] if len(parameters) == 1 else [tuple(v[0] for v in values if v)]
        validator = _validator(graph, node, shape)
        if validator is not None:
            found += [Constraint(node, "custom", terms=row, node=validator) for row in rows]
    return tuple(found)


def _validator(graph: Graph, node: ox.NamedNode, shape: Shape) -> Term | None:
    special = "sh:nodeValidator" if shape.path is None else "sh:propertyValidator"
    for word in (special, "sh:validator"):
        for validator in graph.objects(node, iri(word)):
            if graph.objects(validator, iri("sh:select")) or graph.objects(validator, iri("sh:ask")):
                return validator
            raise Unsupported(shape.node, f"{node.value} is checked by something other than a SPARQL query")
    return None


def _given(
    graph: Graph, components: Mapping[Node, tuple[Parameter, ...]], shape: Shape, one: Constraint
) -> dict[str, Term]:
    """Return the values of a declared component's parameters by their names."""
    parameters = components[one.component]
    if len(parameters) == 1:
        return {parameters[0].name: one.terms[0]}
    pairs = ((parameter.name, graph.objects(shape.node, parameter.path)) for parameter in parameters)
    return {name: values[0] for name, values in pairs if values}


# ---- texts -----------------------------------------------------------------------------------------------------------


def _text(graph: Graph, shape: Node, node: Term, words: tuple[str, ...]) -> _Text:
    for word in words:
        values = graph.objects(node, iri(word))
        if len(values) == 1 and isinstance(values[0], ox.Literal) and values[0].datatype == STRING:
            query = values[0].value
            query_words.refuse_other_form(shape, word, query)
            try:
                sparql_text.refuse_network(query)
                sparql_text.refuse_deep(query)
                expressions.expressed(query)
            except (KgError, NotARegex) as error:
                raise ill_formed(shape, f"its query cannot be used: {error}") from None
            return _Text(word, query, prefixes(graph, shape, node))
        if values:
            raise ill_formed(shape, f"{word} needs one text")
    raise ill_formed(shape, f"a query is missing: {' or '.join(words)}")


def prefixes(graph: Graph, shape: Node, node: Term) -> dict[str, str]:
    """Return the prefixes that a query is written with: those that sh:prefixes names, and what that imports."""
    found = {name: iri(f"{name}:").value for name in sorted(_GIVEN)}
    waiting, seen = list(graph.objects(node, iri("sh:prefixes"))), set[Term]()
    while waiting:
        ontology = waiting.pop()
        if ontology in seen:
            continue
        seen.add(ontology)
        waiting += graph.objects(ontology, iri("owl:imports"))
        for declaration in graph.objects(ontology, iri("sh:declare")):
            name, space = (graph.objects(declaration, iri(word)) for word in ("sh:prefix", "sh:namespace"))
            if len(name) != 1 or len(space) != 1:
                raise ill_formed(shape, "sh:declare needs one sh:prefix and one sh:namespace")
            query_words.refuse_no_prefix(shape, name[0], space[0])
            if name[0].value not in _GIVEN and found.setdefault(name[0].value, space[0].value) != space[0].value:
                raise ill_formed(shape, f"the prefix {name[0].value}: is declared twice, for different namespaces")
            found[name[0].value] = space[0].value
    return found


def prologue(graph: Graph, shape: Node, node: Term) -> str:
    """Return the PREFIX lines for a query that a node of the shapes graph holds."""
    return "".join(f"PREFIX {name}: <{space}>\n" for name, space in sorted(prefixes(graph, shape, node).items()))


def _bound(shape: Shape, query: _Text, constants: dict[str, str], names: tuple[str, ...]) -> Bound:
    if shape.path is not None:
        constants = {**constants, "PATH": paths.sparql(shape.path)}
    elif "PATH" in {word[1:] for kind, word in sparql_text.tokens(query.query) if kind == "variable"}:
        raise ill_formed(shape.node, "its query uses $PATH, but it is a node shape")
    try:
        return prebinding.prepared(query.query, constants, names)
    except Forbidden as error:
        raise ill_formed(shape.node, f"its query cannot be used: {error}") from None
    except NotUnderstood as error:
        raise Unsupported(shape.node, f"its query: {error}") from None


# ---- runs ------------------------------------------------------------------------------------------------------------


def solutions(
    graph: Graph, components: Mapping[Node, tuple[Parameter, ...]], context: Context, constraint: Constraint
) -> Iterator[Solution]:
    """Yield what a constraint with a query finds among the focus nodes."""
    shape = context.shape
    if _silent(graph, shape, constraint):
        return
    written, given = _written(graph, shape, constraint), _given_terms(graph, components, shape, constraint)
    _refuse_spelling(context, written)
    if "shapesGraph" in _variables(written):
        _lay_beside(graph, context)
    bound = _prepared(written, shape, given)
    asked = _asked(context)
    rows = _denied(asked, bound, written) if written.word == "sh:ask" else _selected(asked, bound, written)
    for row in rows:
        yield Solution(row.this, row.value, row.path, row.message, (*row.bindings, *sorted(given.items(), key=str)))


def _refuse_spelling(context: Context, query: _Text) -> None:
    """Raise Unsupported where a query asks what the engine changes in the literals of the data."""
    data = context.engine.data
    for word in (*(["DATATYPE"] if data.retyped else []), *(["SAMETERM"] if data.rewritten else [])):
        if word in _words(query.query):
            raise Unsupported(
                context.shape.node, f"its query calls {word}, and the engine writes a literal of the data otherwise"
            )


def _words(query: str) -> frozenset[str]:
    """Return the keywords and the functions of a query, in capitals."""
    return frozenset(word.upper() for kind, word in sparql_text.tokens(query) if kind == "word")


def related(solutions: Iterable[Solution]) -> dict[tuple[Term, Term | None], tuple[Term, ...]]:
    """Return what rows return as ?related, by focus node and value, each once and in order."""
    nodes: dict[tuple[Term, Term | None], set[Term]] = defaultdict(set)
    for one in solutions:
        nodes[one.this, one.value] |= {term for name, term in one.bindings if name == "related"}
    return {key: tuple(sorted(terms, key=str)) for key, terms in nodes.items() if terms}


@dataclass(frozen=True, slots=True)
class Taken:
    """
    A query taken apart: its pattern, the prefixes of its names, and the variables that SHACL binds in it.

    `by_value` where it returns each ?value that it meets, and none because of another: nothing is counted or cut off.
    """

    where: Group
    prefixes: Mapping[str, str]
    names: tuple[str, ...]
    by_value: bool


def taken_apart(
    graph: Graph, components: Mapping[Node, tuple[Parameter, ...]], shape: Shape, constraint: Constraint
) -> Taken | None:
    """Return a constraint's query taken apart, None where it is deactivated; NotUnderstood where it asks the shapes."""
    if _silent(graph, shape, constraint):
        return None
    written = _written(graph, shape, constraint)
    if "shapesGraph" in _variables(written):
        raise NotUnderstood("$shapesGraph")
    bound = _prepared(written, shape, _given_terms(graph, components, shape, constraint))
    query = bound.query
    by_value = not query.tail.strip() and not assigned(query.head) and "value" in projected(query.head, set())
    return Taken(query.where, written.prefixes, bound.names, by_value)


def _silent(graph: Graph, shape: Shape, constraint: Constraint) -> bool:
    return constraint.node is not None and is_true(graph, constraint.node, "sh:deactivated", shape.node)


def is_silent(graph: Graph, node: Term) -> bool:
    """Tell whether the node of a query is deactivated."""
    return any(one.value == "true" for one in graph.objects(node, iri("sh:deactivated")))


def _written(graph: Graph, shape: Shape, constraint: Constraint) -> _Text:
    words = ("sh:select",) if constraint.word == "sparql" else ("sh:select", "sh:ask")
    return _text(graph, shape.node, constraint.node or shape.node, words)


def _variables(query: _Text) -> set[str]:
    return {word[1:] for kind, word in sparql_text.tokens(query.query) if kind == "variable"}


def _given_terms(
    graph: Graph, components: Mapping[Node, tuple[Parameter, ...]], shape: Shape, constraint: Constraint
) -> dict[str, Term]:
    given = _given(graph, components, shape, constraint) if constraint.word == "custom" else {}
    for name, term in given.items():
        if isinstance(term, ox.BlankNode):
            raise Unsupported(shape.node, f"the parameter {name} is a blank node, which no query can name")
    return given


def _prepared(query: _Text, shape: Shape, bindings: Mapping[str, Term]) -> Bound:
    """Return a query with its constants in it, ready for the focus nodes."""
    constants = {name: text(term) for name, term in bindings.items() if not isinstance(term, ox.BlankNode)}
    if "currentShape" in _variables(query) and isinstance(shape.node, ox.BlankNode):
        raise Unsupported(shape.node, "$currentShape is a blank node, which no query can name")
    constants |= {"shapesGraph": str(_SHAPES_GRAPH), "currentShape": str(shape.node)}
    names: tuple[str, ...] = ("this",)
    if query.word == "sh:ask" and shape.path is None:
        constants["value"] = "?this"  # a node shape has one value node, the focus node: two names for one variable
    elif query.word == "sh:ask":
        names = ("this", "value")
    return _bound(shape, query, constants, names)


def _lay_beside(graph: Graph, context: Context) -> None:
    """Lay the shapes graph beside the data, for a query that asks it."""
    plain_engine(context.engine).data.store.extend(
        ox.Quad(subject, key, value, _SHAPES_GRAPH)
        for subject, rows in graph.about.items()
        if not isinstance(subject, ox.Literal)
        for key, values in rows.items()
        for value in values
    )


def plain_engine(engine: Engine) -> Engine:
    """Return the engine for queries of other people: over literals that SPARQL can reckon with."""
    if not engine.data.rewritten:
        return engine
    if not engine.beside:
        engine.beside.append(Engine(Data(plain(engine.data)), spelled=spellings(engine.data), notes=engine.notes))
    return engine.beside[0]


def _asked(context: Context) -> Context:
    """Return the context in which a foreign query runs."""
    engine = plain_engine(context.engine)
    if engine is context.engine:
        return context
    focus = Focus(node_sets.new_set(engine, node_sets.terms(context.engine, node_sets.pattern(context.focus))))
    return Context(engine, context.shape, focus, context.broken)


def _query(context: Context, text: _Text, query: str) -> tuple[list[str], list[ox.QuerySolution]]:
    """Return the names and the rows of a query, and note where an expression of it failed."""
    prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in sorted(text.prefixes.items()))
    failures = Failures()
    foreign = context.engine.data.foreign  # the store's engine takes the text as it stands
    written = expressions.Expressed(query, {}) if foreign else expressions.expressed(query, failures)
    for wrong in failures.wrong.values():  # a constant of its component's: nobody wrote the text in which it stands
        raise ill_formed(context.shape.node, f"its query cannot be used: {wrong}")
    try:
        rows = sparql_text.select(context.engine.data.store, prefixes + written.text, written.functions)
        found = [variable.value for variable in rows.variables], list(rows)
    except SyntaxError as error:
        raise Unsupported(context.shape.node, f"its query is no SPARQL here: {error}") from None
    except RuntimeError as error:
        why = f"its query cannot be evaluated here: {engine_errors.words(error)}"
        raise Unsupported(context.shape.node, why) from None
    changing = [f"{name}() is another at every run" for _, name in changing_values.called(query)]
    said = dict.fromkeys([*failures.words(loose=False), *changing])
    context.engine.notes.extend(Note(context.shape.node, words) for words in said)
    return found


def _contexts(context: Context, bound: Bound) -> Iterator[Context]:
    """Yield the context as it is, or one for each focus node where the query must be asked of each by itself."""
    if bound.together:
        yield context
        return
    if context.engine.data.foreign:
        raise Unsupported(context.shape.node, "its query is asked of each node by itself")
    for term in node_sets.terms(context.engine, node_sets.pattern(context.focus)):
        alone = Focus(node_sets.new_set(context.engine, [term]))
        yield Context(context.engine, context.shape, alone, context.broken)


def _selected(context: Context, bound: Bound, query: _Text) -> Iterator[Solution]:
    seen = set()
    for one in _contexts(context, bound):
        names, rows = _query(one, query, prebinding.select(bound, node_sets.pattern(one.focus)))
        if "this" not in names:
            raise Unsupported(context.shape.node, "its query does not return $this")
        for row in rows:
            found = {name: _spelled(context, row[name]) for name in names if row[name] is not None}
            key = tuple(sorted((name, str(term)) for name, term in found.items()))
            if key not in seen:
                seen.add(key)
                yield _solution(found)


def _spelled(context: Context, term: Term) -> Term:
    return as_written(context.engine.spelled.get(term, term))


def _solution(row: Mapping[str, Term]) -> Solution:
    rest = tuple(sorted(row.items(), key=lambda pair: pair[0]))
    return Solution(row["this"], row.get("value"), row.get("path"), row.get("message"), rest)


def _denied(context: Context, bound: Bound, query: _Text) -> Iterator[Solution]:
    """Yield the values of which an ASK does not say yes."""
    for one in _contexts(context, bound):
        columns = list(dict.fromkeys(["?this", one.value]))
        _, rows = _query(one, query, prebinding.select(bound, one.values, " ".join(columns)))
        good = {tuple(row) for row in rows}
        for row in node_sets.rows(one.engine, one.values, columns):
            this, value = row[0], row[-1]
            if row not in good and this is not None and value is not None:
                yield _solution({"this": _spelled(context, this), "value": _spelled(context, value)})
