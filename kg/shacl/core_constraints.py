"""The constraints of SHACL Core, each as the pattern of what breaks it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import engine_functions, lexical_forms
from kg.rdf.terms import Node
from kg.rdf.xpath_regex import NotARegex
from kg.shacl import literals, node_sets, paths
from kg.shacl.node_sets import Engine, Focus, compose, text
from kg.shacl.shapes import Constraint, Shape
from kg.shacl.terms import ill_formed


@dataclass(frozen=True, slots=True)
class Context:
    """
    A shape and the nodes to check against it.

    `values` is the pattern that binds ?this to each focus node and `value` to its value nodes; `broken` returns the set
    of those nodes of a focus that do not conform to another shape.
    """

    engine: Engine
    shape: Shape
    focus: Focus
    broken: Callable[[Node, Focus], str]

    @property
    def value(self) -> str:
        """The variable of a value node: a node shape has none but the focus node."""
        return "?this" if self.shape.path is None else "?value"

    @property
    def values(self) -> str:
        """The pattern of focus nodes with their value nodes."""
        focus = node_sets.pattern(self.focus)
        if self.shape.path is None:
            return focus
        name = "values-or-itself" if paths.may_stay(self.shape.path) else "values"
        return compose(name, FOCUS=focus, PATH=paths.sparql(self.shape.path))


@dataclass(frozen=True, slots=True)
class Found:
    """
    The pattern of what breaks a constraint: its rows are results.

    `value` is the variable of the result's value, empty where the result has none; `path` tells that ?path is the
    result's path; `also` are variables that tell one result from another.
    """

    where: str
    value: str = ""
    path: bool = False
    also: tuple[str, ...] = ()


Check = Callable[[Context, Constraint], Iterator[Found]]


def value_focus(context: Context) -> Focus:
    """Return the value nodes of a shape as nodes to check."""
    if context.shape.path is None:
        return context.focus
    return Focus(node_sets.found_set(context.engine, context.values, "?value"))


def _value(name: str, context: Context, **pieces: str) -> Found:
    return Found(compose(name, VALUES=context.values, VALUE=context.value, **pieces), context.value)


def _missing(context: Context, having: str) -> Found:
    """Return the focus nodes outside the set of those that a pattern finds."""
    found = node_sets.found_set(context.engine, having)
    return Found(compose("without", WHERE=node_sets.pattern(context.focus), WHAT=node_sets.member(found)))


# ---- the type of a value ---------------------------------------------------------------------------------------------


def class_pattern(engine: Engine, of_class: ox.NamedNode, node: str) -> str:
    """Return the pattern for the instances of a class: one triple pattern where no subclass has any."""
    focus = class_focus(engine, of_class)
    return node_sets.pattern(focus, node)


def class_focus(engine: Engine, of_class: ox.NamedNode) -> Focus:
    """Return the instances of a class and its subclasses as nodes to check."""
    known = engine.data.kinds
    if known is not None:
        kinds_there = known.get(of_class, (of_class,))
        return Focus(of_class=of_class) if kinds_there == (of_class,) else _of_kinds(kinds_there)
    if of_class not in engine.instances:
        kinds = node_sets.terms(engine, compose("kinds", CLASS=str(of_class)), "?kind")
        engine.instances[of_class] = (
            Focus(of_class=of_class)
            if {*kinds} <= {of_class}
            else Focus(node_sets.found_set(engine, compose("instances", CLASS=str(of_class))))
        )
    return engine.instances[of_class]


def _of_kinds(kinds: Sequence[ox.NamedNode]) -> Focus:
    return node_sets.either([compose("instance", NODE="?this", CLASS=str(kind)) for kind in kinds])


def _class(context: Context, constraint: Constraint) -> Iterator[Found]:
    of_class, known = _iri(constraint), context.engine.data.kinds
    where = context.values
    for kind in known.get(of_class, (of_class,)) if known is not None else ():
        pattern = compose("instance", NODE=context.value, CLASS=str(kind))
        where = compose("without", WHERE=where, WHAT=pattern)
    if known is None:
        where = compose("without", WHERE=where, WHAT=class_pattern(context.engine, of_class, context.value))
    yield Found(where, context.value)


def _iri(constraint: Constraint) -> ox.NamedNode:
    (term,) = constraint.terms
    if not isinstance(term, ox.NamedNode):
        raise TypeError(f"{constraint.word} without an IRI")
    return term


def _datatype(context: Context, constraint: Constraint) -> Iterator[Found]:
    datatype = _iri(constraint)
    if not lexical_forms.checked(datatype):
        yield _value("datatype", context, DATATYPE=str(datatype))
        return
    kept = ox.NamedNode(literals.AS_WRITTEN + datatype.value)
    yield _value("datatype-checked", context, DATATYPE=str(datatype), WRITTEN=str(kept))


def _node_kind(context: Context, constraint: Constraint) -> Iterator[Found]:
    kinds = _iri(constraint).value.rpartition("#")[2].split("Or")
    allowed = {name.upper(): str(kind in kinds).lower() for name, kind in _KINDS.items()}
    yield _value("node-kind", context, **allowed)


_KINDS = {"iri": "IRI", "blank": "BlankNode", "literal": "Literal"}


# ---- numbers of values, and ranges -----------------------------------------------------------------------------------


def _counted(context: Context, operator: str, limit: int, values: str) -> str:
    once = context.shape.path and paths.single(context.shape.path) and not context.engine.data.foreign
    distinct = "" if once else "DISTINCT"
    return compose("count", VALUES=values, OPERATOR=operator, LIMIT=str(limit), DISTINCT=distinct)


def _min_count(context: Context, constraint: Constraint) -> Iterator[Found]:
    limit = int(constraint.terms[0].value)
    path = context.shape.path
    if limit == 1 and path and paths.single(path):
        has = compose("has", PATH=paths.sparql(path), TERM="?any")
        yield Found(compose("without", WHERE=node_sets.pattern(context.focus), WHAT=has))
    elif limit > 0:
        yield _missing(context, context.values if limit == 1 else _counted(context, ">=", limit, context.values))


def _max_count(context: Context, constraint: Constraint) -> Iterator[Found]:
    limit = int(constraint.terms[0].value)
    yield Found(context.values if limit == 0 else _counted(context, ">", limit, context.values))


def _operand(context: Context, node: str) -> str:
    return compose("operand", NODE=node) if context.engine.data.rewritten else node


def _compared(context: Context, value: str, operator: str, limit: str) -> str:
    if context.engine.data.foreign:
        return compose("compare-standard", LEFT=value, OPERATOR=operator, RIGHT=limit)
    return compose("compare", LEFT=value, OPERATOR=operator, RIGHT=limit, SIGN=f'"{operator}"')


def _range(operator: str) -> Check:
    """Return the check that values stand in an order with a limit: value, operator, limit."""

    def check(context: Context, constraint: Constraint) -> Iterator[Found]:
        (limit,) = constraint.terms
        right = text(limit) if isinstance(limit, ox.Literal) else ""
        compare = _compared(context, _operand(context, context.value), operator, right)
        yield _value("range", context, COMPARE=compare)

    return check


def _less_than(operator: str) -> Check:
    """Return the check that values stand in an order with those of another property."""

    def check(context: Context, constraint: Constraint) -> Iterator[Found]:
        left, right = (_operand(context, node) for node in (context.value, "?other"))
        compare = _compared(context, left, operator, right)
        where = compose("less-than", VALUES=context.values, PROPERTY=str(_iri(constraint)), COMPARE=compare)
        yield Found(where, context.value, also=("?other",))

    return check


# ---- texts and languages ---------------------------------------------------------------------------------------------


def _length(operator: str) -> Check:
    def check(context: Context, constraint: Constraint) -> Iterator[Found]:
        yield _value("length", context, OPERATOR=operator, LIMIT=str(int(constraint.terms[0].value)))

    return check


def _pattern(context: Context, constraint: Constraint) -> Iterator[Found]:
    regex, flags = constraint.terms[0].value, constraint.flags
    try:
        usable = engine_functions.usable(regex, flags)
    except NotARegex as error:
        raise ill_formed(context.shape.node, f"sh:pattern is no regular expression: {regex}: {error}") from None
    if usable.elsewhere:
        yield _value("pattern-elsewhere", context, PATTERN=text(ox.Literal(regex)), FLAGS=text(ox.Literal(flags)))
    else:
        pieces = {"PATTERN": text(ox.Literal(usable.text)), "FLAGS": text(ox.Literal(usable.flags))}
        yield _value("pattern", context, **pieces)


def _language_in(context: Context, constraint: Constraint) -> Iterator[Found]:
    ranges = [text(ox.Literal(tag.value)) for tag in constraint.terms]
    matches = " || ".join(compose("language", VALUE=context.value, RANGE=tag) for tag in ranges)
    yield _value("language-in", context, MATCHES=matches or "false")


def _unique_lang(context: Context, _constraint: Constraint) -> Iterator[Found]:
    yield Found(compose("unique-lang", VALUES=context.values), also=("?lang",))


_FEW = 12  # from so many terms on, a set is faster than a list of comparisons


# ---- particular values and other properties --------------------------------------------------------------------------


def _in(context: Context, constraint: Constraint) -> Iterator[Found]:
    if len(constraint.terms) <= _FEW and not any(isinstance(term, ox.BlankNode) for term in constraint.terms):
        kept = [node_sets.stored(context.engine, term) for term in constraint.terms]
        same = [
            compose("same", NODE=context.value, TERM=text(term)) for term in kept if not isinstance(term, ox.BlankNode)
        ]
        yield _value("none-of", context, SAME=" || ".join(same) or "false")
        return
    listed = node_sets.new_set(context.engine, constraint.terms)
    yield Found(compose("without", WHERE=context.values, WHAT=node_sets.member(listed, context.value)), context.value)


def _has_value(context: Context, constraint: Constraint) -> Iterator[Found]:
    only = node_sets.new_set(context.engine, constraint.terms)
    yield _missing(context, f"{context.values} {node_sets.member(only, context.value)}")


def _equals(context: Context, constraint: Constraint) -> Iterator[Found]:
    focus, other = node_sets.pattern(context.focus), str(_iri(constraint))
    if context.shape.path is None:
        yield Found(compose("equals-itself", FOCUS=focus, PROPERTY=other), "?value")
    else:
        path = paths.sparql(context.shape.path)
        where = compose("equals", VALUES=context.values, FOCUS=focus, PROPERTY=other, PATH=path)
        yield Found(where, "?value")


def _disjoint(context: Context, constraint: Constraint) -> Iterator[Found]:
    yield _value("disjoint", context, PROPERTY=str(_iri(constraint)))


def _closed(context: Context, constraint: Constraint) -> Iterator[Found]:
    allowed = ", ".join(str(term) for term in constraint.terms)
    where = compose("closed", VALUES=context.values, VALUE=context.value, ALLOWED=allowed)
    yield Found(where, "?object", path=True, also=(context.value,))


# ---- shapes in shapes ------------------------------------------------------------------------------------------------


def _node(context: Context, constraint: Constraint) -> Iterator[Found]:
    """Return the values that break another shape: sh:node, and sh:property where only conformance is asked for."""
    broken = context.broken(constraint.shapes[0], value_focus(context))
    yield Found(f"{context.values} {node_sets.member(broken, context.value)}", context.value)


def _not(context: Context, constraint: Constraint) -> Iterator[Found]:
    broken = context.broken(constraint.shapes[0], value_focus(context))
    yield Found(compose("without", WHERE=context.values, WHAT=node_sets.member(broken, context.value)), context.value)


def _and(context: Context, constraint: Constraint) -> Iterator[Found]:
    values = value_focus(context)
    broken = node_sets.new_set(context.engine)
    for shape in constraint.shapes:
        node_sets.insert(context.engine, broken, node_sets.member(context.broken(shape, values)))
    yield Found(f"{context.values} {node_sets.member(broken, context.value)}", context.value)


def _or(context: Context, constraint: Constraint) -> Iterator[Found]:
    """Return the values that break every shape: each is asked only about what broke those before."""
    left = value_focus(context)
    for shape in constraint.shapes:
        left = Focus(context.broken(shape, left))
    yield Found(f"{context.values} {node_sets.pattern(left, context.value)}", context.value)


def _xone(context: Context, constraint: Constraint) -> Iterator[Found]:
    values = value_focus(context)
    sets = [context.broken(shape, values) for shape in constraint.shapes]
    counts = [compose("conforming", BROKEN=node_sets.member(broken, context.value)) for broken in sets]
    count = " + ".join(counts) or "0"
    yield Found(compose("one-of", VALUES=context.values, COUNT=count), context.value)


def _qualified(context: Context, constraint: Constraint) -> Iterator[Found]:
    values = value_focus(context)
    shape, *siblings = constraint.shapes
    good = compose("without", WHERE=node_sets.pattern(values), WHAT=node_sets.member(context.broken(shape, values)))
    for sibling in siblings:
        good = compose("with", WHERE=good, WHAT=node_sets.member(context.broken(sibling, values)))
    counted = f"{context.values} {node_sets.member(node_sets.found_set(context.engine, good), '?value')}"
    if constraint.high is not None:
        yield Found(_counted(context, ">", constraint.high, counted))
    elif constraint.low:
        yield _missing(context, _counted(context, ">=", constraint.low, counted))


CHECKS: Mapping[str, Check] = {
    "class": _class, "datatype": _datatype, "nodeKind": _node_kind,
    "minCount": _min_count, "maxCount": _max_count,
    "minExclusive": _range(">"), "minInclusive": _range(">="),
    "maxExclusive": _range("<"), "maxInclusive": _range("<="),
    "minLength": _length("<"), "maxLength": _length(">"), "pattern": _pattern,
    "languageIn": _language_in, "uniqueLang": _unique_lang,
    "equals": _equals, "disjoint": _disjoint, "lessThan": _less_than("<"), "lessThanOrEquals": _less_than("<="),
    "in": _in, "hasValue": _has_value, "closed": _closed,
    "node": _node, "property": _node, "not": _not, "and": _and, "or": _or, "xone": _xone, "qualified": _qualified,
}  # fmt: skip
