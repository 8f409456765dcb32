"""The texts of a generation that can be looked for, each with the part that it is of and its place."""

from collections.abc import Iterator, Mapping
from enum import IntEnum

from pyoxigraph import Literal, NamedNode, QuerySolution, Store

from kg.model.grades import GRADES
from kg.model.records import dataclass
from kg.parse import reader_text
from kg.rdf import names, sparql_text


class Group(IntEnum):
    """What a text is; ungraded claims are followed by those of each grade, in the order of GRADES."""

    PAGE = 0
    HEADING = 1
    CLAIM = 2
    FACT = 3
    ANALYSIS = 4
    FORECAST = 5
    QUOTE = 6
    SENTENCE = 7
    CONNECTION = 8
    TEXT = 9
    ORIGINAL = 10


_STATEMENTS = {"Claim": Group.CLAIM, "Quote": Group.QUOTE, "Connection": Group.CONNECTION}


@dataclass(frozen=True, slots=True)
class Part:
    """
    A text to be found: what it is, the page or the original that it stands in, where, and the node that it is of.

    The text of a title are its aliases, and it is the title of the `topic` too; `voice` is who says it, as the line
    names them; `graph` is where the facts of the part are, empty for an original, of which `spots` say where each piece
    of the text stands in the file.
    """

    group: Group
    path: str
    line: int
    column: int
    node: str
    graph: str
    title: str = ""
    text: str = ""
    voice: str = ""
    topic: str = ""
    spots: str = ""


def all_of(store: Store) -> Iterator[Part]:
    """Yield the texts of every page of a store, in no particular order."""
    return _parts(store, {})


def of_page(store: Store, base: str, name: str) -> Iterator[Part]:
    """Yield the texts of the page that has this name in the names of its graphs."""
    facts, places = names.graph_iri(base, name), names.provenance_iri(base, name)
    return _parts(store, {"facts": NamedNode(facts), "places": NamedNode(places)})


def of_originals(store: Store) -> Iterator[Part]:
    """
    Yield the passages of originals that have a place in the graph; none where no original was compared.

    All that search knows of originals is the form of such a passage, in whichever graph it stands: queries/search.
    """
    for row in _rows(store, "originals", {}):
        words = " ".join(filter(None, (_value(row, name) for name in ("prefix", "exact", "suffix"))))
        yield Part(Group.ORIGINAL, _value(row, "path"), *_place(row), _value(row, "part"), "", text=words)


def _parts(store: Store, graphs: Mapping[str, NamedNode]) -> Iterator[Part]:
    pages = _Pages(graphs["facts"].value if graphs else "")
    yield from pages.titles(_rows(store, "pages", graphs))
    divided: set[str] = set()
    for row in _rows(store, "statements", graphs):
        divided.add(_value(row, "part"))
        text = _value(row, "text") or _value(row, "markup")
        yield from pages.placed(row, _statement(row), reader_text.seen(text), reader_text.seen(_value(row, "said")))
    quotes = frozenset(divided)
    for row in _rows(store, "sentences", graphs):
        divided.add(_value(row, "block"))
        if _value(row, "block") not in quotes:
            yield from pages.placed(row, Group.SENTENCE, reader_text.seen(_value(row, "markup")))
    for row in _rows(store, "headings", graphs):
        yield from pages.placed(row, Group.HEADING, reader_text.seen(_value(row, "markup")))
    for name in ("blocks", "fields"):
        for row in _rows(store, name, graphs):
            if _value(row, "part") not in divided:
                yield from pages.lines(row)


class _Pages:
    """The pages of graphs, so that each row knows where it stands; `graph` is theirs where all are of one."""

    def __init__(self, graph: str) -> None:
        self._graph = graph
        self._paths: dict[str, str] = {}

    def titles(self, rows: Iterator[QuerySolution]) -> Iterator[Part]:
        """Take in what pages are called, and yield their titles."""
        called: dict[tuple[str, str, str, str], set[str]] = {}
        for row in rows:
            graph = self._of(row)
            self._paths[graph] = _value(row, "path")
            name = graph, _value(row, "page"), _value(row, "name"), _value(row, "topic")
            called.setdefault(name, set()).add(_value(row, "alias"))
        for (graph, page, title, topic), aliases in called.items():
            others = sorted({*aliases, names.stem(self._paths[graph])} - {title, ""})
            yield Part(Group.PAGE, self._paths[graph], 1, 1, page, graph, title, "\n".join(others), topic=topic)

    def placed(self, row: QuerySolution, group: Group, text: str, voice: str = "") -> Iterator[Part]:
        """Yield what a row says, if it is of a page and says anything."""
        graph = self._of(row)
        if text.strip() and graph in self._paths:
            yield Part(group, self._paths[graph], *_place(row), _value(row, "part"), graph, text=text, voice=voice)

    def lines(self, row: QuerySolution) -> Iterator[Part]:
        """Yield each line of a row's text with its own place."""
        graph, (first, column) = self._of(row), _place(row)
        if graph not in self._paths:
            return
        for count, line in enumerate(_value(row, "markup").split("\n")):
            if line.strip():
                start = column if not count else 1 + len(line) - len(line.lstrip())
                text = reader_text.seen(line)
                yield Part(Group.TEXT, self._paths[graph], first + count, start, _value(row, "part"), graph, text=text)

    def _of(self, row: QuerySolution) -> str:
        return self._graph or _value(row, "facts")


def _statement(row: QuerySolution) -> Group:
    group = _STATEMENTS[_local(row, "class")]
    grade = _local(row, "grade")
    return Group(Group.FACT + GRADES.index(grade)) if group is Group.CLAIM and grade in GRADES else group


def _place(row: QuerySolution) -> tuple[int, int]:
    return int(_value(row, "line")), int(_value(row, "column"))


def _local(row: QuerySolution, name: str) -> str:
    return _value(row, name).rpartition("#")[2]


def _rows(store: Store, name: str, graphs: Mapping[str, NamedNode]) -> Iterator[QuerySolution]:
    return sparql_text.select(store, sparql_text.bind(sparql_text.declared_query(f"search/{name}").text, graphs))


def _value(row: QuerySolution, name: str) -> str:
    term = row[name]
    return term.value if isinstance(term, (Literal, NamedNode)) else ""
