"""The wiki that is measured: the same bytes for the same seed, as many pages as are asked for, and pages as they should be."""

import hashlib
import re

import newsroom
import pytest

from kg.check import validate
from kg.ingest.ingest import ingest
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations


def digest(root):
    files = sorted(path for path in root.rglob("*") if path.is_file())
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return whole.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path):
    digests = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        newsroom.make(tmp_path / name, 60, seed)
        digests.append(digest(tmp_path / name))

    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("pages", [40, 55, 110, 447, 1441])
def test_there_are_as_many_pages_as_are_asked_for(tmp_path, pages):
    assert newsroom.make(tmp_path, pages) == pages == sum(1 for _ in tmp_path.rglob("*.md"))


def test_few_topics_are_spoken_of_by_many_sources_and_all_by_one_at_least(tmp_path):
    newsroom.make(tmp_path, 700)
    heard = sorted(
        len(re.search(r"^sources: \[(.*)\]$", path.read_text(), re.MULTILINE)[1].split(", "))
        for folder in ("entities", "concepts")
        for path in (tmp_path / folder).glob("*.md")
    )

    assert heard[0] >= 1
    assert heard[-1] > 4 * heard[len(heard) // 2]


@pytest.mark.full
def test_its_pages_break_the_rules_on_purpose_only(tmp_path):
    newsroom.make(tmp_path / "wiki", 110)
    ingest(tmp_path / "kg", tmp_path / "wiki", Config(), dialect.load("newsroom"))
    quads = generations.open_reader(tmp_path / "kg", generations.require(tmp_path / "kg"))
    found = validate.validate(quads, Config().base).findings
    generations.release()
    violations = [one for one in found if one.level == "violation"]

    sources = len(list((tmp_path / "wiki/sources").glob("*.md")))
    assert {one.rule for one in violations} == {"link-dangling"}
    assert len(violations) == sources // newsroom.FLAWED
    assert 2 * 110 < len(found) < 8 * 110
