"""The terms in lines of N-Quads that somebody else wrote: what is refused, and names that are changed."""

import re
from collections.abc import Callable, Iterable

# A text, or an IRI: what is within the one is never taken for the other.
_TERM = re.compile(rb'"((?:[^"\\]|\\.)*+)"|<([^<>]*)>|_:([A-Za-z0-9]+)')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
# Schemes of what a reader's program would run, or open on the reader's own disk.
_RUN = frozenset({"javascript", "vbscript", "data", "file"})
_DOTS = re.compile(r"/\.{1,2}(?:/|$)|/%2[eE](?:%2[eE]|\.)?(?:/|$)")


class Screen:
    """Tells what of the terms in lines is not taken; an IRI is looked at once."""

    def __init__(self, max_text: int) -> None:
        self._max_text = max_text
        self._fine: set[bytes] = set()

    def fault(self, line: bytes) -> tuple[str, str] | None:
        """Return the words that are not taken and why, None where all are."""
        for text, iri, _ in _TERM.findall(line):
            if len(text) > self._max_text and len(text.decode()) > self._max_text:
                return text[:60].decode("utf-8", "ignore"), f"a text of more than {self._max_text} characters"
            if iri and iri not in self._fine:
                if why := why_not(iri.decode()):
                    return iri.decode(), why
                self._fine.add(iri)
        return None


def why_not(iri: str) -> str:
    """Return why an IRI is not taken, nothing where it is."""
    scheme = _SCHEME.match(iri)
    if scheme and scheme[0].lower() in _RUN:
        return f"an IRI with '{scheme[0]}:', which a reader's program would run or open; write it as a text"
    path = iri.partition("#")[0].partition("?")[0]
    if _DOTS.search(path):
        return "an IRI with '.' or '..' as a part of its path, which leads elsewhere when it is read; write it whole"
    return ""


def moved(lines: Iterable[bytes], old: str, new: str) -> list[bytes]:
    """Return lines in which every IRI below one base is below another."""
    before, after = old.encode(), new.encode()

    def renamed(match: re.Match[bytes]) -> bytes:
        iri = match[2]
        return b"<%b%b>" % (after, iri[len(before) :]) if iri is not None and iri.startswith(before) else match[0]

    return _rewritten(lines, before, renamed)


def with_own_blanks(lines: Iterable[bytes], base: str, name: str) -> list[bytes]:
    """
    Return lines in which blank nodes are IRIs as RDF has them for that (`.well-known/genid`), by the import's name.

    So those of two imports are two, and are called the same in every store and every process.
    """
    begin = f"<{own_blanks(base, name)}".encode()

    def renamed(match: re.Match[bytes]) -> bytes:
        return b"%b%b>" % (begin, match[3]) if match[3] is not None else match[0]

    return _rewritten(lines, b"_:", renamed)


def with_other_blanks(lines: Iterable[bytes], begin: str) -> list[bytes]:
    """Return lines in which the labels of blank nodes begin with some letters more."""
    first = f"_:{begin}".encode()

    def renamed(match: re.Match[bytes]) -> bytes:
        return b"%b%b" % (first, match[3]) if match[3] is not None else match[0]

    return _rewritten(lines, b"_:", renamed)


def own_blanks(base: str, name: str) -> str:
    """Return what the IRIs begin with that blank nodes of an import have; its label follows."""
    return f"{'/'.join(base.split('/', 3)[:3])}/.well-known/genid/{name}-"


def _rewritten(lines: Iterable[bytes], mark: bytes, change: Callable[[re.Match[bytes]], bytes]) -> list[bytes]:
    return [_TERM.sub(change, line) if mark in line else line for line in lines]
