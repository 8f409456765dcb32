"""Where a file of shapes says what: statements of Turtle and its kin with their places, which no parser keeps."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import names, sparql_text
from kg.rdf.terms import Node
from kg.shacl import data
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import IllFormed, iri

ITEM = "item"  # the key of a member of a list
_FIRST, _REST = iri("rdf:first"), iri("rdf:rest")
_WORD = re.compile(r"\bsh:\w+")
_ROW = re.compile(r"line (\d+), column (\d+)")
_ESCAPE = re.compile(r"\\([-_~.!$&'()*+,;=/?#@%])")
_KIN = frozenset({".ttl", ".nt", ".nq", ".trig", ".n3", ".owl", ".rdfs", ".shacl"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file: its line and column, from 1 on; line 0 is the whole file."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as a file writes it: terms as texts, nameless nodes as numbers, and where key and value stand."""

    subject: str | int
    key: str
    value: str | int
    at_key: Place
    at_value: Place


@dataclass(slots=True)
class _Reader:
    """A text with its tokens, and what was read of it so far."""

    path: str
    text: str
    tokens: list[tuple[str, str, int]]
    base: str
    fresh: int
    at: int = 0
    prefixes: dict[str, str] = field(default_factory=dict)
    found: list[Said] = field(default_factory=list)

    def ahead(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str, Place]:
        if self.at >= len(self.tokens):
            raise _End
        kind, word, start = self.tokens[self.at]
        self.at += 1
        return kind, word, self.place(start)

    def place(self, start: int) -> Place:
        line = self.text.count("\n", 0, start) + 1
        return Place(self.path, line, start - self.text.rfind("\n", 0, start))

    def new(self) -> int:
        self.fresh += 1
        return self.fresh


class _End(Exception):  # noqa: N818  # the text is read, as far as it goes
    """There is nothing more to read."""


def statements(files: Sequence[Path]) -> Iterator[Said]:
    """Yield what files of Turtle and its kin say, in order; of others, and from what is none on, nothing."""
    number = 0
    for path in files:
        if path.suffix.lower() not in _KIN or not path.is_file():
            continue
        text = data.decoded(path.read_bytes()).decode("utf-8", "replace")
        reader = _Reader(str(path), text, list(_tokens(text)), path.absolute().as_uri(), number)
        _read(reader)
        number = reader.fresh
        yield from reader.found


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    start = 0
    for kind, word in sparql_text.tokens(text):
        bare = word.rstrip(".") if kind == "word" else word
        if kind != "comment" and not word.isspace():
            yield from [(kind, bare, start)] if bare else []
            yield from [("other", ".", start + len(bare))] if bare != word else []
        start += len(word)


def _read(reader: _Reader) -> None:
    try:
        while reader.at < len(reader.tokens):
            _statement(reader)
    except (_End, RecursionError):
        return


def _statement(reader: _Reader) -> None:
    if reader.ahead() == "@":
        reader.take()
    if reader.ahead().upper() in ("PREFIX", "BASE"):
        _directive(reader)
    elif reader.ahead() in (".", "{", "}") or reader.ahead().upper() == "GRAPH":
        reader.take()
    else:
        subject = _term(reader)[0]
        if reader.ahead() != "{":
            _rows(reader, subject)


def _directive(reader: _Reader) -> None:
    if reader.take()[1].upper() == "BASE":
        reader.base = urljoin(reader.base, reader.take()[1][1:-1])
    else:
        name = reader.take()[1]
        reader.prefixes[name.rstrip(":")] = urljoin(reader.base, reader.take()[1][1:-1])


def _rows(reader: _Reader, subject: str | int) -> None:
    """Read predicates with their objects, up to the end of the statement or of the brackets."""
    while reader.ahead() not in (".", "]", "}", ""):
        if reader.ahead() == ";":
            reader.take()
            continue
        key, at_key = _term(reader)
        while True:
            value, at_value = _term(reader)
            reader.found.append(Said(subject, str(key), value, at_key, at_value))
            if reader.ahead() != ",":
                break
            reader.take()


def _term(reader: _Reader) -> tuple[str | int, Place]:
    kind, word, place = reader.take()
    if word == "[":
        node = reader.new()
        _rows(reader, node)
        reader.take()
        return node, place
    if word == "(":
        node = reader.new()
        while reader.ahead() != ")":
            value, at = _term(reader)
            reader.found.append(Said(node, ITEM, value, at, at))
        reader.take()
        return node, place
    if kind == "string":
        return _literal(reader, word), place
    return _name(reader, kind, word), place


def _literal(reader: _Reader, word: str) -> str:
    if reader.ahead() == "@":
        reader.take()
        return f"{word}@{reader.take()[1]}"
    if reader.ahead() == "^":
        reader.take(), reader.take()
        kind, name, _ = reader.take()
        return f"{word}^^{_name(reader, kind, name)}"
    return word


def _name(reader: _Reader, kind: str, word: str) -> str:
    if kind == "iri":
        return urljoin(reader.base, word[1:-1]) if word != "<>" else reader.base
    if word == "a":
        return names.expand("rdf:type")
    prefix, colon, local = word.partition(":")
    if colon and prefix in reader.prefixes:
        return reader.prefixes[prefix] + _ESCAPE.sub(r"\1", local)
    return word


# ---- the place of a shape --------------------------------------------------------------------------------------------


def named_above(graph: Graph, node: Node) -> tuple[Node, list[tuple[str, int, Node]]]:
    """Return the shape with a name above one that has none, and the steps down: key, number among values, node."""
    steps: list[tuple[str, int, Node]] = []
    seen: set[Node] = set()
    while isinstance(node, ox.BlankNode) and node in graph.around and node not in seen:
        seen.add(node)
        key, subjects = next(iter(graph.around[node].items()))
        above = subjects[0]
        if key == _FIRST:
            number, cells = 0, {above}
            while (heads := graph.subjects(_REST, above)) and heads[0] not in cells:
                above, number = heads[0], number + 1
                cells.add(above)
            steps.insert(0, (ITEM, number, node))
        else:
            among = [one for one in graph.objects(above, key) if isinstance(one, ox.BlankNode)]
            steps.insert(0, (key.value, among.index(node), node))
        node = above
    return node, steps


def place(files: Sequence[Path], graph: Graph, error: IllFormed) -> Place | None:
    """Return where the files say what makes a shape ill-formed: the value, else the word, else the shape."""
    top, steps = named_above(graph, error.shape)
    said = list(statements(files))
    node: str | int | None = top.value if isinstance(top, ox.NamedNode) else None
    at = next((one.at_key for one in said if one.subject == node), None)
    for key, number, _ in steps:
        values = [one for one in said if one.subject == node and one.key == key and _counts(one, key)]
        if number >= len(values):
            return at
        node, at = values[number].value, values[number].at_value
    words = {names.expand(word) for word in _WORD.findall(error.why)}
    inside = _inside(said, node)
    own = [one for one in said if one.subject in inside and one.key in words]
    if error.text:
        return next((_in_text(one, error) for one in own if unquoted(str(one.value)) == error.text), at)
    fitting = [one for one in own if str(one.value).split("^^")[0] in error.why]
    return next((one.at_value for one in fitting or own), at)


def _inside(rows: Sequence[Said], node: str | int | None) -> set[str | int | None]:
    """Return a node with the nameless ones below it."""
    found: set[str | int | None] = {node}
    for one in reversed(rows):  # what stands in brackets is read before the brackets are
        if one.subject in found and isinstance(one.value, int):
            found.add(one.value)
    return found


def _in_text(one: Said, error: IllFormed) -> Place:
    """Return the line of a text of several lines that an error names, else where the text begins."""
    row = _ROW.search(error.why)
    if row is None or not str(one.value).startswith(('"""', "'''")):
        return one.at_value
    return Place(one.at_value.path, one.at_value.line + int(row[1]) - 1, int(row[2]))


def unquoted(token: str) -> str:
    """Return the text of a string as a file writes it."""
    if "\\" not in token:
        marks = 3 if token[:3] in ('"""', "'''") else 1
        return token[marks:-marks]
    try:
        quad = next(iter(ox.parse(f"<a:a> <a:a> {token} .".encode(), format=ox.RdfFormat.TURTLE)))
    except SyntaxError:
        return token
    return quad.object.value if isinstance(quad.object, ox.Literal) else token


def _counts(one: Said, key: str) -> bool:
    return key == ITEM or isinstance(one.value, int) or one.value.startswith("_:")
