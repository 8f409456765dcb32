"""`?part nr:matches "words"` in a SPARQL text: the parts that have the words, put where the pattern stands.

`?original nr:originalMatches "words"` are so the originals that have them, in their whole text.
The engine knows no such triple, so the pattern becomes VALUES of the parts at its place in its group: there it joins,
as a triple would, inside OPTIONAL, UNION, MINUS, NOT EXISTS and sub-selects. Inside `GRAPH ?g` it has the graph, too.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.originals import match_quads
from kg.rdf import names, sparql_text
from kg.search import kept_index, typed
from kg.search.index import Index
from kg.search.kept_originals import Originals
from kg.store.reading import Reading

# The nodes that have some words, each with the graph of its facts, empty where that is no page's.
Hits = Callable[[str], list[tuple[str, str]]]
# The predicates, by their names in our vocabulary: what parts of pages have, and what originals have.
PARTS, ORIGINALS = "matches", "originalMatches"
_EXAMPLES = {PARTS: '?claim nr:matches "open weights"', ORIGINALS: '?original nr:originalMatches "open weights"'}
_WHOLE = frozenset(f"<{names.NR}{name}>" for name in _EXAMPLES)
_PLACE = "urn:newsroom-kg:parts:"
_ENDS = frozenset({".", "{", "}"})
_PATHS = frozenset({"^", "/", "|", "!", "("})
_NOT_BEFORE = frozenset({"", ".", "{", "}", "=", "<", ">", "&", ","})
_NOT_BEHIND = frozenset({"", ".", "{", "}", ")", ";", ",", "]", "&"})
_KEYWORDS = frozenset({"OPTIONAL", "GRAPH", "FILTER", "BIND", "MINUS", "VALUES", "SERVICE"})


def of(reading: Reading, text: str) -> Callable[[str], str]:
    """
    Return what puts a generation's parts in the places of `nr:matches`, for a text as its author wrote it.

    Raises KgError, with the place, where that has one that does not stand between a variable and a constant text.
    """
    _check(text)

    def parts(index: Index, _: Originals, expression: str) -> list[tuple[str, str]]:
        return index.nodes(expression)

    def originals(_: Index, texts: Originals, expression: str) -> list[tuple[str, str]]:
        return [(iri, f"{reading.base}{match_quads.FACTS}") for iri in texts.having(expression)]

    def hits(look: Callable[[Index, Originals, str], list[tuple[str, str]]]) -> Hits:
        def of_words(words: str) -> list[tuple[str, str]]:
            wanted = typed.terms(words)
            expression = typed.expression(wanted) if wanted else ""
            return kept_index.asked(reading, lambda index, texts: look(index, texts, expression)) if wanted else []

        return of_words

    return lambda bound: joined(bound, {PARTS: hits(parts), ORIGINALS: hits(originals)})


def is_in(text: str) -> bool:
    """Tell whether a text may have one of the patterns; most have not, and need not be read."""
    return PARTS in text or ORIGINALS in text


def joined(text: str, hits: Mapping[str, Hits]) -> str:
    """
    Return a query with its `nr:matches` replaced by the parts that have the words.

    Raises KgError, with the place, where one does not stand between a variable and a constant text.
    """
    _check(text)
    values: dict[str, str] = {}
    while is_in(text) and (places := _places(tokens := _read(text))):
        pattern = _pattern(tokens, places[0])
        place = f"<{_PLACE}{len(values)}>"
        values[place] = _rows(pattern, [hits[pattern.name](words) for words in pattern.words])
        text = "".join(_replaced(tokens, pattern, place))
    for place, rows in values.items():
        text = text.replace(place, rows)
    return text


def refuse(text: str) -> None:
    """Raise KgError where an update uses `nr:matches`, which would find nothing there."""
    if is_in(text) and (places := _places(tokens := _read(text))):
        raise _error(
            tokens, places[0], "is a pattern of queries; ask for the parts with `kg query`, and name them here"
        )


@dataclass(frozen=True, slots=True)
class _Token:
    """A token that is no space and no comment, with what stands before it; `opening` is the brace that it stands in."""

    kind: str
    word: str
    before: str
    opening: int


class _Pattern(NamedTuple):
    """Where a pattern stands among the tokens: its statement from `start`, itself from `at` to before `end`."""

    start: int
    at: int
    end: int
    name: str
    variable: str
    words: tuple[str, ...]
    graph: str


def _read(text: str) -> list[_Token]:
    """Return the tokens of a text, full stops apart from the words that they end, and one more for its end."""
    found: list[_Token] = []
    openings, before = [-1], ""
    for kind, written in sparql_text.tokens(text):
        if kind == "comment" or written.isspace():
            before += written
            continue
        for word in _without_stops(written) if kind == "word" else (written,):
            if word == "}" and len(openings) > 1:
                openings.pop()
            found.append(_Token(kind, word, before, openings[-1]))
            if word == "{":
                openings.append(len(found) - 1)
            before = ""
    return [*found, _Token("end", "", before, -1)]


def _without_stops(word: str) -> Iterator[str]:
    bare = word.strip(".")
    start = len(word) - len(word.lstrip("."))
    yield from "." * start
    if bare:
        yield bare
        yield from "." * (len(word) - start - len(bare))


def _check(text: str) -> None:
    """Raise KgError where a text has a pattern that cannot be one."""
    if is_in(text):
        tokens = _read(text)
        for at in _places(tokens):
            _pattern(tokens, at)
            if sparql_text.names_graphs(text):
                raise _error(tokens, at, "does not go with FROM, which leaves out where words stand; use GRAPH instead")


def _places(tokens: list[_Token]) -> list[int]:
    """Return where one of the names is a predicate, but for the template of a CONSTRUCT."""
    found, prefixes = [], {"nr:"}
    for at, token in enumerate(tokens):
        if token.kind == "iri" and at > 1 and tokens[at - 2].word.upper() == "PREFIX":
            (prefixes.add if token.word[1:-1] == names.NR else prefixes.discard)(tokens[at - 1].word)
        prefix, _, local = token.word.partition(":")
        named = token.kind == "word" and local in _EXAMPLES and f"{prefix}:" in prefixes
        if (named or token.word in _WHOLE) and _is_predicate(tokens, at):
            found.append(at)
    return found


def _is_predicate(tokens: list[_Token], at: int) -> bool:
    """Tell whether a term is a predicate of a pattern: no subject or object, and in no expression or template."""
    before, after = tokens[at - 1].word if at else "", tokens[at + 1].word
    elsewhere = before in _NOT_BEFORE or after in _NOT_BEHIND
    return not elsewhere and not _is_template(tokens, tokens[at].opening)


def _is_template(tokens: list[_Token], opening: int) -> bool:
    return opening > 0 and tokens[opening - 1].word.upper() == "CONSTRUCT"


def _pattern(tokens: list[_Token], at: int) -> _Pattern:
    name, words, end = _name(tokens[at].word), [], at
    while end == at or tokens[end].word == ",":
        end += 1
        if tokens[end].kind != "string" or tokens[end + 1].word in ("@", "^"):
            raise _error(tokens, at, f"needs a text behind it, as in {_EXAMPLES[name]}, no variable and nothing else")
        words.append(_unquoted(tokens, end))
        end += 1
    start = _statement(tokens, at)
    if tokens[at - 1].word in _PATHS or tokens[start].kind != "variable":
        raise _error(tokens, at, f"needs a variable before it, as in {_EXAMPLES[name]}, no path and nothing else")
    if [one.word.upper() for one in tokens[tokens[at].opening - 2 : tokens[at].opening]] == ["CONSTRUCT", "WHERE"]:
        raise _error(tokens, at, "does not go with CONSTRUCT WHERE; write CONSTRUCT { … } WHERE { … }")
    return _Pattern(start, at, end, name, tokens[start].word, tuple(words), _graph(tokens, at))


def _name(word: str) -> str:
    return ORIGINALS if word.rstrip(">").endswith(ORIGINALS) else PARTS


def _unquoted(tokens: list[_Token], at: int) -> str:
    try:
        return sparql_text.unquoted(tokens[at].word)
    except ValueError:
        raise _error(tokens, at, "names a character that there is not") from None


def _statement(tokens: list[_Token], at: int) -> int:
    """Return where the statement begins that a predicate is of, or its blank node in brackets."""
    start, depth = at, 0
    while start > 0 and not (depth == 0 and tokens[start - 1].word in _ENDS):
        start -= 1
        depth += {")": 1, "]": 1, "(": -1, "[": -1}.get(tokens[start].word, 0)
        if depth < 0:
            return start
    while tokens[start].word.upper() in ("FILTER", "BIND"):
        depth = 0
        while start < at:
            depth += {"(": 1, ")": -1}.get(tokens[start].word, 0)
            start += 1
            if depth == 0 and tokens[start - 1].word == ")":
                break
    return start


def _graph(tokens: list[_Token], at: int) -> str:
    """Return what GRAPH names around a pattern, a variable or an IRI without its brackets; empty where it is none."""
    opening, selected = tokens[at].opening, False
    while opening > 0:
        selected = selected or tokens[opening + 1].word.upper() == "SELECT"
        if tokens[opening - 2].word.upper() == "GRAPH":
            named = tokens[opening - 1]
            if selected and named.kind == "variable":
                raise _error(tokens, at, f"stands in a sub-select within GRAPH {named.word}; write GRAPH inside it")
            return named.word if named.kind == "variable" else _expanded(tokens, named.word)
        opening = tokens[opening].opening
    return ""


def _expanded(tokens: list[_Token], word: str) -> str:
    """Return the IRI that a term stands for, with the prefixes that a text declares and those that are known."""
    if word[0] == "<":
        return word[1:-1]
    declared = {
        tokens[at + 1].word: tokens[at + 2].word[1:-1]
        for at in range(len(tokens) - 2)
        if tokens[at].word.upper() == "PREFIX"
    }
    prefix, _, local = word.partition(":")
    return declared.get(f"{prefix}:", names.PREFIXES.get(prefix, "")) + local.replace("\\", "")


def _rows(pattern: _Pattern, hits: list[list[tuple[str, str]]]) -> str:
    """Return the parts that have all of the words, as VALUES takes them."""
    both = sorted(set(hits[0]).intersection(*hits[1:]))
    if pattern.graph[:1] in ("?", "$"):
        return " ".join(f"(<{graph}> <{node}>)" for node, graph in both if graph)
    return " ".join(dict.fromkeys(f"<{node}>" for node, graph in both if pattern.graph in ("", graph)))


def _replaced(tokens: list[_Token], pattern: _Pattern, place: str) -> Iterator[str]:
    """Yield the words of a text with VALUES before the statement that the pattern is taken out of."""
    first, last = pattern.at, pattern.end
    if tokens[first - 1].word == ";":
        first -= 1
    else:
        while tokens[last].word == ";":
            last += 1
        if last == pattern.end or tokens[last].word in _ENDS or tokens[last].word.upper() in _KEYWORDS:
            first = pattern.start
    variables = f"({pattern.graph} {pattern.variable})" if pattern.graph[:1] in ("?", "$") else pattern.variable
    for at, token in enumerate(tokens):
        yield token.before
        if at == pattern.start:
            yield f"VALUES {variables} {{ {place} }} "
        if not first <= at < last:
            yield token.word


def _error(tokens: list[_Token], at: int, what: str) -> KgError:
    before = "".join(token.before + token.word for token in tokens[:at]) + tokens[at].before
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return KgError(f"line {line}, column {column}: {tokens[at].word} {what}")
