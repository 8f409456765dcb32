"""Counts: what a store holds, by the keys of `kg stats --json`."""

from typing import Any

from pyoxigraph import Store

from kg.links.resolve import STRICT
from kg.model.grades import GRADES
from kg.rdf import sparql_text

LENIENT = frozenset({"stem_icase", "title_alias", "slug", "squash", "wrong_path_stem"})


def count(store: Store) -> dict[str, Any]:
    """Return the counts of a store; the keys are the contract of the command line (see docs/cli.md)."""
    size, pages, front = _counts(store, "size"), _counts(store, "pages"), _counts(store, "front_matter")
    lines = _counts(store, "lines")
    written = sum(lines.values())
    return {
        "triples": size.get("triples", 0),
        "graphs": size.get("graphs", 0),
        "sentences": size.get("sentences", 0),
        "topics": _counts(store, "topics"),
        "pages": {
            "total": sum(pages.values()),
            "by_type": pages,
            "by_class": _counts(store, "classes"),
            "recovered": _counts(store, "recovered"),
        },
        "front_matter": {
            **{key: front.get(key, 0) for key in ("ok", "none", "unterminated")},
            "error": sum(number for key, number in front.items() if key not in ("ok", "none", "unterminated")),
        },
        **_statements(store),
        "links": _links(store),
        "lines": {
            "template": written,
            "raw": lines.get("raw", 0),
            "raw_share": round(lines.get("raw", 0) / written, 4) if written else 0.0,
        },
    }


def _statements(store: Store) -> dict[str, Any]:
    claims, connections = _counts(store, "claims"), _counts(store, "connections")
    quotes, items = _counts(store, "quotes"), _counts(store, "items")
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
            "none": _counts(store, "contradictions").get("none", 0),
            "relations": connections.get("contradicts", 0),
        },
    }


def _links(store: Store) -> dict[str, int]:
    via, traits = _counts(store, "links"), _counts(store, "link_traits")
    return {
        "total": sum(via.values()),
        "embeds": traits.get("embeds", 0),
        "strict": sum(number for name, number in via.items() if name in STRICT),
        "lenient": sum(number for name, number in via.items() if name in LENIENT),
        "broken": via.get("broken", 0),
        "ambiguous": traits.get("ambiguous", 0),
        "front_matter": traits.get("front_matter", 0),
        "markdown": traits.get("markdown", 0),
    }


def _counts(store: Store, name: str) -> dict[str, int]:
    """Return the (name, count) rows of a query in queries/stats, most frequent first."""
    rows = sparql_text.select(store, sparql_text.declared_query(f"stats/{name}").text)
    found = {row["name"].value: int(row["count"].value) for row in rows if row["name"] is not None}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
