"""The tests themselves: no file of tests leans on another, and a fixture's name means one thing."""

import ast
from functools import cache
from itertools import groupby

import pytest
from support.places import TESTS
from support.tier import COSTLY

FILES = sorted(path for path in TESTS.rglob("*.py") if "support" not in path.parts)


@cache
def parsed(path):
    """The tree of a file, which several tests look at."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def functions(path):
    """The functions of a file, one within another too."""
    return [node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef)]


def imported(tree):
    """Every module that a program imports, wherever the statement stands, programs in strings among them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "import " in node.value:
            try:
                yield from imported(ast.parse(node.value))
            except SyntaxError:
                continue  # words, no program


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_a_file_of_tests_imports_no_other_one(path):
    names = {one.stem for one in FILES}

    assert not names & {part for name in imported(parsed(path)) for part in name.split(".")}


def test_no_two_files_of_tests_have_one_name():
    names = sorted(path.name for path in FILES)

    assert [name for name, group in groupby(names) if len([*group]) > 1] == []


def fixtures():
    """Every fixture of the tree: its name, the file that defines it, and its code."""
    for path in TESTS.rglob("*.py"):
        for node in functions(path):
            if any("fixture" in ast.unparse(one) for one in node.decorator_list):
                yield node.name, path.relative_to(TESTS).as_posix(), ast.dump(node)


def test_the_name_of_a_fixture_means_one_thing_in_all_tests():
    meanings = {}
    for name, file, code in fixtures():
        meanings.setdefault(name, {})[code] = file

    assert {name: sorted(files.values()) for name, files in meanings.items() if len(files) > 1} == {}


def anew_for_each_test():
    """Every fixture without a wider scope that ingests a wiki itself, with how many functions of its file ask for it."""
    for path in FILES:
        for one in functions(path):
            how = " ".join(ast.unparse(mark) for mark in one.decorator_list)
            calls = [ast.unparse(row.value) for row in one.body if isinstance(row, ast.Expr)]
            if (
                "fixture" in how
                and "scope" not in how
                and any(said.startswith("kg(") and "'ingest'" in said for said in calls)
            ):
                users = [other for other in functions(path) if one.name in {arg.arg for arg in other.args.args}]
                yield f"{path.relative_to(TESTS).as_posix()}::{one.name}", len(users)


def test_a_wiki_that_many_tests_need_is_ingested_once_and_copied():
    """What keeps `make test` within its minutes: an ingest costs a hundred times what a copy does."""
    assert [one for one in anew_for_each_test() if one[1] > 5] == []


def test_every_test_that_is_called_costly_is_there():
    for path, tests in COSTLY.items():
        text = (TESTS.parent / path).read_text(encoding="utf-8")
        assert [name for name in tests if f"def {name}(" not in text] == [], path
