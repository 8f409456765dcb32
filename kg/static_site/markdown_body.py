"""The body of a page as HTML: Markdown by CommonMark, links as the graph resolved them, statements marked."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from kg.files import text as file_text
from kg.model.records import dataclass
from kg.static_site import anchors
from kg.static_site.markdown_reader import as_text, reader
from kg.static_site.records import Link, Page, Statement

_ALLOWED = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
# Without brackets and quotation marks, and up to where a script without blanks goes on.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]{3,500}")
_CALLOUT = re.compile(r"\[!([A-Za-z-]+)\][+-]?[ \t]*")
_BOX = re.compile(r"\[([ xX])\][ \t]")
_GRADE = re.compile(r"\s*\[[^\[\]\n]{1,40}\]:?[ \t]*")
_OPENERS = ("list_item_open", "blockquote_open", "tr_open", "paragraph_open", "dt_open", "dd_open")
_TASK = {" ": "☐ ", "x": "☑ ", "X": "☑ "}


@dataclass(frozen=True, slots=True)
class Shown:
    """
    What a site shows for what a page names: the address of a link and its words, the address of a picture.

    `elsewhere` are topics whose pages the wiki has and the site has not; `line` gives what stands behind a paragraph
    without a statement, by its page and line.
    """

    link: Callable[[Link], tuple[str, str]]
    picture: Callable[[str, str], str]
    badge: Callable[[Statement], str]
    foot: Callable[[Statement], str]
    elsewhere: Collection[str] = frozenset()
    line: Callable[[Page, int], str] = lambda _page, _line: ""


@dataclass(slots=True)
class Body:
    """A page's body: its HTML, its headings with their levels and anchors, its words, what was not found in it."""

    html: str
    headings: list[tuple[int, str, str]]
    words: str
    left: list[Statement]


@dataclass(slots=True)
class _Turn:
    """What is known while one page is written."""

    page: Page
    shown: Shown
    mark: str = ""
    links: list[Link] = field(default_factory=list)
    markdown: dict[str, Link] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    left: list[Statement] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def body(page: Page, links: Sequence[Link], statements: Sequence[Statement], display: Shown) -> Body:
    """Return the body of a page. No markup that its author wrote as HTML becomes any but a line break."""
    turn = _Turn(page, display)
    lines = [line.text for line in file_text.split(page.text)]
    turn.markdown = {anchors.written(link.slug): link for link in reversed(links) if link.form == "markdown"}
    turn.mark = _unused(page.text)
    _put_marks(lines, [link for link in links if link.form == ""], turn)
    environment: dict[str, Any] = {"turn": turn}
    markdown = reader()
    tokens = markdown.parse("\n".join(lines[page.head :]), environment)
    headings = _settle_headings(tokens, turn)
    _settle_inline(tokens, turn)
    tokens = _with_statements(tokens, statements, turn)
    html = markdown.renderer.render(tokens, markdown.options, environment)
    return Body(_without_marks(html, turn), headings, " ".join(turn.words), turn.left)


# ---- wikilinks: each is a mark in the text while Markdown is read ----------------------------------------------------


def _unused(text: str) -> str:
    used = {*text}
    return next(char for char in map(chr, range(0xE000, 0x10FFFE)) if char not in used)


def _put_marks(lines: list[str], links: Sequence[Link], turn: _Turn) -> None:
    """Replace each wikilink by a mark with its number, from the end of a line to its start."""
    for link in reversed(links):
        row = link.line - 1
        if row >= len(lines):
            continue
        line = lines[row]
        start = line.rfind("[[", 0, link.column - 1 + 2)
        end = link.column - 1 + link.length
        if start >= 0 and line[max(end - 2, 0) : end] == "]]":
            start -= line[:start].endswith("!")
            lines[row] = f"{line[:start]}{turn.mark}{len(turn.links)}{turn.mark}{line[end:]}"
            turn.links.append(link)


def _pieces(text: str, turn: _Turn) -> Iterator[str | Link]:
    for at, piece in enumerate(re.split(f"{turn.mark}([0-9]+){turn.mark}", text)):
        if at % 2:
            yield turn.links[int(piece)]
        elif piece:
            yield piece


def _without_marks(html: str, turn: _Turn) -> str:
    """Return HTML in which the marks that stood where no link can be are words."""
    if turn.mark not in html:
        return html
    return re.sub(
        f"{turn.mark}([0-9]+){turn.mark}", lambda mark: escapeHtml(turn.shown.link(turn.links[int(mark[1])])[1]), html
    ).replace(turn.mark, "")


def _of(kind: str, html: str) -> Token:
    """Return a token of HTML that is ready: nothing in it is an author's."""
    return Token(kind, "", 0, content=html)


# ---- headings --------------------------------------------------------------------------------------------------------


def _settle_headings(tokens: list[Token], turn: _Turn) -> list[tuple[int, str, str]]:
    """Give headings their anchors, below the title of the page; return them."""
    found: list[tuple[int, str, str]] = []
    opened = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    if opened and tokens[opened[0]].tag == "h1" and _same(_words(tokens[opened[0] + 1], turn), turn.page.about.name):
        anchor = anchors.unique(anchors.slug(_words(tokens[opened[0] + 1], turn)), turn.taken)
        tokens[opened[0] : opened[0] + 3] = [_of("ready", f'<span id="{escapeHtml(anchor)}"></span>')]
        opened = [at - 2 for at in opened[1:]]
    lower = any(tokens[at].tag == "h1" for at in opened)
    for at in opened:
        level = min(int(tokens[at].tag[1]) + lower, 6)
        words = _words(tokens[at + 1], turn)
        anchor = anchors.unique(anchors.slug(words), turn.taken)
        tokens[at].tag = tokens[at + 2].tag = f"h{level}"
        tokens[at].attrSet("id", anchor)
        found.append((level, anchor, words))
    return found


def _same(one: str, other: str) -> bool:
    return anchors.slug(one).replace("-", "") == anchors.slug(other).replace("-", "")


def _words(token: Token, turn: _Turn) -> str:
    """Return what a reader sees of the words of a token."""
    seen: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "math_inline"):
            seen += [
                piece if isinstance(piece, str) else turn.shown.link(piece)[1] for piece in _pieces(child.content, turn)
            ]
        elif child.type in ("softbreak", "hardbreak"):
            seen.append(" ")
        elif child.type == "html_inline":
            seen.append(as_text(child.content))
    return "".join(seen).strip()


# ---- words in lines --------------------------------------------------------------------------------------------------


def _settle_inline(tokens: list[Token], turn: _Turn) -> None:
    """Turn marks into links, filter links and pictures, and draw boxes and callouts, wherever words stand."""
    for at, token in enumerate(tokens):
        if token.type in ("fence", "code_block", "math_block"):
            turn.words.append(token.content)
        if side := token.attrs.pop("style", ""):  # of a cell; the page's own policy has no style but the sheet's
            token.attrSet("class", str(side).rpartition(":")[2])
        if token.type != "inline" or token.children is None:
            continue
        turn.words.append(_words(token, turn))
        before = tokens[at - 1].type if at else ""
        holder = tokens[at - 2] if at > 1 else None
        if before == "paragraph_open" and holder is not None:
            _mark_special(token.children, holder)
        token.children = _inline(token.children, turn)


def _mark_special(children: list[Token], holder: Token) -> None:
    """Show the box of a task, and a quotation that Obsidian and GitHub call a callout."""
    head = children[0] if children and children[0].type == "text" else None
    if head is None:
        return
    if holder.type == "list_item_open" and (box := _BOX.match(head.content)):
        head.content = _TASK[box[1]] + head.content[box.end() :]
    if holder.type == "blockquote_open" and (callout := _CALLOUT.match(head.content)):
        holder.attrSet("class", "callout")
        rest = head.content[callout.end() :]
        head.content = rest or callout[1].capitalize()
        head.type, head.tag = "text", ""
        children[:1] = [Token("strong_open", "strong", 1), head, Token("strong_close", "strong", -1)]


def _inline(children: Sequence[Token], turn: _Turn) -> list[Token]:
    made: list[Token] = []
    opened: list[Token] = []
    for child in children:
        if child.type == "link_open":
            made.append(_link_open(child, turn))
            opened.append(made[-1])
        elif child.type == "link_close":
            child.tag = opened.pop().tag if opened else "span"
            made.append(child)
        elif child.type == "image":
            made += _picture(child, turn)
        elif child.type == "text":
            for piece in _pieces(child.content, turn):
                if isinstance(piece, str):
                    made += [_plain(piece)] if opened else _with_addresses(piece)
                else:
                    made += _link(piece, turn, inside=bool(opened))
        else:
            made.append(child)
    return made


def _plain(text: str) -> Token:
    return Token("text", "", 0, content=text)


def _with_addresses(text: str) -> list[Token]:
    """Return a text as tokens in which the addresses of the web are links."""
    made, done = list[Token](), 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!?'*_~")
        made += [_plain(text[done : match.start()]), *_outward(address, address)]
        done = match.start() + len(address)
    return [*made, _plain(text[done:])]


def _outward(address: str, words: str) -> list[Token]:
    """Return a link to the web."""
    opener = Token("link_open", "a", 1)
    opener.attrs = {"href": address, "rel": "noopener noreferrer", "class": "outside"}
    return [opener, _plain(words), Token("link_close", "a", -1)]


def _link(link: Link, turn: _Turn, *, inside: bool) -> list[Token]:
    """Return a wikilink as a link or, where it leads nowhere or stands in another link, as words."""
    address, words = turn.shown.link(link)
    tag = "a" if address and not inside else "span"
    opener = Token("link_open", tag, 1)
    if tag == "a":
        opener.attrSet("href", address)
    elif not address:
        away = link.target in turn.shown.elsewhere
        opener.attrSet("class", "missing")
        opener.attrSet("title", "this page is not on this site" if away else "no page has this name")
    if link.alias and words == link.alias and re.search(r"[*_`]", words):
        return [opener, *_styled(words), Token("link_close", tag, -1)]
    return [opener, _plain(words), Token("link_close", tag, -1)]


def _styled(words: str) -> list[Token]:
    """Return words with their emphasis and code, and nothing else that Markdown has."""
    keep = ("text", "em_open", "em_close", "strong_open", "strong_close", "code_inline")
    children = reader().parseInline(words, {})[0].children or []
    return [child for child in children if child.type in keep]


def _link_open(token: Token, turn: _Turn) -> Token:
    """Return the opening of a Markdown link: of this site, of the web, or none."""
    address = str(token.attrGet("href") or "")
    title = token.attrGet("title")
    token.attrs = {"title": title} if title else {}
    if _ALLOWED.match(address):
        token.attrSet("href", address)
        token.attrSet("rel", "noopener noreferrer")
        token.attrSet("class", "outside")
        return token
    target = f"#{anchors.slug_of_address(address[1:])}" if address.startswith("#") else ""
    if not target and (link := turn.markdown.get(anchors.written(address.partition("#")[0]))):
        target = turn.shown.link(link)[0]
        anchor = anchors.slug_of_address(address.partition("#")[2])
        target = f"{target.partition('#')[0]}#{anchor}" if target and anchor else target
    if target:
        token.attrSet("href", target)
    else:
        token.tag = "span"
        token.attrSet("class", "missing")
    return token


def _picture(token: Token, turn: _Turn) -> list[Token]:
    """Return a picture that lies in the wiki; of one elsewhere, which nobody shall fetch unasked, a link or words."""
    source = str(token.attrGet("src") or "")
    words = _words(token, turn) or source
    own = turn.shown.picture(turn.page.path, source)
    if own:
        token.attrs = {"src": own, "alt": words, "loading": "lazy"}
        token.children = [_plain(words)]
        return [token]
    if not re.match(r"https?:", source, re.IGNORECASE):
        return [_plain(f"[{words}]")]
    return _outward(source, words)


# ---- statements ------------------------------------------------------------------------------------------------------


def _with_statements(tokens: list[Token], statements: Sequence[Statement], turn: _Turn) -> list[Token]:
    """Return tokens in which each statement has its anchor and class, claims and quotes their badge and foot."""
    places: dict[int, int] = {}
    for at, token in enumerate(tokens):
        if token.type in _OPENERS and token.map:
            places.setdefault(token.map[0] + turn.page.head + 1, at)
    behind: dict[int, str] = {}
    for statement in statements:
        kind, line = statement.part.kind, statement.part.span.line
        at = places.pop(line, -1)
        if at < 0:
            if kind in ("claim", "quote"):
                turn.left.append(statement)
            continue
        tokens[at].attrSet("id", anchors.unique(f"L{line}", turn.taken))
        tokens[at].attrJoin("class", _class(statement))
        if kind in ("claim", "quote"):
            inline = next((n for n in range(at, len(tokens)) if tokens[n].type == "inline"), None)
            if inline is not None:
                _put_badge(tokens[inline], statement, turn)
                behind[inline] = turn.shown.foot(statement)
    behind |= _behind_paragraphs(tokens, places, turn)
    made: list[Token] = []
    for at, token in enumerate(tokens):
        made.append(token)
        if at in behind:
            token.children = [*(token.children or ()), _of("ready", behind[at])]
    return made


def _behind_paragraphs(tokens: list[Token], places: Mapping[int, int], turn: _Turn) -> dict[int, str]:
    """Return what stands behind the paragraphs that are left, by the places of their words."""
    found = {}
    for line, at in places.items():
        if tokens[at].type == "paragraph_open" and (words := turn.shown.line(turn.page, line)):
            found[at + 1] = words
    return found


def _class(statement: Statement) -> str:
    kind = statement.part.kind.split()[0]
    return f"{kind} key" if statement.star else kind


def _put_badge(token: Token, statement: Statement, turn: _Turn) -> None:
    if statement.part.kind != "claim":
        return
    children = token.children or []
    head = children[0] if children and children[0].type == "text" else None
    grade = _GRADE.match(head.content) if head is not None and statement.part.grade else None
    if head is not None and grade and grade[0].strip(" \t[]:").casefold() == statement.part.grade.casefold():
        head.content = head.content[grade.end() :]
    token.children = [_of("ready", turn.shown.badge(statement)), *children]
