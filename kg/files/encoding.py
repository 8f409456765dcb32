"""Encoding: what a page's bytes are where they are not UTF-8, and characters that stand there by mistake."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from kg.files.text import Text
from kg.model.finding import Finding, Level, Span

_SAMPLE = 4096
_WIDE = ("utf_32_le", "utf_32_be", "utf_16_le", "utf_16_be")
_MARKS = {
    b"\xff\xfe\x00\x00": "utf_32_le",
    b"\x00\x00\xfe\xff": "utf_32_be",
    b"\xff\xfe": "utf_16_le",
    b"\xfe\xff": "utf_16_be",
}
_LEGACY = (
    "cp1252", "cp1250", "iso8859_2", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "mac_roman", "gb18030",
    "big5", "shift_jis", "cp932", "euc_jp", "euc_kr",
)  # fmt: skip
# What the detector says of short texts in Western European languages, whose letters these have in common.
_NEAR_CP1252 = frozenset({"cp1250", "iso8859_2", "cp1254", "mac_roman"})
_WESTERN = "cp1252"
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_DAMAGED = re.compile(r"[\udc80-\udcff]+")
_NEWLINES = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
_ODD = (
    (
        "character-control",
        re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"),
        "a control character; other programs stop here or refuse the page: delete it",
        Level.WARNING,
    ),
    (
        "character-replacement",
        re.compile("\ufffd"),
        "what a program writes where it could not read a character: restore the character",
        Level.WARNING,
    ),
    (
        "character-line",
        re.compile("[\x0b\x0c\x85\u2028\u2029]"),
        "a line end for some programs, a character in the line for others (so here): write a line end or a blank",
        Level.INFO,
    ),
    (
        "character-invisible",
        re.compile("[\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"),
        "a character that nobody sees, and that keeps words and links from being found: delete it",
        Level.INFO,
    ),
)
# The letters of the escapes for these characters, and the commands of formulas that begin with them.
_ESCAPES = {"\x07": "a", "\x08": "b", "\x0b": "v", "\x0c": "f"}
_COMMANDS = frozenset(
    {
        "aleph", "alpha", "amalg", "angle", "approx", "approxeq", "arccos", "arcsin", "arctan", "arg", "array",
        "asymp", "backslash", "bar", "because", "begin", "beta", "beth", "between", "big", "bigcap", "bigcup",
        "biggl", "biggr", "bigl", "bigoplus", "bigr", "bigsqcup", "bigvee", "bigwedge", "binom", "bmod", "boldsymbol",
        "bot", "bowtie", "boxed", "breve", "bullet", "varepsilon", "varnothing", "varphi", "varpi", "varrho",
        "varsigma", "vartheta", "vdash", "vdots", "vec", "vee", "vert", "fbox", "flat", "footnotesize", "forall",
        "frac", "frown",
    }
)  # fmt: skip
# Dashes and quotation marks of which a program kept the lower byte alone.
_HALVES = {chr(ord(sign) & 0xFF): sign for sign in "–—‘’“”"}
_LETTERS = re.compile(r"[A-Za-z]{1,20}+")
_ANY_ODD = re.compile("|".join(pattern.pattern for _, pattern, _, _ in _ODD))


def findings(path: str, data: bytes, text: Text) -> list[Finding]:
    """Return what is to say of the bytes of a page and the text that they were read as: each rule once."""
    alien = _alien(path, data, text)
    if alien:
        return [alien]
    found = list(_odd(path, text)) if _ANY_ODD.search(text.raw) else []
    return [*found, *_line_ends(path, text)]


def likely(data: bytes) -> str:
    """Return the name of the encoding that bytes are likely in, as Python calls it, or an empty text."""
    wide = _wide(data)
    if wide:
        return wide
    letters = b"\n".join(line for line in re.split(rb"[\r\n]+", data) if not line.isascii())[:_SAMPLE]
    from charset_normalizer import from_bytes  # only where a page is not UTF-8

    matches = [match.encoding for match in from_bytes(letters, cp_isolation=list(_LEGACY))]
    best = matches[0] if matches else ""
    if best in _NEAR_CP1252 and (_WESTERN in matches or _alike(letters, best)):
        return _WESTERN
    return best


def _alike(letters: bytes, encoding: str) -> bool:
    return letters.decode(encoding, "replace") == letters.decode(_WESTERN, "replace")


def _wide(data: bytes) -> str:
    """Return UTF-16 or UTF-32 where bytes begin with its mark, or are text in it and hold some ASCII."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return encoding
    sample = data[:_SAMPLE]
    if b"\0" not in sample:
        return ""
    return next((encoding for encoding in _WIDE if len(data) % _width(encoding) == 0 and _reads(sample, encoding)), "")


def _width(encoding: str) -> int:
    return 4 if "32" in encoding else 2


def _reads(sample: bytes, encoding: str) -> bool:
    whole = len(sample) - len(sample) % _width(encoding)
    if whole < 2 * _width(encoding):
        return False
    try:
        text = sample[:whole].decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < whole - _width(encoding):  # a pair of surrogates may be cut in two
            return False
        text = sample[: error.start].decode(encoding)
    ascii_ones = sum(character.isascii() for character in text)
    return ascii_ones * 10 >= len(text) and all(one.isprintable() or one in "\t\r\n" for one in text)


def _alien(path: str, data: bytes, text: Text) -> Finding | None:
    """Return the finding on a page that is not UTF-8, at the first byte that shows it."""
    if text.encoding == "utf-8":
        wide = _wide(data) if b"\0" in data[:_SAMPLE] else ""
        if not wide:
            return None
        message = (
            f"this page is {_called(wide)} without a byte order mark; every byte is kept, but nothing is understood"
        )
        line, column = _place(text, text.raw.index("\0"))
        return Finding(Span(path, line, column), "encoding", f"{message}: convert it to UTF-8", Level.WARNING)
    start = _first_bad(data)
    line, column = _place(text, start)
    message = f"not UTF-8 here (byte 0x{data[start]:02X}){_guess(data)}; read as Latin-1, which keeps every byte"
    return Finding(Span(path, line, column), "encoding", f"{message}: convert the page to UTF-8", Level.WARNING)


def _first_bad(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _guess(data: bytes) -> str:
    encoding = likely(data) if any(map(data.startswith, _MARKS)) else ""
    if not encoding:
        damaged = len(_DAMAGED.findall(data.decode("utf-8", "surrogateescape")))
        if damaged * 3 <= len(_MULTIBYTE.findall(data)):
            return f", in a page that is UTF-8 but for {damaged:,} place{'s' if damaged > 1 else ''}"
        encoding = likely(data)
    return f", probably {_called(encoding)}" if encoding else ""


def _called(encoding: str) -> str:
    words = {"le": "little-endian", "be": "big-endian"}
    if encoding in _WIDE:
        return f"{encoding[:6].upper().replace('_', '-')} {words[encoding[-2:]]}"
    return encoding.replace("_", "-").replace("iso8859", "iso-8859")


def _place(text: Text, offset: int) -> tuple[int, int]:
    row = max(0, bisect_right(text.lines, offset, key=lambda line: line.raw) - 1)
    return row + 1, offset - (text.lines[row].raw if text.lines else 0) + 1


def _odd(path: str, text: Text) -> Iterator[Finding]:
    for rule, pattern, words, level in _ODD:
        first = pattern.search(text.raw)
        if first is None:
            continue
        command = _command(text.raw, first.start())
        sign = _HALVES.get(first[0], "")
        if command:
            what = f"what a program made of the '{command[:2]}' of '{command}': write '{command}'"
        else:
            what = (
                f"the second half of U+{ord(sign):04X}, whose first half a program lost: write '{sign}'"
                if sign
                else words
            )
        more = sum(1 for _ in pattern.finditer(text.raw, first.end()))
        message = f"U+{ord(first[0]):04X} is {what}" + (f"; {more:,} more on this page" if more else "")
        line, column = _place(text, first.start())
        yield Finding(Span(path, line, column), rule, message, level)


def _command(text: str, at: int) -> str:
    """Return the command of a formula of which a program read the first two characters as this one, or nothing."""
    rest = _LETTERS.match(text, at + 1)
    name = _ESCAPES.get(text[at], "") + (rest[0] if rest else "")
    return f"\\{name}" if name in _COMMANDS else ""


def _line_ends(path: str, text: Text) -> Iterator[Finding]:
    others = [row for row, line in enumerate(text.lines) if line.ending not in ("", text.newline)]
    if others:
        row = others[0]
        line = text.lines[row]
        many = f"{len(others):,} lines end" if len(others) > 1 else "one line ends"
        message = f"{many} otherwise than the page's others ({_NEWLINES[text.newline]}), this one in"
        place = Span(path, row + 1, len(line.text) + 1)
        yield Finding(place, "line-ends", f"{message} {_NEWLINES[line.ending]}: use one kind", Level.INFO)
