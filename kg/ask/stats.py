"""Counts: what a store holds, by the keys of `kg stats --json`."""

from collections.abc import Callable, Mapping
from typing import Any

from pyoxigraph import QuerySolutions, Store

from kg.model.grades import GRADES
from kg.rdf import sparql_text

# What the queries of queries/stats count, by the name of the query. Each counts graph by graph: the counts of a store
# are the sums of those of its graphs.
Rows = Mapping[str, Mapping[str, int]]
Select = Callable[[str], QuerySolutions]
QUERIES = (
    "claims", "classes", "connections", "contradictions", "front_matter", "items", "lines", "link_resolutions",
    "link_traits", "links", "pages", "quotes", "recovered", "size", "topics",
)  # fmt: skip
FORMS = ("wikilink", "markdown", "field")
RESOLUTIONS = ("strict", "lenient", "ambiguous", "broken", "missing", "attachment", "outside", "empty")


def count(store: Store) -> dict[str, Any]:
    """Return the counts of a store; the keys are the contract of the command line (see docs/cli.md)."""
    return told(rows(store))


def rows(store: Store) -> Rows:
    """Return what each query of queries/stats counts in a store."""
    return rows_by(lambda text: sparql_text.select(store, text))


def rows_by(select: Select) -> Rows:
    """Return what each query of queries/stats counts where `select` answers it."""
    return {name: _counts(select, name) for name in QUERIES}


def plus(first: Rows, second: Rows, sign: int = 1) -> Rows:
    """Return the sums of two counts, or with -1 their differences; what comes to nothing is not there."""
    sums: dict[str, dict[str, int]] = {}
    for query in QUERIES:
        keys = {*first[query], *second[query]}
        both = {key: first[query].get(key, 0) + sign * second[query].get(key, 0) for key in keys}
        sums[query] = {key: number for key, number in both.items() if number}
    return sums


def told(counts: Rows) -> dict[str, Any]:
    """Return what was counted by the keys of the command line."""
    ordered = {name: _ordered(some) for name, some in counts.items()}
    size, pages, front = ordered["size"], ordered["pages"], ordered["front_matter"]
    lines = ordered["lines"]
    written = sum(lines.values())
    return {
        "triples": size.get("triples", 0),
        "graphs": size.get("graphs", 0),
        "sentences": size.get("sentences", 0),
        "topics": ordered["topics"],
        "pages": {
            "total": sum(pages.values()),
            "by_type": pages,
            "by_class": ordered["classes"],
            "recovered": ordered["recovered"],
        },
        "front_matter": {
            **{key: front.get(key, 0) for key in ("ok", "none", "unterminated")},
            "error": sum(number for key, number in front.items() if key not in ("ok", "none", "unterminated")),
        },
        **_statements(ordered),
        "links": _links(ordered),
        "lines": {
            "template": written,
            "raw": lines.get("raw", 0),
            "raw_share": round(lines.get("raw", 0) / written, 4) if written else 0.0,
        },
    }


def _statements(counts: Rows) -> dict[str, Any]:
    claims, connections, quotes, items = (counts[name] for name in ("claims", "connections", "quotes", "items"))
    return {
        "claims": {
            "total": sum(claims.values()),
            "by_type": {grade: claims[grade] for grade in GRADES if grade in claims},
            "untyped": claims.get("untyped", 0),
            "unknown": claims.get("unknown", 0),
        },
        "connections": {
            "total": sum(connections.values()),
            "by_relation": {word: number for word, number in connections.items() if word},
            "untyped": connections.get("", 0),
        },
        "related": {"total": items.get("related", 0)},
        "quotes": {"total": sum(quotes.values()), "attributed": quotes.get("attributed", 0)},
        "contradictions": {
            "items": items.get("contradictions", 0),
            "none": counts["contradictions"].get("none", 0),
            "relations": connections.get("contradicts", 0),
        },
    }


def _links(counts: Rows) -> dict[str, Any]:
    traits, all_forms = counts["link_traits"], counts["link_resolutions"]
    found = {form: {one: all_forms.get(f"{form} {one}", 0) for one in RESOLUTIONS} for form in FORMS}
    wikilinks = found["wikilink"]
    return {
        "total": sum(wikilinks.values()),
        "embeds": traits.get("embeds", 0),
        **{one: wikilinks[one] for one in ("strict", "lenient", "broken", "ambiguous")},
        "several": traits.get("several", 0),
        "front_matter": sum(found["field"].values()),
        "markdown": sum(found["markdown"].values()),
        "by_way": counts["links"],
        "by_form": {form: {one: number for one, number in some.items() if number} for form, some in found.items()},
    }


def _counts(select: Select, name: str) -> dict[str, int]:
    """Return the (name, count) rows of a query in queries/stats."""
    answers = select(sparql_text.declared_query(f"stats/{name}").text)
    return {row["name"].value: int(row["count"].value) for row in answers if row["name"] is not None}


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts, the most frequent first."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
