"""schema.org: claims with who claims them and where, in the words that search engines know."""

import json
from collections.abc import Iterator
from typing import Any

from kg.exports.facts import Facts

_CONTEXT = "https://schema.org"
_AGENTS = {
    "nr:Person": "Person", "schema:Person": "Person",
    "nr:Organization": "Organization", "schema:Organization": "Organization",
}  # fmt: skip
_RATING = {
    "ratingValue": "schema:ratingValue",
    "bestRating": "schema:bestRating",
    "worstRating": "schema:worstRating",
    "alternateName": "schema:alternateName",
}
Node = dict[str, Any]


def written(facts: Facts) -> bytes:
    """
    Return the claims as JSON-LD, and a review of each that somebody rated.

    Nothing is rated by us: there is a ClaimReview where the graph has one, with its rating.
    """
    graph = [*(_claim(facts, one) for one in facts.nodes("nr:Claim")), *_reviews(facts)]
    return (json.dumps({"@context": _CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n").encode()


def _claim(facts: Facts, node: str) -> Node:
    return _filled({
        "@type": "Claim", "@id": node, "text": facts.one(node, "schema:text"), "keywords": facts.grade(node),
        "author": [_agent(facts, one) for one in facts.all(node, "nr:claimant")],
        "appearance": [_work(facts, one) for one in facts.all(node, "nr:reportedIn")],
        "citation": [_quotation(facts, one) for one in facts.quotes_of(node)],
    })  # fmt: skip


def _agent(facts: Facts, node: str) -> Node:
    kind = next((_AGENTS[kind] for kind in facts.kinds(node) if kind in _AGENTS), "Thing")
    return {"@type": kind, "@id": node, "name": facts.label(node)}


def _work(facts: Facts, node: str) -> Node:
    return _filled({
        "@type": "CreativeWork", "@id": node, "name": facts.label(node), "url": facts.one(node, "schema:url"),
        "datePublished": facts.one(node, "dcterms:issued"),
    })  # fmt: skip


def _quotation(facts: Facts, node: str) -> Node:
    speakers = [facts.label(one) for one in facts.all(node, "nr:speaker")]
    return _filled(
        {"@type": "Quotation", "@id": node, "text": facts.one(node, "schema:text"), "creditText": ", ".join(speakers)}
    )


def _reviews(facts: Facts) -> Iterator[Node]:
    """Yield what was rated: a ClaimReview of the graph, or a claim that has a rating itself."""
    for review in facts.nodes("schema:ClaimReview"):
        yield from _review(facts, review, facts.all(review, "schema:itemReviewed"))
    for claim in facts.nodes("nr:Claim"):
        yield from _review(facts, claim, [claim])


def _review(facts: Facts, node: str, claims: list[str]) -> Iterator[Node]:
    for rating in facts.all(node, "schema:reviewRating"):
        value = {name: facts.one(rating, word) for name, word in _RATING.items()}
        value = value if any(value.values()) else {"ratingValue": rating}
        for claim in claims:
            yield _filled({
                "@type": "ClaimReview",
                "claimReviewed": facts.one(claim, "schema:text"), "itemReviewed": {"@id": claim},
                "reviewRating": {"@type": "Rating", **_filled(value)},
                "author": [_agent(facts, one) for one in facts.all(node, "schema:author") if node != claim],
                "url": facts.one(node, "schema:url") if node != claim else "",
            })  # fmt: skip


def _filled(node: Node) -> Node:
    """Return a node without what is empty, and what is alone without its list."""
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in node.items() if value
    }
