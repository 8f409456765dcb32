"""Functions that stand beside those of the query engine: regular expressions of XPath, and orders that it has not."""

from functools import cache

import pyoxigraph as ox

from kg.rdf import exact_numbers, exact_order, lexical_forms, names, sparql_text, xpath_regex
from kg.rdf.terms import Function, Term, named
from kg.rdf.xpath_regex import NotARegex, Regex

_TEXTS = frozenset({names.expand("xsd:string"), names.expand("rdf:langString")})


@cache
def usable(pattern: str, flags: str) -> Regex:
    """Return a regular expression that the engine takes or that is matched elsewhere; NotARegex for none."""
    regex = xpath_regex.translated(pattern, flags)
    if regex.elsewhere or _empty(regex) is None:
        xpath_regex.compiled(pattern, flags)
        return Regex(regex.text, regex.flags, regex.groups, elsewhere=True)
    return regex


def matches_nothing(pattern: str, flags: str) -> bool:
    """Tell whether a regular expression matches the empty text, so that XPath lets nothing be replaced by it."""
    regex = usable(pattern, flags)
    if regex.elsewhere:
        return xpath_regex.compiled(pattern, flags).search("") is not None
    return bool(_empty(regex))


@cache
def _empty(regex: Regex) -> bool | None:
    """Return whether the engine matches the empty text, None where it does not take the expression."""
    pieces = {"PATTERN": _quoted(regex.text), "FLAGS": _quoted(regex.flags)}
    for row in sparql_text.select(ox.Store(), sparql_text.compose("expressions/taken", **pieces)):
        return None if row[0] is None else row[0].value == "true"
    return None


def _quoted(text: str) -> str:
    return sparql_text.bind("$text", {"text": ox.Literal(text)})


def matches(text: str, pattern: str, flags: str) -> bool:
    """Tell whether a text matches a regular expression, as Python matches it; raise NotARegex where it is none."""
    return xpath_regex.compiled(pattern, flags).search(text) is not None


def replaced(text: str, pattern: str, new: str, flags: str) -> str:
    """Return a text with the matches of a regular expression replaced; raise NotARegex where XPath has an error."""
    regex = usable(pattern, flags)
    parts = xpath_regex.replacement(new, regex.groups, flags)
    if matches_nothing(pattern, flags):
        raise NotARegex("it matches the empty text")
    if regex.elsewhere:
        return xpath_regex.compiled(pattern, flags).sub(
            lambda match: "".join(part if isinstance(part, str) else match[part] or "" for part in parts), text
        )
    pieces = {"TEXT": text, "PATTERN": regex.text, "NEW": xpath_regex.for_engine(parts), "FLAGS": regex.flags}
    query = sparql_text.compose("expressions/replaced", **{name: _quoted(piece) for name, piece in pieces.items()})
    for row in sparql_text.select(ox.Store(), query):
        if row[0] is not None:
            return str(row[0].value)
    raise NotARegex("the engine cannot replace it")


# ---- as the engine calls them ----------------------------------------------------------------------------------------


def _texts(*terms: Term) -> bool:
    return all(isinstance(term, ox.Literal) and term.datatype.value in _TEXTS for term in terms)


def _regex(pattern: Term, flags: Term) -> ox.Literal | None:
    """Return a regular expression in the engine's dialect, None where it is none or is matched elsewhere."""
    try:
        regex = usable(pattern.value, flags.value) if _texts(pattern, flags) else None
    except NotARegex:
        return None
    return None if regex is None or regex.elsewhere else ox.Literal(regex.text)


def _regex_to_replace(pattern: Term, flags: Term) -> ox.Literal | None:
    """Return the same where it may be replaced by something: it does not match the empty text."""
    found = _regex(pattern, flags)
    return found if found is not None and not matches_nothing(pattern.value, flags.value) else None


def _replacement(pattern: Term, new: Term, flags: Term) -> ox.Literal | None:
    if not _texts(pattern, new, flags):
        return None
    try:
        groups = usable(pattern.value, flags.value).groups
        return ox.Literal(xpath_regex.for_engine(xpath_regex.replacement(new.value, groups, flags.value)))
    except NotARegex:
        return None


def _flags(flags: Term) -> ox.Literal | None:
    return ox.Literal("".join(one for one in ("i" if "q" in flags.value else "ims") if one in flags.value))


def _matches(text: Term, pattern: Term, flags: Term) -> ox.Literal | None:
    if not _texts(text, pattern, flags):
        return None
    try:
        return ox.Literal(value=matches(text.value, pattern.value, flags.value))
    except NotARegex:
        return None


def _replaced(text: Term, pattern: Term, new: Term, flags: Term) -> ox.Literal | None:
    if not isinstance(text, ox.Literal) or not _texts(text, pattern, new, flags):
        return None
    try:
        made = replaced(text.value, pattern.value, new.value, flags.value)
    except NotARegex:
        return None
    return ox.Literal(made, language=text.language) if text.language else ox.Literal(made)


def in_order(_number: Term, sign: Term, one: Term, other: Term) -> ox.Literal | None:
    """Return whether an order or an equality holds, None where the terms are not to be compared."""
    holds = _equal(one, other) if sign.value in ("=", "!=") else _in_order(one, sign.value, other)
    return None if holds is None else ox.Literal(value=holds is not (sign.value == "!="))


def _in_order(one: Term, sign: str, other: Term) -> bool | None:
    if not isinstance(one, ox.Literal) or not isinstance(other, ox.Literal):
        return None
    return exact_order.holds(one, sign, other)


def _equal(one: Term, other: Term) -> bool | None:
    """Return whether two terms have one value; None for literals of which nobody knows what they mean."""
    if not isinstance(one, ox.Literal) or not isinstance(other, ox.Literal):
        return one == other
    found = exact_order.holds(one, "=", other)
    if found is not None:
        return found
    if one == other:
        return True
    means = all(_texts(term) or lexical_forms.has_value(term) for term in (one, other))
    return False if means and lexical_forms.family(one) != lexical_forms.family(other) else None


def in_list(_number: Term, word: Term, one: Term, *others: Term) -> ox.Literal | None:
    """Return whether a term is equal to one of others, as `IN` and `NOT IN` ask; None where that cannot be known."""
    equal = [_equal(one, other) for other in others]
    if True not in equal and None in equal:
        return None
    return ox.Literal(value=(True in equal) is (word.value == "IN"))


# ---- numbers that the engine does not hold ---------------------------------------------------------------------------


def reckoned(_number: Term, formula: Term, *terms: Term) -> ox.Literal | None:
    """Return what a formula gives for numbers, or for a date and a duration; None where it fails."""
    literals = tuple(term for term in terms if isinstance(term, ox.Literal))
    if len(literals) != len(terms):
        return None
    made = exact_numbers.reckoned(formula.value, literals)
    if made is None and formula.value in ("0 1 +", "0 1 -"):
        from kg.rdf import date_sums  # loads what few questions need

        return date_sums.shifted(literals[0], formula.value[-1], literals[1])
    return made


def _rounded(name: Term, term: Term) -> ox.Literal | None:
    return exact_numbers.rounded(name.value, term) if isinstance(term, ox.Literal) else None


def is_number(term: Term) -> bool:
    """Tell whether a term is a number of any size."""
    return isinstance(term, ox.Literal) and exact_numbers.number(term) is not None


def _is_number(term: Term) -> ox.Literal:
    return ox.Literal(value=is_number(term))


def _cast(kind: Term, term: Term) -> ox.Literal | None:
    return exact_numbers.cast(kind.value, term) if isinstance(term, ox.Literal) else None


def _summed(name: Term, terms: Term) -> ox.Literal | None:
    return exact_numbers.summed(spelled_out(terms), mean=name.value == "AVG")


def spelled_out(terms: Term) -> list[ox.Literal]:
    """Return literals that the engine wrote one below the other, each as its text and its datatype."""
    lines = (line.rpartition("^") for line in terms.value.split("\n") if line)
    return [ox.Literal(text, datatype=ox.NamedNode(kind)) for text, _, kind in lines]


def _rank(term: Term) -> ox.Literal:
    return ox.Literal(1 if is_number(term) else 2)


def _near(term: Term) -> Term:
    """Return a number near to one that the engine does not hold; any other term as it is."""
    found = exact_numbers.number(term) if isinstance(term, ox.Literal) else None
    return term if found is None else exact_numbers.near(found)


def _sort_key(term: Term) -> ox.Literal:
    found = exact_numbers.number(term) if isinstance(term, ox.Literal) else None
    return ox.Literal("" if found is None else exact_numbers.sort_key(found))


FUNCTIONS: dict[ox.NamedNode, Function] = {
    named("regex"): _regex,
    named("regex-to-replace"): _regex_to_replace,
    named("replacement"): _replacement,
    named("flags"): _flags,
    named("matches"): _matches,
    named("replaced"): _replaced,
    named("in-order"): in_order,
    named("in-list"): in_list,
    named("reckoned"): reckoned,
    named("rounded"): _rounded,
    named("is-number"): _is_number,
    named("cast"): _cast,
    named("summed"): _summed,
    named("rank"): _rank,
    named("near"): _near,
    named("sort-key"): _sort_key,
}
