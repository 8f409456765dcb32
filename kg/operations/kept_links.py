"""The links of a generation, kept beside it: a cache, as reading them takes seconds where there are many pages."""

import contextlib
import json

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Store

from kg.model import program, progress
from kg.network import links as network_links
from kg.network.links import Links, Topic
from kg.store import generation_delta, generations, sealed_file
from kg.store.generation_delta import Side
from kg.store.generations import Generation
from kg.store.reading import Reading

_FILE = "links"


def of(reading: Reading) -> Links:
    """Return the links of a generation, read now or kept, and keep them."""
    found = _kept(reading.generation)
    if found is None:
        with progress.stage("reading the links"):
            found = _updated(reading) or network_links.read(reading.quads, reading.base)
        with contextlib.suppress(OSError):
            sealed_file.write(reading.generation.folder / _FILE, sealed_file.LINKS, _packed(found))
    return found


def _packed(links: Links) -> bytes:
    numbers: dict[str, int] = {}
    for pair in links.costs:
        for iri in pair:
            numbers.setdefault(iri, len(numbers))
    record = {
        "program": key(),
        "topics": [list(topic) for _, topic in sorted(links.topics.items())],
        "names": list(numbers),
        "costs": [(numbers[one], numbers[other], cost) for (one, other), cost in links.costs.items()],
    }
    return json.dumps(record).encode()


def _kept(generation: Generation) -> Links | None:
    data = sealed_file.read(generation.folder / _FILE, sealed_file.LINKS)
    record = json.loads(data) if data is not None else {}
    if record.get("program") != key():
        return None
    iris = record["names"]
    topics = {row[0]: Topic(*row) for row in record["topics"]}
    return Links(topics, {(iris[one], iris[other]): cost for one, other, cost in record["costs"]})


def _updated(reading: Reading) -> Links | None:
    """Return the links of the generation before, with those of the pages that changed as they are now."""
    older = [one for one in generations.generations(reading.folder) if one.number < reading.generation.number]
    before = _kept(older[-1]) if older else None
    if before is None:
        return None
    try:
        since = generation_delta.since(reading.folder, older[-1], Side(reading.generation, reading.head, reading.quads))
    except generation_delta.UNREADABLE:
        return None  # the generation before is damaged, which is no concern of this one
    if since is None:
        return None
    _, delta = since
    part = Store()
    for name in sorted(delta.names):
        lines = reading.quads.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(name)) or b""
        part.bulk_load(input=lines, format=RdfFormat.N_TRIPLES, to_graph=NamedNode(name), lenient=True)
    return network_links.changed(before, network_links.read(part, reading.base, reading.quads), delta.paths)


def key() -> str:
    """Return what the links depend on beside the generation: the program and the engine."""
    return program.digest(f"pyoxigraph {pyoxigraph.__version__}")
