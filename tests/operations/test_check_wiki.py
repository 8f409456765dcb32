"""`kg build`, `validate`, `watch` and `fix` find the same in a wiki, and heed the same baseline."""

import json
import shutil
from pathlib import Path

import pytest
from support.commands import kg

from kg.operations import build, check_wiki, watch
from kg.settings import dialect, kg_toml
from kg.store import generations
from kg.store.reading import reading

DEFECTS = Path(__file__).resolve().parents[2] / "examples" / "defects"


@pytest.fixture(scope="module")
def ingested_defects(tmp_path_factory):
    root = tmp_path_factory.mktemp("defects") / "wiki"
    shutil.copytree(DEFECTS, root, ignore=shutil.ignore_patterns(".kg"))
    kg("ingest", root, cwd=root, code=0)
    return root


@pytest.fixture
def defects(ingested_defects, tmp_path):
    root = tmp_path / "wiki"
    shutil.copytree(ingested_defects, root)
    yield root
    generations.release()


FAULTY = "---\ntitle: Case\ntype: concept\ntags: [x]\nlast_updated: 2026/3/1\n---\n\n## Overview\n\nOpen.\n"


def with_a_certain_fix(defects):
    (defects / "concepts" / "Case.md").write_text(FAULTY)
    kg("ingest", cwd=defects, code=0)


def heeding(defects):
    """Let kg.toml name a baseline of what is found now."""
    with (defects / "kg.toml").open("a") as file:
        file.write('baseline = "known.jsonl"\n')
    kg("-q", "validate", "--update-baseline", cwd=defects)


def validated(defects):
    document = json.loads(kg("validate", "--format", "json", cwd=defects).stdout)
    return document, sorted(f"{one['path']}:{one['line']} {one['rule']}" for one in document["findings"])


def named(findings):
    return sorted(f"{one.span.path}:{max(1, one.span.line)} {one.rule}" for one in findings)


@pytest.mark.parametrize("known", [False, True], ids=["without a baseline", "with a baseline"])
def test_every_command_that_checks_finds_the_same(defects, known):
    if known:
        heeding(defects)
    document, found = validated(defects)
    config = kg_toml.load(defects / "kg.toml")
    newsroom = dialect.load("newsroom")
    built = build.build(config.store, defects, config, newsroom)
    direct = check_wiki.check_wiki(reading(config.store), config)
    round_ = watch._round(lambda: watch.Watched(config.store, defects, config, newsroom))

    assert (found == []) is known
    assert bool(document["known"]) is known
    assert named(built.check().judged.findings) == named(direct.judged.findings) == found
    assert len(built.check().judged.known) == len(direct.judged.known) == document["known"]
    assert f"{document['counts']['violation']} violation" in round_.line


def test_a_first_build_finds_what_a_validation_finds_that_reads_the_store(defects):
    _, read_back = validated(defects)
    config = kg_toml.load(defects / "kg.toml")
    shutil.rmtree(config.store)

    built = build.build(config.store, defects, config, dialect.load("newsroom"))

    assert built.ingested.copy is not None
    assert named(built.check().judged.findings) == read_back
    assert (built.drift, built.counts["pages"]["total"]) == ((), len(reading(config.store).pages.hashes()))


def test_a_build_whose_generation_is_no_longer_current_leaves_nothing_of_it_with_the_next(defects, monkeypatch):
    config, newsroom = kg_toml.load(defects / "kg.toml"), dialect.load("newsroom")
    shutil.rmtree(config.store)
    real = build.ingest

    def overtaken(*args, **how):
        done = real(*args, **how)
        with_a_certain_fix(defects)
        return done

    monkeypatch.setattr(build, "ingest", overtaken)
    build.build(config.store, defects, config, newsroom)
    monkeypatch.undo()
    later = json.loads(kg("validate", "--format", "json", cwd=defects).stdout)
    shutil.rmtree(config.store)
    kg("ingest", cwd=defects, code=0)

    assert later == json.loads(kg("validate", "--format", "json", cwd=defects).stdout)


def test_a_fix_leaves_what_the_baseline_knows_as_validate_does(defects):
    with_a_certain_fix(defects)
    assert "+last_updated: 2026-03-01\n" in kg("fix", cwd=defects, code=1).stdout

    heeding(defects)

    assert kg("fix", cwd=defects, code=0).stdout == ""


def test_a_fix_takes_and_keeps_the_verdicts_of_a_generation(defects):
    kg("fix", cwd=defects, code=0)

    assert "verdicts of this generation were kept" in kg("-v", "validate", cwd=defects).stderr


def test_a_fix_mends_what_the_baseline_does_not_know(defects):
    heeding(defects)
    with_a_certain_fix(defects)

    done = kg("fix", cwd=defects, code=1)

    assert "+last_updated: 2026-03-01\n" in done.stdout
    assert done.stdout.count("--- a/") == 1
