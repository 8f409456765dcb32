"""The description of what is served, in OpenAPI 3.1: what is written down once, and a path for each query."""

import json
from pathlib import Path
from typing import Any

import kg
from kg.ask import own_queries, query
from kg.model import declared
from kg.model.grades import GRADES
from kg.rdf import sparql_text
from kg.rdf.sparql_text import Parameter, Query
from kg.serve import openapi_protocol

_KINDS: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    "date": {"type": "string", "format": "date"},
}


def document(own: Path | None) -> bytes:
    """Return the description, with the queries of a folder of the user's own beside the library's."""
    found: dict[str, Any] = json.loads(declared.read("templates/live/openapi.json"))
    found["info"]["version"] = kg.__version__
    found["paths"] = {**openapi_protocol.paths(), **found["paths"]}
    named = [query.find(name) for name in sparql_text.library()]
    named += own_queries.listing(own)[0] if own else []
    for one in named:
        found["paths"][f"/queries/{one.name}"] = {"get": _operation(one)}
    return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"


def _operation(question: Query) -> dict[str, Any]:
    return {
        "operationId": f"query_{question.name}",
        "tags": ["queries"],
        "summary": question.title,
        "description": question.about,
        "parameters": [*map(_parameter, question.parameters), {"$ref": "#/components/parameters/format"}],
        "responses": _responses(),
    }


def _responses() -> dict[str, Any]:
    names = ("answer", "unchanged", "bad", "missing", "unacceptable", "busy", "late", "large")
    codes = ("200", "304", "400", "404", "406", "503", "504", "507")
    return {code: {"$ref": f"#/components/responses/{name}"} for code, name in zip(codes, names, strict=True)}


def _parameter(one: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_KINDS.get(one.kind, {"type": "string", "minLength": 1}))
    if one.choices or one.kind == "grade":
        schema["enum"] = list(one.choices or GRADES)
        schema.pop("minLength", None)
    if one.default is not None:
        schema["default"] = int(one.default) if one.kind == "integer" else one.default
    needed = not one.optional and one.default is None
    return {"name": one.name, "in": "query", "required": needed, "description": one.help, "schema": schema}
