"""Ignore rules: the lines of a `.gitignore` as Git reads them, and what they leave out."""

import re
from collections.abc import Iterator, Sequence

from kg.model.finding import Finding, Level, Span
from kg.model.records import dataclass

_LINE_END = re.compile(rb"\r?(?:\n|\Z)")
_LAST_BLANKS = re.compile(rb"((?:[^\\ ]|\\.| +(?=[^ ]))*) *", re.DOTALL)
_SPECIAL = re.compile(rb"[*?\[\\]")
_STARS = re.compile(rb"\*+")
_CLASS = re.compile(rb"\[:([^\]]*):\]")
_CLASSES = {
    b"alnum": rb"0-9A-Za-z", b"alpha": rb"A-Za-z", b"blank": rb" \t", b"cntrl": rb"\x00-\x1f\x7f", b"digit": rb"0-9",
    b"graph": rb"!-~", b"lower": rb"a-z", b"print": rb" -~", b"punct": rb"!-/:-@[-`{-~", b"space": rb" \t-\r",
    b"upper": rb"A-Z", b"xdigit": rb"0-9A-Fa-f",
}  # fmt: skip
_STAR, _ANY_DEPTH = b"*", b"**"


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One line of an ignore file: what it fits is left out, or kept where it began with `!`.

    `by_name` rules, those without a `/`, are asked with the last segment of a path, others with the path below the
    folder of their file; both as bytes, as Git does.
    """

    file: str
    line: int
    written: str
    keeps: bool
    folders_only: bool
    by_name: bool
    pattern: re.Pattern[bytes]

    def fits(self, path: bytes, name: bytes, *, folder: bool) -> bool:
        """Tell whether a path below the folder of the rule's file, with `name` as its last segment, is meant."""
        return (folder or not self.folders_only) and self.pattern.fullmatch(name if self.by_name else path) is not None


def read(file: str, data: bytes) -> tuple[list[Rule], list[Finding]]:
    """Return the rules in the bytes of an ignore file, in order, and a finding for each line that can fit nothing."""
    rules: list[Rule] = []
    findings: list[Finding] = []
    for number, line in enumerate(_lines(data), 1):
        if not line or line.startswith(b"#"):
            continue
        try:
            rules.append(_rule(file, number, line))
        except ValueError as error:
            message = f"'{_shown(line)}' can fit no file: {error}; the line was passed over"
            findings.append(Finding(Span(file, number, 1), "ignore-pattern", message, Level.WARNING))
    return rules, findings


def deciding(rules: Sequence[Rule], path: bytes, *, folder: bool) -> Rule | None:
    """Return the rule that holds for a path: the last that fits."""
    name = path.rpartition(b"/")[2]
    return next((rule for rule in reversed(rules) if rule.fits(path, name, folder=folder)), None)


def _lines(data: bytes) -> Iterator[bytes]:
    start = 0
    data = data.removeprefix(b"\xef\xbb\xbf")
    for match in _LINE_END.finditer(data):
        line = data[start : match.start()]
        start = match.end()
        blanks = _LAST_BLANKS.fullmatch(line)
        yield blanks[1] if blanks else line


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace")


def _rule(file: str, number: int, line: bytes) -> Rule:
    keeps = line.startswith(b"!")
    bare = line[1:] if keeps else line
    folders_only = bare.endswith(b"/")
    bare = bare[:-1] if folders_only else bare
    if not bare.strip(b"/"):
        raise ValueError("it names nothing")
    by_name = b"/" not in bare
    pattern = re.compile(_regex(_pieces(bare.removeprefix(b"/"), by_name=by_name)), re.DOTALL)
    return Rule(file, number, _shown(line), keeps, folders_only, by_name, pattern)


def _pieces(pattern: bytes, *, by_name: bool) -> list[bytes]:
    """Return a pattern as regular expressions of one byte each, with `*` and `**` between them."""
    pieces: list[bytes] = []
    first = _SPECIAL.search(pattern)
    opening = {0, first.start() if first else 0}  # Git takes `a**/b` for `a` and `**/b`
    at = 0
    while at < len(pattern):
        if stars := _STARS.match(pattern, at):
            alone = at in opening or pattern[at - 1 : at] == b"/"
            if alone and pattern.startswith(rb"\/", stars.end()):
                raise ValueError("write '/' for '\\/'")
            alone = alone and pattern[stars.end() : stars.end() + 1] in (b"", b"/")
            pieces.append(_ANY_DEPTH if len(stars[0]) > 1 and alone and not by_name else _STAR)
            at = stars.end()
        elif pattern[at : at + 1] == b"[":
            piece, at = _bracket(pattern, at + 1)
            pieces.append(piece)
        elif pattern[at : at + 1] == b"\\":
            pieces.append(_literal(_byte(pattern, at + 1)))
            at += 2
        else:
            pieces.append(rb"[^/]" if pattern[at : at + 1] == b"?" else _literal(pattern[at : at + 1]))
            at += 1
    return pieces


def _byte(pattern: bytes, at: int) -> bytes:
    if at >= len(pattern):
        raise ValueError("nothing follows the last '\\'")
    return pattern[at : at + 1]


def _literal(byte: bytes) -> bytes:
    return b"\\x%02x" % byte[0]


def _bracket(pattern: bytes, at: int) -> tuple[bytes, int]:
    """Return a set such as `[!a-z]` as a regular expression of one byte that is no `/`, and where it ends."""
    negated = pattern[at : at + 1] in (b"!", b"^")
    at += negated
    members: list[bytes] = []
    before = b""
    opened = at
    while at == opened or pattern[at : at + 1] != b"]":
        if at >= len(pattern):
            raise ValueError("the '[' is not closed; write '\\[' for the character itself")
        named = _CLASS.match(pattern, at)
        if named:
            if named[1] not in _CLASSES:
                raise ValueError(f"there is no '{_shown(named[0])}'")
            members.append(_CLASSES[named[1]])
            before, at = b"", named.end()
        elif pattern[at : at + 1] == b"-" and before and pattern[at + 1 : at + 2] not in (b"", b"]"):
            at += 2 if pattern[at + 1 : at + 2] == b"\\" else 1
            last = _byte(pattern, at)
            if before <= last:
                members.append(_literal(before) + b"-" + _literal(last))
            before, at = b"", at + 1
        else:
            at += pattern[at : at + 1] == b"\\"
            before = _byte(pattern, at)
            members.append(_literal(before))
            at += 1
    held = b"".join(members)
    return (b"[^/" + held + b"]" if negated else b"(?!/)[" + held + b"]"), at + 1


def _regex(pieces: Sequence[bytes]) -> bytes:
    """
    Return the regular expression of a whole pattern.

    What stands between two stars is taken at the first place where it fits, for good: a later one could not help what
    follows, and trying them all would take a time that grows with the power of the number of stars.
    """
    groups: list[list[bytes]] = [[]]
    depths = 0
    for piece in pieces:
        if piece == _ANY_DEPTH:
            groups.append([])
            depths += 1
        else:
            groups[-1].append(piece)
    written = _group(groups[0], last=len(groups) == 1)
    for number, group in enumerate(groups[1:], 2):
        last = number == len(groups)
        if not group:
            written += b".*"
        elif last:
            written += b"(?:.*/)?" + _group(group[1:], last=True)
        else:
            written += b"(?>(?:[^/]*/)*?" + _group(group[1:], last=False) + b")"
    return written


def _group(group: Sequence[bytes], *, last: bool) -> bytes:
    """Return the regular expression of what stands between two `**`."""
    runs: list[list[bytes]] = [[]]
    for piece in group:
        if piece == _STAR:
            runs.append([])
        else:
            runs[-1].append(piece)
    written = b"".join(runs[0])
    for number, run in enumerate(runs[1:], 2):
        end = number == len(runs) and last
        written += b"[^/]*" + b"".join(run) if end or not run else b"(?>[^/]*?" + b"".join(run) + b")"
    return written
