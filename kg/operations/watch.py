"""Watching a wiki: each time its pages change they are ingested and every rule is checked again, one line a round."""

from collections.abc import Callable, Iterator
from pathlib import Path

from kg.ingest import fact_changes, ingest
from kg.ingest.ingest import How, Ingested
from kg.model.finding import Finding, KgError
from kg.model.records import dataclass
from kg.operations import block_findings
from kg.operations.check_wiki import check_wiki
from kg.report import reported
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.reading import reading

DEBOUNCE = 500
_PATIENCE = 5.0
_TICK = 1000


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched, and where it is kept."""

    folder: Path
    root: Path
    config: Config
    dialect: Dialect


def rounds(
    load: Callable[[], Watched], *, debounce: int = DEBOUNCE, polling: bool | None = None
) -> Iterator[str]:  # fmt: skip
    """
    Yield one line for the first ingest, then one for each time that the wiki, or its kg.toml, changed; until stopped.

    Changes within `debounce` milliseconds of each other are one round. What goes wrong in a round is its line: the
    next change is a new try, and a store that somebody else writes is tried again.
    """
    from watchfiles import watch  # the library of this command alone

    watched = load()
    places = [watched.root, *([watched.config.file] if watched.config.file else [])]
    last = _round(load)
    yield last.line
    # What changes before the watcher is set up sends no event: one more look when it is.
    look_again = True
    for found in watch(
        *places, debounce=debounce, step=50, yield_on_timeout=True, rust_timeout=_TICK, raise_interrupt=True,
        force_polling=polling, watch_filter=_matters(watched),
    ):  # fmt: skip
        if found or look_again or last.failed:
            last = _round(load)
            if found or last.news:
                yield last.line
        look_again = False


@dataclass(frozen=True, slots=True)
class _Round:
    """What one round said, whether that is news, and whether it is to be tried again although nothing changes."""

    line: str
    news: bool
    failed: bool = False


def _matters(watched: Watched) -> Callable[[object, str], bool]:
    """Return a test for the paths whose change can mean something: not the store's, not those of dot folders."""
    kept, root = str(watched.folder.resolve()), watched.root.resolve()

    def matters(_change: object, path: str) -> bool:
        if path.startswith(kept):
            return False
        place = Path(path).resolve()
        inside = place.relative_to(root).parts if place.is_relative_to(root) else ()
        return not any(part.startswith(".") for part in inside)

    return matters


def _round(load: Callable[[], Watched]) -> _Round:
    """Bring the store up to date, check every rule, and say what came of it."""
    try:
        watched = load()
        done = ingest.ingest(
            watched.folder, watched.root, watched.config, watched.dialect, how=How(wait=_PATIENCE)
        )  # fmt: skip
        news = bool(done.mapped or done.removed)
        now = reading(watched.folder)
        checked = check_wiki(now, watched.config, more=block_findings.of(now, watched.config))
        return _Round(_line(done, checked.judged.findings), news=news)
    except KgError as error:
        return _Round(f"not ingested: {error}", news=True, failed=error.code == 1)
    except OSError as error:
        what = f"{error.filename or 'reading or writing'}: {error.strerror or error}"
        return _Round(f"not ingested: {what}", news=True, failed=True)
    finally:
        generations.release()


def _line(result: Ingested, findings: tuple[Finding, ...]) -> str:
    number = result.generation.number if result.generation else 0
    did = {
        "added": result.added, "changed": result.changed, "moved": result.moved, "removed": result.removed,
        "relinked": result.relinked,
    }  # fmt: skip
    said = ", ".join(f"{len(paths):,} {name}" for name, paths in did.items() if paths) or "nothing changed"
    facts = fact_changes.words(result.changes)
    parts = (f"generation {number}: {said}", facts, reported.summary(reported.counts(findings)), *result.notes)
    return "; ".join(part for part in parts if part)
