#!/usr/bin/env bash
# A tool that is called with an argument it does not have answers as if nothing was wrong: a misspelt filter filters nothing.
#
# Packages  mcp 2.3.0 (Python)
# Seen      2026-11-28
# Expected  Arguments that a tool's input schema does not declare are an error, or the schema says that it takes any: a model
#           that writes `grad` for `grade` can only mend what it is told of.
# Happens   MCPServer makes a schema without additionalProperties, drops the argument and calls the function without it; the
#           answer is that of the call without a filter, and is no error.
# Matters   An agent reports all claims as the forecasts that it asked for. Compare the names with the schema before the call.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with mcp==2.3.0

python >got <<'PY'
import asyncio

from mcp.client.client import Client
from mcp.server import MCPServer

server = MCPServer("claims", log_level="CRITICAL")
CLAIMS = {"a": "fact", "b": "forecast", "c": "analysis"}


@server.tool()
def claims(grade: str = "") -> list[str]:
    """The claims of a grade; of all grades where none is given."""
    return [name for name, graded in CLAIMS.items() if grade in ("", graded)]


async def main():
    async with Client(server) as client:
        tool = (await client.list_tools()).tools[0]
        print("additionalProperties:", tool.input_schema.get("additionalProperties", "not said"))
        for arguments in ({"grade": "forecast"}, {"grad": "forecast"}):
            result = await client.call_tool("claims", arguments)
            print(arguments, "error" if result.is_error else "no error", result.structured_content["result"])


asyncio.run(main())
PY

same_as_seen <<'SEEN'
additionalProperties: not said
{'grade': 'forecast'} no error ['b']
{'grad': 'forecast'} no error ['a', 'b', 'c']
SEEN
