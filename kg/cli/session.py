"""What every command starts from: the configuration, the store's folder, and the generation to read."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import progress, standing
from kg.model import progress as stages
from kg.model.kg_error import KgError
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.settings import kg_toml
from kg.settings.kg_toml import Config
from kg.store import reading as store_reading
from kg.store.reading import Reading

if TYPE_CHECKING:
    from kg.files.walk import Corpus
    from kg.settings.dialect import Dialect
    from kg.store.manifest_head import Head


def settings(ctx: click.Context, wiki: Path | None = None) -> tuple[Config, Path]:
    """
    Return the configuration and the store's folder; precedence: flag, environment, kg.toml, default.

    A store that is there knows the kg.toml it was made with; it holds where none is named, by --config or by the wiki,
    and none is where one stands.
    """
    found = kg_toml.load(kg_toml.find(ctx.obj["config"], wiki))
    folder: Path = ctx.obj["store"] or found.store
    named = ctx.obj["config"] is not None or (found.file is not None and (wiki is not None or not ctx.obj["store"]))
    if not named and (made_with := _made_with(folder)):
        found = kg_toml.load(made_with)
    return found, folder


def _made_with(folder: Path) -> Path | None:
    """Return the kg.toml that a store was made with; None where it is not known any more."""
    from kg.store import whereabouts

    head = _stored(folder)
    if not head or not head.config or whereabouts.is_stray(folder, head):
        return None
    return Path(head.config) if Path(head.config).is_file() else None


def _stored(folder: Path) -> "Head | None":
    """Return the head of a store's manifest, None where there is none."""
    if not (folder / "HEAD").exists():
        return None
    from kg.store import generations  # loads pyoxigraph

    generation = generations.current(folder)
    return generations.read_manifest(folder, generation) if generation else None


def _stored_dialect(folder: Path) -> str:
    head = _stored(folder)
    return head.dialect if head else ""


def place(ctx: click.Context) -> Path:
    """Return the store's folder for commands that need nothing else of the configuration."""
    found: Path = ctx.obj["store"] or kg_toml.load(kg_toml.find(ctx.obj["config"], None)).store
    return found


def at_generation(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--at GEN` to a command that reads; `reading` heeds it."""
    return click.option(
        "--at", type=click.IntRange(min=1), metavar="GEN", expose_value=False, callback=_remember,
        help="Ask an earlier generation (`kg history` lists them).",
    )(function)  # fmt: skip


def _remember(ctx: click.Context, _option: click.Parameter, number: int | None) -> None:
    if number is not None:
        ctx.obj["at"] = number


def at_endpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--at-endpoint` to a command that reads; `reading` heeds it."""
    return click.option(
        "--at-endpoint", is_flag=True, expose_value=False, callback=_remember_endpoint,
        help="Ask the endpoint that kg.toml names (`kg publish`).",
    )(function)  # fmt: skip


def _remember_endpoint(ctx: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001  # click's signature
    if value:
        ctx.obj["at endpoint"] = True


def base_and_local(ctx: click.Context) -> tuple[str, Reading | None, Path]:
    """Return the base IRI of the wiki, the current generation where there is a store, and the store's folder."""
    config, folder = settings(ctx)
    local = store_reading.reading(folder) if (folder / "HEAD").exists() else None
    return local.base if local else config.base, local, folder


def _of_endpoint(ctx: click.Context, *, others: bool) -> Reading:
    """Return all of what the endpoint has of the wiki; a line says so where that is not the generation here."""
    from kg.cli import at_endpoint
    from kg.publish import remote

    if others or ctx.obj.get("at") or ctx.obj.get("as of"):
        raise KgError(
            "an endpoint has one generation, as it is stated; leave --inferred, --imported, --at, --as-of out"
        )
    base, local, _ = base_and_local(ctx)
    config, _ = settings(ctx)
    endpoint = at_endpoint.opened(config)
    for note in remote.notes(remote.marks_of(endpoint, base), local):
        say(ctx, f"note: {note}")
    return remote.fetched(endpoint, base, local.root if local else config.wiki or Path())


def with_imports(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--imported` to a command that reads."""
    return click.option("--imported", is_flag=True, help="With the wikis that `kg import` took in.")(function)


def reading(
    ctx: click.Context, *, inferred: bool = False, imported: bool = False, leaving: bool = False
) -> Reading:  # fmt: skip
    """
    Return the generation named by --at, else the current one, opened; raise KgError where there is none.

    With `imported` its quads are asked together with those of the imports, as they say it where they are `leaving`.

    With --as-of it is as the wiki could have been on that day, and a line says what is left out.
    """
    if ctx.obj.get("at endpoint"):
        return _of_endpoint(ctx, others=inferred or imported)
    date = ctx.obj.get("as of")
    if date is not None and inferred:
        raise KgError("what was inferred rests on pages of every date; leave --inferred or --as-of out")
    if date is not None and imported:
        raise KgError("imports are of no day; leave --imported or --as-of out")
    found = store_reading.reading(place(ctx), ctx.obj.get("at"), inferred=inferred)
    if imported:
        from kg.imports import laid_over  # loads pyoxigraph

        return laid_over.over(found, inferred=inferred, leaving=leaving)
    if date is None:
        return found
    from kg.store import as_of  # loads pyoxigraph

    with stages.stage("leaving out what is younger"):
        then = as_of.seen(found, date)
    say(ctx, _as_of_words(date, then.left_out, then.undated, len(found.pages)))
    return then.reading


def _as_of_words(date: str, left_out: Sequence[str], undated: Sequence[str], count: int) -> str:
    open_ones = f"; {plural(len(undated), 'page')} without a date may be younger" if undated else ""
    return f"note: as of {date}: {len(left_out)} of {plural(count, 'page')} left out as younger{open_ones}"


def as_of_day(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--as-of DATE` to a command that reads; `reading` heeds it."""
    return click.option(
        "--as-of", metavar="DATE", expose_value=False, callback=_remember_day,
        help="What the wiki could know on that day: no page that is younger.",
    )(function)  # fmt: skip


def _remember_day(ctx: click.Context, _option: click.Parameter, text: str | None) -> None:
    if text is not None:
        from kg.store import as_of  # loads pyoxigraph

        ctx.obj["as of"] = as_of.day(text)


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a command that maps pages works on: the wiki's root, the files and folders to keep to (none: all)."""

    root: Path
    only: list[str]
    config: Config
    folder: Path


def mapping(ctx: click.Context, paths: tuple[Path, ...]) -> Mapping:
    """Return the wiki that is meant: named now, named by kg.toml, or held by the store; raise KgError for none."""
    config, folder = settings(ctx, paths[0] if paths else None)
    asked = [path.resolve() for path in paths]
    home = {config.file.parent.resolve(), config.wiki.resolve()} if config.file and config.wiki else set()
    kept = stored_root(folder, for_folder=len(asked) == 1 and asked[0].is_dir())
    root = config.wiki or kept
    if root is None:
        return Mapping(_first_root(paths, folder), [], config, folder)
    if not asked:
        _ask_which(ctx, folder, root)
    if not asked or asked == [root.resolve()] or (len(asked) == 1 and asked[0] in home):
        return Mapping(root, [], config, folder)
    return Mapping(root, [_below(root, path, folder) for path in asked], config, folder)


def _ask_which(ctx: click.Context, folder: Path, root: Path) -> None:
    """Raise KgError where one stands in another wiki than that of the store that is named."""
    other = standing.other_wiki(ctx, folder, root, _stored_paths(folder))
    if other is not None:
        raise KgError(
            f"{folder}: this store holds the wiki {root}, and you stand in {other}; "
            f"name the folder that is meant, as in `kg ingest {root}`, or leave --store out"
        )


def _stored_paths(folder: Path) -> list[str]:
    """Return the paths of the pages that a store holds."""
    from kg.store import generations  # loads pyoxigraph
    from kg.store.shown_pages import Shown

    generation = generations.current(folder)
    return list(Shown(generation.folder, generations.read_manifest(folder, generation))) if generation else []


def _first_root(paths: tuple[Path, ...], folder: Path) -> Path:
    if not paths:
        raise KgError(
            'which wiki? name the folder that holds the pages, or write `wiki = "…"` into kg.toml (`kg init`)'
        )
    if len(paths) > 1 or paths[0].is_file():
        raise KgError(f"{paths[0]}: the store at {folder} holds no wiki yet; name the one folder that holds the pages")
    return paths[0]


def _below(root: Path, path: Path, folder: Path) -> str:
    if not path.is_relative_to(root.resolve()):
        raise KgError(f"{path}: not in {root}, the wiki of the store at {folder}; name another store with --store")
    if not path.exists():
        raise KgError(f"{path}: no such file or folder")
    return path.relative_to(root.resolve()).as_posix()


def stored_root(folder: Path, *, for_folder: bool = False) -> Path | None:
    """
    Return the root of the wiki that a store holds; None where there is no store yet.

    It is None as well where a folder is named (`for_folder`) and the store is free for it: its own wiki is gone, or it
    went away from it. Raises KgError where it went away and no folder is named: which one is meant is not known.
    """
    from kg.store import whereabouts

    head = _stored(folder)
    if head is None or (for_folder and whereabouts.is_free(folder, head)):
        return None
    if whereabouts.is_stray(folder, head):
        raise KgError(
            f"{folder}: this store was made elsewhere, of the wiki {head.root}, and may be a copy; "
            "name the folder that is meant, as in `kg ingest .`"
        )
    return Path(head.root)


def root_to_write(ctx: click.Context, reading: Reading) -> Path:
    """
    Return the root of the wiki, for a command that changes its pages.

    Raises KgError where it is neither beside the store, nor named by the kg.toml that holds, nor where one stands.
    """
    from kg.store import whereabouts

    config, _ = settings(ctx)
    root, store, stand = reading.root.resolve(), whereabouts.place(reading.folder), Path.cwd()
    other = standing.other_wiki(ctx, reading.folder, root, reading.pages)
    if other is not None:
        raise KgError(
            f"{reading.folder}: this store holds the wiki {root}, and you stand in {other}; nothing is written. "
            f"Stand in the wiki that is meant, or leave --store out"
        )
    if not whereabouts.is_stray(store, reading.head) and (
        whereabouts.lie_together(store, root)
        or (config.wiki and config.wiki.resolve() == root)
        or stand.is_relative_to(root)
        or root.is_relative_to(stand)
    ):
        return root
    raise KgError(
        f"{root}: the pages of the store at {reading.folder} are neither beside it nor where you stand; "
        "nothing is written. Stand in the wiki that is meant, and run `kg ingest .` first where this is a copy of it"
    )


def spoken(ctx: click.Context, wiki: Mapping) -> "Dialect":
    """Return the dialect to read a wiki in: the one named, else its store's, else the one that fits, and say so."""
    from kg.files import walk
    from kg.operations import choose_dialect

    def corpus() -> "Corpus":
        with stages.stage("looking which dialect fits"):
            return walk.walk(wiki.root, wiki.config.exclude, wiki.config.max_page_bytes)

    found = choose_dialect.choose(wiki.config, _stored_dialect(wiki.folder), corpus)
    for line in found.said:
        say(ctx, line)
    return found.dialect


def known_dialect(config: Config, folder: Path) -> "Dialect":
    """Return the dialect that is named, else the store's, else the newsroom's, whose form says the most."""
    from kg.operations import choose_dialect

    return choose_dialect.known(config, _stored_dialect(folder))


def in_paths(reading: Reading, paths: tuple[str, ...]) -> Callable[[str], bool]:
    """Return a test for the wiki's paths that stand for `paths`, looked up from here first, then from the root."""
    root = reading.root.resolve()
    wanted = []
    for path in paths:
        found = next((one for one in (Path(path).resolve(), (root / path).resolve()) if one.exists()), None)
        if found is None or not found.is_relative_to(root):
            raise KgError(f"{path}: no such file or folder in the wiki {root}")
        wanted.append(found.relative_to(root).as_posix())
    return lambda path: not wanted or any(one in (path, ".") or path.startswith(f"{one}/") for one in wanted)


def pairs(texts: tuple[str, ...]) -> dict[str, str]:
    """Return the values of -p NAME=VALUE by their names."""
    values = {}
    for pair in texts:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"expected NAME=VALUE, found '{pair}'", param_hint="-p")
        values[name] = value
    return values


def write(data: bytes, output: Path | None) -> None:
    """Write an answer to a file, complete or not at all, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    from kg.store.generations import write_atomically  # loads pyoxigraph

    if not output.absolute().parent.is_dir():
        raise KgError(f"{output.parent}: no such folder")
    if output.is_dir():
        raise KgError(f"{output}: is a folder; name a file")
    if output.exists() and not output.is_file():
        # A device or a pipe is written to, never replaced.
        with output.open("wb") as handle:
            handle.write(data)
        return
    write_atomically(output.resolve(), data)


def warn_if_stale(ctx: click.Context, reading: Reading) -> None:
    """Say so where pages have changed since they were ingested: the answer is about the wiki as it was."""
    from kg.ingest import file_stamps  # loads pyoxigraph

    count = file_stamps.stale(reading)
    if count:
        have = "has" if count == 1 else "have"
        say(
            ctx,
            f"note: {plural(count, 'page')} {have} changed since the last ingest; `kg ingest` brings them in",
        )


def say(ctx: click.Context, message: str) -> None:
    """Say something that is not the answer, on standard error; nothing with --quiet."""
    if not ctx.obj["quiet"]:
        progress.erase()
        click.echo(message, err=True)


def complain(message: str) -> None:
    """Say on standard error why an answer is not whole, with --quiet too."""
    progress.erase()
    click.echo(f"kg: {message}", err=True)
