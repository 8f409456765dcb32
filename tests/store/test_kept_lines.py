"""Lines kept beside the quads: read back as they were written, or not at all."""

import pytest
from support.commands import kg
from support.example import few_pages

from kg.check import validate
from kg.shacl import data
from kg.store import generations, kept_lines
from kg.store.generations import Generation
from kg.store.reading import reading

LINE = b'<https://e.org/%d> <https://e.org/p> "a" <https://e.org/g> .\n'


def kept(folder, parts):
    generation = Generation(1, folder)
    with kept_lines.KeptLines(generation) as lines:
        for part in parts:
            lines.take(part)
    return generation


@pytest.mark.parametrize("size", [0, 1, 7, 50, 10**6])
def test_lines_come_back_whole_however_many_are_unpacked_at_a_time(size, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_lines, "_SLICE", 16)
    monkeypatch.setattr(kept_lines, "_CHUNK", size)
    written = [LINE % number for number in range(200)]

    read = list(kept_lines.read(kept(tmp_path, written)))

    assert b"".join(read) == b"".join(written)
    assert all(part == b"" or part.endswith(b"\n") for part in read)


def test_what_is_damaged_cut_off_or_not_there_is_none(tmp_path):
    generation = kept(tmp_path, [LINE % 1])
    file = kept_lines.file(generation)
    whole = file.read_bytes()

    assert list(kept_lines.read(generation)) == [LINE % 1]
    for data_of in (whole[:-1], b"x" + whole[1:], whole[:50] + bytes([whole[50] ^ 1]) + whole[51:], b""):
        file.write_bytes(data_of)
        assert kept_lines.read(generation) is None
    file.unlink()
    assert kept_lines.read(generation) is None


def test_lines_that_could_not_all_be_made_are_not_taken_for_whole(tmp_path):
    def parts():
        yield LINE % 1
        raise ValueError("a page")

    with pytest.raises(ValueError, match="a page"):
        kept(tmp_path, parts())

    assert kept_lines.read(Generation(1, tmp_path)) is None


def quads(held):
    return {str(quad) for quad in held.store}


def test_the_lines_of_a_generation_are_its_facts_and_an_edited_one_has_none(tmp_path):
    wiki, store = few_pages(tmp_path / "wiki"), tmp_path / "store"
    kg("--store", store, "ingest", wiki, code=0)
    read = reading(store)
    lines = kept_lines.read(read.generation)
    page = min(wiki.rglob("*.md"))

    assert quads(validate.facts(read.quads, read.base, lines)) == quads(validate.facts(read.quads, read.base))
    page.rename(page.with_stem(f"{page.stem}-moved"))
    kg("--store", store, "ingest", wiki, code=0)
    assert kept_lines.read(generations.require(store)) is None


def test_what_the_history_says_is_no_fact():
    lines = [
        b"<https://e.org/a> <https://e.org/p> <https://e.org/graph/history> <https://e.org/graph/a> .\n",
        b'<https://e.org/a> <https://e.org/p> "<https://e.org/graph/a> ." <https://e.org/prov/a> .\n',
        b"<https://e.org/b> <https://e.org/p> <https://e.org/c> <https://e.org/graph/history> .\n",
    ]

    held = data.loaded(validate._laid_together(lines, "https://e.org/"))

    assert quads(held) == {
        "<https://e.org/a> <https://e.org/p> <https://e.org/graph/history>",
        '<https://e.org/a> <https://e.org/p> "<https://e.org/graph/a> ." <https://e.org/prov/a>',
    }
