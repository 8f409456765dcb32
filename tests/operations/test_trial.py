"""An edit that is tried: what the rules find on the copy is what they find once it is written, and nothing else changes."""

import shutil
import threading
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import kg
from support.example import few_pages
from support.tier import CASES

from kg.ingest import ingest
from kg.model.kg_error import KgError
from kg.operations import choose_dialect, trial, update_pages
from kg.operations.check_wiki import check_wiki
from kg.settings import kg_toml
from kg.store import generations
from kg.store.reading import reading
from kg.write.replace_files import Rewritten
from kg.write.sparql_update import Base

PAGE, OTHER = "sources/llama-3-1-license.md", "concepts/OpenWeights.md"
# What can be done to a page: words of it, and what stands there instead.
EDITS = [
    (PAGE, b"[fact] [[Meta]]", b"[rumour] [[Meta]]"),
    (PAGE, b"[fact] [[Meta]]", b"[analysis] [[Meta]]"),
    (PAGE, b"[[Meta]]", b"[[Nobody At All]]"),
    (PAGE, b"published: 2024-07-23", b"published: 2024-17-23"),
    (OTHER, b"title:", b"titel:"),
    (OTHER, b"\n---\n", b"\naliases: [Weights]\n---\n"),
    ("concepts/New.md", b"", b"---\ntitle: New\ntype: concept\n---\n\n# New\n\nSee [[OpenWeights]].\n"),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    place = few_pages(tmp_path_factory.mktemp("tried") / "wiki")
    kg("ingest", place, cwd=place, code=0)
    return place


def opened(place):
    config = kg_toml.load(place / "kg.toml")
    generation = reading(place / ".kg")
    return generation, config, choose_dialect.known(config, generation.head.dialect)


def rewritten(place, edits):
    """The pages after some edits, those of one page together."""
    pages = {}
    for path, old, new in edits:
        file = place / path
        before = file.read_bytes() if file.exists() else b""
        now = pages[path].new if path in pages else before
        pages[path] = Rewritten(path, before, now.replace(old, new) if old else new, absent=not file.exists())
    return [*pages.values()]


def counted(findings):
    return Counter((one.rule, str(one.span), one.message, one.level) for one in findings)


@pytest.mark.tiered
@settings(max_examples=max(2, CASES // 25))
@given(st.sets(st.sampled_from(EDITS), min_size=1, max_size=3))
def test_what_is_found_on_the_copy_is_what_is_found_once_it_is_written(whole, tmp_path_factory, edits):
    place = shutil.copytree(whole, tmp_path_factory.mktemp("tried") / "wiki")
    generation, config, dialect = opened(place)
    pages = rewritten(place, sorted(edits))
    files = {path: path.read_bytes() for path in place.rglob("*.md")}

    outcome = trial.outcome(generation, config, dialect, pages)

    assert {path: path.read_bytes() for path in place.rglob("*.md")} == files
    assert reading(place / ".kg").generation.number == 1
    assert [*(place / ".kg").glob("update-*")] == []
    for page in pages:
        (place / page.path).write_bytes(page.new)
    ingest.ingest(place / ".kg", place, config, dialect, how=ingest.How(jobs=1))
    assert counted(check_wiki(reading(place / ".kg"), config).judged.findings) == counted(outcome.after)
    generations.release(place / ".kg")
    shutil.rmtree(place)


def test_a_line_that_moved_is_no_new_finding(whole, tmp_path):
    place = shutil.copytree(whole, tmp_path / "wiki")
    generation, config, dialect = opened(place)
    page = Rewritten(PAGE, old := (place / PAGE).read_bytes(), old.replace(b"\n# ", b"\n\n\n# ", 1))

    outcome = trial.outcome(generation, config, dialect, [page])

    assert outcome.added == outcome.gone == outcome.violations == ()
    generations.release(place / ".kg")


def test_what_lies_beside_a_root_called_wiki_is_part_of_the_trial(tmp_path):
    """The newsroom keeps its lists of clusters beside the folder of its pages."""
    shutil.copytree(few_pages(tmp_path / "few"), tmp_path / "wiki")
    shutil.move(tmp_path / "wiki/graph", tmp_path / "graph")
    shutil.move(tmp_path / "wiki/kg.toml", tmp_path / "kg.toml")
    (tmp_path / "kg.toml").write_text((tmp_path / "kg.toml").read_text().replace('wiki = "."', 'wiki = "wiki"'))
    kg("ingest", cwd=tmp_path, code=0)
    generation, config, dialect = opened(tmp_path)
    page = Rewritten(PAGE, old := (tmp_path / "wiki" / PAGE).read_bytes(), old + b"\n")

    outcome = trial.outcome(generation, config, dialect, [page])

    assert outcome.added == outcome.gone == ()
    generations.release(tmp_path / ".kg")


def edited(place):
    old = (place / PAGE).read_bytes()
    return Rewritten(PAGE, old, old + b"\n")


def test_a_trial_writes_nothing_through_a_folder_that_became_a_link(whole, tmp_path):
    place = shutil.copytree(whole, tmp_path / "wiki")
    generation, config, dialect = opened(place)
    shutil.move(place / "sources", place / "elsewhere")
    (place / "sources").symlink_to(place / "elsewhere")
    page = edited(place)

    with pytest.raises(KgError, match="its folder is a symbolic link"):
        trial.outcome(generation, config, dialect, [page])

    assert (place / PAGE).read_bytes() == page.old
    assert [*(place / ".kg").glob("update-*")] == []
    generations.release(place / ".kg")


@pytest.mark.parametrize("absolute", [True, False])
def test_links_lead_to_the_copy_and_out_of_the_project_as_they_did(whole, tmp_path, absolute):
    place = shutil.copytree(whole, tmp_path / "wiki")
    (tmp_path / "beside.csv").write_text("a")
    (place / "own.csv").write_text("a")
    (place / "sources/in.csv").symlink_to(place / "own.csv" if absolute else "../own.csv")
    (place / "sources/out.csv").symlink_to(tmp_path / "beside.csv" if absolute else "../../beside.csv")
    (place / "sources/nothing.csv").symlink_to(place / "none.csv" if absolute else "../none.csv")
    kg("ingest", place, cwd=place, code=0)
    generation, config, dialect = opened(place)

    outcome = trial.outcome(generation, config, dialect, [edited(place)])

    assert outcome.added == outcome.gone == ()
    assert len([one for one in outcome.after if one.rule == "file-link"]) == 2
    generations.release(place / ".kg")


def test_a_trial_is_of_its_generation_though_another_is_current_meanwhile(whole, tmp_path):
    place = shutil.copytree(whole, tmp_path / "wiki")
    generation, config, dialect = opened(place)
    page = edited(place)
    (place / OTHER).write_bytes((place / OTHER).read_bytes() + b"\n")
    kg("ingest", cwd=place, code=0)

    outcome = trial.outcome(generation, config, dialect, [page])

    assert outcome.added == outcome.gone == ()
    generations.release(place / ".kg")


def test_an_edit_that_makes_a_page_too_long_to_be_read_is_refused(whole, tmp_path):
    place = shutil.copytree(whole, tmp_path / "wiki")
    with (place / "kg.toml").open("a") as file:
        file.write("\nmax_page_bytes = 9000\n")
    generation, config, dialect = opened(place)
    page = edited(place)

    with pytest.raises(KgError, match=r"would leave this page out: .* more than 9,000"):
        trial.outcome(generation, config, dialect, [Rewritten(PAGE, page.old, page.old + b"\nMore." * 2000)])
    generations.release(place / ".kg")


def test_what_is_written_while_another_writer_has_the_store_is_ingested_after_it(whole, tmp_path):
    place = shutil.copytree(whole, tmp_path / "wiki")
    generation, config, dialect = opened(place)
    page = edited(place)
    held, done = threading.Event(), threading.Event()

    def other_writer():
        with generations.writer(place / ".kg"):
            held.set()
            done.wait(0.5)

    other = threading.Thread(target=other_writer)
    other.start()
    held.wait(10)

    number = update_pages.write(Base(generation, config, dialect), [page])

    other.join()
    assert number == 2
    assert (place / PAGE).read_bytes() == page.new
    generations.release(place / ".kg")
