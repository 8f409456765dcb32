"""The server's side of a call: a worker that may be killed has it, and its answer becomes one of the protocol."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from mcp_types import CallToolResult, ResourceLink, TextContent

from kg.agents import budget
from kg.agents.proposals import Proposals
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.serve.jobs import Setting
from kg.serve.pool import Pool, Reply
from kg.serve.refused import Refused
from kg.serve.turns import Turns

PAGES = "kg://page/"
_LINKS = 3
_DONE = 200


@dataclass(frozen=True, slots=True)
class Started:
    """How a server was started: on what, how long answers are, whether it writes, and where a line of log goes."""

    setting: Setting
    tokens: int
    writing: bool
    workers: int
    say: Callable[[str], None]


class Calls:
    """The tools of a server, as a client calls them."""

    def __init__(self, started: Started) -> None:
        self._started = started
        self.pool = Pool(started.setting, started.workers, started.say)
        self._writes = Turns(started.setting)
        self._proposals = Proposals()
        self._running: set[asyncio.Future[Reply]] = set()

    async def end(self) -> None:
        """End the workers, and what is being written when it is finished."""
        await self.pool.stop()
        await self._writes.end()

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> CallToolResult:
        """Return the answer of a tool, as data and as the same text, with links to its pages; an error is one line."""
        since, status = time.monotonic(), "failed"
        try:
            record = await self._record(tool, arguments)
            status = "ok"
        except KgError as error:
            return failed(str(error))
        finally:
            self._started.say(f"{tool} {status} {(time.monotonic() - since) * 1000:.0f} ms")
        kept = record.pop("kept", None)
        if kept:
            self._proposals.keep(record["proposal"], record["hash"], kept)
        text = TextContent(type="text", text=budget.dumped(record))
        return CallToolResult(content=[text, *links(record)], structured_content=record)

    async def _record(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        most = self._started.setting.limits.request
        if len(json.dumps(arguments)) > most:
            raise KgError(f"the arguments have more than {most:,} bytes, the limit here; give less")
        job = {"kind": "tool", "tool": tool, "arguments": dict(arguments), "tokens": self._started.tokens}
        if tool == "apply":
            name, pages_hash = arguments["proposal"], arguments["hash"]
            pages = [*self._proposals.pages(name, pages_hash)]
            job["arguments"] = {"pages": pages, "writing": self._started.writing}
            writing = asyncio.ensure_future(self._writes.apply(job, b""))
            self._running.add(writing)  # it is finished, whoever is cancelled that waits for it
            writing.add_done_callback(self._running.discard)
            return _read(await asyncio.shield(writing))
        return _read(await self._asked(job))

    async def page(self, path: str) -> str:
        """Return the text of a page; raise KgError where the wiki has none of this path."""
        job = {"kind": "tool", "tool": "whole_page", "arguments": {"path": path}}
        text: str = _read(await self._asked(job))["text"]
        return text

    async def _asked(self, job: Mapping[str, Any]) -> Reply:
        """Return what a worker answers; a call that is cancelled ends its worker."""
        leaving: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        return await self.pool.run(job, b"", leaving)


def _read(reply: Reply) -> dict[str, Any]:
    """Return the record of a reply; raise Refused where it is none."""
    if reply.head["status"] != _DONE:
        raise Refused(reply.head["status"], reply.body.decode(), again=reply.head.get("again", False))
    record: dict[str, Any] = json.loads(reply.body)
    return record


def failed(words: str) -> CallToolResult:
    """Return an error as a result, in one line."""
    line = next(filter(None, (line.strip() for line in words.split("\n"))), "it failed")
    return CallToolResult(content=[TextContent(type="text", text=line)], is_error=True)


def links(record: Mapping[str, Any]) -> list[ResourceLink]:
    """Return links to the first pages that an answer names."""
    found: list[ResourceLink] = []
    left = budget.LINKS
    for path in dict.fromkeys(_paths(record)):
        link = ResourceLink(type="resource_link", uri=f"{PAGES}{quote(path)}", name=path, mime_type="text/markdown")
        length = budget.tokens(link.model_dump_json(exclude_none=True, by_alias=True))
        if length <= left and len(found) < _LINKS:
            found.append(link)
            left -= length
    return found


def _paths(value: Any) -> list[str]:  # noqa: ANN401  # any value of JSON
    """Return the paths of pages in an answer, in their order."""
    if isinstance(value, list):
        return [path for one in value for path in _paths(one)]
    if not isinstance(value, Mapping):
        return []
    own = [value["place"].split(".md:")[0] + ".md"] if ".md:" in str(value.get("place", "")) else []
    own += [value["path"]] if str(value.get("path", "")).endswith(".md") else []
    return own + [path for one in value.values() for path in _paths(one)]
