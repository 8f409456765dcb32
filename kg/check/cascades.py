"""Cascades: findings that follow from another one on their page, so that one cause is one finding."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import pyoxigraph as ox

from kg.check import rules
from kg.model.finding import Finding, Level
from kg.rdf import names, sparql_text
from kg.shacl.shapes_graph import Graph

_BREAKS, _EXPLAINS, _RESTS_ON = (ox.NamedNode(names.SHAPES + word) for word in ("breaks", "explains", "restsOn"))
# The rules that are the cause of others only on pages that queries/checks/lost.rq names.
_IF_LOST = frozenset({"encoding", "front-matter-fence", "front-matter-format", "front-matter-late", "page-type"})
_NONE = 99


def causes(findings: Collection[Finding], graph: Graph, store: ox.Store) -> Iterator[Finding]:
    """
    Yield findings without those that follow from another one on their page.

    A rule that shapes:restsOn a part of a page says nothing new where one that shapes:breaks this part speaks, which is
    as bad or worse. One that shapes:explains what is wrong with the part is said in place of the others, and is as bad
    as the worst of them.
    """
    breaking, explaining, resting = (_rules(graph, word) for word in (_BREAKS, _EXPLAINS, _RESTS_ON))
    lost = _lost(store) if any(one.rule in _IF_LOST for one in findings) else frozenset()
    explained: dict[tuple[str, str], Finding] = {}
    broken: dict[tuple[str, str], int] = {}
    for one in sorted(findings):
        if one.rule not in _IF_LOST or (one.rule, one.span.path) in lost:
            for part in explaining.get(one.rule, ()):
                explained.setdefault((one.span.path, part), one)
            for part in breaking.get(one.rule, ()):
                broken[one.span.path, part] = min(broken.get((one.span.path, part), one.level.rank), one.level.rank)
    worst: dict[Finding, Level] = {}
    left: list[Finding] = []
    for one in findings:
        parts = {(one.span.path, part) for part in resting.get(one.rule, ())}
        cause = next((explained[part] for part in sorted(parts) if part in explained and explained[part] != one), None)
        if cause and one.rule not in explaining:
            worst[cause] = min(worst.get(cause, cause.level), one.level, key=lambda level: level.rank)
        elif not any(broken.get(part, _NONE) <= one.level.rank for part in parts) or _is_cause(one, breaking, lost):
            left.append(one)
    yield from (replace(one, level=worst.get(one, one.level)) for one in left)


def _is_cause(finding: Finding, breaking: Collection[str], lost: Collection[tuple[str, str]]) -> bool:
    """Tell whether a finding breaks what others rest on."""
    return finding.rule in breaking and (finding.rule not in _IF_LOST or (finding.rule, finding.span.path) in lost)


def _rules(graph: Graph, word: ox.NamedNode) -> dict[str, frozenset[str]]:
    """Return the parts that rules name by a word."""
    found = {rules.name(rule): rows[word] for rule, rows in graph.about.items() if word in rows}
    return {rule: frozenset(part.value for part in parts) for rule, parts in found.items()}


def _lost(store: ox.Store) -> frozenset[tuple[str, str]]:
    """Return the rules that say what is lost of a page, each with the paths of such pages."""
    text = sparql_text.declared_query("checks/lost").text
    rows = store.query(text, use_default_graph_as_union=True)
    found = rows if isinstance(rows, ox.QuerySolutions) else ()
    return frozenset((row["rule"].value, row["path"].value) for row in found)
