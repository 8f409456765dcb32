"""
Makes a newsroom's wiki of any size: as many pages as are asked for, the same bytes for the same seed.

Pages have what real ones have: front matter, graded claims with claimants, quotes, typed connections. Few topics are
spoken of by many sources and many by few (Zipf), so that the pages of the first grow with the wiki. One source in
`FLAWED` has a link to nothing. Usage: newsroom.py FOLDER PAGES [SEED].
"""

import random
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

import newsroom_surveys
import phrases

SEED = 5
FLAWED = 60
FIRST, DAYS, UNTIL = date(2023, 1, 2), 1_300, 2_030
WITHIN, ZIPF = 0.8, 0.8
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Hub:
    """A page that others speak of."""

    stem: str
    title: str
    folder: str
    topic: int


@dataclass(frozen=True, slots=True)
class Source:
    """A page that makes claims."""

    number: int
    stem: str
    title: str
    topic: int
    published: date

    @property
    def taken(self) -> date:
        """When it was scraped."""
        return self.published + timedelta(days=1 + self.number % 20)


@dataclass(slots=True)
class World:
    """All that there is to speak of; `heard` are the sources that name a hub, `contested` the contradictions."""

    chance: random.Random
    topics: list[str]
    hubs: list[Hub]
    sources: list[Source]
    heard: dict[str, list[Source]] = field(default_factory=lambda: defaultdict(list))
    contested: dict[int, list[tuple[str, Source, Source]]] = field(default_factory=lambda: defaultdict(list))
    pools: dict[tuple[str, int], tuple[list[Hub], list[float]]] = field(default_factory=dict)

    def pick(self, folder: str, topic: int) -> Hub:
        """Return a hub, mostly of a topic, and mostly one that is spoken of often."""
        inside = self.chance.random() < WITHIN
        hubs, weights = self.pools[folder, topic if inside else self.chance.randrange(len(self.topics))]
        return self.chance.choices(hubs, cum_weights=weights)[0]

    def words(self, text: str, topic: int, **fixed: str) -> str:
        """Return a text with its slots filled: links to hubs, figures and dates."""
        return _SLOT.sub(lambda slot: fixed.get(slot[1]) or self._word(slot[1], topic), text)

    def _word(self, name: str, topic: int) -> str:
        if name[0] == "e" or name[0] == "c":
            return f"[[{self.pick('entities' if name[0] == 'e' else 'concepts', topic).stem}]]"
        if name == "day":
            return (FIRST + timedelta(days=self.chance.randrange(DAYS))).isoformat()
        low, high = {"n": (12, 980), "percent": (3, 94), "year": (2019, 2025), "future": (2027, UNTIL)}[name]
        return str(self.chance.randint(low, high))


def make(root: Path, pages: int, seed: int = SEED) -> int:
    """Write a wiki of so many pages (at least 40) below a folder, in place of what is there; return how many."""
    shutil.rmtree(root, ignore_errors=True)
    world = _world(pages, seed)
    texts = dict(_pages(world, pages))
    for path, text in texts.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return sum(path.endswith(".md") for path in texts)


def _pages(world: World, pages: int) -> Iterator[tuple[str, str]]:
    """Yield every file, the sources first: what they say decides what the others hold."""
    yield "kg.toml", 'wiki = "."\nbase = "https://bench.example/"\ndialect = "newsroom"\n'
    for source in world.sources:
        yield f"sources/{source.stem}.md", _source(world, source)
    for hub in world.hubs:
        yield f"{hub.folder}/{hub.stem}.md", _hub(world, hub)
    yield from newsroom_surveys.pages(world, newsroom_surveys.counts(pages))


# ---- who is there ----------------------------------------------------------------------------------------------------


def _world(pages: int, seed: int) -> World:
    chance = random.Random(seed)  # noqa: S311  # the same wiki each time, no secret
    topics = newsroom_surveys.topics(pages)
    names = _names(chance)
    fields = [f"{next(names)}-{next(names)}".lower() for _ in range(topics)]
    entities, concepts = max(2 * topics, pages * 12 // 100), max(2 * topics, pages * 9 // 100)
    many = {"entities": entities, "concepts": concepts}
    hubs = [_named(next(names), folder, at % topics) for folder, count in many.items() for at in range(count)]
    left = pages - len(hubs) - newsroom_surveys.counts(pages).total
    world = World(chance, fields, hubs, [])
    for hub in hubs:
        world.pools.setdefault((hub.folder, hub.topic), ([], []))[0].append(hub)
    for pool, weights in world.pools.values():
        weights[:] = accumulate((rank + 1) ** -ZIPF for rank in range(len(pool)))
    world.sources += [_numbered(world, number) for number in range(left)]
    return world


def _names(chance: random.Random) -> Iterator[str]:
    """Yield words that were not there before."""
    before = set()
    while True:
        word = "".join(chance.choice(phrases.SYLLABLES) for _ in range(chance.choice((2, 3, 3, 4)))).capitalize()
        if word not in before:
            before.add(word)
            yield word


def _named(word: str, folder: str, topic: int) -> Hub:
    tail = "Council" if folder == "entities" else "Doctrine"
    return Hub(f"{word}{tail}", f"{word} {tail}", folder, topic)


def _numbered(world: World, number: int) -> Source:
    topic = world.chance.randrange(len(world.topics))
    about = world.pick("concepts", topic), world.pick("entities", topic)
    stem = "-".join(hub.title.split()[0].lower() for hub in about)
    title = f"{about[1].title} on {about[0].title}, report {number}"
    return Source(number, f"{stem}-{number}", title, topic, FIRST + timedelta(days=world.chance.randrange(DAYS)))


# ---- what they say ---------------------------------------------------------------------------------------------------


def front(title: str, kind: str, *rest: str) -> str:
    """Return front matter."""
    return "\n".join(["---", f'title: "{title}"', f"type: {kind}", *rest, "---", ""])


def section(name: str, lines: Sequence[str]) -> str:
    """Return a section, nothing for one without lines."""
    return "\n".join(["", f"## {name}", "", *lines, ""]) if lines else ""


def _source(world: World, source: Source) -> str:
    chance, topic = world.chance, source.topic
    head = front(
        source.title, "source", f"tags: [{world.topics[topic]}, reports]", f"published: {source.published}",
        f"scraped: {source.taken}", f"source_file: raw/{source.stem}.md",
        f'source_url: "https://press.example/{source.stem}"', f"last_updated: {source.taken}",
    )  # fmt: skip
    quotes = [_quote(world, source) for _ in range(chance.choice((0, 1, 1, 2)))]
    summary = " ".join(world.words(text, topic) for text in chance.sample(phrases.SUMMARY, chance.randint(2, 4)))
    claims = [_claim(world, source, number, own=bool(quotes)) for number in range(chance.randint(4, 8))]
    parts = {
        "Summary": [summary],
        "Key Claims": claims,
        "Key Quotes": "\n\n".join(quotes).split("\n") if quotes else [],
        "Connections": _connections(world, source),
    }
    return head + "".join(section(name, lines) for name, lines in parts.items())


def _claim(world: World, source: Source, number: int, *, own: bool) -> str:
    grade = world.chance.choice(phrases.GRADES)
    plain = world.chance.random() < 0.2  # noqa: PLR2004  # a fifth of the claimants have no page
    who = world.chance.choice(phrases.PEOPLE) if plain else world.words("{e}", source.topic)
    pointer = f"[[{source.stem}#Key Quotes|wording]]" if own else f"(item {source.number}.{number})"
    said = world.words(world.chance.choice(phrases.CLAIMS[grade]), source.topic, own=pointer)
    return f"- [{grade}] {who} — {said}"


def _quote(world: World, source: Source) -> str:
    said = world.words(world.chance.choice(phrases.QUOTES), source.topic)
    who = world.words("{e}", source.topic) if world.chance.random() < WITHIN else world.chance.choice(phrases.PEOPLE)
    return f'> "{said}" — {who}'


def _connections(world: World, source: Source) -> list[str]:
    """Return connections to hubs, no hub twice and none left out by all; one to a source; one to nothing in a few."""
    chance, topic = world.chance, source.topic
    hubs = {world.hubs[source.number % len(world.hubs)]: "references"}
    for _ in range(chance.randint(5, 9)):
        relation = chance.choice(phrases.RELATIONS)
        hub = world.pick("concepts" if relation == "defines" or chance.random() < 0.5 else "entities", topic)  # noqa: PLR2004
        hubs.setdefault(hub, relation)
    lines = [f"- {relation}: [[{hub.stem}]] — {chance.choice(phrases.BECAUSE)}" for hub, relation in hubs.items()]
    for hub in hubs:
        world.heard[hub.stem].append(source)
    other = chance.choice(world.sources)
    if other.number < source.number and chance.random() < 0.3:  # noqa: PLR2004
        lines.append(f"- cites: [[{other.stem}|report {other.number}]] — the report that it goes back to")
    elif other.number < source.number and chance.random() < 0.15:  # noqa: PLR2004
        said = world.words(chance.choice(phrases.CONTESTS), topic)
        line = f"[[{other.stem}|report {other.number}]] — {said} (item {source.number})"
        world.contested[topic].append((line, source, other))
        lines.append(f"- contradicts: {line}")
    if source.number % FLAWED == FLAWED - 1:
        lines.append(f"- references: [[NowhereCouncil{source.number}]] — has no page yet")
    return lines


def _hub(world: World, hub: Hub) -> str:
    chance = world.chance
    heard = sorted({one.number: one for one in world.heard[hub.stem]}.items())
    newest = max((one.taken for _, one in heard), default=FIRST)
    kind = [f"kind: {chance.choice(phrases.KINDS)}"] if hub.folder == "entities" else []
    tags, sources = f"tags: [{world.topics[hub.topic]}]", f"sources: [{', '.join(one.stem for _, one in heard)}]"
    head = front(
        hub.title, "entity" if kind else "concept", *kind, tags, sources, f"last_updated: {newest}"
    )  # fmt: skip
    texts = chance.sample(phrases.OVERVIEW, chance.randint(3, 6))
    overview = " ".join(world.words(text, hub.topic, hub=f"The {hub.title}") for text in texts)
    others = {world.pick(chance.choice(("entities", "concepts")), hub.topic) for _ in range(chance.randint(4, 9))}
    ties = [f"- [[{one.stem}]] — {chance.choice(phrases.TIES)}" for one in sorted(others - {hub}, key=lambda h: h.stem)]
    return head + section("Overview", [overview]) + section("Connections", ties)


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else SEED), "pages")  # noqa: PLR2004
