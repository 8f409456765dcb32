"""How many findings count, kept page by page and brought up to date, is what judging everything gives."""

import pytest
from support.cases import CASES

from kg.check import incremental, profiles, tally, validate
from kg.ingest.ingest import How, ingest
from kg.operations import check_wiki
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations
from kg.store.reading import reading

NEWSROOM = dialect.load("newsroom")
MOST = 3
COMMENT = "\n<!-- kg: ignore link-dangling -- it will come -->\nSee [[No Such Page]].\n"


@pytest.fixture
def tallied_wiki(tmp_path, monkeypatch):
    """A wiki, its store, and how to ingest it and count its findings: what was counted, and whether all were judged."""
    whole = []
    real = check_wiki.check_wiki
    monkeypatch.setattr(check_wiki, "check_wiki", lambda *args, **more: whole.append(1) or real(*args, **more))
    for path in sorted((CASES / "_base").rglob("*.md")):
        file = tmp_path / "wiki" / path.relative_to(CASES / "_base")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(path.read_bytes())

    def tallied(config=None):
        config = config or Config()
        ingest(tmp_path / "store", tmp_path / "wiki", config, NEWSROOM, how=How(max_shrink=100))
        read = reading(tmp_path / "store")
        whole.clear()
        made = check_wiki.tally_wiki(read, config, (), MOST)
        profile = profiles.chosen(config, read.head.profile)
        report = validate.validate(read.quads, read.base, profile, more=read.head.findings)
        assert made == tally.whole(report.findings, len(report.suppressed), 0, MOST)
        return made, bool(whole)

    yield tmp_path / "wiki", tmp_path / "store", tallied
    generations.release()


def test_after_any_edit_what_counts_is_what_judging_everything_gives_and_only_some_pages_are_judged(tallied_wiki):
    root, _, tallied = tallied_wiki
    assert tallied()[1]
    pages = sorted(root.rglob("*.md"))

    judged_all, silenced = [], []
    for change in (
        lambda: pages[2].write_text(pages[2].read_text() + "\nSee [[No Such Page]] and [[Nor This]].\n"),
        lambda: pages[1].write_text(pages[1].read_text() + COMMENT),
        lambda: pages[1].write_text(pages[1].read_text().replace("kg: ignore", "kg: ignored")),
        lambda: (root / "new.md").write_text("No front matter, [[No Such Page]]\n"),
        lambda: pages[2].rename(pages[2].with_name("elsewhere.md")),
        pages[3].unlink,
    ):
        change()
        made, is_whole = tallied()
        judged_all.append(is_whole)
        silenced.append(made.suppressed)

    assert judged_all.count(False) >= 4
    assert silenced[:3] == [0, 1, 0]


def test_what_stands_at_the_first_link_that_counts_is_judged_with_all_such_links(tallied_wiki):
    root, _, tallied = tallied_wiki
    (root / "a.md").write_text("# A\n\n<!-- kg: ignore link-dangling -- known -->\nSee [[old/b0x]].\n")
    (root / "b.md").write_text("# B\n\n" + "".join(f"See [[old/b{number}x]].\n\n" for number in range(1, 6)))
    tallied()

    for page in ("b.md", "a.md"):
        (root / page).write_text((root / page).read_text() + "\nMore.\n")
        made, is_whole = tallied()
        assert not is_whole
        assert [str(one.span) for one in made.first if one.rule == "link-folder"] == ["b.md:3:7"]


def test_what_is_not_kept_for_these_rules_or_cannot_be_read_is_judged_whole(tallied_wiki):
    root, store, tallied = tallied_wiki
    page = min(root.rglob("*.md"))
    page.write_text(page.read_text() + "\n[[No Such Page]]\n")
    first, _ = tallied()
    (file,) = (store / "generations").glob("*/tally-*")

    assert tallied() == (first, False)
    file.write_bytes(file.read_bytes()[:-9])
    assert tallied() == (first, True)
    (root / "kg.toml").write_text('[rules]\nlevels = { link-dangling = "info" }\n')
    other = Config(file=root / "kg.toml", rules={"levels": {"link-dangling": "info"}})
    quieter, is_whole = tallied(other)
    assert (quieter.levels, is_whole) != (first.levels, False)


def test_the_plans_of_rules_are_kept_for_the_next_check_and_damaged_ones_are_made_again(tallied_wiki, monkeypatch):
    root, store, tallied = tallied_wiki
    page = min(root.rglob("*.md"))
    made = []
    real = incremental.plans_of
    monkeypatch.setattr(incremental, "plans_of", lambda task: made.append(1) or real(task))

    for number in range(4):
        page.write_text(f"{page.read_text()}\nOne more, {number}.\n")
        tallied()
        if number == 2:
            (file,) = store.glob("plans-*")
            file.write_bytes(file.read_bytes()[:-9])

    assert len(made) == 2
