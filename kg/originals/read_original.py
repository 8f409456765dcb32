"""Reading an original: Markdown, text, HTML and PDF, each within limits. What cannot be read is said, never raised."""

import json
import os
import re
import subprocess
from typing import Any

from kg.files import encoding
from kg.model import libraries as installed
from kg.model import own_process
from kg.model.records import dataclass
from kg.originals import html_text, markdown_text
from kg.originals.source_text import SourceText

MOST_BYTES = 50_000_000
SECONDS = 120
_SMALL_HTML = 200_000
_MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"})
_HTML = frozenset({".html", ".htm", ".xhtml"})
_FOREIGN = frozenset(
    {
        ".docx", ".doc", ".odt", ".pptx", ".ppt", ".xlsx", ".xls", ".epub", ".png", ".jpg", ".jpeg", ".gif", ".webp",
        ".tif", ".tiff", ".mp3", ".mp4", ".m4a", ".wav", ".zip", ".gz",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unread:
    """Why an original has no text."""

    why: str


def read(path: str, data: bytes) -> SourceText | Unread:
    """Return the text of an original from its bytes; its path says of what kind it is."""
    ending = os.path.splitext(path)[1].lower()  # noqa: PTH122  # a path of the project, no file to be opened
    if data.startswith(b"%PDF-") or ending == ".pdf":
        return _pdf(data)
    if ending in _FOREIGN:
        return Unread(f"kg reads no {ending} files; keep its text beside it as .md or .txt")
    text = _decoded(data)
    if isinstance(text, Unread):
        return text
    if ending in _HTML:
        return _html(text)
    found = markdown_text.read(text) if ending in _MARKDOWN else SourceText(text, text)
    return found if found.text.strip() else Unread("it is empty")


def libraries() -> str:
    """Return what else decides what is read: the version of the library for PDF, empty where it is not installed."""
    return installed.version("pypdf")


def _decoded(data: bytes) -> str | Unread:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        name = encoding.likely(data)
        try:
            text = data.decode(
                name.replace("_le", "").replace("_be", "") if name.startswith("utf") else name or "ascii"
            )
        except (UnicodeDecodeError, LookupError):
            return Unread("its encoding is not known; convert it to UTF-8")
    if "\0" in text[:4096]:
        return Unread("it is no text")
    return text.removeprefix("\ufeff")


def _html(source: str) -> SourceText | Unread:
    if len(source) <= _SMALL_HTML:
        try:
            found = html_text.read(source)
        except (AssertionError, RecursionError, ValueError):
            return Unread("its HTML cannot be read")
    else:
        table = _converted("html", source.encode("utf-8", "surrogatepass"))
        if isinstance(table, Unread):
            return table
        found = SourceText(table["text"], source, tuple(table["starts"]), tuple(table["sources"]))
    return found if found.text.strip() else Unread("it has no text")


def _pdf(data: bytes) -> SourceText | Unread:
    if not installed.version("pypdf"):
        return Unread("pypdf is not installed, which takes the text out of PDFs: pip install 'newsroom-kg[pdf]'")
    table = _converted("pdf", data)
    if isinstance(table, Unread):
        return table
    if "why" in table:
        return Unread(str(table["why"]))
    pages = [re.sub("[\ud800-\udfff]", "\ufffd", str(page)) for page in table["pages"]]
    starts, count = [], 0
    for page in pages:
        starts.append(count)
        count += len(page) + 1
    text = "\n".join(pages)
    return SourceText(text, text, pages=tuple(starts))


def _converted(kind: str, data: bytes) -> dict[str, Any] | Unread:
    """Return what a process of its own makes of the bytes; it is ended where it takes too long."""
    try:
        table: dict[str, Any] = json.loads(own_process.run(["-m", "kg.originals.convert", kind], data, SECONDS))
    except subprocess.TimeoutExpired:
        return Unread(f"taking its text out took longer than {SECONDS} s")
    except (subprocess.SubprocessError, OSError, ValueError):
        return Unread("its text cannot be taken out")
    return table
