"""What leaves, in its form: the one place that knows which module writes which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from pyoxigraph import RdfFormat, parse

from kg.ask import graph_formats
from kg.exports import graphs, turtle
from kg.exports.facts import Facts
from kg.model.kg_error import KgError
from kg.model.records import dataclass
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
    count = graphs.named_graphs(lines)
    if options.canonical:
        from kg.exports import canonical

        lines = canonical.canonical(graphs.triples(lines) if options.form == "ntriples" else lines)
    if options.rdf12:
        from kg.exports import rdf12

        lines = rdf12.with_reifiers(lines)
    if options.form in _OTHERS:
        data = _OTHERS[options.form](lines, reading, options)
        return Made({"": data} if isinstance(data, bytes) else data)
    if options.form in graph_formats.TRIPLES and count > 1:
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
    quads = [*parse(input=b"".join(triples), format=RdfFormat.N_TRIPLES)]
    if form == "turtle":
        return turtle.written(quads, reading.base, once=not options.whole)
    return graph_formats.write(quads, form, reading.quads)


def _framed(lines: list[bytes], reading: Reading, options: Options) -> bytes:
    from kg.exports import framed

    return framed.written(graphs.triples(lines), reading.base, options.context)


def _schema_org(lines: list[bytes], reading: Reading, _options: Options) -> bytes:
    from kg.exports import schema_org

    return schema_org.written(Facts(lines, reading.base))


def _nanopubs(lines: list[bytes], reading: Reading, _options: Options) -> bytes:
    from kg.exports import nanopubs

    return nanopubs.written(Facts(lines, reading.base))


def _graphml(lines: list[bytes], reading: Reading, _options: Options) -> bytes:
    from kg.exports import graphml

    return graphml.written(Facts(lines, reading.base))


def _tables(lines: list[bytes], reading: Reading, options: Options) -> Mapping[str, bytes]:
    from kg.exports import tables

    return tables.written(Facts(lines, reading.base), options.table, plain=options.plain)


def _llms_txt(lines: list[bytes], reading: Reading, _options: Options) -> bytes:
    from kg.exports import llms_txt

    return llms_txt.written(Facts(lines, reading.base))


def _described(lines: list[bytes], reading: Reading, _options: Options) -> bytes:
    from kg.exports import described

    return described.written(lines, Facts(lines, reading.base))


Writer = Callable[[list[bytes], Reading, Options], bytes | Mapping[str, bytes]]
# What is no format of RDF as a whole, each by its module, which is loaded when it is asked for.
_OTHERS: Mapping[str, Writer] = {
    "jsonld-framed": _framed,
    "schema-org": _schema_org,
    "nanopub": _nanopubs,
    "graphml": _graphml,
    "csv": _tables,
    "llms-txt": _llms_txt,
    "void": _described,
}
