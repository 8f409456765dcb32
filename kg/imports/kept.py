"""The graphs of other wikis that a store keeps: `imports/NAME.nq`, a line that says what it is, and sorted N-Quads."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from kg.exports import graphs
from kg.imports import foreign_terms, wiki_base
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.store import generations

# What an import cannot be called: pairs that were accepted as the same, and the graphs that clients of a server put.
SAME, PUT = "same-as", "put-graphs"
_OURS = (SAME, PUT)
_MARK = "# kg import 1 "
_NAME = re.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_IN_SENTENCE = 3
_LONGEST_HEAD = 100_000


@dataclass(frozen=True, slots=True)
class Import:
    """What is known of an import without its lines: its name, its wiki's base IRI, the file that it was read from."""

    name: str
    base: str
    file: str
    sha256: str
    quads: int


@dataclass(frozen=True, slots=True)
class Kept:
    """An import with its lines of N-Quads, of which the first stands on line 2 of its file."""

    about: Import
    lines: Sequence[bytes]


def place(store: Path, name: str) -> Path:
    """Return the file of an import."""
    return store / "imports" / f"{name}.nq"


def listed(store: Path, *, but: Collection[str] = ()) -> list[Import]:
    """Return the imports of a store by their names, `but` some; KgError for a file that cannot be one."""
    return [head(path) for path in files(store) if path.stem not in (*_OURS, *but)]


def files(store: Path) -> list[Path]:
    """Return the files below a store that should be imports, sorted; a folder is none, a link that leads nowhere is."""
    return sorted(path for path in (store / "imports").glob("*.nq") if not path.is_dir())


def load(store: Path, name: str) -> Kept:
    """Return an import; KgError, with the mend, where its file is not what was written."""
    path = place(store, name)
    try:
        first, _, body = path.read_bytes().partition(b"\n")
    except OSError as error:
        raise _damaged(path, name, f"it cannot be read: {error.strerror}") from None
    about = _about(path, first)
    if hashlib.sha256(body).hexdigest() != about.sha256:
        raise _damaged(path, name, "its lines are not those that were imported")
    return Kept(about, body.splitlines(keepends=True))


def all_of(store: Path) -> list[Kept]:
    """Return every import of a store by name, and last what was accepted as the same, and what clients put."""
    names = [*(about.name for about in listed(store)), *(name for name in _OURS if place(store, name).is_file())]
    return [load(store, name) for name in names]


def is_wiki(about: Import) -> bool:
    """Tell whether an import is the graph of another wiki, with a base of its own."""
    return about.name not in _OURS


def checked_name(name: str) -> str:
    """Return a name for an import; KgError for one that no file should have, or that means something else."""
    if not _NAME.fullmatch(name) or name in _OURS:
        raise KgError(
            f"--name {name[:80]!r}: write small letters, digits and hyphens, such as other-wiki; "
            f"not {' or '.join(_OURS)}"
        )
    return name


def name_of(file: Path) -> str:
    """Return the name that a file gives to its import: its own in small letters."""
    return checked_name(re.sub("[^a-z0-9]+", "-", file.name.partition(".")[0].lower()).strip("-")[:64].strip("-"))


def made(name: str, file: Path, lines: Sequence[bytes], own: str, others: Iterable[Import], base: str = "") -> Kept:
    """
    Return an import of some lines, with every name below the base IRI of its wiki.

    That is the one that the lines have; where a `base` is named, their names are moved below that. KgError where it is
    none or several, that of the own wiki or of another import, and for a graph that is not below it.
    """
    found = wiki_base.found(lines)
    if len(found) > 1:
        some = ", ".join(found[:_IN_SENTENCE])
        raise KgError(f"{file}: has names of {len(found)} wikis ({some}); export each by itself, and import it so")
    if not base and not found:
        raise KgError(f"{file}: says of no wiki what its names begin with; say it with --base https://…/")
    if base and not wiki_base.is_base(base):
        raise KgError(f"--base {base!r}: no IRI that ends in '/'; write for example https://example.org/wiki/")
    if base and (why := foreign_terms.why_not(base)):
        raise KgError(f"--base '{base}': {why}")
    wanted = base or found[0]
    if base and found and found[0] != base:
        lines = sorted(foreign_terms.moved(lines, found[0], base))
    refuse_mixed(file, wanted, own, others)
    _check_graphs(file, lines, wanted)
    return Kept(Import(name, wanted, file.name, digest(lines), len(lines)), lines)


def refuse_mixed(file: Path, base: str, own: str, others: Iterable[Import]) -> None:
    """Raise KgError where a base IRI is that of the own wiki or of an import, or one is within the other."""
    for whose, taken in (("this wiki", own), *((f"the import '{one.name}'", one.base) for one in others)):
        if base.startswith(taken) or taken.startswith(base):
            raise KgError(
                f"{file}: its base IRI {base} and {taken} of {whose} would be mixed; "
                "give it another with --base https://…/, or take the same --name to replace an import"
            )


def digest(lines: Iterable[bytes]) -> str:
    """Return the SHA-256 of lines."""
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _check_graphs(file: Path, lines: Iterable[bytes], base: str) -> None:
    """Raise KgError for a named graph that is not below a base."""
    begin = f"<{base}".encode()
    for line in lines:
        graph = graphs.parts(line)[3]
        if graph and not graph.startswith(begin):
            raise KgError(
                f"{file}: the graph {graph.decode()[:200]} is not below {base}, as those of this wiki are; "
                "take it out of the file, or export the wiki without --imported"
            )


def put(store: Path, graph: Kept) -> bool:
    """Keep an import, whole or not at all; return whether that changed anything. Under the store's lock."""
    path = place(store, graph.about.name)
    text = _text(graph)
    if path.is_file() and path.read_bytes() == text:
        return False
    try:
        path.parent.mkdir(exist_ok=True)
    except FileExistsError:
        raise KgError(f"{path.parent}: no folder, and imports are kept in it; take what is there away") from None
    generations.write_atomically(path, text)
    return True


def remove(store: Path, name: str) -> None:
    """Take an import away; KgError where there is none of this name. Under the store's lock."""
    there = {path.stem: path for path in files(store)}
    if name not in there:
        raise KgError(f"no import {name[:80]!r}; there is {', '.join(there) or 'none'} (`kg import --list`)")
    there[name].unlink()


def _text(graph: Kept) -> bytes:
    first = json.dumps(asdict(graph.about), ensure_ascii=True, sort_keys=True)
    return f"{_MARK}{first}\n".encode() + b"".join(graph.lines)


def head(path: Path) -> Import:
    """Return what the first line of an import's file says; KgError, with the mend, where it is not what was written."""
    try:
        with path.open("rb") as handle:
            return _about(path, handle.readline(_LONGEST_HEAD))
    except OSError as error:
        raise _damaged(path, path.stem, f"it cannot be read: {error.strerror}") from None


def _about(path: Path, first: bytes) -> Import:
    try:
        record = json.loads(first.decode().removeprefix(_MARK))
        whole = [type(record[one.name]) for one in fields(Import)] == [str, str, str, str, int]
        found = Import(**record) if whole else None
    except (ValueError, TypeError, KeyError, RecursionError):
        found = None
    if not (found and first.startswith(_MARK.encode()) and found.name == path.stem and wiki_base.is_base(found.base)):
        raise _damaged(path, path.stem, "its first line is not what was written")
    return found


def _damaged(path: Path, name: str, what: str) -> KgError:
    return KgError(
        f"{path}: the import is damaged: {what}; import its file again with --name {name}, "
        f"or take it away with `kg import --remove {name}`"
    )
