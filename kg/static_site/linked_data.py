"""What a page says, as JSON-LD of schema.org for whoever reads pages by program: claims, quotes, who said them."""

import json
from typing import Any

from kg.static_site.records import Page, Statement, Wiki
from kg.static_site.search_index import safe_json

_MOST = 200
_TYPES = {
    "SourcePage": "CreativeWork", "ConceptPage": "DefinedTerm", "EntityPage": "Thing", "TimelinePage": "ItemList",
}  # fmt: skip


def of_page(wiki: Wiki, page: Page, statements: list[Statement]) -> str:
    """Return the JSON-LD of a page, such that it can stand in an element of HTML."""
    about = page.about
    record = _without_empty(
        {
            "@context": "https://schema.org",
            "@id": page.iri,
            "@type": "WebPage",
            "name": about.name,
            "description": page.description,
            "dateModified": about.updated,
            "keywords": [*page.tags],
            "about": _topic(page),
            "isPartOf": {"@type": "WebSite", "name": wiki.title},
            "hasPart": [_statement(wiki, one) for one in statements if one.part.kind in ("claim", "quote")][:_MOST],
        }
    )
    return safe_json(json.dumps(record, ensure_ascii=False, indent=1))


def _topic(page: Page) -> dict[str, Any]:
    about = page.about
    kind = page.topic_kind or _TYPES.get(about.kind, "Thing")
    source = about.kind == "SourcePage"
    return _without_empty(
        {
            "@id": page.topic,
            "@type": kind,
            "name": about.name,
            "url": about.url if about.url.startswith(("http://", "https://")) else "",
            "datePublished": about.published if source else "",
            "publisher": about.publisher if source else "",
        }
    )


def _statement(wiki: Wiki, one: Statement) -> dict[str, Any]:
    part = one.part
    voices = [
        {"@id": iri, "name": wiki.names.get(iri, "") or name}
        for iri, name in zip(part.voice_iris, part.voices, strict=False)
    ]
    return _without_empty(
        {
            "@id": part.iri,
            "@type": "Claim" if part.kind == "claim" else "Quotation",
            "text": part.text,
            "genre": part.grade if part.kind == "claim" else "",
            "creator" if part.kind == "claim" else "spokenByCharacter": voices,
            "identifier": f"{part.span.path}:{part.span.line}:{part.span.column}",
        }
    )


def _without_empty(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value not in ("", [], {})}
