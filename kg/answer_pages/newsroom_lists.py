"""The newsroom's lists in Markdown: the index, the catalogs of sources, and the AUTO blocks of overviews."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kg.answer_pages.newsroom_wiki import LINK, NewsroomPage, NewsroomWiki
from kg.model.records import dataclass

Edges = Sequence[Mapping[str, Any]]
_ENOUGH = 0.3
_NUMBERED = re.compile(r"\d+[.)] ")
_TITLE = 45
_LEAST = 10
_TOP = 15
_BRIEFINGS = 8
_GROUPS = (
    ("Entities", "entities"),
    ("Concepts", "concepts"),
    ("Analyses", "syntheses"),
    ("Associative Trails", "trails"),
    ("Timelines", "timelines"),
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of hubs: its slug, its name and its members."""

    slug: str
    name: str
    members: Sequence[str]


@dataclass(frozen=True, slots=True)
class Clusters:
    """The clusters in their order, and what each source weighs in them."""

    clusters: Sequence[Cluster]
    weights: Mapping[str, Mapping[str, float]]
    primary: Mapping[str, str]

    def of(self, path: str) -> list[Cluster]:
        """Return the clusters that a source is listed under, in the order of its weights."""
        by_slug = {one.slug: one for one in self.clusters}
        heavy = [slug for slug, weight in self.weights.get(path, {}).items() if weight >= _ENOUGH]
        return [by_slug[slug] for slug in heavy or [self.primary.get(path, "")] if slug in by_slug]


def clusters(data: Mapping[str, Any]) -> Clusters:
    """Return what `graph/_clusters.json` says."""
    assigned = data.get("source_assignments", {})
    return Clusters(
        [Cluster(one["slug"], one["name"], one["members"]) for one in data.get("clusters", ())],
        {path: one["weights"] for path, one in assigned.items()},
        {path: one["primary"] for path, one in assigned.items()},
    )


def description(page: NewsroomPage) -> str:
    """Return the first sentence of a page, as a list shows it."""
    for line in page.body.split("\n"):
        text = line.strip()
        if len(text) >= _LEAST and not text.startswith(("#", ">", "|", "*")) and not _NUMBERED.match(text):
            text = text.removeprefix("- ")
            flat = LINK.sub(lambda link: link[1].partition("|")[2] or link[1], text)
            first, point, _ = flat.partition(". ")
            return first + "." if point else first
    return ""


def index(wiki: NewsroomWiki, groups: Clusters, contradictions: int) -> str:
    """Return `index.md`."""
    lines = ["# Wiki Index", "", "This file is auto-generated and updated.", "", "## Overview"]
    drill = f"({contradictions} contradictions, drill down by theme)"
    lines.append("- [Overview](overview.md) — wiki-wide view along the landscape axis")
    lines.append(f"- [Contradiction Analysis](contradiction.md) — wiki-wide view along the conflict axis {drill}")
    lines += _briefings(wiki)
    sources = wiki.in_folder("sources")
    lines += ["", f"## Sources ({len(sources)})"]
    lines += ["For the full source list see the [source catalog](sources/_catalog.md), or browse by cluster:", ""]
    lines += ["| Cluster | Count | Catalog |", "|----------|------|---------|"]
    counts = {one.slug: sum(1 for page in sources if one in groups.of(page.path)) for one in groups.clusters}
    for one in sorted(groups.clusters, key=lambda one: -counts[one.slug]):
        if counts[one.slug]:
            lines.append(f"| {one.name} | {counts[one.slug]} | [{one.name} catalog](sources/_catalog-{one.slug}.md) |")
    for title, folder in _GROUPS:
        pages = sorted(wiki.in_folder(folder), key=lambda page: page.title.casefold())
        if pages:
            lines += ["", f"## {title} ({len(pages)})"]
            lines += [f"- [{page.title}]({page.path}) — {description(page)}" for page in pages]
    return "\n".join(lines) + "\n"


def _briefings(wiki: NewsroomWiki) -> list[str]:
    """Return the newest briefings of a week, which stand with the overviews."""
    found = [page for page in wiki.pages if page.stem.startswith("weekly-briefing-")]
    newest = sorted(found, key=lambda page: page.stem, reverse=True)[:_BRIEFINGS]
    return [f"- [{page.title}]({page.path}) — {description(page)}" for page in newest]


def catalogs(wiki: NewsroomWiki, groups: Clusters) -> dict[str, str]:
    """Return the catalogs by their paths: of all sources, and of each cluster."""
    sources = sorted(wiki.in_folder("sources"), key=_date, reverse=True)
    head = f"# Source Catalog: All ({len(sources)})\n\n[← Back to index](../index.md)\n\n"
    note = "> Clusters are auto-generated from Leiden topology — a source may be listed under multiple clusters.\n\n"
    pieces, pages = [head + note], {}
    for one in groups.clusters:
        listed = [page for page in sources if one in groups.of(page.path)]
        if not listed:
            continue
        rows = "".join(_row(page, groups) for page in listed)
        pieces.append(f"\n## {one.name} ({len(listed)})\n\n{rows}")
        pages[f"sources/_catalog-{one.slug}.md"] = (
            f"# Source Catalog: {one.name} ({len(listed)})\n\n[← Back to index](../index.md)\n\n"
            f"> Cluster `{one.slug}` · Leiden topology-based · {len(one.members)} hubs\n\n{rows}"
        )
    return {"sources/_catalog.md": "".join(pieces), **pages}


def _date(page: NewsroomPage) -> str:
    return page.field("published") or page.field("scraped")


def _row(page: NewsroomPage, groups: Clusters) -> str:
    title = page.title if len(page.title) <= _TITLE else f"{page.title[:_TITLE]}…"
    several = groups.of(page.path)
    names = f" `[{', '.join(one.name for one in several)}]`" if len(several) > 1 else ""
    return f"- [{title}]({page.path.rpartition('/')[2]}) — {description(page)}{names}\n"


def auto_blocks(page: NewsroomPage, wiki: NewsroomWiki, groups: Clusters, edges: Edges) -> dict[str, str]:
    """Return what stands between the AUTO marks of an overview, by the names of the marks."""
    one = next((one for one in groups.clusters if one.slug == (page.field("cluster") or page.stem)), None)
    return {} if one is None else {"MEMBERS": _members(one, wiki, edges), "SOURCES": _sources(one, wiki, groups)}


def _members(cluster: Cluster, wiki: NewsroomWiki, edges: Edges) -> str:
    inside = {*cluster.members}
    degree = dict.fromkeys(cluster.members, 0.0)
    for edge in edges:
        if edge["from"] != edge["to"] and edge["from"] in inside and edge["to"] in inside:
            for end in (edge["from"], edge["to"]):
                degree[end] += edge.get("confidence", 1.0)
    ranked = sorted(cluster.members, key=lambda path: (-degree[path], path))
    lines = [f"## Key Members (auto-extracted, top {_TOP} by intra-cluster connectivity)"]
    for title, folder in _GROUPS[:2]:
        some = [path for path in ranked if path.startswith(f"{folder}/") and path in wiki.by_path][:_TOP]
        if some:
            lines += ["", f"**{title}** ({len(some)})", *(f"- [[{wiki.by_path[path].stem}]]" for path in some)]
    return "\n".join(lines) + "\n"


def _sources(cluster: Cluster, wiki: NewsroomWiki, groups: Clusters) -> str:
    listed = [page for page in wiki.in_folder("sources") if cluster in groups.of(page.path)]
    weigh = {page.path: groups.weights.get(page.path, {}).get(cluster.slug, 0.0) for page in listed}
    top = sorted(sorted(listed, key=lambda page: page.stem), key=_date, reverse=True)
    top = sorted(top, key=lambda page: -weigh[page.path])[:_TOP]
    lines = [
        "## Sources",
        "",
        f"{len(listed)} total — see [{cluster.name} catalog](../sources/_catalog-{cluster.slug}.md).",
    ]
    lines += ["", f"Top {len(top)} by weight:"]
    lines += [f"- [[{page.stem}]] _(w={weigh[page.path]:.2f})_" for page in top]
    return "\n".join(lines) + "\n"


def with_blocks(text: str, blocks: Mapping[str, str]) -> str:
    """Return a page with what stands between its AUTO marks replaced; what stands around them stays."""

    def filled(match: re.Match[str]) -> str:
        return f"{match[1]}{blocks[match[2]]}{match[3]}" if match[2] in blocks else match[0]

    form = re.compile(r"(<!-- AUTO:([A-Z]+) BEGIN -->(?:\r\n|\r|\n))(?:.*?[\r\n])??(<!-- AUTO:\2 END -->)", re.DOTALL)
    return form.sub(filled, text)
