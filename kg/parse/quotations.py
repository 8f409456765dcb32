"""Quotation marks of any language, as pairs, and where a quotation ends and who speaks begins."""

import re
from collections.abc import Iterator
from functools import cache

# What each mark that opens a quotation is closed by. Where a language closes with the mark that another one opens with,
# both stand here; a straight mark closes what a curved one opened, and the other way round.
_STRONG = {
    '"': '"”“„＂', "“": '”“"', "„": '“”"‟', "‟": '”“"', "”": '”“"', "«": "»", "»": "«»", "‹": "›", "›": "‹›",
    "「": "」", "『": "』", "《": "》", "〈": "〉", "〝": "〞〟", "﹁": "﹂", "﹃": "﹄", "｢": "｣", "＂": '＂"',
    "❝": "❞", "⹂": "”",
}  # fmt: skip
# Marks that are letters' marks as well, such as apostrophes, open a quotation only where they close it too.
_WEAK = {"'": "'’", "‘": "’'‘", "’": "’'", "‚": "‘’'", "‛": "’'", "`": "´'", "´": "´", "❛": "❜", "＇": "＇"}
_LONG = {"''": ("''",), "``": ("''",), ",,": ("''", "``", '"', "”", "“")}
_ENTITIES = {
    "&quot;": ("&quot;",), "&#34;": ("&#34;",), "&ldquo;": ("&rdquo;", "&ldquo;"), "&bdquo;": ("&ldquo;", "&rdquo;"),
    "&laquo;": ("&raquo;",), "&raquo;": ("&laquo;", "&raquo;"), "&lsquo;": ("&rsquo;",),
    "&sbquo;": ("&lsquo;", "&rsquo;"), "&lsaquo;": ("&rsaquo;",), "&rsaquo;": ("&lsaquo;", "&rsaquo;"),
}  # fmt: skip
_DASH = r"(?:[—–―⸺⸻]+|-{1,3}|&(?:[mn]dash|horbar|#821[123]|#[xX]201[345]);)"
# What may stand between the mark that closes a quotation and the dash: stops, the marks of footnotes, a break.
_NOTES = r"(?:\s*(?:\[\^[^\[\]\s]+\]|<sup>[^<>]*</sup>))*"
_BREAK = r"(?:<br\s*/?>\s*|\\\n\s*)?"
_EMPHASIS = "*_ \t\n"
_NEAR = 20  # the characters of a text in which its first quotation mark stands
_LEAD = re.compile(r"[\s*_]*\\?")
ALL_CLOSERS = "".join(
    sorted({mark for closers in (*_STRONG.values(), *_WEAK.values()) for mark in closers} - set("'’‘´"))
)

# Every character that is a quotation mark somewhere.
MARKS = "".join(sorted({*_STRONG, *_WEAK, *ALL_CLOSERS, *"'’‘´"}))


def opener(text: str) -> str:
    """Return the quotation mark with which a text opens, empty where it opens with none."""
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    if text.startswith("&", start):
        return next((mark for mark in _ENTITIES if text.startswith(mark, start)), "")
    if text.startswith(tuple(_LONG), start):
        return text[start : start + 2]
    mark = text[start : start + 1]
    return mark if mark in _STRONG or mark in _WEAK else ""


def opens(text: str) -> bool:
    """Tell whether a text opens with a quotation mark; an apostrophe is one only where another closes it."""
    mark = opener(text)
    if mark in _WEAK or mark in _LONG:
        behind = text[text.index(mark) + len(mark) :]
        return is_closed(text) or attribution(behind, mark) is not None
    return bool(mark)


def is_closed(text: str) -> bool:
    """Tell whether the quotation that a text opens is closed at its end."""
    mark, bare = opener(text), text.rstrip(_EMPHASIS)
    opened = text.find(mark) + len(mark)
    return bool(mark) and any(bare.endswith(one) and len(bare) - len(one) >= opened for one in _closers(mark))


def is_open(text: str, mark: str) -> bool:
    """Tell whether the quotation that a mark opened before a text, or with it, goes on behind the text."""
    return not text.rstrip(_EMPHASIS).endswith(_closers(mark)) and attribution(text, mark) is None


def closes(line: str, mark: str) -> bool:
    """Tell whether a line begins with what closes a quotation that `mark` opened, and nothing or a dash behind."""
    bare = line.strip(_EMPHASIS)
    match = _pattern(mark).match(bare) if mark else None
    return bool(mark) and (match is not None or bare in _closers(mark))


def attribution(text: str, mark: str) -> re.Match[str] | None:
    """
    Return the last mark before a dash that closes `mark`.

    Where group 1 is, the quotation ends; group 2 opens an emphasis around the attribution, empty where there is none.
    """
    found = None
    for match in _pattern(mark).finditer(text):
        found = match
    return found


def leading(text: str, start: int) -> tuple[int, int] | None:
    """Return where words in quotation marks stand with which a text begins at an offset; None where there are none."""
    mark = opener(text[start : start + _NEAR])
    match = _leading(mark).match(text, start) if mark else None
    return match.span() if match else None


@cache
def _leading(mark: str) -> re.Pattern[str]:
    """Return the pattern of a quotation at the start; apostrophes are marks of one only before a dash."""
    behind = r"\s" if mark in _STRONG else rf"\s+{_DASH}\s"
    ends = [one for one in _closers(mark) if one != '"' or mark == '"'], _closers(mark)
    forms = (rf"[^\n]*?(?:{'|'.join(map(re.escape, closers))})(?=[*_]*{behind})" for closers in ends)
    return re.compile(rf"[\s*_]*\\?{re.escape(mark)}(?:{'|'.join(forms)})")


def unquoted(text: str) -> str:
    """Return a quotation without its marks and the emphasis around it."""
    mark, bare = opener(text), text.strip(_EMPHASIS)
    if not mark:
        return bare
    inner = bare.removeprefix("\\").removeprefix(mark)
    closer = next((one for one in _closers(mark) if inner.endswith(one)), "")
    if not closer and mark in _STRONG and any(one in inner for one in _closers(mark)):
        return bare  # it closes before the end: the marks are around some of the words only
    inner = inner.removesuffix(closer)
    return (inner.removesuffix("\\") if closer else inner).strip(_EMPHASIS if closer else " \t\n")


def _closers(mark: str) -> tuple[str, ...]:
    if mark in _ENTITIES:
        return _ENTITIES[mark]
    return _LONG[mark] if mark in _LONG else tuple(_STRONG.get(mark) or _WEAK.get(mark) or ALL_CLOSERS)


@cache
def _pattern(mark: str) -> re.Pattern[str]:
    closers = "|".join(map(re.escape, _closers(mark)))
    ends = rf"(?:{closers})[*_]*(){_NOTES}(?:[.,;:!?…。，]{_NOTES})?\s*{_BREAK}"
    return re.compile(rf"{ends}([*_]{{0,3}}){_DASH}\s*(?=\S)")


def quoted(text: str) -> Iterator[str]:
    """Yield what stands in quotation marks anywhere in a text, without the marks; of nested ones the outer."""
    at, ends = 0, _Ends(text)
    while found := _any_opener().search(text, at):
        mark = found[0]
        end = ends.behind(found.end(), mark) if _may_open(text, found.start(), mark) else None
        if end is None:
            at = found.end()
            continue
        start, at = end
        if inner := text[found.end() : start].strip():
            yield inner


@cache
def _any_opener() -> re.Pattern[str]:
    marks = sorted([*_ENTITIES, *_LONG, *_STRONG, *_WEAK], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, marks)))


def _may_open(text: str, at: int, mark: str) -> bool:
    """Tell whether a mark may open a quotation: apostrophes and marks of ASCII only where no letter stands before."""
    if mark in _WEAK or mark in _LONG or mark == '"':
        return not text[at - 1 : at].isalnum() if at else True
    return True


@cache
def _closer_of(mark: str) -> re.Pattern[str]:
    closers = "|".join(map(re.escape, sorted(_closers(mark), key=len, reverse=True)))
    return re.compile(rf"(?<=\S)(?:{closers})(?![^\W_])" if mark in _WEAK else f"(?:{closers})")


# Marks whose closing ones open nothing: they may be nested in themselves.
_NESTING = {mark: closers for mark, closers in _STRONG.items() if mark in "「『《〈«‹" and len(closers) == 1}


class _Ends:
    """Finds the marks that close quotations in a text; each mark is looked for once through what has none of them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._without: set[str] = set()
        self._nested: dict[str, dict[int, int]] = {}

    def behind(self, start: int, mark: str) -> tuple[int, int] | None:
        """Return where the mark stands that closes words from `start` on; of apostrophes one with no letter behind."""
        if mark in _NESTING:
            if mark not in self._nested:
                self._nested[mark] = _outer_ends(self._text, mark)
            end = self._nested[mark].get(start)
            return None if end is None else (end, end + 1)
        found = None if mark in self._without else _closer_of(mark).search(self._text, start)
        if found is None:
            self._without.add(mark)  # what is not behind this place is behind no later one
            return None
        return found.span()


def _outer_ends(text: str, mark: str) -> dict[int, int]:
    """Return where the words end that begin behind each mark which may be nested in itself."""
    ends, opened = {}, []
    for found in re.finditer(f"[{mark}{_NESTING[mark]}]", text):
        if found[0] == mark:
            opened.append(found.end())
        elif opened:
            ends[opened.pop()] = found.start()
    return ends
