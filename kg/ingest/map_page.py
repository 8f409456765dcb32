"""Mapping one page: its bytes and what its links mean in, its quads and what the manifest keeps of it out. Pure."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from kg.front_matter.page_titles import Top
from kg.ingest import fact_changes
from kg.links import resolve
from kg.links.name_keys import ANY_NAME, OPEN, group, page_keys, use_keys
from kg.links.name_tables import NameIndex
from kg.links.resolve import Answer, LinkRules
from kg.map import page_quads
from kg.model.records import dataclass
from kg.parse.parse_page import parse
from kg.rdf import names
from kg.rdf.names import PageName
from kg.settings.dialect import Dialect
from kg.store import graph_digest
from kg.store.manifest import Entry, Keys

Answers = Mapping[tuple[str, bool], Answer]
_SCRAPED = tuple(f'> <{names.expand(one)}> "' for one in ("dcterms:dateSubmitted", "nr:checkedOn"))
_DAY = re.compile(rf'([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"\^\^<{names.expand("xsd:date")}> <')


@dataclass(frozen=True, slots=True)
class Mapped:
    """One page's quads as sorted lines of N-Quads in UTF-8, what the manifest keeps of it, and under which keys."""

    quads: bytes
    entry: Entry
    keys: Keys


def map_page(
    data: bytes, name: PageName, index: NameIndex, base: str, dialect: Dialect, top: Top | None = None
) -> Mapped:
    """
    Return the quads of a page and its entry; every argument and the result can be sent to another process.

    `top` is what was read of the top of these bytes before.
    """
    page, findings = parse(data, name.path, dialect, top)
    used = page_quads.names_used(page, dialect)
    found = answers(index, name, used, resolve.rules(dialect))
    lines = "".join(page_quads.quads(page, findings, name, found, base, dialect))
    quads = lines.encode()
    entry = Entry(
        path=name.path,
        name=name.name,
        topic=name.topic,
        sha256=page.sha256,
        title=page.title,
        aliases=page.aliases,
        used=tuple(sorted(used)),
        answers=answers_digest(name, found),
        graphs=graph_digest.encoded(quads),
        scraped=scraped(lines),
        facts=fact_changes.facts(page),
    )
    return Mapped(quads, entry, _keys(entry, found))


def answers(index: NameIndex, name: PageName, uses: Iterable[tuple[str, bool]], rules: LinkRules) -> Answers:
    """Return what the names that a page uses mean."""
    return {
        (slug, anchored): resolve.resolve(index, name, slug, anchored=anchored, rules=rules) for slug, anchored in uses
    }


def answers_digest(name: PageName, answers: Answers) -> str:
    """Return a digest of what a page is called and of what the names that it uses mean."""
    said = repr((name, sorted(answers.items(), key=lambda item: item[0])))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _keys(entry: Entry, answers: Answers) -> Keys:
    """Return under which keys the manifest finds a page; what is suggested for a link can depend on any name."""
    uses = use_keys(entry.path, (slug for slug, _ in entry.used))
    loose = any(answer.suggestions or answer.via in OPEN for answer in answers.values())
    return Keys(page_keys(resolve.named(entry)), uses | {ANY_NAME} if loose else uses, group(entry.path))


def scraped(lines: str) -> str:
    """Return the newest day on which what pages are about was scraped, or a bundle's page was made or checked."""
    return max(_days(lines), default="")


def _days(lines: str) -> Iterator[str]:
    for mark in _SCRAPED:
        at = lines.find(mark)
        while at >= 0:
            day = _DAY.match(lines, at + len(mark))
            if day:
                yield day[1]
            at = lines.find(mark, at + len(mark))
