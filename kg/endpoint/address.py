"""Where a foreign store is, and how much of an answer is read."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from kg.model.kg_error import KgError
from kg.model.records import dataclass

USER, PASSWORD, TOKEN = "KG_ENDPOINT_USER", "KG_ENDPOINT_PASSWORD", "KG_ENDPOINT_TOKEN"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """
    The addresses of a store: where it is asked, where it takes updates, and where it takes whole graphs.

    `update` and `graphs` are None where it has no such thing, or where that is not to be used.
    """

    query: str
    update: str | None = None
    graphs: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no address of a server, or holds a password."""
        for url in filter(None, (self.query, self.update, self.graphs)):
            parsed(url)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one answer may have, bytes and rows, and the seconds that a request may take."""

    max_bytes: int = 2_000_000_000
    max_rows: int = 20_000_000
    seconds: float = 600.0


def parsed(url: str) -> SplitResult:
    """Return the parts of an address; raise KgError where it is none of HTTP, or has credentials in it."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and (parts.hostname or "").encode("idna") and parts.port != 0
    except ValueError:
        known = False
    if not known or any(not " " < char < "\x7f" for char in url):
        raise KgError(
            f"'{_without_user(url)}' is no address of an endpoint; write one such as https://example.org/sparql"
        )
    if parts.username is not None or parts.password is not None:
        raise KgError(f"'{_without_user(url)}': an address holds no credentials; set {USER} and {PASSWORD}, or {TOKEN}")
    return parts


def _without_user(url: str) -> str:
    """Return an address without what may be a password in it."""
    before, at, behind = url.rpartition("@")
    return f"{before.partition('//')[0]}//…@{behind}" if at else url


def is_loopback(host: str) -> bool:
    """Tell whether what is sent to a host stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def host_of(parts: SplitResult) -> str:
    """Return the host of an address with its port, also where that is the one of its scheme."""
    return f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"
