"""Shards of a wiki: together they are its generation; however many there are, whoever makes them, whatever was there."""

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store
from support.commands import kg
from support.example import few_pages
from support.shards import exported, files, lines, said, stated, together
from support.tier import CASES

from kg.ingest.ingest import How, ingest
from kg.model.kg_error import KgError
from kg.rdf import names
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.shards import map_shard, places, records

NEWSROOM = dialect.load("newsroom")
BASE = "https://wiki.example/"


@pytest.fixture(scope="module")
def sharded(tmp_path_factory):
    """A part of the example wiki, ingested, and its store."""
    place = few_pages(tmp_path_factory.mktemp("sharded") / "wiki")
    ingest(place.parent / "store", place, Config(base=BASE), NEWSROOM)
    return place


@pytest.fixture
def pages(tmp_path):
    """Three pages of which one links to a page that is not there yet."""
    root = tmp_path / "wiki"
    root.mkdir()
    (root / "a.md").write_text("# A\n\nSee [[b]] and [[later]].\n")
    (root / "b.md").write_text("# B\n\nSee [[a]].\n")
    (root / "c.md").write_text("# C\n\nAlone.\n")
    return root


def other_shard(name, count, *taken):
    """A page's name that begins with another and lies in none of the shards that are taken."""
    return next(one for number in range(1000) if records.shard_of(one := f"{name}{number}", count) not in taken)


def test_shards_together_are_the_generation_but_for_what_originals_have(sharded, tmp_path):
    exported(sharded, tmp_path / "out", 3)
    quads, _ = stated(sharded.parent / "store")

    assert together(tmp_path / "out") == quads


def test_the_digest_is_that_of_the_generation_where_it_has_no_originals(pages, tmp_path):
    ingest(tmp_path / "store", pages, Config(base=BASE), NEWSROOM)
    done = exported(pages, tmp_path / "out", 2)
    quads, head = stated(tmp_path / "store")

    assert (done.digest, done.quads, done.pages) == (head.digest, len(quads), 3)


def test_however_many_shards_there_are_the_digest_is_one(sharded, tmp_path):
    digests = {exported(sharded, tmp_path / f"out{count}", count).digest for count in (1, 3, 7)}

    assert len(digests) == 1
    assert together(tmp_path / "out1") == together(tmp_path / "out3") == together(tmp_path / "out7")


def test_a_shard_is_sorted_lines_each_once_without_blank_nodes_and_its_page_is_dealt_by_its_name(sharded, tmp_path):
    exported(sharded, tmp_path / "out", 3)
    for shard, text in zip(said(tmp_path / "out")["shards"], lines(tmp_path / "out"), strict=False):
        found = text.splitlines(keepends=True)
        graphs = {line.rpartition(b" <")[2][:-4].decode() for line in found}
        number = int(shard["file"][5:10])
        names_here = {kept[0] for kept in dealt(sharded, 3)[number]}
        allowed = {iri(BASE, name) for name in names_here for iri in (names.graph_iri, names.provenance_iri)}

        assert found == sorted(set(found))
        assert all(line.startswith(b"<") and b"> _:" not in line.partition(b'"')[0] for line in found)
        assert graphs <= allowed
        assert (shard["quads"], shard["graphs"], shard["pages"]) == (len(found), len(graphs), len(names_here))
        assert shard["lines_sha256"] == hashlib.sha256(text).hexdigest()


def dealt(root, count):
    """The names of a wiki's pages by the shard that the documented rule gives them."""
    found = {number: [] for number in range(count)}
    named = names.page_names(path.relative_to(root).as_posix() for path in root.rglob("*.md"))
    for page in named.values():
        number = int.from_bytes(hashlib.sha256(page.name.encode()).digest()[:8], "big") % count
        found[number].append((page.name, page.path))
    return found


def test_a_shard_is_a_gzip_without_name_or_time(sharded, tmp_path):
    exported(sharded, tmp_path / "out", 1)
    head = (tmp_path / "out" / said(tmp_path / "out")["shards"][0]["file"]).read_bytes()[:10]

    assert head == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])


def test_nothing_new_makes_nothing_and_leaves_every_byte(sharded, tmp_path):
    first = exported(sharded, tmp_path / "out", 3)
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in (tmp_path / "out").glob("part-*")}
    again = exported(sharded, tmp_path / "out", 3)

    assert {
        path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in (tmp_path / "out").glob("part-*")
    } == before
    assert (again.made, again.digest) == ((), first.digest)


def test_only_the_shards_of_pages_that_changed_are_made_again(pages, tmp_path):
    for name in ("a", "b", "c"):
        (pages / f"{other_shard(name, 16)}.md").write_text(f"# {name} more\n")
    exported(pages, tmp_path / "out", 16)
    (pages / "c.md").write_text("# C\n\nNot alone: [[a]].\n")
    done = exported(pages, tmp_path / "out", 16)

    assert done.made == (records.shard_of("c", 16),)


def test_a_new_name_makes_the_shards_again_whose_links_it_answers_and_no_others(pages, tmp_path):
    exported(pages, tmp_path / "out", 64)
    (pages / "later.md").write_text("# Later\n")
    done = exported(pages, tmp_path / "out", 64)
    fresh = exported(pages, tmp_path / "fresh", 64)

    assert done.made == tuple(sorted({records.shard_of("a", 64), records.shard_of("later", 64)}))
    assert files(tmp_path / "out") == files(tmp_path / "fresh")
    assert done.digest == fresh.digest


def test_another_base_makes_every_shard_again(pages, tmp_path):
    exported(pages, tmp_path / "out", 1)
    done = exported(pages, tmp_path / "out", 1, base="https://other.example/")

    assert done.made == (0,)
    assert said(tmp_path / "out")["base"] == "https://other.example/"


def test_a_shard_whose_file_is_damaged_is_made_again(pages, tmp_path):
    exported(pages, tmp_path / "out", 2)
    whole = files(tmp_path / "out")
    shard = tmp_path / "out" / said(tmp_path / "out")["shards"][1]["file"]
    shard.write_bytes(shard.read_bytes()[:-1] + b"\0")
    exported(pages, tmp_path / "out", 2)

    assert files(tmp_path / "out") == whole


def test_another_number_of_shards_leaves_no_file_of_the_earlier_ones(pages, tmp_path):
    exported(pages, tmp_path / "out", 3)
    exported(pages, tmp_path / "out", 2)
    exported(pages, tmp_path / "fresh", 2)

    assert files(tmp_path / "out") == files(tmp_path / "fresh")


STEMS = ["A", "B", "a", "Über", "open-weights", "A~2"]
PATHS = [f"{folder}{stem}.md" for folder in ("", "sources/") for stem in STEMS]
LINKS = ["A", "sources/A", "B", "über", "Open Weights", "nobody", "a.png", "B#Key Claims"]
PAGE = """---
title: "{title}"
type: source
aliases: ["{alias}"]
date_scraped: 2026-01-{day:02}
---

## Key Claims
- [fact] [[{link}]] — claim {day} of [[{other}]]{odd}
"""


def written_page(title, alias, link, other, day, odd):
    return PAGE.format(title=title, alias=alias, link=link, other=other, day=day, odd=odd).encode(
        "utf-8", "surrogateescape"
    )


PAGES = st.builds(
    written_page, st.sampled_from(["", "A", "Open Weights"]), st.sampled_from(["", "über", "Nobody"]),
    st.sampled_from(LINKS), st.sampled_from(LINKS), st.integers(1, 28), st.sampled_from(["", "\udcff", "\x85\x01\u2028", ' \\ "']),
)  # fmt: skip
EDITS = st.lists(
    st.dictionaries(st.sampled_from([*PATHS, "a.png"]), st.none() | PAGES, max_size=4), min_size=1, max_size=3
)


@given(
    wiki=st.dictionaries(st.sampled_from(PATHS), PAGES, min_size=1, max_size=6), edits=EDITS, count=st.integers(1, 5)
)
@settings(max_examples=max(5, CASES // 20))
def test_after_any_edits_the_shards_are_those_made_from_scratch_and_what_an_ingest_has(
    tmp_path_factory, wiki, edits, count
):
    place = tmp_path_factory.mktemp("edits")
    root = place / "wiki"
    for number, edit in enumerate([wiki, *edits]):
        for path, data in {"sources/last.md": b"# Last\n", **edit}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).unlink(missing_ok=True) if data is None else (root / path).write_bytes(data)
        exported(root, place / "out", count)
        exported(root, place / f"fresh{number}", count)
        ingest(place / f"store{number}", root, Config(base=BASE), NEWSROOM, how=How(jobs=1))
        quads, head = stated(place / f"store{number}")

        assert files(place / "out") == files(place / f"fresh{number}")
        assert together(place / "out") == quads
        assert said(place / "out")["digest"] == head.digest
    shutil.rmtree(place)


# ---- What is left half-done ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("writes", range(9))
def test_what_ends_after_any_write_leaves_the_old_export_or_the_new_one_and_is_taken_up(
    pages, tmp_path, writes, monkeypatch
):
    out = tmp_path / "out"
    exported(pages, out, 3)
    old = {one["file"]: (out / one["file"]).read_bytes() for one in said(out)["shards"]}
    (pages / "later.md").write_text("# Later\n\n[[a]] [[b]] [[c]]\n")
    (pages / "c.md").write_text("# C\n\nNot alone: [[a]].\n")
    left = iter(range(writes))
    write = places.Folder.write

    def until(place, name, data):
        if next(left, None) is None:
            raise KeyboardInterrupt
        write(place, name, data)

    monkeypatch.setattr(places.Folder, "write", until)
    try:
        exported(pages, out, 3)
    except KeyboardInterrupt:
        assert {one["file"]: (out / one["file"]).read_bytes() for one in said(out)["shards"]} == old
    monkeypatch.undo()
    exported(pages, out, 3)
    exported(pages, tmp_path / "fresh", 3)

    assert files(out) == files(tmp_path / "fresh")


def test_what_an_interrupted_first_export_made_is_taken_up(pages, tmp_path, monkeypatch):
    out, asked = tmp_path / "out", []
    exported(pages, out, 3)
    (out / "manifest.json").unlink()
    (out / f".kg-part-00001-of-00003-0123456789abcdef.nq.gz-here-1{places.BESIDE}").write_bytes(b"half")
    monkeypatch.setattr(map_shard, "made", lambda _, task: asked.append(task))
    exported(pages, out, 3)

    assert asked == []
    assert not list(out.glob(".kg-*"))


def test_a_page_that_changes_while_shards_are_made_is_read_again(pages, tmp_path, monkeypatch):
    made = map_shard.made

    def edited_first(shared, task):
        if not (tmp_path / "edited").exists():
            (tmp_path / "edited").touch()
            for path in pages.glob("*.md"):
                path.write_text("# Another\n\n[[b]]\n")
        return made(shared, task)

    monkeypatch.setattr(map_shard, "made", edited_first)
    done = exported(pages, tmp_path / "out", 2)
    monkeypatch.undo()

    assert done.digest == exported(pages, tmp_path / "fresh", 2).digest


# ---- Where it is written ---------------------------------------------------------------------------------------------


def test_files_of_others_are_left_alone_beside_an_export_and_no_export_begins_beside_them(pages, tmp_path):
    out = tmp_path / "out"
    exported(pages, out, 2)
    (out / "notes.txt").write_text("mine")
    exported(pages, out, 3)
    (out / "manifest.json").unlink()

    assert (out / "notes.txt").read_text() == "mine"
    with pytest.raises(KgError, match=r"holds 'notes.txt', which is no shard of ours"):
        exported(pages, out, 3)


def test_a_manifest_of_somebody_else_is_not_written_over(pages, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/manifest.json").write_text('{"name": "an app"}')

    with pytest.raises(KgError, match=r"holds 'manifest.json', which is no shard of ours"):
        exported(pages, tmp_path / "out", 2)


def test_it_is_not_written_into_the_wiki(pages):
    with pytest.raises(KgError, match="lies in the wiki"):
        exported(pages, pages / "out", 2)


def test_two_do_not_write_into_one_folder(pages, tmp_path):
    with (
        places.named(str(tmp_path / "out")).prepared(),
        pytest.raises(KgError, match="another process writes shards there"),
    ):
        exported(pages, tmp_path / "out", 2)


def test_another_kg_makes_no_shard(pages, tmp_path, monkeypatch):
    told = iter(["the driver's", "the worker's"])
    monkeypatch.setattr("kg.ingest.ingest.mapper", lambda: next(told))

    with pytest.raises(KgError, match="has another kg"):
        exported(pages, tmp_path / "out", 1)


@pytest.mark.parametrize("scheme", ["memory://", "file://"])
def test_a_place_that_fsspec_reaches_holds_the_same_bytes(pages, tmp_path, scheme):
    fsspec = pytest.importorskip("fsspec")
    url = f"{scheme}{tmp_path}/there"
    exported(pages, url, 3)
    (pages / "c.md").write_text("# C\n\nNot alone: [[a]].\n")
    exported(pages, url, 3)
    exported(pages, tmp_path / "here", 3)
    files_there, path = fsspec.core.url_to_fs(url)

    assert {one.rpartition("/")[2]: files_there.cat_file(one) for one in files_there.ls(path, detail=False)} == files(
        tmp_path / "here"
    )


@pytest.mark.parametrize("scheme", ["file", "local", "FILE"])
def test_a_folder_in_the_wiki_is_refused_by_whichever_name(pages, scheme):
    with pytest.raises(KgError, match="lies in the wiki"):
        exported(pages, f"{scheme}://{pages}/inside", 1)

    assert not (pages / "inside").exists()


def test_the_memory_of_this_process_takes_no_shards_of_others(pages):
    pytest.importorskip("fsspec")
    with pytest.raises(KgError, match="no other process sees it"):
        exported(pages, "memory://not-shared", 2, jobs=2)


@pytest.mark.parametrize("text", ["", "file://"])
def test_a_place_without_a_name_is_one_line(text):
    with pytest.raises(KgError, match=f"--out '{text}' names no place; write a folder, or a URL such as s3://bucket"):
        places.named(text)


def test_a_place_of_an_unknown_kind_is_one_line(pages):
    pytest.importorskip("fsspec")
    with pytest.raises(KgError, match="--out nowhere://x: cannot be reached: "):
        exported(pages, "nowhere://x", 2)


# ---- By the command line ---------------------------------------------------------------------------------------------


def test_the_command_needs_no_store_and_makes_none(pages, tmp_path):
    done = kg("export", "--shards", "2", "--out", tmp_path / "out", pages, cwd=tmp_path, code=0)

    assert done.stdout == ""
    assert done.stderr.splitlines()[-2:] == [
        f"2 of 2 shards made: 3 pages, {said(tmp_path / 'out')['quads']:,} quads in {tmp_path / 'out'}",
        f"digest {said(tmp_path / 'out')['digest']}",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "wiki"]


def test_the_command_says_which_pages_it_could_not_take(pages, tmp_path):
    (pages / "big.md").write_text("x" * 300)
    (tmp_path / "kg.toml").write_text('wiki = "wiki"\nmax_page_bytes = 200\n')
    done = kg("export", "--shards", "2", "--out", tmp_path / "out", cwd=tmp_path, code=0)

    assert "big.md:1:1: violation: 300 bytes, more than 200; it was left out" in done.stderr
    assert said(tmp_path / "out")["pages"] == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--shards", "2", "--out", "x", "--format", "trig"], "leave --format out"),
        (["--shards", "2", "--out", "x", "--topic", "A"], "leave --topic out"),
        (["--shards", "2", "--out", "x", "--inferred"], "leave --inferred out"),
        (["--shards", "2", "--out", "x", "--at", "1"], "leave --at out"),
        (["--shards", "2"], "name it with --out DIR"),
        (["--shards", "2", "--out", ""], "--out is empty; name a file or a folder"),
        (["--format", "trig", "--out", ""], "--out is empty; name a file or a folder"),
        (["--shards", "0", "--out", "x"], "0 is not in the range"),
        (["--shards", "2", "--out", "x", "--cluster", "here"], "--on local is of this machine"),
        (["--shards", "2", "--out", "x", "--on", "dask", "--jobs", "2", "--cluster", "a"], "--jobs is of this machine"),
        (["--format", "trig", "--on", "ray"], "--on goes with --shards N"),
        (["--format", "trig", "--jobs", "2"], "--jobs goes with --shards N"),
        (["wiki", "--format", "trig"], "WIKI goes with --shards N"),
        ([], "Missing option '--format'"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(pages, words, told):
    done = kg("export", *words, cwd=pages.parent, code=2)

    assert told in done.stderr.splitlines()[-1] or told in done.stderr
    assert not (pages.parent / "x").exists()


@pytest.mark.usefixtures("pages")
def test_an_engine_that_is_not_installed_is_named_with_its_extra(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/ray.py").write_text("raise ImportError('No module named ray', name='ray')\n")
    path = os.pathsep.join(filter(None, (str(tmp_path / "lib"), os.environ.get("PYTHONPATH"))))
    done = kg("export", "--shards", "2", "--out", "out", "--on", "ray", "wiki", cwd=tmp_path, code=2, PYTHONPATH=path)

    assert done.stderr.splitlines()[-1] == (
        "kg: --on ray needs the library ray; `pip install 'newsroom-kg[ray]'` installs it"
    )


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("error", ["Exception('it did not start in time\\nfor long')", "ValueError('no such address')"])
def test_an_engine_that_does_not_start_is_said_in_one_line(tmp_path, error):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/ray.py").write_text(f"def init(**_):\n    raise {error}\n")
    path = os.pathsep.join(filter(None, (str(tmp_path / "lib"), os.environ.get("PYTHONPATH"))))
    done = kg("export", "--shards", "2", "--out", "out", "--on", "ray", "wiki", cwd=tmp_path, code=2, PYTHONPATH=path)

    assert done.stderr.splitlines()[-1].startswith("kg: --on ray: cannot be reached: ")


# ---- What takes them in ----------------------------------------------------------------------------------------------


def test_the_engine_of_the_store_loads_every_shard(sharded, tmp_path):
    exported(sharded, tmp_path / "out", 3)
    store = Store()
    for text in lines(tmp_path / "out"):
        store.bulk_load(input=io.BytesIO(text), format=RdfFormat.N_QUADS)

    assert sorted(store.dump(format=RdfFormat.N_QUADS).splitlines(keepends=True)) == together(tmp_path / "out")


def test_oxigraph_loads_the_files_as_they_are(sharded, tmp_path):
    exported(sharded, tmp_path / "out", 3)
    manifest = said(tmp_path / "out")
    paths = [tmp_path / "out" / one["file"] for one in [*manifest["shards"], manifest["common"]]]
    oxigraph = Path(sysconfig.get_path("scripts")) / "oxigraph"
    subprocess.run([oxigraph, "load", "--location", tmp_path / "db", "--file", *paths], check=True, capture_output=True)
    dumped = subprocess.run(
        [oxigraph, "dump", "--location", tmp_path / "db", "--format", "nq"], check=True, capture_output=True
    ).stdout

    assert sorted(dumped.splitlines(keepends=True)) == together(tmp_path / "out")


def test_the_manifest_says_what_a_loader_needs_to_know(pages, tmp_path):
    exported(pages, tmp_path / "out", 2)
    manifest = said(tmp_path / "out")

    assert [*manifest] == [
        "format", "kg", "base", "dialect", "mapper", "ontology", "names", "rule", "digest", "pages", "quads", "graphs",
        "shards", "common",
    ]  # fmt: skip
    for one in [*manifest["shards"], manifest["common"]]:
        data = (tmp_path / "out" / one["file"]).read_bytes()

        assert (one["bytes"], one["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert one["quads"] == gzip.decompress(data).count(b"\n")
    assert json.dumps(manifest, ensure_ascii=False, indent=1) + "\n" == (tmp_path / "out/manifest.json").read_text()
