"""The client of the protocol's own library, in a thread: a test calls tools of a real `kg mcp`, over its streams or HTTP."""

import asyncio
import json
import os
import tempfile
import threading
from pathlib import Path

import httpx2
from jsonschema import Draft202012Validator
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from support.commands import ENTRY, handing_over
from support.places import ROOT

from kg.agents import budget


class Agent:
    """
    A client that is connected until it is closed; `log` is what the server said beside the protocol.

    The server is a fork, or with `new` a new interpreter, as in support/kg_server.py.
    """

    def __init__(self, folder=None, *options, url="", token="", new=False):
        self._entry = ENTRY if new else None if url else handing_over()
        self.log = tempfile.NamedTemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # closed at the end
        self._folder, self._options, self._url, self._token = folder, options, url, token
        self._loop = asyncio.new_event_loop()
        self._ready, self._stop, self._failure = threading.Event(), None, None
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._connected(),))
        self._thread.start()
        self._ready.wait(60)
        if self._failure:
            self.close()
            raise self._failure
        self.tools = {tool.name: tool for tool in self._ran(self._client.list_tools()).tools}

    async def _connected(self):
        self._stop = asyncio.Event()
        try:
            http = httpx2.AsyncClient(headers=self._headers(), timeout=60)
            async with http, Client(self._transport(http)) as self._client:
                self._ready.set()
                await self._stop.wait()
        except Exception as error:  # noqa: BLE001  # the test has it
            self._failure = next(iter(getattr(error, "exceptions", [error])))
        finally:
            self._ready.set()

    def _headers(self):
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _transport(self, http):
        if self._url:
            return streamable_http_client(self._url, http_client=http)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
        server = StdioServerParameters(
            command=self._entry[0], args=[*self._entry[1:], "mcp", *self._options], cwd=self._folder,
            env={**kept, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        return stdio_client(server, errlog=self.log)

    def _ran(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def result(self, tool, **arguments):
        """What a tool gives, an error included."""
        return self._ran(self._client.call_tool(tool, arguments))

    def call(self, tool, **arguments):
        """The data of an answer, which fits its schema and is the text that stands beside it."""
        result = self.result(tool, **arguments)
        assert not result.is_error, result.content[0].text
        Draft202012Validator(self.tools[tool].output_schema).validate(result.structured_content)
        assert json.loads(result.content[0].text) == result.structured_content
        self.links = [one for one in result.content if one.type == "resource_link"]
        self.tokens = length(result)
        return result.structured_content

    def refused(self, tool, **arguments):
        """The line of an error."""
        result = self.result(tool, **arguments)
        assert result.is_error
        assert "\n" not in result.content[0].text
        return result.content[0].text

    def read(self, uri):
        return self._ran(self._client.read_resource(uri)).contents[0]

    def ask(self, what, *arguments):
        """Whatever else the client can be asked."""
        return self._ran(getattr(self._client, what)(*arguments))

    def said(self):
        return Path(self.log.name).read_text(encoding="utf-8")

    def close(self):
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)
        self._loop.close()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def length(result):
    """How many tokens a whole result has, by the estimate: its text, its data and its links together."""
    texts = [
        one.text if one.type == "text" else one.model_dump_json(exclude_none=True, by_alias=True)
        for one in result.content
    ]
    return sum(map(budget.tokens, [*texts, budget.dumped(result.structured_content or {})]))
