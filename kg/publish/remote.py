"""A wiki as an endpoint has it: which generation, what its pages are called, and all of it as one to be read."""

import atexit
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, QueryTriples, Store, Triple

from kg.endpoint.client import Endpoint
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.publish import compare, parts
from kg.publish.question import scoped
from kg.publish.state import Marks, State
from kg.rdf import names, sparql_text
from kg.store.generations import Generation
from kg.store.manifest import Entry
from kg.store.manifest_head import Head
from kg.store.reading import Reading
from kg.store.shown_pages import InMemory


@dataclass(frozen=True, slots=True)
class Remote:
    """
    What is known of a wiki at an endpoint before it is asked.

    `words` is a store in which its pages, topics, speakers and relations have their names, and `pages` are its pages;
    `notes` say which generation it is, where that is not the one here.
    """

    marks: Marks
    pages: Mapping[str, Entry]
    words: Store
    notes: tuple[str, ...]


def of(endpoint: Endpoint, base: str, local: Reading | None) -> Remote:
    """Return what an endpoint has of a wiki; KgError where nothing of it was published there."""
    marks = marks_of(endpoint, base)
    said = notes(marks, local)
    if local is not None and not said:
        return Remote(marks, local.pages, local.quads, said)
    words = Store()
    with progress.stage("asking what is there"):
        for name in ("words", "relations"):
            text = scoped(sparql_text.declared_query(f"publish/{name}").text, base)
            words.bulk_extend(_quads(endpoint.construct(text), f"{base}graph/words"))
    return Remote(marks, _pages(words, base), words, said)


def marks_of(endpoint: Endpoint, base: str) -> Marks:
    """Return how far the last publish of a wiki to an endpoint came; KgError where there was none."""
    marks = State(endpoint, base).marks()
    if not marks.state:
        raise KgError(f"{endpoint.address.query}: nothing of {base} was published to it; `kg publish` brings it there")
    return marks


def notes(marks: Marks, local: Reading | None) -> tuple[str, ...]:
    """Return what a person should know of the generation that an endpoint has; nothing where it is the one here."""
    if not marks.state:
        return ("the endpoint does not say which generation it has; `kg publish` brings one there and says so",)
    if not marks.is_complete:
        said = f"the endpoint is being brought to generation {marks.generation}, or was left so"
        return (f"{said}; what it answers is of two generations until `kg publish` is done",)
    if local is not None and marks.stamp != parts.stamp(local.head):
        return (f"the endpoint has generation {marks.generation}, and here is generation {local.generation.number}",)
    return ()


def selecting(endpoint: Endpoint, base: str) -> Callable[[str], QuerySolutions]:
    """Return what asks an endpoint for the rows of a SELECT of ours, of the graphs of one wiki."""

    def select(text: str) -> QuerySolutions:
        answer = endpoint.answer(scoped(text, base))
        if not isinstance(answer, QuerySolutions):
            raise TypeError("not a SELECT")
        return answer

    return select


def fetched(endpoint: Endpoint, base: str, root: Path) -> Reading:
    """Return all that an endpoint has of a wiki as a generation that is read, in memory."""
    marks = marks_of(endpoint, base)
    store = Store()
    digests = State(endpoint, base).digests()
    for part in progress.each("fetching", sorted(digests), len(digests)):
        for graph in parts.graphs_of(base, part):
            store.bulk_extend(_quads(compare.read_back(endpoint, graph), graph))
    folder = Path(tempfile.mkdtemp(prefix="kg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    head = Head(base=base, root=str(root), generation=marks.generation, digest=marks.stamp)
    pages = InMemory(_pages(store, base))
    return Reading(folder, Generation(marks.generation, folder), head, pages, store)


def as_answer(triples: Iterator[Triple]) -> QueryTriples:
    """Return triples as the answer to a CONSTRUCT."""
    store = Store()
    store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    answer = store.query(sparql_text.declared_query("publish/all").text)
    if not isinstance(answer, QueryTriples):
        raise TypeError("not a CONSTRUCT")
    return answer


def _quads(triples: Iterator[Triple], graph: str) -> Iterator[Quad]:
    name = NamedNode(graph)
    return (Quad(triple.subject, triple.predicate, triple.object, name) for triple in triples)


def _pages(store: Store, base: str) -> dict[str, Entry]:
    """Return the pages that a store speaks of, as the manifest of a generation would have them."""
    paths = {quad.object.value: quad.subject for quad in _said(store, "nr:path") if isinstance(quad.object, Literal)}
    said = _said(store, "schema:sha256")
    digests = {quad.subject: quad.object.value for quad in said if isinstance(quad.object, Literal)}
    called = {one: _texts(store, one) for one in ("schema:name", "skos:altLabel")}
    found = {}
    for path, name in names.page_names(paths).items():
        topic = names.topic_iri(base, name.topic)
        title = min(called["schema:name"].get(topic, ()), default="")
        aliases = tuple(sorted(called["skos:altLabel"].get(topic, ())))
        found[path] = Entry(path, name.name, name.topic, digests.get(paths[path], ""), title, aliases)
    return dict(sorted(found.items()))


def _texts(store: Store, prop: str) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for quad in _said(store, prop):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            found[quad.subject.value].add(quad.object.value)
    return found


def _said(store: Store, prop: str) -> Iterator[Quad]:
    return iter(store.quads_for_pattern(None, NamedNode(names.expand(prop)), None, None))
