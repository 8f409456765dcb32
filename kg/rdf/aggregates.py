"""Calls of aggregates: of terms as texts, exact, and telling what finds no value although there are some."""

from kg.rdf import sparql_text
from kg.rdf.expression_tokens import LONGEST

# What a number that the engine does not hold is to it while the least or the greatest of the others is sought.
_ASIDE = {"MIN": '"INF"', "MAX": '"-INF"'}


def composed(name: str, call: tuple[str, str, str], number: str, *, counts: bool = False) -> str:
    """
    Return the call of an aggregate: its DISTINCT or nothing, its argument, and what follows that.

    `number` is that under which is told what has no value, empty where nobody wants to know. What `counts` is of small
    whole numbers: where the engine has no sum of them, nobody has one.
    """
    distinct, argument, rest = call
    inner = f"STR({argument})" if name == "GROUP_CONCAT" else argument
    if name in _ASIDE and number:
        inner = sparql_text.compose("expressions/held", ARGUMENT=argument, BEYOND=_ASIDE[name])
    made = f"{name}({distinct} {inner} {rest})"
    if len(argument) > LONGEST:
        return made
    if name in ("SUM", "AVG") and not counts:
        pieces = {"CALL": made, "NAME": f'"{name}"', "DISTINCT": distinct, "ARGUMENT": argument}
        made = sparql_text.compose("expressions/summed", **pieces)
    if not number:
        return made
    if name in _ASIDE:
        pieces = {"CALL": made, "NAME": f'"{name}"', "NUMBER": number, "ARGUMENT": argument}
        made = sparql_text.compose("expressions/extreme", **pieces)
    return sparql_text.compose("expressions/counted", CALL=made, NUMBER=number, ARGUMENT=argument)
