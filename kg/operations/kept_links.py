"""The links of a generation, kept beside it: a cache, as reading them takes seconds where there are many pages."""

import contextlib
import json

import pyoxigraph

from kg.model import program, progress
from kg.network import links as network_links
from kg.network.links import Links, Topic
from kg.store import sealed_file
from kg.store.generations import Generation
from kg.store.reading import Reading

_FILE = "links"


def of(reading: Reading) -> Links:
    """Return the links of a generation, read now or kept, and keep them."""
    found = _kept(reading.generation)
    if found is None:
        with progress.stage("reading the links"):
            found = network_links.read(reading.quads, reading.base)
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


def key() -> str:
    """Return what the links depend on beside the generation: the program and the engine."""
    return program.digest(f"pyoxigraph {pyoxigraph.__version__}")
