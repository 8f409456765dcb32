"""Plain requests, which need no reader of all of HTTP: one head in one packet, with its body, of the usual form.

What is read here is read by h11 to the same; whatever is of another form, or may be none of HTTP, is left to h11.
"""

import re

from kg.model.records import dataclass
from kg.serve.limits import HEAD

Headers = list[tuple[bytes, bytes]]
_REQUEST = re.compile(
    rb"(GET|POST) (/[!-~]*+) HTTP/1\.1\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]++:[\t -~\x80-\xff]*+\r\n)++)\r\n"
)
# What these say changes how a request is read, or what becomes of its connection.
_LEFT = frozenset({b"expect", b"upgrade", b"transfer-encoding", b"te", b"trailer", b"keep-alive"})
_LENGTH = re.compile(rb"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Plain:
    """A request: its method, its path and what stands behind `?`, its headers with their names small, its body."""

    method: str
    path: bytes
    parameters: bytes
    headers: Headers
    body: bytes


def read(data: bytes) -> Plain | None:
    """Return the request that some bytes are, no more and no less; None where that is for h11 to say."""
    found = _REQUEST.match(data)
    if found is None or found.end() > HEAD:
        return None
    headers = [
        (name.lower(), value.strip(b" \t"))
        for name, _, value in (line.partition(b":") for line in found[3].split(b"\r\n")[:-1])
    ]
    names = [name for name, _ in headers]
    if names.count(b"host") != 1 or not _LEFT.isdisjoint(names) or not _stays_open(headers):
        return None
    body = data[found.end() :]
    if not _is_length(body, [value for name, value in headers if name == b"content-length"], found[1]):
        return None
    path, _, parameters = found[2].partition(b"?")
    return Plain(found[1].decode(), path, parameters, headers, body)


def _stays_open(headers: Headers) -> bool:
    return all(value.lower() == b"keep-alive" for name, value in headers if name == b"connection")


def _is_length(body: bytes, lengths: list[bytes], method: bytes) -> bool:
    """Tell whether a body is as long as it is said to be; a GET has none."""
    if method == b"GET" or not lengths:
        return not body and not lengths
    return len(lengths) == 1 and bool(_LENGTH.fullmatch(lengths[0])) and int(lengths[0]) == len(body)
