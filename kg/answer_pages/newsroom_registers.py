"""The newsroom's registers in JSON: backlinks, the map of sources, contradictions, dependencies and overlays."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kg.answer_pages.newsroom_wiki import HUBS, LINK, NewsroomPage, NewsroomWiki
from kg.model.records import dataclass

_LINKING = ("sources", *HUBS)
_ITEM = re.compile(r"^[^\S\n]*-\s*contradicts\s*:\s*(.+)$", re.MULTILINE | re.IGNORECASE)
_DENIALS = frozenset({"none", "none.", "n/a"})
_SHORTEST = 5
_DERIVING = (*_LINKING, "timelines", "overviews", "contradictions", "syntheses", "trails")
_ROOTS = ("overview.md", "contradiction.md")
_GRADED = re.compile(r"^[^\S\n]*-\s*\[(fact|analysis|forecast)\]", re.MULTILINE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STEP = re.compile(r"^[^\S\n]*\d+[.)]\s+(.*)$", re.MULTILINE)
_ENTRY = re.compile(r"^[^\S\n]*-\s*(?:★\s*)?\*\*([^*]+)\*\*\s*(.*)$", re.MULTILINE)
_CAMP = re.compile(r"^[^\S\n]*-\s*\*\*.*$", re.MULTILINE)
_NOTE = re.compile(r"\s*—\s*(.+)")
_STANDING = {"entity": 1.0, "concept": 0.6, "source": 0.5}
_RECENT, _YEAR = 90, 365


@dataclass(frozen=True, slots=True)
class Hints:
    """What lies beside the pages: the clusters' members by their slugs, and the claims of each theme."""

    members: Mapping[str, Sequence[str]]
    themes: Mapping[str, Sequence[str]]


def backlinks(wiki: NewsroomWiki) -> dict[str, list[dict[str, str]]]:
    """Return which pages link each name, as it is written and whether or not a page has it."""
    found: dict[str, list[dict[str, str]]] = {}
    for page in (page for folder in _LINKING for page in wiki.in_folder(folder)):
        names = dict.fromkeys(_name(match[1]) for match in LINK.finditer(page.text))
        for name in names:
            if name and name != page.stem:
                found.setdefault(name, []).append({"from": page.path, "title": page.title})
    return found


def _name(words: str) -> str:
    return words.split("|", maxsplit=1)[0].split("#", maxsplit=1)[0].strip().rpartition("/")[2]


def source_map(wiki: NewsroomWiki) -> dict[str, dict[str, str]]:
    """Return the sources by their addresses and by the files that they were written from."""
    by_url: dict[str, str] = {}
    by_path: dict[str, str] = {}
    for page in wiki.in_folder("sources"):
        if page.field("source_url"):
            by_url[page.field("source_url")] = page.stem
        if page.field("source_file"):
            by_path[page.field("source_file")] = page.stem
    for page in wiki.in_folder("sources"):
        for key, table in (("source_url_alts", by_url), ("source_file_alts", by_path)):
            for value in page.fields.get(key, ()):
                table.setdefault(value, page.stem)
    return {"by_url": by_url, "by_path": by_path}


def contradictions(wiki: NewsroomWiki, today: str) -> list[dict[str, Any]]:
    """Return the contradictions that source pages state, without their types, which words alone decide."""
    return [
        {
            "id": hashlib.sha1(claim.encode(), usedforsecurity=False).hexdigest()[:8],
            "source": page.path,
            "claim": claim,
            "status": "open",
            "evidence_strength": _strength(page, claim, wiki, today),
        }
        for page in wiki.in_folder("sources")
        for claim in claims(page)
    ]


def claims(page: NewsroomPage) -> Iterator[str]:
    """Yield what the connections of a page contradict."""
    for match in _ITEM.finditer(page.section("Connections")):
        claim = match[1].strip()
        if len(claim) >= _SHORTEST and claim.casefold() not in _DENIALS:
            yield claim


def _strength(page: NewsroomPage, claim: str, wiki: NewsroomWiki, today: str) -> float:
    """Return how strong the evidence for a contradiction is, from 0 to 1."""
    link = LINK.search(claim)
    target = wiki.resolve(link[1].split("|")[0]) if link else None
    kind = wiki.by_path[target].kind if target else ""
    grades = _GRADED.findall(page.section("Key Claims"))
    facts = grades.count("fact") / len(grades) if grades else 0.0
    anchored = 1.0 if link and "#" in link[1].split("|")[0] else 0.0
    recent = _recency(page.field("published") or page.field("scraped"), today)
    return round(0.30 * anchored + 0.15 * recent + 0.40 * facts + 0.15 * _STANDING.get(kind, 0.0), 2)


def _recency(date: str, today: str) -> float:
    try:
        age = (dt.date.fromisoformat(today) - dt.date.fromisoformat(date[:10])).days
    except ValueError:
        return 0.2
    return 1.0 if age <= _RECENT else 0.5 if age <= _YEAR else 0.2


def dependencies(wiki: NewsroomWiki, hints: Hints) -> dict[str, Any]:
    """Return what each page derives from, and the newest date of that."""
    listed = [page for folder in _DERIVING for page in wiki.in_folder(folder)]
    pages = [*listed, *(wiki.by_path[path] for path in _ROOTS if path in wiki.by_path)]
    upstream = {page.path: _upstream(page, wiki, hints) for page in pages}
    found = {}
    for page in pages:
        dates = [date for path in upstream[page.path] if (date := _contribution(path, upstream, wiki))]
        date = _own_date(page)
        found[page.path] = {
            "last_updated": date or None,
            "upstream": upstream[page.path],
            "upstream_max_date": max(dates, default=None),
        }
    note = (
        "layer-cascade upstream index — page → {upstream pages it derives from, newest upstream date}. "
        "Consumed by tools/_lint/staleness.py (uniform staleness rule). Additive; no existing behavior changed."
    )
    return {"_meta": {"phase": "dependencies", "note": note, "page_count": len(found)}, "pages": found}


def _own_date(page: NewsroomPage) -> str:
    if page.folder == "sources":
        return page.field("scraped") or page.field("published")
    return page.field("last_updated") or page.field("created")


def _contribution(path: str, upstream: Mapping[str, Sequence[str]], wiki: NewsroomWiki) -> str:
    """Return the date that a page counts with: a hub's is that of its newest source where that is newer."""
    page = wiki.by_path[path]
    dates = [_own_date(page)]
    if page.folder in HUBS:
        dates += [_own_date(wiki.by_path[one]) for one in upstream.get(path, ())]
    return max(dates)


def _upstream(page: NewsroomPage, wiki: NewsroomWiki, hints: Hints) -> list[str]:
    """Return the pages that a page derives from, by the rule of its folder."""
    found: list[str] = []
    match page.folder:
        case "entities" | "concepts" | "syntheses":
            found = _sources(page, wiki)
        case "timelines":
            found = [*wiki.targets(page.body)]
        case "trails":
            found = [path for path, _ in _steps(page, wiki)]
        case "overviews":
            found = [path for path in hints.members.get(page.field("cluster") or page.stem, ()) if path in wiki.by_path]
        case "contradictions":
            wanted = {*hints.themes.get(page.stem, ())}
            found = [one["source"] for one in contradictions(wiki, "") if one["id"] in wanted]
        case "":
            found = [one.path for one in wiki.in_folder(f"{page.stem}s")]
    return [*dict.fromkeys(found)]


def _sources(page: NewsroomPage, wiki: NewsroomWiki) -> list[str]:
    found = (wiki.resolve(name.strip("[] ")) for name in page.fields.get("sources", ()))
    return [path for path in found if path]


def _steps(page: NewsroomPage, wiki: NewsroomWiki) -> Iterator[tuple[str, str]]:
    """Yield where each step of a trail leads, with its note."""
    for match in _STEP.finditer(page.section("Path")):
        link = LINK.search(match[1])
        path = wiki.resolve(link[1].split("|")[0]) if link else None
        if link and path:
            note = _NOTE.match(match[1], link.end())
            yield path, note[1].strip() if note else ""


def overlays(wiki: NewsroomWiki, hints: Hints) -> dict[str, Any]:
    """Return the pages that lead through others, with their members, and the same by member."""
    found: list[dict[str, Any]] = [
        {"type": page.kind, "slug": page.stem, "title": page.title, "flavor": flavor, "members": members}
        for folder in ("trails", "timelines", "syntheses", "contradictions")
        for page in wiki.in_folder(folder)
        for flavor, members in [_overlay(page, wiki, hints)]
        if members
    ]
    reverse: dict[str, list[dict[str, str]]] = {}
    for one in found:
        named = {key: one[key] for key in ("type", "slug", "title")}
        for path in dict.fromkeys(member["id"] for member in one["members"]):
            reverse.setdefault(path, []).append(named)
    return {"overlays": found, "node_overlays": reverse}


def _overlay(page: NewsroomPage, wiki: NewsroomWiki, hints: Hints) -> tuple[str, list[dict[str, Any]]]:
    if page.folder == "trails":
        steps = enumerate(_steps(page, wiki), 1)
        return "path", [{"id": path, "order": n, **({"note": note} if note else {})} for n, (path, note) in steps]
    if page.folder == "timelines":
        return _timeline(page, wiki)
    if page.folder == "syntheses":
        linked = wiki.targets(page.section("Connections") + page.section("Sources"))
        return "region", _region([*_sources(page, wiki), *linked])
    return "region", _region(_theme(page, wiki, hints))


def _region(paths: Iterable[str]) -> list[dict[str, Any]]:
    return [{"id": path} for path in dict.fromkeys(paths)]


def _timeline(page: NewsroomPage, wiki: NewsroomWiki) -> tuple[str, list[dict[str, Any]]]:
    """Return the entries of a timeline, the oldest first, where sources lead most of them; else what they link."""
    entries = []
    for match in _ENTRY.finditer(page.body):
        path = next(wiki.targets(match[2]), None)
        if path and _DATE.match(match[1]):
            entries.append((match[1].strip(), path))
    led = sum(1 for _, path in entries if path.startswith("sources/"))
    if led <= len(entries) - led:
        return "region", _region(path for _, path in entries)
    ordered = enumerate(sorted(entries, key=lambda entry: entry[0]), 1)
    return "path", [{"id": path, "order": n, "date": date} for n, (date, path) in ordered]


def _theme(page: NewsroomPage, wiki: NewsroomWiki, hints: Hints) -> Iterator[str]:
    wanted = hints.themes.get(page.stem, ())
    stated = {one["id"]: one for one in contradictions(wiki, "")}
    for name in wanted:
        if name in stated:
            yield stated[name]["source"]
            yield from list(wiki.targets(stated[name]["claim"]))[:1]
    for match in _CAMP.finditer(page.section("Opposing Positions")):
        yield from wiki.targets(match[0])
