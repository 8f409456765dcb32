"""What every answer has: the headers that guard it, its line of log; and an error as an answer."""

from collections.abc import Sequence

from starlette.responses import Response

from kg.serve import guard
from kg.serve.refused import Refused

_RETRY = 1
_SHOWN = 200
Headers = list[tuple[bytes, bytes]]
_GUARDING = [(name.lower().encode(), value.encode()) for name, value in guard.HEADERS]


def guarded(headers: Headers, shared: Sequence[tuple[str, str]]) -> Headers:
    """Return headers with those that guard every answer, unless it has its own, and those that share it."""
    has = {name for name, _ in headers}
    more = [one for one in _GUARDING if one[0] not in has]
    return [*headers, *more, *((name.lower().encode(), value.encode()) for name, value in shared)]


def line(method: str, path: str, status: int) -> str:
    """Return the line of log of an answer, without its time."""
    return f"{_shown(method)} {_shown(path)} {status}"


def _shown(path: str) -> str:
    """Return a path for a line of log: one line, and no longer than that."""
    if len(path) <= _SHOWN and path.isprintable() and " " not in path:
        return path
    return "".join(char if char.isprintable() and char != " " else "?" for char in path[:_SHOWN])


def said(error: Refused) -> Response:
    """Return an error as a response: its line, and when to come again."""
    headers = dict(error.headers) | {"Cache-Control": "no-store"}
    if error.again:
        headers["Retry-After"] = str(_RETRY)
    return Response(f"{error.words}\n", error.status, headers, media_type="text/plain")
