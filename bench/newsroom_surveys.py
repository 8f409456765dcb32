"""The pages of the benchmark's wiki that survey others: themes, overviews, syntheses, timelines, trails, root pages."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import phrases

if TYPE_CHECKING:
    from newsroom import Hub, Source, World

_EVIDENCE, _ENTRIES, _STEPS = 6, 14, 9
Page = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many pages of each kind."""

    topics: int
    syntheses: int
    timelines: int
    trails: int

    @property
    def total(self) -> int:
        """How many in all: a theme and an overview a topic, and the two pages of the root."""
        return 2 * self.topics + self.syntheses + self.timelines + self.trails + 2


def topics(pages: int) -> int:
    """Return how many topics a wiki has: no more than a dozen, so that what is spoken of most grows with it."""
    return max(2, min(12, pages // 140))


def counts(pages: int) -> Counts:
    """Return how many of a wiki's pages survey others."""
    return Counts(topics(pages), 1 + pages // 120, 1 + pages // 300, 1 + pages // 300)


def pages(world: "World", many: Counts) -> Iterator[Page]:
    """Yield these pages, and the two files beside them: the register of themes and the names of the topics."""
    for topic in range(many.topics):
        yield f"contradictions/theme-{topic}.md", _theme(world, topic)
        yield f"overviews/{world.topics[topic]}.md", _overview(world, topic)
    for number in range(many.syntheses):
        yield f"syntheses/synthesis-{number}.md", _synthesis(world, number)
    for number in range(many.timelines):
        hub = world.hubs[number]
        yield f"timelines/{hub.stem}Timeline.md", _timeline(world, hub)
    for number in range(many.trails):
        yield f"trails/trail-{number}.md", _trail(world, number)
    yield "contradictions/_contradictions_themes.json", _register(world)
    yield "graph/cluster_labels.json", _labels(world)
    yield "contradiction.md", _root_of_themes(world)
    yield "overview.md", _root(world)


def _head(title: str, kind: str, *rest: str) -> str:
    return "\n".join(["---", f'title: "{title}"', f"type: {kind}", *rest, "---", "", f"# {title}", ""])


def _title(world: "World", topic: int) -> str:
    return world.topics[topic].replace("-", " ").title()


def _some(world: "World", topic: int, count: int) -> list["Source"]:
    """Return sources of a topic, in their order."""
    there = [one for one in world.sources if one.topic == topic]
    return sorted(world.chance.sample(there, min(count, len(there))), key=lambda one: one.number)


def _cited(sources: Sequence["Source"], at: int) -> str:
    one, other = sources[at % len(sources)], sources[(at + 1) % len(sources)]
    links = [f"[[{each.stem}#Key Claims|report {each.number}]]" for each in dict.fromkeys((one, other))]
    return f"({', '.join(links)})"


def _argued(world: "World", topic: int, sources: Sequence["Source"], count: int) -> list[str]:
    texts = [world.chance.choice(phrases.ARGUED) for _ in range(count)]
    return [world.words(text, topic, s=_cited(sources, at)) for at, text in enumerate(texts)]


def _listed(sources: Sequence["Source"]) -> str:
    return f"sources: [{', '.join(one.stem for one in sources)}]"


def _newest(sources: Sequence["Source"]) -> str:
    return f"last_updated: {max(one.taken for one in sources)}"


def _theme(world: "World", topic: int) -> str:
    # In the order in which they are contested, both sides of each.
    there = dict.fromkeys(one for _, *pair in world.contested[topic] for one in pair)
    sources = [*there] or _some(world, topic, _EVIDENCE)
    said = _argued(world, topic, sources, 6)
    evidence = [f"- [[{one.stem}]] — {world.chance.choice(phrases.BECAUSE)}." for one in sources[:_EVIDENCE]]
    parts = {
        "Opposing Positions": [
            said[0], "", f"**Position A** (the count): {said[1]}", "", f"**Position B** (the rule): {said[2]}",
        ],
        "Representative Evidence": evidence,
        "Derived Tensions & Generational Readings": [said[3]],
        "Interpretive Direction": [f"{said[4]} {said[5]}"],
    }  # fmt: skip
    head = _head(
        f"Theme {topic}: {_title(world, topic)}", "contradiction", f"tags: [{world.topics[topic]}]", _listed(sources),
        _newest(sources),
    )  # fmt: skip
    return head + _sections(parts)


def _sections(parts: dict[str, list[str]]) -> str:
    return "".join("\n".join(["", f"## {name}", "", *lines, ""]) for name, lines in parts.items())


def _overview(world: "World", topic: int) -> str:
    sources = _some(world, topic, _ENTRIES)
    said = _argued(world, topic, sources, 10)
    other = (topic + 1) % len(world.topics)
    hubs = [one for one in world.hubs if one.topic == topic]
    news = sorted(sources, key=lambda one: one.taken, reverse=True)[:4]
    parts = {
        "Overview": [said[0], "", said[1], "", f"{said[2]} The dispute is set out in [[theme-{topic}|its theme]]."],
        "Recent Changes": [f"- {one.taken} — [[{one.stem}|report {one.number}]] came in." for one in news],
        "Key Entities & Concepts": [f"{said[3]} {said[4]}"],
        "Subtopics": [f"The **count** is the first: {said[5]}", "", f"The **rule** is the second: {said[6]}"],
        "Key Trends & Figures": [f"- **Cases** — {said[7]}", f"- **Members** — {said[8]}"],
        "Adjacent Domains & Scope": [f"- [[{world.topics[other]}|{_title(world, other)}]] — {said[9]}"],
    }
    head = _head(
        _title(world, topic), "overview", f"tags: [{world.topics[topic]}]", f"cluster: {world.topics[topic]}",
        "sources: []", _newest(sources),
    )  # fmt: skip
    return head + _sections(parts) + _automatic(world, hubs, sources)


def _automatic(world: "World", hubs: Sequence["Hub"], sources: Sequence["Source"]) -> str:
    """Return the parts of an overview that a program writes."""
    known = {folder: [one for one in hubs if one.folder == folder][:15] for folder in ("entities", "concepts")}
    members = [
        line for folder, some in known.items()
        for line in ("", f"**{folder.capitalize()}** ({len(some)})", *(f"- [[{one.stem}]]" for one in some))
    ]  # fmt: skip
    weights = [f"- [[{one.stem}]] _(w={world.chance.uniform(0.3, 1):.2f})_" for one in sources[:8]]
    return "\n".join([
        "", "<!-- AUTO:MEMBERS BEGIN -->",
        "## Key Members (auto-extracted, top 15 by intra-cluster connectivity)", *members,
        "<!-- AUTO:MEMBERS END -->", "", "<!-- AUTO:SOURCES BEGIN -->", "## Sources", "",
        f"{len(sources)} total.", "", f"Top {len(weights)} by weight:", *weights, "<!-- AUTO:SOURCES END -->", "",
    ])  # fmt: skip


def _synthesis(world: "World", number: int) -> str:
    topic = number % len(world.topics)
    sources = _some(world, topic, _STEPS)
    said = _argued(world, topic, sources, 6)
    hubs = [world.pick(folder, topic) for folder in ("concepts", "concepts", "entities", "entities")]
    links = {
        "Concepts": {one.stem for one in hubs[:2]}, "Entities": {one.stem for one in hubs[2:]},
        "Sources": {one.stem for one in sources},
    }  # fmt: skip
    parts = {
        "Summary": [f"{said[0]} {said[1]}"],
        "1. The count": [said[2]], "2. The rule": [said[3]], "3. What follows": [f"{said[4]} {said[5]}"],
        "Connections": [
            f"- **{name}** — {' · '.join(f'[[{stem}]]' for stem in sorted(stems))}" for name, stems in links.items()
        ],
    }  # fmt: skip
    tags = f"tags: [{world.topics[topic]}]"
    return _head(f"Synthesis {number}", "synthesis", tags, _listed(sources), _newest(sources)) + _sections(parts)


def _timeline(world: "World", hub: "Hub") -> str:
    entries = sorted(_some(world, hub.topic, _ENTRIES), key=lambda one: (one.published, one.number), reverse=True)
    said = _argued(world, hub.topic, entries, 2)
    years: dict[int, list[Source]] = {}
    for one in entries:
        years.setdefault(one.published.year, []).append(one)
    lines = []
    for year, some in years.items():
        dated = [f"- **{one.published}** [[{one.stem}]] — report {one.number}" for one in some]
        lines += [f"### {year} ({len(some)})", "", *dated, ""]
    title = f"Timeline: {hub.title}"
    head = _head(title, "timeline", f"tags: [{world.topics[hub.topic]}]", _newest(entries)).rpartition("# ")[0]
    return head + "\n".join([
        f"## Timeline: [[{hub.stem}]] ({len(entries)} entries)", "", "## Flow Summary", "", " ".join(said), "", *lines,
    ])  # fmt: skip


def _trail(world: "World", number: int) -> str:
    topic = number % len(world.topics)
    hubs = dict.fromkeys(world.pick(world.chance.choice(("entities", "concepts")), topic) for _ in range(_STEPS))
    sources = _some(world, topic, 3)
    steps = [f"{at}. [[{one.stem}]] — {world.chance.choice(phrases.TIES)}" for at, one in enumerate(hubs, 1)]
    day = max(one.taken for one in sources)
    head = _head(f"Trail {number}", "trail", f"tags: [{world.topics[topic]}]", f"created: {day}").rpartition("# ")[0]
    return head.rstrip("\n") + "\n" + _sections({"Path": steps, "Commentary": _argued(world, topic, sources, 2)})


def _register(world: "World") -> str:
    themes = {
        f"theme-{topic}": {
            "name": f"Theme {topic}: {_title(world, topic)}",
            "claim_ids": [_mark(line) for line, _, _ in world.contested[topic]],
        }
        for topic in range(len(world.topics))
    }  # fmt: skip
    told = {"derived_at": "2026-10-05", "derived_by": "editor", "phase": 2,
            "source_count": sum(map(len, world.contested.values())), "themes": themes, "unassigned": []}  # fmt: skip
    return json.dumps(told, indent=1) + "\n"


def _mark(line: str) -> str:
    return hashlib.sha1(line.encode(), usedforsecurity=False).hexdigest()[:8]


def _labels(world: "World") -> str:
    labels = []
    for topic, slug in enumerate(world.topics):
        anchors = [f"{one.folder}/{one.stem}.md" for one in world.hubs if one.topic == topic][:5]
        other = world.topics[(topic + 1) % len(world.topics)]
        label = {"slug": slug, "name": _title(world, topic), "color": "#5B8DEF"}
        labels.append({**label, "anchor_members": anchors, "paired_with": [other]})
    return json.dumps({"labels": labels}, indent=1) + "\n"


def _root_of_themes(world: "World") -> str:
    count = sum(map(len, world.contested.values()))
    lines = [
        "# Contradictions by Topic\n",
        f"Survey of **{count} source-to-source contradictions** in {len(world.topics)} topic clusters.",
        "\n## Synopsis\n\nOne axis parts the counts, the other the rules.\n\n## Per-Theme Deep Analysis",
    ]  # fmt: skip
    half = len(world.topics) // 2
    for name, topics in (("The count", range(half)), ("The rule", range(half, len(world.topics)))):
        lines.append(f"\n### {name}\n")
        for topic in topics:
            many, said = len(world.contested[topic]), _argued(world, topic, _some(world, topic, 3), 1)[0]
            lines.append(f"{topic + 1}. [[theme-{topic}|Theme {topic}]] ({many} contradictions) — {said}")
    sources = _some(world, 0, 3)
    lines.append("\n## Implications\n")
    lines += [f"{at}. {said}" for at, said in enumerate(_argued(world, 0, sources, 3), 1)]
    return "\n".join([*lines, "\n## Source References\n", f"- Every theme rests on reports {_cited(sources, 0)}.", ""])


def _root(world: "World") -> str:
    news = sorted(world.sources, key=lambda one: (one.taken, one.number), reverse=True)[:4]
    lines = [
        f"# Overview\n\nThis wiki follows disputes over counts and rules {_cited(news, 0)}.\n\n## Recent Changes\n",
        *(f"- {one.taken} — [[{one.stem}|report {one.number}]] came in." for one in news),
    ]  # fmt: skip
    for topic, slug in enumerate(world.topics):
        said = " ".join(_argued(world, topic, _some(world, topic, 3), 2))
        more = f"More stands in [[{slug}|the overview of it]]."
        lines.append(f"\n## {topic + 1}. [[{slug}|{_title(world, topic)}]]\n\n{said}\n\n{more}")
    return "\n".join(lines) + "\n"
