"""Pages back from the graph: a SPARQL query gives the lines of a page, or of all, and they give its bytes."""

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from pyoxigraph import Literal, NamedNode, QuerySolution, Store

from kg.files.text import decode, encode
from kg.model import progress
from kg.model.finding import KgError
from kg.model.records import dataclass
from kg.rdf import names, sparql_text
from kg.store.generations import write_atomically

# Where more than one page in so many is asked for, asking for all of them is less work.
_AT_ONCE = 4
# Up to so many pages are looked up by their paths, more in a list of all.
_FEW = 20
_NEWLINES = {"CRLF": "\r\n", "CR": "\r"}


@dataclass(frozen=True, slots=True)
class Stored:
    """A page in the store: its graph, and what its bytes need beside its lines."""

    graph: str
    page: str
    path: str
    encoding: str
    newline: str
    mark: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """A page whose file is no longer what the graph gives back; `diff` shows it line by line."""

    path: str
    diff: str


def pages(store: Store, path: str | None = None) -> Iterator[Stored]:
    """Yield the pages of a store in the order of their paths, or the one with a path."""
    query = sparql_text.declared_query("pages/pages").text
    for row in sparql_text.select(store, sparql_text.bind(query, {} if path is None else {"path": Literal(path)})):
        yield Stored(
            graph=row["graph"].value,
            page=row["page"].value,
            path=row["path"].value if path is None else path,
            encoding=row["encoding"].value if row["encoding"] else "utf-8",
            newline=_NEWLINES[row["newline"].value] if row["newline"] else "\n",
            mark=row["mark"] is not None,
        )


def render(store: Store, page: Stored) -> bytes:
    """Return the bytes of a page, as they were ingested."""
    query = sparql_text.bind(sparql_text.declared_query("pages/lines").text, {"graph": NamedNode(page.graph)})
    return _bytes(page, (_written(row) for row in sparql_text.select(store, query)))


def everything(store: Store) -> Iterator[tuple[Stored, bytes]]:
    """
    Yield every page of a store with its bytes, in the order of their paths.

    All are asked for at once, which takes a fourth of the time of a question for each, as the engine plans a question
    in four milliseconds, and the memory that the texts need.
    """
    blocks: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for row in sparql_text.select(store, sparql_text.declared_query("pages/lines").text):
        blocks[row["of"].value].append(_written(row))
    for page in pages(store):
        yield page, _bytes(page, blocks.pop(page.graph, ()))


def _written(row: QuerySolution) -> tuple[str, bool]:
    """Return a block as it is written, and whether its line ends are those of its author."""
    if row["verbatim"]:
        return row["verbatim"].value, True
    return row["text"].value + ("" if row["unended"] else "\n"), False


def _bytes(page: Stored, blocks: Iterable[tuple[str, bool]]) -> bytes:
    same = page.newline == "\n"
    text = "".join(lines if verbatim or same else lines.replace("\n", page.newline) for lines, verbatim in blocks)
    return encode(text, page.encoding, mark=page.mark)


def lines(store: Store) -> Callable[[str], Sequence[str]]:
    """Return a function that gives the lines of a page by its path, as they were ingested; none for another path."""
    stored: dict[str, Stored] = {}
    read: dict[str, tuple[str, ...]] = {}

    def of(path: str) -> tuple[str, ...]:
        if not stored:
            stored.update((page.path, page) for page in pages(store))
        if path not in read:
            page = stored.get(path)
            read[path] = tuple(line.text for line in decode(render(store, page)).lines) if page else ()
        return read[path]

    return of


def chosen(store: Store, paths: Sequence[str]) -> frozenset[str]:
    """Return the paths of the pages named by path or stem (none: all); raise KgError for one that is not there."""
    known = [page.path for page in pages(store)]
    found = set() if paths else set(known)
    for name in paths:
        fitting = {path for path in known if name in (path, names.without_suffix(path), names.stem(path))}
        if not fitting:
            raise KgError(f"no page '{name}' in the store; write its path below the wiki's root, such as {known[0]}")
        found |= fitting
    return frozenset(found)


def write(store: Store, out: Path, only: frozenset[str]) -> int:
    """Write pages below a folder and return how many; each file is written beside its place and renamed."""
    written = 0
    for page in progress.each("writing pages", [*pages(store)]):
        if page.path in only:
            target = inside(out, page.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(target, render(store, page))
            written += 1
    return written


def inside(out: Path, path: str) -> Path:
    """Return the file of a page below a folder; raise KgError for a path that would leave it."""
    parts = PurePosixPath(path).parts
    target = out.joinpath(*parts)
    if path.startswith("/") or ".." in parts or not target.resolve().is_relative_to(out.resolve()):
        raise KgError(f"'{path}' would be written outside {out}; it was refused")
    return target


def drift(store: Store, root: Path, only: frozenset[str] | None = None) -> Iterator[Drift]:
    """Yield the pages whose files differ from what the graph gives back."""
    some = None if only is None or len(only) > _FEW else sorted(only)
    stored = [*pages(store)] if some is None else [page for path in some for page in pages(store, path)]
    compared = rendered_pages(store, stored, only) if some is None else ((one, render(store, one)) for one in stored)
    for page, rendered in progress.each("comparing pages", compared, len(stored if only is None else only)):
        file = root / page.path
        written = file.read_bytes() if file.is_file() else b""
        if written != rendered or not file.is_file():
            yield Drift(page.path, _diff(page.path, rendered, written))


def rendered_pages(
    store: Store, every: Sequence[Stored], only: frozenset[str] | None
) -> Iterator[tuple[Stored, bytes]]:
    """Yield some pages (None: all) with their bytes: a few are asked for one by one, many all at once."""
    if only is not None and _AT_ONCE * len(only) < len(every):
        yield from ((page, render(store, page)) for page in every if page.path in only)
        return
    yield from (one for one in everything(store) if only is None or one[0].path in only)


def _diff(path: str, rendered: bytes, page: bytes) -> str:
    old, new = (data.decode("utf-8", "backslashreplace").split("\n") for data in (rendered, page))
    lines = difflib.unified_diff(old, new, f"graph/{path}", f"wiki/{path}", lineterm="", n=1)
    return "\n".join(lines) + "\n"
