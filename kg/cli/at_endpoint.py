"""The endpoint that a command works at: that of kg.toml, or one that is named."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kg.model.kg_error import KgError
from kg.settings import kg_toml
from kg.settings.endpoint_settings import SERVERS, EndpointSettings

if TYPE_CHECKING:
    from kg.endpoint.client import Endpoint
    from kg.settings.kg_toml import Config

KINDS = click.Choice(SERVERS)


def settings(config: "Config", to: str | None = None, kind: str | None = None) -> EndpointSettings:
    """Return the endpoint that is named, else that of kg.toml; raise KgError where there is neither."""
    known = config.endpoint
    if to is None and known is None:
        where = config.file or kg_toml.FILE_NAME
        raise KgError(f'{where}: names no endpoint; write `endpoint = "https://…"` into its table [store]')
    if to is not None and (known is None or known.query != to):
        limits = known or EndpointSettings("")
        known = replace(limits, query=to, update="", graphs="")
    if known is None:
        raise AssertionError(to)
    return replace(known, server=kind) if kind else known


def opened(config: "Config", *, seconds: float | None = None) -> "Endpoint":
    """Return the endpoint of kg.toml, for questions."""
    from kg.endpoint import servers

    return servers.endpoint_of(settings(config), os.environ, seconds=seconds)
