"""Folders that are missing: links into one that is no part of the wiki are one finding, and slips of the pen stay."""

import json

import pytest
from support.cases import laid_out
from support.commands import kg
from support.pages import BASE

from kg.check import validate

RULES = ("link-dangling", "link-dangling-path", "link-folder")


def linking(*links):
    """Return a wiki with one page a link, each with the link on its third line."""
    return {f"notes/n{number}.md": f"# Note {number}\n\nSee {link}.\n" for number, link in enumerate(links)}


def found(pages, root=None):
    store = laid_out({path: text.encode() for path, text in pages.items()})
    findings = validate.validate(store, BASE, "lenient", root=root).findings
    return [(one.rule, str(one.span), one.message) for one in findings if one.rule in RULES]


def rules_of(pages, root=None):
    return [rule for rule, _, _ in found(pages, root)]


@pytest.fixture
def project(tmp_path):
    """A folder `wiki` with `raw` beside it."""
    for path in ("wiki/notes/n0.md", *(f"raw/web/a{number}.md" for number in range(6)), "raw/paper.pdf"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("# A\n", encoding="utf-8")
    return tmp_path / "wiki"


@pytest.mark.parametrize(
    "link",
    [
        "[[raw/web/a{n}]]",
        "[[raw/web/a{n}.md|words]]",
        "[[../raw/web/a{n}]]",
        "[[a{n}]]",
        "[t](raw/web/a{n}.md)",
        "[[/raw/web/a{n}]]",
    ],
)
def test_links_to_files_beside_the_wiki_are_one_finding_with_the_folder_and_the_count(project, link):
    (said,) = found(linking(*(link.format(n=number) for number in range(6))), project)

    assert said[0] == "link-folder"
    assert said[1].startswith("notes/n0.md:3:")
    assert said[2].startswith("6 links lead into 'raw/', a folder beside the wiki")


def test_a_link_to_a_file_that_the_folder_beside_the_wiki_lacks_stays_a_finding(project):
    pages = linking(*(f"[[raw/web/a{number}]]" for number in range(6)), "[[raw/web/gone]]", "[[raw/paper.pdf]]")

    assert [(rule, place) for rule, place, _ in found(pages, project)] == [
        ("link-folder", "notes/n0.md:3:7"),
        ("link-dangling", "notes/n6.md:3:7"),
    ]


def test_names_are_looked_for_beside_a_wiki_only_where_the_folder_above_is_its_projects(project):
    pages = linking(*(f"[[a{number}]]" for number in range(6)))
    vault = project.rename(project.parent / "vault")

    assert rules_of(pages, vault) == ["link-dangling"] * 6
    (project.parent / "AGENTS.md").write_text("read raw/\n", encoding="utf-8")
    assert rules_of(pages, vault) == ["link-folder"]


@pytest.mark.parametrize("link", ["[[old/b{n}x]]", "[t](old/b{n}x.md)", "[[old/b{n}x|words]]"])
def test_many_links_into_a_folder_that_nobody_knows_are_one_finding(link):
    (said,) = found(linking(*(link.format(n=number) for number in range(5))))

    assert said[2].startswith("5 links lead into 'old/', a folder that the wiki does not have")


@pytest.mark.parametrize(
    ("pages", "each"),
    [
        (linking(*(f"[[old/b{number}x]]" for number in range(4))), 4),
        (linking(*["[[old/b]]", "[[old/c]]"] * 3), 6),
        (linking(*(f"[[notes/b{number}x]]" for number in range(6))), 6),
        (linking(*(f"[[b{number}x]]" for number in range(6))), 6),
        (linking(*(f"[[http://old/b{number}x]]" for number in range(6))), 6),
    ],
    ids=["few links", "few names", "a folder of the wiki", "no folder", "addresses"],
)
def test_links_that_have_no_missing_folder_in_common_are_a_finding_each(pages, each):
    assert rules_of(pages) == ["link-dangling"] * each


def test_a_link_whose_page_lies_in_another_folder_keeps_its_suggestion():
    pages = {"people/Bruce-Perens.md": "# Bruce\n", "people/Ada.md": "# Ada\n"}
    wrong = linking("[[persons/Bruce-Peren]]", *(f"[[persons/b{number}x]]" for number in range(5)))

    said = found(pages | wrong)

    assert [rule for rule, _, _ in said] == ["link-dangling", "link-folder"]
    assert "did you mean [[Bruce-Perens]]?" in said[0][2]


def test_comments_silence_the_one_finding_and_those_of_links_keep_their_use():
    pages = linking(*(f"[[old/b{number}x]]" for number in range(6)))
    pages["notes/n3.md"] += "\n<!-- kg: ignore-page link-dangling -- written next year -->\n"
    store = laid_out({path: text.encode() for path, text in pages.items()})
    report = validate.validate(store, BASE, "lenient")
    pages["notes/n0.md"] += "\n<!-- kg: ignore-page link-folder -- the archive is not ours -->\n"

    assert [one.rule for one in report.findings if "notes/n3" in one.span.path or one.rule == "link-folder"] == [
        "link-folder"
    ]
    assert [one.finding.rule for one in report.suppressed] == ["link-dangling"]
    assert rules_of(pages) == []


def test_what_changed_has_the_finding_of_the_whole_wiki_or_none(tmp_path):
    for path, text in linking(*(f"[[old/b{number}x]]" for number in range(6))).items():
        (tmp_path / "w" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "w" / path).write_text(text, encoding="utf-8")
    store = ("--store", str(tmp_path / "store"))

    def checked(page, *more, words="More."):
        with (tmp_path / "w/notes" / page).open("a", encoding="utf-8") as handle:
            handle.write(f"\n{words}\n")
        kg("-q", *store, "ingest", str(tmp_path / "w"))
        listed = json.loads(kg(*store, "validate", "--format", "json", *more).stdout)["findings"]
        return [(one["rule"], one["path"]) for one in listed if one["rule"] in RULES]

    whole = checked("n0.md")

    assert whole == [("link-folder", "notes/n0.md")]
    assert checked("n0.md", "--changed") == whole
    assert checked("n4.md", "--changed") == []

    silence = "<!-- kg: ignore-page link-dangling -- known -->"
    checked("n0.md", words=silence)

    assert checked("n1.md", "--changed") == [("link-folder", "notes/n1.md")]
