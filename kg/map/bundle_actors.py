"""Who did something in a bundle, and when: actors and time values, each said at its place. Pure."""

import re

from kg.map import time_readings
from kg.map.bundle_values import Value
from kg.map.page_graph import PageGraph
from kg.rdf import names
from kg.rdf.nquads import TERMS, text

_PRODUCER = re.compile(r"[^\s/:]+/\S+")


def actor(m: PageGraph, value: Value) -> str:
    """Return who did something, and say what kind of actor the words name; the words are kept as written."""
    who = f"<{names.agent_iri(m.base, value.text)}>"
    kind = actor_kind(value.text)
    m.facts.add(who, ("rdf:type", TERMS["nr:Actor"]), ("foaf:name", text(value.text)), ("nr:actorKind", text(kind)))
    m.facts.add(m.part(value.fragment), ("nr:target", who))
    return who


def actor_kind(words: str) -> str:
    """Return what kind of actor some words name: human, process, producer, or other."""
    for kind in ("human", "process"):
        if words.startswith(f"{kind}:") and words[len(kind) + 1 :].strip():
            return kind
    return "producer" if _PRODUCER.fullmatch(words) else "other"


def time(m: PageGraph, value: Value) -> time_readings.Reading:
    """Return the reading of a time value, and say at its place which it is."""
    reading = time_readings.read(value.text)
    m.facts.add(m.part(value.fragment), ("rdf:type", TERMS["nr:TimeValue"]), ("nr:timeReading", text(reading.kind)))
    return reading
