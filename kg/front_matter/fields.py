"""Front matter: where it ends, its fields as lines, and their values with places."""

import re
from collections.abc import Iterator

from kg.files.text import Line
from kg.front_matter import yaml_faults, yaml_nodes
from kg.front_matter.yaml_faults import shortened
from kg.front_matter.yaml_nodes import Document, Node, NotYaml, Placer
from kg.model.finding import Finding, Span
from kg.model.page import Scalar
from kg.model.records import dataclass

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_BLANK = f"{INVISIBLE}\u00a0\u202f"
# A key as YAML has it, and one that only lacks the blank behind its colon.
_KEY = re.compile(
    r"""(?P<key>"[^"]*+"\s*+|'[^']*+'\s*+|[^\s#&*!|>'"%@`\-\[\]{},:?][^:#]*+|-[^\s:#][^:#]*+):(?=[ \t]|$)"""
)
_LOOSE = re.compile(r"""(?P<key>[^\W\d][^:：#"'\[\]{}]{0,59})[:：](?!//)(?=.*\S)""")
_UNCLOSED_LINE = re.compile(r"[ \t]|-[ \t]|#(?![# ])")
_STRAY = re.compile(r"(?!\s|#|-(?!--)|[\]}]|$)")
_ANCHOR = re.compile(r"\s*+&[^\s,\[\]{}]++")

_HASHES = re.compile(r"\s*+\[[^\[\]{}]*#[^\[\]{}]*\]\s*")
_ITEM = re.compile(r"\s*+-\s*+(?=\S)")
_PIECE = re.compile(r"""(?P<piece>"[^"]*+"|'[^']*+'|[^\s,"'][^,]*+)""")


@dataclass(frozen=True, slots=True)
class Field:
    """
    One key of the front matter with its lines: from `first` up to before `last`, as indices of the page's lines.

    `column` is the key's; `shape` is empty, text, list, mapping, or flow where the field is the whole `{…}`, whose
    `key` is empty and whose values' paths start with the keys.
    """

    key: str
    first: int
    last: int
    values: tuple[Scalar, ...]
    column: int = 1
    shape: str = "text"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`status` is ok, none, empty, unterminated, not-a-mapping or error; `end` is the first line of the body."""

    status: str
    end: int
    fields: tuple[Field, ...]


def read(path: str, lines: tuple[Line, ...], place: Placer) -> tuple[FrontMatter, list[Finding]]:
    """Return the front matter of a page and what is wrong with its YAML; a page without one has status none."""
    if not lines or not is_fence(lines[0].text):
        return FrontMatter("none", 0, ()), []
    end = next((i for i, line in enumerate(lines[1:], 1) if line.text.rstrip() in ("---", "...")), None)
    if end is None:
        message = "the front matter opens here and never ends; close it with a line '---'"
        finding = Finding(Span(path, 1, 1), "front-matter-unterminated", message)
        last = _run(lines)
        fields, inside = _recovered(Document(path, lines, 1, last, place), None) if last else ((), [])
        return FrontMatter("unterminated", last, fields), [finding, *inside]
    status, fields, findings = _fields(path, lines, end, place)
    return FrontMatter(status, end + 1, fields), findings


def is_fence(line: str) -> bool:
    """Tell whether a page's first line opens front matter; characters that nobody sees do not count."""
    return line.startswith(("---", *INVISIBLE)) and line.lstrip(INVISIBLE).rstrip() == "---"


def texts(front: FrontMatter) -> dict[str, list[str]]:
    """Return the values of each key, without those of nested mappings; of equal keys the last, as YAML tools do."""
    found: dict[str, list[str]] = {}
    for field in front.fields:
        own: dict[str, list[str]] = {} if field.shape == "flow" else {field.key: []}
        for scalar in field.values:
            key, path = own_key(field.key, scalar.path)
            if is_direct(path):
                own.setdefault(key, []).append(scalar.text)
        found.update(own)
    return found


def own_key(key: str, path: str) -> tuple[str, str]:
    """Return the key that a value belongs to and its path below: in a whole `{…}` the key is the first step."""
    if key or not path:
        return key, path
    step, slash, rest = path[1:].partition("/")
    return step.replace("~1", "/").replace("~0", "~"), slash + rest


def is_direct(path: str) -> bool:
    """Tell whether a path is that of a field's own value or of an entry of its list."""
    return not path or path[1:].isdecimal()


def _run(lines: tuple[Line, ...]) -> int:
    """Return where the fields of front matter that is never closed end, 0 where the lines are none."""
    last = 1
    keys: list[str] = []
    while last < len(lines) and lines[last].text.strip():
        match = _KEY.match(lines[last].text)
        if not match and not (keys and _UNCLOSED_LINE.match(lines[last].text)):
            break
        keys += [match["key"].strip()] if match else []
        last += 1
    whole = last == len(lines) or not lines[last].text.strip() or lines[last].text.startswith(("#", "--"))
    return last if whole and (len(keys) > 1 or set(keys) & {"title", "type"}) else 0


def _fields(
    path: str, lines: tuple[Line, ...], end: int, place: Placer
) -> tuple[str, tuple[Field, ...], list[Finding]]:
    try:
        document = yaml_nodes.compose(path, lines, 1, end, place)
    except NotYaml as error:
        return "error", *_recovered(Document(path, lines, 1, end, place), error)
    if document.node is None:
        return "empty", (), []
    if not yaml_nodes.is_mapping(document.node):
        fields, findings = _recovered(document, None)
        message = f"'{shortened(lines[_first_words(document)].text)}' is no line 'key: value'"
        column = _indent(lines[_first_words(document)].text) + 1
        finding = Finding(Span(path, _first_words(document) + 1, column), "front-matter-yaml", message)
        return "not-a-mapping", fields, findings if fields else [finding]
    return "ok", *_of_mapping(document, document.node)


def _first_words(document: Document) -> int:
    """Return the index of the first line with a node on it."""
    return min(document.node.start_mark.line + document.first, document.last - 1) if document.node else document.first


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _of_mapping(document: Document, node: Node) -> tuple[tuple[Field, ...], list[Finding]]:
    if yaml_nodes.is_flow(node):
        values, inside = yaml_nodes.scalars(document, node)
        first = _first_words(document)
        last = yaml_nodes.trimmed(document.lines, first, document.last)
        return (Field("", first, last, values, node.start_mark.column + 1, "flow"),), inside
    findings: list[Finding] = []
    named = yaml_nodes.pairs(document, node, findings)
    starts = [_key_row(document, key) for key, _ in node.value]
    fields = []
    for (name, value), (key, _), first, limit in zip(
        named, node.value, starts, [*starts, document.last][1:], strict=True
    ):
        values, inside = yaml_nodes.scalars(document, value)
        last = max(yaml_nodes.trimmed(document.lines, first, limit), yaml_nodes.last_row(document, key, values))
        findings += inside
        fields.append(Field(_seen(name), first, last, values, key.start_mark.column + 1, yaml_nodes.shape(value)))
    return tuple(fields), findings


def _seen(key: str) -> str:
    """Return a key without the characters around it that nobody sees."""
    return key if key.isascii() else key.strip(_BLANK) or key


def _key_row(document: Document, key: Node) -> int:
    """Return the line of a key, or of the `?` above it."""
    row = int(key.start_mark.line) + document.first
    return row - 1 if row > document.first and document.lines[row - 1].text.strip() == "?" else row


# ---- front matter that is no YAML: each key's lines are read alone --------------------------------------------------


def _recovered(document: Document, error: NotYaml | None) -> tuple[tuple[Field, ...], list[Finding]]:
    """Return the fields of front matter that is no YAML as a whole, and what is wrong with which of them."""
    lines, end = document.lines, document.last
    indent = next((_indent(line.text) for line in lines[1:end] if _words(line.text)), 0)
    starts = [
        row for row in range(1, end) if _indent(lines[row].text) == indent and _KEY.match(lines[row].text, indent)
    ]
    fields: list[Field] = []
    findings: list[Finding] = []
    for row in range(1, starts[0] if starts else end):
        _stray(document, row, indent, fields, findings)
    for first, limit in zip(starts, [*starts, end][1:], strict=True):
        _alone(document, (first, limit), indent, fields, findings)
    findings = findings if fields else findings[:1]
    if not findings and error:
        span = Span(document.path, error.row + 2, error.column + 1)
        words = shortened(lines[min(error.row + 1, end - 1)].text)
        findings.append(Finding(span, "front-matter-yaml", f"'{words}' is not YAML: {error.said}"))
    return tuple(fields), findings + _doubles(document.path, fields)


def _words(line: str) -> bool:
    """Tell whether a line holds more than blanks and a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _alone(whole: Document, extent: tuple[int, int], indent: int, fields: list[Field], findings: list[Finding]) -> None:
    """Add the field on some lines, read as if there were no others; lines that are none of it come out one by one."""
    lines, first = whole.lines, extent[0]
    last = yaml_nodes.trimmed(lines, first, extent[1])
    try:
        fields.append(_field_alone(whole, first, extent[1], findings))
    except NotYaml as error:
        strays = [row for row in range(first + 1, last) if _is_stray(lines[row].text, indent)]
        if strays:
            _alone(whole, (first, strays[0]), indent, fields, findings)
            for row in range(strays[0], last):
                _stray(whole, row, indent, fields, findings)
            return
        findings += _said(whole.path, lines, first, last, error)
        fields.append(_field_by_text(whole, first, last, indent))


def _is_stray(line: str, indent: int) -> bool:
    return _indent(line) <= indent and bool(_STRAY.match(line, _indent(line)))


def _field_alone(whole: Document, first: int, last: int, findings: list[Finding]) -> Field:
    document = yaml_nodes.compose(whole.path, whole.lines, first, last, whole.place)
    if document.node is None or not yaml_nodes.is_mapping(document.node) or yaml_nodes.is_flow(document.node):
        raise NotYaml(0, 0, "no line 'key: value'")
    (fields, inside) = _of_mapping(document, document.node)
    findings += inside
    return fields[0]


def _said(path: str, lines: tuple[Line, ...], first: int, last: int, error: NotYaml) -> list[Finding]:
    """Return what is wrong with the lines of one field."""
    if error.refused:
        return [
            Finding(Span(path, first + row + 1, column + 1), rule, message)
            for rule, row, column, message in error.refused
        ]
    found = yaml_faults.fault([line.text for line in lines[first:last]])
    if found is None:
        row = min(first + error.row, last - 1)
        words = shortened(lines[row].text)
        found = yaml_faults.Fault(row - first, error.column, f"'{words}' is not YAML: {error.said}")
    rule = "front-matter-tab" if "tab indents" in found.message else "front-matter-yaml"
    span = Span(path, first + found.row + 1, found.column + 1)
    return [Finding(span, rule, found.message, hint=found.hint)]


def _stray(whole: Document, row: int, indent: int, fields: list[Field], findings: list[Finding]) -> None:
    """Add what a line is that YAML knows no place for: a key without a blank behind its colon, or a complaint."""
    line = whole.lines[row].text
    if not _words(line):
        return
    column = _indent(line)
    loose = _LOOSE.match(line, column) if column <= indent else None
    rule, message, hint = "front-matter-yaml", f"'{shortened(line)}' is no line 'key: value'", ""
    if loose:
        value = line[loose.end() :].strip().strip(_BLANK)
        hint = f"{loose['key'].strip()}: {value}"
        message = f"'{shortened(line)}' has no colon and blank between key and value; write {shortened(hint)}"
        fields.append(_field_by_text(whole, row, row + 1, column))
    elif line.startswith("%"):
        rule = "front-matter-directive"
        message = f"the directive '{shortened(line)}' has no place in front matter; take the line out"
    elif line.startswith("---"):
        rule = "front-matter-document"
        message = f"'{shortened(line)}' opens a second document; a line that ends the front matter is '---' alone"
    findings.append(Finding(Span(whole.path, row + 1, column + 1), rule, message, hint=hint))


def _field_by_text(whole: Document, first: int, last: int, indent: int) -> Field:
    line = whole.lines[first].text
    match = _KEY.match(line, indent) or _LOOSE.match(line, indent)
    key, end = (match["key"].strip(), match.end()) if match else (line.strip(), len(line))
    key = key[1:-1] if key[:1] in ("'", '"') and key[-1:] == key[:1] and len(key) > 1 else key
    anchor = _ANCHOR.match(line, end)
    values = tuple(_values_by_text(whole, first, last, anchor.end() if anchor else end))
    shape = "list" if values and values[0].path else "text" if values else "empty"
    return Field(_seen(key), first, last, values, indent + 1, shape)


def _values_by_text(whole: Document, first: int, last: int, end: int) -> Iterator[Scalar]:
    """Yield the values of lines that are no YAML: the items of a list, broken or not, else the words as one text."""
    rest = whole.lines[first].text[end:]
    pieces = [(first, end)] if rest.strip() else []
    pieces += [(row, 0) for row in range(first + 1, last) if _words(whole.lines[row].text)]
    items = [(row, match.end()) for row, _ in pieces if row > first and (match := _ITEM.match(whole.lines[row].text))]
    if items:
        for number, (row, column) in enumerate(items):
            yield _item(whole, row, column, number)
    elif len(pieces) == 1 and rest.lstrip().startswith("[") and ("]" not in rest or _HASHES.fullmatch(rest)):
        line = whole.lines[first]
        stop = end + rest.rindex("]") if "]" in rest else len(line.text)
        for number, match in enumerate(_PIECE.finditer(line.text, end + rest.index("[") + 1, stop)):
            start = match.start("piece")
            written = match["piece"].rstrip()
            text = written[1:-1] if written[0] in "'\"" else written
            yield Scalar(text, whole.place(line.start + start, line.start + start + len(written)), f"/{number}")
    elif pieces:
        text = " ".join(whole.lines[row].text[column:].strip() for row, column in pieces)
        begin, _ = _extent(whole.lines[pieces[0][0]], pieces[0][1])
        _, stop = _extent(whole.lines[pieces[-1][0]], pieces[-1][1])
        yield Scalar(yaml_faults.unquoted(text), whole.place(begin, stop))


def _extent(line: Line, column: int) -> tuple[int, int]:
    """Return the offsets of the words of a line from a column on."""
    words = line.text[column:]
    start = line.start + column + len(words) - len(words.lstrip())
    return start, start + len(words.strip())


def _item(whole: Document, row: int, column: int, number: int) -> Scalar:
    """Return an item of a list, without the quotation marks around it."""
    line = whole.lines[row]
    start, stop = _extent(line, column)
    text = line.text[start - line.start : stop - line.start]
    marked = len(text) > 1 and text[0] in "'\"" and text[0] == text[-1]
    return Scalar(text[1:-1] if marked else text, whole.place(start, stop), f"/{number}")


def _doubles(path: str, fields: list[Field]) -> list[Finding]:
    seen: dict[str, int] = {}
    findings = []
    for field in fields:
        if field.key in seen:
            words = shortened(field.key)
            message = f"the key '{words}' stands here a second time, first on line {seen[field.key]}; keep one"
            span = Span(path, field.first + 1, field.column)
            findings.append(Finding(span, "front-matter-duplicate-key", message))
        seen.setdefault(field.key, field.first + 1)
    return findings
