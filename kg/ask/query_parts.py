"""A query asked of one graph alone: the rows that it has in one of the graphs that a variable stands for."""

from collections.abc import Iterator, Sequence

from kg.rdf import sparql_text

_Token = tuple[str, str]
# What ends the columns of a SELECT, and the words of a GROUP BY.
_HEAD_ENDS, _GROUPS_END = frozenset({"{", "WHERE"}), frozenset({"}", "ORDER", "HAVING", "LIMIT", "OFFSET", "VALUES"})


def of_graph(text: str, variable: str, graph: str) -> str:
    """Return a query with an IRI in the place of a variable; among the columns it stands no more."""
    return "".join(_in_its_place(sparql_text.tokens(text), {f"?{variable}", f"${variable}"}, graph))


def _in_its_place(tokens: Sequence[_Token], variables: set[str], graph: str) -> Iterator[str]:
    among_columns = False
    last = ""
    for kind, word in tokens:
        upper = word.upper()
        if kind == "word" and (upper == "SELECT" or (upper == "BY" and last == "GROUP")):
            among_columns, ends = True, _HEAD_ENDS if upper == "SELECT" else _GROUPS_END
        elif among_columns and upper in ends:
            among_columns = False
        if kind == "variable" and word in variables:
            yield "" if among_columns else f"<{graph}>"
        else:
            yield word
        last = last if word.isspace() else upper


def elsewhere(text: str, variable: str) -> str:
    """Return what a query says outside the groups of the graphs that a variable stands for."""
    return "".join(_outside(sparql_text.tokens(text), {f"?{variable}", f"${variable}"}))


def _outside(tokens: Sequence[_Token], variables: set[str]) -> Iterator[str]:
    before: list[str] = []
    depth = 0
    for kind, word in tokens:
        step = {"{": 1, "}": -1}.get(word, 0) if kind == "other" else 0
        if depth:
            depth += step
            continue
        if word == "{" and len(before) > 1 and before[-2].upper() == "GRAPH" and before[-1] in variables:
            depth = 1
            continue
        yield word
        before = [*before[-1:], word] if not word.isspace() else before
