"""The triple patterns of a query's text: what stands between the dots, with property paths as the shapes have them."""

from collections.abc import Iterator, Mapping
from dataclasses import field

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import sparql_text
from kg.rdf.terms import Term
from kg.shacl.paths import Path, Step
from kg.shacl.query_grammar import NotUnderstood
from kg.shacl.terms import TYPE

# A name of a variable, with its mark, or a term.
Place = str | Term
ANY = Path(Step.PREDICATE)
_AFTER = {"*": Step.ZERO_OR_MORE, "+": Step.ONE_OR_MORE, "?": Step.ZERO_OR_ONE}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One triple pattern: `ANY` is the path of a variable or of a negated set where a property stands."""

    subject: Place
    path: Path
    object: Place


@dataclass(slots=True)
class _Reader:
    """The tokens of a text of triples, and the patterns read so far."""

    tokens: list[tuple[str, str]]
    prefixes: Mapping[str, str]
    fresh: Iterator[int]
    at: int = 0
    found: list[Pattern] = field(default_factory=list)

    def ahead(self) -> str:
        """Return the next token, empty at the end."""
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        """Return the next token with its kind and go on."""
        if self.at == len(self.tokens):
            raise NotUnderstood("triples that end too early")
        self.at += 1
        return self.tokens[self.at - 1]


def patterns(text: str, prefixes: Mapping[str, str], fresh: Iterator[int]) -> list[Pattern]:
    """
    Return the triple patterns of a text; blank nodes become variables of their own, numbered by `fresh`.

    Raise NotUnderstood for what this grammar does not know.
    """
    reader = _Reader(list(_tokens(text)), prefixes, fresh)
    while reader.ahead():
        if reader.ahead() == ".":
            reader.take()
            continue
        nested = reader.ahead() == "["
        subject = _term(reader)
        if not (nested and reader.ahead() in ("", ".")):
            _predicates(reader, subject, "")
    return reader.found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for kind, word in sparql_text.tokens(text):
        if kind == "comment" or word.isspace():
            continue
        bare = word.rstrip(".") if kind == "word" else word
        if bare:
            yield kind, bare
        yield from [("other", ".")] * (len(word) - len(bare))


def _predicates(reader: _Reader, subject: Place, end: str) -> None:
    """Read what is said of a subject: properties with their objects, up to a dot or the end of the brackets."""
    while reader.ahead() not in ("", ".", end or "."):
        if reader.ahead() == ";":
            reader.take()
            continue
        path = _verb(reader)
        while True:
            reader.found.append(Pattern(subject, path, _term(reader)))
            if reader.ahead() != ",":
                break
            reader.take()


def _verb(reader: _Reader) -> Path:
    if reader.tokens[reader.at][0] == "variable":
        reader.take()
        return ANY
    return _alternatives(reader)


def _alternatives(reader: _Reader) -> Path:
    parts = [_sequence(reader)]
    while reader.ahead() == "|":
        reader.take()
        parts.append(_sequence(reader))
    return parts[0] if len(parts) == 1 else Path(Step.ALTERNATIVE, parts=tuple(parts))


def _sequence(reader: _Reader) -> Path:
    parts = [_step(reader)]
    while reader.ahead() == "/":
        reader.take()
        parts.append(_step(reader))
    return parts[0] if len(parts) == 1 else Path(Step.SEQUENCE, parts=tuple(parts))


def _step(reader: _Reader) -> Path:
    if reader.ahead() == "^":
        reader.take()
        return Path(Step.INVERSE, parts=(_step(reader),))
    if reader.ahead() == "!":
        raise NotUnderstood("a negated set of properties")
    if reader.ahead() == "(":
        reader.take()
        path = _alternatives(reader)
        if reader.take()[1] != ")":
            raise NotUnderstood("a path whose brackets are not closed")
    else:
        path = _property(reader)
    while reader.ahead() in _AFTER:
        path = Path(_AFTER[reader.take()[1]], parts=(path,))
    return path


def _property(reader: _Reader) -> Path:
    kind, word = reader.take()
    if (kind, word) == ("word", "a"):
        return Path(Step.PREDICATE, TYPE)
    return Path(Step.PREDICATE, _iri(reader, kind, word))


def _iri(reader: _Reader, kind: str, word: str) -> ox.NamedNode:
    if kind == "iri":
        return ox.NamedNode(word[1:-1])
    prefix, colon, local = word.partition(":")
    if kind != "word" or not colon or prefix not in reader.prefixes or "\\" in local:
        raise NotUnderstood(f"'{word}' where a name is expected")
    return ox.NamedNode(reader.prefixes[prefix] + local)


def _term(reader: _Reader) -> Place:
    kind, word = reader.take()
    if kind == "variable":
        return f"?{word[1:]}"
    if word == "[":
        node = f"?_{next(reader.fresh)}"
        _predicates(reader, node, "]")
        if reader.take()[1] != "]":
            raise NotUnderstood("brackets that are not closed")
        return node
    if kind == "word" and word.startswith("_:"):
        return f"?{word}"
    if kind == "iri" or (kind == "word" and ":" in word):
        return _iri(reader, kind, word)
    return _literal(reader, kind, word)


def _literal(reader: _Reader, kind: str, word: str) -> ox.Literal:
    """Return a literal as its text: which one it is, is left to the query, so its datatype does not matter here."""
    if kind == "word":
        return ox.Literal(word)
    if kind != "string":
        raise NotUnderstood(f"'{word}' where a term is expected")
    if reader.ahead() == "@":
        reader.take(), reader.take()
    elif reader.ahead() == "^":
        reader.take(), reader.take()
        _iri(reader, *reader.take())
    return ox.Literal(word)
