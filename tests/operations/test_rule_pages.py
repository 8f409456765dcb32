"""Rules as documentation: every rule says why and how, has its cases, and its page in docs/rules is up to date."""

import ast
import json
import re

import pytest
from support.cases import CASES
from support.commands import kg
from support.places import ROOT

from kg.check import profiles, rules, suppression
from kg.front_matter import field_lint
from kg.model import declared
from kg.model.finding import KgError
from kg.operations import rule_cases, rule_pages
from kg.shacl import shapes_graph
from kg.shacl.terms import iri

MANUALS = {one.rule: one for one in rule_pages.manuals("newsroom")}
FIXTURES = {one.rule for one in MANUALS.values() if one.fixture}
RULE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
# What calls build a finding of the parser with a rule's name as the argument of this number.
MAKERS = {"Finding": 1, "_info": 3, "_warning": 3, "_finding": 2, "say": 1}


@pytest.fixture(scope="module")
def graph():
    return shapes_graph.read(rules.shapes_with())


def test_every_rule_has_a_message_a_severity_a_reason_and_its_page_in_the_manual(graph):
    shapes = {*rules.named_shapes(graph), *rules.text_rules(graph)}
    says = {one for one in shapes if graph.objects(one, iri("sh:message"))} | rules.text_rules(graph)

    for word in ("sh:severity", "rdfs:comment", "rdfs:seeAlso"):
        assert {rules.name(one) for one in shapes if graph.objects(one, iri(word))} == {*map(rules.name, says)}, word
    for one in says:
        page = f"https://w3id.org/newsroom-kg/rules/{rules.name(one)}"
        assert [found.value for found in graph.objects(one, iri("rdfs:seeAlso"))] == [page]
    assert all(graph.objects(one, iri("rdfs:label")) for one in rules.text_rules(graph))


def test_every_rule_has_both_cases_or_says_what_breaks_it():
    for name in ("pass", "fail"):
        assert {file.parent.name for file in CASES.glob(f"*/{name}.md")} == MANUALS.keys() - FIXTURES
    assert {MANUALS[rule].file for rule in FIXTURES} == {"shapes/reading.ttl"}


def test_every_rule_says_in_more_than_a_word_why_it_holds():
    assert [rule for rule, manual in MANUALS.items() if len(manual.why.split()) < 10] == []


def written_rules():
    """Every rule that a call in kg/ names for a finding; rendered-… are about copies that kg import-rendered reads."""
    for path in sorted((ROOT / "kg").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                for one in node.args[: MAKERS.get(called, -1) + 1]:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and RULE.fullmatch(one.value):
                        yield one.value


def test_the_rules_of_the_parser_are_declared_and_no_others(graph):
    declared_rules = {rules.name(one) for one in rules.text_rules(graph)}
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "kg").rglob("*.py")))

    assert {one for one in written_rules() if not one.startswith("rendered-")} <= declared_rules
    assert declared_rules >= field_lint.RULES | suppression.RULES
    assert [rule for rule in declared_rules if f'"{rule}"' not in text] == []


@pytest.mark.full
def test_the_pages_of_the_manual_are_up_to_date():
    made = rule_pages.pages([*MANUALS.values()], CASES)
    there = {path.name: path.read_text(encoding="utf-8") for path in declared.folder("rules").glob("*.md")}

    assert sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name)) == [], (
        "write them anew with `make rules`"
    )


def test_the_page_of_a_rule_has_what_is_wrong_what_is_printed_and_what_is_right():
    text = (declared.folder("rules") / "link-dangling.md").read_text(encoding="utf-8")

    assert "See [[OpenWates]]." in text
    assert "sources/case.md:13:7: violation: '[[OpenWates]]' leads to no page; correct the name" in text
    assert "<!-- kg: ignore link-dangling -- " in text
    assert 'link-dangling = "off"' in text
    assert "warning (lenient) · violation (newsroom)" in text


def test_every_example_shows_the_marked_line_and_one_finding():
    for rule in MANUALS.keys() - FIXTURES:
        text = (declared.folder("rules") / f"{rule}.md").read_text(encoding="utf-8")
        printed = text.partition("is reported as\n\n")[2].partition("\n## ")[0]
        assert printed.count(f"[{rule}]\n") == 1, rule
        assert all(len(line) <= 161 for one in shown(rule) for line in one.lines)


def shown(rule):
    return [
        one
        for side in rule_cases.differing(*(rule_cases.read(CASES, rule, name) for name in ("fail", "pass")))
        for one in side
    ]


def test_a_rule_without_cases_has_a_page_without_examples():
    page = rule_pages.page(MANUALS["encoding"], rule_pages.example(CASES, "encoding"))

    assert "## What breaks it\n\nA page that an editor saved as Latin-1" in page
    assert "## Wrong" not in page


def test_pages_of_rules_that_there_are_no_more_are_taken_away_and_others_left(tmp_path):
    made = {"a-b.md": rule_pages.page(MANUALS["encoding"], None), "README.md": "x\n"}
    (tmp_path / "mine.md").write_text("mine\n")

    assert rule_pages.write(tmp_path, {**made, "c-d.md": made["a-b.md"]}) == [
        "README.md",
        "a-b.md",
        "c-d.md",
        "mine.md",
    ]
    assert rule_pages.write(tmp_path, made) == ["c-d.md", "mine.md"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "a-b.md", "mine.md"]


def test_an_unknown_rule_is_refused_with_the_one_that_was_meant():
    with pytest.raises(KgError, match=r"there is no rule 'link-danglin'; did you mean 'link-dangling'\?"):
        rule_pages.one([*MANUALS.values()], "link-danglin")
    assert profiles.meant("zzz", MANUALS) == "`kg rules` lists those that there are"


# ---- the command -----------------------------------------------------------------------------------------------------


def test_kg_rules_lists_every_rule_under_the_profile(tmp_path):
    newsroom, lenient = (
        kg("rules", "--profile", name, cwd=tmp_path, code=0).stdout for name in ("newsroom", "lenient")
    )

    assert len(newsroom.splitlines()) == len(MANUALS)
    assert "violation  claim-grade" in newsroom
    assert "info       claim-grade" in lenient
    assert "claimant-long (60)" in newsroom


def test_kg_rules_heeds_kg_toml(tmp_path):
    (tmp_path / "kg.toml").write_text('[levels]\nclaim-grade = "off"\n[thresholds]\nclaimant-long = 99\n')
    rows = {row["rule"]: row for row in json.loads(kg("rules", "--json", cwd=tmp_path, code=0).stdout)}

    assert (rows["claim-grade"]["level"], rows["claimant-long"]["threshold"]) == ("off", 99)
    assert rows.keys() == MANUALS.keys()


def test_kg_rules_shows_one_rule_as_text_and_for_programs(tmp_path):
    page = (declared.folder("rules") / "link-dangling.md").read_text(encoding="utf-8")
    row = json.loads(kg("rules", "link-dangling", "--json", cwd=tmp_path, code=0).stdout)

    assert kg("rules", "link-dangling", cwd=tmp_path, code=0).stdout == page.rstrip("\n") + "\n"
    assert (row["rule"], row["file"], row["manual"]) == ("link-dangling", "shapes/link.ttl", page)
    assert kg("rules", "link-danglin", cwd=tmp_path, code=2).stderr == (
        "kg: there is no rule 'link-danglin'; did you mean 'link-dangling'?\n"
    )


def test_rules_of_ones_own_shapes_have_pages_too(tmp_path):
    (tmp_path / "mine.ttl").write_text(
        "# mine: what we ask for\n@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix nr: <https://w3id.org/newsroom-kg/ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        '<https://mine.example/short-claims> a sh:NodeShape ; sh:targetClass nr:Claim ; sh:message "too long: {value}" ;\n'
        '  rdfs:comment "Short claims can be compared." .\n'
    )
    done = kg("rules", "short-claims", "--shapes", "mine.ttl", cwd=tmp_path, code=0)

    assert "Too long: ….\n" in done.stdout or "Too long: …\n" in done.stdout
    assert "Short claims can be compared." in done.stdout
