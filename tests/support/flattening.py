"""Pages as a reader sees them: a flattener to text and a renderer to HTML, written for the tests of kg/rendered.py."""

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from markdown_it import MarkdownIt

from kg.files.text import split
from kg.links import wikilinks
from kg.model.page import Kind
from kg.parse.markdown import chunks, heading, hide, item, rows
from kg.rdf.names import slugify

FRAME = """Skip to content

{name}

somebody edited this page Jul 1, 2026 · 3 revisions

{title}

⚠️ Sample. A wiki that was made for a test.

{body}

Clone this wiki locally"""
EMPHASIS = re.compile(
    r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])|(?<!\w)_(?=\S)([^_\n]+)_(?!\w)"
)
LINK = re.compile(r"\[([^\]\[]+)\]\([^()\s]+\)")


@dataclass(frozen=True)
class Original:
    """A page in two parts: what its title says, and everything below its front matter."""

    path: str
    title: str
    body: str

    @property
    def stem(self):
        return self.path.rpartition("/")[2].removesuffix(".md")


def original(path, text):
    """Return a page without its front matter and the empty lines below that."""
    front, body = "", text
    if text.startswith("---\n"):
        front, _, body = text[4:].partition("\n---\n")
    found = re.search(r'^title: "?(.*?)"?$', front, re.MULTILINE)
    h1 = re.match(r"\n*# (.+)\n", body)
    title = found[1] if found else h1[1] if h1 else path.rpartition("/")[2].removesuffix(".md")
    return Original(path, title, body.lstrip("\n"))


def flat(page, *, marks=False):
    """Return the copy of a page as text; with `marks` emphasis, code and Markdown links stay as they are written."""
    lines = split(page.body)
    seen = rows(lines)
    parts, before = [], None
    for chunk in chunks(seen):
        text = "\n".join(row.line.text for row in seen[chunk.first : chunk.last])
        if chunk.kind in (Kind.COMMENT, Kind.MARKER, Kind.SPACE) or re.fullmatch(r"-{3,}", text):
            continue
        shown = _block(chunk.kind, text, marks)
        if shown == page.title and not parts:
            continue
        tight = before is Kind.ITEM is chunk.kind and not chunk.gap
        parts += ["\n" if tight else "\n\n", shown] if parts else [shown]
        before = chunk.kind
    return FRAME.format(name=page.stem.replace("-", " "), title=page.title, body="".join(parts))


def _block(kind, text, marks):
    if kind is Kind.CODE:
        return "\n".join(text.split("\n")[1:-1])
    if kind is Kind.HEADING:
        return _inline(heading(text.split("\n")).text, marks)
    if kind is Kind.QUOTATION:
        return _inline("\n".join(line[1:].removeprefix(" ") for line in text.split("\n")), marks)
    if kind is Kind.ITEM:
        indent, marker, words = item(text)
        return "  " * (1 + indent // 2) + ("•" if marker in "-*+" else marker) + " " + _inline(words, marks)
    return _inline(text, marks)


def _inline(text, marks):
    text = wikilinks.plain(text)
    if marks:
        return text
    hidden, done, pieces = hide(text), 0, []
    for match in re.finditer("\x00+", hidden):
        pieces += [_bare(text[done : match.start()]), match[0] and text[match.start() : match.end()].strip("`")]
        done = match.end()
    return "".join([*pieces, _bare(text[done:])])


def _bare(text):
    text = LINK.sub(r"\1", text)
    for _ in range(2):
        text = EMPHASIS.sub(lambda m: m[1] or m[2] or m[3], text)
    return text


def page(page):
    """Return the export of a page as HTML, as a static site makes it: wikilinks are links to other exported pages."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    reader.inline.ruler.before("link", "wikilink", _wikilink)
    body = reader.render(page.body)
    title = escape(page.title)
    return (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title><style>p {{}}</style></head>\n<body>\n"
        '<header><a href="index.html">Home</a></header><nav><ul><li><a href="X.html">X</a></li></ul></nav>\n'
        f"<main>\n{body}</main>\n<footer>Made with love</footer>\n</body></html>\n"
    )


def _wikilink(state, silent):
    found = next(wikilinks.find(state.src[state.pos :]), None)
    if found is None or found.start or found.embed:
        return False
    if not silent:
        target = f"{found.slug}#{found.anchor}" if found.anchor else found.slug
        anchor = f"#{slugify(found.anchor)}" if found.anchor else ""
        token = state.push("link_open", "a", 1)
        token.attrs = {
            "href": f"../pages/{quote(found.slug)}.html{anchor}" if found.slug else anchor,
            "class": "internal",
        }
        state.push("text", "", 0).content = found.alias or target
        state.push("link_close", "a", -1)
    state.pos += found.end
    return True
