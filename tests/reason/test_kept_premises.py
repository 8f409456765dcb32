"""What is inferred after an edit, from what was read before it, is what is inferred from everything."""

import json
import random

import pytest
from pyoxigraph import Literal, NamedNode
from support.cases import CASES
from support.tier import CASES as TIER

from kg.ingest.ingest import How, ingest
from kg.rdf import names
from kg.reason import closure, each_fact, infer, premises
from kg.reason.rule_file import TYPE
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import generations

NEWSROOM = dialect.load("newsroom")
BASE = Config().base
OWL, RDFS, XSD = (f"<{names.expand(f'{prefix}:')}{{}}>" for prefix in ("owl", "rdfs", "xsd"))
SUBCLASS = RDFS.format("subClassOf")
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


def test_an_edit_is_reasoned_about_by_the_facts_that_came_and_went(inferred_wiki, monkeypatch):
    claim = "---\ntype: source\n---\n## Key Claims\n- [fact] [[acme]] — It is so.\n## Connections\n- references: [[widget]] — so\n"
    inferred_wiki.write("sources/s.md", claim)
    inferred_wiki.write("sources/t.md", claim)
    inferred_wiki.infer()
    real = infer.closure

    def closures():
        monkeypatch.setattr(infer, "closure", None)
        ingest(inferred_wiki.folder, inferred_wiki.root, Config(), NEWSROOM, how=How(max_shrink=100))
        made = infer.infer_into(inferred_wiki.folder, BASE)
        monkeypatch.setattr(infer, "closure", real)
        assert not inferred_wiki.infer()
        return made.count

    counts = []
    for text in (claim.replace("[fact]", "[analysis]"), "---\ntype: source\n---\n", claim):
        inferred_wiki.write("sources/s.md", text)
        counts.append(closures())

    assert counts[1] < counts[0] == counts[2]


@pytest.mark.parametrize(
    ("axioms", "alone"),
    [
        ([("<x:C>", SUBCLASS, "<x:D>")], True),
        ([("<x:p>", TYPE, OWL.format("TransitiveProperty"))], False),
        ([("<x:C>", OWL.format("disjointWith"), "<x:D>")], False),
        ([("<x:a>", OWL.format("sameAs"), "<x:b>")], False),
        ([(f"<{BASE}a>", SUBCLASS, "<x:D>")], False),
    ],
)
def test_rules_that_join_facts_or_can_contradict_them_need_all_of_them(axioms, alone):
    facts = [("<x:a>", TYPE, "<x:C>"), ("<x:a>", "<x:p>", "<x:b>")]
    whole = closure.closure(axioms, closure.Listed(facts))
    rules = each_fact.of_closure(whole, axioms, {"<x:p>"}, BASE)

    assert (rules is not None) is alone
    assert rules is None or each_fact.of_record(json.loads(json.dumps(rules.record()))) == rules


def test_a_fact_that_makes_other_rules_or_is_no_value_of_its_datatype_is_not_reasoned_about_by_itself():
    axioms = [("<x:p>", RDFS.format("range"), XSD.format("integer")), ("<x:C>", SUBCLASS, "<x:D>")]
    rules = each_fact.of_closure(closure.closure(axioms, closure.Listed([])), axioms, {"<x:p>", SUBCLASS}, BASE)
    some, prop = NamedNode("x:a"), NamedNode("x:p")

    assert rules.follows([(some, prop, Literal(1))]).sets["<x:p>"]
    for fact in ((some, prop, Literal("one")), (some, NamedNode(SUBCLASS[1:-1]), some)):
        with pytest.raises(each_fact.NotAloneError):
            rules.follows([fact])
