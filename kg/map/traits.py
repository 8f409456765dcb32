"""Traits: what can be measured on a page or a block, and what stands on it that no author means to publish. Pure."""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.links.wikilinks import plain
from kg.model.page import Block, Kind, Page, Place
from kg.parse.line_forms import write
from kg.parse.markdown import HIDDEN, hide

# Blocks whose words a reader sees as text; code, comments and front matter are none of them.
_READ = frozenset(
    {
        Kind.PROSE, Kind.ITEM, Kind.CLAIM, Kind.QUOTE, Kind.CONNECTION, Kind.HOP, Kind.ENTRY, Kind.QUOTATION,
        Kind.TABLE, Kind.HEADING,
    }
)  # fmt: skip
_SCANNED = _READ - {Kind.HEADING}
_MARKS = re.compile(r"(?m)^[ \t]*(?:[-*+]|\d{1,3}[.)]|>)[ \t]+|\*\*|__|`|\[\^[^\]]+\]")
_DESTINATION = re.compile(r"\]\(([^()\s]*)(?:\s+\"[^\"]*\")?\)")

# How programs call tools, and how they mark messages and citations. The words in angle brackets are theirs alone: no
# element of HTML is called so, and <parameter> counts with a name only.
_LEAK = re.compile(
    r"""</?(?:antml:)?(?:function_calls?|function_results?|tool_(?:calls?|use|results?|response|code)|system-reminder)
        (?:\s[^<>\n]*)?>
      | <(?:antml:)?(?:invoke|parameter)\s+name=[^<>\n]*> | </(?:antml:)?(?:invoke|parameter)>
      | <\|(?:im_start|im_end|endoftext|eot_id|begin_of_text|start_header_id|end_header_id|tool_calls?)\|>
      | :contentReference\[oaicite:\d+\] | 【\d+(?::\d+)?†[^】\n]*】 | \ue200cite\ue202[^\ue201\n]*""",
    re.VERBOSE,
)
_LEAK_MARKS = ("<", "oaicite", "【", "\ue200")

# Words that stand for words to be written: in front of them, alone, or a text that printers use for them.
_TO_DO = re.compile(r"(?:\A|(?:—|–|--))\s*([_*(\[]*(?:TODO|FIXME)\b[^\n]*)")
_ALONE = re.compile(
    r"[\s_*(\[]*(TODO|FIXME|TBD|TBA|\.\.\.|…|\?\?\?|to be (?:written|added|completed|filled in)"
    r"|(?:add|insert|your) [a-z ]{1,30} here|coming soon"
    r"|待补充|待完善|待撰写|待補充|待完成|未記入|작성 예정|추후 작성)[\s_*)\].。]*\Z",
    re.IGNORECASE,
)
_FILLER = re.compile(r"\blorem ipsum\b", re.IGNORECASE)
_LEAD = re.compile(r"\A(?:[-*+]|\d{1,3}[.)])[ \t]+")

# A page that speaks of itself where it should speak of its topic. Words in quotation marks are somebody else's.
_THING = r"(?:wiki|page|entry|hub|article|document|overview|note|corpus|knowledge base|vault)"
_SELF = re.compile(
    rf"""\bthis\s+(?:wiki\s+|hub\s+|concept\s+|entity\s+)?{_THING}\s+
         (?:(?:will|also|now|currently|briefly|mainly|only|aims\s+to|attempts\s+to|tries\s+to)\s+)*
         (?:aims?|attempts?|brings?|catalogu?e?s?|collects?|compiles?|contains?|covers?|describes?|discusse?s?|documents?
           |examines?|explains?|explores?|focuse?s?|gathers?|groups?|introduces?|lists?|looks?\s+at|outlines?|presents?
           |provides?|records?|serves?|summari[sz]es?|surveys?|traces?|tracks?|is\s+(?:about|meant|intended|a\s+(?:hub|stub)))\b
       | \b(?:in|across|throughout)\s+this\s+(?:wiki|hub|corpus|knowledge\s+base|vault)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”\n]*”|\"[^\"\n]*\"|«[^»\n]*»|「[^」\n]*」")

_NESTED = re.compile(r"\[\[[^\[\]\n|]*\|[^\[\]\n]*\[\[[^\[\]\n]*")


def link_count(page: Page) -> int:
    """Return how many links to pages an author wrote on a page, outside the front matter and generated blocks."""
    return sum(1 for block in _authored(page) for link in block.links if link.form != "field" and not link.embed)


def body_length(page: Page) -> int:
    """Return how many characters of a page's text a reader sees: no headings, code, markup or generated blocks."""
    texts = (words(block) for block in _authored(page) if block.kind in _SCANNED)
    return sum(len(" ".join(_MARKS.sub("", plain(text)).split())) for text in texts)


def _authored(page: Page) -> Iterator[Block]:
    return (block for section in page.sections for block in section.blocks if not block.auto)


def words(block: Block) -> str:
    """Return the words of a block as written, without the marker of a line that has a form."""
    return block.parts.content or block.parts.markup or ""


class Flaw(NamedTuple):
    """What no reader should see: the class of nr:Flaw that it is, and its words as written."""

    kind: str
    words: str


def flaws(block: Block, path: str, *, hub: bool) -> Iterator[Flaw]:
    """
    Yield what a block has that no reader should see.

    `path` is that of the page, below the wiki's root; `hub` is whether it is about one topic, and not about itself.
    """
    if block.kind not in _READ:
        return
    text = words(block)
    if any(mark in text for mark in _LEAK_MARKS) and (leak := _LEAK.search(_hidden(block, text))):
        yield Flaw("MarkupLeak", text[leak.start() : leak.end()])
    if text.count("[[") > 1 and (nested := _NESTED.search(_hidden(block, text))):
        yield Flaw("NestedLink", text[nested.start() : nested.end()])
    if "](" in text:
        found = _DESTINATION.finditer(_hidden(block, text))
        outside = next((one for one in found if _leaves(path, one[1])), None)
        if outside:
            yield Flaw("OutsidePath", text[outside.start(1) : outside.end(1)])
    if block.kind in _SCANNED and (placeholder := _placeholder(block, text)):
        yield Flaw("Placeholder", placeholder)
    if hub and block.kind in _SCANNED and "this" in text.casefold():
        seen = plain(text)
        said = _SELF.search(_QUOTED.sub(lambda quoted: HIDDEN * len(quoted[0]), _hidden(block, seen)))
        if said and block.kind is not Kind.QUOTE:
            yield Flaw("SelfReference", seen[said.start() : said.end()])


def place(block: Block, words: str) -> Place:
    """Return where some words of a block stand, the block's own place where they are not in its lines as written."""
    lines = block.written or block.raw or write(block.kind, block.parts) or ""
    hidden = _hidden(block, lines)
    first = lines.find(words)
    while first >= 0 and hidden[first] == HIDDEN:
        first = lines.find(words, first + 1)
    if first < 0 or "\n" in words:
        return block.place
    line, column = block.place.line + lines.count("\n", 0, first), first - lines.rfind("\n", 0, first)
    start = block.place.start + first
    return Place(line, column, start, start + len(words), line, column + len(words))


def _hidden(block: Block, text: str) -> str:
    return hide(text, cells=block.kind is Kind.TABLE)


def _placeholder(block: Block, text: str) -> str:
    """Return the words that hold the place of words to come, empty where there are none."""
    parts = block.parts
    described = parts.markup if block.kind in (Kind.CONNECTION, Kind.HOP, Kind.ENTRY) else parts.text or text
    alone = _ALONE.match(_LEAD.sub("", described or "", count=1))
    if alone:
        return alone[0].strip()
    text = _LEAD.sub("", text, count=1)
    hidden = _hidden(block, text)
    found = _TO_DO.search(hidden) if "TODO" in hidden or "FIXME" in hidden else None
    found = found or (_FILLER.search(hidden) if "rem " in hidden.casefold() else None)
    return text[slice(*found.span(found.lastindex or 0))].strip() if found else ""


def _leaves(path: str, destination: str) -> bool:
    """Tell whether a destination leads out of the wiki's folder or into a hidden folder; addresses do not."""
    place = destination.partition("#")[0].strip("<>")
    if not place or ":" in place.partition("/")[0] or place.startswith(("//", "/", HIDDEN)):
        return False
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(path), place))
    hidden = (part for part in joined.split("/")[:-1] if part != "..")
    return joined.startswith("../") or any(part.startswith(".") and len(part) > 1 for part in hidden)
