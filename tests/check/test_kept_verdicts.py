"""`kg validate` and the verdicts that it keeps, through real processes."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from support.commands import ENTRY, kg
from support.places import TESTS

CLEAN = TESTS / "cases/_base"
EVERYTHING = "everything was checked"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """A clean wiki in `wiki`, ingested and validated once."""
    place = tmp_path_factory.mktemp("made")
    shutil.copytree(CLEAN, place / "wiki")
    (place / "wiki/index.md").write_text(
        "# Index\n\n[[AcmeLab]], [[JaneDoe]], [[OpenWeights]], [[open-weights-report]]\n"
    )
    kg("ingest", "wiki", cwd=place, code=0)
    kg("validate", cwd=place)
    return place


@pytest.fixture
def validated_wiki(made_once, tmp_path):
    """A copy of that wiki and of its store, which knows its wiki by its place."""
    shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)
    said = tmp_path / ".kg/generations/000001/manifest.json"
    said.write_text(said.read_text().replace(str(made_once.resolve()), str(tmp_path.resolve())))
    return tmp_path


def how(done):
    """Return how much was checked, as -v says."""
    return next(line for line in done.stderr.splitlines() if "verdicts" in line or line == EVERYTHING)


def kept(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob(".kg/generations/*/verdicts-*"))


def write(wiki, page, old, new):
    target = wiki / "wiki" / page
    text = target.read_text()
    assert old in text
    target.write_text(text.replace(old, new))


def break_link(wiki):
    write(wiki, "index.md", "[[JaneDoe]]", "[[JaneDo]]")
    kg("ingest", cwd=wiki, code=0)


def test_a_second_check_uses_the_verdicts_of_the_first_and_says_the_same(validated_wiki):
    first = kg("-v", "validate", "--format", "json", "--profile", "lenient", cwd=validated_wiki)
    second = kg("-v", "validate", "--format", "json", "--profile", "lenient", cwd=validated_wiki)
    said = kg("-v", "validate", cwd=validated_wiki)

    assert first.stdout == second.stdout
    assert how(said) == "the verdicts of this generation were kept"


def test_after_an_edit_only_what_it_bears_on_is_checked_and_the_answer_is_that_of_a_full_run(validated_wiki):
    break_link(validated_wiki)
    short = kg("-v", "validate", cwd=validated_wiki, code=1)
    for path in validated_wiki.glob(".kg/generations/*/verdicts-*"):
        path.unlink()
    full = kg("-v", "validate", cwd=validated_wiki, code=1)

    assert how(short).endswith("verdicts were checked again, for 1 changed page")
    assert how(full) == EVERYTHING
    assert short.stdout == full.stdout
    assert "link-dangling" in short.stdout


def test_changed_shows_the_pages_that_changed_and_those_whose_findings_did(validated_wiki):
    write(validated_wiki, "concepts/OpenWeights.md", "tags: [", "tagged: [")
    kg("ingest", cwd=validated_wiki, code=0)
    (validated_wiki / "wiki/entities/JaneDoe.md").unlink()
    kg("ingest", cwd=validated_wiki, code=0)
    changed = kg("validate", "--changed", cwd=validated_wiki, code=1).stdout
    both = kg("validate", "--since", "1", cwd=validated_wiki, code=1).stdout

    assert "index.md" in changed  # it did not change, its link did
    assert "tags-empty" not in changed
    assert "tags-empty" in both
    assert "index.md" in both


def test_changed_says_nothing_where_nothing_is_wrong_any_more(validated_wiki):
    break_link(validated_wiki)
    kg("validate", "--changed", cwd=validated_wiki, code=1)
    write(validated_wiki, "index.md", "[[JaneDo]]", "[[JaneDoe]]")
    kg("ingest", cwd=validated_wiki, code=0)

    assert "link-dangling" not in kg("validate", "--changed", cwd=validated_wiki).stdout


def test_the_first_generation_is_all_new(validated_wiki):
    assert kg("validate", "--changed", cwd=validated_wiki).stdout == kg("validate", cwd=validated_wiki).stdout


def test_changed_since_a_generation_that_is_not_before_is_refused(validated_wiki):
    assert "generation 1 is not before 1" in kg("validate", "--since", "1", cwd=validated_wiki, code=2).stderr
    assert "no generation 7" in kg("validate", "--since", "7", cwd=validated_wiki, code=2).stderr


def test_changed_goes_with_neither_files_of_rdf_nor_the_other_engine(validated_wiki):
    (validated_wiki / "data.ttl").write_text("")

    assert (
        "leave one of them out" in kg("validate", "--changed", "--data", "data.ttl", cwd=validated_wiki, code=2).stderr
    )
    assert "checks everything" in kg("validate", "--changed", "--engine", "pyshacl", cwd=validated_wiki, code=2).stderr


def test_another_profile_or_other_shapes_have_verdicts_of_their_own(validated_wiki):
    before = kept(validated_wiki)
    (validated_wiki / "own.toml").write_text('extends = "newsroom"\n[levels]\nlink-dangling = "off"\n')
    break_link(validated_wiki)
    said = kg("-v", "validate", "--profile", "own.toml", cwd=validated_wiki)

    assert how(said) == EVERYTHING
    assert "link-dangling" not in said.stdout
    assert len(kept(validated_wiki)) == len(before) + 1


def test_a_level_alone_needs_no_new_check(validated_wiki):
    (validated_wiki / "own.toml").write_text('extends = "newsroom"\n[levels]\nlink-dangling = "info"\n')

    assert how(kg("-v", "validate", "--profile", "own.toml", cwd=validated_wiki)) != EVERYTHING


@pytest.mark.parametrize("damage", [b"", b"no verdicts", None], ids=["empty", "other", "cut"])
def test_damaged_verdicts_mean_that_everything_is_checked_and_the_doctor_names_them(validated_wiki, damage):
    (path,) = validated_wiki.glob(".kg/generations/*/verdicts-*")
    path.write_bytes(path.read_bytes()[:-7] if damage is None else damage)
    doctor = kg("doctor", cwd=validated_wiki, code=1)
    fixed = kg("doctor", "--fix", cwd=validated_wiki, code=0)
    path.write_bytes(b"again")

    assert f"kept verdicts cannot be read: {path.relative_to(validated_wiki / '.kg')}" in doctor.stdout
    assert "verdicts-" in fixed.stdout + fixed.stderr
    assert how(kg("-v", "validate", cwd=validated_wiki)) == EVERYTHING


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_reader_who_may_not_write_gets_the_same_answer(validated_wiki):
    break_link(validated_wiki)
    folder = validated_wiki / ".kg/generations/000002"
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    first, second = (kg("validate", cwd=validated_wiki, code=1) for _ in range(2))
    folder.chmod(stat.S_IRWXU)

    assert first.stdout == second.stdout
    assert "000002" not in "".join(kept(validated_wiki))


def test_verdicts_that_cannot_be_written_change_nothing(validated_wiki):
    break_link(validated_wiki)
    # Where a file is to lie lies a folder: root is stopped by that too.
    for name in {Path(path).name for path in kept(validated_wiki)}:
        (validated_wiki / ".kg/generations/000002" / name).mkdir()
    said = kg("-v", "validate", cwd=validated_wiki, code=1)

    assert "link-dangling" in said.stdout
    assert how(said).startswith(tuple("123456789"))


def test_verdicts_go_with_their_generation(validated_wiki):
    (validated_wiki / "kg.toml").write_text('wiki = "wiki"\n[store]\nkeep = 3\n')
    for number in range(5):
        write(validated_wiki, "entities/AcmeLab.md", "## Connections", f"Number {number}.\n\n## Connections")
        kg("ingest", cwd=validated_wiki, code=0)
        kg("validate", cwd=validated_wiki)

    assert {path.split("/")[2] for path in kept(validated_wiki)} == {f"{number:06d}" for number in (4, 5, 6)}


def test_build_uses_the_kept_verdicts_and_keeps_its_own(validated_wiki):
    break_link(validated_wiki)
    kg("build", cwd=validated_wiki, code=1)

    assert len([path for path in kept(validated_wiki) if "000002" in path]) == 1
    assert how(kg("-v", "validate", cwd=validated_wiki, code=1)) == "the verdicts of this generation were kept"


def test_shapes_that_are_left_to_pyshacl_are_checked_in_full(validated_wiki):
    (validated_wiki / "own.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix x: <https://x.example/> .\n"
        "@prefix nr: <https://w3id.org/newsroom-kg/ns#> .\n"
        "x:aim a sh:NodeShape ; sh:targetClass nr:Concept ; sh:expression [ sh:path nr:relatesTo ] .\n"
    )
    said = [kg("-v", "validate", "--shapes", "own.ttl", cwd=validated_wiki) for _ in range(2)]

    assert [how(one) for one in said] == [EVERYTHING] * 2
    assert "left to pyshacl" in said[1].stderr


def test_two_checks_at_once_both_answer(validated_wiki):
    break_link(validated_wiki)
    running = [
        subprocess.Popen([*ENTRY, "validate"], cwd=validated_wiki, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = {one.communicate(timeout=120)[0] for one in running}

    assert len(said) == 1
    assert b"link-dangling" in said.pop()
