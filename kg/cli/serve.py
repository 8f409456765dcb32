"""`kg serve`."""

import contextlib
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kg.cli import session
from kg.model.kg_error import KgError

TOKEN = "KG_SERVE_TOKEN"  # noqa: S105  # the name of a variable
_SHORTEST = 16


class _Seconds(click.FloatRange):
    """A time that a clock can tell: `nan` is in no range, and says so to nobody."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Return the seconds; fail where they are none."""
        seconds: float = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        return seconds


_LIMITS = (
    ("--timeout", "seconds", _Seconds(min=0.01), "SECONDS", "When a query is stopped (30 by default)."),
    ("--memory", "memory", click.IntRange(min=1), "MB", "How much memory a query may take (1000 by default)."),
    ("--rows", "rows", click.IntRange(min=1), "N", "How many rows an answer may have (1,000,000 by default)."),
    ("--answer", "answer", click.IntRange(min=1), "MB", "How long an answer may be (100 by default)."),
    ("--request", "request", click.IntRange(min=1), "BYTES", "How long a request may be (1,000,000 by default)."),
    ("--workers", "workers", click.IntRange(min=1), "N", "How many queries at once (one a processor by default)."),
    ("--queue", "queue", click.IntRange(min=0), "N", "How many requests may wait (100 by default)."),
)


def with_limits(function: Any) -> Any:  # noqa: ANN401  # a command
    """Add the limits of what a request may cost to a command that answers requests."""
    for flag, name, kind, metavar, about in reversed(_LIMITS):
        function = click.option(flag, name, type=kind, metavar=metavar, help=about)(function)
    return function


def with_token(function: Any) -> Any:  # noqa: ANN401  # a command
    """Add `--token-file` to a command that answers requests."""
    return click.option(
        "--token-file", type=click.Path(path_type=Path), metavar="FILE",
        help=f"A file with the token that every request must have; {TOKEN} in the environment is the same.",
    )(function)  # fmt: skip


def with_origins(function: Any) -> Any:  # noqa: ANN401  # a command
    """Add `--allow-origin` to a command that answers requests."""
    return click.option(
        "--allow-origin", "origins", multiple=True, metavar="ORIGIN",
        help="A site, such as https://example.org, whose pages may ask from a browser.",
    )(function)  # fmt: skip


@click.command("serve")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Where to listen (127.0.0.1 by default).")
@click.option("--port", type=click.IntRange(0, 65_535), default=7310, metavar="N", help="7310 by default; 0 for any.")
@with_token
@click.option("--write", "writing", is_flag=True, help="Take updates, from who has the token.")
@with_origins
@with_limits
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401  # the options above
    """
    Answer SPARQL over HTTP for other programs, and show pages to people, until Ctrl-C.

    It listens on this machine alone; elsewhere, and to write, a token is needed. docs/serve.md has the addresses.
    """
    try:
        from kg.serve import run  # loads starlette and uvicorn
    except ImportError:
        raise KgError(
            "kg serve needs the libraries starlette and uvicorn; `pip install 'newsroom-kg[serve]'` installs them"
        ) from None
    served = _served(ctx, options)

    def ready(address: str) -> None:
        session.say(ctx, f"answering at {address}; Ctrl-C ends it")

    with contextlib.suppress(KeyboardInterrupt):
        run.forever(run.Address(options["host"], options["port"]), served, ready)
    session.say(ctx, "stopped")


def _served(ctx: click.Context, options: dict[str, Any]) -> Any:  # noqa: ANN401  # app.Served, which loads starlette
    from kg.ingest import processes
    from kg.serve.app import Served
    from kg.serve.guard import Guard

    token = token_of(options)
    setting = setting_of(ctx, options, writing=options["writing"])
    guard = Guard(token, frozenset(options["origins"]), options["writing"])
    return Served(setting, guard, setting.limits.workers or processes.available(), log_of(ctx))


def token_of(options: dict[str, Any]) -> str:
    """Return the token that requests must have, where there is one; raise KgError where there must be one."""
    from kg.serve.guard import LOCAL

    token = _token(options["token_file"])
    if not token and options["host"] not in LOCAL:
        raise KgError(f"{options['host']}: others can ask there; give a token with KG_SERVE_TOKEN or --token-file")
    if not token and options["writing"]:
        write = "--allow-write" if "http" in options else "--write"
        raise KgError(f"{write}: whoever may ask could change pages; give a token with KG_SERVE_TOKEN or --token-file")
    return token


def setting_of(ctx: click.Context, options: dict[str, Any], *, writing: bool) -> Any:  # noqa: ANN401  # jobs.Setting, which loads pyoxigraph
    """Return what workers are started with; raise KgError where there is no store, or none that may be written."""
    from kg.serve.jobs import Setting
    from kg.serve.limits import Limits
    from kg.store import generations

    opened = session.reading(ctx)
    if writing:
        session.root_to_write(ctx, opened)
    folder = opened.folder.resolve()
    del opened
    generations.release()
    config, _ = session.settings(ctx)
    limits = Limits(**{name: options[name] for _, name, *_ in _LIMITS if options[name] is not None})
    return Setting(folder, config.file.resolve() if config.file else None, dict(config.prefixes), limits)


def log_of(ctx: click.Context) -> Callable[[str], None]:
    """Return what says a line of log; one that nobody takes any more is no reason to answer less."""

    def say(line: str) -> None:
        with contextlib.suppress(OSError):
            session.say(ctx, line)

    return say


def _token(file: Path | None) -> str:
    """Return the token of the file, else of the environment; empty where there is none."""
    if file is None:
        token, place = os.environ.get(TOKEN, ""), TOKEN
    else:
        try:
            token, place = file.read_text(encoding="utf-8").strip(), str(file)
        except (OSError, UnicodeDecodeError) as error:
            raise KgError(f"{file}: no token can be read: {getattr(error, 'strerror', None) or error}") from None
    if (token or file) and (len(token) < _SHORTEST or not token.isascii() or not token.isprintable() or " " in token):
        raise KgError(f"{place}: expected a token of at least {_SHORTEST} letters, digits and signs of ASCII")
    return token
