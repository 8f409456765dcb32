"""`kg why` as a command: exit codes, one line for what is wrong, colours, files, and what changed since."""

import json

import pytest
from support.commands import kg

PAGES = {
    "sources/letter.md": "---\ntitle: Letter\ntype: source\nscraped: 2026-03-01\n---\n\n## Key Claims\n\n- [fact] Ada — opened a shop\n",
    "syntheses/sum.md": "---\ntitle: Sum\ntype: synthesis\nsources: [letter]\n---\n\nShe opened one ([[letter#Key Claims|it]]).\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def letter_wiki(tmp_path_factory):
    root = tmp_path_factory.mktemp("letter")
    for path, text in PAGES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    kg("-q", "ingest", ".", cwd=root, code=0)
    return root


def test_an_answer_is_exit_0_in_every_format_and_goes_to_a_file(letter_wiki):
    text = kg("why", "syntheses/sum.md:7", cwd=letter_wiki, code=0)
    kg("why", "syntheses/sum.md:7", "--json", "-o", "why.json", cwd=letter_wiki, code=0)
    (answer,) = json.loads((letter_wiki / "why.json").read_text())["answers"]

    assert text.stderr == ""
    assert "opened a shop" in text.stdout
    assert answer["rests_on"][0]["statement"]["line"] == 9
    assert kg("why", "letter", "--format", "json", cwd=letter_wiki).stdout.startswith("{")
    assert "prov:Entity" in kg("why", "letter", "--format", "turtle", cwd=letter_wiki).stdout


def test_a_path_is_looked_up_from_the_current_folder_first(letter_wiki):
    store = ("--store", letter_wiki / ".kg")

    assert "claim sources/letter.md:9:1" in kg(*store, "why", "letter.md:9", cwd=letter_wiki / "sources", code=0).stdout
    assert (
        "claim sources/letter.md:9:1"
        in kg(*store, "why", "sources/letter.md:9", cwd=letter_wiki / "sources", code=0).stdout
    )


def test_what_is_not_there_is_exit_1_and_wrong_usage_exit_2_in_one_line(letter_wiki):
    nothing = kg("why", "sources/leter.md", cwd=letter_wiki, code=1)

    assert nothing.stderr.endswith("did you mean 'sources/letter.md'?\n")
    assert nothing.stdout == ""
    kg("why", "letter", "nr:contradicts", "sum", cwd=letter_wiki, code=1)
    for words in (["\udcff"], ["\udcff", "nr:contradicts", "sum"], ["letter", "\udcff", "sum"]):
        assert "TARGET: expected a text in UTF-8" in kg("why", *words, cwd=letter_wiki, code=2).stderr
    kg("why", "", cwd=letter_wiki, code=2)
    kg("why", cwd=letter_wiki, code=2)
    kg("why", "letter", "--json", "--format", "turtle", cwd=letter_wiki, code=2)
    kg("--store", "elsewhere", "why", "letter", cwd=letter_wiki, code=2)
    assert nothing.stderr.count("\n") == 1


def test_colours_come_on_a_terminal_or_when_asked_for(letter_wiki):
    assert "\x1b[" not in kg("why", "letter", cwd=letter_wiki).stdout
    assert "\x1b[" in kg("why", "letter", "--color", cwd=letter_wiki, NO_COLOR="1").stdout


def test_pages_that_changed_since_the_ingest_are_said(letter_wiki):
    page = letter_wiki / "sources/letter.md"
    page.write_text(PAGES["sources/letter.md"].replace("a shop", "a market"))
    told = kg("why", "letter", cwd=letter_wiki, code=0)
    page.write_text(PAGES["sources/letter.md"])

    assert told.stderr == "note: 1 page has changed since the last ingest; `kg ingest` brings them in\n"
    assert kg("why", "letter", "--at", "1", cwd=letter_wiki, code=0).stderr == ""


def test_what_the_last_check_found_at_the_target_is_told_once_there_was_a_check(tmp_path):
    line = "- [fact] Ada — opened a shop on [[Nowhere]]"
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/letter.md").write_text(
        f"---\ntitle: Letter\ntype: source\n---\n\n## Key Claims\n\n{line}\n"
        "\n<!-- kg: ignore link-dangling -- a joke -->\n- [fact] Bo — saw [[Nothing]]\n"
    )
    kg("-q", "ingest", ".", cwd=tmp_path, code=0)
    (unchecked,) = json.loads(kg("why", "letter:8", "--json", cwd=tmp_path, code=0).stdout)["answers"]
    kg("-q", "validate", cwd=tmp_path)

    (claim,) = json.loads(kg("why", "letter:8", "--json", cwd=tmp_path, code=0).stdout)["answers"]
    (page,) = json.loads(kg("why", "letter", "--json", cwd=tmp_path, code=0).stdout)["answers"]

    assert unchecked["findings"] is None
    assert [
        (one["rule"], one["line"], one["column"]) for one in claim["findings"] if one["rule"] == "link-dangling"
    ] == [("link-dangling", 8, line.index("[[") + 3)]
    assert {one["line"] for one in claim["findings"]} == {8}
    assert {one["line"] for one in page["findings"]} > {8}
    assert ("link-dangling", 11) not in {(one["rule"], one["line"]) for one in page["findings"]}
    assert "[link-dangling]" not in kg("why", "letter:8", cwd=tmp_path, code=0).stdout
    assert "(link-dangling)" in kg("why", "letter:8", cwd=tmp_path, code=0).stdout
