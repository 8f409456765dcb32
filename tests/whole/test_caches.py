"""Every cache is keyed by the program that made it: whoever changes a line gets no answer from before the change."""

import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.places import ROOT

from kg.map import folded_keys
from kg.model import declared, finding, program
from kg.reason import infer

MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "kg").rglob("*.py"))
PAGE = "---\ntype: source\ntitle: S\n---\n## Key Claims\n- [fact] [[Meta]] — x\n"
WIKI = {
    "sources/s.md": PAGE,
    "entities/Meta.md": "---\ntype: entity\nkind: org\ntitle: Meta\n---\nMeta builds [[s]].\n",
}


@pytest.fixture
def checkout(tmp_path):
    """A copy of the program, and of what it declares, that a test may change."""
    for name in ("kg", *(declared.folder(name).relative_to(ROOT) for name in declared.FOLDERS)):
        shutil.copytree(ROOT / name, tmp_path / "code" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in WIKI.items():
        page = tmp_path / "wiki" / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    return tmp_path


def kg(checkout, *words):
    """Run the copy of the program in the wiki and return the finished process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    return subprocess.run(
        [sys.executable, "-c", "from kg.cli import main; main()", "--store", str(checkout / "store"), *words],
        capture_output=True, text=True, encoding="utf-8", cwd=checkout / "wiki", check=False,
        env={**kept, "PYTHONPATH": str(checkout / "code"), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def change(checkout, module, line):
    """Add a line at the end of a module of the copy."""
    path = checkout / "code" / Path(inspect.getsourcefile(module)).relative_to(ROOT)
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{line}\n", encoding="utf-8")


def test_verdicts_are_not_those_of_other_code(checkout):
    kg(checkout, "ingest", ".")
    first = kg(checkout, "-v", "validate")
    again = kg(checkout, "-v", "validate")
    change(checkout, finding, "CHANGED = True")
    changed = kg(checkout, "-v", "validate")

    assert "everything was checked" in first.stderr
    assert "the verdicts of this generation were kept" in again.stderr
    assert "everything was checked" in changed.stderr


def test_a_mapping_is_not_that_of_other_code(checkout):
    kg(checkout, "ingest", ".")
    again = kg(checkout, "ingest", ".")
    change(checkout, folded_keys, "def name(text):\n    return 'one key for all'")
    doctor = kg(checkout, "doctor")
    changed = kg(checkout, "ingest", ".")

    assert "unchanged 2" in again.stderr + again.stdout
    assert "the pages were mapped by another version of the mapper" in doctor.stdout
    assert "the mapper changed" in changed.stderr + changed.stdout


def test_an_inference_is_not_that_of_other_code(checkout):
    kg(checkout, "ingest", ".")
    first = kg(checkout, "reason")
    change(checkout, infer, "def told(*of_a_closure):\n    return ()")
    changed = kg(checkout, "reason")

    assert " triples inferred" in first.stderr
    assert not first.stderr.startswith("0 triples inferred")
    assert changed.stderr.startswith("0 triples inferred")


def test_an_inference_is_not_that_of_another_ontology(checkout):
    kg(checkout, "ingest", ".")
    first = kg(checkout, "reason")
    with (checkout / "code/ontology/newsroom.ttl").open("a", encoding="utf-8") as ontology:
        ontology.write("\nnr:Claim rdfs:subClassOf <https://example.org/Utterance> .\n")
    changed = kg(checkout, "reason")

    assert int(changed.stderr.split()[0]) > int(first.stderr.split()[0])


@pytest.fixture(scope="module")
def unchanged():
    """The files of the program as it is, and its digest."""
    files = program.files()
    return files, program.digest_of(files)


@pytest.mark.parametrize("module", MODULES)
def test_a_changed_line_in_any_module_is_another_program(module, tmp_path, unchanged):
    whole, digest = unchanged
    (tmp_path / "changed.py").write_bytes((ROOT / module).read_bytes() + b"# changed\n")
    files = [tmp_path / "changed.py" if path == ROOT / module else path for path in whole]

    assert ROOT / module in whole
    assert program.digest_of(files) != digest


@pytest.mark.parametrize("folder", ["ontology", "shapes", "queries", "templates", "dialects"])
def test_every_declared_file_belongs_to_the_program(folder):
    whole = set(program.files())

    assert whole >= {path for path in (ROOT / folder).rglob("*") if path.is_file()}
