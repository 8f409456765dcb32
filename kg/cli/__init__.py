"""The command line: `kg`. Each command lives in a module of its own and is imported when it is called."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

import click

from kg import __version__

if TYPE_CHECKING:
    from pathlib import Path

# Groups, commands and their one line each: written here so that `kg --help` imports no command and no RDF library.
COMMANDS = {
    "Start": {
        "init": "Write a kg.toml for a wiki, after looking at it.",
        "build": "Ingest, reason, validate and check the pages, with one summary.",
    },
    "Map": {
        "ingest": "Map new, changed and removed pages into the store.",
        "reason": "Infer what follows from the ontology.",
        "render": "Write the pages back from the graph, or compare them.",
        "import": "Take in the graph of another wiki; pages: import-rendered.",
        "import-rendered": "Restore pages from copies of what a reader sees.",
        "watch": "Ingest and validate each time the pages change.",
        "update": "Change the pages with a SPARQL Update.",
        "fix": "Mend the pages where a finding says for certain how.",
    },
    "Ask": {
        "search": "Find words in titles, claims, quotes, sentences and originals.",
        "query": "Ask a named question, or in SPARQL; over HTTP: serve; agents: mcp.",
        "serve": "Answer SPARQL over HTTP, for other programs.",
        "mcp": "Answer agents over the Model Context Protocol.",
        "why": "Say what a claim or page rests on, and what rests on it.",
        "path": "Show the best way between two topics, and why.",
        "diff": "Say what changed between generations, revisions or folders.",
        "stats": "Count pages, claims, quotes, connections and links.",
        "validate": "Check every rule; findings come with path, line and column.",
        "rules": "List the rules, or say why one holds and how to mend it.",
        "export": "Write the graph as Turtle, TriG, JSON-LD …; to a server: publish.",
        "publish": "Bring the graph to an endpoint, and ask it there.",
    },
    "Keep": {
        "history": "List the store's generations and what each changed.",
        "rollback": "Go back to an earlier generation.",
        "doctor": "Check the store, and say what to do.",
    },
    "Develop": {
        "dev": "Look into a page, its quads or a rule; begin a new rule.",
    },
}
# What CONTRIBUTING.md tells of and the one screen of the help has no room for.
_ELSEWHERE = "Develop"
# What another command's line tells of.
_TOLD_BESIDE = {"import-rendered", "serve", "mcp", "publish"}
INTERNAL_ERROR = 3
# New objects between two looks for garbage, of which a command makes hardly any before it ends; Python's own is 700.
_SELDOM = 20_000
_DAMAGE = "corrupt", ".sst", "rocksdb", "no such file", "checksum"


def module(command: str) -> str:
    """Return the module of a command; the word `import` is Python's own."""
    return f"kg.cli.{'import_graphs' if command == 'import' else command.replace('-', '_')}"


class _Commands(click.Group):
    """The commands by group, imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return [name for group in COMMANDS.values() for name in group]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(module(cmd_name)).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for group, commands in COMMANDS.items():
            if group == _ELSEWHERE:
                continue
            with formatter.section(group):
                formatter.write_dl([row for row in commands.items() if row[0] not in _TOLD_BESIDE])


class _Path(click.Path):
    """A path as a value of Python's, whose module `kg --help` does without."""

    def coerce_path_result(self, value: "str | os.PathLike[str]") -> "Path":
        from pathlib import Path

        return Path(value)


@click.group(cls=_Commands, context_settings={"auto_envvar_prefix": "KG", "help_option_names": ["-h", "--help"]})
@click.option("--store", type=_Path(), help="The store's folder (default: .kg beside kg.toml).")
@click.option("--config", type=_Path(), help="The configuration file (default: kg.toml).")
@click.option("-q", "--quiet", is_flag=True, help="Say only what was asked for.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.version_option(__version__, prog_name="kg")
@click.pass_context
def commands(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401  # the options above, as click hands them
    """Know what a wiki claims: its pages as a graph, with SPARQL and SHACL."""
    ctx.obj = options


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 fine, 1 findings or drift, 2 wrong usage or input, 3 an error of ours."""
    gc.set_threshold(_SELDOM)
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    try:
        code = commands.main(args=args, prog_name="kg", standalone_mode=False)
    except click.exceptions.Abort:
        _say("stopped")
        code = 130
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:
        # The reader of our output went away (`kg query … | head`): nothing more to say, and no complaint at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        _say(_about_files(error))
        code = 2
    except Exception as error:  # noqa: BLE001  # the last line of defence: a report instead of a traceback
        code = _explained(error)
    gc.freeze()  # or Python would look through all that there is, 0.1 s after a build, while it ends
    sys.exit(code if isinstance(code, int) else 0)


def _explained(error: Exception) -> int:
    """Say what an exception means to a person, and return the exit code."""
    from kg.model.kg_error import KgError  # loaded already where one was raised

    if isinstance(error, KgError):
        _say(str(error))
        return error.code
    _say(f"an error of ours: {type(error).__name__}: {error}; a report for the makers is in {_report()}")
    return INTERNAL_ERROR


def _nowhere() -> TextIO:
    """Return a stand-in for a standard stream that was closed before we started."""
    from pathlib import Path

    return Path(os.devnull).open("w", encoding="utf-8")


def _say(message: str) -> None:
    click.echo(f"kg: {message}", err=True)


def _about_files(error: OSError) -> str:
    if error.errno is None:
        # The storage engine's errors carry no number; ours and Python's do.
        said = " ".join(str(error).split())
        if not any(word in said.lower() for word in _DAMAGE):
            return said
        advice = "delete the store's folder and run `kg ingest` to build it anew; the pages are not touched by this"
        return f"the store is damaged: {said}; `kg doctor` says more: {advice}"
    return f"{error.filename or 'reading or writing'}: {error.strerror or error}"


def _report() -> str:
    import tempfile  # 20 ms that only an error costs
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="kg-report-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(f"kg {__version__}, Python {sys.version}\narguments: {sys.argv[1:]}\n\n{traceback.format_exc()}")
        return file.name
