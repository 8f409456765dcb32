"""The facts of the network of links: made at the first question for them, kept beside the generation, asked with it."""

import contextlib
import json
from importlib.metadata import version
from typing import Any

from pyoxigraph import Store

from kg.model import program, progress
from kg.network import facts, hints, libraries, terms
from kg.network.facts import Network
from kg.network.labels import Label
from kg.operations import kept_links
from kg.rdf import sparql_text
from kg.store import generations, sealed_file
from kg.store.generations import Generation
from kg.store.layered import layered
from kg.store.reading import Reading

_FILE = "network"


def asked(reading: Reading, text: str, *, inferred: bool = False) -> Store:
    """
    Return the store that a query is run on: with the facts of the network where the query names one of its terms.

    So a query answers the same whether or not somebody has asked for the network before. KgError says what to install
    where its libraries are not there.
    """
    if not terms.asks(sparql_text.tokens(text), reading.base):
        return reading.quads
    return layered(reading, _FILE, of(reading).lines, inferred=inferred)


def of(reading: Reading) -> Network:
    """Return the network of a generation, found now or kept, and keep it."""
    key = _key()
    record = _record(reading.generation)
    if record.get("program") == key:
        return Network(tuple(record["lines"]), _labels(record))
    links = kept_links.of(reading)
    with progress.stage("finding communities"):
        found = facts.network(links, reading.base, hints.read(reading.quads, reading.base, _earlier(reading)))
    with contextlib.suppress(OSError):
        labels = [(label.slug, label.name, label.origin, sorted(label.members)) for label in found.labels]
        data = json.dumps({"program": key, "lines": found.lines, "labels": labels}).encode()
        sealed_file.write(reading.generation.folder / _FILE, sealed_file.NETWORK, data)
    return found


def _key() -> str:
    libraries.networkx()
    libraries.leiden()
    used = (f"{name} {version(name)}" for name in ("networkx", "graspologic-native", "pyoxigraph"))
    return program.digest(*used)


def _record(generation: Generation) -> dict[str, Any]:
    data = sealed_file.read(generation.folder / _FILE, sealed_file.NETWORK)
    record: dict[str, Any] = json.loads(data) if data is not None else {}
    return record


def _labels(record: dict[str, Any]) -> tuple[Label, ...]:
    rows = record.get("labels", ())
    return tuple(Label(slug, name, frozenset(members), origin) for slug, name, origin, members in rows)


def _earlier(reading: Reading) -> tuple[Label, ...]:
    """Return the labels of the newest generation before this one whose network was asked for, by any version of kg."""
    older = [one for one in generations.generations(reading.folder) if one.number < reading.generation.number]
    return next((labels for one in reversed(older) if (labels := _labels(_record(one)))), ())
