"""A page exported as HTML, by a code host's wiki or a static site: its blocks, with links by their addresses."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString, PageElement

from kg.model.records import dataclass
from kg.restore.blocks import Piece, Shape

_ROOTS = (".markdown-body", "article", "[role=main]", "main", "body")
_FRAME = frozenset({"script", "style", "nav", "header", "footer", "aside", "form", "button", "svg", "template", "head"})
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CONTAINERS = frozenset({
    "html", "body", "div", "section", "article", "main", "p", "ul", "ol", "li", "blockquote", "pre", "table", "hr",
    "details", "summary", "figure", "figcaption", "center", "dl", "dt", "dd", *_HEADINGS,
})  # fmt: skip
_AUTO = re.compile(r"\s*AUTO:[A-Z][A-Z0-9_-]*\s+(BEGIN|END)\s*")
_SPACE = re.compile(r"[ \t\r\f]*\n[ \t\r\f]*|[ \t\r\f]+")
_DEPTH = 150
_PERMALINK = frozenset({"", "#", "¶", "§", "🔗"})
_SUFFIX = re.compile(r"\.html?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """
    Where an `a` leads and what it shows.

    `inside` says that it may be a page of the wiki, called `name`, or `parent` where the address is `parent/index`.
    """

    href: str
    text: str
    name: str
    parent: str
    section: str
    inside: bool
    line: int
    column: int


Writer = Callable[[Address], str]
"""Returns the Markdown of a link: a wikilink, or a link as it is."""


def read(text: str, write: Writer) -> tuple[list[Piece], bool]:
    """
    Return the blocks of a page in HTML, and whether all of it was read; `write` puts its links into Markdown.

    Elements nested more than 150 deep are no page that a person wrote: their words become one paragraph.
    """
    soup = BeautifulSoup(text, "html.parser")
    # An item without an end tag ends where the next begins.
    for item in reversed(soup.find_all("li")):
        for following in reversed(item.find_all("li", recursive=False)):
            item.insert_after(following)
    root = next((found for one in _ROOTS if (found := soup.select_one(one)) is not None), soup)
    if _is_deeper(root, _DEPTH):
        words = root.get_text(" ", strip=True)
        return [Piece(Shape.PROSE, words, *_place(root))] if words else [], False
    return list(_blocks(root, write, 0)), True


def _is_deeper(root: Tag, limit: int) -> bool:
    level: list[Tag] = [root]
    for _ in range(limit):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
        if not level:
            return False
    return True


def _blocks(node: Tag, write: Writer, level: int) -> Iterator[Piece]:
    """Yield the blocks below an element; text that stands between them is a paragraph."""
    loose: list[PageElement] = []
    for child in node.children:
        if _is_inline(child):
            loose.append(child)
            continue
        yield from _paragraph(loose, node, write)
        loose = []
        if isinstance(child, Comment):
            yield from _comment(child, node)
        elif isinstance(child, Tag):
            yield from _block(child, write, level)
    yield from _paragraph(loose, node, write)


def _is_inline(node: PageElement) -> bool:
    if isinstance(node, Tag):
        return node.name not in _CONTAINERS and node.name not in _FRAME and not node.find(list(_CONTAINERS))
    return isinstance(node, NavigableString) and type(node) is NavigableString


def _paragraph(nodes: list[PageElement], inside: Tag, write: Writer) -> Iterator[Piece]:
    text = _inline(nodes, write)
    first = next((node for node in nodes if isinstance(node, Tag)), inside)
    if text:
        yield Piece(Shape.PROSE, text, *_place(first if inside.name in ("body", "[document]") else inside))


def _comment(node: Comment, inside: Tag) -> Iterator[Piece]:
    marker = _AUTO.fullmatch(node)
    shape = Shape.PROSE if marker is None else Shape[marker[1]]
    yield Piece(shape, f"<!--{node}-->", *_place(inside))


def _place(tag: Tag) -> tuple[int, int]:
    return tag.sourceline or 1, (tag.sourcepos or 0) + 1


def _block(tag: Tag, write: Writer, level: int) -> Iterator[Piece]:
    line, column = _place(tag)
    if tag.name in _HEADINGS:
        title = _inline(list(tag.children), write).replace("\n", " ")
        if title:
            yield Piece(Shape.HEADING, title, line, column, _HEADINGS[tag.name])
    elif tag.name in ("ul", "ol"):
        yield from _list(tag, write, level)
    elif tag.name == "blockquote":
        inner = [piece.text for piece in _blocks(tag, write, level)]
        if inner:
            yield Piece(Shape.QUOTE, "\n\n".join(inner), line, column)
    elif tag.name == "pre":
        yield Piece(Shape.PROSE, _code(tag), line, column)
    elif tag.name == "table":
        yield Piece(Shape.PROSE, _table(tag, write), line, column)
    elif tag.name == "hr":
        yield Piece(Shape.PROSE, "---", line, column)
    elif tag.name not in _FRAME:
        yield from _blocks(tag, write, level)


def _list(tag: Tag, write: Writer, level: int) -> Iterator[Piece]:
    """Yield the items of a list; one whose `p` is marked as such has an empty line before it."""
    number = int(str(tag.get("start", "1"))) if str(tag.get("start", "1")).isdigit() else 1
    first = True
    for item in [child for child in tag.children if isinstance(child, Tag)]:
        if item.name != "li":
            yield from _block(item, write, level)
            continue
        marker = f"{number}." if tag.name == "ol" else "-"
        loose = item.find("p", recursive=False) is not None
        for index, piece in enumerate(_item(item, marker, write, level)):
            yield replace(piece, gap=(first and not level) or loose) if not index else piece
        first, number = False, number + 1


def _item(item: Tag, marker: str, write: Writer, level: int) -> Iterator[Piece]:
    line, column = _place(item)
    inner = list(_blocks(item, write, level + 1))
    words = "\n\n".join(piece.text for piece in inner if piece.shape is not Shape.ITEM)
    yield Piece(Shape.ITEM, words, line, column, level, marker)
    yield from (piece for piece in inner if piece.shape is Shape.ITEM)


def _code(tag: Tag) -> str:
    inner = tag.find("code")
    classes = inner.get("class") if isinstance(inner, Tag) else None
    language = next((one.removeprefix("language-") for one in classes or [] if one.startswith("language-")), "")
    text = tag.get_text().removesuffix("\n")
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`{3,}", text))])
    return f"{fence}{language}\n{text}\n{fence}"


def _table(tag: Tag, write: Writer) -> str:
    rows = [
        [
            _inline(list(cell.children), write).replace("\n", " ").replace("|", "\\|")
            for cell in row.find_all(["th", "td"])
        ]
        for row in tag.find_all("tr")
    ]
    written = ["| " + " | ".join(row) + " |" for row in rows if row]
    rule = "|" + "---|" * max((len(row) for row in rows), default=1)
    return "\n".join([*written[:1], rule, *written[1:]])


def _inline(nodes: list[PageElement], write: Writer) -> str:
    """Return nodes as Markdown: blanks folded, emphasis, code and links marked."""
    return "".join(_mark(node, write) for node in nodes).strip(" \n")


def _mark(node: PageElement, write: Writer) -> str:
    if isinstance(node, Comment):
        return f"<!--{node}-->"
    if not isinstance(node, Tag):
        return _SPACE.sub(lambda match: "\n" if "\n" in match[0] else " ", str(node))
    alone = _without_words(node)
    if alone or node.name in _FRAME:
        return alone
    text = "".join(_mark(child, write) for child in node.children)
    if node.name == "a":
        return _anchor(node, text, write)
    # Lists that the newsroom generates write `_(w=0.43)_`, its authors `*word*`.
    sign = "_" if node.name == "em" and text.startswith("(") else _MARKS.get(node.name, "")
    return f"{sign}{text}{sign}" if text.strip() else text


def _without_words(node: Tag) -> str:
    """Return the Markdown of an element that holds no running text (code, break, picture), else nothing."""
    match node.name:
        case "code":
            text = node.get_text()
            ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
            return f"{ticks} {text} {ticks}" if "`" in text else f"`{text}`"
        case "br":
            return "  \n"
        case "img":
            return f"![{node.get('alt', '')}]({node.get('src', '')})"
        case _:
            return ""


def _anchor(tag: Tag, text: str, write: Writer) -> str:
    href = str(tag.get("href") or "")
    if not href or text.strip() in _PERMALINK or "headerlink" in (tag.get("class") or []):
        return "" if href.startswith("#") else text
    return write(_address(tag, href, text))


def _address(tag: Tag, href: str, text: str) -> Address:
    """Return where a link leads: the last segment of its path is a page's name, as hosts and site makers write it."""
    host, path, fragment = _split(href)
    segments = [segment for segment in path.split("/") if segment not in ("", ".", "..")]
    last = unquote(segments[-1]) if segments else ""
    marked = bool({"internal", "wikilink", "wiki-link", "internal-link", "absent", "new"} & set(tag.get("class") or []))
    relative = not host and not last.lower().endswith(".md") and ("." not in last or _SUFFIX.search(last) is not None)
    line, column = _place(tag)
    name = _SUFFIX.sub("", last)
    parent = unquote(segments[-2]) if len(segments) > 1 and name.lower() == "index" else ""
    return Address(href, text, name, parent, unquote(fragment), marked or relative or "/wiki/" in href, line, column)


def _split(href: str) -> tuple[str, str, str]:
    """Return the host or scheme of an address (empty: neither), its path and its fragment."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return "invalid", href, ""
    return parts.scheme or parts.netloc, parts.path, parts.fragment
