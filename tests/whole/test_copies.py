"""A wiki with its store, copied, moved, read-only or torn apart: the wiki that is meant is the one at hand."""

import hashlib
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from support.commands import kg
from support.tier import but

PAGES = {
    "sources/survey.md": (
        "---\ntitle: Survey\ntype: source\npublished: 2026-01-10\n---\n\n## Key Claims\n\n"
        "- [fact] [[Council]] — spent two million\n- [fact] [[council]] — counts boats\n"
    ),
    "entities/Council.md": "# Council\n\nIt governs.\n",
}
# Where pages, kg.toml and store lie in a project: the folder of the wiki, what is written into kg.toml.
LAYOUTS = {
    "the store is in the wiki": ("", None),
    "kg.toml is in the wiki": ("", 'base = "https://a.example/"\n'),
    "kg.toml names the wiki": ("wiki", 'wiki = "wiki"\n'),
    "the wiki is deep below": ("notes/of/mine", 'wiki = "notes/of/mine"\n'),
}
# What a copy needs in each of them is seen in two: a store in its wiki, and one beside the kg.toml that names the wiki.
IN_FULL = ["kg.toml is in the wiki", "the wiki is deep below"]
GRADED = (
    "DELETE { GRAPH ?g { ?c nr:epistemicType nr:fact } } INSERT { GRAPH ?g { ?c nr:epistemicType nr:analysis } } "
    "WHERE { GRAPH ?g { ?c nr:epistemicType nr:fact } }"
)


def write(root):
    for path, text in PAGES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def digest(folder):
    """What every file of a folder holds."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lease"
    }


def project(place, layout):
    wiki, settings = LAYOUTS[layout]
    write(place / wiki)
    if settings:
        (place / "kg.toml").write_text(settings, encoding="utf-8")
    kg("ingest", *([] if wiki else ["."]), cwd=place, code=0)
    return place / wiki


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    """Return a function that gives a project of a layout, made once."""

    @cache
    def made(layout):
        place = tmp_path_factory.mktemp("project") / "made"
        project(place, layout)
        return place

    return made


@pytest.fixture(params=but(LAYOUTS, IN_FULL))
def copied_wiki(request, projects, tmp_path):
    """The folder of a project, that of a copy of it with its store, and the wiki's path in both."""
    shutil.copytree(projects(request.param), tmp_path / "original", symlinks=True)
    shutil.copytree(tmp_path / "original", tmp_path / "copy", symlinks=True)
    return tmp_path / "original", tmp_path / "copy", Path(LAYOUTS[request.param][0])


def edit(root):
    page = root / "sources/survey.md"
    page.write_text(page.read_text(encoding="utf-8") + "- [fact] [[Council]] — digs\n", encoding="utf-8")


def facts(place):
    return json.loads(kg("stats", "--json", cwd=place, code=0).stdout)["claims"]["total"]


def test_an_ingest_in_a_copy_reads_the_copy(copied_wiki):
    original, here, wiki = copied_wiki
    before = digest(original)
    edit(here / wiki)

    assert "1 page" in kg("validate", cwd=here).stderr
    assert json.loads(kg("ingest", "--json", cwd=here, code=0).stdout)["changed"] == ["sources/survey.md"]
    assert kg("doctor", cwd=here, code=0).stdout == ""
    assert digest(original) == before
    assert (facts(here), facts(original)) == (3, 2)


def test_edits_of_the_original_are_not_seen_in_a_copy(copied_wiki):
    original, here, wiki = copied_wiki
    edit(original / wiki)

    assert json.loads(kg("ingest", "--json", cwd=here, code=0).stdout)["changed"] == []
    assert kg("render", "--check", cwd=here, code=0).stdout == ""


@pytest.mark.parametrize("command", [("update", "--write", "-e", GRADED), ("fix", "--write")])
def test_what_is_written_in_a_copy_is_written_to_the_copy(copied_wiki, command):
    original, here, wiki = copied_wiki
    before, pages = digest(original), digest(here / wiki)

    kg(*command, cwd=here, code=0)

    assert digest(original) == before
    assert digest(here / wiki)["sources/survey.md"] != pages["sources/survey.md"]
    assert kg("render", "--check", cwd=here, code=0).stdout == ""


def test_every_command_in_a_copy_leaves_the_original_alone(copied_wiki):
    original, here, _ = copied_wiki
    before = digest(original)
    for command in (
        ["build", "."], ["validate"], ["reason"], ["diff"], ["history"], ["export"], ["query", "claimants"], ["doctor", "--fix"],
        ["validate", "--update-baseline"], ["rollback", "1"], ["ingest"], ["init", "--dry-run"], ["stats"],
    ):  # fmt: skip
        kg(*command, cwd=here)

    assert digest(original) == before


def test_a_moved_wiki_with_its_store_goes_on_where_it_is(copied_wiki):
    original, here, wiki = copied_wiki
    shutil.rmtree(original)
    edit(here / wiki)

    assert json.loads(kg("ingest", "--json", cwd=here, code=0).stdout)["changed"] == ["sources/survey.md"]
    assert kg("render", "--check", cwd=here, code=0).stdout == ""
    assert not original.exists()


def test_a_store_named_from_elsewhere_means_the_wiki_beside_it(copied_wiki, tmp_path):
    original, here, wiki = copied_wiki
    before = digest(original)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    kg("--store", here / ".kg", "update", "--write", "-e", GRADED, cwd=elsewhere, code=0)

    assert digest(original) == before
    assert "[analysis] [[Council]]" in (here / wiki / "sources/survey.md").read_text(encoding="utf-8")


def test_a_copy_that_can_only_be_read_is_read(copied_wiki):
    original, here, _ = copied_wiki
    done = subprocess.run(["mount", "--bind", here, here], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount a folder here: {done.stderr.decode().strip()}")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", here], check=True)
        before = digest(original)

        assert facts(here) == 2
        kg("validate", cwd=here)
        assert kg("render", "--check", cwd=here, code=0).stdout == ""
        assert "Read-only file system" in kg("update", "--write", "-e", GRADED, cwd=here, code=2).stderr
        assert digest(original) == before
    finally:
        subprocess.run(["umount", "-l", here], check=True)


# A store that lies apart from its wiki.


@pytest.fixture
def apart(tmp_path):
    """A wiki, and the store that was made of it in another folder."""
    wiki, store = tmp_path / "here/wiki", tmp_path / "there/kg"
    write(wiki)
    kg("--store", store, "ingest", wiki, cwd=tmp_path, code=0)
    return wiki, store


def test_a_store_apart_from_its_wiki_knows_it(apart, tmp_path):
    wiki, store = apart
    edit(wiki)

    assert json.loads(kg("--store", store, "ingest", "--json", cwd=tmp_path, code=0).stdout)["changed"]


def test_a_wiki_apart_is_written_by_whom_stands_in_it_or_above_it_only(apart, tmp_path):
    wiki, store = apart
    elsewhere = tmp_path / "copy"
    shutil.copytree(wiki, elsewhere)
    before = digest(wiki)

    refused = kg("--store", store, "update", "--write", "-e", GRADED, cwd=elsewhere, code=2)

    assert (refused.stderr.count("\n"), str(wiki) in refused.stderr) == (1, True)
    assert kg("--store", store, "fix", "--write", cwd=elsewhere, code=2).stderr.startswith("kg: ")
    assert digest(wiki) == before
    kg("--store", store, "update", "--write", "-e", GRADED, cwd=wiki, code=0)
    assert digest(wiki) != before


def test_a_store_that_went_away_from_its_wiki_asks_which_one_is_meant(apart, tmp_path):
    wiki, store = apart
    before = digest(wiki)
    taken = tmp_path / "far/away/kg"
    shutil.copytree(store, taken, symlinks=True)
    other = tmp_path / "far/wiki"
    shutil.copytree(wiki, other)
    edit(other)

    assert "may be a copy" in kg("--store", taken, "doctor", cwd=other, code=1).stdout
    refused = kg("--store", taken, "ingest", cwd=other, code=2)
    assert (refused.stderr.count("\n"), "kg ingest ." in refused.stderr) == (1, True)
    assert kg("--store", taken, "update", "--write", "-e", GRADED, cwd=wiki, code=2).stderr.startswith("kg: ")
    done = json.loads(kg("--store", taken, "ingest", ".", "--json", cwd=other, code=0).stdout)

    assert done["changed"] == ["sources/survey.md"]
    assert json.loads(kg("--store", taken, "ingest", "--json", cwd=other, code=0).stdout)["changed"] == []
    assert digest(wiki) == before


def test_a_store_is_not_given_another_wiki_while_its_own_is_there(apart, tmp_path):
    wiki, store = apart
    other = tmp_path / "other"
    write(other)

    assert str(wiki) in kg("--store", store, "ingest", other, cwd=tmp_path, code=2).stderr


def test_a_wiki_that_moved_away_from_its_store_is_taken_up_where_it_is_named(apart, tmp_path):
    wiki, store = apart
    wiki.rename(tmp_path / "moved")

    done = json.loads(kg("--store", store, "ingest", tmp_path / "moved", "--json", cwd=tmp_path, code=0).stdout)

    assert (done["changed"], done["added"]) == ([], [])
    kg("--store", store, "update", "--write", "-e", GRADED, cwd=tmp_path, code=0)
    assert "[analysis]" in (tmp_path / "moved/sources/survey.md").read_text(encoding="utf-8")


def test_a_store_that_is_a_link_belongs_to_the_wiki_in_which_the_link_lies(tmp_path):
    write(tmp_path / "one")
    (tmp_path / "disk").mkdir()
    (tmp_path / "one/.kg").symlink_to("../disk")
    kg("ingest", ".", cwd=tmp_path / "one", code=0)
    shutil.copytree(tmp_path / "one", tmp_path / "two", symlinks=True)
    before = (tmp_path / "one/sources/survey.md").read_bytes()

    kg("update", "--write", "-e", GRADED, cwd=tmp_path / "two", code=0)

    assert (tmp_path / "one/sources/survey.md").read_bytes() == before
    assert "[analysis]" in (tmp_path / "two/sources/survey.md").read_text(encoding="utf-8")


def test_a_copied_store_says_the_same_bytes(tmp_path):
    made = [project(tmp_path / name, "kg.toml names the wiki") for name in ("one", "two")]
    heads = [json.loads((root.parent / ".kg/generations/000001/manifest.json").read_text()) for root in made]

    assert [{**head, "made": ""} for head in heads] == [{**heads[0], "made": ""}] * 2


# A store that is named by one who stands in another wiki.


@pytest.fixture(params=["a copy", "a copy with a kg.toml", "a copy with a store", "a folder of the copy"])
def stood_in(request, tmp_path):
    """The folder of a wiki with its store beside it, the folder in which one stands, and the copy around it."""
    write(tmp_path / "wiki")
    kg("--store", tmp_path / "s6", "ingest", "wiki", cwd=tmp_path, code=0)
    here = tmp_path / "copy"
    shutil.copytree(tmp_path / "wiki", here)
    edit(here)
    if request.param == "a copy with a kg.toml":
        (here / "kg.toml").write_text('wiki = "."\n', encoding="utf-8")
    if request.param == "a copy with a store":
        kg("ingest", ".", cwd=here, code=0)
    return tmp_path, here / "sources" if request.param == "a folder of the copy" else here, here


def test_a_store_named_from_within_a_copy_writes_nothing_and_asks_which_is_meant(stood_in):
    place, stand, copy = stood_in
    named = ("--store", Path(os.path.relpath(place / "s6", stand)))
    before = digest(place)

    for command in (
        ["update", "--write", "-e", GRADED],
        ["fix", "--write"],
        ["ingest"],
        ["build"],
        ["ingest", "--dry-run"],
    ):
        said = kg(*named, *command, cwd=stand, code=2).stderr
        assert (said.count("\n"), str(place / "wiki") in said) == (1, True), command
    assert digest(place) == before
    assert "digs" in kg("--store", "../s6", "diff", cwd=copy, code=0).stdout


def test_a_store_named_from_within_a_copy_answers_and_takes_the_folder_that_is_named(stood_in):
    place, stand, _ = stood_in

    assert json.loads(kg("--store", place / "s6", "stats", "--json", cwd=stand, code=0).stdout)["claims"]["total"] == 2
    done = kg("--store", place / "s6", "ingest", "--json", place / "wiki", cwd=stand, code=0)
    assert json.loads(done.stdout)["unchanged"] == 2


def test_a_store_may_be_named_from_a_folder_that_is_no_wiki_or_whose_settings_name_its_wiki(tmp_path):
    write(tmp_path / "wiki")
    kg("--store", tmp_path / "s6", "ingest", "wiki", cwd=tmp_path, code=0)
    (tmp_path / "tools").mkdir()
    kg("--store", "../s6", "fix", "--write", cwd=tmp_path / "tools", code=0)
    (tmp_path / "tools/kg.toml").write_text('wiki = "../wiki"\n', encoding="utf-8")

    kg("--store", "../s6", "update", "--write", "-e", GRADED, cwd=tmp_path / "tools", code=0)

    assert "[analysis]" in (tmp_path / "wiki/sources/survey.md").read_text(encoding="utf-8")


def test_pages_are_not_rendered_over_another_wiki(copied_wiki):
    original, here, wiki = copied_wiki
    edit(here / wiki)
    before = digest(here)
    if not wiki.parts:
        said = kg("--store", original / ".kg", "render", "--out", here, cwd=original, code=2).stderr
        assert "is a wiki of its own" in said
    assert kg("render", "--out", here / wiki, cwd=here, code=2).stderr.startswith("kg: ")

    assert digest(here) == before
