"""Which kinds of pages need not be asked again: nothing that their queries read has changed since they were written."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from itertools import pairwise

from pyoxigraph import NamedNode

from kg.answer_pages.page_kinds import Kind
from kg.model import declared, program
from kg.model.records import dataclass
from kg.network import terms as network_terms
from kg.rdf import names, sparql_text
from kg.rdf.sparql_text import Query
from kg.store import generation_delta, generations
from kg.store.generation_delta import UNREADABLE, Delta, Side
from kg.store.reading import Reading

# What the words of every page are read from: labels, and where the pages of topics are.
_SHOWN = frozenset(map(names.expand, ("schema:name", "foaf:name", "nr:path", "foaf:primaryTopic")))
_TYPE = names.expand("rdf:type")
_PLACES = frozenset(map(names.expand, ("nr:line", "nr:column", "nr:start", "nr:end", "nr:endLine", "nr:endColumn")))


@dataclass(frozen=True, slots=True)
class Written:
    """
    What a kind's pages were made of, as of which generation, and the digests of their files by path.

    `rows` is the stamp of the rows that are kept of it, empty where there are none.
    """

    key: str
    generation: int
    files: Mapping[str, str] = field(default_factory=dict)
    rows: str = ""


def key(kind: Kind, prefixes: Mapping[str, str]) -> str:
    """Return a digest of all that makes the pages of a kind beside the graph."""
    said = (
        kind.output,
        kind.title,
        kind.each,
        kind.question.text,
        kind.about,
        kind.template,
        str(kind.budget or ""),
        kind.parts,
        str(sorted(prefixes.items())),
    )
    return hashlib.sha256("\0".join((program.digest(), *said)).encode()).hexdigest()


def unchanged(
    reading: Reading, some: Sequence[Kind], record: Mapping[str, Written], prefixes: Mapping[str, str]
) -> set[str]:
    """Return the names of the kinds whose answers are what they were when their pages were written."""
    found: set[str] = set()
    deltas: dict[int, Delta | None] = {}
    for kind in some:
        old = record.get(kind.name)
        if old is None or old.key != key(kind, prefixes):
            continue
        if old.generation == reading.generation.number:
            found.add(kind.name)
        elif names_what_it_reads(kind.question, reading.base):
            if old.generation not in deltas:
                deltas[old.generation] = delta_since(reading, old.generation)
            if (delta := deltas[old.generation]) is not None and not touches(reading, delta, kind.question):
                found.add(kind.name)
    return found


def may_be_renewed(kind: Kind, record: Written, reading: Reading, prefixes: Mapping[str, str]) -> bool:
    """Tell whether what is kept of a kind was made by it as it is, and its query names all that it reads."""
    return bool(record.rows) and record.key == key(kind, prefixes) and names_what_it_reads(kind.question, reading.base)


def names_what_it_reads(question: Query, base: str) -> bool:
    """Tell whether all that a query reads are facts of pages with the properties that it names."""
    return _is_ours(question) and not network_terms.asks(sparql_text.tokens(question.text), base)


def _is_ours(question: Query) -> bool:
    """Tell whether a query is one of ours: each names the properties that it reads, and asks none by a variable."""
    folders = [declared.folder("queries") / name for name in ("generated", "library")]
    return any(
        (folder / f"{question.name}.rq").is_file()
        and declared.read(f"queries/{folder.name}/{question.name}.rq") == question.text
        for folder in folders
    )


def delta_since(reading: Reading, number: int, without: frozenset[str] = frozenset()) -> Delta | None:
    """Return what differs since a generation, `without` some pages; None where that cannot be known or is much."""
    older = next((one for one in generations.generations(reading.folder) if one.number == number), None)
    if older is None or number > reading.generation.number:
        return None
    with suppress(*UNREADABLE):
        since = generation_delta.since(
            reading.folder, older, Side(reading.generation, reading.head, reading.quads), without
        )
        return since[1] if since else None
    return None


def answers_the_same(reading: Reading, delta: Delta, question: Query) -> bool:
    """Tell whether a query names all that it reads, and none of that changed."""
    return names_what_it_reads(question, reading.base) and not touches(reading, delta, question)


def touches(reading: Reading, delta: Delta, question: Query) -> bool:
    """Tell whether a fact changed that a query may read."""
    properties = reads(question.text)
    if any(may_be_read(fact[1], fact[2], properties) for facts in (delta.before, delta.now) for fact in facts):
        return True
    moved = {fact[0] for fact in delta.places if fact[1].value in properties}
    return any(_is_asked_for(reading, node, properties) for node in moved)


def may_be_read(predicate: NamedNode, value: object, properties: frozenset[str]) -> bool:
    """Tell whether a fact has a property that is named; of a node's classes those that are named, and every page's."""
    if predicate.value == _TYPE:
        return isinstance(value, NamedNode) and (value.value in properties or value.value.endswith("Page"))
    return predicate.value in properties


def _is_asked_for(reading: Reading, node: object, properties: frozenset[str]) -> bool:
    """Tell whether a part that moved has any fact that is read; its place is read together with one."""
    if not isinstance(node, NamedNode):
        return True
    about = reading.quads.quads_for_pattern(node, None, None, None)
    facts = [(quad.predicate, quad.object) for quad in about if quad.predicate.value not in _PLACES]
    return any(may_be_read(predicate, value, properties) for predicate, value in facts)


def reads(text: str) -> frozenset[str]:
    """Return the IRIs that a query names, and those that every page reads."""
    return named(text) | _SHOWN


def shows_otherwise(delta: Delta) -> bool:
    """Tell whether a fact changed that the words and links of every page are made of."""
    return any(fact[1].value in _SHOWN for facts in (delta.before, delta.now) for fact in facts)


def named(text: str) -> frozenset[str]:
    """Return the IRIs that a query names."""
    found: set[str] = set()
    spaces = {**names.PREFIXES}
    words = [word for kind, word in sparql_text.tokens(text) if kind in ("word", "iri")]
    for before, word in pairwise(words):
        if before.endswith(":") and word.startswith("<"):
            spaces[before[:-1]] = word[1:-1]
    for word in words:
        prefix, colon, local = word.partition(":")
        if word.startswith("<"):
            found.add(word[1:-1])
        elif colon and prefix in spaces:
            found.add(spaces[prefix] + local)
    return frozenset(found)
