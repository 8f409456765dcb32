"""Counts that are kept with a generation and brought up to date are what counting everything gives."""

import pytest
from support.cases import CASES

from kg.ask import stats
from kg.ingest.ingest import How, ingest
from kg.model import program
from kg.operations import kept_counts
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations, sealed_file
from kg.store.reading import reading

NEWSROOM = dialect.load("newsroom")
CLAIM = "\n## Claims\n- **[forecast]** Prices will double by 2031. — [[Someone New]]\n- [wild] Nobody graded this.\n"


@pytest.fixture
def counted_wiki(tmp_path, monkeypatch):
    """A wiki, how to ingest and count it, and how many quads were counted for it."""
    sizes = []
    real = stats.rows
    monkeypatch.setattr(stats, "rows", lambda store: sizes.append(len(store)) or real(store))
    for path in sorted((CASES / "_base").rglob("*.md")):
        file = tmp_path / "wiki" / path.relative_to(CASES / "_base")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(path.read_bytes())

    def counted():
        ingest(tmp_path / "store", tmp_path / "wiki", Config(), NEWSROOM, how=How(max_shrink=100))
        read = reading(tmp_path / "store")
        sizes.clear()
        made, counted_quads = kept_counts.count(read), sum(sizes)
        assert made == stats.count(read.quads)
        assert list(map(str, made["links"].items())) == list(map(str, stats.count(read.quads)["links"].items()))
        return made, counted_quads

    yield tmp_path / "wiki", tmp_path / "store", counted
    generations.release()


def test_after_any_edit_the_counts_are_those_of_the_whole_and_only_what_changed_is_counted(counted_wiki):
    root, _, counted = counted_wiki
    first, everything = counted()
    pages = sorted(root.rglob("*.md"))

    pages[2].write_text(pages[2].read_text() + CLAIM)
    edited, looked_at = counted()
    assert edited["claims"]["total"] == first["claims"]["total"] + 2
    assert 0 < looked_at < everything / 2
    for change in (
        lambda: pages[2].rename(pages[2].with_name("elsewhere.md")),
        pages[3].unlink,
        lambda: (root / "new.md").write_text("---\ntype: concept\ntitle: [\n---\n![[x.png]] [[No Such Page]]\n"),
        lambda: (root / "twin").mkdir() or (root / "twin" / pages[0].name).write_bytes(pages[0].read_bytes()),
        lambda: pages[1].write_text(pages[1].read_text().replace("type:", "kind:")),
    ):
        change()
        counted()


def test_what_was_counted_is_not_counted_again_and_what_cannot_be_read_is(counted_wiki, monkeypatch):
    _, store, counted = counted_wiki
    first, everything = counted()
    (file,) = (store / "generations").glob("*/counts")

    assert counted() == (first, 0)
    file.write_bytes(file.read_bytes()[:-9])
    assert counted() == (first, everything)
    monkeypatch.setattr(program, "digest", lambda *_: "another program")
    assert counted() == (first, everything)


def test_the_counts_of_a_generation_that_cannot_be_written_are_told_all_the_same(counted_wiki, monkeypatch):
    _, _, counted = counted_wiki

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealed_file, "write", full)
    first, everything = counted()

    assert everything > 0
    assert counted() == (first, everything)


@pytest.mark.parametrize("name", ["manifest.json", "quads/CURRENT", "pages/000001.db"])
def test_a_damaged_generation_before_does_not_hinder_this_one(counted_wiki, name):
    root, store, counted = counted_wiki
    _, everything = counted()
    (root / "new.md").write_text("Words.\n")
    ingest(store, root, Config(), NEWSROOM)
    file = store / "generations/000001" / name
    file.unlink()
    file.write_bytes(b"{")

    assert counted()[1] > everything


def test_a_sum_and_a_difference_leave_nothing_that_is_not_there():
    some = {name: {"a": 2, "b": 1} for name in stats.QUERIES}
    other = {name: {"b": 1, "c": 3} for name in stats.QUERIES}

    assert stats.plus(some, other)["pages"] == {"a": 2, "b": 2, "c": 3}
    assert stats.plus(stats.plus(some, other), other, -1) == some
    assert stats.plus(some, some, -1)["size"] == {}
