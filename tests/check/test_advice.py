"""Advice is tested: done as a finding says, the finding is gone and no other one has come."""

import re

import pytest
from support.cases import RULES, case, laid_out
from support.pages import BASE
from support.places import ROOT, TESTS

from kg.check import validate
from kg.parse.parse_page import parse
from kg.settings import dialect

NEWSROOM = dialect.load("newsroom")
WRITE = re.compile(r"write (?:'([^']*)'$|(?!'|as |it |the |each )(.*)$)")
KEYED = re.compile(r"[^\s:]+: |- ")
# A rule with what its message says to do to the page that breaks it, as (what stands there, what to write).
DONE = {
    "claim-claimant": (r"- \[fact\] (?=The)", "- [fact] [[AcmeLab]] — "),
    "claim-grade": (r"^- \[rumour\] ", "- [forecast] "),
    "connection-form": (r"- part of \[\[", "- references: [["),
    "connection-relation": (r"^- (?=\[\[|\w+: \[\[)(?:\w+: )?", "- references: "),
    "connection-target": (r"- references: the maker", "- references: [[AcmeLab]] — the maker"),
    "front-matter-comment": (r"title: Issue #12", 'title: "Issue #12"'),
    "link-empty": (r"\[\[ \|the plan\]\]", "[[AcmeLab|the plan]]"),
    "quote-speaker": (r'^(> ".*")(?: — .*)?$', r"\1 — [[JaneDoe]]"),
}


def heads(form):
    """Return the page of a damaged form and the findings about its front matter."""
    text = (TESTS / "damaged" / f"{form}.md").read_bytes().decode("utf-8", "surrogateescape")
    return text, about_head(text)


def about_head(text):
    found = parse(text.encode("utf-8", "surrogateescape"), "sources/page.md", NEWSROOM)[1]
    return sorted(one for one in found if one.rule.startswith("front-matter"))


def keyed():
    """Yield each damaged form whose first finding says what to write in place of its line, with these words."""
    for path in sorted((TESTS / "damaged").glob("*.md")):
        _, found = heads(path.stem)
        said = [one for one in found if (match := WRITE.search(one.message)) and "…" not in one.message]
        for one in said[:1]:
            match = WRITE.search(one.message)
            words = one.hint or match[1] or match[2]
            if KEYED.match(words.strip()):
                yield path.stem, one, words


FORMS = list(keyed())


@pytest.mark.parametrize(("form", "finding", "words"), FORMS, ids=[form for form, *_ in FORMS])
def test_a_line_written_as_a_finding_about_front_matter_says_is_the_end_of_it(form, finding, words):
    text, before = heads(form)
    lines = text.split("\n")
    old = lines[finding.span.line - 1]
    indent = old[: len(old) - len(old.lstrip(" "))]
    lines[finding.span.line - 1] = words if words.startswith((" ", "\t")) else indent + words
    after = about_head("\n".join(lines))

    assert (finding.span.line, finding.rule) not in [(one.span.line, one.rule) for one in after]
    assert {one.rule for one in after} <= {one.rule for one in before}


def test_most_forms_of_damage_come_with_words_to_write():
    assert len(FORMS) >= 20


@pytest.mark.parametrize("rule", sorted(DONE))
def test_what_a_message_says_removes_its_finding_and_brings_no_other(rule):
    _, files = case(rule, "fail")
    page = next(path for path in sorted(files) if path.endswith("case.md"))
    old, new = DONE[rule]
    mended = re.sub(old, new, files[page].decode(), count=1, flags=re.MULTILINE)
    before, after = (
        validate.validate(laid_out({**files, page: text}), BASE).findings for text in (files[page], mended.encode())
    )

    assert rule in {one.rule for one in before}
    assert rule not in {one.rule for one in after}
    assert {one.rule for one in after} <= {one.rule for one in before}


def test_a_list_in_quotation_marks_is_written_as_a_list_and_not_as_a_list_in_a_list():
    (one,) = about_head('---\ntitle: T\ntype: source\ntags: "[a, b]"\n---\n')

    assert one.message.endswith("write tags: [a, b]")
    assert about_head("---\ntitle: T\ntype: source\ntags: [a, b]\n---\n") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$\x08eta$", r"write '\beta'"),
        ("$\x0crac{1}{2}$", r"write '\frac'"),
        ("$\x07lpha$", r"write '\alpha'"),
        ("alchemical\x14a process", "write '—'"),
        ("the page\x19s", "write '’'"),
        ("a\x08b", "delete it"),
        ("\x08频段", "delete it"),
    ],
)
def test_a_command_of_a_formula_that_a_program_damaged_is_written_anew_and_not_deleted(text, words):
    (one,) = (one for one in parse(f"# A\n\n{text}\n".encode(), "a.md", NEWSROOM)[1] if one.rule != "x")

    assert words in one.message


def test_every_query_that_a_rule_names_is_there():
    said = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "shapes").rglob("*.ttl")))
    named = set(re.findall(r"kg query ([a-z][a-z-]+)", said))

    assert named
    assert named <= {path.stem for path in (ROOT / "queries/library").glob("*.rq")}


def test_every_rule_whose_advice_is_done_here_has_its_case():
    assert set(DONE) <= set(RULES)
