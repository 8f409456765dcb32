"""Suggestions: which topics of this wiki and of an import are probably the same, and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, Store

from kg.imports import kept, laid_over
from kg.imports.kept import Import, Kept
from kg.model.records import dataclass
from kg.rdf import sparql_text, spellings
from kg.rdf.nquads import TERMS
from kg.store.reading import Reading

# What kind of name says most: an address or identifier is one thing's, a name may be several things'.
_STRENGTH = ("identifier", "address", "name", "alias")


@dataclass(frozen=True, slots=True)
class Called:
    """One way in which a topic is called: which, as written, and the page that is about it."""

    topic: str
    kind: str
    how: str
    words: str
    path: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why two topics may be the same: how each is called, in the same words."""

    ours: Called
    theirs: Called


@dataclass(frozen=True, slots=True)
class Pair:
    """A topic of this wiki and one of an import, why they may be the same, and whether either could be another's."""

    name: str
    ours: str
    theirs: str
    evidence: tuple[Evidence, ...]
    alone: bool


def pairs(reading: Reading) -> list[Pair]:
    """Return what may be the same in this wiki and in each of its imports, by the name of the import, then ours."""
    ours = called(reading.quads, reading.base)
    found: list[Pair] = []
    for about in kept.listed(reading.folder):
        store = laid_over.alone(kept.load(reading.folder, about.name), reading.base)
        found += between(about.name, ours, called(store, about.base))
    return found


def called(store: Store, base: str) -> list[Called]:
    """Return what the topics of one wiki are called, sorted."""
    text = sparql_text.bind(sparql_text.declared_query("imports/topics").text, {"base": Literal(base)})
    found = set()
    for row in sparql_text.select(store, text):
        path = row["path"].value if row["path"] else ""
        found.add(Called(row["topic"].value, row["kind"].value, row["how"].value, row["value"].value, path))
    return sorted(found, key=lambda one: (one.topic, one.kind, _STRENGTH.index(one.how), one.words, one.path))


def between(name: str, ours: Iterable[Called], theirs: Iterable[Called]) -> list[Pair]:
    """Return what may be the same in what two wikis call their topics."""
    by_key: dict[tuple[str, str], list[Called]] = defaultdict(list)
    for one in theirs:
        if (key := _key(one))[1]:
            by_key[key].append(one)
    evidence: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for one in ours:
        for other in by_key.get(_key(one), ()):
            evidence[one.topic, other.topic].append(Evidence(one, other))
    partners: dict[str, set[str]] = defaultdict(set)
    for mine, yours in evidence:
        partners[mine].add(yours)
        partners[yours].add(mine)
    return [
        Pair(name, mine, yours, tuple(said), len(partners[mine]) == len(partners[yours]) == 1)
        for (mine, yours), said in sorted(evidence.items())
    ]


def _key(one: Called) -> tuple[str, str]:
    """Return what is equal in two ways of being called that are the same words for the same kind of thing."""
    if one.how in ("identifier", "address"):
        return f"{one.kind} at", _address(one)
    return one.kind, spellings.fold(one.words)


def _address(one: Called) -> str:
    """
    Return an address without what may differ where the same is meant: its scheme, the case of its host, a last slash.

    Where on a page a source is read says nothing of which source it is; an identifier is another one with it.
    """
    scheme, mark, rest = one.words.partition("://")
    if not mark or not scheme.isalpha():
        return one.words.strip()
    host, slash, path = rest.partition("/")
    if one.how == "address" and not path.partition("#")[2].startswith(("/", "!")):
        host, path = host.partition("#")[0], path.partition("#")[0]
    return f"{host.lower()}{slash}{path}".rstrip("/")


def accepted(reading: Reading, choice: Sequence[Pair]) -> Kept:
    """Return what is kept of pairs that were accepted, with those that were accepted before."""
    before = kept.load(reading.folder, kept.SAME).lines if kept.place(reading.folder, kept.SAME).is_file() else []
    fresh = {f"<{one.ours}> {TERMS['owl:sameAs']} <{one.theirs}> .\n".encode() for one in choice}
    lines = sorted({*before, *fresh})
    return Kept(Import(kept.SAME, reading.base, "", kept.digest(lines), len(lines)), lines)
