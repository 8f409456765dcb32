"""The text of an original around a place, as it was when the wiki was ingested."""

import hashlib

from kg.live_pages import as_json
from kg.live_pages.asked import Asked, Made, NotHere
from kg.live_pages.live_wiki import LiveWiki
from kg.model.kg_error import KgError
from kg.originals import paragraphs, read_original
from kg.originals.locate import Project
from kg.originals.paragraphs import Paragraph
from kg.originals.read_original import Unread
from kg.rdf import sparql_text

_BEFORE, _AFTER = 3, 12


def original(live: LiveWiki, request: Asked) -> Made:
    """Return paragraphs of an original that a page names, from around a line on; NotHere for any other file."""
    request.known("path", "line")
    path, line = request.text("path"), request.number("line", 1)
    if not path:
        raise KgError("name an original: path=")
    every = _read(live, path)
    at = max((number for number, one in enumerate(every) if one.spots[0].line <= line), default=0)
    some = every[max(at - _BEFORE, 0) : at + _AFTER]
    if request.as_json:
        record = [{"line": one.spots[0].line, "text": one.text} for one in some]
        return as_json.record({"path": path, "paragraphs": record})
    rows = [(one.spots[0].line, one.text, one is every[at]) for one in some] if every else []
    after = every[at + _AFTER].spots[0].line if at + _AFTER < len(every) else 0
    return live.filled("original.html", request, "", path=path, rows=rows, after=after)


def _read(live: LiveWiki, path: str) -> list[Paragraph]:
    """Return the paragraphs of an original; only files that the graph names are opened."""
    query = sparql_text.declared_query("search/named-originals").text
    digests = {row["path"].value: row["sha"].value for row in sparql_text.select(live.reading.quads, query)}
    if path not in digests:
        raise NotHere(f"no page of this wiki names an original '{path[:100]}' that could be read")
    project = Project(live.reading.root)
    file = project.at(path)
    data = project.read(file, read_original.MOST_BYTES) if file else None
    if data is None or hashlib.sha256(data).hexdigest() != digests[path]:
        raise NotHere(f"{path}: it is not there any more as it was when the wiki was ingested")
    text = read_original.read(path, data)
    if isinstance(text, Unread):
        raise NotHere(f"{path}: {text.why}")
    return [*paragraphs.paragraphs(text)]
