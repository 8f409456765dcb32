"""What a worker does for a request: the same calls as those of `kg query`, on the generation that is current."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse_query_results,
)
from pyoxigraph import parse as read_rdf

from kg.ask import answer_formats, graph_formats, labels
from kg.ask.answer_formats import Shown
from kg.ask.query import Answer
from kg.ask.question_shapes import Shapes
from kg.ask.scope import Graphs, Scope
from kg.imports import put_graphs
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.operations import ask_generation
from kg.rdf import engine_errors, names, sparql_text
from kg.rdf.sparql_text import Term
from kg.serve import stamp
from kg.serve.limits import MEGABYTE, Limits
from kg.serve.refused import Refused
from kg.store import generations
from kg.store.reading import Reading, reading

if TYPE_CHECKING:
    from kg.live_pages.live_wiki import LiveWiki

# So many bytes are the fewest that a row takes, in any format.
_SMALLEST_ROW = 2
_PARSED = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "tsv": QueryResultsFormat.TSV}
_HEADS = {"table": 2, "markdown": 2}


@dataclass(frozen=True, slots=True)
class Setting:
    """
    What a worker is started with: the store, the kg.toml that holds and its prefixes, the limits of an answer.

    `program` is the module that is run as the worker.
    """

    folder: Path
    config: Path | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    program: str = "kg.serve.worker"


@dataclass(frozen=True, slots=True)
class Done:
    """What a job gave: bytes in the format of a name, and the stamp of the generation that they are from."""

    data: bytes
    kind: str
    form: str
    stamp: stamp.Stamp


class Jobs:
    """The jobs of one worker, with the generation that it holds open."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._looking = stamp.Looking(setting.folder)
        self._seen: stamp.Key = ()
        self._key: stamp.Key | None = None
        self._open: tuple[Reading, stamp.Stamp] | None = None
        self._live: tuple[tuple[str, str], LiveWiki] | None = None
        self._prefixes = {**names.PREFIXES, **setting.prefixes}
        self._shapes = Shapes()

    def generation(self) -> tuple[Reading, stamp.Stamp]:
        """Return the current generation, opened, with its stamp; one that is not current any more is let go."""
        folder = self.setting.folder
        try:
            seen = self._looking.seen()
        except OSError:
            seen = ()
        if self._open is not None and seen and seen == self._seen:
            return self._open
        opened = self._opened(folder)
        self._seen = seen
        return opened

    def _opened(self, folder: Path) -> tuple[Reading, stamp.Stamp]:
        now = generations.current(folder)
        if self._open is None or now is None or stamp.key(now) != self._key:
            self._open = self._live = None
            generations.release(folder)
            self._key = stamp.key(now) if now else None  # before it is read: what comes meanwhile is seen the next time
            fresh = reading(folder)
            said = stamp.of(fresh.generation, fresh.head, dict(self.setting.prefixes))
            self._open = put_graphs.over(fresh), said
        return self._open

    def opened(self) -> tuple[Reading, stamp.Stamp]:
        """Return the current generation, opened, with its stamp; raise Refused where there is none just now."""
        try:
            return self.generation()
        except (KgError, OSError) as error:  # one that is being made anew has no manifest for a moment
            raise Refused(503, str(error), again=True) from None

    def do(self, job: Mapping[str, Any], text: str) -> Done:
        """Return what a job gives; raise KgError for what a person did, Refused for what is beyond a limit."""
        generation, its_stamp = self.opened()
        kinds: dict[str, Callable[[], tuple[bytes, str, str]]] = {
            "query": lambda: self._query(generation, text, {}, job),
            "graph": lambda: self._graph(generation, job),
            "service": lambda: self._query(generation, *_declared("service", job["values"]), job),
            "void": lambda: self._void(generation, job),
            "page": lambda: self._page(generation, job),
            "library": lambda: self._library(generation, job),
        }
        return Done(*kinds[job["kind"]](), its_stamp)

    def _query(
        self, generation: Reading, text: str, terms: Mapping[str, Term | int], job: Mapping[str, Any]
    ) -> tuple[bytes, str, str]:
        scope = Scope(generation.base, self._prefixes, graphs=_graphs(job))
        with engine_errors.told("the query"):
            answer = ask_generation.answer(generation, text, terms, scope, self._shapes)
            return self._written(answer, generation, scope, job)

    def _written(
        self, answer: Answer, generation: Reading, scope: Scope, job: Mapping[str, Any]
    ) -> tuple[bytes, str, str]:
        kind = "rows" if isinstance(answer, QuerySolutions) else "boolean" if isinstance(answer, QueryBoolean) else ""
        kind = kind or "graph"
        form = job["forms"][kind]
        if form is None:
            raise Refused(406, f"Accept: no format for {_KINDS[kind]} in it")
        show = Shown(generation.base, label=labels.reader(generation.quads, generation.base), prefixes=scope.prefixes)
        if not isinstance(answer, QuerySolutions | QueryBoolean):
            quads: Iterable[Quad] = answer_formats.quads(answer)
            if job["kind"] == "graph":
                quads = put_graphs.with_blanks(quads, generation.base)
            return self._quads([*quads], form), kind, form
        data, _ = answer_formats.write(answer, form, show)
        self._within(data)
        most = self.setting.limits.rows
        if kind == "rows" and len(data) > most * _SMALLEST_ROW and rows(data, form) > most:
            raise _too_many(most, "rows")
        return data, kind, form

    def _quads(self, quads: Sequence[Quad], form: str) -> bytes:
        most = self.setting.limits.rows
        if len(quads) > most:
            raise _too_many(most, "triples")
        data = graph_formats.write(quads, form)
        self._within(data)
        return data

    def _within(self, data: bytes) -> None:
        most = self.setting.limits.answer
        if len(data) > most * MEGABYTE:
            raise Refused(507, f"the answer has more than {most} MB, the limit of one here; ask for less (LIMIT)")

    def _graph(self, generation: Reading, job: Mapping[str, Any]) -> tuple[bytes, str, str]:
        """Return what a graph says; Refused with 404 where the store has none of this name."""
        name = job["graph"]
        if name == "":
            return self._query(generation, *_declared("default", {}), job)
        if job.get("below"):
            name = generation.base + name
        node = checked_iri(name)
        if next(generation.quads.quads_for_pattern(None, None, None, node), None) is None:
            raise Refused(404, f"no graph <{name}> in this store")
        return self._query(generation, *_declared("graph", {"graph": {"iri": name}}), job)

    def _void(self, generation: Reading, job: Mapping[str, Any]) -> tuple[bytes, str, str]:
        """Return what `kg export --format void` says, with the address of the endpoint."""
        form = job["forms"]["graph"]
        if form is None:
            raise Refused(406, f"Accept: no format for {_KINDS['graph']} in it")
        from kg.exports import selection, write  # seldom asked for
        from kg.exports.selection import Wanted

        files = write.made(selection.lines(generation, Wanted()), generation, write.Options("void")).files
        said = [*read_rdf(files[""], format=RdfFormat.TURTLE)]
        about = NamedNode(generation.base)
        said.append(Quad(about, NamedNode(names.expand("void:sparqlEndpoint")), NamedNode(job["endpoint"])))
        return self._quads(sorted(said, key=str), form), "graph", form

    def _wiki(self, generation: Reading, beside: str) -> "LiveWiki":
        """Return what pages share while the generation and the settings beside it are the same."""
        from kg.live_pages.live_wiki import LiveWiki  # loads what sites are made with
        from kg.settings import kg_toml

        key = str(generation.generation.folder), beside
        if self._live is None or self._live[0] != key:
            self._live = key, LiveWiki(generation, kg_toml.load(self.setting.config))
        return self._live[1]

    def _page(self, generation: Reading, job: Mapping[str, Any]) -> tuple[bytes, str, str]:
        """Return a page for people, and its media type; Refused with 404 for what is not in the wiki."""
        from kg.live_pages import views
        from kg.live_pages.asked import Asked, NotHere, NotYet

        try:
            asked = Asked(job["view"], job["rest"], job["fields"], job["json"])
            made = views.made(self._wiki(generation, job["beside"]), asked)
        except NotHere as error:
            raise Refused(404, str(error)) from None
        except NotYet as error:
            raise Refused(503, str(error), again=True) from None
        self._within(made.data)
        return made.data, "page", made.media_type

    def _library(self, generation: Reading, job: Mapping[str, Any]) -> tuple[bytes, str, str]:
        """Return the answer to a query that has a name; Refused with 404 for none."""
        from kg.live_pages import library
        from kg.live_pages.asked import NotHere

        live = self._wiki(generation, job["beside"])
        try:
            question = library.named(live, job["name"])
        except NotHere as error:
            raise Refused(404, str(error)) from None
        return self._query(generation, question.text, library.asked_terms(live, question, job["fields"]), job)


_KINDS = {"rows": "the rows of a SELECT", "boolean": "the yes or no of an ASK", "graph": "a graph"}


def rows(data: bytes, form: str) -> int:
    """Return how many rows a table in a format has."""
    if form in _PARSED:
        read = parse_query_results(data, format=_PARSED[form])
        return sum(1 for _ in read) if isinstance(read, QuerySolutions) else 0
    if form == "csv":
        csv.field_size_limit(sys.maxsize)  # a text may be as long as the answer
        return sum(1 for _ in csv.reader(io.StringIO(data.decode(), newline=""))) - 1
    return data.count(b"\n") - _HEADS[form]


def _too_many(most: int, what: str) -> Refused:
    return Refused(507, f"the answer has more than {most:,} {what}, the limit of one here; ask for less (LIMIT)")


def _graphs(job: Mapping[str, Any]) -> Graphs | None:
    default, named = job.get("default", ()), job.get("named", ())
    for iri in (*default, *named):
        checked_iri(iri)
    return Graphs(tuple(default), tuple(named)) if default or named else None


def checked_iri(iri: str) -> NamedNode:
    """Return a graph's name as a term; raise KgError where it is no IRI."""
    try:
        return NamedNode(iri)
    except ValueError:
        raise KgError(f"graph: expected an IRI such as https://example.org/x, found {json.dumps(iri)}") from None


def _declared(name: str, values: Mapping[str, Mapping[str, str]]) -> tuple[str, dict[str, Term | int]]:
    """Return a query of ours with the terms of its parameters."""
    terms: dict[str, Term | int] = {
        one: NamedNode(value["iri"]) if "iri" in value else Literal(value["text"]) for one, value in values.items()
    }
    return sparql_text.declared_query(f"serve/{name}").text, terms
