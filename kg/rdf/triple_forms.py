"""The triple patterns of a SPARQL text, one by one: lists of objects, brackets and paths are taken apart."""

from collections.abc import Iterator, Sequence
from dataclasses import field

from kg.model.records import dataclass
from kg.rdf import names, sparql_text

_AFTER = ("*", "+", "?")
_FIRST, _REST, _NIL = (f"<{names.expand(f'rdf:{word}')}>" for word in ("first", "rest", "nil"))


class NotRead(Exception):  # noqa: N818  # not an error: the text may be right all the same
    """A text that is not read here; it stays as it is."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a pattern leads from its subject to its object: by a property, or by a path of `kind` and its parts."""

    text: str
    kind: str = "property"  # inverse, sequence, alternative, repeated, negated
    parts: tuple["Way", ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One triple pattern, in the words of its text; blank nodes are variables."""

    subject: str
    way: Way
    object: str


@dataclass(slots=True)
class _Reader:
    words: Sequence[tuple[str, str]]
    fresh: Iterator[str]
    at: int = 0
    found: list[Form] = field(default_factory=list)

    def ahead(self) -> str:
        return self.words[self.at][1] if self.at < len(self.words) else ""

    def take(self, word: str = "") -> tuple[str, str]:
        if self.at == len(self.words) or (word and self.ahead() != word):
            raise NotRead(f"expected {word or 'more'}")
        self.at += 1
        return self.words[self.at - 1]


def forms(text: str, fresh: Iterator[str]) -> list[Form]:
    """Return the patterns of a text of triples; `fresh` names variables. Raise NotRead for what it does not know."""
    reader = _Reader([*_words(text)], fresh)
    while reader.ahead():
        if reader.ahead() == ".":
            reader.take()
            continue
        alone = reader.ahead() in ("[", "(")
        subject = _node(reader)
        if not (alone and reader.ahead() in ("", ".")):
            _properties(reader, subject, ".")
    return reader.found


def _words(text: str) -> Iterator[tuple[str, str]]:
    for kind, word in sparql_text.tokens(text):
        if kind == "comment" or word.isspace():
            continue
        if kind == "open":
            raise NotRead("a string that is never closed")
        bare = word.strip(".") if kind == "word" else word
        if bare != word:
            before = len(word) - len(word.lstrip("."))
            after = len(word) - len(bare) - before if bare else 0
            yield from [("other", ".")] * before
            yield from [(kind, bare)] if bare else []
            yield from [("other", ".")] * after
        else:
            yield kind, word


def _properties(reader: _Reader, subject: str, end: str) -> None:
    while reader.ahead() not in ("", ".", end):
        if reader.ahead() == ";":
            reader.take()
            continue
        way = Way(reader.take()[1]) if reader.words[reader.at][0] == "variable" else _alternatives(reader)
        while True:
            reader.found.append(Form(subject, way, _node(reader)))
            if reader.ahead() != ",":
                break
            reader.take()


# ---- paths -----------------------------------------------------------------------------------------------------------


def _alternatives(reader: _Reader) -> Way:
    return _row(reader, "|", "alternative")


def _row(reader: _Reader, sign: str, kind: str) -> Way:
    below = _step if sign == "/" else _sequence
    parts = [below(reader)]
    while reader.ahead() == sign:
        reader.take()
        parts.append(below(reader))
    return parts[0] if len(parts) == 1 else Way(sign.join(part.text for part in parts), kind, tuple(parts))


def _sequence(reader: _Reader) -> Way:
    return _row(reader, "/", "sequence")


def _step(reader: _Reader) -> Way:
    if reader.ahead() == "^":
        reader.take()
        inner = _step(reader)
        return Way(f"^{inner.text}", "inverse", (inner,))
    if reader.ahead() == "!":
        reader.take()
        return _negated(reader)
    if reader.ahead() == "(":
        reader.take()
        inner = _alternatives(reader)
        reader.take(")")
        way = Way(f"({inner.text})", inner.kind, inner.parts)
        way = inner if inner.kind == "property" else way
    else:
        way = Way(_property(reader))
    while reader.ahead() in _AFTER:
        way = Way(way.text + reader.take()[1], "repeated", (way,))
    return way


def _negated(reader: _Reader) -> Way:
    if reader.ahead() != "(":
        part = _in_set(reader)
        return Way(f"!{part.text}", "negated", (part,))
    reader.take()
    parts = []
    while reader.ahead() != ")":
        parts.append(_in_set(reader))
        if reader.ahead() == "|":
            reader.take()
    reader.take(")")
    return Way(f"!({'|'.join(part.text for part in parts)})", "negated", tuple(parts))


def _in_set(reader: _Reader) -> Way:
    if reader.ahead() == "^":
        reader.take()
        inner = Way(_property(reader))
        return Way(f"^{inner.text}", "inverse", (inner,))
    return Way(_property(reader))


def _property(reader: _Reader) -> str:
    kind, word = reader.take()
    if kind == "iri" or (kind == "word" and (word == "a" or ":" in word)):
        return word
    raise NotRead(f"'{word}' where a property is expected")


# ---- terms -----------------------------------------------------------------------------------------------------------


def _node(reader: _Reader) -> str:
    kind, word = reader.take()
    if word == "[":
        node = next(reader.fresh)
        _properties(reader, node, "]")
        reader.take("]")
        return node
    if word == "(":
        return _list(reader)
    if kind in ("variable", "iri"):
        return word
    if kind == "string":
        return word + _mark(reader)
    return _word(reader, kind, word)


def _word(reader: _Reader, kind: str, word: str) -> str:
    """Return a blank node as a variable, a name or a number as it is."""
    if word in "+-":
        return word + reader.take()[1]
    if kind == "word" and word.startswith("_:"):
        return f"?kg_{word[2:].encode().hex()}"
    if kind == "word" and (":" in word or word in ("true", "false") or word[0] in "+-0123456789"):
        return word
    raise NotRead(f"'{word}' where a term is expected")


def _mark(reader: _Reader) -> str:
    """Return the language or the datatype of a string that was just read."""
    if reader.ahead() == "@":
        return reader.take()[1] + reader.take()[1]
    if reader.ahead() == "^":
        reader.take()
        reader.take("^")
        return f"^^{reader.take()[1]}"
    return ""


def _list(reader: _Reader) -> str:
    members = []
    while reader.ahead() != ")":
        members.append(_node(reader))
    reader.take(")")
    node = _NIL
    for member in reversed(members):
        cell = next(reader.fresh)
        reader.found += [Form(cell, Way(_FIRST), member), Form(cell, Way(_REST), node)]
        node = cell
    return node
