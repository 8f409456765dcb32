"""`import kg`: read, check and ask, as another program uses them, from a folder that is no clone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).resolve().parents[2]
CLIENT = """
import kg

page, findings = kg.read_page(b"# Tea\\n")
title: str = page.title
found: tuple[kg.Finding, ...] = kg.check_wiki("wiki")
lines: list[int] = [one.span.line for one in found if one.level is kg.Level.WARNING]
try:
    rows = kg.ask_wiki("wiki", "claims", limit=3)
except kg.KgError as error:
    code: int = error.code
else:
    first = rows[0]["text"]
    assert first is None or isinstance(first, (str, int, float))
"""


@pytest.fixture
def place(tmp_path):
    """An empty folder with the example wikis."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns(".kg"))
    return tmp_path


def python(*args, cwd, **environment):
    return subprocess.run(
        [sys.executable, *args], cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_python_block_of_the_manual_gives_what_it_says(place):
    done = python("-m", "doctest", "-o", "ELLIPSIS", str(ROOT / "docs/library.md"), cwd=place)

    assert done.stdout + done.stderr == ""


def test_a_wiki_is_checked_without_a_store_and_nothing_is_left(place):
    before = sorted(place.rglob("*"))
    findings = kg.check_wiki(place / "examples/defects")

    assert findings == kg.check_wiki(place / "examples/defects", store=place / "kept")
    assert sorted(one for one in place.rglob("*") if place / "kept" not in [one, *one.parents]) == before


def test_a_store_that_is_kept_follows_the_files(tmp_path):
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki/Tea.md").write_text("# Tea\n\nSee [[Coffee]].\n")
    broken = kg.ask_wiki(tmp_path / "wiki", "broken-links", store=tmp_path / "kept")
    (tmp_path / "wiki/Coffee.md").write_text("# Coffee\n")

    assert len(broken) == 1
    assert kg.ask_wiki(tmp_path / "wiki", "broken-links", store=tmp_path / "kept") == ()


def test_many_calls_leave_no_file_open(tmp_path):
    (tmp_path / "Tea.md").write_text("# Tea\n")
    kg.check_wiki(tmp_path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        kg.check_wiki(tmp_path)

    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_values_are_pythons(tmp_path):
    (tmp_path / "Tea.md").write_text("# Tea\n")

    (row,) = kg.ask_wiki(tmp_path, 'SELECT (1 AS ?i) (1.5 AS ?d) (true AS ?b) ("x" AS ?t) ?none {}')
    assert row == {"i": 1, "d": 1.5, "b": True, "t": "x", "none": None}
    assert {"subject", "predicate", "object"} == kg.ask_wiki(tmp_path, "CONSTRUCT { ?s a ?o } { ?s a ?o }")[0].keys()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda folder: kg.check_wiki(folder / "none"), "no such folder"),
        (kg.check_wiki, "no Markdown page"),
        (lambda folder: kg.ask_wiki(folder, "claimz"), "unknown query 'claimz'; did you mean 'claims'?"),
        (lambda _: kg.read_page(b"", dialect="klingon"), "unknown dialect 'klingon'"),
    ],
)
def test_what_is_wrong_is_an_error_of_one_line(tmp_path, call, words):
    with pytest.raises(kg.KgError, match=r".") as caught:
        call(tmp_path)

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_parameter_that_a_query_has_not_is_refused(tmp_path):
    (tmp_path / "Tea.md").write_text("# Tea\n")

    with pytest.raises(kg.KgError, match="has no parameter 'colour'"):
        kg.ask_wiki(tmp_path, "claims", colour="red")


@pytest.mark.full
def test_a_program_that_uses_it_is_type_checked_against_it(tmp_path):
    pytest.importorskip("mypy", reason="mypy is of the extra `check`, which `make check` installs")
    (tmp_path / "client.py").write_text(CLIENT)
    bad = tmp_path / "bad.py"
    bad.write_text("import kg\n\nkg.check_wiki(3)\nkg.read_page(b'')[0].colour\n")
    options = ("-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "--follow-imports", "silent")

    assert (ROOT / "kg/py.typed").is_file()
    done = python(*options, "client.py", cwd=tmp_path, MYPYPATH=str(ROOT))
    assert done.returncode == 0, done.stdout
    done = python(*options, "bad.py", cwd=tmp_path, MYPYPATH=str(ROOT))
    assert "[arg-type]" in done.stdout
    assert "[attr-defined]" in done.stdout


def test_no_function_has_the_name_of_a_room():
    assert not [name for name in kg.__all__ if (ROOT / "kg" / name).exists()]
