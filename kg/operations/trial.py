"""What an edit of pages would do, tried on a copy of the wiki and its store: which findings come, and which go."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kg.ingest import ingest
from kg.map import common_graphs
from kg.model.finding import Finding, Level
from kg.model.records import dataclass
from kg.operations import block_findings
from kg.operations.check_wiki import check_wiki
from kg.report import baseline
from kg.report.baseline import Looked
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations, manifest_head, whereabouts
from kg.store.reading import Reading, reading
from kg.write import copies
from kg.write.replace_files import Rewritten

_ELSEWHERE = frozenset({".git", ".kg", ".venv", "node_modules"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of a wiki `before` and `after` an edit, those that are `added` by it and those that are `gone`."""

    before: tuple[Finding, ...]
    after: tuple[Finding, ...]
    added: tuple[Finding, ...]
    gone: tuple[Finding, ...]

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that the edit adds and for which it is refused."""
        return tuple(one for one in self.added if one.level is Level.VIOLATION)


def outcome(generation: Reading, config: Config, dialect: Dialect, pages: Sequence[Rewritten]) -> Outcome:
    """
    Return what the rules would find if pages had their new bytes; nothing of the wiki and its store is changed.

    The copy is ingested and checked as the wiki would be, so what other pages say of the edited ones counts, too.
    """
    before = _found(generation, config)
    with _copied(generation, config) as (store, root):
        for page in pages:
            target = root / page.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)  # it is a link to the page itself
            target.write_bytes(page.new)
        try:
            ingest.ingest(store, root, config, dialect, only=[one.path for one in pages], how=ingest.How(jobs=1))
            after = _found(reading(store), config)
        finally:
            generations.release(store)
    return Outcome(before, after, _beyond(after, before), _beyond(before, after))


def _found(generation: Reading, config: Config) -> tuple[Finding, ...]:
    more = block_findings.of(generation, config)
    return check_wiki(generation, config, more=more).judged.findings


def _beyond(findings: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that others do not have, as a baseline compares them: a line that moved is no other."""
    return baseline.compare(findings, map(baseline.entry, others), Looked()).new


@contextmanager
def _copied(generation: Reading, config: Config) -> Iterator[tuple[Path, Path]]:
    """Lend a copy of a wiki and of the store's generation, both of hard links where the file system has them."""
    with copies.folder_in(generation.folder, "an edit that is tried") as place:
        top = common_graphs.project(
            generation.root
        )  # with the originals and lists that a root named `wiki` has beside it
        root = place / "copy" / top.name / generation.root.resolve().relative_to(top)
        _mirror(top, place / "copy" / top.name, generation.folder)
        _copy_store(generation, place / "store", root, config)
        yield place / "store", root


def _mirror(top: Path, to: Path, store: Path) -> None:
    """Link every file of a project but those of tools and of stores: pages, and all that pages and rules look at."""
    store = store.resolve()
    for here, folders, files in os.walk(top):
        there = to / Path(here).relative_to(top)
        there.mkdir(parents=True, exist_ok=True)
        folders[:] = [one for one in folders if one not in _ELSEWHERE and (Path(here) / one).resolve() != store]
        for name in [*files, *(one for one in folders if (Path(here) / one).is_symlink())]:
            _link(Path(here) / name, there / name)


def _link(file: Path, to: Path) -> None:
    """Give a file a second name; a link stays a link, and what cannot have two names is copied."""
    if file.is_symlink():
        to.symlink_to(file.readlink())
        return
    try:
        os.link(file, to)
    except OSError:
        if file.is_file():  # no pipe, and nothing that is gone meanwhile
            shutil.copy2(file, to)


def _copy_store(generation: Reading, store: Path, root: Path, config: Config) -> None:
    """Copy a generation, with what was kept of its last check, as the current one of a store of another wiki."""
    source = generation.generation
    made = store / "generations" / source.folder.name
    made.mkdir(parents=True)
    generation.quads.backup(str(made / "quads"))
    for each in source.folder.iterdir():
        if each.name == "pages":
            shutil.copytree(each, made / each.name)
        elif each.is_file() and not each.is_symlink() and each.name != "lines":
            shutil.copyfile(each, made / each.name)
    head = replace(generation.head, **whereabouts.of(store, root, config.file))
    (made / "manifest.json").write_text(manifest_head.dumps(head), encoding="utf-8")
    shutil.copyfile(generation.folder / "HEAD", store / "HEAD")
