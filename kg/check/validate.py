"""Validation: the shapes of shapes/ against the facts of a store, and what the parser saw, as findings with places."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

import pyoxigraph as ox

from kg.check import (
    finding_place,
    finding_remedy,
    judge,
    profiles,
    pyshacl_engine,
    reference_limits,
    rules,
    shape_places,
    suppression,
)
from kg.check.asked import Asked, asking
from kg.check.finding_place import Pages
from kg.check.nodes import Nodes
from kg.check.profiles import Choice
from kg.model import declared, progress
from kg.model.finding import Finding, Level, Span, Suppressed
from kg.model.records import dataclass
from kg.model.rule import Checked as ShapeCheck
from kg.model.rule import Rule, Unpromised
from kg.rdf import names
from kg.rdf.terms import Node, Triple
from kg.shacl import data, extent, language_tags, run_shapes, shapes_graph
from kg.shacl import results as shacl
from kg.shacl import shapes as shapes_of
from kg.shacl.data import Data
from kg.shacl.shapes_graph import Graph

FAST = "fast"
ENGINES = (FAST, "pyshacl")


@dataclass(frozen=True, slots=True)
class Report:
    """
    What a validation found.

    `conforms` is SHACL's word, false with a finding of any level; `not_applicable` are the rules whose kind of fact
    does not occur at all; `refused` are the shapes that the fast engine left to pyshacl, with the reason;
    `checked` are the shapes that an engine checked, `unchecked` those that none did, `shapes` both by their names: what
    was left unchecked does not conform; `tags` are language tags of results as the files write them;
    `results` are the results of SHACL that findings were made of, `rules` those that were checked; `suppressed` are
    findings that a comment in their page silences, which are not among `findings`; `off` are the rules that the profile
    switches off on every page. `how` says how much was checked, in words;
    `pages` are the only ones that were judged, None for all; `unpromised` are the rules that are not this wiki's, whose
    results and findings are left out; `notes` name the shapes with a query in which an expression failed.
    """

    conforms: bool
    findings: tuple[Finding, ...]
    not_applicable: tuple[str, ...]
    refused: tuple[str, ...] = ()
    results: tuple[shacl.Result, ...] = ()
    rules: tuple[Rule, ...] = field(default=(), compare=False)
    suppressed: tuple[Suppressed, ...] = ()
    off: tuple[str, ...] = ()
    how: str = field(default="", compare=False)
    pages: frozenset[str] | None = field(default=None, compare=False)
    checked: tuple[tuple[Node, str], ...] = field(default=(), compare=False)
    unchecked: tuple[shacl.Unchecked, ...] = ()
    shapes: tuple[ShapeCheck, ...] = field(default=(), compare=False)
    tags: Mapping[ox.Literal, str] = field(default_factory=dict, compare=False)
    unpromised: tuple[Unpromised, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Raw:
    """
    What was found, before a profile gives levels to it: results, and the findings made of them and of the parser.

    `pages` are the only pages that were judged, None for all, and `elsewhere` finds what there is on others; `how` says
    how much was checked, in words.
    """

    results: tuple[shacl.Result, ...]
    findings: frozenset[Finding]
    refused: tuple[shacl.Refused, ...] = ()
    pages: frozenset[str] | None = None
    how: str = ""
    unchecked: tuple[shacl.Unchecked, ...] = ()
    notes: tuple[shacl.Note, ...] = ()
    elsewhere: Callable[[frozenset[str]], Iterable[Finding]] | None = None


def validate(  # noqa: PLR0913  # each can be chosen by itself
    store: ox.Store,
    base: str,
    profile: str | Choice = "newsroom",
    shapes: Sequence[Path] = (),
    more: Iterable[Finding] = (),
    *,
    engine: str = FAST,
    source: Callable[[Asked], Raw] | None = None,
    root: Path | None = None,
) -> Report:
    """
    Return what the shapes and the parser have to say about a store, with `more` findings, sorted by place.

    `profile` names a file in shapes/profiles, is a TOML file's path, or what profiles.chosen chose; `engine` is fast or
    pyshacl; KgError where the profile or `shapes` cannot be used. `source` finds what the fast engine would find, where
    it knows a shorter way; `root` is where the wiki lies, for what lies beside it.
    """
    asked, graph = asking(store, base, profile, shapes)
    with shape_places.placing(shapes, graph):
        own = shapes_graph.read(data.triples(shapes))
        reference_limits.refuse_no_query(graph, [node for node, _ in shapes_of.roots(graph) if node in own.about])
        found = source(asked) if source and engine == FAST else _all_of_it(asked, engine)
    also = [*(one for one in more if _is_judged(found, one.span)), *shape_places.unknown_words(shapes, graph)]
    nothing = extent.no_shape(own).partition(";")[0] if shapes else ""
    nobodys = (*found.unchecked, *([shacl.Unchecked(None, nothing)] if nothing else []))
    whole = replace(found, findings=found.findings.union(also), unchecked=nobodys)
    return _judged(asked, graph, whole, engine, root)


def _judged(question: Asked, graph: Graph, raw: Raw, engine: str, root: Path | None) -> Report:
    """Return what counts of what was found: what is asked of this wiki, follows from nothing else, is not silenced."""
    here = judge.judge(question, graph, root)
    more = frozenset() if raw.pages is None else here.folded - raw.pages
    findings = raw.findings.union(raw.elsewhere(more) if raw.elsewhere and more else ())
    judged = [
        one for one in suppression.remarks(question.store) if _is_judged(raw, one.place) or one.place.path in more
    ]
    any_found, left, suppressed = here.split(findings, judged, raw.pages)
    done = reached(question.graph, raw.refused, raw.unchecked, engine)
    return Report(
        conforms=not any_found and not raw.unchecked,
        findings=left,
        not_applicable=here.absent,
        refused=_left_to_pyshacl(graph, raw),
        results=_promised(raw.results, graph, here.silent),
        rules=rules.described(question.graph, question.chosen),
        suppressed=suppressed,
        off=tuple(sorted(rule for rule in here.known if profiles.is_off(question.chosen, rule))),
        how=raw.how,
        pages=raw.pages,
        checked=done,
        unchecked=raw.unchecked,
        shapes=by_name(graph, done, raw.unchecked),
        unpromised=here.strange,
        notes=_noted(graph, raw),
    )


def _promised(results: tuple[shacl.Result, ...], graph: Graph, silent: frozenset[str]) -> tuple[shacl.Result, ...]:
    """Return the results of the rules that the wiki follows."""
    if not silent:
        return results
    return tuple(one for one in results if rules.name(finding_place.named_shape(graph, one.shape)) not in silent)


def _is_judged(raw: Raw, span: Span) -> bool:
    return raw.pages is None or span.path in raw.pages


def _all_of_it(task: Asked, engine: str) -> Raw:
    held = facts(task.store, task.base)
    found = run(held, task.shapes, engine)
    findings = made(task, found.results, held.store)
    said = frozenset({*findings, *parsed(task.store)})
    return Raw(found.results, said, found.refused, unchecked=found.unchecked, notes=found.notes)


def made(task: Asked, results: Sequence[shacl.Result], store: ox.Store | None = None) -> list[Finding]:
    """
    Return what results say about the pages, one by one, at the levels that their shapes give them.

    They are looked up in the store of the task, or in another one that has the same facts and places.
    """
    return placed(pages_of(task, store or task.store), progress.each("placing findings", results), results)


def pages_of(task: Asked, store: ox.Store) -> Pages:
    """Return where findings are looked up: in a store that has the facts and places of the task's."""
    return Pages(Nodes(store), task.base, task.graph, task.store)


def placed(pages: Pages, steps: Iterable[shacl.Result], results: Sequence[shacl.Result]) -> list[Finding]:
    """Return the findings that results make, one by one; `steps` are the same results, as they are counted."""
    findings = [finding_place.finding(pages, one) for one in steps]
    return finding_remedy.with_remedies(pages, results, findings)


def validate_files(files: Sequence[Path], shapes: Sequence[Path], *, engine: str = FAST) -> Report:
    """
    Return what shapes have to say about files of RDF, with the focus node as the place of each finding.

    Without `shapes` those in the files themselves hold, as in pyshacl. KgError for what cannot be read or used.
    """
    said = list(data.triples(files))
    checked = list(data.triples(shapes)) if shapes else said
    rules.refuse_network(checked)
    graph, own = shapes_graph.read(checked), shapes or files
    with shape_places.placing(own, graph):
        reference_limits.refuse_no_query(graph, [node for node, _ in shapes_of.roots(graph)])
        found = run(data.fill(said), checked, engine)
    words = shape_places.unknown_words(own, graph)
    findings = {*(finding_place.plain_finding(graph, one) for one in found.results), *words}
    nothing = extent.no_shape(graph)
    nobodys = (*found.unchecked, *([shacl.Unchecked(None, nothing)] if nothing else []))
    return Report(
        conforms=not findings and not nobodys,
        findings=tuple(sorted(findings)),
        not_applicable=(),
        refused=_left_to_pyshacl(graph, found),
        results=found.results,
        rules=rules.described(graph, profiles.Profile(), of_parser=False),
        checked=found.checked,
        unchecked=nobodys,
        shapes=by_name(graph, found.checked, nobodys),
        tags=language_tags.spelled([*files, *shapes], _literals(found.results)),
        notes=_noted(graph, found),
    )


def _literals(results: Iterable[shacl.Result]) -> Iterator[ox.Literal]:
    for one in results:
        yield from (term for term in (one.focus, one.value, *one.messages) if isinstance(term, ox.Literal))


def by_name(
    graph: Graph, engines: Iterable[tuple[Node, str]], nobodys: Iterable[shacl.Unchecked]
) -> tuple[ShapeCheck, ...]:  # fmt: skip
    """Return which shapes were checked, by which engine, and which were not, by their names and in their order."""
    found = {ShapeCheck(shape_places.called(graph, node), engine) for node, engine in engines}
    for one in nobodys:
        found.add(
            ShapeCheck("the shapes graph" if one.shape is None else shape_places.called(graph, one.shape), "", one.why)
        )
    return tuple(sorted(found))


def _left_to_pyshacl(graph: Graph, outcome: Raw | shacl.Report) -> tuple[str, ...]:
    """Return the shapes that pyshacl checked instead, each with the reason."""
    nobodys = {one.shape for one in outcome.unchecked}
    left = (one for one in outcome.refused if one.shape not in nobodys)
    return tuple(f"{shape_places.called(graph, one.shape)}: {one.why}" for one in left)


def _noted(graph: Graph, outcome: Raw | shacl.Report) -> tuple[str, ...]:
    """Return what should be known of the shapes: imports, and queries of the fast engine; each once."""
    left = {one.shape for one in outcome.refused}
    said = (one for one in outcome.notes if one.shape not in left)
    return tuple(
        dict.fromkeys(
            [*extent.imports(graph), *(f"{shape_places.called(graph, one.shape)}: {one.words}" for one in said)]
        )
    )


# ---- the run ---------------------------------------------------------------------------------------------------------


def _stated(store: ox.Store, base: str) -> list[data.GraphName]:
    """Return the graphs of what is stated: places, what was inferred and the history are left out."""
    stated = (graph for graph in store.named_graphs() if names.is_stated(base, graph.value))
    return [ox.DefaultGraph(), *stated]


def _places(store: ox.Store, base: str) -> list[ox.NamedNode]:
    """Return the graphs of the places of parts."""
    graphs = (graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
    return [graph for graph in graphs if names.is_place(base, graph.value)]


def _ontology(store: ox.Store, base: str) -> list[Triple]:
    """Return the ontology where the store holds none."""
    graph = ox.NamedNode(names.common_graph_iri(base, "ontology"))
    if next(store.quads_for_pattern(None, None, None, graph), None) is not None:
        return []
    return list(data.triples([declared.folder("ontology") / "newsroom.ttl"]))


def facts(
    store: ox.Store, base: str, lines: Iterable[bytes] | None = None, folder: Path | None = None
) -> Data:  # fmt: skip
    """
    Return every fact that is stated in a store, as one graph, with the ontology; the places of parts beside it.

    They are read from the store, or from its `lines` where these are at hand, and are laid out in memory, or in files
    below a `folder`.
    """
    if lines is not None:
        with progress.stage("reading the store"):
            return data.loaded(_laid_together(lines, base), _ontology(store, base), folder)
    return data.flattened(store, _stated(store, base), _ontology(store, base), _places(store, base), folder)


def stated_facts(store: ox.Store, base: str) -> Data:
    """Return every fact that is stated in a store, as one graph, with the ontology, and without the places of parts."""
    return data.flattened(store, _stated(store, base), _ontology(store, base))


def _laid_together(lines: Iterable[bytes], base: str) -> Iterator[bytes]:
    """Yield lines of N-Quads with what is stated in the default graph, and without the history."""
    stated = re.compile(rb" <%b[^<>\s]*> \.\n" % re.escape(names.common_graph_iri(base, "").encode()))
    history = f" <{names.common_graph_iri(base, 'history')}> .\n".encode()
    for part in lines:
        kept = part
        if history in part:
            kept = b"".join(line for line in part.splitlines(keepends=True) if not line.endswith(history))
        yield stated.sub(b" .\n", kept)


def run(data_graph: Data, shapes: Sequence[Triple], engine: str = FAST) -> shacl.Report:
    """
    Return the report of data against a shapes graph, by the fast engine or by pyshacl.

    What the fast engine cannot do goes to pyshacl and is named in `refused`, what neither does in `unchecked`; KgError
    where the shapes cannot be used.
    """
    if engine != FAST:
        return pyshacl_engine.validate(data.facts(data_graph), shapes)
    graph = shapes_graph.read(shapes)
    found = run_shapes.validate(data_graph, graph)
    more = rest(data_graph, shapes, graph, found.refused)
    results = shacl.in_order([*found.results, *more.results]) if more.results else found.results
    nobodys = (*found.unchecked, *more.unchecked)
    return shacl.Report(results, found.refused, nobodys, reached(graph, found.refused, nobodys), found.notes)


def reached(
    graph: Graph, refused: Iterable[shacl.Refused], nobodys: Iterable[shacl.Unchecked], engine: str = FAST
) -> tuple[tuple[Node, str], ...]:  # fmt: skip
    """Return the shapes with targets that were checked, each with the engine that did: pyshacl what was refused."""
    left, out = {one.shape for one in refused}, {one.shape for one in nobodys}
    roots = (node for node, _ in shapes_of.roots(graph) if not extent.is_off(graph, node) and node not in out)
    return tuple((node, pyshacl_engine.NAME if node in left else engine) for node in roots)


def rest(
    data_graph: Data, shapes: Sequence[Triple], graph: Graph, refused: Sequence[shacl.Refused]
) -> shacl.Report:  # fmt: skip
    """Return what pyshacl finds by the shapes that the fast engine refused."""
    if not refused:
        return shacl.Report(())
    left = {one.shape for one in refused}
    found = pyshacl_engine.validate(data.facts(data_graph), pyshacl_engine.only(shapes, graph, left))
    return replace(found, unchecked=tuple(one for one in found.unchecked if one.shape in left))


def parsed(store: ox.Store, graphs: tuple[ox.NamedNode, ox.NamedNode] | None = None) -> Iterator[Finding]:
    """Yield what the parser found, on all pages or on that with these two graphs."""
    for row in finding_place.select(store, "parsed", {}, graphs):
        span = Span(row["file"].value, int(row["line"].value), int(row["column"].value))
        yield Finding(span, row["rule"].value, row["message"].value, Level(row["level"].value))
