"""llms.txt: the wiki as a page of links for language models, as llmstxt.org describes it."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from kg.exports.facts import Facts
from kg.model.plural import plural

_START = ("index.md", "overview.md", "README.md", "readme.md")
_NO_TITLES = frozenset({"index", "overview", "readme"})
# The sections in their order, each with the classes of topics in it; a topic is in the first that fits.
_SECTIONS = {
    "Sources": ("nr:Source",),
    "People and organizations": ("nr:Person", "nr:Organization"),
    "Things": ("nr:Entity",),
    "Concepts": ("nr:Concept",),
    "Contradictions": ("nr:Contradiction",),
    "Syntheses, timelines and trails": ("nr:Synthesis", "nr:Timeline", "nr:Trail"),
}
_REST = "Optional"
_MARKUP = re.compile(r"([\\\[\]`*_<>#|])")


def written(facts: Facts) -> bytes:
    """Return the page."""
    by_path = {facts.path(topic): topic for topic in facts.topics if facts.path(topic)}
    titles = (facts.label(by_path[path]) for path in _START if path in by_path)
    title = next((title for title in titles if title.casefold() not in _NO_TITLES), facts.base)
    parts = [f"# {_plain(title)}\n", f"> {_summary(facts)}\n", "The links are paths of the wiki's files.\n"]
    left = dict(by_path)
    for title, kinds in _SECTIONS.items():
        some = {path: topic for path, topic in left.items() if {*facts.kinds(topic)} & {*kinds}}
        left = {path: topic for path, topic in left.items() if path not in some}
        parts += _section(facts, title, some)
    parts += _section(facts, _REST, left)
    return "\n".join(parts).encode()


def _summary(facts: Facts) -> str:
    claims = facts.nodes("nr:Claim")
    graded = [(word, sum(facts.grade(claim) == word for claim in claims)) for word in ("fact", "analysis", "forecast")]
    grades = ", ".join(f"{count} {word}" for word, count in graded)
    sources, quotes = len([*facts.sources()]), len(facts.nodes("nr:Quote"))
    return f"{plural(sources, 'source')} with {plural(len(claims), 'claim')} ({grades}) and {plural(quotes, 'quote')}."


def _section(facts: Facts, title: str, topics: dict[str, str]) -> Iterator[str]:
    if topics:
        lines = (
            f"- [{_plain(facts.label(topic))}]({quote(path)}){_about(facts, topic)}\n"
            for path, topic in sorted(topics.items())
        )
        yield f"## {title}\n\n{''.join(lines)}"


def _about(facts: Facts, topic: str) -> str:
    issued, url = facts.one(topic, "dcterms:issued"), facts.one(topic, "schema:url")
    said = ", ".join(filter(None, (issued, _plain(url) if url else "")))
    return f": {said}" if said else ""


def _plain(text: str) -> str:
    """Return a text on one line in which nothing is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
