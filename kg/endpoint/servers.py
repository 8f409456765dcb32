"""What differs between servers: where they take what, and how much of a change they take at once."""

from collections.abc import Mapping

from kg.endpoint.access import access
from kg.endpoint.address import Address, Limits
from kg.endpoint.client import Endpoint
from kg.model.records import dataclass
from kg.settings.endpoint_settings import OXIGRAPH, STANDARD, VIRTUOSO, EndpointSettings


@dataclass(frozen=True, slots=True)
class Server:
    """
    What a kind of server needs.

    `update` and `graphs` take the place of `end` at the end of the address that is asked, where kg.toml names none;
    `union` is added to that address, so that all graphs stand outside GRAPH too. An update request of several steps is
    done as a whole or not at all where `atomic`; graphs are put one by one where `whole_graphs`, and in updates of so
    many `bytes` elsewhere. `form` sends texts as fields of a form; `digits` tells that booleans of rows are 1 and 0.
    """

    end: str = ""
    update: str = ""
    graphs: str = ""
    union: str = ""
    atomic: bool = False
    whole_graphs: bool = False
    bytes: int = 4_000_000
    form: bool = False
    digits: bool = False


SERVERS = {
    STANDARD: Server(),
    OXIGRAPH: Server("/query", "/update", "/store", union="union-default-graph", atomic=True, bytes=16_000_000),
    VIRTUOSO: Server("/sparql", "/sparql-auth", "/sparql-graph-crud-auth", whole_graphs=True, form=True, digits=True),
}


def address_of(settings: EndpointSettings) -> Address:
    """Return the addresses that kg.toml names, the others as the kind of server has them."""
    server = SERVERS[settings.server]
    place, _, asked = settings.query.partition("?")
    update, graphs = settings.update, settings.graphs
    if server.end and place.endswith(server.end):
        update = update or place.removesuffix(server.end) + server.update
        graphs = graphs or place.removesuffix(server.end) + server.graphs
    query = "&".join(filter(None, (asked, server.union if server.union not in asked else "")))
    return Address(f"{place}?{query}" if query else place, update or None, graphs or None)


def endpoint_of(
    settings: EndpointSettings, environment: Mapping[str, str], *, seconds: float | None = None
) -> Endpoint:
    """
    Return the endpoint that kg.toml names, with the credentials of the environment; KgError where one is no address.

    That it stands in kg.toml is the user's word that this host may be asked; no other one ever is. An answer may take
    the `seconds` of kg.toml, or these where they are fewer.
    """
    place = address_of(settings)
    limits = Limits(settings.max_bytes, settings.max_rows, min(seconds or settings.seconds, settings.seconds))
    kind = SERVERS[settings.server]
    return Endpoint(place, access(environment, place), limits, form=kind.form, digits=kind.digits)
