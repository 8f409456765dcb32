"""Imports: copies of pages, held against a stored wiki, to files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Store

from kg.files.text import Text, decode
from kg.model.finding import Finding, KgError, Level, Span
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.restore import lexicon, restore_text
from kg.restore.restore_text import Restored, Wiki
from kg.settings.dialect import Dialect
from kg.store.generations import write_atomically
from kg.store.manifest import Entry
from kg.write.render import inside


@dataclass(frozen=True, slots=True)
class Known:
    """The wiki that copies are held against: its pages and its quads."""

    pages: Mapping[str, Entry]
    quads: Store


class _Copy(NamedTuple):
    """A copy's file, and the path of the page that it is one of, empty where that is to be made up."""

    file: Path
    path: str


def restore(file: Path, path: str, dialect: Dialect, reference: Known | None) -> Restored:
    """
    Return the page of which a file is a copy, text or HTML (opens with `<`); an empty `path` is made up from the copy.

    Without a wiki names are known by the forms of lines alone. Raises KgError where the file cannot be read.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise KgError(f"{file}: cannot be read: {error.strerror}") from None
    text = decode(data)
    page = _restored(text, data, _Copy(file, path), dialect, reference)
    if text.encoding == "utf-8":
        return page
    message = "not UTF-8; read as Latin-1, so letters may be wrong: save the copy as UTF-8 and import it again"
    return replace(page, findings=(Finding(Span(str(file), 1, 1), "encoding", message, Level.WARNING), *page.findings))


def _restored(text: Text, data: bytes, copy: _Copy, dialect: Dialect, reference: Known | None) -> Restored:
    file, path = copy.file, copy.path
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        path = path or restore_text.place([line.text for line in text.lines], file.name, dialect)
        return restore_text.restore(data, str(file), path, wiki(path, dialect, reference, running=True))
    from kg.restore import restore_html  # loads the HTML reader

    path = path or restore_text.place(restore_html.headings(text.raw), file.name, dialect)
    return restore_html.restore(text.raw, str(file), path, wiki(path, dialect, reference, running=False))


def wiki(path: str, dialect: Dialect, reference: Known | None, *, running: bool) -> Wiki:
    """Return what the copy of the page at `path` is held against; `running` text of other pages only where needed."""
    if reference is None:
        return Wiki(dialect)
    words = lexicon.from_store(reference.pages, reference.quads, dialect, without=path)
    page_class = dialect.page_class("", path)
    return Wiki(dialect, words, lexicon.texts(reference.quads, page_class, without=path) if running else ())


def targets(pages: Sequence[Restored], out: Path, *, force: bool) -> list[Path]:
    """
    Return the files that pages go to, below a folder.

    Raises KgError, before anything is written, for a page that would leave the folder, for two pages with one path,
    and, without `force`, for a file that is there.
    """
    files: list[Path] = []
    for page in pages:
        target = inside(out, page.path)
        if target in files:
            raise KgError(f"{target}: two copies would become this page; import one at a time, with --as")
        if target.is_dir() or (target.exists() and not force):
            raise KgError(f"{target}: is there already; --force overwrites a file, --as names another page")
        files.append(target)
    return files


def write(pages: Sequence[Restored], files: Sequence[Path]) -> None:
    """Write pages to their files, each complete or not at all."""
    for page, file in zip(pages, files, strict=True):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, page.body.encode())
        except OSError as error:
            raise KgError(f"{file}: cannot be written: {error.strerror}") from None


def words(pages: Sequence[Restored], files: Sequence[Path]) -> str:
    """Return what became of copies, one line each."""
    ends = [f" in {file}" for file in files] or [""] * len(pages)
    return "".join(
        f"{page.path}: {plural(page.links, 'link')} restored{end}\n" for page, end in zip(pages, ends, strict=True)
    )


def record(copies: Sequence[Path], pages: Sequence[Restored], files: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the same as records for JSON, with the Markdown of pages that were not written to files."""
    made = []
    for index, (copy, page) in enumerate(zip(copies, pages, strict=True)):
        kept = {"written": str(files[index])} if files else {"written": None, "markdown": page.body}
        made.append({"copy": str(copy), "path": page.path, "links": page.links, **kept})
    return made
