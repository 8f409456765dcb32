"""Who may ask: the token, the name that the server is asked by, and the pages of other sites."""

import base64
import hmac
import json
import re
from collections.abc import Mapping

from kg.model.records import dataclass
from kg.serve.refused import Refused

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
# What a browser may show of an answer where somebody opens it: text, and nothing that runs.
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
)
# It becomes part of the addresses in descriptions.
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._~-]+)(?::[0-9]*)?")
_SHOWN = 80
_FOREIGN = frozenset({"cross-site", "same-site"})


@dataclass(frozen=True, slots=True)
class Guard:
    """
    Who may ask: everybody on this machine, or whoever has the `token`, where there is one.

    `origins` are the sites whose pages may ask from within a browser; `writing` says whether updates are taken.
    """

    token: str = ""
    origins: frozenset[str] = frozenset()
    writing: bool = False

    def check(self, headers: Mapping[str, str], method: str = "GET") -> None:
        """
        Raise Refused for a request that is not to be answered.

        A browser, which asks its user, sends the token as the password of Basic; so it can read, and nothing else.
        """
        origin, host = headers.get("origin", ""), headers.get("host", "")
        if host and not _HOST.fullmatch(host):
            raise Refused(400, f"Host: expected a name such as localhost:7310, found {json.dumps(host[:_SHOWN])}")
        own = bool(host) and origin.partition("://")[2] == host
        if origin and not own and origin not in self.origins:
            raise Refused(403, "a page of another site asks; --allow-origin lets it")
        if not origin and _is_foreign(headers):
            raise Refused(403, "a page of another site asks; --allow-origin lets it")
        if not self.token:
            if host_name(host) not in LOCAL:
                raise Refused(421, "without a token this server is asked by the name localhost or 127.0.0.1 alone")
            return
        kind, _, given = headers.get("authorization", "").partition(" ")
        kind, word = kind.lower(), given.strip()
        if kind == "basic":
            word = _password(given) if method in ("GET", "HEAD") else ""
        # Bytes, as a text beyond ASCII cannot be compared so.
        if kind not in ("bearer", "basic") or not hmac.compare_digest(word.encode(), self.token.encode()):
            said = "a token is needed: Authorization: Bearer TOKEN, or in a browser as the password, with any name"
            raise Refused(401, said, headers=(("WWW-Authenticate", 'Bearer realm="kg", Basic realm="kg"'),))

    def check_write(self) -> None:
        """Raise Refused where nothing is written here."""
        if not self.writing:
            raise Refused(403, "this server only reads; `kg serve --write` with a token takes updates")

    def sharing(self, headers: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the headers with which a browser hands an answer to a page of another site, where it may."""
        origin = headers.get("origin", "")
        if not self.origins:
            return []
        if origin not in self.origins:
            return [("Vary", "Origin")]
        return [("Vary", "Origin"), ("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", "ETag")]

    def preflight(self, headers: Mapping[str, str], methods: str) -> list[tuple[str, str]]:
        """
        Return what a browser is told that asks whether a page of another site may ask; Refused where it may not.

        `methods` are those of the address.
        """
        if headers.get("origin", "") not in self.origins:
            raise Refused(403, "a page of another site asks; --allow-origin lets it")
        allowed = (
            ("Access-Control-Allow-Methods", methods),
            ("Access-Control-Allow-Headers", "Authorization, Content-Type, Accept, If-None-Match, If-Match"),
            ("Access-Control-Max-Age", "600"),
        )
        return [*self.sharing(headers), *allowed]


def _password(credentials: str) -> str:
    """Return the password of Basic credentials; empty for what is none."""
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _is_foreign(headers: Mapping[str, str]) -> bool:
    """Tell whether a browser says that a page of another site asks; a link that somebody follows is none."""
    followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return headers.get("sec-fetch-site") in _FOREIGN and not followed


def host_name(host: str) -> str:
    """Return the name in a Host header, without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
