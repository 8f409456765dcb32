"""Every rule has a page that breaks it and one that does not: tests/cases/<rule>/{fail,pass}.md."""

import re
import sys
import tomllib
from collections import Counter

import pytest
from pyoxigraph import NamedNode, Quad
from support.cases import RULES, case, clean_wiki, filled, laid_out, on_disk, packed
from support.pages import BASE
from support.places import ROOT, TESTS
from support.tier import some

from kg.check import validate
from kg.model.finding import KgError, Level, Span
from kg.rdf import names

# What cannot go wrong alone: a page that is wanted is one that links do not find.
WITH = {"page-wanted": {"link-dangling"}}
PACKS = 16  # wikis in which many rules find their defects at once: the engine's time for a wiki is that for its shapes
SEED = "sources/open-source-ai-models-how-open.md"
# What the rules of the Open Knowledge Format look at, no wiki of a newsroom has.
OF_BUNDLES = (
    "okf-actor", "okf-computation", "okf-date", "okf-deprecated", "okf-footnote", "okf-runtime", "okf-source-resource",
    "okf-source-uncited", "okf-stale", "okf-time", "okf-type",
)  # fmt: skip


@pytest.fixture
def wiki_of():
    """Return a function that maps pages, by path, into a store; `.ttl` is loaded as it is, other files are written."""
    return laid_out


def shown(findings):
    return [f"{finding.span}: {finding.level}: {finding.message} [{finding.rule}]" for finding in findings]


def violations(report):
    return shown(finding for finding in report.findings if finding.level is Level.VIOLATION)


@pytest.mark.parametrize("part", range(PACKS))
def test_rules_find_their_defects_together_in_one_wiki_or_else_alone(part, report):
    rules = RULES[part::PACKS]
    files, places = packed(rules)
    together = Counter((finding.rule, str(finding.span)) for finding in report(files).findings)
    for rule in rules:
        if together[rule, places.get(rule)] != 1:  # another's page stands in its place, or tells what it asks for
            place, own = case(rule, "fail")
            assert [str(finding.span) for finding in report(own).findings if finding.rule == rule] == [place]


@pytest.mark.parametrize("rule", some(RULES, 8))
def test_a_rule_finds_its_defect_once_at_its_place_and_nothing_else_is_wrong(rule, report):
    place, files = case(rule, "fail")
    findings = report(files).findings

    assert [str(finding.span) for finding in findings if finding.rule == rule] == [place]
    worst = {finding.rule for finding in findings if finding.level is Level.VIOLATION}
    assert worst <= {rule, *WITH.get(rule, ())}


@pytest.mark.parametrize("rule", some(RULES, 8))
def test_a_rule_is_silent_where_all_is_right(rule, wiki_of):
    _, files = case(rule, "pass")
    report = validate.validate(wiki_of(files), BASE)

    assert violations(report) == []
    assert [finding for finding in report.findings if finding.rule == rule] == []


def test_the_wiki_that_the_cases_are_laid_over_is_clean(wiki_of):
    report = validate.validate(wiki_of(clean_wiki()), BASE)

    assert report == validate.Report(
        conforms=True,
        findings=(),
        not_applicable=(
            "cluster-overview", "contradiction-no-theme", *OF_BUNDLES, "overview-invasion", "overview-labelled", "overview-markers",
            "overview-name", "overview-themes", "prose-acronyms", "prose-figure-repeated", "prose-figures", "root-count",
            "root-overview-clusters", "root-themes", "theme-claim", "theme-coverage", "theme-old", "theme-overview",
            "theme-registered", "theme-sources",
        ),
    )  # fmt: skip


FRONT = """---
title: {title}
type: source
tags: [licensing]
published: 2026-01-10
scraped: 2026-01-12
source_url: https://example.org/{title}
last_updated: 2026-01-12
---

## Summary

What the article says.

## Key Claims

- [fact] [[AcmeLab]] — released the weights

## Key Quotes

> "We publish everything." — [[JaneDoe]]

## Connections

- references: [[AcmeLab]] — the maker
"""
VARIANTS = [
    ("claim-grade", "- [fact] [[AcmeLab]] —", "- [[AcmeLab]] —", "17:1"),
    ("claim-content", "released the weights", "—", "17:1"),
    ("claimant-collective", "[[AcmeLab]] — released", "the government — released", "17:10"),
    ("claimant-collective", "— [[JaneDoe]]", "— Analysts, in a report", "21:30"),
    ("speaker-class", "— [[JaneDoe]]", "— [[open-weights-report]]", "21:32"),
    ("connection-relation", "- references: [[AcmeLab]]", "- [[AcmeLab]]", "25:1"),
    ("defines-concept", "- references: [[AcmeLab]]", "- defines: [[OpenWeights]], [[AcmeLab]]", "25:31"),
    ("link-empty", "the maker", "the [[]] maker", "25:35"),
    ("link-dangling", "the maker", "the [[Nobody#Overview]]", "25:35"),
    ("link-anchor", "the maker", "the [[#Nothing]]", "25:35"),
    ("page-title", "title: {title}", "title: ' '", "2:8"),
    ("page-type", "type: source\n", "", "1:1"),
    ("tags-empty", "tags: [licensing]\n", "", "1:1"),
    ("tags-empty", "tags: [licensing]", "tags: ['']", "4:1"),
    ("field-date", "published: 2026-01-10", "published: 2025-19-39", "5:12"),
    ("field-date", "last_updated: 2026-01-12", "last_updated: 12.1.2026", "8:15"),
    ("dates-order", "published: 2026-01-10", "published: 2027", "5:12"),
    ("dates-order", "last_updated: 2026-01-12", "last_updated: 2026-01-11", "8:15"),
    ("dates-order", "published: 2026-01-10\nscraped: 2026-01-12\n", "published: 2026-02\nscraped:\n", "5:12"),
    ("url-form", "source_url: https://", "source_url: https:/", "7:13"),
    ("section-required", "## Key Claims", "## Notes", "1:1"),
    ("name-has-page", "— [[JaneDoe]]", "— Jane doe", "21:30"),
]


def test_a_rule_finds_every_form_of_its_defect(wiki_of):
    files, expected = dict(clean_wiki()), set()
    for number, (rule, right, wrong, place) in enumerate(VARIANTS, 1):
        page, title = f"sources/{rule}-{number}.md", f"{rule}-{number}"
        text = FRONT.format(title=title)
        assert text.count(right.format(title=title)) == 1, right
        files[page] = text.replace(right.format(title=title), wrong).encode()
        expected.add(f"{page}:{place} {rule}")
    report = validate.validate(wiki_of(files), BASE)

    found = {f"{finding.span} {finding.rule}" for finding in report.findings if finding.level is Level.VIOLATION}
    assert sorted(found) == sorted(expected)


def test_a_page_without_front_matter_is_named_where_its_folder_stands_for_a_type(wiki_of):
    report = validate.validate(
        wiki_of({**clean_wiki(), "sources/bare.md": b"Words.\n", "notes/bare.md": b"Words.\n"}), BASE
    )

    assert [line for line in shown(report.findings) if "no front matter" in line] == [
        "sources/bare.md:1:1: violation: the page has no front matter; write 'type: source', 'type: entity', 'type: concept' … [page-type]"
    ]


def test_a_finding_says_what_stands_where_and_how_to_mend_it(wiki_of):
    _, files = case("speaker-class", "fail")
    (finding,) = validate.validate(wiki_of(files), BASE).findings

    assert finding.span == Span("sources/case.md", 21, 46, 21, 57)
    assert finding.message == "'OpenWeights' is no person or organization, so nobody said these words; name who did"
    assert finding.focus.startswith(f"{BASE}quote/case/")
    assert finding.value == f"{BASE}id/OpenWeights"
    assert finding.hint.startswith("A concept, a source or a cluster cannot speak")


def test_a_topic_is_called_as_the_author_spells_it_there(wiki_of):
    _, files = case("speaker-class", "fail")
    text = files["sources/case.md"].replace(b"[[OpenWeights]]", b"[[concepts/OpenWeights|open weights]]")
    report = validate.validate(wiki_of({**files, "sources/case.md": text}), BASE)

    assert report.findings[0].message.startswith("'concepts/OpenWeights' is no person")


def test_long_words_are_cut_and_braces_in_them_are_only_words(wiki_of):
    _, files = case("claim-grade", "fail")
    text = files["sources/case.md"].replace(
        b"will release", b"will {value} {focus} {?this} " + b"very " * 20 + b"soon release"
    )
    (finding,) = validate.validate(wiki_of({**files, "sources/case.md": text}), BASE).findings

    quoted = finding.message.split("'")[1]
    assert quoted.startswith("[rumour] [[AcmeLab]] — will {value} {focus} {?this} very very")
    assert len(quoted) == 80
    assert quoted.endswith("…")


def test_a_link_to_nothing_is_reported_once_and_not_as_a_speaker(wiki_of):
    _, files = case("speaker-class", "fail")
    text = files["sources/case.md"].replace(b"the idea of [[OpenWeights]]", b"the idea of [[Nobody]]")
    report = validate.validate(wiki_of({**files, "sources/case.md": text}), BASE)

    assert [finding.rule for finding in report.findings] == ["link-dangling"]


def test_what_the_parser_found_passes_through(wiki_of):
    _, files = case("claim-grade", "pass")
    text = (
        files["sources/case.md"].replace(b"- [fact]", b"* [fact]").replace(b"[licensing]", b"[licensing]\ntags: [law]")
    )
    report = validate.validate(wiki_of({**files, "sources/case.md": text, "notes/old.md": b"caf\xe9\n"}), BASE)

    assert [(str(finding.span), finding.rule, str(finding.level)) for finding in report.findings] == [
        ("notes/old.md:1:4", "encoding", "warning"),
        ("sources/case.md:5:1", "front-matter-duplicate-key", "violation"),
        ("sources/case.md:18:1", "line-canonical", "info"),
    ]


def test_a_profile_gives_rules_other_levels_or_switches_them_off(wiki_of, tmp_path):
    profile = tmp_path / "mine.toml"
    profile.write_text('[levels]\nclaim-grade = "info"\nlink-dangling = "off"\nencoding = "off"\n')
    _, files = case("claim-grade", "fail")
    text = files["sources/case.md"].replace(b"the data", b"[[TheData]]")
    report = validate.validate(
        wiki_of({**files, "sources/case.md": text, "notes/old.md": b"caf\xe9\n"}), BASE, str(profile)
    )

    assert [(finding.rule, finding.level) for finding in report.findings] == [("claim-grade", Level.INFO)]


def test_the_lenient_profile_has_no_violation_for_pages_of_another_kind_of_wiki(wiki_of):
    foreign = b"""---
type: technique
---
# A technique

## Key Claims

- It **works**: [[nowhere]]
- nobody says so
"""
    report = validate.validate(wiki_of({"notes/technique.md": foreign}), BASE, "lenient")

    assert violations(report) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[levels]\nno-such-rule = "info"', "levels.no-such-rule: there is no such rule; `kg rules` lists"),
        (
            '[levels]\nclaim-grade = "error"',
            "levels.claim-grade: unknown level 'error'; use one of violation, warning, info, off",
        ),
        ('claim-grade = "info"', "expected the tables [levels]"),
        ("[levels", "not TOML"),
        ("[thresholds]\nclaim-grade = 3", "thresholds.claim-grade: no rule with a threshold; `kg rules` lists"),
        ('[thresholds]\nclaimant-long = "long"', "thresholds.claimant-long: 'long' is no number from 0"),
        ("[thresholds]\nclaimant-long = true", "thresholds.claimant-long: 'True' is no number from 0"),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused_with_its_reason(text, complaint, wiki_of, tmp_path):
    profile = tmp_path / "mine.toml"
    profile.write_text(text)

    with pytest.raises(KgError, match=re.escape(complaint)):
        validate.validate(wiki_of({}), BASE, str(profile))


def test_a_profile_gives_a_rule_another_threshold_and_the_message_says_it(wiki_of, tmp_path):
    _, files = case("claimant-long", "fail")
    profile = tmp_path / "mine.toml"

    def found(limit):
        profile.write_text(f"[thresholds]\nclaimant-long = {limit}\n")
        report = validate.validate(wiki_of(files), BASE, str(profile))
        return [finding.message for finding in report.findings if finding.rule == "claimant-long"]

    assert found(500) == []
    assert "is longer than 40 characters" in found(40)[0]


def test_an_unknown_profile_names_those_there_are(wiki_of):
    with pytest.raises(KgError, match="unknown profile 'strict'; use one of lenient, newsroom, okf, or the path"):
        validate.validate(wiki_of({}), BASE, "strict")


OWN = """
@prefix nr: <https://w3id.org/newsroom-kg/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix my: <https://mine.example/shapes#> .

my:short-claims a sh:NodeShape ;
  sh:targetClass nr:Claim ;
  sh:property [ sh:path <https://schema.org/text> ; sh:maxLength 33 ; sh:severity sh:Warning ;
    sh:message "too long: {value}" ] .
"""


def test_shapes_of_ones_own_are_checked_too_and_have_levels(wiki_of, tmp_path):
    (tmp_path / "mine").mkdir()
    shapes, profile = tmp_path / "mine" / "mine.ttl", tmp_path / "mine.toml"
    shapes.write_text(OWN)
    store = wiki_of(clean_wiki())

    report = validate.validate(store, BASE, shapes=[shapes])
    assert shown(report.findings) == [
        "sources/open-weights-report.md:18:1: warning: too long: doubts that weights alone are open [short-claims]"
    ]

    profile.write_text('[levels]\nshort-claims = "off"\n')
    assert validate.validate(store, BASE, str(profile), [shapes]).conforms


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("broken.ttl", "this is no Turtle", "not readable as Turtle"),
        ("odd.docx", "", "not a file of RDF"),
        ("missing.ttl", None, "no such file"),
        ("network.ttl", OWN + 'my:far a sh:NodeShape ; sh:targetClass nr:Claim ; sh:sparql [ sh:select '
         '"SELECT $this WHERE { SERVICE <https://far.example/> { $this ?p ?o } }" ] .', "SERVICE would reach the network"),
        ("values.ttl", OWN + 'my:odd a sh:NodeShape ; sh:targetClass nr:Claim ; sh:sparql [ sh:select '
         '"SELECT $this WHERE { VALUES ?x { 1 } }" ] .', "the shapes cannot be used"),
        ("sparql.ttl", OWN + 'my:odd a sh:NodeShape ; sh:targetClass nr:Claim ; sh:sparql [ sh:select '
         '"SELECT $this WHERE { $this }" ] .', "the shapes cannot be used"),
    ],
)  # fmt: skip
def test_shapes_that_cannot_be_used_are_refused_with_their_reason(name, text, complaint, wiki_of, tmp_path):
    (tmp_path / "mine").mkdir()
    if text is not None:
        (tmp_path / "mine" / name).write_text(text)

    with pytest.raises(KgError, match=complaint):
        validate.validate(wiki_of(clean_wiki()), BASE, shapes=[tmp_path / "mine" / name])


def test_a_store_without_the_ontology_is_checked_with_the_one_that_ships(wiki_of):
    _, files = case("speaker-class", "pass")
    store = wiki_of(files)
    store.remove_graph(NamedNode(f"{BASE}graph/ontology"))

    assert validate.validate(store, BASE).conforms


def test_what_was_inferred_is_not_judged(wiki_of):
    store = wiki_of(clean_wiki())
    kind, claim = NamedNode(names.expand("rdf:type")), NamedNode(names.expand("nr:Claim"))
    store.add(Quad(NamedNode(f"{BASE}id/AcmeLab"), kind, claim, NamedNode(f"{BASE}graph/inferred")))

    assert validate.validate(store, BASE).conforms


def test_the_same_store_gives_the_same_findings_in_the_same_order(wiki_of):
    files = dict(clean_wiki())
    for rule in ("claim-grade", "link-dangling", "url-form"):
        files |= {f"sources/{rule}.md": case(rule, "fail")[1]["sources/case.md"]}
    first, second = (
        validate.validate(wiki_of(dict(order)), BASE) for order in (files.items(), reversed(files.items()))
    )

    assert first == second
    assert list(first.findings) == sorted(first.findings)


@pytest.fixture(scope="module")
def clean_newsroom(shared):
    """What is found in a real newsroom's wiki that breaks no rule."""
    root = shared / "corpora/newsroom-2026-08/wiki"
    return validate.validate(filled(on_disk(root), root), BASE)


def test_the_clean_newsroom_has_no_violation(clean_newsroom):
    assert violations(clean_newsroom) == []
    assert clean_newsroom.not_applicable == OF_BUNDLES


def test_every_warning_on_the_clean_newsroom_is_one_that_we_defend(clean_newsroom):
    golden = tomllib.loads((TESTS / "golden/newsroom-2026-08.toml").read_text(encoding="utf-8"))

    found = {(str(one.span), one.rule) for one in clean_newsroom.findings if one.level is Level.WARNING}
    assert found == {(one["place"], one["rule"]) for one in golden["warning"]}
    assert all(len(one["reason"].split()) > 4 for one in golden["warning"])


def test_the_quote_that_a_concept_speaks_is_the_one_violation_of_the_seed(shared):
    root = shared / "corpora/newsroom-2026-08/wiki"
    seed = (shared / "corpora/seed/open-source-ai-models-how-open.md").read_bytes()
    report = validate.validate(filled({**on_disk(root), SEED: seed}, root), BASE)

    found = [finding for finding in report.findings if finding.level is Level.VIOLATION]
    assert [(str(finding.span), finding.rule) for finding in found] == [(f"{SEED}:25:240", "speaker-class")]


def test_importing_the_module_loads_no_rdf_library():
    import subprocess  # the only test that starts a process

    code = "import sys, kg.check.validate; print(sorted({'rdflib', 'pyshacl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout == "[]\n"
