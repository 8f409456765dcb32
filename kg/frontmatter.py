"""Front matter: where it ends, its fields as lines, and their values with places."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import yaml

from kg.finding import Finding, Span
from kg.page import Place, Scalar
from kg.text import Line

Placer = Callable[[int, int], Place]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNCLOSED = "while scanning a quoted scalar"
_YAML_BREAKS = "\x85\u2028\u2029"
_KEY = re.compile(r"""(?:"[^"]*"|'[^']*'|[^\s#&*!|>'"%@`\-\[\]{},:?][^:#]*|-[^\s:][^:]*)\s*:(?=\s|$)""")


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the front matter with its lines: from `first` up to before `last`, as indices of the page's lines."""

    key: str
    first: int
    last: int
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`status` is ok, none, empty, unterminated, not-a-mapping or error; `end` is the first line of the body."""

    status: str
    end: int
    fields: tuple[Field, ...]


def read(path: str, lines: tuple[Line, ...], place: Placer) -> tuple[FrontMatter, list[Finding]]:
    """Return the front matter of a page and what is wrong with it; a page without one has status none."""
    if not lines or lines[0].text.rstrip() != "---":
        return FrontMatter("none", 0, ()), []
    end = next((i for i, line in enumerate(lines[1:], 1) if line.text.rstrip() in ("---", "...")), None)
    if end is None:
        message = "the front matter opens here and never ends; close it with a line '---'"
        return FrontMatter("unterminated", 0, ()), [Finding(Span(path, 1, 1), "front-matter-unterminated", message)]
    status, fields, findings = _fields(path, lines, end, place)
    return FrontMatter(status, end + 1, fields), findings + _doubles(path, fields)


def _fields(
    path: str, lines: tuple[Line, ...], end: int, place: Placer
) -> tuple[str, tuple[Field, ...], list[Finding]]:
    try:
        node = _compose(lines, 1, end)
    except yaml.YAMLError as error:
        fields = tuple(_by_lines(lines, end, place))
        return "error", fields, [Finding(_span(path, error, 2), "front-matter-yaml", _problem(error))]
    if node is None:
        return "empty", (), []
    if not isinstance(node, yaml.MappingNode):
        message = "the front matter is no list of 'key: value' lines"
        return "not-a-mapping", (), [Finding(Span(path, 2, 1), "front-matter-yaml", message)]
    return "ok", tuple(_of_mapping(node, lines, end, place)), []


def _compose(lines: tuple[Line, ...], first: int, last: int) -> yaml.Node | None:
    loader = _LOADER("".join(line.text + "\n" for line in lines[first:last]).translate(_stand_ins(lines, first, last)))
    try:
        node: yaml.Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


def _stand_ins(lines: tuple[Line, ...], first: int, last: int) -> dict[int, int]:
    """Return characters that the lines do not have for those at which YAML 1.1 ends a line and we do not."""
    written = {character for line in lines[first:last] for character in line.text if character > "\x84"}
    if written.isdisjoint(_YAML_BREAKS):
        return {}
    free = (code for code in range(0xE000, 0xF900) if chr(code) not in written)
    return {ord(character): next(free) for character in _YAML_BREAKS}


def _of_mapping(node: yaml.MappingNode, lines: tuple[Line, ...], end: int, place: Placer) -> Iterator[Field]:
    if node.flow_style:
        return
    starts = [key.start_mark.line + 1 for key, _ in node.value]
    back = {stand: code for code, stand in _stand_ins(lines, 1, end).items()}
    for (key, value), first, limit in zip(node.value, starts, [*starts, end][1:], strict=True):
        if isinstance(key, yaml.ScalarNode):
            last = _trimmed(lines, first, limit)
            values = (replace(scalar, text=scalar.text.translate(back)) for scalar in _scalars(value, lines, 1, place))
            yield Field(key.value.translate(back), first, last, tuple(values))


def _by_lines(lines: tuple[Line, ...], end: int, place: Placer) -> Iterator[Field]:
    """Yield the fields of front matter that is no YAML: each line that looks like a key starts one."""
    starts = [i for i in range(1, end) if _KEY.match(lines[i].text)]
    for first, limit in zip(starts, [*starts, end][1:], strict=True):
        last = _trimmed(lines, first, limit)
        key, _, rest = lines[first].text.partition(":")
        yield Field(key.strip(), first, last, tuple(_values_alone(lines, first, last, rest, place)))


def _values_alone(lines: tuple[Line, ...], first: int, last: int, rest: str, place: Placer) -> Iterator[Scalar]:
    try:
        node = _compose(lines, first, last)
    except yaml.YAMLError:
        node = None
    if isinstance(node, yaml.MappingNode) and node.value:
        yield from _scalars(node.value[0][1], lines, first, place)
    elif rest.strip():
        start = lines[first].end - len(rest.lstrip())
        yield Scalar(rest.strip(), place(start, start + len(rest.strip())))


def _trimmed(lines: tuple[Line, ...], first: int, limit: int) -> int:
    """Return the end of a field's lines: what follows as blank or comment lines is not its own."""
    last = limit
    while last > first + 1 and (not lines[last - 1].text.strip() or lines[last - 1].text.startswith("#")):
        last -= 1
    return last


def _scalars(node: yaml.Node, lines: tuple[Line, ...], offset: int, place: Placer) -> Iterator[Scalar]:
    """Yield the plain values of a scalar or of a list of scalars; empty values and deeper nesting have none."""
    entries = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for entry in entries:
        if isinstance(entry, yaml.ScalarNode) and (entry.value or entry.style):
            start = _offset(entry.start_mark, lines, offset)
            end = max(start, _offset(entry.end_mark, lines, offset))
            yield Scalar(entry.value, place(start, end))


def _offset(mark: Any, lines: tuple[Line, ...], offset: int) -> int:  # noqa: ANN401  # PyYAML's marks have no type
    row, column = int(mark.line), int(mark.column)
    line = lines[min(row + offset, len(lines) - 1)]
    return min(line.start + column, line.end)


def _span(path: str, error: yaml.YAMLError, offset: int) -> Span:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if getattr(error, "context", None) == _UNCLOSED:
        mark = error.context_mark  # type: ignore[attr-defined]  # a MarkedYAMLError, by its context
    return Span(path, mark.line + offset, mark.column + 1) if mark else Span(path, 2, 1)


def _problem(error: yaml.YAMLError) -> str:
    if getattr(error, "context", None) == _UNCLOSED:
        return "the quotation mark that opens here is never closed"
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    return f"the front matter is not YAML: {said}; quote values that hold ':' or '['"


def _doubles(path: str, fields: tuple[Field, ...]) -> list[Finding]:
    seen: set[str] = set()
    findings = []
    for field in fields:
        if field.key in seen:
            message = f"the key '{field.key}' stands here a second time; keep one"
            findings.append(Finding(Span(path, field.first + 1, 1), "front-matter-duplicate-key", message))
        seen.add(field.key)
    return findings
