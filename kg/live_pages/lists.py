"""The pages that list what there is: the start, topics, sources, contradictions."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.live_pages.as_json import document
from kg.live_pages.asked import Asked, Made, part
from kg.live_pages.live_wiki import LiveWiki, terms, text
from kg.model.finding import Span
from kg.rdf import names, sparql_text
from kg.static_site import charts, html_site, read_wiki

_A_PART, _MOST_NAMED = 50, 200


def home(live: LiveWiki, request: Asked) -> Made:
    """Return the start page: how much there is, charts, what is linked most."""
    request.known()
    much, grades = _much(live)
    pages = [*live.pages.values()]
    newest = sorted(
        (page for page in pages if page.about.kind == "SourcePage" and page.about.published),
        key=lambda page: (page.about.published, page.path), reverse=True,
    )  # fmt: skip
    return live.filled(
        "index.html", request, "home",
        counts=much, grades=charts.grade_bars(grades), growth=charts.growth_bars(live.wiki),
        newest=[(page.about.published, live.entry(page.topic)) for page in newest[:8]],
        hubs=[live.entry(topic, words=str(count)) for topic, count in _hubs(live)],
        clusters=[(name, [live.entry(one) for one in some]) for name, some in _clusters(live).items()],
        overviews=[live.entry(page.topic) for page in pages if page.about.kind == "OverviewPage"],
    )  # fmt: skip


def _much(live: LiveWiki) -> tuple[dict[str, int], dict[str, int]]:
    """Return how much there is of what, and how many claims of each grade."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in live.rows("much"):
        found[row["kind"].value.removeprefix(names.NR)][text(row, "type").rpartition("#")[2]] = int(row["count"].value)
    kinds = [page.about.kind for page in live.pages.values()]
    much = {"pages": len(kinds), "sources": kinds.count("SourcePage")}
    much |= {f"{kind.lower()}s": sum(found[kind].values()) for kind in ("Claim", "Quote", "Connection")}
    return much, dict(found["Claim"])


def _hubs(live: LiveWiki) -> list[tuple[str, int]]:
    linked = ((topic, count) for topic, count in live.degrees.items() if topic in live.by_topic)
    hubs = [one for one in linked if live.by_topic[one[0]].about.kind != "SourcePage"]
    return sorted(hubs, key=lambda one: (-one[1], one[0]))[:12]


def _clusters(live: LiveWiki) -> Mapping[str, list[str]]:
    found = read_wiki.clusters(live.reading.quads)
    return {name: [one for one in some if one in live.by_topic] for name, some in found.items()}


def topics(live: LiveWiki, request: Asked) -> Made:
    """Return all pages by their kind, a part at a time; those of one kind where its field says so."""
    request.known("kind", "from")
    kind = request.choice("kind", tuple(html_site.KINDS))
    every = sorted(live.pages.values(), key=lambda page: (page.about.name.casefold(), page.path))
    kinds: dict[str, int] = defaultdict(int)
    for page in every:
        kinds[page.about.kind if page.about.kind in html_site.KINDS else "Page"] += 1
    some = [page for page in every if not kind or page.about.kind == kind]
    shown, where = part(request, len(some), _MOST_NAMED)
    rows = [(live.entry(page.topic, request.here, page.description), page) for page in some[where]]
    if request.as_json:
        return document(shown, [_page_record(live, page) for _, page in rows])
    return live.filled(
        "list_topics.html", request, "topics", rows=rows, shown=shown, kind=kind,
        counts={name: kinds[name] for name in html_site.KINDS},
    )  # fmt: skip


def _page_record(live: LiveWiki, page: Any) -> dict[str, Any]:  # noqa: ANN401  # of records
    about = page.about
    return {
        "path": page.path, "iri": page.topic, "name": about.name, "kind": about.kind,
        "published": about.published or None, "address": live.address(page.path),
    }  # fmt: skip


def sources(live: LiveWiki, request: Asked) -> Made:
    """Return the sources, the newest first, with how many claims of each grade they have."""
    request.known("since", "from")
    query_text, given = sparql_text.declared_query("library/sources").text, terms(live, request, "library/sources")
    rows = [*sparql_text.select(live.reading.quads, sparql_text.bind(query_text, given))]
    shown, where = part(request, len(rows), _A_PART)
    counted = ("facts", "analyses", "forecasts", "ungraded")
    found = [
        {
            "entry": live.entry(row["source"].value, request.here), "path": row["path"].value,
            "published": text(row, "published"), "scraped": text(row, "scraped"), "url": text(row, "url"),
            "counts": [int(row[name].value) for name in counted],
        }
        for row in rows[where]
    ]  # fmt: skip
    if request.as_json:
        return document(shown, [{**one, "entry": one["entry"].name} for one in found])
    return live.filled("list_sources.html", request, "sources", rows=found, shown=shown, since=request.text("since"))


def contradictions(live: LiveWiki, request: Asked) -> Made:
    """Return the themes with their positions, and which source contradicts which."""
    request.known("from")
    themes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in read_wiki.positions(live.reading.quads):
        themes[one.theme].append(
            {
                "label": one.label, "place": f"{one.path}:{one.line}:{one.column}",
                "holders": [_pair(live, iri) for iri in one.holders],
                "sources": [_pair(live, iri) for iri in one.sources], "theme": _pair(live, one.theme),
            }
        )  # fmt: skip
    own = [page.topic for page in live.pages.values() if page.about.kind == "ContradictionPage"]
    every = [(live.entry(topic), themes.get(topic, [])) for topic in dict.fromkeys((*own, *themes))]
    rows = [*sparql_text.select(live.reading.quads, sparql_text.declared_query("library/contradictions").text)]
    shown, where = part(request, len(rows), _A_PART)
    against = [_against(live, row) for row in rows[where]]
    if request.as_json:
        return document(shown, [{"from": one["from"].name, "words": one["words"], "place": one["place"],
                                 "to": [name for _, name in one["to"]]} for one in against])  # fmt: skip
    return live.filled("contradictions.html", request, "contradictions", themes=every, against=against, shown=shown)


def _against(live: LiveWiki, row: Any) -> dict[str, Any]:  # noqa: ANN401  # a row
    place = Span(row["path"].value, int(row["line"].value), int(row["column"].value))
    to = [_pair(live, row["target"].value)] if isinstance(row["target"], NamedNode | Literal) else []
    return {
        "from": live.entry(row["source"].value), "to": to, "words": text(row, "description"), "place": str(place),
        "address": live.address(place.path, place.line), "why": live.why(place),
    }  # fmt: skip


def _pair(live: LiveWiki, iri: str) -> tuple[str, str]:
    entry = live.entry(iri)
    return entry.address, entry.name
