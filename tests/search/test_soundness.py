"""An index that is damaged, or another generation's: the doctor names it, a search makes it anew and says no error."""

import json
import random
import shutil
import sqlite3

import pytest
from support.commands import kg

from kg.ingest.ingest import ingest
from kg.operations import doctor
from kg.operations.search import search
from kg.search import kept_index, kept_originals
from kg.search.find import Question
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading


@pytest.fixture
def searched_store(tmp_path):
    page = '---\ntitle: "T"\ntype: source\nsource_file: raw/a.txt\n---\n\n## Key Quotes\n\n> "The tide came over the quay." — Ada\n'
    for path, text in {"wiki/sources/t.md": page, "raw/a.txt": "She said: The tide came over the quay.\n"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    ingest(tmp_path / ".kg", tmp_path / "wiki", Config(), dialect.load("newsroom"))
    assert len(told(tmp_path / ".kg")) == 2
    return tmp_path / ".kg"


def told(store):
    return [(hit.part.path, hit.part.line, hit.kind) for hit in search(reading(store), Question("tide")).hits]


def kept(store, name):
    (path,) = store.glob(f"generations/*/{name}")
    return path


def without_its_parts(path):
    with sqlite3.connect(path) as opened:
        opened.execute("DELETE FROM part")


def without_what_it_is_of(path):
    with sqlite3.connect(path) as opened:
        opened.execute("DELETE FROM about")


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("name", [kept_index.NAME, kept_originals.NAME])
@pytest.mark.parametrize("damage", [without_its_parts, without_what_it_is_of, cut, lambda path: path.write_bytes(b"")])
def test_a_damaged_index_is_named_and_a_search_makes_it_anew(name, damage, searched_store):
    before = told(searched_store)
    assert doctor.examine(searched_store) == []
    damage(kept(searched_store, name))

    found = doctor.examine(searched_store)

    assert [(one.check, one.fixable) for one in found] == [("search", True)]
    assert found[0].what.endswith(f"{name} cannot be read")
    assert told(searched_store) == before
    assert doctor.examine(searched_store) == []


def test_an_index_of_another_generation_is_named_and_not_used(searched_store):
    other = kept(searched_store, kept_index.NAME).read_bytes()
    page = searched_store.parent / "wiki/sources/t.md"
    page.write_text(page.read_text().replace("The tide", "A tide, the second,"))
    ingest(searched_store, searched_store.parent / "wiki", Config(), dialect.load("newsroom"))
    now = told(searched_store)
    path = reading(searched_store).generation.folder / kept_index.NAME
    path.write_bytes(other)

    assert [one.what for one in doctor.examine(searched_store)] == [
        f"{path.relative_to(searched_store)} is of another generation"
    ]
    assert told(searched_store) == now
    assert doctor.examine(searched_store) == []


def test_the_doctor_takes_a_damaged_index_away_and_says_where_none_is_yet(searched_store):
    kept(searched_store, kept_index.NAME).write_bytes(b"no database")

    cured = json.loads(kg("--store", searched_store, "doctor", "--fix", "--json", code=0).stdout)
    again = kg("--store", searched_store, "doctor", code=0)

    assert [line.rpartition("/")[2] for line in cured["fixed"]] == [kept_index.NAME]
    assert again.stderr.endswith("note: this generation has no index of words yet; the first `kg search` makes it\n")


@pytest.mark.parametrize("name", [kept_index.NAME, kept_originals.NAME])
def test_no_byte_that_was_lost_makes_a_search_fail(name, searched_store, tmp_path):
    path = kept(searched_store, name)
    whole, dice = path.read_bytes(), random.Random(7)  # noqa: S311
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 20, 400))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data)

        told(searched_store)  # nothing is raised; what the engine cannot see as damage may be found wrongly
        assert path.is_file()
    shutil.rmtree(tmp_path / ".kg")
