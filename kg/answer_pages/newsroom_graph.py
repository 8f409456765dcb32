"""The newsroom's `graph/_graph.json`: a node a page, one edge for each pair of pages, and pairs with the same links."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from kg.answer_pages.newsroom_wiki import HUBS, LINK, NewsroomPage, NewsroomWiki
from kg.model.records import dataclass

_PRIORITY = {"references": 1, "cites": 2, "defines": 3, "contradicts": 4}
_GRADES = {"forecast": 1, "analysis": 2, "fact": 3}
_PREFIX = re.compile(r"^[^\S\n]*[-*]\s*(contradicts|defines|cites|references)\s*:", re.IGNORECASE)
_GRADE = re.compile(r"\[(fact|analysis|forecast)\]")
_LABEL = re.compile(r"\s*—\s*(.+)")
_LONGEST = 80
_SHARED = 5
_LAST = 1 << 80


@dataclass(slots=True)
class _Edge:
    """What the links from one page to another say together."""

    relation: str = "references"
    label: str = ""
    grade: str = ""
    labelled: int = 0


def graph(wiki: NewsroomWiki) -> dict[str, Any]:
    """Return the graph of a wiki as the newsroom writes it."""
    nodes = [{"id": page.path, "label": page.title, "type": page.kind or "unknown"} for page in wiki.nodes]
    linked = {page.path: _edges(page, wiki) for page in wiki.nodes}
    extracted = [_record(start, end, edge) for start, ends in linked.items() for end, edge in _in_order(ends)]
    inferred = list(_inferred({start: set(ends) for start, ends in linked.items()}))
    return {
        "nodes": nodes,
        "edges": [*extracted, *inferred],
        "stats": {
            "node_count": len(nodes),
            "edge_count": len(extracted) + len(inferred),
            "extracted_edges": len(extracted),
            "inferred_edges": len(inferred),
            "relations": dict(Counter(edge["relation"] for edge in extracted)),
            "types": dict(Counter(node["type"] for node in nodes)),
        },
    }


def _in_order(ends: dict[str, _Edge]) -> list[tuple[str, _Edge]]:
    """Return the edges of a page: those with a label in the order of the labels, then the others."""
    return sorted(ends.items(), key=lambda item: item[1].labelled or _LAST)


def _record(start: str, end: str, edge: _Edge) -> dict[str, Any]:
    record = {"from": start, "to": end, "type": "EXTRACTED", "relation": edge.relation}
    return (
        record | ({"label": edge.label} if edge.label else {}) | ({"evidence_grade": edge.grade} if edge.grade else {})
    )


def _edges(page: NewsroomPage, wiki: NewsroomWiki) -> dict[str, _Edge]:
    """Return the edges of a page in the order of their first links."""
    edges: dict[str, _Edge] = {}
    section = ""
    for number, line in enumerate(page.text.split("\n")):
        if line.startswith("## "):
            section = line[3:].strip()
        prefix, grade = _PREFIX.match(line), _GRADE.search(line)
        for match in LINK.finditer(line):
            end = wiki.resolve(match[1].split("|")[0])
            if end is None:
                continue
            edge = edges.setdefault(end, _Edge())
            relation = prefix[1].lower() if prefix else _of_section(page.folder, section)
            edge.relation = max(edge.relation, relation, key=_PRIORITY.__getitem__)
            label = _LABEL.match(line, match.end())
            if label and not edge.label:
                edge.label = label[1].strip()[:_LONGEST]
                edge.labelled = (number << 32) + match.start() + 1
            if grade:
                edge.grade = max(edge.grade, grade[1], key=lambda one: _GRADES.get(one, 0))
    return edges


def _of_section(folder: str, section: str) -> str:
    if section in ("Opposing Positions", "Derived Tensions"):
        return "contradicts"
    if (folder == "sources" and section in ("Key Claims", "Key Quotes")) or (
        folder == "contradictions" and section == "Representative Evidence"
    ):
        return "cites"
    if section in ("Sources", "Source References"):
        return "cites"
    return "defines" if folder in HUBS and section == "Overview" else "references"


def _inferred(out: dict[str, set[str]]) -> Iterator[dict[str, Any]]:
    """Yield the pairs of pages that link at least five same pages and not each other."""
    order = {path: number for number, path in enumerate(out)}
    linking: dict[str, list[str]] = {}
    for start, ends in out.items():
        for end in ends:
            linking.setdefault(end, []).append(start)
    common: Counter[tuple[str, str]] = Counter()
    for starts in linking.values():
        common.update(combinations(starts, 2))
    pairs = [pair for pair, count in common.items() if count >= _SHARED]
    for first, second in sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]])):
        if second in out[first] or first in out[second]:
            continue
        shared = sorted(out[first] & out[second])
        confidence = round(min(1.0, len(shared) / _SHARED), 2)
        yield {"from": first, "to": second, "type": "INFERRED", "confidence": confidence, "shared": shared[:_SHARED]}
