"""What leaves, in its form: the one place that knows which module writes which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Quad, RdfFormat, parse

from kg.ask import graph_formats
from kg.exports import graphs, turtle
from kg.model.kg_error import KgError
from kg.store.reading import Reading


@dataclass(frozen=True, slots=True)
class Options:
    """
    How something is written.

    `whole` has every fact, also where a reader would see a text twice; `canonical` names blank nodes as RDFC-1.0 does;
    `rdf12` says what a connection says with a triple term; `context` is where a JSON-LD context is, empty for in the
    document; `table` is one of the tables, empty for all; `plain` leaves cells as they are.
    """

    form: str
    whole: bool = False
    canonical: bool = False
    rdf12: bool = False
    context: str = ""
    table: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """The files by their names, the name empty where there is one; and what should be said of them."""

    files: Mapping[str, bytes]
    notes: Sequence[str] = field(default=())


def made(lines: list[bytes], reading: Reading, options: Options) -> Made:
    """Return what leaves, sorted lines of N-Quads, in a form; raise KgError for what the form cannot hold."""
    _refuse(options)
    notes: list[str] = []
    if options.canonical:
        from kg.exports import canonical

        lines = canonical.canonical(lines)
    if options.rdf12:
        from kg.exports import rdf12

        lines = rdf12.with_reifiers(lines)
    if options.form in _OTHERS:
        return _OTHERS[options.form](lines, reading, options)
    if options.form in graph_formats.TRIPLES and (count := graphs.named_graphs(lines)) > 1:
        lost = "which page each fact is from is not in it; trig, nquads and jsonld keep that"
        notes.append(f"{options.form} holds one graph, so {count} graphs were merged: {lost}")
    return Made({"": _graph(lines, reading, options)}, notes)


def _refuse(options: Options) -> None:
    """Raise KgError for options that do not go together."""
    for name, value, fits in (
        ("--canonical", options.canonical, ("nquads", "ntriples")),
        ("--rdf12", options.rdf12, ("turtle", "trig", "ntriples", "nquads")),
        ("--context", options.context, ("jsonld", "jsonld-framed")),
        ("--table", options.table, ("csv",)),
        ("--plain-cells", options.plain, ("csv",)),
    ):
        if value and options.form not in fits:
            raise KgError(f"{name} goes with --format {' or '.join(fits)}, not with {options.form}")


def _graph(lines: list[bytes], reading: Reading, options: Options) -> bytes:
    """Return lines in a format of RDF."""
    form = options.form
    if form == "nquads":
        return b"".join(lines)
    if form not in graph_formats.TRIPLES:
        return graph_formats.write(graphs.by_graph(lines), form, context=options.context)
    triples = graphs.triples(lines)
    if form == "ntriples":
        return b"".join(triples)
    quads = [_quad(one) for one in parse(input=b"".join(triples), format=RdfFormat.N_TRIPLES)]
    if form == "turtle":
        return turtle.written(quads, reading.base, once=not options.whole)
    return graph_formats.write(quads, form, reading.quads)


def _quad(triple: Quad) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)


Writer = Callable[[list[bytes], Reading, Options], Made]
_OTHERS: Mapping[str, Writer] = {}
