"""The generations that a store keeps: what each changed, and the way back to one."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg.ingest import fact_changes
from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.store import generations
from kg.store.generations import Generation, Keep
from kg.store.manifest_head import Change, Head

_DID = ("added", "changed", "moved", "removed", "relinked")


@dataclass(frozen=True, slots=True)
class Kept:
    """One generation of a store: when it was made, its digest, how many pages, and what it changed."""

    number: int
    current: bool
    made: str
    digest: str
    pages: int
    did: Mapping[str, int]
    changes: Mapping[str, Change]
    why: str


def kept_generations(folder: Path) -> list[Kept]:
    """Return the generations of a store, the newest first; raise KgError where there is no generations."""
    head = generations.require(folder)
    return [_kept(folder, one, head) for one in reversed(generations.generations(folder))]


def _kept(folder: Path, generation: Generation, head: Generation) -> Kept:
    said = generations.read_manifest(folder, generation)
    return Kept(
        number=generation.number,
        current=generation.number == head.number,
        made=said.made,
        digest=said.digest,
        pages=said.count,
        did={name: said.did[name] for name in _DID if name in said.did},
        changes={kind: said.changes[kind] for kind in fact_changes.KINDS if kind in said.changes},
        why=said.why_all,
    )


def words(generation: Kept) -> str:
    """Return a generation in one line."""
    did = ", ".join(f"{number:,} {name}" for name, number in generation.did.items() if number)
    said = "; ".join(filter(None, (generation.why, did, fact_changes.words(generation.changes))))
    mark = "*" if generation.current else " "
    return f"{mark} {generation.number:>4}  {generation.made}  {generation.digest[:12]}  {said}"


def record(generation: Kept) -> dict[str, Any]:
    """Return a generation as a record for JSON."""
    return {
        "generation": generation.number,
        "current": generation.current,
        "made": generation.made,
        "digest": generation.digest,
        "pages": generation.pages,
        "did": dict(generation.did),
        "changes": fact_changes.record(generation.changes),
        "why": generation.why,
    }


def rollback(folder: Path, number: int, keep: Keep, *, wait: float = 0.0) -> tuple[Generation, tuple[str, ...]]:
    """
    Make what a generation holds the content of a new one, and return it and what a person should be told.

    The generations between stay, as long as others do, so that a rollback can be taken back by another. The pages of
    the wiki are not touched. Raises KgError where the generation is not kept, or is the current one.
    """
    with generations.writer(folder, wait=wait) as notes:
        current = generations.require(folder)
        wanted = generations.numbered(folder, number)
        if wanted.number == current.number:
            raise KgError(f"{folder}: generation {number} is the current one; there is nothing to go back to")
        said, now = generations.manifest_that_fits(folder, wanted), generations.read_manifest(folder, current)
        with generations.filling(folder, current, source=wanted) as generation:
            _link_pages(wanted, generation, said)
            generations.commit(folder, generation, _rolled_back(generation, wanted, said, now))
        generations.prune(folder, keep)
    return generation, notes


def _link_pages(old: Generation, new: Generation, source_head: Head) -> None:
    (new.folder / "pages").mkdir()
    for file in source_head.page_files:
        os.link(old.folder / "pages" / file.name, new.folder / "pages" / file.name)


def _rolled_back(generation: Generation, target: Generation, source_head: Head, now: Head) -> Head:
    """Return the head of the new generation: that of the old one, and the balance of each kind of fact."""
    balance = {kind: total - now.facts.get(kind, 0) for kind, total in source_head.facts.items()}
    return replace(
        source_head,
        generation=generation.number,
        made=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        did={},
        why_all=f"rolled back to generation {target.number}",
        changes={kind: Change(source_head.facts[kind], max(more, 0), max(-more, 0)) for kind, more in balance.items()},
    )
