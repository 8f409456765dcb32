"""Pages that answer queries, as they would be now; and written, where nothing stands against it."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from kg.answer_pages import live_blocks
from kg.answer_pages.live_blocks import Rendered
from kg.ingest import ingest
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.operations import page_answers
from kg.operations.page_answers import Answers
from kg.settings.dialect import Dialect
from kg.settings.kg_toml import Config
from kg.store import generations, reading
from kg.store.reading import Reading
from kg.write import render, replace_files
from kg.write.replace_files import Rewritten

# A block that shows line numbers of its own page may move them; then it is written once more.
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Live:
    """
    The pages whose live blocks changed, what is wrong with others in a line each, and how many blocks there are.

    `answers` are those that the blocks were held against.
    """

    pages: tuple[Rendered, ...]
    faults: tuple[str, ...]
    blocks: int
    answers: Answers


@dataclass(frozen=True, slots=True)
class Home:
    """Where pages are written: the root of the wiki, and how it is read."""

    root: Path
    config: Config
    dialect: Dialect


def live(answers: Answers, only: Collection[str] | None = None) -> Live:
    """Return what the live blocks of a generation's pages (all, or those of some paths) would be now."""
    generation = answers.reading
    found = {path: parts for path, parts in live_blocks.pages(generation.quads).items() if only is None or path in only}
    earlier = earlier_answers(answers)
    stored = {page.path: page for page in render.pages(generation.quads)} if found else {}
    pages, wrong, count = [], [], 0
    for path in progress.each("answering live blocks", sorted(found)):
        blocks = [part for part in found[path] if part.is_block]
        faults = live_blocks.faults(path, found[path])
        wrong += faults
        count += len(blocks)
        if faults:
            continue
        try:
            data, before = render.render(generation.quads, stored[path]), live_blocks.Earlier(earlier)
            page = live_blocks.render(path, data, blocks, answers.named, answers.wiki, before)
        except KgError as error:
            wrong.append(str(error))
            continue
        if page.old != page.new:
            pages.append(page)
    return Live(tuple(pages), tuple(wrong), count, answers)


def earlier_answers(answers: Answers, number: int = 0) -> Callable[[], Answers | None]:
    """
    Return what opens an earlier generation, for where a fact stood that is gone; None where there is none.

    It is the one with a number where that is older and still there, else the one before.
    """
    kept: list[Answers | None] = []
    now = answers.reading

    def before() -> Answers | None:
        if not kept:
            older = [one.number for one in generations.generations(now.folder) if one.number < now.generation.number]
            which = number if number in older else max(older, default=0)
            kept.append(_answers(now.folder, which, answers.config) if which else None)
        return kept[0]

    return before


def _answers(folder: Path, number: int, config: Config) -> Answers | None:
    try:
        return page_answers.of(reading.reading(folder, number), config)
    except KgError:  # a generation of another version of kg, or one that is being removed
        return None


def edited(generation: Reading, paths: Collection[str]) -> list[render.Drift]:
    """Return those pages among some whose files are no longer what was ingested, each with both versions as a diff."""
    return list(render.drift(generation.quads, generation.root, frozenset(paths)))


def write(home: Home, generation: Reading, pages: Sequence[Rewritten]) -> Reading:
    """Give pages their new bytes, ingest them, and return the generation that has them."""
    replace_files.replace_all(home.root, pages)
    only = [page.path for page in pages]
    ingest.ingest(generation.folder, home.root, home.config, home.dialect, only=only)
    return reading.reading(generation.folder)


def write_live(home: Home, due: Live, only: Collection[str] | None) -> tuple[list[str], Reading]:
    """
    Write the live blocks that are `due` until nothing changes; return the paths of the pages, and the generation then.

    Raises KgError, with nothing written, where a page was edited since it was ingested.
    """
    written: set[str] = set()
    generation = due.answers.reading
    for _ in range(ROUNDS):
        if not due.pages:
            break
        if edited(generation, [page.path for page in due.pages]):
            raise KgError(f"{plural(len(due.pages), 'page')} changed since they were ingested; run `kg ingest`", code=1)
        generation = write(home, generation, [Rewritten(page.path, page.old, page.new) for page in due.pages])
        written |= {page.path for page in due.pages}
        due = live(page_answers.of(generation, home.config, due.answers), only)
    return sorted(written), generation
