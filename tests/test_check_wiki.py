"""`kg build`, `validate`, `watch` and `fix` find the same in a wiki, and heed the same baseline."""

import json
import shutil
from pathlib import Path

import pytest
from commands import kg

from kg.operations import build, check_wiki, watch
from kg.settings import dialect, kg_toml
from kg.store import generations
from kg.store.reading import reading

DEFECTS = Path(__file__).resolve().parents[1] / "examples" / "defects"


@pytest.fixture
def wiki(tmp_path):
    root = tmp_path / "wiki"
    shutil.copytree(DEFECTS, root, ignore=shutil.ignore_patterns(".kg"))
    kg("ingest", root, cwd=root, code=0)
    yield root
    generations.release()


FAULTY = "---\ntitle: Case\ntype: concept\ntags: [x]\nlast_updated: 2026/3/1\n---\n\n## Overview\n\nOpen.\n"


def with_a_certain_fix(wiki):
    (wiki / "concepts" / "Case.md").write_text(FAULTY)
    kg("ingest", cwd=wiki, code=0)


def heeding(wiki):
    """Let kg.toml name a baseline of what is found now."""
    with (wiki / "kg.toml").open("a") as file:
        file.write('baseline = "known.jsonl"\n')
    kg("-q", "validate", "--update-baseline", cwd=wiki)


def validated(wiki):
    document = json.loads(kg("validate", "--format", "json", cwd=wiki).stdout)
    return document, sorted(f"{one['path']}:{one['line']} {one['rule']}" for one in document["findings"])


def named(findings):
    return sorted(f"{one.span.path}:{max(1, one.span.line)} {one.rule}" for one in findings)


@pytest.mark.parametrize("known", [False, True], ids=["without a baseline", "with a baseline"])
def test_every_command_that_checks_finds_the_same(wiki, known):
    if known:
        heeding(wiki)
    document, found = validated(wiki)
    config = kg_toml.load(wiki / "kg.toml")
    newsroom = dialect.load("newsroom")
    built = build.build(config.store, wiki, config, newsroom)
    direct = check_wiki.check_wiki(reading(config.store), config)
    round_ = watch._round(lambda: watch.Watched(config.store, wiki, config, newsroom))

    assert (found == []) is known
    assert bool(document["known"]) is known
    assert named(built.checked.judged.findings) == named(direct.judged.findings) == found
    assert len(built.checked.judged.known) == len(direct.judged.known) == document["known"]
    assert f"{document['counts']['violation']} violation" in round_.line


def test_a_fix_leaves_what_the_baseline_knows_as_validate_does(wiki):
    with_a_certain_fix(wiki)
    assert "+last_updated: 2026-03-01\n" in kg("fix", cwd=wiki, code=1).stdout

    heeding(wiki)

    assert kg("fix", cwd=wiki, code=0).stdout == ""


def test_a_fix_takes_and_keeps_the_verdicts_of_a_generation(wiki):
    kg("fix", cwd=wiki, code=0)

    assert "verdicts of this generation were kept" in kg("-v", "validate", cwd=wiki).stderr


def test_a_fix_mends_what_the_baseline_does_not_know(wiki):
    heeding(wiki)
    with_a_certain_fix(wiki)

    done = kg("fix", cwd=wiki, code=1)

    assert "+last_updated: 2026-03-01\n" in done.stdout
    assert done.stdout.count("--- a/") == 1
