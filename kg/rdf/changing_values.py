"""Functions of SPARQL with another value at every run: the same question may then have another answer."""

from kg.rdf import sparql_text

_CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID"})


def called(text: str) -> list[tuple[int, str]]:
    """Return where a query calls such a function, and which, in order."""
    found: list[tuple[int, str]] = []
    waiting: tuple[int, str] | None = None
    at = 0
    for kind, word in sparql_text.tokens(text):
        if waiting and word == "(":
            found.append(waiting)
        if not word.isspace() and kind != "comment":
            waiting = (at, word.upper()) if kind == "word" and word.upper() in _CHANGING else None
        at += len(word)
    return found


def lines(text: str) -> list[str]:
    """Return a line for each function that a query calls and that has another value at every run, with its place."""
    places = ((text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), name) for at, name in called(text))
    return [
        f"line {line}, column {column}: {name}() is another at every run, and so may be the answer"
        for line, column, name in places
    ]
