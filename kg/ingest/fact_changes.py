"""What a change of the pages means for the facts: how many of each kind came and went, and whether too many went."""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kg.links.wikilinks import FIELD, MARKDOWN
from kg.model.finding import KgError
from kg.model.page import Kind, Page
from kg.store.manifest_head import Change

# Links by their form, as `kg stats` counts them: those of the text, Markdown links, and those in the front matter.
_LINKS = {"": "links", MARKDOWN: "markdown_links", FIELD: "front_matter_links"}
KINDS = ("pages", "claims", "quotes", "connections", *_LINKS.values(), "sentences")
# A wiki of three pages may lose one of them without being asked.
FEW = 10
_STATEMENTS = {Kind.CLAIM: "claims", Kind.QUOTE: "quotes", Kind.CONNECTION: "connections"}

Facts = Mapping[str, Sequence[int]]


def facts(page: Page) -> dict[str, list[int]]:
    """Return a checksum of what each claim, quote, connection, link and sentence of a page says, by kind."""
    found: dict[str, list[str]] = {}
    for section in page.sections:
        for block in section.blocks:
            kind = _STATEMENTS.get(block.kind)
            if kind:
                found.setdefault(kind, []).append(block.parts.content or "")
            for link in block.links:
                found.setdefault(_LINKS[link.form], []).append(f"{link.slug}#{link.anchor}")
            for sentence in block.sentences:
                found.setdefault("sentences", []).append(sentence.markup)
    return {kind: sorted(map(_checksum, said)) for kind, said in sorted(found.items())}


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def changes(pairs: Iterable[tuple[Facts | None, Facts | None]], totals: Mapping[str, int]) -> dict[str, Change]:
    """
    Return the change of each kind, from the facts of each page that changed, before and now; None where it is not.

    `totals` are those of before. A page that moved is one pair: what it says neither came nor went.
    """
    added, dropped = Counter[str](), Counter[str]()
    for before, now in pairs:
        added["pages"] += before is None
        dropped["pages"] += now is None
        for kind in KINDS[1:]:
            old, new = Counter((before or {}).get(kind, ())), Counter((now or {}).get(kind, ()))
            added[kind] += (new - old).total()
            dropped[kind] += (old - new).total()
    return {
        kind: Change(totals.get(kind, 0) + added[kind] - dropped[kind], added[kind], dropped[kind]) for kind in KINDS
    }


def lost(changes: Mapping[str, Change], limit: float) -> str:
    """Return of which kinds over `limit` percent, and at least `FEW`, would be lost on balance; empty where of none."""
    said = [
        f"{change.dropped - change.added:,} of {before:,} {kind}"
        for kind, change in _whole(changes).items()
        if (before := change.total - change.added + change.dropped)
        and change.dropped - change.added >= FEW
        and change.dropped - change.added > before * limit / 100
    ]
    return f"the wiki would lose {', '.join(said)}, more than {limit:g} %" if said else ""


def _whole(changes: Mapping[str, Change]) -> dict[str, Change]:
    """Return changes with those of all forms of links as one: a link that only changes its form is not lost."""
    forms = [changes[kind] for kind in _LINKS.values() if kind in changes]
    links = Change(sum(c.total for c in forms), sum(c.added for c in forms), sum(c.dropped for c in forms))
    others = {kind: change for kind, change in changes.items() if kind not in _LINKS.values()}
    whole = {**others, "links": links} if forms else others
    return {kind: whole[kind] for kind in KINDS if kind in whole}


def check(changes: Mapping[str, Change], limit: float) -> None:
    """Raise KgError (exit 1) where more would be lost than may be."""
    what = lost(changes, limit)
    if what:
        advice = "if that is meant, say `kg ingest --max-shrink 100`"
        raise KgError(f"stopped, nothing was written: {what}; {advice}", code=1)


def words(changes: Mapping[str, Change]) -> str:
    """Return a change in one line: `claims +3 −1, links +4`; empty where nothing came or went."""
    parts = []
    for kind, change in changes.items():
        signs = [f"+{change.added:,}"] * bool(change.added) + [f"−{change.dropped:,}"] * bool(change.dropped)
        if signs:
            parts.append(f"{kind.replace('_', ' ')} {' '.join(signs)}")
    return ", ".join(parts)


def record(changes: Mapping[str, Change]) -> dict[str, dict[str, int]]:
    """Return a change as a record for JSON."""
    return {
        kind: {"total": change.total, "added": change.added, "dropped": change.dropped}
        for kind, change in changes.items()
    }
