"""Which wiki a graph is of: the base IRI that its own names have."""

import re
from collections.abc import Iterable

from kg.exports import graphs
from kg.rdf.nquads import TERMS

_DATASET, _SPACE, _TYPE, _PAGE = (
    TERMS[word].encode() for word in ("void:Dataset", "void:uriSpace", "rdf:type", "nr:describedOn")
)
_KINDS = {
    **{TERMS[f"nr:{kind}"].encode(): f"/{kind.lower()}/" for kind in ("Claim", "Quote", "Connection")},
    TERMS["schema:Claim"].encode(): "/claim/",
}
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\x00-\x20<>\"{}|\\^`?#/\s][^\x00-\x20<>\"{}|\\^`?#\s]*/")


def found(lines: Iterable[bytes]) -> list[str]:
    """
    Return the base IRIs that a graph's names have, sorted.

    They are those of the data sets that it says it is, else those before `page/` and `claim/` in the names of parts.
    """
    declared: set[str] = set()
    derived: set[str] = set()
    for line in lines:
        if _TYPE not in line and _PAGE not in line and _SPACE not in line:
            continue
        subject, predicate, value, _ = graphs.parts(line)
        if predicate == _TYPE and value == _DATASET:
            declared.add(_bare(subject))
        elif predicate == _TYPE and value in _KINDS:
            derived.add(_before(_bare(subject), _KINDS[value]))
        elif predicate == _PAGE:
            derived.add(_before(_bare(value), "/page/"))
    return sorted(base for base in declared or derived if is_base(base))


def is_base(iri: str) -> bool:
    """Tell whether an IRI can be what every name of a wiki begins with."""
    return bool(_IRI.fullmatch(iri))


def _bare(term: bytes) -> str:
    return term[1:-1].decode() if term[:1] == b"<" else ""


def _before(iri: str, mark: str) -> str:
    base, found_, _ = iri.partition(mark)
    return f"{base}/" if found_ else ""
