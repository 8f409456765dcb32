"""Where a foreign store is, who asks it, and how much of an answer is read."""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import field
from urllib.parse import SplitResult, urlsplit

from kg.model.kg_error import KgError
from kg.model.records import dataclass

USER, PASSWORD, TOKEN = "KG_ENDPOINT_USER", "KG_ENDPOINT_PASSWORD", "KG_ENDPOINT_TOKEN"
_SERVICE = "newsroom-kg"


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
class Credentials:
    """Who asks: a user with a password, or the bearer of a token."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)


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


def credentials(environment: Mapping[str, str], url: str) -> Credentials | None:
    """
    Return who asks, as the environment says it, else what the keyring of the system has for the host; None for neither.

    The keyring is looked into where the package `keyring` is installed and the environment names a user alone.
    """
    if token := environment.get(TOKEN):
        _refuse_unsendable(TOKEN, token, str.isascii)
        return Credentials(token=token)
    user = environment.get(USER, "")
    if not user:
        return None
    password = environment.get(PASSWORD)
    _refuse_unsendable(USER, user)
    _refuse_unsendable(PASSWORD, password or "")
    return Credentials(user, _from_keyring(user, url) if password is None else password)


def _refuse_unsendable(name: str, value: str, also: Callable[[str], bool] = bool) -> None:
    """Raise KgError, without showing it, for a credential that no header can have in it."""
    at = next((at for at, char in enumerate(value, 1) if not (char.isprintable() and also(char))), 0)
    if at:
        raise KgError(
            f"{name}: its character {at} of {len(value)} cannot be sent, such as the end of a line; set it without that"
        )


def _from_keyring(user: str, url: str) -> str:
    try:
        import keyring  # the extra `keyring`
    except ImportError:
        raise KgError(
            "KG_ENDPOINT_USER is set and KG_ENDPOINT_PASSWORD is not; set it, or install newsroom-kg[keyring]"
        ) from None
    place = f"{_SERVICE}:{parsed(url).netloc}"
    password: str | None = keyring.get_password(place, user)
    if password is None:
        raise KgError(
            f"the keyring has no password of '{user}' for {place}; `keyring set {place} {user}` puts it there"
        )
    return password
