"""`using-graph-uri` of an update: the graphs that its WHERE is asked of, written into the text as USING."""

from collections.abc import Sequence

from kg.model.kg_error import KgError
from kg.rdf import sparql_text

_FIXED = frozenset({"USING", "WITH"})


def written(text: str, default: Sequence[str], others: Sequence[str]) -> str:
    """
    Return an update whose WHEREs are asked of some graphs, and of `others` in GRAPH; with none it stays.

    Raises KgError where the text says itself which graphs it asks, or has a WHERE that can ask no others.
    """
    if not default and not others:
        return text
    clauses = [*(f"USING <{iri}>" for iri in default), *(f"USING NAMED <{iri}>" for iri in others)]
    made, depth, before = [], 0, ""
    for kind, word in sparql_text.tokens(text):
        keyword = word.upper() if kind == "word" and not depth else ""
        if keyword in _FIXED:
            raise KgError(f"{keyword} stands in the update, and the request names graphs, too; leave one of them out")
        if keyword == "WHERE":
            if before == "DELETE":
                raise KgError("DELETE WHERE is asked of no other graphs; write DELETE { … } WHERE { … }")
            made.append(f"{' '.join(clauses)} ")
        depth += {"{": 1, "}": -1}.get(word, 0)
        before = before if word.isspace() or kind == "comment" else word.upper()
        made.append(word)
    return "".join(made)
