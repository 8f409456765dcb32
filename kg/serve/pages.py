"""Pages for people: their addresses, what a browser may do with them, and what it is told where there is none."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kg.live_pages import live_wiki
from kg.live_pages.asked import HTML
from kg.model import declared
from kg.model.plural import plural
from kg.rdf import sparql_text
from kg.serve import beside, formats, openapi
from kg.serve.jobs import Setting
from kg.serve.refused import Refused
from kg.static_site import html_site

# Each view by its address; {rest} is part of what is asked.
VIEWS = {
    "/": "home", "/topics": "topics", "/sources": "sources", "/claims": "claims", "/contradictions": "contradictions",
    "/findings": "findings", "/history": "history", "/diff": "diff", "/why": "why", "/search": "search",
    "/queries": "queries", "/queries/{rest}": "queries", "/editor": "editor", "/vocabulary": "vocabulary",
    "/graph": "graph", "/pages/{rest:path}": "pages", "/original": "original", "/pictures/{rest:path}": "pictures",
}  # fmt: skip
POLICY = f"{live_wiki.POLICY}; frame-ancestors 'none'"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
# Views that show what is kept in the store beside the current generation.
_OF_THE_STORE = frozenset({"why", "history", "diff"})
_MOST_FIELDS = 100
_NAME = re.compile(r"\w[\w-]*")


class Asking(Protocol):
    """What has a worker answer a request."""

    def __call__(
        self, request: Request, job: Mapping[str, Any], text: str = "", accept: str | None = None
    ) -> Awaitable[Response]:
        """Return the answer; raise Refused where there is none."""


class Pages:
    """The addresses of pages, of what they load, and of the rows of queries that have a name."""

    def __init__(self, setting: Setting, asking: Asking) -> None:
        self._setting, self._asking = setting, asking
        self._static = _static()
        self._environment = html_site.templates(live_wiki.GLOBALS, "live")

    def routes(self) -> list[Route]:
        """Return every address with what answers it."""
        views = [Route(path, self._view(view), methods=["GET"]) for path, view in VIEWS.items()]
        others: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
            ("/answer", self._answer), ("/static/{name}", self._file), ("/openapi.json", self._openapi),
        ]  # fmt: skip
        return [*views, *(Route(path, handler, methods=["GET"]) for path, handler in others)]

    # ---- answers -----------------------------------------------------------------------------------------------------

    def _view(self, view: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                return await self._answered(request, view)
            except Refused as error:
                page = self.refused(request, error)
                if page is None:
                    raise
                return page

        return answer

    async def _answered(self, request: Request, view: str) -> Response:
        fields, rest = _fields(request), request.path_params.get("rest", "")
        form = fields.get("format", "")
        wanted = form or ("html" if _likes_html(request) else "json" if view != "queries" or not rest else "")
        if view == "queries" and rest and wanted != "html":
            return await self._rows(request, rest, fields)
        if form not in ("", "html", "json"):
            raise Refused(400, f"format: expected html or json, found '{form[:60]}'")
        as_json = wanted == "json" and view not in ("pages", "pictures", "home", "editor")
        job = {
            "kind": "page", "view": view, "rest": rest, "fields": fields, "json": as_json,
            "beside": beside.signature(self._setting.config),
        }  # fmt: skip
        if view in _OF_THE_STORE:
            job["kept"] = beside.kept(self._setting.folder)
        text = fields.get("query", "") if view == "editor" else self._text(rest) if view == "queries" and rest else ""
        answer = await self._asking(request, job, text)
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    async def _rows(self, request: Request, name: str, fields: Mapping[str, str]) -> Response:
        """Answer with the rows of a query that has a name, in the format that is asked for."""
        job = {"kind": "library", "name": name, "fields": {**fields}, "beside": beside.signature(self._setting.config)}
        return await self._asking(request, job, self._text(name), _accepted(fields.get("format", "")))

    async def _answer(self, request: Request) -> Response:
        """Answer a query by GET in the format that its address names, for links."""
        fields = _fields(request)
        if set(fields) - {"query", "format"} or not fields.get("query", "").strip():
            raise Refused(400, "expected query= and, if you like, format=")
        job = {"kind": "query", "default": (), "named": ()}
        text = fields["query"].replace("\r\n", "\n")
        return await self._asking(request, job, text, _accepted(fields.get("format", "")))

    def _text(self, name: str) -> str:
        """Return the text of a query that has a name, as far as it tells whether its answer is another each time."""
        if name in sparql_text.library():
            return sparql_text.declared_query(f"library/{name}").text
        folder = beside.queries(self._setting.config)
        file = folder / f"{name}.rq" if folder and _NAME.fullmatch(name) else None
        try:
            return file.read_text(encoding="utf-8", errors="replace") if file else ""
        except OSError:
            return ""

    async def _file(self, request: Request) -> Response:
        found = self._static.get(request.path_params["name"])
        if found is None:
            raise Refused(404, f"no file '{request.path_params['name'][:100]}' goes with the pages")
        data, media_type, tag = found
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(data, headers={**headers, "Content-Type": media_type})

    async def _openapi(self, request: Request) -> Response:  # noqa: ARG002  # of starlette
        folder = beside.queries(self._setting.config)
        return Response(openapi.document(folder), media_type="application/json", headers={"Cache-Control": "no-cache"})

    # ---- nothing there -----------------------------------------------------------------------------------------------

    def refused(self, request: Request, error: Refused) -> Response | None:
        """Return a page that says why there is none and where to go on; None for who wants no page."""
        if not _likes_html(request) or error.status == 401:  # noqa: PLR2004  # of HTTP
            return None
        path = str(request.scope["path"])
        here = "../" * max(path.count("/") - 1, 0)
        made = self._environment.get_template("refused.html").render(
            wiki=_NO_WIKI, plural=plural, here=here, current="", status=error.status, words=error.words
        )
        headers = {**dict(error.headers), "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        if error.again:
            headers["Retry-After"] = "1"
        return Response(made.encode("utf-8", "replace"), error.status, {**headers, "Content-Type": HTML})


class _NoWiki:
    """What the templates have of a wiki that is not asked."""

    title, as_of, content = "This wiki", "", ""
    pages: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


_NO_WIKI = _NoWiki()


def _static() -> dict[str, tuple[bytes, str, str]]:
    """Return the files that pages load: bytes, media type and tag, by name."""
    found = {}
    home = declared.folder("templates")
    for folder in (home / "site" / "static", home / "live" / "static"):
        for file in sorted(folder.iterdir()):
            if file.suffix in _TYPES:
                data = file.read_bytes()
                tag = f'"{hashlib.blake2b(data, digest_size=12).hexdigest()}"'
                found[file.name] = data, _TYPES[file.suffix], tag
    return found


def _fields(request: Request) -> dict[str, str]:
    """Return what stands behind `?` by its names; raise Refused for a name that stands there twice."""
    text = bytes(request.scope["query_string"]).decode("latin-1")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refused(400, f"what stands behind ? is not UTF-8, or more than {_MOST_FIELDS} values") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise Refused(400, f"'{name[:60]}' stands twice behind ?; leave one out")
        found[name] = value
    return found


def _likes_html(request: Request) -> bool:
    """Tell whether a client names HTML and likes nothing that we write better."""
    accept = ",".join(request.headers.getlist("accept"))
    if "text/html" not in accept:
        return False
    best = formats.chosen(accept, (("text/html", "html"), *formats.ROWS, *formats.GRAPHS))
    return best is not None and best.form == "html"


def _accepted(form: str) -> str | None:
    """Return what Accept would be for a format by our name of it; None where none is named."""
    if not form:
        return None
    types = {name: media_type for media_type, name in reversed((*formats.ROWS, *formats.GRAPHS))}
    named = [media_type for media_type, name in (*formats.ROWS, *formats.GRAPHS) if name == form]
    if not named:
        raise Refused(400, f"format: there is no '{form[:60]}'; use one of {', '.join(sorted(types))}")
    return ", ".join(dict.fromkeys(named))
