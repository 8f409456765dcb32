"""A body of several parts (`multipart/form-data`), each with a type of its own."""

from email import message_from_bytes
from email.policy import HTTP

from kg.serve.refused import Refused

FORM = "multipart/form-data"
_MOST = 100


def parts(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """Return the parts of a body, each as its type and its bytes; raise Refused where there are none, or too many."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = message_from_bytes(head + body, policy=HTTP)
    found = [*message.iter_parts()] if message.is_multipart() else []
    if not found or len(found) > _MOST:
        raise Refused(400, f"{FORM}: expected 1 to {_MOST} parts between its boundaries, found {len(found)}")
    return [(str(one.get("content-type", "")), _content(one.get_payload(decode=True))) for one in found]


def _content(payload: object) -> bytes:
    if not isinstance(payload, bytes):
        raise Refused(400, f"{FORM}: a part that has parts itself")
    return payload
