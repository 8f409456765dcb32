"""Names: the namespaces, and how a page, a topic, a part or a graph gets its IRI."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from kg.model import page_files
from kg.model.records import dataclass
from kg.model.remembered import remembered

NR = "https://w3id.org/newsroom-kg/ns#"
SHAPES = "https://w3id.org/newsroom-kg/shapes#"
DEFAULT_BASE = "https://wiki.invalid/"

PREFIXES = {
    "cito": "http://purl.org/spar/cito/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "doco": "http://purl.org/spar/doco/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "nr": NR,
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_DOTS = re.compile(r"(?:^|(?<=/))\.{1,2}(?=/|$)")
_NOT_A_WORD = re.compile(r"[\W_]+")
RESERVED_GRAPHS = frozenset(
    {"ontology", "register", "clusters", "corpus", "inferred", "history", "originals", "network"}
)


@dataclass(frozen=True, slots=True)
class PageName:
    """What a page is called: `name` in IRIs of the page and its parts, `topic` in the IRI of what it is about."""

    path: str
    name: str
    topic: str


def expand(curie: str) -> str:
    """Return the IRI of a prefixed name with one of our prefixes; raise KeyError for any other prefix."""
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def shorten(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return the prefixed name of an IRI, or the IRI itself where no prefix (of ours, by default) fits."""
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and re.fullmatch(r"\w[\w-]*", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


@cache
def _not_in_iri() -> re.Pattern[str]:
    """Return what RFC 3987 forbids in a path segment, and '%', which starts an escape; '/' separates the segments."""
    return re.compile(
        '[\x00-\x20"#%<>?\\[\\\\\\]^`{|}\x7f-\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff'
        + "".join(f"{chr(plane + 0x1FFFE)}-{chr(plane + 0x1FFFF)}" for plane in range(0, 0xD0000, 0x10000))
        + "\U000dfffe-\U000e0fff\U000efffe-\U0010ffff]"
    )


@remembered
def escape(path: str) -> str:
    """Return `path` as IRI path segments: NFC, letters of every script kept, what IRIs forbid percent-encoded."""
    escaped = _not_in_iri().sub(_percent, unicodedata.normalize("NFC", path))
    # A segment `.` or `..` would be resolved away by whoever reads the IRI.
    return _DOTS.sub(lambda match: match[0].replace(".", "%2E"), escaped) if "." in escaped else escaped


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def stem(path: str) -> str:
    """Return the last segment of a page's path without `.md`."""
    return without_suffix(path).rpartition("/")[2]


def without_suffix(path: str) -> str:
    """Return a path without a final `.md`, or another ending of Markdown pages, in any letter case."""
    return page_files.without_ending(path)


def slugify(text: str) -> str:
    """
    Return text in lower case, with a hyphen for what is no letter, mark or digit: `Open Weights` → `open-weights`.

    It is for IRIs that people read. Whether two names are one is decided in `spellings`.
    """
    if text.isascii():
        return _NOT_A_WORD.sub("-", text.lower()).strip("-")
    from kg.rdf import spellings  # most questions name nobody

    return "-".join(spellings.tokens(unicodedata.normalize("NFC", text).casefold()))


def page_names(paths: Iterable[str]) -> dict[str, PageName]:
    """
    Return the name of every page of a wiki by its path.

    Paths that are equal after NFC and without their suffix get `~2`, `~3` … in the order of their code points.
    A topic is called by the stem alone where one page has it, else by folder and stem (`/stem` in the root).
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for path in sorted(paths):
        plain = unicodedata.normalize("NFC", without_suffix(path))
        name, copy = plain, 1
        while name in taken:
            copy += 1
            name = f"{plain}~{copy}"
        taken.add(name)
        names[path] = name
    stems: dict[str, list[str]] = defaultdict(list)
    for path, name in names.items():
        stems[name.rpartition("/")[2]].append(path)
    return {
        path: PageName(path, name, _topic(name, alone=len(stems[name.rpartition("/")[2]]) == 1))
        for path, name in names.items()
    }


def _topic(name: str, *, alone: bool) -> str:
    if alone:
        return name.rpartition("/")[2]
    return name if "/" in name else f"/{name}"


def page_iri(base: str, name: str) -> str:
    """Return the IRI of a page; its sections, blocks and sentences are fragments of it."""
    return f"{base}page/{escape(name)}"


def topic_iri(base: str, topic: str) -> str:
    """Return the IRI of what a page is about, or of what a link without a page names."""
    return f"{base}id/{escape(topic)}"


def statement_iri(base: str, kind: str, topic: str, content: str) -> str:
    """Return the IRI of a statement: its source and the first 12 hex digits of SHA-256 of its NFC text."""
    import hashlib  # a library of its own, 4 ms, which most questions do without

    digest = hashlib.sha256(unicodedata.normalize("NFC", content).encode()).hexdigest()[:12]
    return f"{base}{kind}/{escape(topic)}/{digest}"


def statement_key(content: str) -> str:
    """Return the first 8 hex digits of SHA-1 of a statement's text, the newsroom's own id for it."""
    import hashlib

    return hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()[:8]


def agent_iri(base: str, name: str) -> str:
    """Return the IRI of a speaker who has no page: one for every spelling of a name (see `spellings.fold`)."""
    from kg.rdf import spellings

    return f"{base}agent/{escape(spellings.fold(name))}"


def relation_iri(base: str, word: str) -> str:
    """Return the IRI of a relation outside the vocabulary, in the corpus' own namespace."""
    from kg.rdf import spellings

    return f"{base}relation/{escape(spellings.words(word) or word)}"


def graph_iri(base: str, name: str) -> str:
    """Return the IRI of the graph that holds the facts of one page."""
    return f"{base}graph/{_clear_of_reserved(escape(name))}"


def provenance_iri(base: str, name: str) -> str:
    """Return the IRI of the graph that holds the places of one page's parts."""
    return f"{base}prov/{_clear_of_reserved(escape(name))}"


def of_wiki(base: str) -> tuple[str, str]:
    """Return what the names of all graphs of a wiki begin with: those of facts, and those of places."""
    return f"{base}graph/", f"{base}prov/"


def is_own(base: str, graph: str) -> bool:
    """Tell whether a graph is one of a wiki, and not of one whose base IRI begins with that of this one."""
    return graph.startswith(of_wiki(base))


def is_stated(base: str, graph: str) -> bool:
    """Tell whether a graph holds what the wiki states: not places of parts, what was inferred, or the history."""
    left_out = (common_graph_iri(base, "inferred"), common_graph_iri(base, "history"))
    return not is_place(base, graph) and graph not in left_out


def is_place(base: str, graph: str) -> bool:
    """Tell whether a graph holds the places of the parts of a page."""
    return graph.startswith(f"{base}prov/")


def common_graph_iri(base: str, name: str) -> str:
    """Return the IRI of a graph that belongs to no page: one of RESERVED_GRAPHS."""
    return f"{base}graph/{name}"


def _clear_of_reserved(name: str) -> str:
    return f"/{name}" if name in RESERVED_GRAPHS else name
