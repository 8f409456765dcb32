"""Whatever is done to a wiki, page by page: the store is then what a fresh one would be, and exactly what must is mapped."""

import dataclasses
import itertools
import os
import shutil
import unicodedata
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat
from support.tier import CASES

from kg.files import walk
from kg.ingest.ingest import How, ingest
from kg.links import name_keys, resolve, wikilinks
from kg.links.resolve import Named
from kg.operations import doctor
from kg.rdf import names
from kg.settings import dialect, link_style
from kg.settings.kg_toml import Config
from kg.store import generations, manifest

NEWSROOM = dataclasses.replace(dialect.load("newsroom"), namespaces={"person": "concepts/"})
STEMS = ["A", "B", "a", "Über", unicodedata.normalize("NFD", "Über"), "open-weights", "OpenWeights", "A~2", "!"]
PATHS = [f"{folder}{stem}.md" for folder in ("", "concepts/", "sources/") for stem in STEMS] + [
    "A.MD",
    "concepts/x/B.md",
]
TITLES = ["", "A", "Open Weights", "über", "concepts/B", "Nobody", "a.png"]
SLUGS = [
    "A", "a", "B", "B.md", "concepts/A", "../B", "x/B", "concepts/../A", "./B", "OPENWEIGHTS", "open weights", "Über",
    "über", "Nobody", "a.png", "A~2", "!", "wrong/A", "concepts/.", "B^block", "", "Nobodi", "open-weight", "pen weights",
    "OpenWeighst", "person:A", "person:", "person:Uber",
]  # fmt: skip
DESTINATIONS = [
    "A.md",
    "../A.md",
    "concepts/B.md",
    "/A.md",
    "%C3%9Cber.md",
    "open%20weights.md",
    "Nobodi.md",
    "B.md#claims",
]
PAGE = """---
title: "{title}"
type: source
aliases: ["{alias}"]
related: "[[{other}]]"
date_scraped: 2026-01-{day:02}
---

## Key Claims
- [fact] [[{link}]] — claim {day} of [[{other}#Key Claims]]

Some words on [[{other}]]. And more: {day}, [there]({there}).
"""

day = st.integers(1, 28)
page = st.builds(
    lambda title, alias, link, other, there, day: PAGE.format(
        title=title, alias=alias, link=link, other=other, there=there, day=day
    ),
    st.sampled_from(TITLES), st.sampled_from(TITLES), st.sampled_from(SLUGS), st.sampled_from(SLUGS),
    st.sampled_from(DESTINATIONS), day,
)  # fmt: skip
path = st.sampled_from(PATHS)
edit = st.one_of(
    st.tuples(st.just("write"), path, page),
    st.tuples(st.just("write"), path, page),
    st.tuples(st.just("append"), path, st.sampled_from(["text", "- [fact] X — y", "[[A]]"])),
    st.tuples(st.just("retitle"), path, st.sampled_from(TITLES)),
    st.tuples(st.just("remove"), path, st.none()),
    st.tuples(st.just("move"), path, path),
    st.tuples(st.just("copy"), path, path),
    st.tuples(st.just("attach"), st.sampled_from(["a.png", "concepts/A.png"]), st.booleans()),
)


def change(root, kind, where, what):
    """Do one edit where it can be done; a last page is never removed."""
    target = root / where
    target.parent.mkdir(parents=True, exist_ok=True)
    others = sum(1 for _ in root.rglob("*.[mM][dD]")) > 1
    match kind:
        case "write":
            target.write_text(what)
        case "append" if target.exists():
            target.write_text(f"{target.read_text()}\n{what}\n")
        case "retitle" if target.exists():
            target.write_text(
                "\n".join(
                    [
                        f'title: "{what}"' if line.startswith("title:") else line
                        for line in target.read_text().split("\n")
                    ]
                )
            )
        case "remove" if target.exists() and others:
            target.unlink()
        case "move" | "copy" if target.exists() and not (root / what).exists():
            (root / what).parent.mkdir(parents=True, exist_ok=True)
            (target.rename if kind == "move" else lambda new: shutil.copy(target, new))(root / what)
        case "attach":
            target.write_text("x") if what else target.unlink(missing_ok=True)


def run(folder, wiki, **how):
    return ingest(folder, wiki, Config(), NEWSROOM, how=How(max_shrink=100, **how))


def entries(folder):
    generation = generations.require(folder)
    with closing(manifest.opened(generation.folder, generations.read_manifest(folder, generation))) as pages:
        return {entry.path: entry for entry in pages.entries()}


def quads(folder, *, history=False):
    lines = generations.open_reader(folder, generations.require(folder)).dump(format=RdfFormat.N_QUADS).splitlines()
    return sorted(line for line in lines if history or not line.endswith(b"/graph/history> ."))


def described(folder):
    return generations.read_manifest(folder, generations.require(folder))


@pytest.fixture(scope="module")
def wiki_of_three(tmp_path_factory):
    """Return a folder for one case, with a wiki of three pages in it."""
    place = tmp_path_factory.mktemp("cases")

    def make(name):
        case = place / name
        shutil.rmtree(case, ignore_errors=True)
        for path in ("A.md", "concepts/B.md", "sources/A.md"):
            change(
                case / "wiki", "write", path, PAGE.format(title="", alias="", link="A", other="B", there="A.md", day=1)
            )
        return case

    return make


@settings(max_examples=CASES // 20)
@given(st.lists(edit, min_size=1, max_size=8))
def test_after_any_edits_the_store_is_a_fresh_one_but_for_its_history_and_replaying_them_gives_that_too(
    wiki_of_three, edits
):
    first, second = wiki_of_three("first"), wiki_of_three("second")
    for case in (first, second):
        run(case / "store", case / "wiki")
        for one in edits:
            change(case / "wiki", *one)
            run(case / "store", case / "wiki")
    run(first / "fresh", first / "wiki")

    assert quads(first / "store") == quads(first / "fresh")
    assert quads(first / "store", history=True) == quads(second / "store", history=True)
    assert entries(first / "store") == entries(first / "fresh")
    for key in ("digest", "content", "count", "facts", "homonyms", "as_of", "common"):
        assert getattr(described(first / "store"), key) == getattr(described(first / "fresh"), key)
    assert doctor.examine(first / "store") == []
    generations.release()


@settings(max_examples=CASES // 20)
@given(st.lists(edit, min_size=1, max_size=4), edit)
def test_an_edit_maps_again_exactly_the_pages_whose_links_it_changes(wiki_of_three, edits, last):
    case = wiki_of_three("exact")
    for one in edits:
        change(case / "wiki", *one)
    run(case / "store", case / "wiki")
    before = entries(case / "store")
    change(case / "wiki", *last)
    done = run(case / "store", case / "wiki")
    run(case / "fresh", case / "wiki")
    after = entries(case / "fresh")

    same = {path for path in before.keys() & after.keys() if before[path].sha256 == after[path].sha256}
    assert set(done.relinked) == {path for path in same if before[path].answers != after[path].answers}
    assert set(done.changed) == {path for path in before.keys() & after.keys() if path not in same}
    generations.release()


titled = st.tuples(
    st.sampled_from(TITLES), st.lists(st.one_of(st.sampled_from(TITLES), st.text(max_size=6)), max_size=2)
)
segment = st.one_of(
    st.sampled_from(STEMS), st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=4)
)
any_path = st.lists(segment.map(lambda text: text.replace("/", "_")), min_size=1, max_size=3).map(
    lambda parts: "/".join(parts) + ".md"
)
by_path = st.one_of(st.sampled_from([there.partition("#")[0] for there in DESTINATIONS]), any_path).map(
    wikilinks.by_path
)
slug = st.one_of(st.sampled_from(SLUGS), any_path, st.text(max_size=8), st.sampled_from(TITLES), by_path)
RULES = [resolve.rules(NEWSROOM), *(resolve.rules(dialect.load(name)) for name in link_style.families())]


@given(st.dictionaries(any_path, titled, min_size=1, max_size=8), st.lists(slug, min_size=1, max_size=6), st.data())
def test_an_index_that_reads_only_what_shares_a_key_answers_like_one_of_all_pages(pages, slugs, data):
    called = names.page_names(pages)
    every = [Named(called[path], title, tuple(aliases)) for path, (title, aliases) in pages.items()]
    by_key = {}
    for page in every:
        for key in name_keys.page_keys(page):
            by_key.setdefault(key, []).append(page)
    files = frozenset({"a.png"})
    lazy = name_keys.lazy_index(lambda key: by_key.get(key, []), lambda: every, files)
    whole = resolve.index(every, files)
    me = called[data.draw(st.sampled_from(sorted(pages)))]
    slugs += [data.draw(st.sampled_from(sorted(pages))), data.draw(st.sampled_from(sorted(pages))).upper()]

    rules = data.draw(st.sampled_from(RULES))

    for one in slugs:
        answer = resolve.resolve(whole, me, one, rules=rules)
        assert resolve.resolve(lazy, me, one, rules=rules) == answer
        found = [page for page in every if page.name.path in answer.candidates and answer.via != "self"]
        assert all(name_keys.page_keys(page) & name_keys.use_keys(me.path, [one]) for page in found)


@given(st.dictionaries(any_path, st.none(), min_size=1, max_size=8), any_path)
def test_a_new_page_changes_the_names_of_its_namesakes_alone(pages, new):
    before, after = names.page_names(pages), names.page_names({*pages, new})

    changed = {path for path in pages if before[path] != after[path]}
    assert {name_keys.group(path) for path in changed} <= {name_keys.group(new)}


def moved(tmp_path, *steps):
    """Move a page from path to path, ingesting each time, and return what graph/history says, shortened."""
    wiki = tmp_path / "wiki"
    change(wiki, "write", "z.md", "x")
    change(wiki, "write", steps[0], "some page")
    run(tmp_path / "store", wiki)
    for old, new in itertools.pairwise(steps):
        change(wiki, "move", old, new)
        last = run(tmp_path / "store", wiki)
    lines = quads(tmp_path / "store", history=True)
    short = [
        line.decode().replace("https://wiki.invalid/", "").split(" ") for line in lines if b"/graph/history>" in line
    ]
    return last, sorted((before[1:-1], after[1:-1]) for before, _, after, *_ in short)


def test_a_page_that_moves_to_another_folder_keeps_its_topic(tmp_path):
    done, said = moved(tmp_path, "a/Page.md", "b/Page.md")

    assert (done.moved, done.added, done.removed) == ((("a/Page.md", "b/Page.md"),), (), ())
    assert said == [("page/a/Page", "page/b/Page")]


def test_a_page_that_is_renamed_says_so_of_its_topic_too(tmp_path):
    _, said = moved(tmp_path, "a/Page.md", "a/Other.md")

    assert said == [("id/Page", "id/Other"), ("page/a/Page", "page/a/Other")]


def test_what_happened_is_carried_from_generation_to_generation(tmp_path):
    _, said = moved(tmp_path, "a.md", "b.md", "c.md")

    assert said == [("id/a", "id/b"), ("id/b", "id/c"), ("page/a", "page/b"), ("page/b", "page/c")]


def test_a_page_that_moves_back_is_replaced_by_nothing(tmp_path):
    _, said = moved(tmp_path, "a.md", "b.md", "a.md")

    assert said == [("id/b", "id/a"), ("page/b", "page/a")]


def test_what_happened_survives_that_everything_is_mapped_anew(tmp_path):
    moved(tmp_path, "a.md", "b.md")
    done = ingest(tmp_path / "store", tmp_path / "wiki", Config(base="https://other.example/"), NEWSROOM)

    said = [
        line for line in quads(tmp_path / "store", history=True) if b"isReplacedBy" in line and b"/history>" in line
    ]
    assert done.why_all == "the base IRI changed"
    assert said[1].startswith(b"<https://other.example/page/a> ")
    assert b"<https://other.example/page/b> <https://other.example/graph/history>" in said[1]


def test_of_two_pages_with_one_content_the_one_with_the_same_stem_is_the_same(tmp_path):
    for name in ("a/X.md", "a/Y.md", "z.md"):
        change(tmp_path / "wiki", "write", name, "same" if name != "z.md" else "z")
    run(tmp_path / "store", tmp_path / "wiki")
    for name in ("a/X.md", "a/Y.md"):
        change(tmp_path / "wiki", "move", name, name.replace("a/", "b/"))

    assert run(tmp_path / "store", tmp_path / "wiki").moved == (("a/X.md", "b/X.md"), ("a/Y.md", "b/Y.md"))


def test_a_change_of_the_dialect_or_the_mapper_maps_everything_and_says_why(tmp_path, monkeypatch):
    change(tmp_path / "wiki", "write", "a.md", "x")
    run(tmp_path / "store", tmp_path / "wiki")
    other = dataclasses.replace(NEWSROOM, digest="other")
    spoken = ingest(tmp_path / "store", tmp_path / "wiki", Config(), other)
    monkeypatch.setattr("kg.ingest.ingest.mapper", lambda: "another")
    mapper = ingest(tmp_path / "store", tmp_path / "wiki", Config(), other)

    assert (spoken.why_all, spoken.changed) == ("the dialect changed", ("a.md",))
    assert (mapper.why_all, mapper.changed) == ("the mapper changed", ("a.md",))


def test_other_bytes_of_the_same_size_at_the_same_time_are_seen(tmp_path):
    target = tmp_path / "wiki/a.md"
    change(tmp_path / "wiki", "write", "a.md", "one")
    run(tmp_path / "store", tmp_path / "wiki")
    before = target.stat()
    target.write_text("two")
    os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert run(tmp_path / "store", tmp_path / "wiki").changed == ("a.md",)


def test_a_file_changed_while_it_was_looked_at_is_read_again(tmp_path, monkeypatch):
    change(tmp_path / "wiki", "write", "a.md", "one")
    run(tmp_path / "store", tmp_path / "wiki")
    read = []
    real = walk.read
    monkeypatch.setattr(
        "kg.ingest.file_stamps.walk.read", lambda root, file: read.append(file.path) or real(root, file)
    )
    monkeypatch.setattr("kg.ingest.file_stamps.time.time_ns", lambda: 2**62)
    run(tmp_path / "store", tmp_path / "wiki")
    first = list(read)
    run(tmp_path / "store", tmp_path / "wiki")
    second = read[len(first) :]

    assert (first, second) == (["a.md"], [])


def test_rehash_reads_what_its_times_say_was_not_touched(tmp_path):
    change(tmp_path / "wiki", "write", "a.md", "one")
    run(tmp_path / "store", tmp_path / "wiki")
    run(tmp_path / "store", tmp_path / "wiki")
    seen = tmp_path / "store/seen"
    change(tmp_path / "wiki", "write", "a.md", "two")
    stamp = (tmp_path / "wiki/a.md").stat()
    # What the weakness looks like: the memory has the new stamp with the old content.
    head, path, _, digest = seen.read_text().split("\0")
    row = f"{stamp.st_size} {stamp.st_mtime_ns} {stamp.st_ctime_ns} {stamp.st_ino}"
    seen.write_text(f"{head}\x00{path}\x00{row}\x00{digest}")

    assert run(tmp_path / "store", tmp_path / "wiki").changed == ()
    assert run(tmp_path / "store", tmp_path / "wiki", rehash=True).changed == ("a.md",)


def test_a_page_that_changes_while_it_is_ingested_is_taken_as_it_is_then(tmp_path, monkeypatch):
    change(tmp_path / "wiki", "write", "a.md", "[[New]]")
    change(tmp_path / "wiki", "write", "b.md", "---\ntitle: Old\n---\n")
    real = walk.read
    calls = []

    def read(root, file):
        calls.append(file.path)
        if len(calls) == 5:
            change(tmp_path / "wiki", "write", "b.md", "---\ntitle: New\n---\n")
        return real(root, file)

    monkeypatch.setattr("kg.files.walk.read", read)
    run(tmp_path / "store", tmp_path / "wiki")

    assert entries(tmp_path / "store")["b.md"].title == "New"
    assert any(b'"title_alias"' in line for line in quads(tmp_path / "store"))


def test_pages_that_never_rest_are_said_to(tmp_path, monkeypatch):
    change(tmp_path / "wiki", "write", "a.md", "x")
    count = iter(range(100))
    monkeypatch.setattr("kg.files.walk.read", lambda _root, file: (file, f"---\ntitle: {next(count)}\n---\n".encode()))

    with pytest.raises(Exception, match="keep changing while they are read") as caught:
        run(tmp_path / "store", tmp_path / "wiki")

    assert caught.value.code == 1
    assert not (tmp_path / "store/HEAD").exists()


def test_a_long_row_of_ingests_keeps_few_files_and_writes_what_changed(tmp_path):
    for number in range(60):
        change(tmp_path / "wiki", "write", f"p{number}.md", f"page {number} [[p{number + 1}]]")
    run(tmp_path / "store", tmp_path / "wiki")
    sizes = []
    for number in range(30):
        change(tmp_path / "wiki", "append", f"p{number}.md", "more")
        run(tmp_path / "store", tmp_path / "wiki")
        pages = described(tmp_path / "store").page_files
        sizes.append(len(pages))

    assert max(sizes) <= 7
    assert sum(rows for _, rows in pages) <= 2 * 60
    assert len(entries(tmp_path / "store")) == 60
