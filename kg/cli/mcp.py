"""`kg mcp`."""

import contextlib
import json
import sys
from typing import Any

import click

from kg.cli import serve, session
from kg.model.kg_error import KgError

_TOKENS = 2_000


@click.command("mcp")
@click.option("--http", is_flag=True, help="Answer over HTTP instead of standard input and output.")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Where to listen (127.0.0.1 by default).")
@click.option("--port", type=click.IntRange(0, 65_535), default=7311, metavar="N", help="7311 by default; 0 for any.")
@serve.with_token
@serve.with_origins
@click.option("--allow-write", "writing", is_flag=True, help="Let the tool apply write pages that break no rule.")
@click.option(
    "--tokens", type=click.IntRange(800, 50_000), default=_TOKENS, metavar="N",
    help="How long an answer may be (2,000 tokens by default).",
)  # fmt: skip
@click.option("--call", metavar="TOOL", help="Print one answer of a tool and end, for who wants to see it.")
@click.option("--arguments", metavar="JSON", default="{}", help="The arguments of --call.")
@serve.with_limits
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401  # the options above
    """
    Answer agents over the Model Context Protocol: tools, resources and prompts, on standard input and output.

    An agent's host starts it (docs/mcp.md has the configuration). Nothing is written without --allow-write. With --http
    it listens on this machine alone; elsewhere, and to write, a token is needed.
    """
    if options["call"]:
        _print_call(ctx, options)
        return
    try:
        from kg.agents import run  # loads mcp, starlette and uvicorn
    except ImportError:
        raise _absent() from None
    started = _started(ctx, options)
    if not options["http"]:
        if sys.stdin.isatty():
            session.say(
                ctx, "an agent's host speaks here, as docs/mcp.md has it; --call shows an answer, Ctrl-C ends it"
            )
        run.on_streams(started)
        return
    from kg.serve.guard import Guard
    from kg.serve.run import Address

    token = serve.token_of(options)

    def ready(address: str) -> None:
        session.say(ctx, f"answering agents at {address}; Ctrl-C ends it")

    with contextlib.suppress(KeyboardInterrupt):
        run.over_http(
            Address(options["host"], options["port"]), started, Guard(token, frozenset(options["origins"])), ready
        )
    session.say(ctx, "stopped")


def _absent() -> KgError:
    return KgError("kg mcp needs the library mcp; `pip install 'newsroom-kg[mcp]'` installs it")


def _started(ctx: click.Context, options: dict[str, Any]) -> Any:  # noqa: ANN401  # calls.Started, which loads mcp
    from dataclasses import replace

    from kg.agents.calls import Started
    from kg.ingest import processes

    setting = serve.setting_of(ctx, options, writing=options["writing"])
    workers = setting.limits.workers or processes.available()
    setting = replace(setting, program="kg.agents.worker")
    return Started(setting, options["tokens"], options["writing"], workers, serve.log_of(ctx))


def _print_call(ctx: click.Context, options: dict[str, Any]) -> None:
    """Print what one call of a tool gives; there is no proposal here that could be applied."""
    from kg.agents.tools import READING, WRITING, Tools
    from kg.model import did_you_mean
    from kg.rdf.deadline import deadline

    possible = [name for name in (*READING, *WRITING) if name != "apply"]
    tool = options["call"]
    if tool not in possible:
        hint = did_you_mean.hint(tool, possible, f"use one of {', '.join(possible)}")
        raise click.BadParameter(f"there is no tool '{tool}' to call here; {hint}", param_hint="--call")
    try:
        from kg.agents import catalogue  # loads pydantic
    except ImportError:
        raise _absent() from None
    arguments = catalogue.given(tool, _arguments(options["arguments"]))
    setting = serve.setting_of(ctx, options, writing=False)
    with deadline(setting.limits.seconds, "the call took longer than"):
        done = Tools(setting).do({"tool": tool, "arguments": arguments, "tokens": options["tokens"]}, "")
    record = json.loads(done.data)
    record.pop("kept", None)
    sys.stdout.write(json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _arguments(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"expected an object of JSON: {error}", param_hint="--arguments") from None
    if not isinstance(found, dict):
        raise click.BadParameter(f"expected an object of JSON, found {text[:40]!r}", param_hint="--arguments")
    return found
