"""JSON-LD without the network: contexts that are known by their address are put in, all others are refused."""

import json
from collections.abc import Mapping
from typing import Any

from kg.model import declared
from kg.model.kg_error import KgError
from kg.rdf import names

_KNOWN = "https://w3id.org/newsroom-kg/"
_FILES = ("context.jsonld", "source-frame.jsonld")
ADDRESSES = tuple(f"{_KNOWN}{name}" for name in _FILES)
# What schema.org's own context makes of the words of `kg export --format schema-org`: its vocabulary, and texts.
_SCHEMA_ORG = ("https://schema.org", "https://schema.org/", "http://schema.org", "http://schema.org/")


def filled(text: bytes, file: str) -> bytes:
    """
    Return a JSON-LD document without a context that would be fetched; KgError for one that is not known here.

    A document that has none stays as it is, byte for byte, so that the places of its errors are its own.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise KgError(f"{file}: not JSON: {error}") from None
    walked = _walked(document, file)
    return text if walked == document else json.dumps(walked, ensure_ascii=False).encode()


def _walked(part: Any, file: str) -> Any:  # noqa: ANN401  # JSON
    if isinstance(part, list):
        return [_walked(one, file) for one in part]
    if isinstance(part, dict):
        return {key: _context(one, file) if key == "@context" else _walked(one, file) for key, one in part.items()}
    return part


def _context(part: Any, file: str) -> Any:  # noqa: ANN401  # JSON
    """Return a context whose addresses are replaced by what is known to stand there."""
    if isinstance(part, list):
        return [_context(one, file) for one in part]
    if isinstance(part, str):
        return _at(part, file)
    if isinstance(part, dict):
        if "@import" in part:
            raise _refused(str(part["@import"]), file)
        return {key: _term(one, file) for key, one in part.items()}
    return part


def _term(part: Any, file: str) -> Any:  # noqa: ANN401  # JSON
    """Return what a context says of a term, which may have a context of its own."""
    if isinstance(part, dict) and "@context" in part:
        return {**part, "@context": _context(part["@context"], file)}
    return part


def _at(address: str, file: str) -> Mapping[str, Any]:
    if address in ADDRESSES:
        found: Mapping[str, Any] = json.loads(declared.read(f"ontology/{address.removeprefix(_KNOWN)}"))["@context"]
        return found
    if address in _SCHEMA_ORG:
        return {"@vocab": names.expand("schema:")}
    raise _refused(address, file)


def _refused(address: str, file: str) -> KgError:
    return KgError(
        f"{file}: the context '{address[:200]}' would be fetched from the network, which is off; put it into the "
        f"document, or name {ADDRESSES[0]}, which is known here (`kg export --context`)"
    )
