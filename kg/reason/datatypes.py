"""What literals are (table 8, dt-…): members of their datatype and of all wider ones, and of none apart from it."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, RdfFormat, parse

from kg.rdf import names
from kg.reason.facts import Facts

_TYPED = re.compile(r'"(.*)"(?:\^\^(<[^<>]*>)|@[\w-]+)?', re.DOTALL)
_STRING, _DECIMAL, _TAGGED, _PLAIN = (
    f"<{names.expand(word)}>" for word in ("xsd:string", "xsd:decimal", "rdf:langString", "rdf:PlainLiteral")
)
_ANY = f"<{names.expand('rdfs:Literal')}>"
_APART = frozenset(
    f"<{names.expand(f'xsd:{word}')}>"
    for word in ("string", "decimal", "boolean", "date", "dateTime", "time", "float", "double", "anyURI", "hexBinary",
                 "base64Binary", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")
) | {_TAGGED}  # fmt: skip


def datatype(literal: str) -> str:
    """Return the datatype of a literal, as both are written in N-Triples."""
    match = _TYPED.fullmatch(literal)
    if match is None or match[2] is None:
        return _TAGGED if match and literal[-1] != '"' else _STRING
    return match[2]


def literal(term: str) -> Literal:
    """Return the literal that is written as in N-Triples."""
    (quad,) = parse(f"<x:s> <x:p> {term} .", format=RdfFormat.N_TRIPLES)
    if not isinstance(quad.object, Literal):
        raise TypeError(term)
    return quad.object


def is_datatype(name: str, wider: Mapping[str, str]) -> bool:
    """Tell whether a class is one of the datatypes that are known here."""
    return name in wider or name in _APART


def chain(name: str, wider: Mapping[str, str]) -> list[str]:
    """Return a datatype and all that are wider, the next first."""
    names_of_wider = [name]
    while names_of_wider[-1] in wider:
        names_of_wider.append(wider[names_of_wider[-1]])
    return names_of_wider


def add_types(facts: Facts, keys: Iterable[str], wider: Mapping[str, str], constants: Iterable[str]) -> bool:
    """Make the literals among facts and constants members of those datatypes that rules ask for (dt-type2)."""
    wanted = {key for key in keys if key[0] == "a" and is_datatype(key[1:], wider)}
    if not wanted:
        return False
    pairs = (element[1] for some in list(facts.sets.values()) for element in some if isinstance(element, tuple))
    literals = {term for term in (*pairs, *constants) if term[0] == '"'}
    new = False
    for literal in literals:
        for name in {f"a{one}" for one in chain(datatype(literal), wider)} & wanted:
            new |= bool(facts.add(name, {literal}))
    return new


def add_own_types(facts: Facts, terms: Iterable[str], wider: Mapping[str, str]) -> bool:
    """Make those literals that are the same as something else members of their datatypes, so that it is one, too."""
    kinds = {term: chain(datatype(term), wider) for term in terms if term[0] == '"'}
    typed = _APART - {_TAGGED}
    added = [facts.add(f"a{name}", {term}) for term, some in kinds.items() if some[-1] in typed for name in some]
    return any(added)


def misfit(literal: str, name: str, wider: Mapping[str, str]) -> bool:
    """Tell whether a literal is certainly no value of a datatype: the two have no value in common (dt-not-type)."""
    own, other = chain(datatype(literal), wider)[-1], chain(name, wider)[-1]
    return own != other and own in _APART and other in _APART


def _tag(literal: str) -> str:
    """Return the language of a tagged text; letter case makes no difference in one."""
    return literal.rpartition('"')[2].casefold()


def differ(one: str, other: str, wider: Mapping[str, str]) -> bool:
    """Tell whether two literals are certainly not the same value (dt-diff)."""
    kinds = [chain(datatype(literal), wider)[-1] for literal in (one, other)]
    texts = [match[1] if (match := _TYPED.fullmatch(literal)) else literal for literal in (one, other)]
    if kinds[0] != kinds[1]:
        return set(kinds) <= _APART
    if kinds[0] == _STRING:
        return texts[0] != texts[1]
    if kinds[0] == _TAGGED:
        return (texts[0], _tag(one)) != (texts[1], _tag(other))
    if kinds[0] == _DECIMAL:
        try:
            return Decimal(texts[0]) != Decimal(texts[1])
        except InvalidOperation:
            return False
    return False
