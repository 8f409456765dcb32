"""SPARQL texts: their header comments, their parameters, and what a foreign one may not do."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg import declared
from kg.finding import KgError

# The tokens of SPARQL 1.1 that can hide a word or a '$': comments, IRIs, the four kinds of strings; then words.
_TOKEN = re.compile(
    r"(?P<comment>#[^\r\n]*)"
    r"|(?P<iri><[^<>\"{}|^`\\\x00-\x20]*>)"
    r"|(?P<string>\"\"\"(?:\"{0,2}(?:[^\"\\]|\\.))*\"\"\"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
    r"|\"(?:[^\"\\\r\n]|\\.)*\"|'(?:[^'\\\r\n]|\\.)*')"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<word>[\w:.-]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_PARAMETER = re.compile(r"#\s*param\s+(\w+)\s+\((\w+)(?:,\s*(optional)|,\s*default\s+(.*?))?\):\s*(.*)")
NETWORK_WORDS = frozenset({"SERVICE", "LOAD"})
Term = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a declared query; its kind is topic, text, grade, integer, date or iri."""

    name: str
    kind: str
    optional: bool
    default: str | None
    help: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its manual: `title` is the first comment line, `about` the rest of the header."""

    name: str
    title: str
    about: str
    parameters: tuple[Parameter, ...]
    text: str


def declared_query(name: str) -> Query:
    """Return a query of the queries/ folder, such as `pages/lines`."""
    return describe(name, declared.read(f"queries/{name}.rq"))


def library() -> list[str]:
    """Return the names of the queries for people, in order."""
    return sorted(path.stem for path in (declared.folder("queries") / "library").glob("*.rq"))


def describe(name: str, text: str) -> Query:
    """Return a query text with what its header comment says of it."""
    header = []
    for line in text.split("\n"):
        if not line.startswith("#"):
            break
        header.append(line)
    parameters = tuple(Parameter(m[1], m[2], bool(m[3]), m[4], m[5]) for m in map(_PARAMETER.match, header) if m)
    prose = [line.lstrip("# ").rstrip() for line in header if not _PARAMETER.match(line)]
    title = prose[0].partition(": ")[2] or prose[0] if prose else ""
    return Query(name, title, "\n".join(prose[1:]).strip(), parameters, text)


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) for every token of a SPARQL text; joined, the texts give it back."""
    for match in _TOKEN.finditer(text):
        yield str(match.lastgroup), match[0]


def bind(text: str, values: Mapping[str, Term | int]) -> str:
    """
    Return a query with each `$name` of `values` replaced by its term, outside strings, IRIs and comments.

    Terms are written by pyoxigraph, so no value can leave its place; an integer stands bare, as LIMIT needs it.
    """
    return "".join(
        _written(values[word[1:]]) if kind == "variable" and word[0] == "$" and word[1:] in values else word
        for kind, word in tokens(text)
    )


def _written(value: Term | int) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Literal) and not value.language and value.datatype.value.endswith("#string"):
        escaped = value.value.translate({code: f"\\u{code:04X}" for code in range(0x20)})
        return str(value) if escaped == value.value else _quoted(value.value)
    return str(value)


def _quoted(value: str) -> str:
    codes = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x22, 0x27, 0x5C, 0x7F)}
    return f'"{value.translate(codes)}"'


def refuse_network(text: str) -> None:
    """Raise KgError where a query asks for SERVICE or LOAD: nothing here reaches the network."""
    for kind, word in tokens(text):
        if kind == "word" and word.upper() in NETWORK_WORDS:
            raise KgError(
                f"{word.upper()} would reach the network, which is off; query this store's own graphs instead"
            )


def select(store: Store, query: str) -> QuerySolutions:
    """Return the rows of a SELECT of ours."""
    rows = store.query(query)
    if not isinstance(rows, QuerySolutions):
        raise TypeError("not a SELECT")
    return rows
