"""Whatever is done to a wiki, what `kg validate` makes of the last verdicts is what checking everything finds."""

import re
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Store
from support.cases import CASES, RULES
from support.tier import CASES as TIER

from kg.check import incremental, rules, validate
from kg.check.asked import Asked
from kg.check.profiles import Profile
from kg.ingest import ingest
from kg.rdf import names
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.shacl import run_shapes, shapes_graph
from kg.store import generations, manifest

NEWSROOM = dialect.load("newsroom")
BASE = Config().base
CLEAN = {path.relative_to(CASES / "_base").as_posix(): path.read_text() for path in (CASES / "_base").rglob("*.md")}


def case(rule, name):
    """Return the files of a case, by path."""
    text = (CASES / rule / f"{name}.md").read_text(encoding="utf-8")
    _, *parts = re.split(r"^%%% (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


class Wiki:
    """A wiki with its store; `check` ingests it and compares the two ways of validating it."""

    def __init__(self, place):
        self.root, self.folder = place / "wiki", place / "store"
        self.last = None
        self.write(CLEAN)

    def write(self, files):
        for path, text in files.items():
            if path.endswith((".md", ".json")):
                (self.root / path).parent.mkdir(parents=True, exist_ok=True)
                (self.root / path).write_text(text, encoding="utf-8")

    def pages(self):
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*.md"))

    def check(self, *, shapes=()):
        """Return how the incremental run went about it; fail where its findings are not those of the full run."""
        ingest.ingest(self.folder, self.root, Config(), NEWSROOM, how=ingest.How(max_shrink=100))
        generation = generations.require(self.folder)
        quads = generations.open_reader(self.folder, generation)
        full = validate.validate(quads, BASE, shapes=shapes)
        before, self.last = self.last, (generation, full.findings)
        if before and before[0].number != generation.number:
            self.check_changed(generation, quads, before, full, shapes)
        made = validate.validate(quads, BASE, shapes=shapes, source=incremental.kept(self.folder, generation))
        assert by_rule(made.findings) == by_rule(full.findings)
        assert (made.findings, made.results, made.conforms) == (full.findings, full.results, full.conforms)
        return made.how

    def check_changed(self, generation, quads, before, full, shapes):
        """Fail where --changed does not show exactly the findings of what changed and where a verdict did."""
        source = incremental.changed_since(self.folder, generation, before[0].number)
        made = validate.validate(quads, BASE, shapes=shapes, source=source)
        now = {finding.span.path for finding in set(before[1]) ^ set(full.findings)} | changed_pages(
            self.folder, before[0]
        )
        assert by_rule(made.findings) == by_rule(one for one in full.findings if one.span.path in now)


def changed_pages(folder, old):
    """Return the pages whose graphs are not what they were: other bytes, or links that mean something else."""
    said = []
    for one in (old, generations.require(folder)):
        with closing(manifest.opened(one.folder, generations.read_manifest(folder, one))) as pages:
            said.append({entry.path: (entry.name, entry.graphs) for entry in pages.entries()})
    return {path for path in {*said[0], *said[1]} if said[0].get(path) != said[1].get(path)}


def by_rule(findings):
    """Return findings as lines by their rule, so that a failure names the rule that reads more than is known."""
    found = {}
    for one in findings:
        found.setdefault(one.rule, set()).add(f"{one.span} {one.level} {one.message} {one.related} {one.edits}")
    return found


@pytest.fixture
def compared_wiki(tmp_path):
    yield Wiki(tmp_path)
    generations.release()


@pytest.fixture(scope="module")
def clean_wikis(tmp_path_factory):
    """Return a function that gives an empty folder for one example."""
    place = tmp_path_factory.mktemp("changed")

    def make():
        generations.release()
        shutil.rmtree(place, ignore_errors=True)
        return Wiki(place)

    return make


# ---- soundness -------------------------------------------------------------------------------------------------------

WORDS = ["licensing", "2026-01-15", "2025", "fact", "forecast", "analysis", "cites", "contradicts", "source", "entity",
         "concept", "person", "org", "AcmeLab", "JaneDoe", "OpenWeights", "case", "open-weights-report", "Acme Lab"]  # fmt: skip
edit = st.one_of(
    st.tuples(st.just("case"), st.sampled_from(RULES), st.sampled_from(["pass", "fail"])),
    st.tuples(st.just("case"), st.sampled_from(RULES), st.sampled_from(["pass", "fail"])),
    st.tuples(st.just("twin"), st.sampled_from(RULES), st.sampled_from(["sources", "entities", "concepts"])),
    st.tuples(st.just("drop"), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("double"), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("word"), st.integers(0, 9999), st.sampled_from(WORDS)),
    st.tuples(st.just("word"), st.integers(0, 9999), st.sampled_from(WORDS)),
    st.tuples(st.just("remove"), st.integers(0, 99), st.none()),
    st.tuples(st.just("move"), st.integers(0, 99), st.sampled_from(["sources/moved", "entities/Moved", "concepts/JaneDoe"])),
)  # fmt: skip


def do(wiki, kind, what, how):
    """Do one edit where it can be done."""
    pages = wiki.pages()
    page = pages[what % len(pages)] if isinstance(what, int) else ""
    text = (wiki.root / page).read_text(encoding="utf-8") if page else ""
    lines = text.split("\n")
    match kind:
        case "case":
            wiki.write(case(what, how))
        case "twin":
            files = {path: text for path, text in case(what, "fail").items() if path.endswith(".md")}
            wiki.write({f"{how}/{Path(path).stem}-twin.md": text for path, text in files.items()})
        case "drop":
            del lines[how % len(lines)]
            (wiki.root / page).write_text("\n".join(lines), encoding="utf-8")
        case "double":
            lines.insert(0 if not how else how % len(lines), lines[how % len(lines)])
            (wiki.root / page).write_text("\n".join(lines), encoding="utf-8")
        case "word":
            words = list(re.finditer(r"[\w-]+", text))
            if words:
                at = words[what % len(words)]
                (wiki.root / page).write_text(text[: at.start()] + how + text[at.end() :], encoding="utf-8")
        case "remove" if len(pages) > 1:
            (wiki.root / page).unlink()
        case "move" if not (wiki.root / f"{how}.md").exists():
            (wiki.root / page).rename(wiki.root / f"{how}.md")


@settings(max_examples=max(2, TIER // 80))
@given(st.lists(st.lists(edit, min_size=1, max_size=3), min_size=2, max_size=6))
def test_after_any_edits_the_kept_verdicts_give_the_findings_of_a_full_run(clean_wikis, rounds):
    wiki = clean_wikis()
    wiki.check()
    for edits in rounds:
        for one in edits:
            do(wiki, *one)
        how = wiki.check()
        assert how != "everything was checked"


EVERY = {100: 40, 500: 20}.get(TIER, 1)  # a rule takes two ingests and four checks
PARTS = 4


@pytest.mark.tiered
@pytest.mark.parametrize("part", range(PARTS))
def test_breaking_and_mending_a_rule_gives_the_findings_of_a_full_run(part, compared_wiki):
    compared_wiki.check()
    for rule in RULES[::EVERY][part::PARTS]:
        for name in ("fail", "pass"):
            compared_wiki.write(case(rule, name))
            assert compared_wiki.check() != "everything was checked", rule


# ---- what a rule reads -----------------------------------------------------------------------------------------------


def test_every_rule_that_ships_says_what_it_reads_beyond_its_focus_node():
    said = list(rules.shapes_with())
    graph = shapes_graph.read(said)
    reads = NamedNode(names.SHAPES + "reads")
    planned = incremental.plans_of(Asked(Store(), BASE, said, graph, Profile()))
    units = {one.name: one for one, _ in run_shapes.units(graph)}

    undeclared = {}
    for unit, plan in planned.plans.items():
        one = units[unit]
        nodes = {one.node, *one.constraint.shapes, one.constraint.node}
        declared = {value for node in nodes if node is not None for value in graph.objects(node, reads)}
        if missing := plan.everywhere() - declared:
            undeclared[unit.split("#")[-1]] = sorted(map(names.shorten, (one.value for one in missing)))
    assert undeclared == {}, "read everywhere, not from $this on: docs/incremental.md says how to write the rule"


OWN = """
@prefix nr: <https://w3id.org/newsroom-kg/ns#> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <https://x.example/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix shapes: <https://w3id.org/newsroom-kg/shapes#> .
x:Claims a sh:NodeShape ; sh:targetClass nr:Claim ; sh:property x:claimant-plain, x:key-said .
x:claimant-plain a sh:PropertyShape ; sh:path nr:claimant ; sh:nodeKind sh:Literal ; sh:message "'{value}' speaks" .
x:key-said a sh:PropertyShape ; sh:path nr:statementKey ; sh:nodeKind sh:IRI ; sh:message "it has a key" ;
  shapes:related [ sh:prefixes <https://w3id.org/newsroom-kg/shapes> ; sh:select \"\"\"
    SELECT ?other WHERE { $this nr:statementKey ?key . ?other nr:statementKey ?key FILTER(?other != $this) }\"\"\" ] .
"""


def test_words_and_other_places_of_a_finding_change_with_what_is_said_elsewhere(compared_wiki, tmp_path):
    own = tmp_path / "own.ttl"
    own.write_text(OWN)
    for name, spelled in (("one", "acme lab"), ("two", "ACME LAB"), ("three", "Zoe")):
        text = case("claim-grade", "pass")["sources/case.md"].replace("[[AcmeLab]]", spelled)
        compared_wiki.write({f"sources/{name}.md": text.replace("example.org/case", f"example.org/{name}")})
    compared_wiki.check(shapes=[own])
    assert {one.message for one in found(compared_wiki, "claimant-plain")} == {"'ACME LAB' speaks"}
    assert {one.related for one in found(compared_wiki, "key-said")} == {()}

    respell(compared_wiki, "sources/two.md", "ACME LAB", "Bob")
    assert compared_wiki.check(shapes=[own]) != "everything was checked"
    assert {one.message for one in found(compared_wiki, "claimant-plain")} == {"'acme lab' speaks"}

    respell(compared_wiki, "sources/three.md", "Zoe", "acme lab")
    assert compared_wiki.check(shapes=[own]) != "everything was checked"
    assert {other.span.path for one in found(compared_wiki, "key-said") for other in one.related} == {
        "sources/three.md"
    }


def respell(wiki, page, old, new):
    wiki.write({page: (wiki.root / page).read_text().replace(old, new)})


def found(wiki, rule):
    """Return what a rule found on the first of the pages."""
    return [one for one in wiki.last[1] if one.rule == rule and one.span.path == "sources/one.md"]
