"""An endpoint in this process, and generations of a few graphs: what a publish needs, without a server and a wiki."""

from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox

from kg.endpoint.address import Address
from kg.rdf import names
from kg.store import graph_digest
from kg.store.generations import Generation
from kg.store.manifest_head import Head
from kg.store.reading import Reading

BASE = "https://wiki.example/"


class Ended(Exception):  # noqa: N818  # no error: it is what a test does
    """The publisher, or the server, ended here."""


class HeldEndpoint:
    """What a store in memory answers; it ends before or after the request of a number, if there is one."""

    address = Address("http://127.0.0.1:1/query", "http://127.0.0.1:1/update", "http://127.0.0.1:1/store")

    def __init__(self, store=None):
        self.store = store if store is not None else ox.Store()
        self.requests, self.ends_at, self.is_done_at_the_end = 0, None, False

    def _counted(self, change):
        self.requests += 1
        ends = self.requests == self.ends_at
        if ends and not self.is_done_at_the_end:
            raise Ended
        change()
        if ends:
            raise Ended

    def select(self, text):
        found = self.store.query(text)
        names_ = [one.value for one in found.variables]
        return [{name: row[name] for name in names_ if row[name] is not None} for row in found]

    def ask(self, text):
        return bool(self.store.query(text))

    def construct(self, text):
        return iter(self.store.query(text))

    def update(self, text):
        self._counted(lambda: self.store.update(text))

    def put_graph(self, graph, lines):
        self._counted(lambda: self._put(graph, lines))

    def _put(self, graph, lines):
        self.store.remove_graph(ox.NamedNode(graph))
        self.store.load(lines, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))

    def get_graph(self, graph):
        return (quad.triple for quad in self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))

    def delete_graph(self, graph):
        self._counted(lambda: self.store.remove_graph(ox.NamedNode(graph)))


class LateEndpoint(HeldEndpoint):
    """
    A server that looks up all of an update as it comes, and writes it as a whole later: snapshots without conflicts.

    The update of the number `late` is left so, and its publisher ends; it is done before the request, or the question,
    of the number `done_at` that comes after that.
    """

    def __init__(self):
        super().__init__()
        self.late = self.left = self.done_at = None

    def update(self, text):
        self._arrived()
        if self.requests + 1 != self.late:
            super().update(text)
            return
        self.late, after = None, ox.Store()
        after.extend(self.store)
        after.update(text)
        was, now = set(self.store), set(after)
        self.left = was - now, now - was
        raise Ended

    def do_what_is_left(self):
        taken, put = self.left
        for quad in taken:
            self.store.remove(quad)
        self.store.extend(put)
        self.left = None

    def _arrived(self):
        if self.left is not None and self.done_at is not None:
            if self.done_at == 0:
                self.do_what_is_left()
            else:
                self.done_at -= 1

    def select(self, text):
        self._arrived()
        return super().select(text)

    def ask(self, text):
        self._arrived()
        return super().ask(text)


def generation(number, pages, register=(), base=BASE):
    """Return a generation in which each page, by its name, says some words; and what its graph register says."""
    quads, total, listed = ox.Store(), "", {}
    for name, words in pages.items():
        graphs = names.graph_iri(base, name), names.provenance_iri(base, name)
        for word in words:
            _add(quads, graphs[0], word)
        _add(quads, graphs[1], f"place of {name}")
        digest = graph_digest.stored(quads, graphs)
        listed[name] = SimpleNamespace(name=name, graphs=digest, path=name)
        total = graph_digest.with_(total, name, digest)
    for word in register:
        _add(quads, f"{base}graph/register", word)
    common = {"graph/register": graph_digest.stored(quads, [f"{base}graph/register"])}
    total = graph_digest.with_(total, "graph/register", common["graph/register"])
    head = Head(base=base, digest=total, history=graph_digest.lines([]), common=common, generation=number)
    folder = Path("/nowhere")
    return Reading(folder, Generation(number, folder), head, listed, quads)


def _add(quads, graph, word):
    quads.add(ox.Quad(ox.NamedNode("urn:page"), ox.NamedNode("urn:says"), ox.Literal(word), ox.NamedNode(graph)))


def quads_of_wiki(store):
    """Return the quads of a store in graphs of the wiki, as lines."""
    return sorted(str(quad) for quad in store if quad.graph_name.value.startswith(BASE))
