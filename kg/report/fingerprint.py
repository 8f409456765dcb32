"""Fingerprints: what makes two findings the same, in another run, after other lines moved, in another release."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from kg.model.finding import Finding

# A message says what is wrong, with the author's words in quotation marks, then behind a semicolon what would be right.
_QUOTED = re.compile(r"'(.*)'", re.DOTALL)
_MARK = re.compile("[';]")
_DIGITS = 16


def fingerprint(finding: Finding) -> str:
    """
    Return 16 hexadecimal digits for a finding, from its rule, its page and the author's words that it quotes.

    Lines, columns, measured numbers, suggestions and our own words are left out, so it stays the same where other lines
    come and go. Two findings of a rule about the same words on one page have the same fingerprint.
    """
    said = _QUOTED.search(_wrong(finding.message))
    parts = (finding.rule, finding.span.path, said[1] if said else "")
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(whole).hexdigest()[:_DIGITS]


def _wrong(message: str) -> str:
    """Return what a message says is wrong: all before the first semicolon that is none of the author's."""
    open_quotes = 0
    for mark in _MARK.finditer(message):
        at = mark.start()
        if mark[0] == ";" and open_quotes <= 0:
            return message[:at]
        if mark[0] == "'":
            before, after = message[at - 1 : at], message[at + 1 : at + 2]
            opens = not _in_word(before) and not after.isspace() and bool(after)
            closes = bool(before) and not before.isspace() and not _in_word(after)
            open_quotes += opens - closes
    return message


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def numbered(findings: Iterable[Finding]) -> list[str]:
    """Return a fingerprint for each finding in their order, the second of equal ones ending in /2, and so on."""
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        mark = fingerprint(finding)
        seen[mark] += 1
        found.append(mark if seen[mark] == 1 else f"{mark}/{seen[mark]}")
    return found
