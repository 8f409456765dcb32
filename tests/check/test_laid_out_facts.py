"""Facts that memory has no room for: laid out in files, with the same findings, and nothing left of them."""

import json
import shutil

import pytest
from support.commands import kg
from support.places import EXAMPLES

from kg.check import asked, laid_out_facts
from kg.ingest import ingest
from kg.ingest.ingest import How
from kg.model import memory
from kg.settings import dialect, kg_toml
from kg.store import generations

LITTLE, MUCH = 1, 100_000


@pytest.fixture(scope="module")
def broken_wiki(tmp_path_factory):
    """The wiki that is broken on purpose, a store of it, and the generation in it."""
    root = tmp_path_factory.mktemp("broken") / "wiki"
    shutil.copytree(EXAMPLES / "defects", root, ignore=shutil.ignore_patterns(".kg"))
    kg("ingest", cwd=root, code=0)
    return root, root / ".kg", generations.require(root / ".kg")


def _left(generation):
    return [path.name for path in generation.folder.iterdir() if path.name.startswith(".kg-")]


@pytest.mark.parametrize("read_from", ["lines", "quads"])
def test_facts_in_files_are_the_facts_in_memory_and_go_with_the_block(broken_wiki, read_from, monkeypatch):
    root, folder, generation = broken_wiki
    task, _ = asked.asking(generations.open_reader(folder, generation), kg_toml.load(root / "kg.toml").base)
    if read_from == "quads":
        monkeypatch.setattr(laid_out_facts.kept_lines, "read", lambda _: None)
    with memory.limited(MUCH), laid_out_facts.laid_out(task, generation) as facts:
        expected = {*facts().store}
        assert _left(generation) == []

    with memory.limited(LITTLE), laid_out_facts.laid_out(task, generation) as facts:
        (name,) = _left(generation)
        assert {*facts().store} == expected
        assert facts() is facts()
        assert any((generation.folder / name / "facts").iterdir())

    assert len(expected) > 1_000
    assert _left(generation) == []


def test_a_check_that_fails_leaves_no_facts_in_files(broken_wiki):
    root, folder, generation = broken_wiki
    task, _ = asked.asking(generations.open_reader(folder, generation), kg_toml.load(root / "kg.toml").base)

    def failing():
        with memory.limited(LITTLE), laid_out_facts.laid_out(task, generation) as facts:
            assert facts().store
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()

    assert _left(generation) == []


def test_facts_that_are_in_use_are_not_swept_by_a_writer(broken_wiki):
    root, folder, generation = broken_wiki
    task, _ = asked.asking(generations.open_reader(folder, generation), kg_toml.load(root / "kg.toml").base)

    with memory.limited(LITTLE), laid_out_facts.laid_out(task, generation) as facts:
        (name,) = _left(generation)
        assert generations.leftovers(folder) == []
        assert generations.sweep(folder) == []
        assert (generation.folder / name).is_dir()
        assert len(facts().store) > 1_000

    assert _left(generation) == []


def test_a_store_that_may_not_be_written_to_is_checked_from_files_elsewhere(broken_wiki, monkeypatch):
    root, folder, generation = broken_wiki
    task, _ = asked.asking(generations.open_reader(folder, generation), kg_toml.load(root / "kg.toml").base)
    monkeypatch.setattr("os.access", lambda *_: False)

    with memory.limited(LITTLE), laid_out_facts.laid_out(task, generation) as facts:
        assert len(facts().store) > 1_000
        assert _left(generation) == []


def test_facts_that_a_killed_check_left_are_swept_by_the_next_writer(tmp_path):
    (tmp_path / "A.md").write_text("---\ntitle: A\ntype: concept\n---\n\n## Overview\n\nOne.\n", encoding="utf-8")
    kg("ingest", ".", cwd=tmp_path, code=0)
    left = tmp_path / ".kg/generations/000001/.kg-facts-abc.new"
    (left / "facts").mkdir(parents=True)
    (left / "facts/CURRENT").write_text("", encoding="ascii")
    (tmp_path / "B.md").write_text("---\ntitle: B\ntype: concept\n---\n\n## Overview\n\nTwo.\n", encoding="utf-8")

    kg("ingest", ".", cwd=tmp_path, code=0)

    assert not left.exists()


@pytest.mark.parametrize("megabytes", [LITTLE, MUCH])
def test_a_copy_of_all_quads_is_made_where_memory_has_room(broken_wiki, tmp_path, megabytes):
    root, _, _ = broken_wiki
    copies = []

    with memory.limited(megabytes):
        done = ingest.ingest(
            tmp_path / "store", root, kg_toml.load(root / "kg.toml"), dialect.load("newsroom"),
            how=How(then=lambda quads, pages: copies.append((len(quads), pages))),
        )  # fmt: skip

    assert len(copies) == (megabytes == MUCH)
    assert (done.copy is not None) == (megabytes == MUCH)


def test_a_build_and_a_check_find_the_same_with_little_memory_as_with_much(broken_wiki, tmp_path):
    root, _, _ = broken_wiki
    summaries, findings = [], []
    for megabytes in (LITTLE, MUCH):
        store = tmp_path / f"store-{megabytes}"
        built = kg("--store", store, "build", root, "--memory", megabytes, code=1)
        summaries.append(built.stdout.replace(store.name, "STORE"))
        shutil.rmtree(store)
        kg("--store", store, "ingest", root, code=0)
        checked = kg("--store", store, "validate", "--memory", megabytes, "--format", "json", code=1)
        findings.append(json.loads(checked.stdout)["findings"])

    assert summaries[0] == summaries[1]
    assert findings[0] == findings[1]
    assert len(findings[0]) > 40
