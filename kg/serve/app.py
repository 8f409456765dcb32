"""The server: each address with what it answers. Starlette has the addresses, the workers have the store."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf import changing_values
from kg.serve import again, formats, protocol, responses, stamp
from kg.serve.again import Again, Ready
from kg.serve.direct import Direct
from kg.serve.formats import Chosen
from kg.serve.guard import Guard
from kg.serve.jobs import Setting
from kg.serve.kept import Kept
from kg.serve.limits import MEGABYTE, ON_THEIR_WAY, PIECE, RECEIVING
from kg.serve.outgoing import OnTheirWay
from kg.serve.pages import Pages
from kg.serve.pool import Gone, Pool, Reply
from kg.serve.protocol import Operation, Sent
from kg.serve.refused import Refused
from kg.serve.responses import said
from kg.serve.stamp import Current
from kg.serve.turns import Turns

ENDPOINT, STORE, VOID = "/sparql", "/store", "/.well-known/void"
# Views of files that are read as they are now, whichever generation is current.
_CHANGING = frozenset({"pictures"})
_PERHAPS = re.compile("NOW|RAND|UUID", re.IGNORECASE)
_NOWHERE = f"nothing is here; what is served is at {ENDPOINT}, {STORE}, {VOID} and, for people, at /"
_WRITTEN = frozenset({200, 201, 204})
# What an IRI has as it is where it is sent as an address.
_IN_ADDRESSES = "%:/?#[]@!$&'()*+,;=~-._"
_GONE = 499  # in the log alone: nobody is there to read it


@dataclass(frozen=True, slots=True)
class Served:
    """What is served: the store and the limits, who may ask, how many workers, and where a line of log goes."""

    setting: Setting
    guard: Guard
    workers: int
    say: Callable[[str], None]


class Server:
    """The answers, by address."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._current = Current(served.setting.folder, dict(served.setting.prefixes))
        self._kept = Kept()
        self.again = Again(self._current, served.say)
        self.direct = Direct(ENDPOINT, self.sparql, served.guard, self.again)
        self._updates = Turns(served.setting)
        self._on_their_way = OnTheirWay(served.setting.limits.answer * MEGABYTE * ON_THEIR_WAY)
        self.pool = Pool(served.setting, served.workers, served.say)

    async def end(self) -> None:
        """End the workers, and an update when it is finished."""
        await self.pool.stop()
        await self._updates.end()

    async def sparql(self, request: Request) -> Response:
        """Answer the SPARQL 1.1 Protocol, and without a query the description of the service."""
        sent = await self._sent(request)
        operation = protocol.read(sent)
        if operation.kind == "update":
            return await self._update(operation)
        if operation.kind == "query":
            job = {"kind": "query", "default": operation.default, "named": operation.named}
            return await self.asked(request, job, operation.text)
        here = f"{request.url.scheme}://{request.url.netloc}"
        values = {"endpoint": {"iri": f"{here}{ENDPOINT}"}, "void": {"iri": f"{here}{VOID}"}}
        written = {"writing": {"text": "true" if self._served.guard.writing else "false"}}
        return await self.asked(request, {"kind": "service", "values": values | written})

    async def graph(self, request: Request) -> Response:
        """Answer the Graph Store Protocol: a graph by ?graph=, ?default, or its address below the base."""
        reads = request.method in ("GET", "HEAD")
        if not reads and not self._served.guard.writing:
            words = "graphs are only read here; `kg serve --write` with a token takes them"
            raise Refused(405, words, headers=(("Allow", "GET, HEAD"),))
        if request.method == "PATCH":
            words = "a graph is put, added to, or taken away; a part of it is changed by an update"
            raise Refused(405, words, headers=(("Allow", "GET, HEAD, PUT, POST, DELETE"),))
        name = protocol.graph(_parameters(request))
        below = "path" in request.path_params
        if below:
            if name is not None:
                raise Refused(400, "the address names a graph already; leave ? and what follows out")
            name = protocol.below(request.scope["raw_path"].decode("latin-1").partition(f"{STORE}/")[2])
        if name is None and request.method != "POST":
            raise Refused(400, "name one graph: ?graph=IRI, or ?default")
        job = {"graph": name, "below": below}
        return await (self.asked(request, {"kind": "graph", **job}) if reads else self._put(request, job))

    async def _put(self, request: Request, job: Mapping[str, Any]) -> Response:
        """Put a graph, add to it or take it away, in a process of its own."""
        if request.headers.get("if-match", "*") != "*":
            raise Refused(412, "the tags of answers here are weak, and a write cannot be held to one (If-Match)")
        sent = await self._sent(request)
        fresh = request.headers.get("if-none-match", "").strip() == "*"
        told = {"kind": "put", **job, "method": sent.method, "content_type": sent.content_type, "fresh": fresh}
        return self._done(await self._updates.apply(told, sent.body))

    async def void(self, request: Request) -> Response:
        """Answer with the description of the data set."""
        endpoint = f"{request.url.scheme}://{request.url.netloc}{ENDPOINT}"
        return await self.asked(request, {"kind": "void", "endpoint": endpoint})

    async def asked(
        self, request: Request, job: Mapping[str, Any], text: str = "", accept: str | None = None
    ) -> Response:  # fmt: skip
        """Return what a worker answers, or that nothing is new; `accept` stands in for that of the client."""
        changing = job.get("view") in _CHANGING or await _is_changing(text)
        generation = "" if changing else self._tag()
        accept = ",".join(request.headers.getlist("accept")) if accept is None else accept
        found = formats.by_kind(accept)
        forms = {kind: one.form if one else None for kind, one in found.items()}
        question = json.dumps([{**job, "forms": forms}, text])
        asked = question + repr(found)
        alone = not changing and "beside" not in job  # what a page has beside it is looked at each time
        if generation and (tag := stamp.variant(generation, asked)) in _those_it_has(request):
            if alone:
                request.scope["kg.tag"] = generation
            return _unchanged(tag)
        reply = self._kept.find(generation, question)
        if reply is None:
            async with _leaving(request) as leaving:
                reply = await self.pool.run({**job, "forms": forms}, text.encode(), leaving)
            if not changing:
                self._kept.keep(question, reply)
        if alone:
            request.scope["kg.tag"] = reply.head.get("tag")
        answer = _response(request.method, reply, found, "" if changing else asked)
        if not changing and "*" in _those_it_has(request):
            return _unchanged(answer.headers["ETag"])
        return self._on_their_way.sent(answer)

    def _tag(self) -> str:
        """Return the tag of the current generation; empty where there is none, which the worker says."""
        try:
            return self._current.stamp().tag
        except (KgError, OSError):
            return ""

    async def _update(self, operation: Operation) -> Response:
        """Apply an update in a process of its own; once it began it is finished, whoever left."""
        self._served.guard.check_write()
        job = {"kind": "update", "default": operation.default, "named": operation.named}
        return self._done(await self._updates.apply(job, operation.text.encode()))

    def _done(self, reply: Reply) -> Response:
        """Return what a write came to."""
        status = reply.head["status"]
        if status not in _WRITTEN:
            raise _refused(reply)
        headers = {"Cache-Control": "no-store"}
        if "location" in reply.head:
            headers["Location"] = quote(reply.head["location"], safe=_IN_ADDRESSES)
        return Response(reply.body, status, headers, media_type="application/json" if reply.body else None)

    async def _sent(self, request: Request) -> Sent:
        """Return a request with its whole body, within its limits."""
        most = self._served.setting.limits.request
        if request.headers.get("content-encoding", "identity") != "identity":
            raise Refused(415, "Content-Encoding: send the body as it is")
        too_long = Refused(413, f"the body has more than {most:,} bytes, the limit here")
        if int(request.headers.get("content-length", 0)) > most:  # the digits are h11's to check
            raise too_long
        whole = request.scope.get("kg.body")
        body = await _body(request, too_long, most) if whole is None else whole
        return Sent(request.method, _parameters(request), request.headers.get("content-type", ""), body)


async def _body(request: Request, too_long: Refused, most: int) -> bytes:
    """Return the body of a request as it comes; raise Refused where it does not come, or is too long."""
    body = bytearray()
    try:
        async with asyncio.timeout(RECEIVING):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise too_long
    except TimeoutError:
        raise Refused(408, f"the body did not come within {RECEIVING:g} s") from None
    return bytes(body)


@contextlib.asynccontextmanager
async def _leaving(request: Request) -> AsyncIterator["asyncio.Future[None]"]:
    """Lend what is done when the client leaves."""
    if (known := request.scope.get("kg.leaving")) is not None:
        yield known
        return

    async def left() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass  # of a body that nobody reads

    leaving = asyncio.ensure_future(left())
    try:
        yield leaving
    finally:
        leaving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await leaving


def _parameters(request: Request) -> str:
    """Return what stands behind `?`, as it was sent."""
    return bytes(request.scope["query_string"]).decode("latin-1")


async def _is_changing(text: str) -> bool:
    """Tell whether a query has another answer at every run; a long one is read beside the loop, which others need."""
    if not _PERHAPS.search(text):
        return False
    return bool(await asyncio.to_thread(changing_values.called, text))


def _those_it_has(request: Request) -> frozenset[str]:
    """Return the tags of the answers that the client says it has; `*` is any."""
    if request.method not in ("GET", "HEAD"):
        return frozenset()
    tags = ",".join(request.headers.getlist("if-none-match")).split(",")
    return frozenset(f"W/{one}" if one.startswith('"') else one for one in map(str.strip, tags))


def _unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"})


def _fresh(tag: str, modified: str) -> dict[str, str]:
    return {"ETag": tag, "Last-Modified": modified, "Cache-Control": "no-cache", "Vary": "Accept"}


def _refused(reply: Reply) -> Refused:
    return Refused(reply.head["status"], reply.body.decode(), again=reply.head.get("again", False))


def _response(method: str, reply: Reply, formats_by_kind: Mapping[str, Chosen | None], question: str) -> Response:
    """Return a worker's answer to a `question` as one of HTTP, not to be kept where that is empty; else Refused."""
    if reply.head["status"] != 200:  # noqa: PLR2004  # of HTTP
        raise _refused(reply)
    one = formats_by_kind.get(reply.head["kind"])
    media_type = one.content_type if one else str(reply.head["form"])  # of a page that is its own
    headers = {"Content-Type": media_type, "Content-Length": str(len(reply.body))}
    tag = stamp.variant(reply.head["tag"], question)
    same = _fresh(tag, reply.head["modified"]) if question else {"Cache-Control": "no-store"}
    return Response(b"" if method == "HEAD" else reply.body, headers=headers | same)


Methods = Callable[[str, bool], str]


def _methods(path: str, writing: bool) -> str:  # noqa: FBT001  # of Guard
    """Return the methods of an address, as a header has them."""
    if path == STORE or path.startswith(f"{STORE}/"):
        return "GET, HEAD, PUT, POST, DELETE" if writing else "GET, HEAD"
    return "GET, HEAD, POST" if path == ENDPOINT else "GET, HEAD"


class Guarded:
    """What stands before every address: who may ask, how an error is said, and a line of log without what was asked."""

    def __init__(
        self, app: ASGIApp, served: Served, kept_again: Again | None = None, methods: Methods = _methods
    ) -> None:
        self._app, self._served, self._again, self._methods = app, served, kept_again, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, since, status, begun = Request(scope), time.monotonic(), 500, False
        shared = self._served.guard.sharing(request.headers)
        headers: list[tuple[bytes, bytes]] = []
        body = b""

        async def sending(message: Message) -> None:
            nonlocal status, begun, body, headers
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                message["headers"] = headers = responses.guarded([*message["headers"]], shared)
            elif len(body) <= PIECE:
                body += message["body"]
            await send(message)

        try:
            await (await self._answer(request))(scope, receive, sending)
        except asyncio.CancelledError:  # the server ends, and waited as long as it does
            if begun:
                raise
            ending = Refused(503, "the server was told to end; try again", again=True)
            await said(ending)(scope, receive, sending)
        finally:
            took = (time.monotonic() - since) * 1000
            line = responses.line(request.method, scope["path"], status)
            self._served.say(f"{line} {took:.0f} ms")
        self._keep(request, again.ready(status, headers, body, f"{line} 0 ms"))

    def _keep(self, request: Request, answer: Ready | None) -> None:
        """Keep an answer for the same request, where it is that of a generation."""
        whole, tag = request.scope.get("kg.request"), request.scope.get("kg.tag")
        if (
            self._again
            and answer
            and whole
            and tag
            and again.may_be_kept(request.scope["http_version"], request.headers, whole)
        ):
            self._again.keep(tag, whole, answer)

    async def _answer(self, request: Request) -> ASGIApp:
        """Return what answers a request."""
        try:
            if request.method == "OPTIONS" and "origin" in request.headers:
                guard = self._served.guard
                methods = self._methods(request.scope["path"], guard.writing)
                return Response(status_code=204, headers=dict(guard.preflight(request.headers, methods)))
            self._served.guard.check(request.headers, request.method)
        except Refused as error:
            return said(error)
        return self._app


Handler = Callable[[Request], Awaitable[Response]]


def app(served: Served) -> tuple[ASGIApp, Server]:
    """Return the server as an application, and what answers within it."""
    server = Server(served)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await server.pool.start()
        try:
            yield
        finally:
            await server.end()

    pages, machines = Pages(served.setting, server.asked), (ENDPOINT, STORE, VOID)

    async def refused(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):  # no such address, or no such method there
            words = _NOWHERE if error.status_code == 404 else error.detail  # noqa: PLR2004  # of HTTP
            error = Refused(error.status_code, words, headers=tuple((error.headers or {}).items()))
        if not isinstance(error, Refused):
            return Response(status_code=_GONE)
        return (pages.refused(request, error) if request.url.path not in machines else None) or said(error)

    graphs = ["GET", "PUT", "POST", "DELETE", "PATCH"]
    routes = [
        Route(ENDPOINT, server.sparql, methods=["GET", "POST"]),
        Route(STORE, server.graph, methods=graphs),
        Route(f"{STORE}/{{path:path}}", server.graph, methods=graphs),
        Route(VOID, server.void, methods=["GET"]),
        *pages.routes(),
    ]
    handled = dict.fromkeys((Refused, HTTPException, Gone, ClientDisconnect), refused)
    made = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handled)
    made.router.redirect_slashes = False
    return Guarded(made, served, server.again), server
