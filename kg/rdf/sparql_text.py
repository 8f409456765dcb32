"""SPARQL texts: their header comments, their parameters, and what a foreign one may not do."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.model import declared
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf.names import expand

# What a name may be written with: PN_CHARS of SPARQL 1.1, and the ASCII digits.
_ASCII_NAME = "0-9A-Z_a-z"
_NAME = _ASCII_NAME + (
    "\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
# The tokens that can hide a word or a '$': comments, IRIs, the four kinds of strings, strings that are never closed;
# then words: keywords, numbers, and prefixed names with their escapes. No place of a text is read more than twice.
_FORMS = (
    r"(?P<comment>#[^\r\n]*)"
    r"|(?P<iri><(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)"
    r"|(?P<string>\"\"\"(?:\"{0,2}+(?:[^\"\\]|\\.))*+\"\"\"|'''(?:'{0,2}+(?:[^'\\]|\\.))*+'''"
    r"|\"(?!\"\")(?:[^\"\\\r\n]|\\[^\r\n])*+\"|'(?!'')(?:[^'\\\r\n]|\\[^\r\n])*+')"
    r"|(?P<open>(?:\"\"\"|''').*|[\"'][^\r\n]*)"
    r"|(?P<variable>[?$][NAME]+)"
    r"|(?P<word>(?:[NAME:.%-]|\\[-_~.!$&'()*+,;=/?#@%])+)"
    r"|(?P<other>.)"
)
_PARAMETER = re.compile(r"#\s*param\s+(\w+)\s+\((\w+)((?:\s+[\w-]+)*)(?:,\s*(optional)|,\s*default\s+(.*?))?\):\s*(.*)")
_SAYING = re.compile(r"#\s*(group|columns|example):\s*(.*)")
_NETWORK = re.compile("SERVICE|LOAD", re.IGNORECASE)
# The parser of the engine ends the process where it runs out of stack: what may come near is not handed to it.
_OPENING, _CLOSING, _DEEPEST = "{[(", "}])", 100
_JOINING, _DOUBLED, _MOST_JOINED = frozenset("!+-*/"), frozenset("|&"), 4_500
_PARTS, _MOST_PARTS = frozenset({"FILTER", "BIND", "OPTIONAL", "MINUS", "GRAPH", "VALUES", "AS"}), 1_000
_ORDERED, _NO_LONGER_ORDERED = "ORDER", frozenset({"LIMIT", "OFFSET", "VALUES", "}"})
_SIGNED = re.compile(r"[+-](?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\.?")
_WHOLE_IRI = re.compile("<[A-Za-z][A-Za-z0-9+.-]*://")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)", re.DOTALL)
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
Term = NamedNode | Literal
KINDS = ("topic", "page", "date", "grade", "relation", "choice", "integer", "text", "iri")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a declared query: its kind is one of KINDS, and `choices` are the values of a choice."""

    name: str
    kind: str
    optional: bool
    default: str | None
    help: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """
    A query with its manual: `title` is the first comment line, `about` the rest of the header.

    `group` says what it is for, `columns` are those of its rows, and `example` has the options of a call; each is empty
    where the header does not say it.
    """

    name: str
    title: str
    about: str
    parameters: tuple[Parameter, ...]
    text: str
    group: str = ""
    columns: tuple[str, ...] = ()
    example: str | None = None


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
    parameters = tuple(filter(None, map(parameter, header)))
    said = {found[1]: found[2].strip() for found in map(_SAYING.match, header) if found}
    prose = [line.lstrip("# ").rstrip() for line in header if not _PARAMETER.match(line) and not _SAYING.match(line)]
    title = prose[0].partition(": ")[2] or prose[0] if prose else ""
    return Query(
        name, title, "\n".join(prose[1:]).strip(), parameters, text,
        said.get("group", ""), tuple(said.get("columns", "").split()), said.get("example"),
    )  # fmt: skip


def parameter(line: str) -> Parameter | None:
    """Return the parameter that a line of a header declares, None where it declares none."""
    found = _PARAMETER.match(line)
    return found and Parameter(found[1], found[2], bool(found[4]), found[5], found[6], tuple(found[3].split()))


@cache
def _token(name: str) -> re.Pattern[str]:
    """Return what a token is, where a name has these characters: the classes of Unicode take long to compile."""
    return re.compile(_FORMS.replace("NAME", name), re.DOTALL)


@lru_cache(maxsize=16)
def tokens(text: str) -> tuple[tuple[str, str], ...]:
    """Return (kind, text) for every token of a SPARQL text; joined, the texts give it back."""
    found = _token(_ASCII_NAME if text.isascii() else _NAME).finditer(text)
    return tuple((str(match.lastgroup), match[0]) for match in found)


def bind(text: str, values: Mapping[str, Term | int]) -> str:
    """
    Return a query with each `$name` of `values` replaced by its term, outside strings, IRIs and comments.

    Terms are written as in N-Quads, so no value can leave its place; an integer stands bare, as LIMIT needs it.
    """
    if not values:
        return text
    return "".join(
        _written(values[word[1:]]) if kind == "variable" and word[0] == "$" and word[1:] in values else word
        for kind, word in tokens(text)
    )


def unquoted(string: str) -> str:
    """Return the text that a string of SPARQL stands for."""
    size = 3 if string[:3] in ('"""', "'''") else 1
    return _ESCAPE.sub(_character, string[size:-size])


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(escape[3], escape[3])


def compose(name: str, /, **pieces: str) -> str:
    """Return a fragment of the queries/ folder with the texts of its `$NAME`s in their places."""
    return "".join(
        pieces[word[1:]] if kind == "variable" and word[0] == "$" else word for kind, word in _fragment(name)
    )


@cache
def _fragment(name: str) -> tuple[tuple[str, str], ...]:
    lines = declared.read(f"queries/{name}.rq").splitlines()
    return tuple(tokens("\n".join(line for line in lines if not line.startswith("#"))))


def placeholders(text: str) -> list[str]:
    """Return the names of a query's `$name`s, sorted."""
    return sorted({word[1:] for kind, word in tokens(text) if kind == "variable" and word[0] == "$"})


def _written(value: Term | int) -> str:
    if not isinstance(value, Literal):
        return str(value)
    from kg.rdf import nquads  # most questions have no parameters

    if value.language:
        return f"{nquads.text(value.value)}@{value.language}"
    plain = value.datatype.value == expand("xsd:string")
    return nquads.text(value.value) + ("" if plain else f"^^{value.datatype}")


def names_graphs(text: str) -> bool:
    """Tell whether a query says with FROM which graphs it asks; without, it asks all of them."""
    return any(word.upper() == "FROM" for _, word in tokens(text))


def refuse_deep(text: str) -> None:
    """Raise KgError, with the place, where a text is nested, or joined of so many parts, that the engine dies of it."""
    if sum(map(text.count, _OPENING)) <= _DEEPEST and len(text) <= _MOST_JOINED:
        return
    _refuse_many_parts(text)
    depth, at, joined = 0, 0, 0.0
    words = list(tokens(text))
    begins = _begin_numbers(words)
    for row, (kind, word) in enumerate(words):
        if kind not in ("comment", "string", "iri", "variable"):
            depth += sum(map(word.count, _OPENING)) - sum(map(word.count, _CLOSING))
            joined += 0 if row in begins else _joining(kind, word)
        if depth > _DEEPEST or joined > _MOST_JOINED:
            what = (
                f"is nested more than {_DEEPEST} deep"
                if depth > _DEEPEST
                else f"is one of more than {_MOST_JOINED:,} signs that join (! + - * / | & UNION)"
            )
            raise too_much(text, at, word, what)
        at += len(word)


def _refuse_many_parts(text: str) -> None:
    """Raise KgError for more parts of groups, named columns and conditions of ORDER BY than the engine can take."""
    parts, at, ordered = 0, 0, False
    for kind, word in tokens(text):
        upper = word.upper() if kind not in ("comment", "string", "iri", "variable") else ""
        ordered = (ordered or upper == _ORDERED) and upper not in _NO_LONGER_ORDERED
        parts += upper in _PARTS or (ordered and (kind == "variable" or upper == "("))
        if parts > _MOST_PARTS:
            raise too_much(
                text, at, word, f"is one of more than {_MOST_PARTS:,} parts ({' '.join(sorted(_PARTS))}, ORDER BY)"
            )
        at += len(word)


def too_much(text: str, at: int, word: str, what: str) -> KgError:
    """Return the error for a word of a text, with its place, that is more than the engine can take."""
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return KgError(f"line {line}, column {column}: '{word[:8]}' {what}; the engine cannot take it (try IN, VALUES)")


def _joining(kind: str, word: str) -> float:
    """Return how many signs a token has that may join what stands before and behind them."""
    if word in _JOINING or word.upper() == "UNION":
        return 1
    if word in _DOUBLED:
        return 0.5
    if kind != "word" or (word[0].isalpha() and ":" in word) or word.startswith("_:"):
        return 0
    return word.partition(":")[0].count("-")  # 1-2, -1: a minus is no token of its own


def _begin_numbers(words: Sequence[tuple[str, str]]) -> set[int]:
    """Return which tokens are, or begin, a number with its sign: an object, a value of VALUES, an item of a list."""
    begins, openings, before, values = set(), [""], "", 0
    for row, (kind, word) in enumerate(words):
        if kind == "comment" or word.isspace():
            continue
        signed = f"{word}{words[row + 1][1]}" if word == "+" and row + 1 < len(words) else word
        if _SIGNED.fullmatch(signed) and (values or openings[-1] == "{" or before in ("(", ",")):
            begins.add(row)
        if word in _OPENING:
            openings.append(word)
            values = values or (len(openings) if word == "{" and before == "VALUES" else 0)
        elif word in _CLOSING and len(openings) > 1:
            values = 0 if len(openings) == values else values
            openings.pop()
        before = _before(before, word)
    return begins


def _before(before: str, word: str) -> str:
    """Return what stands before the next token: VALUES still before the variables that it names, and behind them."""
    return "VALUES" if before == "VALUES" and word[0] in "?$()" else word.upper()


def refuse_network(text: str) -> None:
    """
    Raise KgError where a query asks for SERVICE or LOAD, or could: nothing here reaches the network.

    The engine takes a keyword wherever one may stand, also glued to its neighbours (`?o.SERVICE`, `SERVICEa:b`), and
    takes `<` for "less than" where no IRI may stand, so that the '#' of what looks like an IRI may begin a comment.
    """
    if not _NETWORK.search(text):
        return
    glued = ""
    for kind, word in tokens(text):
        if kind == "comment" or word.isspace():
            continue
        if glued and word == "{":
            raise _network(glued)
        glued = ""
        if kind == "iri" and "#" in word and not _WHOLE_IRI.match(word):
            raise KgError(f"{word} can be read in two ways, one of which may hide a SERVICE; write an IRI with '://'")
        if kind == "open" and _NETWORK.search(word):
            raise KgError(f"a string is never closed: {word[:20]}")
        for keyword in _keywords(word) if kind == "word" else ():
            if word.find(":", keyword.end()) < 0:
                raise _network(keyword[0])
            glued = keyword[0]


def _keywords(word: str) -> Iterator[re.Match[str]]:
    """Return where a keyword could begin in a word: anywhere but in the local part of a prefixed name."""
    if not _NETWORK.search(word):
        return iter(())
    local = re.search(rf":[{_NAME}%\\]", word)
    return _NETWORK.finditer(word, 0, local.start() if local else len(word))


def _network(word: str) -> KgError:
    return KgError(f"{word.upper()} would reach the network, which is off; query this store's own graphs instead")


def select(
    store: Store, query: str, functions: Mapping[NamedNode, Any] | None = None, *, united: bool = False
) -> QuerySolutions:
    """Return the rows of a SELECT of ours, with functions of ours by their names; `united` asks all graphs as one."""
    rows = store.query(
        query, custom_functions=dict(functions) if functions else None, use_default_graph_as_union=united
    )
    if not isinstance(rows, QuerySolutions):
        raise TypeError("not a SELECT")
    return rows
