"""Ingest: only what changed is mapped, and the store is then what a fresh one would be."""

import json
import os
import shutil

import pytest
from pyoxigraph import RdfFormat
from support.commands import in_turn, kg
from support.example import few_pages
from support.places import EXAMPLES
from support.tier import LARGER

from kg.ingest import processes as jobs
from kg.ingest.ingest import How, ingest
from kg.model.finding import KgError
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.loading import Loading

EXAMPLE = EXAMPLES / "open-source-ai"
PAGE = "---\ntitle: {title}\ntype: concept\n---\n\n## Connections\n- [[{link}]] — text\n"


def write(root, path, text):
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())


def run(tmp_path, *, only=(), **how):
    return ingest(tmp_path / "store", tmp_path / "wiki", Config(), dialect.load("newsroom"), only=only, how=How(**how))


def quads(folder):
    generation = generations.require(folder)
    return sorted(generations.open_reader(folder, generation).dump(format=RdfFormat.N_QUADS).splitlines())


@pytest.mark.parametrize("kept", [0, 3])
def test_pages_whose_tops_are_read_twice_are_mapped_alike(tmp_path, monkeypatch, kept):
    few_pages(tmp_path / "wiki")
    write(tmp_path / "wiki", "concepts/torn.md", "---\ntitle: Torn\ntitle: Twice\n---\n\n## Overview\n\nText.\n")
    run(tmp_path)
    once = quads(tmp_path / "store")
    shutil.rmtree(tmp_path / "store")
    monkeypatch.setattr("kg.ingest.ingest._KEPT", kept)

    run(tmp_path)

    assert quads(tmp_path / "store") == once


def test_a_wiki_that_is_loaded_in_many_parts_is_the_same(tmp_path, monkeypatch):
    few_pages(tmp_path / "wiki")
    run(tmp_path)
    once = quads(tmp_path / "store")
    shutil.rmtree(tmp_path / "store")
    for name, value in (("_SMALL", 1), ("_OF_A_BYTE", 1)):
        monkeypatch.setattr(f"kg.ingest.fill_generation.{name}", value)
    sizes = []
    send = Loading.send
    monkeypatch.setattr(Loading, "send", lambda self, **how: sizes.append(self._size) or send(self, **how))

    run(tmp_path)

    assert len([size for size in sizes if size]) > 5
    assert quads(tmp_path / "store") == once


@pytest.fixture
def ingested_wiki(tmp_path):
    for name, link in (("A", "B"), ("B", "C"), ("C", "Nobody")):
        write(tmp_path / "wiki", f"concepts/{name}.md", PAGE.format(title=name, link=link))
    run(tmp_path)
    return tmp_path


def test_nothing_changed_makes_no_new_generation(ingested_wiki):
    done = run(ingested_wiki)

    assert (done.mapped, done.unchanged, done.generation.number) == (0, 3, 1)


def test_a_touched_file_with_the_same_bytes_is_unchanged(ingested_wiki):
    os.utime(ingested_wiki / "wiki/concepts/A.md", (1, 1))

    assert run(ingested_wiki).mapped == 0


def test_several_processes_write_what_one_writes(ingested_wiki, monkeypatch):
    real, used = jobs.ordered, []
    monkeypatch.setattr(jobs, "ordered", lambda *given, jobs: used.append(jobs) or real(*given, jobs=jobs))
    for number in range(80):
        write(ingested_wiki / "wiki", f"notes/n{number}.md", PAGE.format(title=f"N{number}", link="A"))
    made = {}
    for count in (1, 2):
        folder = ingested_wiki / f"store{count}"
        ingest(folder, ingested_wiki / "wiki", Config(), dialect.load("newsroom"), how=How(jobs=count))
        made[count] = quads(folder), generations.read_manifest(folder, generations.require(folder)).digest

    assert used == [1, 2]
    assert made[1] == made[2]


def test_the_copy_in_memory_is_what_was_written(tmp_path):
    folder = tmp_path / "store"
    done = ingest(folder, EXAMPLE, Config(), dialect.load("newsroom"), how=How(then=lambda *_: None))

    assert sorted(done.copy.dump(format=RdfFormat.N_QUADS).splitlines()) == quads(folder)


def test_there_is_no_copy_where_pages_were_kept_or_none_was_wanted(ingested_wiki):
    write(ingested_wiki / "wiki", "concepts/A.md", PAGE.format(title="A", link="C"))

    assert run(ingested_wiki, then=lambda *_: None).copy is None
    assert run(ingested_wiki, then=lambda *_: None, dry_run=True).copy is None
    shutil.rmtree(ingested_wiki / "store")
    assert run(ingested_wiki).copy is None


def test_a_changed_page_is_mapped_alone(ingested_wiki):
    write(ingested_wiki / "wiki", "concepts/A.md", PAGE.format(title="A", link="C"))

    done = run(ingested_wiki)

    assert (done.changed, done.added, done.relinked, done.unchanged) == (("concepts/A.md",), (), (), 2)


def test_a_new_page_maps_again_the_page_whose_broken_link_it_mends(ingested_wiki):
    write(ingested_wiki / "wiki", "concepts/Nobody.md", PAGE.format(title="N", link="A"))

    done = run(ingested_wiki)

    assert (done.added, done.relinked) == (("concepts/Nobody.md",), ("concepts/C.md",))


def test_a_page_that_goes_leaves_no_ghost_and_breaks_the_links_to_it(ingested_wiki):
    (ingested_wiki / "wiki/concepts/C.md").unlink()

    done = run(ingested_wiki)

    assert (done.removed, done.relinked) == (("concepts/C.md",), ("concepts/B.md",))
    assert not [line for line in quads(ingested_wiki / "store") if b"/concepts/C>" in line]


def test_a_new_title_maps_again_the_page_that_links_by_it(ingested_wiki):
    write(ingested_wiki / "wiki", "concepts/A.md", PAGE.format(title="Nobody", link="B"))

    assert run(ingested_wiki).relinked == ("concepts/C.md",)


def test_a_second_page_with_the_same_stem_maps_again_the_first_and_all_that_link_to_it(ingested_wiki):
    write(ingested_wiki / "wiki", "notes/B.md", "text")

    done = run(ingested_wiki)

    assert done.relinked == ("concepts/A.md", "concepts/B.md")


def test_a_new_base_maps_everything_and_says_why(ingested_wiki):
    done = ingest(
        ingested_wiki / "store", ingested_wiki / "wiki", Config(base="https://other.example/"), dialect.load("newsroom")
    )

    assert done.why_all == "the base IRI changed"
    assert done.mapped == 3
    assert not [line for line in quads(ingested_wiki / "store") if b"wiki.invalid" in line]


def test_a_dry_run_says_what_would_be_and_writes_nothing(ingested_wiki):
    write(ingested_wiki / "wiki", "concepts/A.md", "new")
    before = quads(ingested_wiki / "store")

    done = run(ingested_wiki, dry_run=True)

    assert done.changed == ("concepts/A.md",)
    assert quads(ingested_wiki / "store") == before
    assert generations.require(ingested_wiki / "store").number == 1


def test_a_store_holds_one_wiki(ingested_wiki):
    write(ingested_wiki / "other", "x.md", "x")

    with pytest.raises(KgError, match=r"holds the wiki .*--store"):
        ingest(ingested_wiki / "store", ingested_wiki / "other", Config(), dialect.load("newsroom"))


def test_a_lock_names_its_holder(ingested_wiki):
    with (
        generations.writer(ingested_wiki / "store"),
        pytest.raises(KgError, match=f"process {os.getpid()} on .* is writing"),
    ):
        run(ingested_wiki)


def test_the_reserved_graphs_are_out_of_reach_of_pages(tmp_path):
    for name in ("ontology", "corpus", "history", "inferred", "register", "clusters"):
        write(tmp_path / "wiki", f"{name}.md", "## Key Claims\n- [fact] A — x\n")
    run(tmp_path)

    graphs = {line.rsplit(b"<", 1)[1] for line in quads(tmp_path / "store")}

    assert b"https://wiki.invalid/graph//ontology> ." in graphs
    assert b"https://wiki.invalid/graph/history> ." not in graphs


def test_files_that_cannot_be_pages_are_named_and_the_others_are_taken(tmp_path):
    write(tmp_path / "wiki", "good.md", "x")
    write(tmp_path / "wiki", ".hidden/no.md", "x")
    write(tmp_path / "wiki", "big.md", "x" * 200)
    write(tmp_path, "outside.md", "x")
    (tmp_path / "wiki/link.md").symlink_to(tmp_path / "outside.md")
    (tmp_path / "wiki/folder.md").mkdir()
    os.mkfifo(tmp_path / "wiki/pipe.md")

    done = ingest(tmp_path / "store", tmp_path / "wiki", Config(max_page_bytes=100), dialect.load("newsroom"))

    assert done.added == ("good.md",)
    assert [(f.span.path, f.rule) for f in done.findings] == [
        ("big.md", "file-size"),
        ("link.md", "file-link"),
        ("pipe.md", "file-kind"),
    ]


def test_a_register_that_is_no_register_is_a_finding(tmp_path):
    write(tmp_path / "wiki", "a.md", "x")
    write(tmp_path / "wiki", "contradictions/_contradictions_themes.json", "[1, 2")

    [finding] = run(tmp_path).findings

    assert (finding.span.path, finding.rule) == ("contradictions/_contradictions_themes.json", "side-file")


@pytest.mark.tiered
def test_the_same_wiki_gives_the_same_bytes_whatever_the_hash_seed(tmp_path):
    wiki, answers = few_pages(tmp_path / "wiki"), set()
    for seed in ("0", "4711", "1")[: 3 if LARGER else 2]:
        folder = tmp_path / seed
        commands = ["ingest", wiki], ["reason"], ["export", "--format", "nquads", "--inferred"]
        *_, exported = in_turn([["--store", folder, *one] for one in commands], tmp_path, PYTHONHASHSEED=seed)
        answers.add(exported)

    assert len(answers) == 1


@pytest.mark.parametrize("damage", ["head", "no head", "no generation", "no manifest", "no files", "torn file"])
def test_a_damaged_store_is_named_with_the_way_out(ingested_wiki, damage):
    folder, generation = ingested_wiki / "store", ingested_wiki / "store/generations/000001"
    match damage:
        case "head":
            (folder / "HEAD").write_text("x\n")
        case "no head":
            (folder / "HEAD").unlink()
        case "no generation":
            shutil.rmtree(generation)
        case "no manifest":
            (generation / "manifest.json").write_text("{")
        case "no files":
            for path in (generation / "quads").iterdir():
                path.unlink()
        case _:
            for path in (generation / "quads").glob("*.sst"):
                path.write_bytes(b"torn")

    done = kg("--store", folder, "stats", code=2)

    assert "damaged" in done.stderr
    assert "kg ingest" in done.stderr
    assert done.stderr.count("\n") == 1


def test_ingest_says_what_it_did_as_json(ingested_wiki):
    write(ingested_wiki / "wiki", "concepts/D.md", "x")

    said = json.loads(kg("--store", ingested_wiki / "store", "ingest", "--json", code=0).stdout)

    assert (said["added"], said["unchanged"], said["generation"]) == (["concepts/D.md"], 3, 2)


def test_a_partial_ingest_keeps_what_lies_outside_even_if_it_is_gone(ingested_wiki):
    (ingested_wiki / "wiki/concepts/C.md").unlink()
    write(ingested_wiki / "wiki", "notes/new.md", "x")

    part = run(ingested_wiki, only=["notes"])
    whole = run(ingested_wiki)

    assert (part.added, part.removed) == (("notes/new.md",), ())
    assert whole.removed == ("concepts/C.md",)


@pytest.mark.parametrize(
    "content",
    [
        '{"themes": ["x"]}',
        '{"themes": {"a": {"name": "A", "claim_ids": "abc"}}}',
        '{"themes": {"a": {"name": "\\ud800", "claim_ids": []}}}',
        "\xff",
        "{}",
    ],
)
def test_a_register_of_another_shape_is_a_finding_and_no_fact(tmp_path, content):
    write(tmp_path / "wiki", "a.md", "x")
    write(tmp_path / "wiki", "contradictions/_contradictions_themes.json", content.encode("latin-1"))

    assert [finding.rule for finding in run(tmp_path).findings] == ["side-file"]
    assert not [line for line in quads(tmp_path / "store") if b"RegisterEntry" in line and b"/register/" in line]


def test_a_register_that_links_out_of_the_project_is_not_read(tmp_path):
    write(tmp_path / "wiki", "a.md", "x")
    (tmp_path / "wiki/contradictions").mkdir()
    (tmp_path / "wiki/contradictions/_contradictions_themes.json").symlink_to("/etc/hostname")

    assert [finding.rule for finding in run(tmp_path).findings] == ["file-link"]
