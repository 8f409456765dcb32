"""The files that the newsroom's own tools write from a wiki, made from a generation: `kg render --compat newsroom`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.answer_pages import generated_pages, newsroom_graph, newsroom_lists, newsroom_registers, newsroom_wiki
from kg.answer_pages.newsroom_lists import Clusters
from kg.answer_pages.newsroom_registers import Hints
from kg.answer_pages.newsroom_wiki import NewsroomPage, NewsroomWiki
from kg.files.text import decode, encode
from kg.map import common_graphs
from kg.model.kg_error import KgError
from kg.operations import generate_pages
from kg.operations.generate_pages import Page, State
from kg.rdf import sparql_text
from kg.store.reading import Reading
from kg.write import render

_CLUSTERS = "graph/_clusters.json"
_THEMES = "contradictions/_contradictions_themes.json"
_REGISTER = "contradictions/_contradictions.json"


def project(generation: Reading) -> Path:
    """Return the folder that the files lie below: the one above a wiki called `wiki`, else the wiki."""
    return common_graphs.project(generation.root)


def pages(generation: Reading, root: Path) -> list[Page]:
    """Return the files as they would be now, below a folder that stands for the project's."""
    home = project(generation)
    below = "wiki/" if home != generation.root else ""
    record = generate_pages.read_record(generation.folder)
    wiki = _wiki(generation)
    texts = made(wiki, home, below, _today(generation))
    found = [generate_pages.page(root, path, text.encode(), record) for path, text in sorted(texts.items())]
    return sorted([*found, *_overviews(wiki, home, root, below)], key=lambda page: page.path)


def _wiki(generation: Reading) -> NewsroomWiki:
    """Return the wiki as the newsroom's tools see it: its pages as they were ingested, but those that we generate."""
    found = []
    for stored in render.pages(generation.quads):
        data = render.render(generation.quads, stored)
        if generated_pages.is_untouched(data) is None:
            found.append(newsroom_wiki.read(stored.path, data))
    return NewsroomWiki(found)


def made(wiki: NewsroomWiki, home: Path, below: str, today: str) -> dict[str, str]:
    """Return the texts of the files by their paths below the project `home`, whose wiki is at `below`."""
    clusters, hints = _clusters(home), _hints(home, home / below)
    register = newsroom_registers.contradictions(wiki, today)
    lists = newsroom_lists.catalogs(wiki, clusters) if clusters.clusters else {}
    return {
        "graph/_graph.json": _json(newsroom_graph.graph(wiki)),
        "graph/_dependencies.json": _json(newsroom_registers.dependencies(wiki, hints)) + "\n",
        "graph/_overlays.json": _json(newsroom_registers.overlays(wiki, hints)),
        f"{below}_backlinks.json": _json(newsroom_registers.backlinks(wiki)),
        f"{below}sources/_source_map.json": _json(newsroom_registers.source_map(wiki)),
        f"{below}{_REGISTER}": _json(_typed(register, home / below / _REGISTER)),
        f"{below}index.md": newsroom_lists.index(wiki, clusters, len(register)),
        **{f"{below}{path}": text for path, text in lists.items()},
    }


def _overviews(wiki: NewsroomWiki, home: Path, root: Path, below: str) -> list[Page]:
    """Return the overviews with their AUTO blocks as they would be now."""
    clusters, found = _clusters(home), []
    edges = newsroom_graph.graph(wiki)["edges"] if clusters.clusters else []
    for page in wiki.in_folder("overviews"):
        blocks = newsroom_lists.auto_blocks(page, wiki, clusters, edges)
        new = with_blocks(page, blocks)
        file = render.inside(root, f"{below}{page.path}")
        old = file.read_bytes() if file.is_file() else b""
        ingested = page.data
        state = State.NEW if not file.exists() else State.SAME if old == new else State.STALE
        found.append(Page(f"{below}{page.path}", old, new, State.EDITED if old not in (b"", new, ingested) else state))
    return found


def with_blocks(page: NewsroomPage, blocks: Mapping[str, str]) -> bytes:
    """Return the bytes of a page with what stands between its AUTO marks replaced, and all others as they are."""
    text = decode(page.data)
    raw = newsroom_lists.with_blocks(text.raw, {name: one.replace("\n", text.newline) for name, one in blocks.items()})
    try:
        return page.data if raw == text.raw else encode(raw, text.encoding, mark=text.mark)
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        raise KgError(f"{page.path}: the file is not UTF-8 and cannot hold '{letter}'; convert it first") from None


def _typed(register: list[dict[str, Any]], file: Path) -> list[dict[str, Any]]:
    """Return the register with the types that its file has; a contradiction that is new there is soft."""
    known = _read(file)
    kept = {str(one.get("id")): one for one in known if isinstance(one, dict)} if isinstance(known, list) else {}
    typed = []
    for one in register:
        old = kept.get(one["id"], {})
        strength = one.pop("evidence_strength")
        kind = {"type": old.get("type", "soft"), "type_score": old.get("type_score", 0.0)}
        typed.append({**one, **kind, "evidence_strength": strength})
    return typed


def _today(generation: Reading) -> str:
    rows = sparql_text.select(generation.quads, sparql_text.declared_query("site/today").text)
    return next((row["today"].value for row in rows if row["today"] is not None), "")


def _clusters(home: Path) -> Clusters:
    """Return the clusters of the project; none where its file is not there or is no such file."""
    try:
        return newsroom_lists.clusters(_mapping(_read(home / _CLUSTERS)))
    except (KeyError, TypeError, AttributeError):
        return newsroom_lists.clusters({})


def _hints(home: Path, wiki: Path) -> Hints:
    themes = _mapping(_mapping(_read(wiki / _THEMES)).get("themes"))
    ids = {name: _mapping(theme).get("claim_ids", ()) for name, theme in themes.items()}
    members = {one.slug: one.members for one in _clusters(home).clusters}
    return Hints(members, {name: [str(one) for one in some] for name, some in ids.items() if isinstance(some, list)})


def _mapping(data: Any) -> Mapping[str, Any]:  # noqa: ANN401  # JSON of any kind
    return data if isinstance(data, dict) else {}


def _read(file: Path) -> Any:  # noqa: ANN401
    """Return what a file of JSON says, None where it is not there or is none."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _json(data: Any) -> str:  # noqa: ANN401
    return json.dumps(data, ensure_ascii=False, indent=2)
