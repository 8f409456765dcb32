"""Promises: which rules a wiki shows by its own habit that it follows, and which are not its rules."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache

import pyoxigraph as ox

from kg.check import profiles
from kg.check.profiles import Habits, Profile
from kg.model import declared
from kg.model.finding import Finding
from kg.model.rule import Unpromised
from kg.rdf import sparql_text


def unpromised(store: ox.Store, profile: Profile) -> tuple[Unpromised, ...]:
    """
    Return the rules that a wiki does not follow, in order, with how many of the places concerned hold each.

    Only rules with a query in queries/promises ask for a promise; where the profile asks for no habits, none is named.
    """
    if profile.habits is None:
        return ()
    asking = (rule for rule in _rules() if rule not in profile.promised and not profiles.is_off(profile, rule))
    counts = (one for rule in asking for one in _counts(store, rule))
    return tuple(sorted(one for one in counts if not _is_habit(one, profile.habits)))


def spoken(strange: Collection[Unpromised], findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without those of rules that are not the wiki's, as wholes or with these words."""
    silent = {(one.rule, one.message) for one in strange}
    return [one for one in findings if not {(one.rule, ""), (one.rule, one.message)} & silent]


def silent_rules(strange: Collection[Unpromised]) -> frozenset[str]:
    """Return the rules that do not speak at all."""
    return frozenset(one.rule for one in strange if not one.message)


def _is_habit(count: Unpromised, habits: Habits) -> bool:
    """Tell whether enough of the places hold the rule; where all do, there is nothing to say."""
    if count.holding >= count.places:
        return True
    return count.holding >= habits.least and 100 * count.holding >= habits.share * count.places


@cache
def _rules() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (declared.folder("queries") / "promises").glob("*.rq")))


def _counts(store: ox.Store, rule: str) -> Iterator[Unpromised]:
    """Yield what a query of queries/promises counts."""
    text = sparql_text.declared_query(f"promises/{rule}").text
    rows = store.query(text, use_default_graph_as_union=True)
    worded = isinstance(rows, ox.QuerySolutions) and any(one.value == "message" for one in rows.variables)
    for row in rows if isinstance(rows, ox.QuerySolutions) else ():
        yield Unpromised(
            rule, int(row["places"].value), int(row["holding"].value), row["message"].value if worded else ""
        )
