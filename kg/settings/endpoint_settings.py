"""`[store] endpoint` of kg.toml: the foreign store that a wiki is published to and asked at."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.model.kg_error import KgError
from kg.model.records import dataclass

STANDARD, OXIGRAPH, VIRTUOSO = "standard", "oxigraph", "virtuoso"
SERVERS = (STANDARD, OXIGRAPH, VIRTUOSO)
KEYS = {"endpoint": str, "update": str, "graphs": str, "server": str, "seconds": int, "max_bytes": int, "max_rows": int}
_SECRET = re.compile(
    r"(?:.*_)?(?:user(?:name)?|login|pass(?:word|wd|phrase)?|token|secret|credentials?|api_?key|auth.*)"
)


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """
    Where a foreign store is asked, where it takes updates and whole graphs, and which server it is.

    `update` and `graphs` are empty where they follow from `query`, or are not to be used; `seconds`, `max_bytes` and
    `max_rows` are the most that one answer may take.
    """

    query: str
    update: str = ""
    graphs: str = ""
    server: str = STANDARD
    seconds: int = 600
    max_bytes: int = 2_000_000_000
    max_rows: int = 20_000_000


def refuse_secrets(file: Path, table: Mapping[str, Any]) -> None:
    """Raise KgError for a key that is called like a credential: kg.toml is a file that is shared."""
    for key in table:
        if key not in KEYS and _SECRET.fullmatch(key.casefold().replace("-", "_")):
            raise KgError(
                f"{file}: store.{key}: credentials do not stand in kg.toml; remove it, and set KG_ENDPOINT_USER and "
                "KG_ENDPOINT_PASSWORD, or KG_ENDPOINT_TOKEN"
            )


def of(file: Path, table: Mapping[str, Any]) -> EndpointSettings | None:
    """Return what a table `[store]`, whose types are checked, says of an endpoint; None where it names none."""
    said = {key: table[key] for key in KEYS if key in table}
    if "endpoint" not in said:
        if said:
            raise KgError(
                f'{file}: store.{next(iter(said))}: goes with an endpoint; write `endpoint = "https://…"` too'
            )
        return None
    if said.get("server", STANDARD) not in SERVERS:
        raise KgError(f"{file}: store.server: unknown '{said['server']}'; use one of {', '.join(SERVERS)}")
    for key in ("seconds", "max_bytes", "max_rows"):
        if said.get(key, 1) < 1:
            raise KgError(f"{file}: store.{key}: {said[key]!r} cannot be used here")
    return EndpointSettings(said.pop("endpoint"), **said)
