"""Digest access authentication (RFC 7616): what some stores want of whoever changes them."""

import hashlib
import os
import re

from kg.endpoint.access import Credentials

_PART = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


class Challenge:
    """What a server said of how it wants to be asked; it counts the requests that answer it."""

    def __init__(self, parts: dict[str, str]) -> None:
        self._parts = parts
        self._count = 0

    def answer(self, who: Credentials, method: str, target: str) -> str:
        """Return the header `Authorization` for a request."""
        self._count += 1
        hashed = _HASHES[self._parts.get("algorithm", "MD5").upper()]
        realm, nonce, mine = self._parts.get("realm", ""), self._parts["nonce"], os.urandom(8).hex()

        def digest(*texts: str) -> str:
            return hashed(":".join(texts).encode(), usedforsecurity=False).hexdigest()

        secret, asked = digest(who.user, realm, who.password), digest(method, target)
        sent = who.user.encode().decode("latin-1")  # UTF-8, as a header is written in latin-1
        said = {"username": sent, "realm": realm, "nonce": nonce, "uri": target}
        bare = {"algorithm": self._parts.get("algorithm", "MD5")}
        if "qop" in self._parts:
            count = f"{self._count:08x}"
            said |= {"cnonce": mine, "response": digest(secret, nonce, count, mine, "auth", asked)}
            bare |= {"qop": "auth", "nc": count}
        else:
            said["response"] = digest(secret, nonce, asked)
        if "opaque" in self._parts:
            said["opaque"] = self._parts["opaque"]
        words = [f'{name}="{_quoted(value)}"' for name, value in said.items()]
        return f"Digest {', '.join([*words, *(f'{name}={value}' for name, value in bare.items())])}"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def challenge(header: str | None) -> Challenge | None:
    """Return what a header `WWW-Authenticate` asks for; None where that is another way, or a hash that is not known."""
    kind, _, rest = (header or "").strip().partition(" ")
    if kind.casefold() != "digest":
        return None
    parts = {found[1].casefold(): re.sub(r"\\(.)", r"\1", found[2]) if found[3] is None else found[3]
             for found in _PART.finditer(rest)}  # fmt: skip
    wanted = {one.strip() for one in parts.get("qop", "auth").split(",")}
    if "nonce" not in parts or "auth" not in wanted or parts.get("algorithm", "MD5").upper() not in _HASHES:
        return None
    return Challenge(parts)
