"""Who asks which host: credentials are sent to the host that they belong to, and to no other one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from urllib.parse import SplitResult

from kg.endpoint.address import PASSWORD, TOKEN, USER, Address, host_of, parsed
from kg.model.kg_error import KgError
from kg.model.records import dataclass

HOSTS = "KG_ENDPOINT_HOSTS"
_SERVICE = "newsroom-kg"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks: a user with a password, or the bearer of a token."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


class Access:
    """What is sent to a host to say who asks: what belongs to it, and nothing to a host that nothing belongs to."""

    def __init__(self, hosts: frozenset[str], who: Credentials | None, keyring_user: str = "") -> None:
        self.hosts, self._who, self._user = hosts, who, keyring_user
        self._of_keyring: dict[str, Credentials] = {}

    def credentials(self, parts: SplitResult) -> Credentials | None:
        """Return what is sent to the host of an address; KgError where the keyring should have it, and has not."""
        host = host_of(parts)
        if self._who is not None:
            return self._who if host in self.hosts else None
        if host not in self._of_keyring:
            self._of_keyring[host] = Credentials(self._user, _from_keyring(self._user, parts))
        return self._of_keyring[host]


def of_host(who: Credentials, url: str) -> Access:
    """Return credentials as those of the host of one address."""
    return Access(frozenset({host_of(parsed(url))}), who)


def access(environment: Mapping[str, str], place: Address) -> Access | None:
    """
    Return who asks, as the environment says it; None where it says nothing.

    What the environment holds belongs to the host that is asked, or to those that it names in KG_ENDPOINT_HOSTS. Where
    it names a user alone each host gets the password that the keyring of the system has for it, which needs `keyring`.
    """
    hosts = _hosts(environment.get(HOSTS, ""), place)
    if token := environment.get(TOKEN):
        _refuse_unsendable(TOKEN, token, str.isascii)
        return Access(hosts, Credentials(token=token))
    user = environment.get(USER, "")
    if not user:
        return None
    password = environment.get(PASSWORD)
    _refuse_unsendable(USER, user)
    _refuse_unsendable(PASSWORD, password or "")
    if password is not None:
        return Access(hosts, Credentials(user, password))
    found = Access(hosts, None, user)
    found.credentials(parsed(place.query))
    return found


def _hosts(text: str, place: Address) -> frozenset[str]:
    """Return the hosts, with their ports, that a list names; without one it is the host that is asked."""
    addresses = [parsed(url) for url in (place.query, place.update, place.graphs) if url]
    words = [word for word in re.split(r"[\s,]+", text) if word]
    if not words:
        return frozenset({host_of(addresses[0])})
    for word in words:
        _refuse_no_host(word)
    chosen = {word.casefold() for word in words}
    return frozenset(host_of(one) for one in addresses if not chosen.isdisjoint((host_of(one), one.netloc.casefold())))


def _refuse_no_host(word: str) -> None:
    """Raise KgError for a word that is not the host of an address, with its port or without."""
    try:
        is_host = parsed(f"https://{word}").netloc == word
    except KgError:
        is_host = False
    if not is_host:
        shown = word.rpartition("@")[2]  # before that may stand a password
        raise KgError(f"{HOSTS}: '{shown}' is no host; write one as in an address, such as store.example.org:8890")


def _refuse_unsendable(name: str, value: str, also: Callable[[str], bool] = bool) -> None:
    """Raise KgError, without showing it, for a credential that no header can have in it."""
    at = next((at for at, char in enumerate(value, 1) if not (char.isprintable() and also(char))), 0)
    if at:
        raise KgError(
            f"{name}: its character {at} of {len(value)} cannot be sent, such as the end of a line; set it without that"
        )


def _from_keyring(user: str, parts: SplitResult) -> str:
    try:
        import keyring  # the extra `keyring`
    except ImportError:
        raise KgError(
            "KG_ENDPOINT_USER is set and KG_ENDPOINT_PASSWORD is not; set it, or install newsroom-kg[keyring]"
        ) from None
    place = f"{_SERVICE}:{parts.netloc}"
    password: str | None = keyring.get_password(place, user)
    if password is None:
        raise KgError(
            f"the keyring has no password of '{user}' for {place}; `keyring set {place} {user}` puts it there"
        )
    _refuse_unsendable(f"the password of {place}", password)
    return password
