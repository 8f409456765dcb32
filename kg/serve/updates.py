"""Writes: of pages through the same gate as `kg update --write`, of graphs of no page into a file beside them."""

import json
from collections.abc import Mapping
from typing import Any

from pyoxigraph import RdfFormat

from kg.imports import kept, put_graphs, read_graph
from kg.model.kg_error import KgError
from kg.operations import choose_dialect, update_pages
from kg.rdf.deadline import deadline
from kg.search import matches
from kg.serve import memory, multipart, using, whole
from kg.serve.jobs import Jobs, checked_iri
from kg.serve.protocol import media_type
from kg.serve.refused import Refused
from kg.settings import kg_toml
from kg.store.reading import Reading, reading
from kg.write import sparql_update
from kg.write.sparql_update import Base, Changed

_FORMS = {
    "text/turtle": RdfFormat.TURTLE, "application/x-turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES, "application/ld+json": RdfFormat.JSON_LD,
}  # fmt: skip
Written = tuple[dict[str, Any], bytes]


def applied(jobs: Jobs, head: Mapping[str, Any], text: str) -> Written:
    """
    Apply an update; return the status and, as JSON, the pages that it changed with their diffs, and the generation.

    Raises KgError for an update that no text of the wiki would stand behind; the process ends where it takes too long.
    """
    matches.refuse(text)
    for iri in (*head["default"], *head["named"]):
        checked_iri(iri)
    text = using.written(text, head["default"], head["named"])
    store = _Store(jobs)
    others = [one for one in kept.listed(store.folder) if kept.is_wiki(one)]
    foreign = {one.value for one in store.own.quads.named_graphs() if hasattr(one, "value")}

    def can_be_put(iri: str) -> bool:
        return iri not in foreign and not put_graphs.why_not(iri, store.own.base, others)

    changed = sparql_update.updated(store.base, text, {}, seconds=jobs.setting.limits.seconds, others=can_be_put)
    return store.write(changed)


def graph(jobs: Jobs, head: Mapping[str, Any], body: bytes) -> Written:
    """
    Put a graph, add to it or take it away, as the Graph Store Protocol has it; return the status and what it changed.

    A page's goes through the gate of updates; one of no page is kept beside the pages. Raises KgError where neither
    takes it, Refused for a body that is none.
    """
    store, method = _Store(jobs), head["method"]
    iri = _named(store.own.base, head["graph"], below=head.get("below", False))
    lines: list[bytes] = []
    if method != "DELETE":
        with deadline(jobs.setting.limits.seconds, "the update took longer than"):
            lines = _sent(store, iri or store.own.base, head["content_type"], body)
    if iri is None:
        iri = f"{store.own.base}new/{kept.digest(lines)[:16]}"
    if store.own.quads.contains_named_graph(checked_iri(iri)):
        if head.get("fresh"):
            raise Refused(412, f"there is a graph <{iri}> already")
        return store.write(_of_a_page(store, iri, method, lines))
    before = put_graphs.in_graph(put_graphs.held(store.folder), iri)
    if method == "DELETE" and not before:
        raise Refused(404, f"no graph <{iri}> in this store")
    if head.get("fresh") and before:
        raise Refused(412, f"there is a graph <{iri}> already")
    now = put_graphs.named(lines, iri, store.own.base)
    store.put({iri: [*before, *now] if method == "POST" else now})
    # The default graph is always there.
    made = {"status": 204 if before or not now or head["graph"] == "" else 201}
    return ({**made, "location": iri} if head["graph"] is None else made), b""


def _of_a_page(store: "_Store", iri: str, method: str, lines: list[bytes]) -> Changed:
    """Return what pages come to where the graph of one is written; KgError where it is none, or would be no page."""
    if method == "DELETE":
        raise KgError(f"<{iri}> is the graph of a page; delete the page's file, and run `kg ingest`")
    if put_graphs.has_blanks(lines):
        raise KgError(f"<{iri}> is the graph of a page, which has no blank nodes; give them IRIs")
    seconds = store.jobs.setting.limits.seconds
    return sparql_update.replaced(store.base, iri, b"".join(lines), keeping=method == "POST", seconds=seconds)


def _named(base: str, name: str | None, *, below: bool) -> str | None:
    """Return the IRI of the graph that a request names; None where a new one is to be made."""
    if name is None:
        return None
    if name == "":
        return put_graphs.default_graph(base)
    return checked_iri(base + name if below else name).value


def _sent(store: "_Store", base: str, content_type: str, body: bytes) -> list[bytes]:
    """Return the triples of a body, or of each part of one in several, as canonical lines."""
    limits = store.base.config.imports
    parts = (
        multipart.parts(content_type, body) if media_type(content_type) == multipart.FORM else [(content_type, body)]
    )
    lines: set[bytes] = set()
    for number, (kind, part) in enumerate(parts, 1):
        form = _FORMS.get(media_type(kind))
        if form is None:
            found = f"'{media_type(kind)}'" if kind else "nothing"
            raise Refused(415, f"Content-Type: expected {', '.join(_FORMS)} or {multipart.FORM}, found {found}")
        place = "the graph" if len(parts) == 1 else f"part {number}"
        found_lines = read_graph.parsed(place, part, form, limits, base)
        if put_graphs.names_graphs(found_lines):
            raise KgError(f"{place}: names graphs itself; send each by its own address")
        lines.update(put_graphs.apart(found_lines, number) if len(parts) > 1 else found_lines)
    return sorted(lines)


class _Store:
    """The store as a write finds it: the generation, what had been put, and both as one."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self.folder = jobs.setting.folder
        self.before = put_graphs.digest(self.folder)
        self.own: Reading = reading(self.folder)
        both = put_graphs.over(self.own)
        config = kg_toml.load(jobs.setting.config)
        dialect = choose_dialect.known(config, self.own.head.dialect)
        self.base = Base(self.own, config, dialect, both.quads if both is not self.own else None)

    def write(self, change: Changed) -> Written:
        """Write what changed: pages, or graphs of no page."""
        memory.limit(None)  # what is being written is not to be stopped
        number = None
        if change.graphs:
            base = self.own.base
            self.put({iri: put_graphs.written(quads, iri, base) for iri, quads in change.graphs.items()})
        elif change.pages:
            with whole.WRITING:
                number = update_pages.write(self.base, change.pages)
        diffs = [
            {"path": page.path, "diff": sparql_update.diff(page).decode("utf-8", "backslashreplace")}
            for page in change.pages
        ]
        said = {"pages": diffs, "graphs": sorted(change.graphs), "generation": number}
        return {"status": 200}, json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"

    def put(self, graphs: Mapping[str, list[bytes]]) -> None:
        """Keep graphs of no page."""
        memory.limit(None)
        with whole.WRITING:
            put_graphs.put(self.own, self.before, graphs, self.base.config.imports)
