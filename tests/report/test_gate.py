"""What counts: profiles for folders, comments that silence, and the baseline of known findings."""

import json
import random
import shutil
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.commands import kg
from support.pages import BASE, stored

from kg.check import profiles, validate
from kg.model.finding import Finding, KgError, Level, Span
from kg.parse.parse_page import parse
from kg.report import baseline, gate
from kg.report.baseline import Looked
from kg.settings import dialect, kg_toml
from kg.write import render

DIALECT = dialect.load("newsroom")
RULES = ("link-dangling", "link-anchor", "tags-empty", "claimant-long")


# ---- comments: where they stand and hold -----------------------------------------------------------------------------


def said(page):
    return [(one.place.line, one.place.column, one.rules, one.reason, one.first, one.last) for one in page.suppressions]


def test_a_comment_on_a_line_of_its_own_holds_for_the_next_block(doc):
    """
    ## Words

    <!-- kg: ignore link-dangling -- the page is being written -->

    See [[A]]
    and [[B]].

    See [[C]].
    """
    page, _ = doc

    assert said(page) == [(3, 1, ("link-dangling",), "the page is being written", 5, 6)]


def test_a_comment_at_the_end_of_a_line_holds_for_that_line(doc):
    """
    See [[A]]. <!-- kg: ignore link-dangling, link-anchor -- soon -->
    See [[B]].
    """
    page, _ = doc

    assert said(page) == [(1, 12, ("link-dangling", "link-anchor"), "soon", 1, 1)]


def test_comments_below_one_another_hold_for_the_same_block(doc):
    """
    <!-- kg: ignore link-dangling — soon -->
    <!-- kg: ignore
         tags-empty -- over
         two lines -->
    - [[A]]
    - [[B]]
    """
    page, _ = doc

    assert said(page) == [(1, 1, ("link-dangling",), "soon", 5, 5), (2, 1, ("tags-empty",), "over two lines", 5, 5)]


def test_a_comment_about_the_page_stands_anywhere(doc):
    """
    See [[A]].

    <!-- kg: ignore-page link-dangling -- a list of pages to write -->
    """
    page, _ = doc

    assert said(page) == [(3, 1, ("link-dangling",), "a list of pages to write", 0, 0)]


def test_a_comment_without_a_reason_or_a_rule_is_kept_as_it_is(doc):
    """
    <!-- kg: ignore tags-empty -->
    <!-- kg: ignore -- why -->
    <!-- kg: ignored tags-empty -- no comment of ours -->
    <!-- ignore tags-empty -- nor this -->

    Words.
    """
    page, _ = doc

    assert [(one.rules, one.reason) for one in page.suppressions] == [(("tags-empty",), ""), ((), "why")]


def test_comments_in_code_are_text(doc):
    """
    ```
    <!-- kg: ignore link-dangling -- an example -->
    ```

    `<!-- kg: ignore link-dangling -- an example -->` and <!-- a comment <!-- kg: ignore tags-empty -- in one --> too

        <!-- kg: ignore link-dangling -- in code that is indented -->
    """
    page, _ = doc

    assert page.suppressions == ()


def test_a_comment_of_yaml_holds_for_its_line_or_for_the_next_field(doc):
    """
    ---
    title: A # kg: ignore title-long -- it is the title
    # kg: ignore field-date -- nobody knows
    published:
      soon
    note: "# kg: ignore tags-empty -- text"
    words: |
      # kg: ignore tags-empty -- text
    sources:
      - a
      # kg: ignore sources-declared -- to be written
      - b
    # kg: ignore-page tags-empty -- a page of lists
    ---
    """
    page, _ = doc

    assert said(page) == [
        (2, 10, ("title-long",), "it is the title", 2, 2),
        (3, 1, ("field-date",), "nobody knows", 4, 5),
        (11, 3, ("sources-declared",), "to be written", 12, 12),
        (13, 1, ("tags-empty",), "a page of lists", 0, 0),
    ]


def test_pages_without_such_comments_have_no_such_facts_and_pages_with_them_come_back():
    pages = {
        "a.md": b"---\ntitle: A # kg: ignore x -- y\n---\nSee [[B]]. <!-- kg: ignore y -->\r\n<!-- kg: ignore -- z -->",
        "b.md": b"See [[A]]. <!-- a comment -->\n",
    }
    store = stored(pages)
    found = [str(quad) for quad in store if "Suppression" in str(quad) or "_suppression." in str(quad)]

    assert {page.path: render.render(store, page) for page in render.pages(store)} == pages
    assert found
    assert all("page/a#" in line for line in found)


@given(
    st.lists(
        st.sampled_from(
            ["<!-- kg: ignore x -- y -->", "<!--", "-->", "`", "```\n", "\n", "- a ", "> ", "kg: ignore", "---\n", "# "]
        )
    )
)
def test_any_page_is_read_and_every_comment_lies_on_it(pieces):
    data = "".join(pieces).encode()
    page, _ = parse(data, "a.md", DIALECT)

    lines = data.decode().split("\n")
    for one in page.suppressions:
        shown = "\n".join(lines[one.place.line - 1 : one.place.end_line])
        assert "kg: ignore" in shown
        assert one.first <= one.last


# ---- comments: what they silence -------------------------------------------------------------------------------------

PAGE = """---
title: A note
tags: [law]
---

## Words

{}
"""


def judged(*bodies, profile="newsroom"):
    """Return what is left and what is suppressed on pages with these bodies, as (line, rule)."""
    pages = {f"notes/{n}.md": (PAGE.format(body)).encode() for n, body in enumerate(bodies)}
    found = validate.validate(stored(pages), BASE, profile)
    left = [(one.span.line, one.rule) for one in found.findings]
    return left, [(one.finding.span.line, one.finding.rule, one.reason) for one in found.suppressed]


def test_a_suppressed_finding_is_set_apart_with_its_reason():
    left, suppressed = judged("<!-- kg: ignore link-dangling -- soon -->\nSee [[Gone]].\n\nSee [[Away]].")

    assert left == [(11, "link-dangling")]
    assert suppressed == [(9, "link-dangling", "soon")]


def test_findings_of_the_parser_are_suppressed_too():
    left, suppressed = judged("A\u200b note. <!-- kg: ignore character-invisible -- a sample -->")

    assert (left, suppressed) == ([], [(8, "character-invisible", "a sample")])


def test_a_comment_that_silences_nothing_is_a_finding():
    body = "<!-- kg: ignore link-dangling -- soon -->\nSee nothing."

    assert judged(body) == ([(8, "suppression-unused")], [])


def test_a_rule_that_is_off_or_had_nothing_to_check_is_not_called_unused(tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "newsroom"\n[levels]\nlink-dangling = "off"\n')
    body = "<!-- kg: ignore link-dangling, theme-claim -- soon -->\nSee [[Gone]]."

    assert judged(body, profile=str(tmp_path / "mine.toml")) == ([], [])


def test_a_comment_without_a_reason_silences_nothing():
    left, suppressed = judged("<!-- kg: ignore link-dangling -->\nSee [[Gone]].")

    assert (left, suppressed) == ([(8, "suppression-reason"), (9, "link-dangling")], [])


def test_a_comment_about_no_rule_says_which_was_meant():
    pages = {"notes/a.md": PAGE.format("<!-- kg: ignore link-danglin -- soon -->\nWords.").encode()}
    found = [one for one in validate.validate(stored(pages), BASE).findings if one.rule == "suppression-rule"]

    assert [one.message for one in found] == ["there is no rule 'link-danglin'; did you mean 'link-dangling'?"]


def test_findings_about_comments_can_be_silenced_by_comments():
    body = (
        "<!-- kg: ignore-page suppression-unused -- kept for the next issue -->\n\n"
        "<!-- kg: ignore link-dangling -- soon -->\nSee nothing."
    )
    left, suppressed = judged(body)

    assert (left, suppressed) == ([], [(10, "suppression-unused", "kept for the next issue")])
    assert judged(body.partition("\n\n")[0])[0] == [(8, "suppression-unused")]


def test_a_comment_holds_on_its_own_page_alone():
    left, suppressed = judged("<!-- kg: ignore-page link-dangling -- soon -->\n\nSee [[Gone]].", "See [[Gone]].")

    assert (left, suppressed) == ([(8, "link-dangling")], [(10, "link-dangling", "soon")])


# ---- profiles --------------------------------------------------------------------------------------------------------


def read(path):
    return profiles.read(str(path), RULES, ["claimant-long"])


@pytest.fixture
def written_wiki(tmp_path):
    """Return a function that writes files and returns the path of the first."""

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text)
        return tmp_path / f"{next(iter(files))}.toml"

    return write


def test_a_profile_extends_others_and_says_the_rest_itself(written_wiki):
    first = written_wiki(
        mine='extends = "house.toml"\n[levels]\nlink-anchor = "info"\n[thresholds]\nclaimant-long = 90\n',
        house='[levels]\nlink-anchor = "off"\ntags-empty = "off"\n[thresholds]\nclaimant-long = 70\n',
    )
    found = read(first)

    assert found.levels == {"link-anchor": "info", "tags-empty": "off"}
    assert found.thresholds == {"claimant-long": 90}


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("archive/**", "archive/2019/a.md", True),
        ("archive/", "archive/2019/a.md", True),
        ("archive", "notes/archive/a.md", True),
        ("/archive", "notes/archive/a.md", False),
        ("archive/*", "notes/archive/a.md", False),
        ("*.draft.md", "notes/a.draft.md", True),
        ("notes/a.md", "notes/a.md", True),
        ("notes/a.md", "notes/ab.md", False),
        ('archive/**", "!archive/2020/**', "archive/2020/a.md", True),
        ('*.md", "!index.md', "notes/index.md", False),
    ],
)  # fmt: skip
def test_levels_for_folders_hold_where_an_ignore_file_would(pattern, path, fits, written_wiki):
    found = read(written_wiki(mine=f'[[override]]\npaths = ["{pattern}"]\n[override.levels]\ntags-empty = "off"\n'))

    assert profiles.level(found, "tags-empty", path, "violation") == ("off" if fits else "violation")


def test_the_last_override_that_fits_decides_and_off_everywhere_is_off(written_wiki):
    found = read(
        written_wiki(
            mine='[levels]\ntags-empty = "off"\nlink-anchor = "off"\n'
            '[[override]]\npaths = ["a/**"]\n[override.levels]\ntags-empty = "info"\n'
            '[[override]]\npaths = ["a/b/**"]\n[override.levels]\ntags-empty = "warning"\n'
        )
    )

    levels = [profiles.level(found, "tags-empty", path, "violation") for path in ("x.md", "a/x.md", "a/b/x.md")]
    assert levels == ["off", "info", "warning"]
    assert [profiles.is_off(found, rule) for rule in ("tags-empty", "link-anchor", "link-dangling")] == [
        False,
        True,
        False,
    ]


def test_a_rule_that_is_off_but_in_a_folder_is_checked_there(written_wiki):
    first = written_wiki(
        mine='[levels]\nlink-dangling = "off"\n[[override]]\npaths = ["notes/1.md"]\n'
        '[override.levels]\nlink-dangling = "info"\n'
    )

    assert judged("See [[Gone]].", "See [[Gone]].", profile=str(first)) == ([(8, "link-dangling")], [])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('extends = "mine.toml"', "mine.toml: extends: 'mine.toml' leads back to this file"),
        ('extends = "other.toml"', "other.toml: extends: 'mine.toml' leads back to this file"),
        ('extends = "lenint"', "mine.toml: extends: unknown profile 'lenint'; use one of lenient, newsroom, okf, or the path"),
        ("extends = 3", "mine.toml: extends: expected the name of a profile"),
        ('[levels]\nlink-danglin = "info"', "mine.toml: levels.link-danglin: there is no such rule; did you mean 'link-dangling'?"),
        ("[thresholds]\nclaimant-lon = 3", "mine.toml: thresholds.claimant-lon: no rule with a threshold; did you mean 'claimant-long'?"),
        ("[override]", "expected the tables [levels]"),
        ('[[override]]\npaths = ["a"]', 'mine.toml: override[1]: expected paths = ["archive/**"] and a table'),
        ('[[override]]\npaths = "a"\n[override.levels]', "mine.toml: override[1]: expected paths"),
        ('[[override]]\npaths = ["a["]\n[override.levels]', "mine.toml: override[1].paths: 'a[' can fit no file: the '[' is not closed"),
        ('[[override]]\npaths = ["a"]\n[override.levels]\ntags-empty = "none"', "mine.toml: override[1].levels.tags-empty: unknown level 'none'"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_be_used_is_refused_at_its_key(text, complaint, written_wiki):
    first = written_wiki(mine=text, other='extends = "mine.toml"')

    with pytest.raises(KgError) as error:
        read(first)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_kg_toml_lays_its_own_tables_over_its_profile_and_a_profile_that_is_asked_for_stands_alone(tmp_path):
    file = tmp_path / "kg.toml"
    file.write_text(
        'profile = "lenient"\n[levels]\ntags-empty = "warning"\n[[override]]\npaths = ["a/"]\n[override.levels]\nlink-anchor = "off"\n'
    )
    settings = kg_toml.load(file)
    known = [
        "tags-empty",
        "link-anchor",
        *profiles.tomllib.loads(validate.declared.read("shapes/profiles/lenient.toml"))["levels"],
    ]
    own = profiles.read(profiles.chosen(settings, "newsroom"), known, [])
    asked = profiles.read(profiles.chosen(settings, "newsroom", name="lenient"), known, [])

    assert (own.levels["tags-empty"], own.levels["quote-speaker"], len(own.overrides)) == ("warning", "warning", 1)
    assert (asked.levels["tags-empty"], asked.overrides) == ("info", ())


# ---- the baseline ----------------------------------------------------------------------------------------------------

names = st.sampled_from([f"notes/{name}.md" for name in "abcd"])
findings = st.builds(
    Finding, st.builds(Span, names, st.integers(1, 9), st.integers(1, 5)), st.sampled_from(RULES),
    st.sampled_from(["'x' is wrong; mend it", "'y' is wrong", "it is 12 long", "a\nb\u2028c 'd'"]), st.sampled_from(Level),
)  # fmt: skip
many = st.lists(findings, max_size=30)
PAGES = frozenset(f"notes/{name}.md" for name in "abcd")
LOOKED = Looked(PAGES)


def file_of(found):
    return [baseline.entry(one) for one in found]


@given(found=many, seed=st.integers(0, 1000))
def test_a_baseline_of_all_findings_lets_them_through_in_any_order_on_any_line(found, seed):
    later = [replace(one, span=Span(one.span.path, one.span.line + seed, 1)) for one in found]
    random.Random(seed).shuffle(later)  # noqa: S311  # any order will do
    judged = gate.judge(later, (), file_of(found), LOOKED)

    assert (judged.findings, judged.gone) == ((), ())
    assert Counter(judged.known) == Counter(later)


@given(found=many, more=findings)
def test_one_finding_more_is_the_one_that_is_new(found, more):
    judged = gate.judge([*found, more], (), file_of(found), LOOKED)

    assert len(judged.findings) == 1
    assert baseline.entry(judged.findings[0]) == baseline.entry(more)
    assert judged.gone == ()


@given(found=many.filter(bool), which=st.integers(0, 29))
def test_one_finding_less_is_the_one_that_is_gone_and_leaves_the_file(found, which):
    left = [*found]
    mended = left.pop(which % len(found))
    judged = gate.judge(left, (), file_of(found), LOOKED)

    assert judged.findings == ()
    assert [one.fingerprint for one in judged.gone] == [baseline.entry(mended).fingerprint]
    assert gate.entries(judged) == tuple(sorted(file_of(left)))


@given(found=many)
def test_a_baseline_is_read_back_and_does_not_depend_on_the_order(found, tmp_path_factory):
    file = tmp_path_factory.mktemp("baseline") / "known.jsonl"
    text = baseline.text(file_of(found))
    file.write_bytes(text.encode("utf-8", "backslashreplace"))

    assert baseline.read(file) == tuple(sorted(file_of(found)))
    assert text == baseline.text(file_of(reversed(found)))
    assert all(isinstance(json.loads(line), dict) for line in text.splitlines() if "\u2028" not in text)


def finding(path, message, rule="link-dangling", line=3):
    return Finding(Span(path, line, 1), rule, message)


def test_two_equal_findings_are_known_and_a_third_is_new():
    known = [finding("notes/a.md", "'[[X]]' leads to no page", line=line) for line in (3, 9)]
    judged = gate.judge(
        [*known, finding("notes/a.md", "'[[X]]' leads to no page", line=20)], (), file_of(known), LOOKED
    )

    assert [one.span.line for one in judged.findings] == [20]


def test_the_findings_of_a_page_that_moved_are_known_at_its_new_place():
    known = [finding("old/a.md", f"'[[{name}]]' leads to no page") for name in "XYZ"]
    now = [replace(one, span=Span("notes/a.md", 7, 1)) for one in known]
    judged = gate.judge([*now, finding("notes/a.md", "'[[New]]' leads to no page")], (), file_of(known), LOOKED)

    assert [one.message for one in judged.findings] == ["'[[New]]' leads to no page"]
    assert {one.path for one in gate.entries(judged)} == {"notes/a.md"}


def test_a_renamed_page_is_known_by_what_is_found_on_it_and_another_page_is_not_taken_for_it():
    known = [
        finding("notes/old.md", "'[[X]]' leads to no page"),
        finding("notes/old.md", "the page has no tag", "tags-empty"),
    ]
    renamed = [replace(one, span=Span("notes/b.md", 1, 1)) for one in known]
    other = [finding("notes/b.md", f"'[[{name}]]' leads to no page") for name in "PQ"]

    assert gate.judge(renamed, (), file_of(known), LOOKED).findings == ()
    assert len(gate.judge(other, (), file_of(known), LOOKED).findings) == 2


def test_a_page_that_is_still_there_lends_its_findings_to_no_other():
    known = [finding("notes/a.md", "'[[X]]' leads to no page")]
    judged = gate.judge([finding("notes/b.md", "'[[X]]' leads to no page")], (), file_of(known), LOOKED)

    assert (len(judged.findings), len(judged.gone)) == (1, 1)


def test_what_was_not_looked_at_stays_in_the_file():
    known = [finding("notes/a.md", "'x'"), finding("notes/b.md", "'x'"), finding("notes/b.md", "'x'", "tags-empty")]
    looked = Looked(PAGES, ("tags-empty",), lambda path: path == "notes/b.md")
    judged = gate.judge([], (), file_of(known), looked)

    assert [(one.path, one.rule) for one in judged.gone] == [("notes/b.md", "link-dangling")]
    assert [(one.path, one.rule) for one in gate.entries(judged)] == [
        ("notes/a.md", "link-dangling"), ("notes/b.md", "tags-empty"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", ":1: no baseline; its first line is"),
        ("[]\n", ":1: no baseline"),
        ('{"kg-baseline": 2}\n', ":1: no baseline"),
        ('{"kg-baseline": 1}\n<<<<<<< HEAD\n', ":2: '<<<<<<< HEAD' is no entry"),
        ('{"kg-baseline": 1}\n\n{"path": "a.md"}\n', ":3: '{\"path\": \"a.md\"}' is no entry"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_baseline_is_refused_at_its_line(text, complaint, tmp_path):
    (tmp_path / "known.jsonl").write_text(text)

    with pytest.raises(KgError) as error:
        baseline.read(tmp_path / "known.jsonl")
    assert complaint in str(error.value)


# ---- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gated_once(tmp_path_factory):
    """Return a wiki of three pages with two broken links, ingested."""
    place = tmp_path_factory.mktemp("gated")
    (place / "wiki/notes").mkdir(parents=True)
    for name, body in {"a": "See [[Gone]].", "b": "See [[Away]].", "c": "Words about [[a]] and [[b]]."}.items():
        (place / f"wiki/notes/{name}.md").write_text(PAGE.format(body))
    kg("ingest", place / "wiki", cwd=place, code=0)
    return place


@pytest.fixture
def gated_wiki(gated_once, tmp_path):
    """Return a function that runs kg validate on a copy of that wiki with its store, some of its pages written anew."""
    shutil.copytree(gated_once, tmp_path, dirs_exist_ok=True)

    def run(*args, code=None, **pages):
        for name, body in pages.items():
            (tmp_path / f"wiki/notes/{name}.md").write_text(PAGE.format(body))
        if pages:
            kg("ingest", cwd=tmp_path, code=0)
        return kg("validate", "--no-excerpt", "--fail-on", "warning", *args, cwd=tmp_path, code=code)

    return run


def lines(done):
    return [line.partition(": ")[0] for line in done.stdout.splitlines() if "link-dangling" in line]


def test_a_baseline_is_made_holds_and_shrinks(gated_wiki, tmp_path):
    gated_wiki("--baseline", "known.jsonl", code=2)
    made = gated_wiki("--baseline", "known.jsonl", "--update-baseline", code=0)
    assert lines(made) == []
    assert "known.jsonl: " in made.stderr

    assert lines(gated_wiki("--baseline", "known.jsonl", code=0)) == []
    new = gated_wiki("--baseline", "known.jsonl", code=1, c="See [[Gone]].")
    assert lines(new) == ["notes/c.md:8:7"]

    shrunk = gated_wiki("--baseline", "known.jsonl", "--shrink-baseline", code=1, a="All is well.")
    assert lines(shrunk) == ["notes/c.md:8:7"]
    assert '"notes/a.md", "rule": "link-dangling"' not in (tmp_path / "known.jsonl").read_text()
    assert lines(gated_wiki("--baseline", "known.jsonl", code=1, a="See [[Gone]].")) == [
        "notes/a.md:8:7",
        "notes/c.md:8:7",
    ]


def test_what_is_gone_from_the_baseline_is_said_and_taken_out(gated_wiki):
    gated_wiki("--baseline", "known.jsonl", "--update-baseline", code=0)
    done = gated_wiki("--baseline", "known.jsonl", code=0, a="See [[c]].")

    assert "known finding" in done.stderr
    assert "gone; `kg validate --update-baseline` takes" in done.stderr
    gated_wiki("--baseline", "known.jsonl", "--update-baseline", code=0)
    assert "gone" not in gated_wiki("--baseline", "known.jsonl", code=0).stderr


def test_an_update_of_some_pages_leaves_what_is_known_of_others(gated_wiki, tmp_path):
    gated_wiki("--baseline", "known.jsonl", "--update-baseline", code=0)
    before = (tmp_path / "known.jsonl").read_bytes()
    gated_wiki("wiki/notes/b.md", "--baseline", "known.jsonl", "--update-baseline", code=0)

    assert (tmp_path / "known.jsonl").read_bytes() == before


def test_kg_toml_names_the_baseline_for_validate_and_build(gated_wiki, tmp_path):
    (tmp_path / "kg.toml").write_text('wiki = "wiki"\nbaseline = "known.jsonl"\n[levels]\ntags-empty = "off"\n')
    assert gated_wiki(code=2).stderr == (
        "kg: known.jsonl: no such baseline; `kg validate --baseline known.jsonl --update-baseline` writes it\n"
    )
    gated_wiki("--update-baseline", code=0)
    done = kg("build", "--fail-on", "warning", cwd=tmp_path, code=0)

    assert "known" in done.stdout
    assert "link-dangling" not in done.stdout


def test_json_and_sarif_say_what_was_set_apart(gated_wiki):
    gated_wiki("--baseline", "known.jsonl", "--update-baseline", code=0)
    body = "<!-- kg: ignore link-dangling -- soon -->\nSee [[Nowhere]]."
    found = json.loads(gated_wiki("--baseline", "known.jsonl", "--format", "json", code=0, c=body).stdout)
    log = json.loads(gated_wiki("--baseline", "known.jsonl", "--format", "sarif", code=0).stdout)

    assert [(one["path"], one["line"], one["reason"], one["comment"]["line"]) for one in found["suppressed"]] == [
        ("notes/c.md", 9, "soon", 8)
    ]
    assert found["known"] >= 2
    kinds = Counter(one["suppressions"][0]["kind"] for one in log["runs"][0]["results"] if "suppressions" in one)
    assert kinds == {"inSource": 1, "external": found["known"]}


def test_suppressed_findings_are_counted_and_shown_when_asked_for(gated_wiki):
    body = "<!-- kg: ignore-page link-dangling -- soon -->\n\nSee [[Nowhere]]."
    quiet = gated_wiki("wiki/notes/c.md", code=0, c=body)
    asked = gated_wiki("wiki/notes/c.md", "--show-suppressed", code=0)

    assert lines(quiet) == []
    assert "; 1 suppressed" in quiet.stderr
    assert "(suppressed at line 8: soon)" in asked.stdout


def test_a_baseline_of_rdf_files_holds_too(tmp_path):
    (tmp_path / "data.ttl").write_text("<http://x.example/a> <http://x.example/p> 1 .")
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <http://x.example/> .\n"
        'x:s a sh:NodeShape ; sh:targetSubjectsOf x:p ; sh:nodeKind sh:Literal ; sh:message "no" .'
    )
    asked = ("validate", "--data", "data.ttl", "--shapes", "shapes.ttl", "--baseline", "known.jsonl")

    kg(*asked, "--update-baseline", cwd=tmp_path, code=0)
    kg(*asked, cwd=tmp_path, code=0)
