"""`kg render` sees to the live blocks of a wiki: --check names the drift and the fact, --write mends it, once."""

import shutil

import pytest
from support.commands import kg
from support.tier import some

META = """---
title: Meta
type: entity
---

## Overview

Meta makes [[Llama]].

<!-- kg:query claims-about about=Llama format=list columns="grade text path" -->
<!-- kg:end -->

## Connections

- [[Llama]] — its model
"""
SOURCE = """---
title: A letter
type: source
---

## Key Claims

- [fact] [[Meta]] — released [[Llama]] in 2023
- [analysis] [[Meta]] — calls [[Llama]] open
"""
ASKED = 'claims-about about=Llama format=list columns="grade text path"'
BLOCK = """
- fact — released Llama in 2023 — [letter](../sources/letter.md)
- analysis — calls Llama open — [letter](../sources/letter.md)

<!-- kg:end -->"""


@pytest.fixture(scope="module")
def answered_wiki(tmp_path_factory):
    """A wiki with a live block that holds its answer."""
    folder = tmp_path_factory.mktemp("live")
    for path, text in {"wiki/entities/Meta.md": META, "wiki/sources/letter.md": SOURCE}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    kg("ingest", "wiki", cwd=folder, code=0)
    kg("render", "--write", cwd=folder, code=0)
    return folder


@pytest.fixture
def wiki_with_answers(answered_wiki, tmp_path):
    """A copy of it, to be changed."""
    return shutil.copytree(answered_wiki, tmp_path / "copy")


def test_a_block_is_written_with_the_answer_and_a_second_run_is_silent(answered_wiki):
    text = (answered_wiki / "wiki/entities/Meta.md").read_text(encoding="utf-8")
    again = kg("render", "--write", cwd=answered_wiki, code=0)
    check = kg("render", "--check", cwd=answered_wiki, code=0)

    assert text == META.replace("<!-- kg:end -->", BLOCK)
    assert again.stdout == check.stdout == ""
    assert again.stderr == "0 pages written, 1 live block in all\n"


def test_after_an_edited_claim_the_check_names_the_lines_and_the_facts_and_write_mends_them(wiki_with_answers):
    source = wiki_with_answers / "wiki/sources/letter.md"
    source.write_text(SOURCE.replace("[analysis]", "[fact]").replace("calls", "called"), encoding="utf-8")
    kg("ingest", cwd=wiki_with_answers, code=0)
    check = kg("render", "--check", cwd=wiki_with_answers, code=1)
    kg("render", "--write", cwd=wiki_with_answers, code=0)

    assert check.stdout == (
        "entities/Meta.md:10:1: the live block 'claims-about' is not what its query answers\n"
        "entities/Meta.md:13: -- analysis — calls Llama open — [letter](../sources/letter.md)\n"
        "  no longer: it stood at sources/letter.md:9:1, in generation 2\n"
        "entities/Meta.md:13: +- fact — called Llama open — [letter](../sources/letter.md)\n"
        "  now: sources/letter.md:9:1\n"
    )
    assert kg("render", "--check", cwd=wiki_with_answers, code=0).stdout == ""


def test_a_page_that_was_edited_meanwhile_is_refused_with_both_versions(wiki_with_answers):
    source, page = (wiki_with_answers / "wiki" / path for path in ("sources/letter.md", "entities/Meta.md"))
    source.write_text(SOURCE.replace("2023", "2024"), encoding="utf-8")
    kg("ingest", cwd=wiki_with_answers, code=0)
    page.write_text(page.read_text(encoding="utf-8").replace("its model", "the model"), encoding="utf-8")
    before = page.read_bytes()
    done = kg("render", "--write", cwd=wiki_with_answers, code=1)

    assert "-- [[Llama]] — its model\n+- [[Llama]] — the model\n" in done.stdout
    assert done.stderr == "kg: entities/Meta.md: changed since it was ingested (above); run `kg ingest`, then again\n"
    assert page.read_bytes() == before


@pytest.mark.parametrize(
    "case",
    some(
        [
            ("clams", "entities/Meta.md:10:1: unknown query 'clams'; did you mean 'claims'?"),
            ("claims-about", "entities/Meta.md:10:1: query 'claims-about' needs --about"),
            ("claims-about abuot=Llama", "entities/Meta.md:10:1: query 'claims-about' has no parameter 'abuot'"),
            ("sources columns=titel", "entities/Meta.md:10:1: query 'sources' has no column 'titel'"),
        ],
        4,
    ),
)
def test_a_block_that_asks_for_what_there_is_not_stops_the_writing(wiki_with_answers, case):
    words, fault = case
    page = wiki_with_answers / "wiki/entities/Meta.md"
    page.write_text(META.replace(ASKED, words), encoding="utf-8")
    kg("ingest", cwd=wiki_with_answers, code=0)
    before = page.read_bytes()
    done = kg("render", "--write", cwd=wiki_with_answers, code=2)

    assert done.stderr.startswith(f"kg: {fault}")
    assert page.read_bytes() == before
    assert kg("render", "--check", cwd=wiki_with_answers, code=2).stderr.startswith(f"kg: {fault}")
