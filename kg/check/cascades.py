"""Cascades: findings that follow from another one on their page, so that one cause is one finding."""

from collections import defaultdict
from collections.abc import Collection, Iterator

import pyoxigraph as ox

from kg.check import rules
from kg.model.finding import Finding
from kg.rdf import names, sparql_text
from kg.shacl.shapes_graph import Graph

_BREAKS, _RESTS_ON = (ox.NamedNode(names.SHAPES + word) for word in ("breaks", "restsOn"))
_BARE = "page-type"


def causes(findings: Collection[Finding], graph: Graph, store: ox.Store) -> Iterator[Finding]:
    """
    Yield findings without those that follow from another one on their page, which is as bad or worse.

    A rule that shapes:restsOn a part of a page says nothing new where one that shapes:breaks this part speaks. That the
    type is missing breaks the front matter only where there is none at all.
    """
    breaking, resting = _rules(graph, _BREAKS), _rules(graph, _RESTS_ON)
    bare = _without_front_matter(store) if any(one.rule == _BARE for one in findings) else frozenset()
    worst: dict[tuple[str, str], int] = defaultdict(lambda: 99)
    for one in findings:
        for part in breaking.get(one.rule, ()) if _breaks(one, breaking, bare) else ():
            worst[one.span.path, part] = min(worst[one.span.path, part], one.level.rank)
    for one in findings:
        parts = () if _breaks(one, breaking, bare) else resting.get(one.rule, ())
        if not any((one.span.path, part) in worst and worst[one.span.path, part] <= one.level.rank for part in parts):
            yield one


def _breaks(finding: Finding, breaking: Collection[str], bare: Collection[str]) -> bool:
    """Tell whether a finding is a cause of others."""
    return finding.rule in breaking and (finding.rule != _BARE or finding.span.path in bare)


def _rules(graph: Graph, word: ox.NamedNode) -> dict[str, frozenset[str]]:
    """Return the parts that rules name by a word."""
    found = {rules.name(rule): rows[word] for rule, rows in graph.about.items() if word in rows}
    return {rule: frozenset(part.value for part in parts) for rule, parts in found.items()}


def _without_front_matter(store: ox.Store) -> frozenset[str]:
    """Return the paths of the pages that have none."""
    text = sparql_text.declared_query("checks/bare").text
    rows = store.query(text, use_default_graph_as_union=True)
    return frozenset(row["path"].value for row in rows) if isinstance(rows, ox.QuerySolutions) else frozenset()
