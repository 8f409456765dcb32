"""A kind of pages is a query and a template: its pages say what wrote them, and nothing else is written over."""

import json
import shutil

import pytest
from support.commands import kg
from support.tier import some

from kg.answer_pages import generated_pages, page_kinds
from kg.model.kg_error import KgError
from kg.operations import generate_pages, page_answers, unchanged_kinds
from kg.settings import kg_toml
from kg.store import reading

META = "---\ntitle: Meta <b> | [[x]]\ntype: entity\n---\n\n## Overview\n\nMeta makes [[Llama]]. See [[timeline]].\n"
SOURCE = """---
title: A letter
type: source
published: 2024-07-23
---

## Key Claims

- [fact] [[Meta]] — released [[Llama]] in 2023
- [analysis] [[Meta]] — calls [[Llama]] `open` {{ 7 }} <script>
"""
OWN = {
    "pages/claims.rq": ("# claims: every claim\n# output: lists/every.txt\n# ask: claims\n"),
    "pages/claims.j2": "{% for row in rows %}\n{{ row.grade }}: {{ row.text }}\n{% endfor %}\n",
    "pages/index.j2": "# {{ title }} of {{ rows|count }}\n",
    "pages/letter.rq": (
        "# letter: sources as a page of the web\n# output: lists/letter.html\n# title: Letters\n# ask: sources\n"
    ),
    "pages/letter.j2": "<p>{% for row in rows %}{{ row.source }}{% endfor %}</p>\n",
}


COUNTS_OF_FILES = {"generation", "triples", "graphs", "topics", "pages", "front_matter", "lines", "class"}


@pytest.fixture(scope="module")
def generated_wiki(tmp_path_factory):
    """A wiki with all of its generated pages written, of our kinds and of two of its own."""
    folder = tmp_path_factory.mktemp("generated")
    files = {"wiki/entities/Meta.md": META, "wiki/sources/letter.md": SOURCE, **OWN}
    files["kg.toml"] = (
        'wiki = "wiki"\n[pages]\nfolder = "pages"\nwrite = ["index", "claims", "letter", "claims-by-topic"]\n'
    )
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    kg("ingest", cwd=folder, code=0)
    before = kg("stats", "--json", cwd=folder, code=0).stdout
    kg("render", "--write", cwd=folder, code=0)
    (folder / "stats.json").write_text(before, encoding="utf-8")
    return folder


@pytest.fixture
def wiki_to_change(generated_wiki, tmp_path):
    return shutil.copytree(generated_wiki, tmp_path / "copy")


def test_kinds_of_the_users_own_are_written_and_stand_in_for_ours(generated_wiki):
    lists, ours = generated_wiki / "wiki/lists", generated_wiki / "wiki/generated"

    assert (lists / "every.txt").read_text(encoding="utf-8") == (
        "fact: released Llama in 2023\nanalysis: calls Llama `open` {{ 7 }} <script>\n"
    )
    assert (lists / "letter.html").read_text(encoding="utf-8").split("\n", 1)[1] == (
        '<p><a href="../sources/letter.md">A letter</a></p>\n'
    )
    assert (ours / "kg-index.md").read_text(encoding="utf-8").endswith("-->\n# Index of 2\n")


def test_a_page_for_each_value_shows_hostile_words_as_text(generated_wiki):
    page = (generated_wiki / "wiki/generated/claims/kg-about-llama.md").read_text(encoding="utf-8")

    assert page.startswith('---\ntitle: "Claims about Llama"\n---\n\n<!-- kg:page claims-by-topic ')
    assert (
        "| [Meta &lt;b&gt; \\| \\[\\[x\\]\\]](../../entities/Meta.md) | calls Llama \\`open\\` &#123;&#123; 7 }} &lt;script&gt; |"
        in page
    )


def test_generated_pages_are_silent_when_written_and_state_nothing(generated_wiki):
    again = kg("render", "--write", cwd=generated_wiki, code=0)
    check = kg("render", "--check", cwd=generated_wiki, code=0)
    stats = json.loads(kg("stats", "--json", cwd=generated_wiki, code=0).stdout)
    before = json.loads((generated_wiki / "stats.json").read_text(encoding="utf-8"))

    assert again.stdout == check.stdout == ""
    assert {name for name in stats if stats[name] != before[name]} <= COUNTS_OF_FILES
    assert stats["links"] == before["links"]
    assert stats["claims"] == before["claims"]


def test_an_edited_claim_changes_the_pages_that_list_it_and_a_claim_that_goes_takes_its_page_away(wiki_to_change):
    (wiki_to_change / "wiki/sources/letter.md").write_text(SOURCE.replace("[[Llama]]", "Llama"), encoding="utf-8")
    kg("ingest", cwd=wiki_to_change, code=0)
    check = kg("render", "--check", cwd=wiki_to_change, code=1)
    written = kg("render", "--write", cwd=wiki_to_change, code=0)

    assert check.stdout.startswith(
        "generated/claims/kg-about-llama.md:1:1: this page of the kind 'claims-by-topic' has no rows any more\n"
    )
    assert "  no longer: it stood at sources/letter.md:9:1, in generation 2\n" in check.stdout
    assert written.stdout == "generated/claims/kg-about-llama.md\n"
    assert not (wiki_to_change / "wiki/generated/claims/kg-about-llama.md").exists()
    assert kg("render", "--check", cwd=wiki_to_change, code=0).stdout == ""


@pytest.mark.parametrize(
    "case",
    some(
        [
            ("generated/kg-index.md", None, "was edited since it was written"),
            ("generated/kg-index.md", "My own page.\n", "was edited since it was written"),
            ("lists/every.txt", "My own list.\n", "was edited since it was written"),
        ],
        2,
    ),
)
def test_a_page_that_somebody_wrote_or_edited_is_told_and_never_written_over(wiki_to_change, case):
    path, words, why = case
    page = wiki_to_change / "wiki" / path
    page.write_text(words or page.read_text(encoding="utf-8") + "a line of mine\n", encoding="utf-8")
    mine = page.read_bytes()
    done = kg("render", "--write", "--only", "generated", cwd=wiki_to_change, code=1)

    assert f"kg: {path}: {why} (both versions are above); move it away, then render again\n" in done.stderr
    assert f"+++ b/{path}\n" in done.stdout
    assert page.read_bytes() == mine


def test_a_page_with_other_line_ends_is_the_same_page(wiki_to_change):
    page = wiki_to_change / "wiki/generated/kg-index.md"
    page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))

    assert kg("render", "--check", "--only", "generated", cwd=wiki_to_change, code=0).stdout == ""


def test_a_kind_is_asked_again_only_where_a_fact_changed_that_its_query_reads(wiki_to_change, monkeypatch):
    """One of ours is asked of the graph that changed alone, so it is not asked as a whole."""
    config, asked, answer = kg_toml.load(wiki_to_change / "kg.toml"), [], page_answers.Answers.of
    monkeypatch.setattr(page_answers.Answers, "of", lambda self, one: asked.append(one.name) or answer(self, one))

    def asked_after(path, old, new):
        kg("render", "--write", cwd=wiki_to_change, code=0)
        file = wiki_to_change / "wiki" / path
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        kg("ingest", cwd=wiki_to_change, code=0)
        generation = reading.reading(wiki_to_change / ".kg")
        asked.clear()
        found = generate_pages.pages(
            page_answers.of(generation, config), generate_pages.kinds(config, ()), generation.root
        )
        return {*asked}, {page.path for page in found if page.state is not generate_pages.State.SAME}

    assert asked_after("entities/Meta.md", "timeline]].", "timeline]]. Still.") == (set(), set())
    assert asked_after("sources/letter.md", "[analysis]", "[fact]") == (
        {"claims", "sources"},
        {"lists/every.txt", "generated/claims/kg-about-llama.md", "generated/claims/kg-about-meta-b-x.md"},
    )


def test_an_edit_that_the_writing_took_in_unasked_is_told_by_the_next_check(wiki_to_change):
    source = wiki_to_change / "wiki/sources/letter.md"
    source.write_text(SOURCE.replace("released", "withdrew"), encoding="utf-8")
    (wiki_to_change / "wiki/generated/kg-index.md").unlink()
    written = kg("render", "--write", "--only", "generated", cwd=wiki_to_change, code=0)
    check = kg("render", "--check", "--only", "generated", cwd=wiki_to_change, code=1)

    assert written.stdout == "generated/kg-index.md\n"
    assert {line for line in check.stdout.split("\n") if " of the kind " in line} == {
        "generated/claims/kg-about-llama.md:1:1: this page of the kind 'claims-by-topic' is not as it would be",
        "generated/claims/kg-about-meta-b-x.md:1:1: this page of the kind 'claims-by-topic' is not as it would be",
        "lists/every.txt:1:1: this page of the kind 'claims' is not as it would be",
    }


def test_another_budget_of_a_kind_that_asks_by_name_makes_its_page_anew(wiki_to_change):
    header = wiki_to_change / "pages/claims.rq"
    header.write_text(OWN["pages/claims.rq"] + "# budget: 40 bytes\n", encoding="utf-8")
    kg("render", "--write", "--only", "generated", cwd=wiki_to_change, code=0)

    assert (wiki_to_change / "wiki/lists/every.txt").read_text(encoding="utf-8") == "fact: released Llama in 2023\n"


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (
            {"a.rq": "# a: x\nSELECT * WHERE {}\n"},
            "a.rq:1: where does the page go? write '# output: generated/NAME.md'",
        ),
        ({"a.rq": "# a: x\n# output: ../a.md\n"}, "a.rq:2: output: '../a.md' is no path below the wiki's root"),
        ({"a.rq": "# a: x\n# output: /a.md\n"}, "a.rq:2: output: '/a.md' is no path below the wiki's root"),
        ({"a.rq": "# a: x\n# output: a.py\n"}, "a.rq:2: output: 'a.py' ends in none of .md"),
        (
            {"a.rq": "# a: x\n# output: a.md\n# each: path\n"},
            "a.rq:2: output: 'a.md': a page for each value needs {slug}",
        ),
        ({"a.rq": "# a: x\n# output: a.md\n"}, "a.rq:1: there is no template a.j2; write one beside the query"),
        ({"a.rq": "# a: x\n# output: a.md\n# template: ../b.j2\n"}, "a.rq:3: template: '../b.j2' is no name of a file"),
        (
            {"a.rq": "# a: x\n# output: a.md\n# ask: clams\n", "a.j2": ""},
            "unknown query 'clams'; did you mean 'claims'?",
        ),
    ],
)
def test_a_kind_that_is_wrong_is_told_with_its_line(tmp_path, files, fault):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(KgError) as told:
        page_kinds.find(tmp_path, None)
    assert str(told.value).removeprefix(f"{tmp_path}/").startswith(fault)


def test_a_kind_that_there_is_not_is_told_with_the_nearest(generated_wiki):
    done = kg("render", "--check", "--kind", "indx", cwd=generated_wiki, code=2)

    assert done.stderr == "kg: there is no kind of pages 'indx'; did you mean 'index'?\n"


def test_only_a_mark_with_the_right_digest_says_that_a_page_is_untouched():
    page = b'---\ntitle: "I"\n---\n\n<!-- kg:page index 0123456789abcdef x -->\n# I\n'

    assert generated_pages.is_untouched(page) is False
    assert generated_pages.is_untouched(b"# I\n") is None
    assert generated_pages.is_untouched(b"\xff\xfe") is None


def test_a_page_that_is_no_markdown_goes_with_its_last_row_too(wiki_to_change):
    (wiki_to_change / "pages/each.rq").write_text(
        "# each: a page for each grade\n# output: lists/grade-{slug}.json\n# each: grade\n# title: {each}\n# ask: claims\n"
    )
    (wiki_to_change / "pages/each.j2").write_text("[{% for row in rows %}{{ row.text }}{% endfor %}]\n")
    kg("render", "--write", "--only", "generated", "--kind", "each", cwd=wiki_to_change, code=0)
    made = sorted(file.name for file in (wiki_to_change / "wiki/lists").glob("grade-*.json"))
    source = wiki_to_change / "wiki/sources/letter.md"
    source.write_text(source.read_text(encoding="utf-8").replace("[analysis]", "[fact]"), encoding="utf-8")
    kg("ingest", cwd=wiki_to_change, code=0)

    kg("render", "--write", "--only", "generated", "--kind", "each", cwd=wiki_to_change, code=0)

    assert len(made) == 2
    assert len([*(wiki_to_change / "wiki/lists").glob("grade-*.json")]) == 1


def test_a_kind_may_not_write_the_page_of_another_that_did_not_change(wiki_to_change):
    query = wiki_to_change / "pages/letter.rq"
    query.write_text(query.read_text(encoding="utf-8").replace("lists/letter.html", "lists/every.txt"))

    said = kg("render", "--check", "--only", "generated", cwd=wiki_to_change, code=2).stderr

    assert "another kind of pages write it" in said


def test_two_kinds_may_not_write_pages_that_are_one_where_letters_have_no_case(wiki_to_change):
    (wiki_to_change / "pages/twin.rq").write_text(
        "# twin: every claim\n# output: Lists/Every.txt\n# ask: claims\n# template: claims.j2\n", encoding="utf-8"
    )
    for kinds in (["--kind", "twin"], ["--kind", "twin", "--kind", "claims"]):
        done = kg("render", "--write", "--only", "generated", *kinds, cwd=wiki_to_change)

    assert done.returncode == 2
    assert "Lists/Every.txt: 'twin' and another kind of pages write it; change an output" in done.stderr


def test_a_kind_that_asks_for_the_network_is_asked_when_a_link_changes(wiki_to_change):
    (wiki_to_change / "pages/centre.rq").write_text(
        "# centre: what is central\n# output: lists/centre.csv\n# ask: central\n"
    )
    (wiki_to_change / "pages/centre.j2").write_text("{% for row in rows %}{{ row.topic }}\n{% endfor %}\n")
    kg("render", "--write", "--only", "generated", "--kind", "centre", cwd=wiki_to_change, code=0)
    read, config = reading.reading(wiki_to_change / ".kg"), kg_toml.load(wiki_to_change / "kg.toml")
    kind = generate_pages.kinds(config, ["centre"])
    record = generate_pages.read_record(wiki_to_change / ".kg").kinds
    assert unchanged_kinds.unchanged(read, kind, record, config.prefixes) == {"centre"}
    source = wiki_to_change / "wiki/sources/letter.md"
    source.write_text(source.read_text(encoding="utf-8") + "\nSee [[Llama]] again.\n", encoding="utf-8")
    kg("ingest", cwd=wiki_to_change, code=0)

    read = reading.reading(wiki_to_change / ".kg")

    assert unchanged_kinds.unchanged(read, kind, record, config.prefixes) == set()


def test_a_kind_is_told_with_its_line_below_blank_ones(tmp_path):
    (tmp_path / "a.rq").write_text("# a: words\n\nPREFIX x: <https://e.org/>\n# output: ../up.md\nSELECT * {}\n")
    (tmp_path / "a.j2").write_text("x\n")

    with pytest.raises(KgError, match=r"a\.rq:4: output: "):
        page_kinds.find(tmp_path, None)
