"""A newsroom's wiki of which every query of the library has rows: the benchmark's, with pages that it lacks, and a bundle."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
from support.places import ROOT

from kg.ask import query
from kg.ingest.ingest import ingest
from kg.operations import network_facts
from kg.rdf import names
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading

HOUSES, LINKS, BUNDLE = 6, 14, "https://bundle.example/"
_TITLE = re.compile(r'^title: "(.*)"$', re.MULTILINE)

# A source that was withdrawn. It says what the last one says, with another grade, and names topics in plain words.
WITHDRAWN = """\
---
title: "Report of house {n}"
type: source
status: retracted
tags: [licensing, Annex {n}]
published: 2027-02-0{day}
scraped: 2027-03-0{day}
source_url: "https://annex.example/report-{n}"
---

## Summary

{plain}

## Key Claims

- [{grade}] Ada Example — the annex holds {n} rooms and a hall
- [{grade}] Ada Example — the hall is larger than any of the rooms

## Connections

- contradicts: [[annex-report-{other}]] — counts the rooms anew
- references: [[AnnexCellar{n}]] — has no page
"""
# It is older than its only source, and links to topics of many communities.
HOUSE = """\
---
title: "Annex House {n}"
type: entity
kind: org
tags: [licensing]
sources: [annex-report-{n}]
last_updated: 2027-01-0{day}
---

## Overview

It keeps the [[AnnexRule{n}]].

## Connections

{ties}
"""
# It rests on the house, and only the house links to it.
RULE = """\
---
title: "Annex Rule {n}"
type: concept
sources: [AnnexHouse{n}]
last_updated: 2027-04-01
---

## Overview

Whoever enters the house follows the [[AnnexHouse{n}]].
"""
ALONE = """\
---
title: "Annex Silence {n}"
type: concept
sources: []
last_updated: 2027-04-01
---

## Overview

Nobody speaks of it, and it speaks of nobody.
"""
SYNTHESIS = """\
---
title: "Annex {n}, weighed"
type: synthesis
sources: [annex-report-{n}]
last_updated: 2027-04-01
---

## Summary

The annex was counted once ([[annex-report-{n}#Key Claims|its report]]). The [[AnnexHouse{n}]] stands by that.
"""
THEME = """\
---
title: "Annex {n}, in dispute"
type: contradiction
sources: [annex-report-{n}, annex-report-{other}]
last_updated: 2027-04-01
---

## Opposing Positions

**The owners** — the [[AnnexHouse{n}]] — trust the count ([[annex-report-{n}#Key Claims|the report]]).

**The guests**: [[AnnexHouse{other}]] wants to be asked.

## Representative Evidence

- [[annex-report-{n}]] — where the rooms are counted
"""
REGISTER = "contradictions/_contradictions_themes.json"
PAGES = {
    "sources/annex-report-{n}.md": WITHDRAWN, "entities/AnnexHouse{n}.md": HOUSE, "concepts/AnnexRule{n}.md": RULE,
    "concepts/AnnexSilence{n}.md": ALONE, "contradictions/annex-{n}.md": THEME, "syntheses/annex-{n}.md": SYNTHESIS,
}  # fmt: skip
# A concept of a bundle in the Open Knowledge Format.
CONCEPT = """\
---
type: Metric
title: Visitors {n}
generated: {{ by: agent/{n}, at: 2026-06-0{day}T14:00:00+02:00 }}
verified: {{ by: human:ada, at: 2026-07-0{day} }}
stale_after: 2026-07-0{stale}
sources:
  - id: desk
    title: Book of the desk {n}
    resource: books/desk-{n}.md
---

# Definition

Whoever enters is counted once a day. [^desk] The desk writes it down [^unknown].

| hour | counted |
|---|---|
| ten | by hand [^desk] |
"""


class Asked(NamedTuple):
    """All quads in one store in memory, and the names that queries may use."""

    quads: ox.Store
    known: query.Vocabulary


def newsroom(root: Path, pages: int) -> Asked:
    """Return a newsroom's wiki of so many pages and some forty more, with the facts of its network and with a bundle."""
    subprocess.run([sys.executable, ROOT / "bench/newsroom.py", root / "wiki", str(pages)], check=True)
    _write(root / "wiki", dict(_annex(root / "wiki")))
    _write(root / "bundle", dict(_concepts()))
    ingest(root / "store", root / "wiki", Config(), dialect.load("newsroom"))
    ingest(root / "bundled", root / "bundle", Config(base=BUNDLE), dialect.load("okf"))
    read, quads = reading(root / "store"), ox.Store()
    for one in (read, reading(root / "bundled")):
        quads.bulk_load(input=one.quads.dump(format=ox.RdfFormat.N_QUADS), format=ox.RdfFormat.N_QUADS, lenient=True)
    quads.load(input="".join(network_facts.of(read).lines).encode(), format=ox.RdfFormat.N_QUADS, lenient=True)
    return Asked(quads, query.Vocabulary(read.base, read.pages))


def _annex(wiki: Path) -> Iterator[tuple[str, str]]:
    hubs = sorted([*wiki.glob("entities/*.md"), *wiki.glob("concepts/*.md")])
    titles = [_TITLE.search(hub.read_text(encoding="utf-8"))[1] for hub in hubs]
    for n in range(HOUSES):
        words = {
            "n": n, "other": (n + 1) % HOUSES, "day": n + 1, "grade": ("fact", "analysis")[n % 2],
            "plain": " ".join(f"Of {title} it says a word." for title in titles[n::HOUSES]),
            "ties": "\n".join(f"- [[{hub.stem}]] — lent it a room" for hub in hubs[n :: max(1, len(hubs) // LINKS)]),
        }  # fmt: skip
        for path, text in PAGES.items():
            yield path.format(n=n), text.format(**words)
    register = json.loads((wiki / REGISTER).read_text(encoding="utf-8"))
    for n in range(HOUSES):
        key = names.statement_key(f"[[annex-report-{(n + 1) % HOUSES}]] — counts the rooms anew")
        register["themes"][f"annex-{n}"] = {"name": f"Annex {n}, in dispute", "claim_ids": [key]}
    yield REGISTER, json.dumps(register)


def _concepts() -> Iterator[tuple[str, str]]:
    yield (
        "index.md",
        '---\nokf_version: "0.2"\n---\n\n# Index\n\n'
        + "".join(f"- [Visitors {n}](metrics/visitors-{n}.md)\n" for n in range(HOUSES)),
    )
    for n in range(HOUSES):
        yield f"metrics/visitors-{n}.md", CONCEPT.format(n=n, day=n + 1, stale=1 + 2 * n % 7)


def _write(root: Path, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
