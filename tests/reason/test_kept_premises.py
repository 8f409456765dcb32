"""What is inferred after an edit, from what was read before it, is what is inferred from everything."""

import random

import pytest
from support.cases import CASES
from support.tier import CASES as TIER

from kg.ingest.ingest import How, ingest
from kg.reason import infer, premises
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations

NEWSROOM = dialect.load("newsroom")
BASE = Config().base
LINES = (
    "- **[fact]** Prices doubled in 2024. — [[Acme]]", "- references: [[widget]] — named there", "Plain words.",
    "- contradicts: [[acme]] — says otherwise", '> "We are the first." — [[Acme]]', "See [[No Such Page]].",
    "- references: [[odd\u2028name]] — named there", "- references: [[odd\x85name]] — there",
)  # fmt: skip
FIELDS = ("type: source", "type: concept", "type: entity\nkind: org", "type: entity\nkind: product", "kind: person")


class Wiki:
    """A wiki with a store; `infer` ingests it and compares the two ways of inferring."""

    def __init__(self, place, monkeypatch):
        self.root, self.folder = place / "wiki", place / "store"
        self.reads = []
        real = premises.Stored.members
        monkeypatch.setattr(premises.Stored, "members", lambda stored: self.reads.append(1) or real(stored))
        for path in (CASES / "_base").rglob("*.md"):
            self.write(path.relative_to(CASES / "_base").as_posix(), path.read_text())

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def pages(self):
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*.md"))

    def infer(self, *, strict=False):
        """Return whether the store was read for it; fail where what follows is not what follows from everything."""
        ingest(self.folder, self.root, Config(), NEWSROOM, how=How(max_shrink=100))
        self.reads.clear()
        made = infer.infer_into(self.folder, BASE, strict=strict)
        is_read = bool(self.reads)
        generation = generations.require(self.folder)
        quads = generations.open_reader(self.folder, generation)
        whole = infer.infer(quads, BASE, strict=strict)
        assert (made.count, made.findings) == (whole.count, whole.findings)
        reasoned = generations.open_reader(self.folder, generation, reasoned=True)
        assert set(map(str, reasoned)) == {*map(str, quads), *_quads(whole)}
        generations.release()
        return is_read


def _quads(inferred):
    return {line.removesuffix(" .") for line in inferred.quads.decode().split("\n")[:-1]}


@pytest.fixture
def inferred_wiki(tmp_path, monkeypatch):
    yield Wiki(tmp_path, monkeypatch)
    generations.release()


def edit(wiki, chance):
    """Do one thing to a wiki: a line more, a line less, another field, a page away, there, or under another name."""
    path = chance.choice(wiki.pages())
    file, text = wiki.root / path, (wiki.root / path).read_text()
    lines = text.splitlines(keepends=True)
    match chance.randrange(6):
        case 0 | 1:
            wiki.write(path, f"{text}\n{chance.choice(LINES)}\n")
        case 2:
            lines.pop(chance.randrange(len(lines)))
            wiki.write(path, "".join(lines))
        case 3:
            wiki.write(path, text.replace("---\n", f"---\n{chance.choice(FIELDS)}\n", 1))
        case 4:
            name = chance.choice(("entities/acme.md", "sources/other.md", "concepts/widget.md"))
            wiki.write(name, f"---\n{chance.choice(FIELDS)}\ntitle: New\n---\n## Connections\n{chance.choice(LINES)}\n")
        case _:
            file.rename(file.with_name(f"moved-{chance.randrange(9)}.md"))


@pytest.mark.tiered
@pytest.mark.parametrize("seed", range(max(2, TIER // 100)))
def test_after_any_edits_what_follows_is_what_follows_from_everything(inferred_wiki, seed):
    chance = random.Random(seed)  # noqa: S311  # reproducible, no secret
    assert inferred_wiki.infer()

    reads = []
    for _ in range(8):
        edit(inferred_wiki, chance)
        reads.append(inferred_wiki.infer())

    assert reads.count(False) >= 4


def test_text_that_entails_nothing_leaves_what_was_inferred(inferred_wiki, monkeypatch):
    inferred_wiki.infer()
    path = inferred_wiki.pages()[0]
    text = (inferred_wiki.root / path).read_text()
    inferred_wiki.write(path, text + "\nAnother paragraph, with a sentence.\n")
    assert not inferred_wiki.infer()
    inferred_wiki.write(path, text + "\nAnother paragraph, with a longer sentence.\n")
    ingest(inferred_wiki.folder, inferred_wiki.root, Config(), NEWSROOM)
    monkeypatch.setattr(infer, "infer", None)

    assert infer.infer_into(inferred_wiki.folder, BASE).count > 0


def test_a_contradiction_comes_goes_and_has_its_new_line(inferred_wiki):
    inferred_wiki.write("entities/acme.md", "---\ntype: concept\n---\n")
    inferred_wiki.write("sources/s.md", "---\ntype: source\n---\n## Key Claims\n- [fact] [[acme]] — It is so.\n")
    inferred_wiki.infer(strict=True)

    inferred_wiki.write("sources/s.md", "---\ntype: source\n---\n\n\n## Key Claims\n- [fact] [[acme]] — It is so.\n")
    assert not inferred_wiki.infer(strict=True)
    inferred_wiki.write("entities/acme.md", "---\ntype: entity\nkind: org\n---\n")
    assert not inferred_wiki.infer(strict=True)


def test_what_was_kept_for_another_inference_or_is_damaged_is_not_used(inferred_wiki):
    def edit_a_page():
        path = inferred_wiki.pages()[0]
        inferred_wiki.write(path, (inferred_wiki.root / path).read_text() + "\nOne more.\n")

    inferred_wiki.infer()
    edit_a_page()
    assert inferred_wiki.infer(strict=True)
    (file,) = (inferred_wiki.folder / "generations").glob("*/premises")
    file.write_bytes(file.read_bytes()[:-3])
    edit_a_page()
    assert inferred_wiki.infer(strict=True)
    edit_a_page()
    assert not inferred_wiki.infer(strict=True)


def test_only_the_newest_generation_keeps_what_was_read(inferred_wiki):
    for number in range(3):
        inferred_wiki.write("sources/s.md", f"---\ntype: source\n---\nWords {number}.\n")
        inferred_wiki.infer()

    assert [file.parent.name for file in (inferred_wiki.folder / "generations").glob("*/premises")] == ["000003"]


@pytest.mark.parametrize("name", ["manifest.json", "inferred.json", "quads/CURRENT", "reasoned/CURRENT", "premises"])
def test_a_damaged_generation_before_does_not_hinder_this_one(inferred_wiki, name):
    inferred_wiki.infer()
    path = inferred_wiki.pages()[0]
    inferred_wiki.write(path, (inferred_wiki.root / path).read_text() + "\nOne more.\n")
    ingest(inferred_wiki.folder, inferred_wiki.root, Config(), NEWSROOM)
    file = inferred_wiki.folder / "generations/000001" / name
    file.write_bytes(file.read_bytes()[:-9][:20])

    assert inferred_wiki.infer()
    (inferred_wiki.folder / "generations/000002/inferred.json").write_text("{")
    assert inferred_wiki.infer()
