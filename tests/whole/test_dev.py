"""`kg dev`: a page's record, its quads, what a rule reads, and how a rule begins."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from support.commands import kg

from kg.check import profiles, rules
from kg.operations import rule_reads
from kg.shacl import shapes_graph

ROOT = Path(__file__).resolve().parents[2]
PAGE = "sources/deepseek-r1-card.md"


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone with the example wiki, ingested, and the folders in which a rule is made."""
    folder = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "examples/defects", folder / "defects", ignore=shutil.ignore_patterns(".kg"))
    (folder / "shapes").mkdir()
    (folder / "tests/cases").mkdir(parents=True)
    kg("ingest", cwd=folder / "defects", code=0)
    return folder


def test_the_record_of_a_page_shows_each_part_with_its_place_and_what_was_found(clone):
    lines = kg("dev", "page", PAGE, cwd=clone / "defects", code=0).stdout.split("\n")

    assert lines[0] == PAGE
    assert any(line.startswith("  5:1-") and "Field" in line and "'published'" in line for line in lines)
    assert any(line.startswith("    25:72-25:85  link  slug='OpenWeights'") for line in lines)
    assert any(" sentence  " in line for line in lines)
    assert "section key-claims  title='Key Claims'" in "\n".join(lines)


def test_the_quads_of_a_page_are_those_that_an_ingest_wrote(clone):
    written = kg("dev", "quads", PAGE, cwd=clone / "defects", code=0).stdout.encode()
    stored = kg("export", "--format", "nquads", "--graph", PAGE, cwd=clone / "defects", code=0).stdout.encode()

    facts = {str(quad) for quad in parse(written, format=RdfFormat.N_QUADS)}
    assert {str(quad) for quad in parse(stored, format=RdfFormat.N_QUADS)} <= facts
    assert written.splitlines() == sorted(written.splitlines())


def test_a_page_of_no_wiki_stands_alone_and_that_is_told(tmp_path):
    (tmp_path / "note.md").write_text("# A note\n\nSee [[Elsewhere]].\n")

    done = kg("dev", "quads", "note.md", cwd=tmp_path, code=0)

    assert "its links lead nowhere" in done.stderr
    assert "A note" in done.stdout
    assert "slug='Elsewhere'" in kg("dev", "page", "note.md", cwd=tmp_path, code=0).stdout


def test_bytes_that_are_no_text_have_a_record_too(tmp_path):
    (tmp_path / "note.md").write_bytes(b"caf\xe9 \xed\xa0\x80\n")

    assert "Prose" in kg("dev", "page", "note.md", cwd=tmp_path, code=0).stdout
    kg("dev", "quads", "note.md", cwd=tmp_path, code=0)


def test_what_a_rule_reads_is_told_an_edge_a_line():
    said = kg("dev", "reads", "claims-in-sources", code=0).stdout

    assert said.startswith("claims-in-sources: of each nr:Claim\n")
    assert "this  nr:reportedIn → ?1\n" in said
    assert "?1  rdf:type = nr:Source or a subclass\n" in said


def test_a_rule_of_the_parser_reads_nothing_of_the_graph():
    assert "reads nothing of the graph" in kg("dev", "reads", "encoding", code=0).stdout


def test_what_every_rule_reads_can_be_told():
    names = [one.name for one in rules.described(shapes_graph.read(rules.shapes_with()), profiles.Profile())]
    some = names[::25]

    assert all(rule_reads.reads(name).startswith(f"{name}: ") for name in some)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["page", "none.md"], "none.md: no such file; name a page"),
        (["page", "."], ".: is no file; name a page"),
        (["quads", "none.md"], "none.md: no such file; name a page"),
        (["page", "--dialect", "nowsroom", "x.md"], "unknown dialect 'nowsroom'"),
        (["reads", "claim-grad"], "there is no rule 'claim-grad'; did you mean 'claim-grade'?"),
        (["new-rule", "Claim Grade"], "'Claim Grade' is no name of a rule"),
        (["new-rule", "claim-new"], "no clone of newsroom-kg"),
        (["new-rule", "claim-grade", "--clone", "made"], "there is a rule 'claim-grade' already"),
    ],
)
def test_bad_input_is_named_in_one_line(tmp_path, args, words):
    (tmp_path / "x.md").write_text("# X\n")
    (tmp_path / "made/shapes").mkdir(parents=True)
    (tmp_path / "made/tests/cases").mkdir(parents=True)

    done = kg("dev", *args, cwd=tmp_path, code=2)

    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_new_rule_is_a_shape_and_two_cases_and_no_file_is_overwritten(clone):
    done = kg("dev", "new-rule", "claim-dated", cwd=clone, code=0)
    shape = clone / "shapes/claim-dated.ttl"

    assert done.stdout.split() == [
        "shapes/claim-dated.ttl", "tests/cases/claim-dated/fail.md", "tests/cases/claim-dated/pass.md",
    ]  # fmt: skip
    assert "shapes:ClaimDated a sh:NodeShape" in shape.read_text()
    assert list(parse(path=str(shape), format=RdfFormat.TURTLE))
    assert "it is there already" in kg("dev", "new-rule", "claim-dated", cwd=clone, code=2).stderr


@pytest.mark.full
def test_the_tests_of_a_new_rule_fail_until_it_is_filled_in(tmp_path):
    for name in ("kg", "shapes", "queries", "ontology", "dialects", "templates", "tests", "docs/rules"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    kg("dev", "new-rule", "claim-dated", cwd=tmp_path, code=0)

    files = [path for name in ("test_validate.py", "test_rule_pages.py") for path in (tmp_path / "tests").rglob(name)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *files, "-k", "claim-dated or more_than_a_word or up_to_date"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    failed = [line for line in done.stdout.split("\n") if line.startswith("FAILED")]
    assert any("finds_its_defect_once" in line and "claim-dated" in line for line in failed)
    assert any("more_than_a_word" in line for line in failed)
    assert any("manual_are_up_to_date" in line for line in failed)
