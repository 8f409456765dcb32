"""YAML text to nodes and values: libyaml within bounds, never expanding an alias, with our own idea of a line's end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Any

import yaml

from kg.files.text import Line
from kg.front_matter.yaml_faults import shortened
from kg.model.finding import Finding, Level, Span
from kg.model.page import Place, Scalar
from kg.model.records import dataclass

Placer = Callable[[int, int], Place]
Node = yaml.Node
LIBRARY_VERSION: str = yaml.__version__
DEPTH = 100
_SHALLOW = 40
_PATH = 500
_BREAKS = "\x85\u2028\u2029\ufeff"
_REFUSED = re.compile(r"(?:^|(?<=[\s\[{,:?-]))[&*](?=[^\s,\[\]{}])")
_DEEP = re.compile(r"^[ \-?:]{40}", re.MULTILINE)
_PROPERTIES = re.compile(r"(?:[!&][^\s,\[\]{}]*+\s++)++")
_TAG = re.compile(r"![^\s,\[\]{}]*")
_TEXT_TAGS = frozenset({"!", "!!str"})
_SCALAR_TAGS = frozenset({"!!int", "!!float", "!!bool", "!!null"})
_CORE_TAGS = _TEXT_TAGS | _SCALAR_TAGS | {"!!map", "!!seq"}
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]  # its base is one of two classes, by how PyYAML was built
    """Composes nodes and leaves it to us what a plain scalar is."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # PyYAML reads it as an attribute of the class


class NotYaml(Exception):  # noqa: N818  # a finding's raw material, never shown as an error
    """
    Some lines are not YAML, or are YAML that is refused; row and column are indices from the first of the lines.

    `refused` holds (rule, row, column, message) for each anchor, alias or depth that is; it is empty for an error.
    """

    def __init__(
        self, row: int, column: int, problem: str, refused: tuple[tuple[str, int, int, str], ...] = ()
    ) -> None:
        super().__init__(problem)
        self.row = row
        self.column = column
        self.said = problem
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Document:
    """Composed lines from index `first` to before `last`; `back` turns the stand-ins in their texts into themselves."""

    path: str
    lines: tuple[Line, ...]
    first: int
    last: int
    place: Placer
    node: Node | None = None
    back: dict[int, int] = field(default_factory=dict)

    def text(self, value: str) -> str:
        """Return a node's text as the author has it."""
        return value.translate(self.back) if self.back else value

    def offset(self, mark: Any) -> int:  # noqa: ANN401  # PyYAML's marks have no type
        """Return the offset of a mark, at most the end of the lines."""
        line = self.lines[min(int(mark.line) + self.first, self.last - 1)]
        beyond = int(mark.line) + self.first >= self.last
        return line.end if beyond else min(line.start + int(mark.column), line.end)

    def written(self, start: int, end: int, mark: Any) -> str:  # noqa: ANN401
        """Return the words between two offsets, on the first line of a mark only."""
        line = self.lines[min(int(mark.line) + self.first, self.last - 1)]
        return line.text[start - line.start : end - line.start]


def compose(path: str, lines: tuple[Line, ...], first: int, last: int, place: Placer) -> Document:
    """
    Return the lines from index `first` to before `last` as nodes; raise NotYaml.

    Anchors and aliases are refused (a small file can expand to gigabytes), and so is nesting deeper than 100.
    """
    text = "".join(line.text + "\n" for line in lines[first:last])
    stand_ins = _stand_ins(text)
    text = text.translate(stand_ins) if stand_ins else text
    try:
        _refuse(text)
        loader = _Loader(text)
        try:
            node: Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _not_yaml(error) from None
    return Document(path, lines, first, last, place, node, {stand: code for code, stand in stand_ins.items()})


def _stand_ins(text: str) -> dict[int, int]:
    """Return characters that the text does not have for those at which YAML 1.1 ends a line or a text and we do not."""
    if text.isascii() or not any(character in text for character in _BREAKS):
        return {}
    written = set(text)
    free = (code for code in range(0xE000, 0xF900) if chr(code) not in written)
    return {ord(character): code for character, code in zip(_BREAKS, free, strict=False)}


def _refuse(text: str) -> None:
    """Raise NotYaml for anchors, aliases and depth; only a text that looks like it is scanned for them."""
    flow = text.count("[") + text.count("{")
    if flow <= _SHALLOW and not _REFUSED.search(text) and not _DEEP.search(text):
        return
    found: dict[tuple[str, str], tuple[str, int, int, str]] = {}
    depth = 0
    for event in _events(text):
        mark: Any = event.start_mark
        row, column = int(mark.line), int(mark.column)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        name = getattr(event, "anchor", None)
        if name:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            message = f"'{sign}{shortened(name)}' is {_NAMES[sign]}, which is never followed; write the value out"
            found.setdefault((sign, name), ("front-matter-alias", row, column, message))
        if depth > DEPTH:
            message = f"nested more than {DEPTH} deep here; the value is kept as text"
            refused = (*found.values(), ("front-matter-depth", row, column, message))
            raise NotYaml(row, column, message, refused)
    if found:
        one = next(iter(found.values()))
        raise NotYaml(one[1], one[2], one[3], tuple(found.values()))


_NAMES = {"*": "an alias", "&": "an anchor"}


def _events(text: str) -> Iterator[yaml.Event]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _not_yaml(error: yaml.YAMLError) -> NotYaml:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    if getattr(error, "context", None) == "while scanning a quoted scalar":
        mark, said = getattr(error, "context_mark", mark), "the quotation mark that opens here is never closed"
    return NotYaml(mark.line, mark.column, said) if mark else NotYaml(0, 0, said)


def is_mapping(node: Node) -> bool:
    """Tell whether a node is a mapping."""
    return isinstance(node, yaml.MappingNode)


def is_flow(node: Node) -> bool:
    """Tell whether a node is written in brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def shape(node: Node) -> str:
    """Return what a field's value is: empty, text, list or mapping."""
    if isinstance(node, yaml.ScalarNode):
        return "text" if node.value or node.style else "empty"
    return "list" if isinstance(node, yaml.SequenceNode) else "mapping"


def scalars(document: Document, node: Node) -> tuple[tuple[Scalar, ...], list[Finding]]:
    """Return the values in a node at any depth, in their order, and what is wrong inside; empty values have none."""
    found: list[Scalar] = []
    findings: list[Finding] = []
    _walk(document, node, "", found, findings)
    return tuple(found), findings


def _walk(document: Document, node: Node, path: str, scalars: list[Scalar], findings: list[Finding]) -> None:
    start = document.offset(node.start_mark)
    tag = _tag(document, node, start)
    if tag and tag not in _CORE_TAGS:
        message = f"the tag '{shortened(tag)}' is not known; the value is read as if it were not there"
        findings.append(_finding(document, node, "front-matter-tag", message, Level.WARNING))
    if isinstance(node, yaml.ScalarNode):
        if node.value or node.style:
            end = max(start, _end(document, node))
            start = _after_properties(document, start, end, node.start_mark)
            plain = tag in _SCALAR_TAGS or not (node.style or tag in _TEXT_TAGS)
            scalars.append(Scalar(document.text(node.value), document.place(start, end), path, plain))
    elif isinstance(node, yaml.SequenceNode):
        for number, entry in enumerate(node.value):
            _walk(document, entry, f"{path}/{number}", scalars, findings)
    else:
        for number, (name, value) in enumerate(pairs(document, node, findings)):
            _walk(document, value, _below(path, name, number), scalars, findings)


def pairs(document: Document, node: Node, findings: list[Finding]) -> list[tuple[str, Node]]:
    """Return the keys and values of a mapping, all of them; a key that stands twice, or is no text, is a finding."""
    seen: dict[str, int] = {}
    named = []
    for key, value in node.value:
        name = key_name(document, key)
        line = key.start_mark.line + document.first + 1
        if name in seen:
            message = f"the key '{shortened(name)}' stands here a second time, first on line {seen[name]}; keep one"
            findings.append(_finding(document, key, "front-matter-duplicate-key", message, Level.VIOLATION))
        seen.setdefault(name, line)
        if not isinstance(key, yaml.ScalarNode):
            message = f"the key '{shortened(name)}' is a list or a mapping; write a word"
            findings.append(_finding(document, key, "front-matter-key", message, Level.WARNING))
        elif name == "<<" and not key.style:
            message = "'<<' takes nothing over from elsewhere here; write the keys out"
            findings.append(_finding(document, key, "front-matter-alias", message, Level.VIOLATION))
        named.append((name, value))
    return named


def key_name(document: Document, key: Node) -> str:
    """Return a key's text, or the first line of the words where it is a list or a mapping."""
    if isinstance(key, yaml.ScalarNode):
        return document.text(key.value)
    return document.written(document.offset(key.start_mark), document.offset(key.end_mark), key.start_mark).strip()


def _below(path: str, name: str, number: int) -> str:
    """Return the path of a value below another; where it grows long, numbers stand for keys."""
    step = name if len(path) + len(name) <= _PATH else str(number)
    return f"{path}/{step.replace('~', '~0').replace('/', '~1')}"


def _end(document: Document, node: yaml.ScalarNode) -> int:
    """Return where a scalar ends; libyaml ends a block of text where the next token starts, below comments."""
    row = min(int(node.end_mark.line) + document.first, document.last)
    if node.style not in ("|", ">") or row <= node.start_mark.line + document.first:
        return document.offset(node.end_mark)
    return document.lines[trimmed(document.lines, int(node.start_mark.line) + document.first, row) - 1].end


def trimmed(lines: tuple[Line, ...], first: int, limit: int) -> int:
    """Return the end of lines that start at `first`, without the empty lines and comments on the first column below."""
    last = limit
    while last > first + 1 and (not lines[last - 1].text.strip() or lines[last - 1].text.startswith("#")):
        last -= 1
    return last


def last_row(document: Document, key: Node, values: tuple[Scalar, ...]) -> int:
    """Return the line behind the last on which a key or one of its values stands, as an index."""
    quoted = int(key.end_mark.line) + document.first + 1 if isinstance(key, yaml.ScalarNode) and key.style else 0
    return min(document.last, max(quoted, values[-1].place.end_line if values else 0))


def _tag(document: Document, node: Node, start: int) -> str:
    line = document.lines[min(node.start_mark.line + document.first, document.last - 1)]
    match = _TAG.match(line.text, start - line.start)
    return match[0] if match else ""


def _after_properties(document: Document, start: int, end: int, mark: Any) -> int:  # noqa: ANN401
    """Return where a value starts behind its tag and anchor."""
    line = document.lines[min(mark.line + document.first, document.last - 1)]
    match = _PROPERTIES.match(line.text, start - line.start)
    return min(end, start + len(match[0])) if match else start


def _finding(document: Document, node: Node, rule: str, message: str, level: Level) -> Finding:
    span = Span(document.path, node.start_mark.line + document.first + 1, node.start_mark.column + 1)
    return Finding(span, rule, message, level)
