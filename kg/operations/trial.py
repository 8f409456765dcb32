"""What an edit of pages would do, tried on a copy of the wiki and its store: which findings come, and which go."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from kg.ingest import ingest
from kg.map import common_graphs
from kg.model.finding import Finding, Level
from kg.model.kg_error import KgError
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
            _write(root, page)
        try:
            ingest.ingest(store, root, config, dialect, only=[one.path for one in pages], how=ingest.How(jobs=1))
            edited = reading(store)
            _refuse_unread(edited, pages)
            after = _found(edited, config)
        finally:
            generations.release(store)
    return Outcome(before, after, _beyond(after, before), _beyond(before, after))


def _write(root: Path, page: Rewritten) -> None:
    """Give a page of the copy its new bytes; KgError where its path is no place in the copy."""
    target = root / page.path
    if target.parent.resolve() != root.resolve() / PurePosixPath(page.path).parent:
        raise KgError(f"{page.path}: its folder is a symbolic link; name the page by the folder that it leads to")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)  # it is a link to the page itself
        target.write_bytes(page.new)
    except OSError as error:
        raise KgError(f"{page.path}: cannot be written: {error.strerror}; no page was changed", code=1) from None


def _refuse_unread(edited: Reading, pages: Sequence[Rewritten]) -> None:
    """Raise KgError for a page that an ingest leaves out once it is edited: no rule would ever judge it."""
    for page in pages:
        if page.path not in edited.pages:
            why = next((one.message for one in edited.head.findings if one.span.path == page.path), "")
            raise KgError(
                f"{page.path}: `kg ingest` would leave this page out: {why or 'an ignore file or kg.toml says so'}",
                code=1,
            )


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
        try:
            _mirror(top, place / "copy" / top.name, generation.folder)
            _copy_store(generation, place / "store", root, config)
        except OSError as error:
            what = f"{error.filename or generation.folder}: cannot be copied: {error.strerror}"
            raise KgError(f"{what}; an edit that is tried needs a copy of it", code=1) from None
        yield place / "store", root


def _mirror(top: Path, to: Path, store: Path) -> None:
    """Link every file of a project but those of tools and of stores: pages, and all that pages and rules look at."""
    store = store.resolve()
    for here, folders, files in os.walk(top):
        there = to / Path(here).relative_to(top)
        there.mkdir(parents=True, exist_ok=True)
        folders[:] = [one for one in folders if one not in _ELSEWHERE and (Path(here) / one).resolve() != store]
        for name in [*files, *(one for one in folders if (Path(here) / one).is_symlink())]:
            file = Path(here) / name
            if file.is_symlink():
                (there / name).symlink_to(_led(file, top, to))
            else:
                _link(file, there / name)


def _led(link: Path, top: Path, to: Path) -> Path:
    """Return where a symbolic link of a project leads in its copy: to the copy of what it led to, if there is one."""
    try:
        real = link.resolve()
    except (OSError, RuntimeError):  # RuntimeError: a loop, before Python 3.13
        return link.readlink()
    return to / real.relative_to(top) if real.is_relative_to(top) else real


def _link(file: Path, to: Path) -> None:
    """Give a file a second name; what cannot have two names is copied."""
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
    (store / "HEAD").write_text(f"{source.number}\n", encoding="ascii")  # the store's own may be another by now
