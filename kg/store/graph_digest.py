"""Digests of graphs: of one from its sorted lines, of many from theirs in any order; equal where the graphs are."""

import hashlib
from collections.abc import Iterable

from pyoxigraph import NamedNode, RdfFormat, Store, parse, serialize

_SIZE = 16


def lines(quads: Iterable[str]) -> str:
    """Return the digest of some quads, given as sorted lines of N-Quads in our spelling or the engine's."""
    return hashlib.blake2b("".join(spelled(list(quads))).encode(), digest_size=_SIZE).hexdigest()


def encoded(quads: bytes) -> str:
    """Return the digest of some quads, given as sorted lines of N-Quads in UTF-8."""
    if b"\\u" in quads:
        return lines(f"{line}\n" for line in quads.decode().split("\n")[:-1])
    return hashlib.blake2b(quads, digest_size=_SIZE).hexdigest()


def spelled(quads: list[str]) -> list[str]:
    """Return sorted lines with control characters spelled as the engine does, sorted again where that changes them."""
    escaped = [line for line in quads if "\\u" in line]
    if not escaped:
        return quads
    again = serialize(parse("".join(escaped), format=RdfFormat.N_QUADS), format=RdfFormat.N_QUADS) or b""
    return sorted(
        [*(line for line in quads if "\\u" not in line), *(f"{line}\n" for line in again.decode().split("\n")[:-1])]
    )


def stored(quads: Store, graphs: Iterable[str]) -> str:
    """Return the digest of some graphs as a store holds them."""
    found: list[str] = []
    for graph in graphs:
        tail = f" <{graph}> .\n"
        triples = quads.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(graph)) or b""
        found += [f"{line[:-2]}{tail}" for line in triples.decode().split("\n")[:-1]]
    return lines(sorted(found))


def without(total: str, name: str, digest: str) -> str:
    """Return the digest of a set of named digests without one of them."""
    return _sum(total, -_one(name, digest))


def with_(total: str, name: str, digest: str) -> str:
    """Return the digest of a set of named digests with one more."""
    return _sum(total, _one(name, digest))


def together(totals: Iterable[str]) -> str:
    """Return the digest of the graphs of several sets, none of which is in two of them."""
    whole = ""
    for total in totals:
        whole = _sum(whole, int(total or "0", 16))
    return whole


def _one(name: str, digest: str) -> int:
    said = f"{name}\0{digest}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(said, digest_size=_SIZE).digest())


def _sum(total: str, more: int) -> str:
    return f"{(int(total or '0', 16) + more) % (1 << 8 * _SIZE):0{2 * _SIZE}x}"
