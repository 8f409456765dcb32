"""Requests of the SPARQL 1.1 Protocol, read: what is asked of which graphs. Nothing here is sent or run."""

import re
from binascii import a2b_qp
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, unquote_to_bytes

from kg.model.records import dataclass
from kg.serve.refused import Refused

FORM = "application/x-www-form-urlencoded"
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
_GRAPHS = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}
_MOST_FIELDS = 1_000
_ONE_QUERY = re.compile("query=(?:[!-$'-~]|%[0-9A-Fa-f]{2})*+")
_ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it was sent: its method, what stands behind `?`, the type of its body, and that."""

    method: str
    parameters: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Operation:
    """
    What a request asks for: `query`, `update`, or `description` of the service; its text, and the graphs meant.

    `default` and `named` are IRIs as the request has them; with none the text itself says it.
    """

    kind: str
    text: str = ""
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def read(sent: Sent) -> Operation:
    """Return what a request asks for; raise Refused where it is none of the protocol."""
    fields = _fields(sent.parameters)
    if sent.method in ("GET", "HEAD"):
        if "update" in fields:
            raise Refused(400, "an update is sent with POST, not with GET")
        return _operation(fields, "query") if "query" in fields else _description(fields)
    sent_as = media_type(sent.content_type)
    if sent_as == FORM:
        return _form(fields, _fields(_decoded(sent.body)))
    kind = {QUERY: "query", UPDATE: "update"}.get(sent_as)
    if kind is None:
        found = f"'{sent_as}'" if sent_as else "nothing"
        raise Refused(415, f"Content-Type: expected {QUERY}, {UPDATE} or {FORM}, found {found}")
    if "query" in fields or "update" in fields:
        raise Refused(400, "the text stands in the body and in the address; send it once")
    return _operation({**fields, kind: [_decoded(sent.body)]}, kind)


def _form(address: Mapping[str, Sequence[str]], body: Mapping[str, Sequence[str]]) -> Operation:
    fields = {name: [*address.get(name, ()), *body.get(name, ())] for name in {**address, **body}}
    kinds = [kind for kind in _GRAPHS if kind in fields]
    if len(kinds) != 1 or kinds[0] in address:
        raise Refused(400, "a form holds one query=, or one update=")
    return _operation(fields, kinds[0])


def _operation(fields: Mapping[str, Sequence[str]], kind: str) -> Operation:
    texts = fields[kind]
    if len(texts) != 1:
        raise Refused(400, f"{len(texts)} of {kind}= in one request; send one")
    other = next((name for one in _GRAPHS if one != kind for name in _GRAPHS[one] if name in fields), "")
    if other:
        raise Refused(400, f"{other} goes with {'an update' if kind == 'query' else 'a query'}, not with this")
    default, named = (tuple(fields.get(name, ())) for name in _GRAPHS[kind])
    return Operation(kind, texts[0].removeprefix("\ufeff").replace("\r\n", "\n"), default, named)


def _description(fields: Mapping[str, Sequence[str]]) -> Operation:
    if fields:
        raise Refused(400, f"no query= beside {', '.join(sorted(fields))}")
    return Operation("description")


def _fields(text: str) -> dict[str, list[str]]:
    """Return the values of a form by their names, in order."""
    if _ONE_QUERY.fullmatch(text):
        return {"query": [_one(text)]}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError:
        raise Refused(400, "a value is not UTF-8") from None
    except ValueError:
        raise Refused(400, f"more than {_MOST_FIELDS:,} values in one request") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _one(text: str) -> str:
    """Return the value of a form that has this one alone, with its escapes as they ought to be; as parse_qsl has it."""
    escaped = text.removeprefix("query=").replace("+", " ").replace("=", "%3D").replace("%", "=")
    try:
        return a2b_qp(escaped.encode()).decode()
    except UnicodeDecodeError:
        raise Refused(400, "a value is not UTF-8") from None


def graph(parameters: str) -> str | None:
    """Return the graph that a request of the Graph Store Protocol names: its IRI, empty for the default graph."""
    fields = _fields(parameters)
    if not fields:
        return None
    if fields.keys() == {"default"} and fields["default"] == [""]:
        return ""
    if fields.keys() != {"graph"} or len(fields["graph"]) != 1 or not fields["graph"][0]:
        raise Refused(400, "name one graph: ?graph=IRI, or ?default")
    return fields["graph"][0]


def below(path: str) -> str:
    """
    Return what stands in an address as an IRI has it: letters beyond ASCII as themselves, all else as it was sent.

    A graph is named so: `%20` is part of a name, and `%C3%A9` is the `é` that no address can hold.
    """
    return _ESCAPED.sub(_letters, path)


def _letters(escaped: re.Match[str]) -> str:
    try:
        return "".join(
            char if not char.isascii() or char.isalnum() or char in "-._~" else f"%{ord(char):02X}"
            for char in unquote_to_bytes(escaped[0]).decode()
        )
    except UnicodeDecodeError:
        return escaped[0]


def media_type(content_type: str) -> str:
    """Return the media type of a body; raise Refused where it is not said to be UTF-8."""
    kind, *rest = content_type.split(";")
    for one in rest:
        name, _, value = one.strip().partition("=")
        if name.lower() == "charset" and value.strip("\"'").lower() not in ("utf-8", "utf8"):
            raise Refused(415, f"charset: expected utf-8, found '{value}'")
    return kind.strip().lower()


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Refused(400, "the body is not UTF-8") from None
