"""Calls of REGEX and REPLACE in the engine's dialect of regular expressions, or matched elsewhere."""

from collections.abc import Callable, Sequence

import pyoxigraph as ox

from kg.rdf import engine_functions, sparql_text
from kg.rdf.expression_tokens import LONGEST
from kg.rdf.xpath_regex import NotARegex, for_engine, replacement

Refuse = Callable[[NotARegex], None]


def _quoted(text: str) -> str:
    return sparql_text.bind("$text", {"text": ox.Literal(text)})


def _regex(arguments: Sequence[str], constants: Sequence[str | None], refuse: Refuse) -> str:
    if len(arguments) not in (2, 3):
        return ""
    text, pattern, flags = (*arguments, '""')[:3]
    known = constants[1], (*constants, "")[2]
    pieces = {"TEXT": text, "PATTERN": pattern, "FLAGS": flags}
    if known[0] is None or known[1] is None:
        return sparql_text.compose("expressions/regex" if len(text) <= LONGEST else "expressions/matches", **pieces)
    try:
        regex = engine_functions.usable(known[0], known[1])
    except NotARegex as error:
        refuse(error)
        return sparql_text.compose("expressions/matches", **pieces)
    if regex.elsewhere:
        return sparql_text.compose("expressions/matches", **pieces)
    written = ",".join((text, _quoted(regex.text), _quoted(regex.flags)))
    return sparql_text.compose("expressions/call", NAME="REGEX", ARGUMENTS=written)


def _replace(arguments: Sequence[str], constants: Sequence[str | None], refuse: Refuse) -> str:
    if len(arguments) not in (3, 4):
        return ""
    text, pattern, new, flags = (*arguments, '""')[:4]
    _, known, said, letters = (*constants, "")[:4]
    form = "expressions/replace" if len(text) <= LONGEST else "expressions/replaced-elsewhere"
    dynamic = sparql_text.compose(form, TEXT=text, PATTERN=pattern, NEW=new, FLAGS=flags)
    if known is None or said is None or letters is None:
        return dynamic
    try:
        regex = engine_functions.usable(known, letters)
        parts = replacement(said, regex.groups, letters)
        if engine_functions.matches_nothing(known, letters):
            raise NotARegex(f"'{known}' matches the empty text, and nothing can be put in its place")  # noqa: TRY301
    except NotARegex as error:
        refuse(error)
        return dynamic
    if regex.elsewhere:
        return dynamic
    written = ",".join((text, _quoted(regex.text), _quoted(for_engine(parts)), _quoted(regex.flags)))
    return sparql_text.compose("expressions/call", NAME="REPLACE", ARGUMENTS=written)


Rewrite = Callable[[Sequence[str], Sequence[str | None], Refuse], str]
CALLS: dict[str, Rewrite] = {"REGEX": _regex, "REPLACE": _replace}
