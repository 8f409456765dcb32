"""The reader of Markdown: CommonMark with what wikis add to it, and no markup that an author wrote as HTML."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from kg.links import wikilinks
from kg.links.wikilinks import plain
from kg.static_site import formulas

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ALLOWED = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ITEM = re.compile(r"\A(?:(?:[-*+]|[0-9]+[.)])[ \t]+|>[ \t]?)+")
_FOOTNOTE = re.compile(r"\[\^[^\[\]]+\]:[ \t]*")
_WORDS = frozenset({"text", "code_inline", "math_inline", "softbreak", "hardbreak"})
_SEEN = {"softbreak": " ", "hardbreak": " "}
_BLANKS = re.compile(r"\s+")
_LONG, _SHORT, _MOST_BLANKS = 2_000, 300, 60
_PARTS_OF_A_LINK = frozenset("[]|\\\n")


@cache
def reader() -> MarkdownIt:
    """Return the reader of Markdown: CommonMark with tables, strikethrough, footnotes and mathematics."""
    made = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    made.use(footnote_plugin)
    made.use(
        dollarmath_plugin, allow_labels=False, double_inline=True, renderer=formulas.html, label_renderer=lambda _: ""
    )
    made.validateLink = _may_lead_there  # type: ignore[method-assign]
    for name, rule in _RULES.items():
        made.add_render_rule(name, rule)
    return made


def _may_lead_there(url: str) -> bool:
    return not _SCHEME.match(url.strip()) or bool(_ALLOWED.match(url.strip()))


def _ready(_self: object, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    return tokens[at].content


def _html_block(_self: object, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    seen = _COMMENT.sub("", tokens[at].content).strip()
    return f"<p>{escapeHtml(seen)}</p>\n" if seen else ""


def as_text(html: str) -> str:
    """Return what is shown of an author's HTML: all of it as text, but comments and line breaks."""
    return "" if _BREAK.fullmatch(html) else _COMMENT.sub("", html)


def _html_inline(_self: object, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    content = tokens[at].content
    if _BREAK.fullmatch(content):
        return "<br>"
    return escapeHtml(as_text(content))


def _displayed_inside(_self: object, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
    """Return a displayed formula of a sentence: no block, which would end the paragraph."""
    return f'<span class="math display">{formulas.html(tokens[at].content, {"display_mode": True})}</span>'


_RULES = {
    "html_block": _html_block,
    "html_inline": _html_inline,
    "ready": _ready,
    # The plugin writes a block (findings/formula-ends-paragraph.sh).
    "math_inline_double": _displayed_inside,
}


def with_words(markup: str, words: Mapping[str, str]) -> str:
    """Return a line or sentence whose links without words of their own have those that are given by their targets."""
    for link in reversed([*wikilinks.find(markup)]):
        seen = words.get(link.slug, link.slug)
        if link.alias is None and not link.anchor and seen != link.slug and not _PARTS_OF_A_LINK & {*seen}:
            end = link.end - len("]]")
            markup = f"{markup[:end]}|{seen}{markup[end:]}"
    return markup


def text_with_words(markup: str, text: str, words: Mapping[str, str]) -> str:
    """Return the text of a statement that ends its line, whose links have the words that are given by their targets."""
    if "[[" in markup:
        starts = [0, *(blank.end() for blank in islice(_BLANKS.finditer(markup), _MOST_BLANKS))]
        for rest in (markup[at:] for at in starts):
            if plain(rest).strip() == text:
                return plain(with_words(rest, words)).strip()
    return text


def plain_words(markup: str) -> str:
    """Return what a reader sees of a line or sentence, in one line and not too long."""
    text = _ITEM.sub("", plain(markup))[:_LONG]
    if footnote := _FOOTNOTE.match(text):
        text = text[footnote.end() :] if " " in text[footnote.end() :].strip() else ""
    children = reader().parseInline(text, {})[0].children or []
    seen = " ".join("".join(_SEEN.get(one.type, one.content) for one in children if one.type in _WORDS).split())
    return f"{seen[:_SHORT].rstrip()}…" if len(seen) > _SHORT else seen
