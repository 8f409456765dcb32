"""An inferred triple: what its three terms mean, and why it is the case, down to the lines that state it."""

import re
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from kg.model.kg_error import KgError
from kg.rdf import names
from kg.reason import contradiction, derivation, infer, premises
from kg.reason.closure import closure
from kg.reason.derivation import Derived
from kg.why import wording
from kg.why.graph import Graph, readable
from kg.why.records import Derivation, Why
from kg.why.target import Finder

_IRI = re.compile(r"<([^<>\"{}|^`\\\x00-\x20]*)>|([A-Za-z][A-Za-z0-9+.-]*://[^<>\"{}|^`\\\x00-\x20]+)")
_CURIE = re.compile(r"([a-z]+):([\w-]+)")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^(\S+))?', re.DOTALL)
Term = NamedNode | Literal


def why(graph: Graph, finder: Finder, terms: Sequence[str], *, strict: bool) -> Why:
    """Return why a triple is the case; raise KgError with code 1 where it neither is stated nor follows."""
    subject = _thing(graph, finder, terms[0])
    predicate = _predicate(graph, terms[1])
    value = _value(graph, finder, terms[2])
    if subject is None or value is None:
        missing = terms[0] if subject is None else terms[2]
        raise KgError(f"'{wording.one_line(missing, 80)}' is nothing in this wiki; {finder.hint(missing)}", code=1)
    triple = str(subject), str(predicate), str(value)
    whole = closure(infer.axioms(strict=strict), premises.Stored(graph.quads))
    fact = derivation.fact_of(*triple)
    words = contradiction.Words(graph.quads, graph.base, whole)
    graphs = [one.graph_name for one in graph.quads.quads_for_pattern(subject, predicate, value, None)]
    is_stated = any(isinstance(one, NamedNode) and names.is_stated(graph.base, one.value) for one in graphs)
    found = Derived(fact) if is_stated else derivation.Derivations(whole).of(fact)
    if found is None:
        said = " ".join(_readable(term, graph.base) for term in triple)
        raise KgError(
            f"{wording.one_line(said, 200)}: neither stated nor inferred; `kg query --inferred` asks what is", code=1
        )
    return Why("triple", f"{' '.join(triple)} .", proof=_derivation(graph, words, found))


def _derivation(graph: Graph, words: contradiction.Words, derived: Derived) -> Derivation:
    triple = derivation.triple_of(derived.fact)
    span = contradiction.place(graph.quads, derived.fact) if not derived.rule else None
    return Derivation(
        triple=triple,
        words=" ".join(_readable(term, graph.base) for term in triple),
        rule=derived.rule,
        form=derived.form,
        span=span,
        source="" if derived.rule or span else _source(graph, triple),
        premises=tuple(_derivation(graph, words, one) for one in derived.premises),
    )


def _source(graph: Graph, triple: tuple[str, str, str]) -> str:
    """Return what states a triple that stands on no page."""
    subject = NamedNode(triple[0][1:-1]) if triple[0][0] == "<" else None
    predicate = NamedNode(triple[1][1:-1])
    quads = graph.quads.quads_for_pattern(subject, predicate, None, None) if subject else ()
    graphs = sorted({str(quad.graph_name) for quad in quads if str(quad.object) == triple[2]})
    return readable(graphs[0].strip("<>"), graph.base) if graphs else "ontology"


def _readable(term: str, base: str) -> str:
    return readable(term[1:-1], base) if term[0] == "<" else term


# ---- terms -----------------------------------------------------------------------------------------------------------


def _thing(graph: Graph, finder: Finder, term: str) -> NamedNode | None:
    """Return what a term names: an IRI, a prefixed name, a page, a speaker, or a part of a page by its place."""
    known = _named_node(term)
    if known:
        return known
    if iri := finder.iri(term):
        return NamedNode(iri)
    meant = finder.named(term)
    if meant:
        return NamedNode(meant)
    speaker = names.agent_iri(graph.base, term) if term.strip() else ""
    return NamedNode(speaker) if speaker and graph.is_known(speaker) else None


def _named_node(term: str) -> NamedNode | None:
    whole, curie = _IRI.fullmatch(term), _CURIE.fullmatch(term)
    try:
        if whole:
            return NamedNode(whole[1] or whole[2] or "")
        return NamedNode(names.expand(term)) if curie and curie[1] in names.PREFIXES else None
    except ValueError:
        return None


def _predicate(graph: Graph, term: str) -> NamedNode:
    """Return a property: an IRI, a prefixed name, `a`, or a relation by its word."""
    if term == "a":
        return NamedNode(names.expand("rdf:type"))
    known = _named_node(term)
    if known:
        return known
    tries = [names.NR + term, names.relation_iri(graph.base, term)] if term.strip() else []
    found = next((one for one in tries if _is_iri(one) and _is_property(graph, one)), "")
    if not found:
        raise KgError(
            f"'{wording.one_line(term, 80)}' is no property here; write nr:contradicts, <IRI> or a relation",
            code=1,
        )
    return NamedNode(found)


def _is_property(graph: Graph, iri: str) -> bool:
    """Tell whether the ontology declares a property, or anything is said by it."""
    return graph.is_known(iri) or any(True for _ in graph.quads.quads_for_pattern(None, NamedNode(iri), None, None))


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _value(graph: Graph, finder: Finder, term: str) -> Term | None:
    match = _LITERAL.fullmatch(term)
    if not match:
        return _thing(graph, finder, term)
    content = re.sub(r"\\(.)", r"\1", match[1])
    try:
        if match[2]:
            return Literal(content, language=match[2])
        datatype = _named_node(match[3]) if match[3] else None
        return Literal(content, datatype=datatype) if datatype else Literal(content)
    except ValueError:
        return None
