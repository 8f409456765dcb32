"""SPARQL's protocols in OpenAPI: each address with its parameters, bodies, answers and statuses."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.serve import formats
from kg.serve.protocol import FORM, QUERY, UPDATE

Described = Mapping[str, Any]

_TEXT = {"type": "string"}
_IRI = {"type": "string", "format": "uri"}
_PROBLEM = {"description": "one line that says why", "content": {"text/plain": {"schema": _TEXT}}}
_STATUSES = {
    "304": "nothing is new since the tag in If-None-Match",
    "400": "what was asked is none, or cannot be answered",
    "401": "a token is needed",
    "403": "a page of another site asks, or nothing is written here",
    "404": "no such graph",
    "405": "no such method here",
    "406": "no format in Accept that is written",
    "408": "the body did not come in time",
    "409": "a page was edited since its ingest",
    "412": "a condition of the request does not hold",
    "413": "the body is too long",
    "415": "a body of another kind, or not UTF-8",
    "421": "asked by another name than this machine's",
    "503": "too many ask; come again after Retry-After",
    "504": "it took too long, and was stopped",
    "507": "it took more memory, or has more rows, than the limit",
}
_ALWAYS = ("401", "403", "405", "421")
_READING = ("304", "400", "401", "403", "405", "406", "415", "421", "503", "504", "507")
_WRITING = ("400", "401", "403", "404", "405", "408", "409", "412", "413", "415", "421", "503", "504", "507")


def paths() -> dict[str, Any]:
    """Return the paths of SPARQL's protocols, of the data set and of the description itself."""
    return {**sparql(), **graphs(), **data_set()}


def sparql() -> dict[str, Any]:
    """Return the paths of the SPARQL 1.1 Protocol."""
    asked = [_parameter("default-graph-uri", many=True), _parameter("named-graph-uri", many=True)]
    using = [_parameter("using-graph-uri", many=True), _parameter("using-named-graph-uri", many=True)]
    form = {
        "type": "object",
        "properties": {"query": _TEXT, "update": _TEXT, **{one["name"]: one["schema"] for one in asked + using}},
    }
    bodies = {QUERY: {"schema": _TEXT}, UPDATE: {"schema": _TEXT}, FORM: {"schema": form}}
    read = operation(
        "query", "Ask a query; without one, the description of the service.",
        [_parameter("query", _TEXT), *asked], _media(formats.ROWS + formats.GRAPHS),
    )  # fmt: skip
    write = operation(
        "queryOrUpdate", "Ask a query, or with --write and a token send an update.",
        [*asked, *using], _media(formats.ROWS + formats.GRAPHS), sorted({*_READING, *_WRITING}),
    )  # fmt: skip
    return {"/sparql": {"get": read, "post": {**write, "requestBody": {"required": True, "content": bodies}}}}


def graphs() -> dict[str, Any]:
    """Return the paths of the Graph Store Protocol: a graph by a parameter, or by its address below the base."""
    named = [_parameter("graph"), _parameter("default", {"type": "string", "enum": [""]})]
    address = [{"name": "path", "in": "path", "required": True, "schema": _TEXT}]
    return {"/store": _store("", named), "/store/{path}": _store("Below", address)}


def data_set() -> dict[str, Any]:
    """Return the paths of what is said of the data set, and of this description."""
    read = operation("dataSet", "Describe the data set in the words of VoID.", [], _media(formats.GRAPHS))
    itself = operation(
        "description", "Return this description.", [], {"application/json": {"schema": {"type": "object"}}}, _ALWAYS
    )
    return {"/.well-known/void": {"get": read}, "/openapi.json": {"get": itself}}


def operation(
    name: str, summary: str, parameters: Sequence[Described], media: Described, statuses: Iterable[str] = _READING
) -> dict[str, Any]:  # fmt: skip
    """Return an operation that answers 200 in some media types, and a line of text with each of the other statuses."""
    refused = {one: {**_PROBLEM, "description": _STATUSES[one]} for one in statuses}
    if "304" in refused:
        refused["304"] = {"description": _STATUSES["304"]}
    answers = {"200": {"description": "the answer", "content": dict(media)}, **refused}
    return {"operationId": name, "summary": summary, "parameters": [*parameters], "responses": answers}


def _store(name: str, parameters: Sequence[Described]) -> dict[str, Any]:
    """Return the operations on a graph that some parameters name."""
    bodies = {"required": True, "content": _media(formats.GRAPHS_IN) | {"multipart/form-data": {"schema": {}}}}
    read = operation(f"readGraph{name}", "Return a graph.", parameters, _media(formats.GRAPHS), (*_READING, "404"))
    head = operation(f"headOfGraph{name}", "Return the headers of a graph.", parameters, {}, (*_READING, "404"))
    put = _writing(f"putGraph{name}", "Put a graph in the place of what there is.", parameters)
    post = _writing(f"addToGraph{name}", "Add triples to a graph.", parameters)
    gone = _writing(f"deleteGraph{name}", "Take a graph away.", parameters)
    bodied = {"put": {**put, "requestBody": bodies}, "post": {**post, "requestBody": bodies}}
    return {"get": read, "head": head, **bodied, "delete": gone}


def _writing(name: str, summary: str, parameters: Sequence[Described]) -> dict[str, Any]:
    made = operation(name, f"{summary} With --write and a token.", parameters, {}, _WRITING)
    done = {"201": "a graph was made", "204": "the graph says that now"}
    made["responses"].update({status: {"description": words} for status, words in done.items()})
    return made


def _media(offered: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {media_type: {"schema": _TEXT} for media_type, _ in offered}


def _parameter(name: str, schema: Described = _IRI, *, many: bool = False) -> dict[str, Any]:
    """Return a parameter behind `?`, that may stand there several times where it is `many`."""
    kind = {"type": "array", "items": dict(schema)} if many else dict(schema)
    return {"name": name, "in": "query", "required": False, "schema": kind}
