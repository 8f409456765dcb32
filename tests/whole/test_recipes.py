"""The recipes of CONTRIBUTING.md: what is half done is told here."""

import importlib
import re
from pathlib import Path

import pytest

from kg import cli
from kg.cli import validate
from kg.rdf import sparql_text
from kg.settings import dialect

ROOT = Path(__file__).resolve().parents[2]
NO_COMMANDS = {
    "at_endpoint",
    "query_endpoint",
    "interrupt",
    "progress",
    "__init__",
    "library_queries",
    "session",
    "summary",
    "gate_options",
    "standing",
    "generated",
    "imports_shown",
    "export_shards",
    "memory_option",
}


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_query_of_the_library_has_a_title_and_its_row_in_the_manual():
    rows = set(re.findall(r"^\| `([\w-]+)` \| \S", page("docs/queries.md"), re.MULTILINE))

    assert set(sparql_text.library()) - rows == set()
    assert [name for name in sparql_text.library() if not sparql_text.declared_query(f"library/{name}").title] == []


def test_every_key_of_a_dialect_is_in_the_manual_and_in_a_dialect_that_ships():
    manual = page("docs/dialects.md").partition("## Every key")[2].partition("\n**")[0]
    shipped = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "dialects").glob("*.toml"))
    words = {key: re.compile(rf"`\[*{key}\b") for key in dialect._KEYS}

    assert {key for key, word in words.items() if not word.search(manual)} == set()
    assert {key for key in words if not re.search(rf"^\[*{key}\b|^# ?{key} =", shipped, re.MULTILINE)} <= {"instead"}


def test_every_format_of_findings_is_a_choice_and_has_its_row_in_the_manual():
    files = {path.stem.removeprefix("as_") for path in (ROOT / "kg/report").glob("as_*.py")}
    rows = set(re.findall(r"^\| `(\w+)` \| ", page("docs/validate.md"), re.MULTILINE))

    assert files - set(validate.FORMATS) == set()
    assert set(validate.FORMATS) - rows == set()


@pytest.mark.parametrize("name", [name for group in cli.COMMANDS.values() for name in group])
def test_every_command_that_is_listed_is_there(name):
    assert importlib.import_module(cli.module(name)).command.name == name


def test_every_module_of_a_command_is_listed_and_in_the_readme():
    modules = {path.stem for path in (ROOT / "kg/cli").glob("*.py")} - NO_COMMANDS
    listed = {name for group in cli.COMMANDS.values() for name in group}

    assert modules == {cli.module(name).rpartition(".")[2] for name in listed}
    assert {name for name in listed if f"`kg {name}" not in page("README.md")} == set()
