"""Turtle that a person likes to read: page by page, what stands first comes first, the wiki's own names short."""

import re
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from pyoxigraph import Quad, RdfFormat, serialize

from kg.rdf import names

_END, _NEXT = b" .\n", b" ;\n\t"
_TEXT, _MARKUP = b"schema:text ", b"nr:markup "
_PAGE = re.compile(rb"\n    nr:describedOn <(?:page/)?([^>]*)>")
_NUMBER = re.compile(rb"\n    nr:(?:line|position) ([0-9]{1,9})\b")
# The tokens of Turtle as pyoxigraph writes it: a literal is one, and so is a whole IRI.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|<[^<>]*>|\b([a-z]+):')
_NETWORK = re.compile(rb'("(?:[^"\\]|\\.)*+")|<//')
# A name whose last character is escaped, which rdflib 7.6 does not read: `wiki:Acme\\, Inc\\.`
_DOTTED = re.compile(rb'("(?:[^"\\]|\\.)*+"|<[^<>]*>)|\b([a-z]+):((?:[^\s\\]|\\.)*+(?<=\\.))(?=\s)')
_PROPERTY = re.compile(rb"\n    ([a-z]+):")
_RELATIVE = re.compile(rb"<(?![A-Za-z][A-Za-z0-9+.-]*:)")
_ROOT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^?#]*/")
# The order of what is told of one page: the page, its topic, its statements, its lines; what is below no page is last.
_RANKS = {b"page": 0, b"id": 1, b"claim": 2, b"quote": 3, b"connection": 4}
_LINES, _LAST = 5, 9
_OTHER, _ELSEWHERE = b"\xfe", b"\xff"
_HEADINGS = {_OTHER: b"of no page", _ELSEWHERE: b"elsewhere"}
Key = tuple[bytes, int, int, bytes]


def written(triples: Sequence[Quad], base: str, *, once: bool) -> bytes:
    """
    Return triples of the default graph as Turtle; those of one subject stand together, sorted.

    Where texts are to stand `once`, the words of a part as written are left out where its words as read are there.
    """
    if not triples:
        return b""
    below = base if _ROOT.fullmatch(base) else None
    spaces = {**names.PREFIXES, "wiki": f"{base}id/"}
    text = serialize(triples, format=RdfFormat.TURTLE, prefixes=spaces, base_iri=below) or b""
    text = _with_whole_names(_with_schemes(_without_header(text), base), spaces)
    blocks = [_arranged(block, once=once) for block in text.split(_END)[:-1]]
    body = b"".join(_headed(_sorted(blocks, base)))
    return _header(spaces, body, below) + body


def _without_header(text: bytes) -> bytes:
    at = 0
    while text.startswith(b"@", at):
        at = text.index(b"\n", at) + 1
    return text[at:]


def _with_schemes(text: bytes, base: str) -> bytes:
    """Return a text whose IRIs of other hosts are whole: the writer leaves out a scheme that is the base's."""
    if b"<//" not in text:
        return text
    scheme = b"<%b://" % base.partition(":")[0].encode()
    return _NETWORK.sub(lambda match: match[1] or scheme, text)


def _with_whole_names(text: bytes, spaces: Mapping[str, str]) -> bytes:
    """Return a text in which names that end in an escaped full stop are IRIs."""
    if b"\\. " not in text and b"\\.\n" not in text:
        return text

    def whole(match: re.Match[bytes]) -> bytes:
        if match[1] or not match[3].endswith(b"\\."):
            return match[0]
        return b"<%b%b>" % (spaces[match[2].decode()].encode(), re.sub(rb"\\(.)", rb"\1", match[3]))

    return _DOTTED.sub(whole, text)


def _arranged(block: bytes, *, once: bool) -> bytes:
    """Return what is said of a subject: its classes first, each property on a line, and its text once."""
    subject, _, rest = block.partition(b" ")
    said = rest.split(_NEXT)
    if once and any(one.startswith(_TEXT) for one in said):
        said = [one for one in said if not one.startswith(_MARKUP)]
    if not said[0].startswith(b"a ") and (classes := [one for one in said if one.startswith(b"a ")]):
        said = [*classes, *(one for one in said if one not in classes)]
    return b"%b %b" % (subject, b" ;\n    ".join(said))


def _headed(blocks: Sequence[tuple[Key, bytes]]) -> Iterator[bytes]:
    """Yield each block, and the name of the page where another begins."""
    current = b""
    for (page, *_), block in blocks:
        if page != current:
            current = page
            yield b"\n\n# ---- %b ----\n" % _HEADINGS.get(page, page)
        yield b"\n%b .\n" % block


def _sorted(blocks: Sequence[bytes], base: str) -> list[tuple[Key, bytes]]:
    """Return blocks in their order, each with its place: its page, its kind, its line, its subject."""
    pages: dict[bytes, bytes] = {}
    root = f"<{base}".encode()
    subjects = [_name(block, root) for block in blocks]
    for subject, block in zip(subjects, blocks, strict=True):
        if subject.startswith(b"id/") and (page := _PAGE.search(block)):
            pages[subject[3:]] = page[1]
    keys = [_key(subject, block, pages) for subject, block in zip(subjects, blocks, strict=True)]
    return sorted(zip(keys, blocks, strict=True), key=itemgetter(0))


def _name(block: bytes, root: bytes) -> bytes:
    """Return the name of a block's subject below the wiki's base, or the whole term."""
    subject = block[: block.index(b" ")]
    if subject.startswith(b"wiki:"):
        return b"id/" + subject[5:].replace(b"\\", b"")
    return subject[len(root) : -1] if subject.startswith(root) else subject[1:-1]


def _key(subject: bytes, block: bytes, pages: dict[bytes, bytes]) -> Key:
    kind, _, name = subject.partition(b"/")
    rank = _RANKS.get(kind, _LAST)
    if rank == 0:
        page, mark, _ = name.partition(b"#")
        return page, _LINES if mark else 0, _number(block) if mark else 0, subject
    if rank == 1:
        return pages.get(name, _OTHER), rank, 0, subject
    if rank == _LAST:
        return _ELSEWHERE if b":" in kind else _OTHER, rank, 0, subject
    return pages.get(name.rpartition(b"/")[0], _OTHER), rank, _number(block), subject


def _number(block: bytes) -> int:
    found = _NUMBER.search(block)
    return int(found[1]) if found else 0


def _header(spaces: dict[str, str], body: bytes, base: str | None) -> bytes:
    """Return the lines of the base and of the prefixes that a text uses."""
    lines = [f"@base <{base}> .\n"] if base and _RELATIVE.search(body) else []
    used = {match.decode() for match in {*_PROPERTY.findall(body)}} & spaces.keys()
    used |= {name for name in spaces.keys() - used if _is_used(name, body)}
    lines += [f"@prefix {name}: <{spaces[name]}> .\n" for name in sorted(used)]
    return "".join(lines).encode()


def _is_used(prefix: str, body: bytes) -> bool:
    """Tell whether a term has a prefix; a text may speak of it as well."""
    sought, at = f"{prefix}:".encode(), 0
    while (at := body.find(sought, at)) >= 0:
        begin, end = body.rfind(b"\n", 0, at) + 1, body.index(b"\n", at)
        if any(match[1] == sought[:-1] for match in _TOKEN.finditer(body, begin, end)):
            return True
        at = end
    return False
