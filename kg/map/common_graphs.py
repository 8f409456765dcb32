"""The graphs that belong to no page: the ontology, the corpus and its page spec, clusters, the register of themes."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg.files.text import Places, split
from kg.model import declared
from kg.model.finding import Finding, Level, Span
from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.names import PageName
from kg.rdf.nquads import TERMS, Graph, date, number, text
from kg.settings.dialect import Dialect

THEMES = "contradictions/_contradictions_themes.json"
LABELS = "graph/cluster_labels.json"
COMMUNITIES = "graph/_clusters.json"


def project(root: Path) -> Path:
    """Return the folder where a wiki's own tools keep their files: the parent of a root named `wiki`, else the root."""
    resolved = root.resolve()
    return resolved.parent if resolved.name == "wiki" else resolved


@dataclass(frozen=True, slots=True)
class _SideFile:
    """A JSON file beside the pages: its content, as text and as read, and the path that findings show."""

    shown: str
    content: str
    table: dict[str, Any]


def quads(root: Path, base: str, dialect: Dialect, pages: Mapping[str, PageName]) -> tuple[list[str], list[Finding]]:
    """Return the quads of every common graph of a wiki in which nothing was scraped, sorted, and findings."""
    beside, findings = side_files(root, base, pages.get)
    shared = corpus(base, dialect, homonyms(pages.values()), "")
    return sorted({*ontology(base), *shared, *(line for lines in beside.values() for line in lines)}), findings


def ontology(base: str) -> list[str]:
    """Return the quads of graph/ontology as sorted lines of N-Quads."""
    return sorted(set(_ontology(base)))


def corpus(base: str, dialect: Dialect, homonyms: Mapping[str, Sequence[str]], as_of: str) -> list[str]:
    """
    Return the quads of graph/corpus as sorted lines of N-Quads: the page spec, what ambiguous names could mean, today.

    `homonyms` are the topics of the pages that share a stem; `as_of`, the corpus' own today, is the newest date on
    which a source was scraped, empty where none was.
    """
    return sorted(set(_corpus(base, dialect, homonyms, as_of)))


def side_files(
    root: Path, base: str, pages: Callable[[str], PageName | None]
) -> tuple[dict[str, list[str]], list[Finding]]:
    """
    Return the quads from the JSON files beside the pages, sorted, by the end of their graph's IRI, and findings.

    `pages` gives the name of the page at a path.
    """
    findings: list[Finding] = []
    found: dict[str, list[str]] = {
        f"{kind}/{name}": [] for name in ("register", "clusters") for kind in ("graph", "prov")
    }
    beside = project(root)
    for read, path in ((_register, root / THEMES), (_clusters, beside / LABELS), (_communities, beside / COMMUNITIES)):
        if not path.is_file() or not path.resolve().is_relative_to(beside):
            continue
        shown = _shown(path, root)
        try:
            content = path.read_text(encoding="utf-8-sig")
            for name, lines in read(base, _SideFile(shown, content, json.loads(content)), pages).items():
                found[name] += lines
        except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
            message = f"not the newsroom's form of this file ({type(error).__name__}: {error}); it was left out"
            findings.append(Finding(Span(shown, 1, 1), "side-file", message, Level.WARNING))
    return {name: sorted(set(lines)) for name, lines in found.items()}, findings


def _shown(path: Path, root: Path) -> str:
    resolved = root.resolve()
    return (
        path.resolve().relative_to(resolved if path.resolve().is_relative_to(resolved) else resolved.parent).as_posix()
    )


def _ontology(base: str) -> Iterator[str]:
    graph = NamedNode(names.common_graph_iri(base, "ontology"))
    for quad in parse(path=declared.folder("ontology") / "newsroom.ttl", format=RdfFormat.TURTLE):
        yield f"{Quad(quad.subject, quad.predicate, quad.object, graph)} .\n"


def _corpus(base: str, dialect: Dialect, homonyms: Mapping[str, Sequence[str]], as_of: str) -> list[str]:
    graph = Graph(names.common_graph_iri(base, "corpus"))
    graph.add(
        f"<{base}>",
        ("rdf:type", TERMS["void:Dataset"]),
        ("nr:dialect", text(dialect.name)),
        ("nr:asOf", date(as_of) if as_of else None),
    )
    for word, spec in dialect.types.items():
        graph.add(
            TERMS[f"nr:{spec.page}"],
            ("nr:pageTypeWord", text(word)),
            ("nr:expectsFolder", text(spec.folder) if spec.folder else None),
            *(("nr:requiresSection", text(section)) for section in spec.sections),
            *(("nr:requiresField", text(field)) for field in spec.fields),
        )
    for stem, topics in homonyms.items():
        ambiguous = f"<{names.topic_iri(base, stem)}>"
        graph.add(ambiguous, *(("nr:candidate", f"<{names.topic_iri(base, topic)}>") for topic in topics))
    return graph.lines


def homonyms(pages: Iterable[PageName]) -> dict[str, list[str]]:
    """Return the topics of the pages that share a stem, by that stem."""
    found: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        found[page.name.rpartition("/")[2]].append(page.topic)
    return {stem: sorted(topics) for stem, topics in sorted(found.items()) if len(topics) > 1}


def _register(base: str, file: _SideFile, _pages: Callable[[str], PageName | None]) -> dict[str, list[str]]:
    """Return the themes of the contradiction register: which statements the editor put into which theme."""
    facts = Graph(names.common_graph_iri(base, "register"))
    places = Graph(f"{base}prov/register")
    rows = _Positions(file.content)
    _whole_register(base, file, facts, places)
    for theme, entry in file.table["themes"].items():
        _check_words(theme, entry["name"], *_list(entry["claim_ids"]))
        topic = f"<{names.topic_iri(base, theme)}>"
        facts.add(topic, ("schema:name", text(str(entry["name"]))))
        listed = f"<{base}register/{names.escape(theme)}>"
        facts.add(listed, ("rdf:type", TERMS["nr:RegisteredTheme"]), ("nr:slug", text(theme)), ("nr:theme", topic))
        _put(places, listed, file, rows.of(f'"{theme}"', f'"{theme}"'))
        for key, times in Counter(map(str, entry["claim_ids"])).items():
            node = f"<{base}register/{names.escape(theme)}/{names.escape(key)}>"
            facts.add(
                node,
                ("rdf:type", TERMS["nr:RegisterEntry"]),
                ("nr:statementKey", text(key)),
                ("nr:theme", topic),
                ("nr:times", number(times) if times > 1 else None),
            )
            _put(places, node, file, rows.of(f'"{theme}"', f'"{key}"'))
    return {"graph/register": facts.lines, "prov/register": places.lines}


def _whole_register(base: str, file: _SideFile, facts: Graph, places: Graph) -> None:
    """Add what the register says of itself."""
    node, table = f"<{base}register>", file.table
    declared_count, phase, unassigned = table.get("source_count"), table.get("phase"), table.get("unassigned", [])
    _check_words(*_list(unassigned))
    facts.add(
        node,
        ("rdf:type", TERMS["nr:Register"]),
        ("nr:declaredCount", number(declared_count) if isinstance(declared_count, int) else None),
        ("nr:phase", number(phase) if isinstance(phase, int) else None),
        *(("nr:unassignedKey", text(str(key))) for key in unassigned),
    )
    at = _Positions(file.content)
    key = next((one for one in ("source_count", "phase") if one in table), "themes")
    _put(places, node, file, at.of(f'"{key}"', f'"{key}"'))


class _Position(NamedTuple):
    line: int
    column: int


def _put(places: Graph, node: str, file: _SideFile, at: _Position) -> None:
    places.add(node, ("nr:path", text(file.shown)), ("nr:line", number(at.line)), ("nr:column", number(at.column)))


class _Positions:
    """Finds the line and column of a key behind the name of its theme in a JSON text."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._places = Places(split(content))

    def of(self, theme: str, key: str) -> _Position:
        """Return the place of a key, 1:1 where it is not spelled like that."""
        start = self._content.find(key, max(0, self._content.find(f"{theme}:")))
        place = self._places(max(0, start), max(0, start))
        return _Position(place.line, place.column)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {str(value)[:40]!r}")
    return value


def _check_words(*words: object) -> None:
    for word in words:
        if not isinstance(word, str) or not word.isprintable():
            raise TypeError(f"expected a text, found {word!a:.40}")


def _clusters(base: str, file: _SideFile, pages: Callable[[str], PageName | None]) -> dict[str, list[str]]:
    """Return the clusters with their labels and the members that anchor them."""
    graph, places = Graph(names.common_graph_iri(base, "clusters")), Graph(f"{base}prov/clusters")
    rows = _Positions(file.content)
    for label in _list(file.table["labels"]):
        _check_words(label["slug"], label["name"], *_list(label.get("anchor_members", [])))
        topic = f"<{names.topic_iri(base, str(label['slug']))}>"
        graph.add(
            topic,
            ("rdf:type", TERMS["nr:Cluster"]),
            ("schema:name", text(str(label["name"]))),
            ("nr:clusterLabel", text(str(label["slug"]))),
        )
        slug = json.dumps(label["slug"], ensure_ascii=False)
        _put(places, topic, file, rows.of('"labels"', slug))
        for member in label.get("anchor_members", []):
            page = pages(str(member))
            graph.add(topic, ("skos:member", f"<{names.topic_iri(base, page.topic)}>" if page else None))
    return {"graph/clusters": graph.lines, "prov/clusters": places.lines}


def _communities(base: str, file: _SideFile, pages: Callable[[str], PageName | None]) -> dict[str, list[str]]:
    """Return the communities that the newsroom's own tools found before, with their labels and members."""
    graph = Graph(names.common_graph_iri(base, "clusters"))
    for community in _list(file.table["clusters"]):
        slug, name, members = community["slug"], community["name"], _list(community["members"])
        _check_words(slug, name, *members)
        graph.add(
            f"<{base}cluster/{names.escape(slug)}>",
            ("rdf:type", TERMS["nr:EarlierCommunity"]),
            ("schema:name", text(name)),
            ("nr:communityLabel", text(slug)),
            *(
                ("nr:earlierMember", f"<{names.topic_iri(base, page.topic)}>")
                for page in map(pages, members)
                if page is not None
            ),
        )
    return {"graph/clusters": graph.lines}
