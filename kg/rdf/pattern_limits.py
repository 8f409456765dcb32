"""How many patterns one group of a query may join: the planner of the engine takes long for many."""

from kg.rdf import sparql_text

# With four times as many patterns it takes the planner some hundred times as long: at this number a second or two.
MOST = 100
_ENDS = frozenset(";,/")
_NO_PATTERNS = frozenset({"CONSTRUCT", "VALUES"})


def refuse_many(text: str) -> None:
    """Raise KgError, with the place, where a group of a query joins more patterns and steps of paths than MOST."""
    if sum(map(text.count, (".", *_ENDS))) <= MOST:
        return
    counts, brackets, before, at = [0], [0], "", 0
    for kind, word in sparql_text.tokens(text):
        if word == "{" and kind == "other":
            counts.append(-len(text) if before in _NO_PATTERNS else 0)
            brackets.append(0)
        elif word == "}" and kind == "other" and len(counts) > 1:
            counts.pop()
            brackets.pop()
        elif kind in ("word", "other"):
            brackets[-1] += (word == "(") - (word == ")")
            counts[-1] += _ends(word, in_brackets=brackets[-1] > 0)
        if counts[-1] > MOST:
            raise sparql_text.too_much(text, at, word, f"ends one of more than {MOST} patterns in one group")
        if kind != "comment" and not word.isspace() and kind != "variable" and word not in "()":
            before = word.upper()
        at += len(word)


def _ends(word: str, *, in_brackets: bool) -> int:
    """Return how many patterns, or steps of a path, a token ends; in brackets are steps alone."""
    if in_brackets:
        return int(word == "/")
    return int(word in _ENDS) if word[0] != "." and word[-1] != "." else 1
