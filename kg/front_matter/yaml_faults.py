"""What is wrong with lines that are no YAML, where, and what would be right; by the text alone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from kg.model.records import dataclass

CUT = 60
_TAB = re.compile(r"[ ]*+(\t)\s*+\S")
_LEAD = re.compile(r"\s*+(?:-\s++)*+(?:(?:\"[^\"]*+\"|'[^']*+'|[^\s:#'\"\[\]{},&*!|>%@`-][^:#]*+):\s++)?")
_NO_BLANK = re.compile(r"(\s*+)-(?![\s-])(.*)")
_ITEM = re.compile(r"(\s*+)-\s")
_KEYED = re.compile(r"((\s*+)-\s++)[^\s:#'\"\[\]{},&*!|>%@`-][^:#]*+:\s++")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}\s*(?:#.*)?")
_ESCAPE = re.compile(r"\\(?:[^0abt\tnvfre \"/\\N_LPxuU]|x(?![0-9a-fA-F]{2})|u(?![0-9a-fA-F]{4})|U(?![0-9a-fA-F]{8}))")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*+"')
_SINGLE = re.compile(r"'(?:[^']|'')*+'")
_APOSTROPHES = {mark: re.compile(rf"(?:[^{mark}]|(?<=\w){mark}(?=\w))*+") for mark in ("'", '"')}
_COLON = re.compile(r":(?=\s|$)")
_COMMENT = re.compile(r"\s#(?=\s|$)")
_CUT = re.compile(r"(?<=[\[{,\s])#")
_CLOSERS = {"[": ("]", "list"), "{": ("}", "mapping")}


@cache
def _unprintable() -> re.Pattern[str]:
    """Return what may not stand in YAML: a class this large takes 9 ms, and few wikis have a fault."""
    return re.compile("[^\t\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the line as an index of the lines looked at, the column as an index, what to say, the mended line."""

    row: int
    column: int
    message: str
    hint: str = ""


def shortened(words: str) -> str:
    """Return a text on one line, cut to 60 characters."""
    line = " ".join(words[: CUT * 4].split())
    return line if len(line) <= CUT and len(words) <= CUT * 4 else line[: CUT - 1].rstrip() + "…"


def quoted(value: str) -> str:
    """Return a value in the quotation marks that it can stand in as it is."""
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def unquoted(value: str) -> str:
    """
    Return a value without the quotation marks around it, where they fail to hold it.

    The mark is not closed, or it stands inside words too, as an apostrophe does; marks of other words stay.
    """
    mark, inner = value[:1], value[1:-1] if value[-1:] == value[:1] and len(value) > 1 else value[1:]
    if mark not in ("'", '"') or not mark or (mark in inner and not _APOSTROPHES[mark].fullmatch(inner)):
        return value
    return inner.strip()


def fault(lines: Sequence[str]) -> Fault | None:
    """Return the first fault that can be named in the lines of one field; None where only a YAML parser knows."""
    items = {match[1] for line in lines if (match := _ITEM.match(line))}
    last = {mark: row for row, line in enumerate(lines) for mark in "]}" if mark in line}
    found = (
        one
        for row, line in enumerate(lines)
        for one in (*_of_text(row, line, lines[row + 1 : row + 2]), *_of_line(row, line, items, last))
    )
    return next(found, None)


def _of_text(row: int, line: str, following: Sequence[str]) -> Iterator[Fault]:
    """Yield the fault of an entry of a list with two colons; where no other key goes with its first, it is a text."""
    entry = _KEYED.match(line)
    deeper = any(len(one) - len(one.lstrip()) > len(entry[2]) for one in following) if entry else True
    value = _bare(line[entry.end() :]) if entry else ""
    if entry and not deeper and value[:1] not in "\"'[{|>" and _COLON.search(value):
        yield _to_quote(row, entry[1], _bare(line[entry.end(1) :]), "holds a colon")


def _of_line(row: int, line: str, items: set[str], last: Mapping[str, int]) -> Iterator[Fault]:
    odd = _unprintable().search(line)
    if odd:
        message = f"the character U+{ord(odd[0]):04X} may not stand in YAML; take it out"
        yield Fault(row, odd.start(), message)
    tab = _TAB.match(line)
    if tab:
        yield Fault(row, tab.start(1), "a tab indents this line; YAML takes blanks only", _untabbed(line))
    dash = _NO_BLANK.match(line)
    if dash and dash[1] in items:
        message = f"'-{shortened(dash[2])}' has no blank after the dash; write '- {shortened(dash[2])}'"
        yield Fault(row, dash.end(1), message, f"{dash[1]}- {dash[2]}")
    lead = _LEAD.match(line)
    start = lead.end() if lead else 0
    yield from _of_value(row, line[:start], line[start:], last)


def _untabbed(line: str) -> str:
    bare = line.lstrip(" \t")
    return line[: len(line) - len(bare)].replace("\t", "  ") + bare


def _of_value(row: int, lead: str, value: str, last: Mapping[str, int]) -> Iterator[Fault]:
    first = value[:1]
    if first in ('"', "'") and first:
        yield from _in_quotes(row, lead, value)
    elif first in _CLOSERS:
        yield from _in_brackets(row, lead, value, last)
    elif first and first in "@`%&*!,]}" and lead.strip():
        yield _to_quote(row, lead, _bare(value), f"begins with '{first}'")
    elif first and first in "|>":
        if not _BLOCK.fullmatch(value):
            yield _to_quote(row, lead, _bare(value), f"begins with '{first}'")
    elif lead.strip() and _COLON.search(_bare(value)):
        yield _to_quote(row, lead, _bare(value), "holds a colon")


def _bare(value: str) -> str:
    comment = _COMMENT.search(value)
    return value[: comment.start()].rstrip() if comment else value.rstrip()


def _to_quote(row: int, lead: str, value: str, why: str, right: str = "") -> Fault:
    right = right or quoted(value)
    message = f"the value '{shortened(value)}' {why}; write {lead.strip()} {shortened(right)}"
    return Fault(row, len(lead), message, lead + right)


def _in_quotes(row: int, lead: str, value: str) -> Iterator[Fault]:
    mark = value[0]
    closed = (_DOUBLE if mark == '"' else _SINGLE).match(value)
    escape = _ESCAPE.search(value, 0, closed.end() if closed else len(value)) if mark == '"' else None
    if escape:
        inner = value[1 : closed.end() - 1] if closed else value[1:].rstrip()
        right = "'" + inner.replace("'", "''") + "'"
        message = f"'{escape[0]}' means nothing in double quotation marks; write {lead.strip()} {shortened(right)}"
        yield Fault(row, len(lead) + escape.start(), message, lead + right)
    elif closed is None:
        right = quoted(unquoted(value.rstrip()))
        message = f"the quotation mark of '{shortened(value)}' is never closed; write {lead.strip()} {shortened(right)}"
        yield Fault(row, len(lead), message, lead + right)
    elif (rest := value[closed.end() :].strip()) and not rest.startswith(("#", ":")):
        whole = _bare(value)
        yield _to_quote(row, lead, whole, "goes on behind its closing quotation mark", quoted(unquoted(whole)))


def _in_brackets(row: int, lead: str, value: str, last: Mapping[str, int]) -> Iterator[Fault]:
    closer, name = _CLOSERS[value[0]]
    end = _closing(value)
    cut = _CUT.search(value)
    if cut and end is not None and cut.start() < end:
        whole = value.startswith(("[[", "{"))  # a link, and a mapping, of which a piece is no value of its own
        right = (quoted(value[:end]) if whole else _with_hashes(value[:end])) + value[end:]
        said = f"'{shortened(value)}' is cut by '#', which begins a comment; write {lead.strip()} {shortened(right)}"
        yield Fault(row, len(lead) + cut.start(), said, lead + right)
    elif end is None:
        if last.get(closer, -1) <= row:
            right = value.rstrip().rstrip(",") + closer
            message = f"the {name} '{shortened(value)}' is never closed; write {lead.strip()} {shortened(right)}"
            yield Fault(row, len(lead), message, lead + right)
    elif (rest := value[end:].strip()) and not rest.startswith("#"):
        yield _to_quote(row, lead, _bare(value), f"begins with '{value[0]}', which opens a {name}")


def _with_hashes(value: str) -> str:
    """Return a list or mapping in which each piece with a `#` stands between quotation marks."""
    pieces = [piece.strip() for piece in value[1:-1].split(",")]
    marked = (quoted(one) if "#" in one and one[0] not in "\"'" else one for one in pieces)
    return value[0] + ", ".join(marked) + value[-1]


def _closing(value: str) -> int | None:
    """Return the offset behind the bracket that closes the first one, or None; quoted brackets do not count."""
    depth = 0
    for match in re.finditer(r"[\[{]|[\]}]|(?<=[\[{,:\s])(?:\"(?:[^\"\\]|\\.)*+\"|'[^']*+')", value):
        if match[0][0] in "[{":
            depth += 1
        elif match[0][0] in "]}":
            depth -= 1
            if depth == 0:
                return match.end()
    return None
