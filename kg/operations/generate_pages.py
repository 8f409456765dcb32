"""Generated pages: what they would be now, whose the files in their places are, and writing those that are ours."""

import contextlib
import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from kg.answer_pages import generated_pages, page_kinds
from kg.answer_pages.generated_pages import Made
from kg.answer_pages.page_kinds import Kind
from kg.ingest import ingest
from kg.ingest.ingest import Ingested
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.operations import kept_rows, part_pages, unchanged_kinds
from kg.operations.kept_rows import News
from kg.operations.page_answers import Answers
from kg.operations.render_pages import Home
from kg.operations.unchanged_kinds import Written
from kg.rdf import names, spellings
from kg.settings.kg_toml import Config
from kg.store import generations, reading
from kg.store.generation_delta import Delta
from kg.store.reading import Reading
from kg.write import render, replace_files
from kg.write.replace_files import Rewritten

_RECORD = "generated.json"
_NO_NEWS: Mapping[str, News] = {}


class State(StrEnum):
    """What is to be done about the file of a generated page."""

    SAME = "same"
    NEW = "new"
    STALE = "stale"
    GONE = "gone"
    EDITED = "edited"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Page:
    """A generated page: its file as it is and as it is to be, and what that means."""

    path: str
    old: bytes
    new: bytes
    state: State
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What a store remembers of the pages that were written: digests of their files, and what each kind was made of."""

    files: Mapping[str, str]
    kinds: Mapping[str, Written]


def kinds(config: Config, by_name: Sequence[str]) -> list[Kind]:
    """Return the kinds with some names, else those that kg.toml has written; KgError for one that there is not."""
    known = page_kinds.find(config.page_folder, config.queries)
    return page_kinds.chosen(known, tuple(by_name) or config.page_kinds)


def every(config: Config) -> list[Kind]:
    """Return all kinds that write pages of their own, ours and the user's own."""
    return [kind for kind in page_kinds.find(config.page_folder, config.queries).values() if not kind.auto]


def pages(answers: Answers, some: Sequence[Kind], root: Path, *, keep: bool = True) -> list[Page]:
    """
    Return the pages of some kinds as they would be now, below a folder, with those that have no rows any more.

    Their rows are made ready to be kept, unless nothing is to be kept (`keep`).
    """
    generation = answers.reading
    record = read_record(generation.folder)
    found = _as_written(answers, some, root, record)
    found += _renewed(answers, [kind for kind in some if kind.name not in {one.kind for one in found}], root, record)
    rest = [kind for kind in some if kind.name not in {one.kind for one in found}]
    if rest:
        found += [page(root, one.path, one.data, record, one.kind) for one in _made(answers, rest, found, keep=keep)]
    _check_places(found)
    meant, paths = {kind.name for kind in some}, {one.path for one in found}
    before = {path: kind for path, kind in generated_pages.written(generation.quads).items() if kind in meant}
    before |= {path: name for name in sorted(meant & record.kinds.keys()) for path in record.kinds[name].files}
    for path in sorted(before.keys() - paths):
        file = render.inside(root, path)
        if file.is_file() and _untouched(path, data := file.read_bytes(), record):
            found.append(Page(path, data, b"", State.GONE, before[path]))
    return found


def _check_places(results: Sequence[Page]) -> None:
    """Raise KgError where two kinds write one page; letters of either case are one on many systems."""
    kinds: dict[str, str] = {}
    for one in sorted(results, key=lambda each: (each.kind, each.path)):
        if kinds.setdefault(one.path.casefold(), one.kind) != one.kind:
            raise KgError(f"{one.path}: '{one.kind}' and another kind of pages write it; change an output")


def _untouched(path: str, data: bytes, record: Record) -> bool | None:
    """Tell whether a file is as it was made; None where nothing says that it was made."""
    untouched = generated_pages.is_untouched(data)
    return record.files[path] == _digest(data) if untouched is None and path in record.files else untouched


def _as_written(answers: Answers, some: Sequence[Kind], root: Path, record: Record) -> list[Page]:
    """Return the pages of the kinds whose answers did not change and whose files are as they were written."""
    found = []
    kept = unchanged_kinds.unchanged(answers.reading, some, record.kinds, answers.config.prefixes)
    for name in sorted(kept):
        written = {render.inside(root, path): digest for path, digest in record.kinds[name].files.items()}
        if all(file.is_file() and _digest(file.read_bytes()) == digest for file, digest in written.items()):
            files = zip(record.kinds[name].files, written, strict=True)
            found += [Page(path, file.read_bytes(), file.read_bytes(), State.SAME, name) for path, file in files]
    return found


def _renewed(answers: Answers, some: Sequence[Kind], root: Path, record: Record) -> list[Page]:
    """Return the pages of kinds of which the rows of a few graphs changed, and whose other files are as written."""
    found: list[Page] = []
    deltas: dict[int, tuple[Delta, frozenset[str]] | None] = {}
    for kind in some:
        written = record.kinds.get(kind.name)
        if written is None or not unchanged_kinds.may_be_renewed(
            kind, written, answers.reading, answers.config.prefixes
        ):
            continue
        if written.generation not in deltas:
            delta = unchanged_kinds.delta_since(answers.reading, written.generation)
            deltas[written.generation] = (delta, part_pages.dirty(answers, delta)) if delta else None
        since = deltas[written.generation]
        news = part_pages.renewed(answers, kind, written, *since) if since else None
        if news is None or not all(
            _is_as_written(render.inside(root, path), written.files.get(path)) for path in news.same
        ):
            continue
        if news.news:
            answers.news[kind.name] = news.news
        same = ((path, render.inside(root, path).read_bytes()) for path in news.same)
        found += [Page(path, data, data, State.SAME, kind.name) for path, data in same]
        found += [page(root, one.path, one.data, record, kind.name) for one in news.made]
    return found


def _is_as_written(file: Path, digest: str | None) -> bool:
    return file.is_file() and _digest(file.read_bytes()) == digest


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _made(answers: Answers, some: Sequence[Kind], others: Sequence[Page], *, keep: bool) -> list[Made]:
    """Return the pages of some kinds; raise KgError for one whose place another kind or an author has."""
    generation = answers.reading
    found: dict[str, Made] = {}
    elsewhere = {one.path for one in others}
    written = generated_pages.written(generation.quads)
    taken = {spellings.letters(names.stem(path)) for path in generation.pages if path not in written}
    for kind in progress.each("making pages", [*some]):
        answer, loose = answers.of_kind(kind) if keep else (answers.of(kind.question), None)
        if loose and (news := part_pages.kept(kind, loose)):
            answers.news[kind.name] = news
        for one in generated_pages.make(kind, answer, answers.wiki):
            if one.path in found or one.path in elsewhere:
                raise KgError(f"{one.path}: '{kind.name}' and another kind of pages write it; change an output")
            if spellings.letters(names.stem(one.path)) in taken and one.path.endswith(".md"):
                raise KgError(f"{one.path}: an author's page has this name, too; change the output")
            found[one.path] = one
    return [found[path] for path in sorted(found)]


def page(root: Path, path: str, data: bytes, record: Record, kind: str = "") -> Page:
    """Return a page that is to be below a folder, against the file that is there."""
    file = render.inside(root, path)
    if not file.exists():
        return Page(path, b"", data, State.NEW, kind)
    old = file.read_bytes() if file.is_file() else b""
    state = _state(path, old, data, record) if file.is_file() else State.FOREIGN
    return Page(path, old, data, state, kind)


def _state(path: str, old: bytes, new: bytes, record: Record) -> State:
    if old == new or old.replace(b"\r\n", b"\n") == new or (path.endswith(".json") and _says_the_same(old, new)):
        return State.SAME
    untouched = _untouched(path, old, record)
    return State.FOREIGN if untouched is None else State.STALE if untouched else State.EDITED


def _says_the_same(old: bytes, new: bytes) -> bool:
    """Tell whether two texts of JSON have the same value."""
    try:
        return bool(json.loads(old) == json.loads(new))
    except (ValueError, RecursionError):
        return False


def refused(results: Sequence[Page]) -> list[Page]:
    """Return the pages whose files somebody else wrote or edited."""
    return [page for page in results if page.state in (State.EDITED, State.FOREIGN)]


def write(
    home: Home, generation: Reading, results: Sequence[Page], root: Path, news: Mapping[str, News] = _NO_NEWS
) -> list[str]:
    """
    Write pages below a folder that are new or stale, take away those without rows, ingest; return their paths.

    The `news` are what is to be kept of the rows that they were written of.
    """
    due = [page for page in results if page.state in (State.NEW, State.STALE)]
    gone = [page for page in results if page.state is State.GONE]
    replace_files.replace_all(
        root, [Rewritten(page.path, page.old, page.new, absent=page.state is State.NEW) for page in due]
    )
    for page in gone:
        render.inside(root, page.path).unlink(missing_ok=True)
    stamps = {name: one.rows for name, one in read_record(generation.folder).kinds.items()}
    stamps |= dict.fromkeys(news, "") | kept_rows.keep(generation.folder, news, stamps)
    _remember(generation, home.config, results, stamps)
    if changed := [page.path for page in (*due, *gone)]:
        done = ingest.ingest(generation.folder, home.root, home.config, home.dialect)
        news_since = _beside(frozenset(changed), done, generation)
        if done.generation and news_since is not None:
            _remember(generation, home.config, results, stamps, news_since)
    return sorted(changed)


def _beside(paths: frozenset[str], news: Ingested, before: Reading) -> tuple[Reading, Delta] | None:
    """
    Return the generation that an ingest made, and what is new in it beside the pages at some paths.

    None where it is not the next one. On authored pages that is what a dangling link could have meant: a new page.
    """
    if news.generation is None or news.generation.number != before.generation.number + 1:
        return None
    now = reading.reading(before.folder, news.generation.number)
    delta = unchanged_kinds.delta_since(now, before.generation.number, paths)
    return None if delta is None else (now, delta)


def write_out(out: Path, results: Sequence[Page]) -> int:
    """Write pages below another folder, and return how many."""
    for page in results:
        target = render.inside(out, page.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        generations.write_atomically(target, page.new, lasting=False)
    return len(results)


def read_record(folder: Path) -> Record:
    """Return what a store remembers of written pages; nothing where it cannot be read."""
    with contextlib.suppress(OSError, ValueError, AttributeError, KeyError, TypeError):
        said = json.loads((folder / _RECORD).read_bytes())
        kinds = {
            name: Written(one["key"], one["generation"], one["files"], one.get("rows", ""))
            for name, one in said["kinds"].items()
        }
        return Record(dict(said["files"]), kinds)
    return Record({}, {})


def _remember(
    generation: Reading,
    config: Config,
    results: Sequence[Page],
    stamps: Mapping[str, str],
    since: tuple[Reading, Delta] | None = None,
) -> None:
    """
    Keep the digests of the files that are as they were made, and what the kinds that are so whole were made of.

    The generation `since` that the writing made answers as the one before it where no fact is read that is new in it
    beside the pages, as these state nothing; of a query that may ask for the pages themselves that is not known.
    """
    record = read_record(generation.folder)
    ours = {one.path: _digest(one.new) for one in results if one.state in (State.SAME, State.NEW, State.STALE)}
    gone = {one.path for one in results if one.state is State.GONE}
    files = {path: digest for path, digest in {**record.files, **ours}.items() if path not in gone}
    kinds = {name: asdict(written) for name, written in record.kinds.items()}
    known = {kind.name: kind for kind in every(config)} if any(one.kind for one in results) else {}
    for name in {one.kind for one in results} & known.keys():
        paths = [one.path for one in results if one.kind == name]
        kinds.pop(name, None)
        if all(path in ours for path in paths):
            key = unchanged_kinds.key(known[name], config.prefixes)
            then = since[0] if since and unchanged_kinds.answers_the_same(*since, known[name].question) else generation
            as_of = then.generation.number
            kinds[name] = asdict(Written(key, as_of, {path: ours[path] for path in paths}, stamps.get(name, "")))
    data = json.dumps({"files": files, "kinds": kinds}, indent=1, sort_keys=True).encode()
    generations.write_atomically(generation.folder / _RECORD, data)


def diff(page: Page) -> str:
    """Return what a page's file has and what it would have, as a diff."""
    old, new = (data.decode("utf-8", "backslashreplace").split("\n") for data in (page.old, page.new))
    names = ("/dev/null" if page.state is State.NEW else f"a/{page.path}", f"b/{page.path}")
    return "\n".join(difflib.unified_diff(old, new, *names, lineterm="", n=1)) + "\n"
