"""A build, and a validation, tell of live blocks that are not what their queries answer; a wiki without blocks asks nothing."""

import json

import pytest
from support.commands import kg

from kg.operations import block_findings, page_answers
from kg.settings.kg_toml import Config
from kg.store.reading import reading

SOURCE = "---\ntitle: S\ntype: source\n---\n\n## Key Claims\n\n- [fact] [[Tea]] — is {}\n"
BLOCK = "---\ntitle: Tea\ntype: entity\n---\n\nTea.\n\n<!-- kg:query {} -->\n<!-- kg:end -->\n"
ASKED = 'claims-about about=Tea format=list columns="text path"'


def wiki(folder, block):
    for path, text in {"wiki/Tea.md": block, "wiki/sources/s.md": SOURCE.format("hot")}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def told(folder):
    """The findings about blocks that a validation writes."""
    done = kg("validate", "--format", "json", cwd=folder)
    found = json.loads(done.stdout)["findings"]
    return [
        (one["rule"], one["path"], one["line"], one["message"]) for one in found if one["rule"].startswith("block-")
    ]


def test_a_block_that_drifts_is_a_finding_at_its_line_until_it_is_written(tmp_path):
    folder = wiki(tmp_path, BLOCK.format(ASKED))
    first = kg("build", "wiki", cwd=folder)
    kg("render", "--write", cwd=folder, code=0)
    true = told(folder)
    (folder / "wiki/sources/s.md").write_text(SOURCE.format("cold"), encoding="utf-8")
    again = kg("build", cwd=folder)
    words = "the live block 'claims-about' is not what its query answers: 1 of its lines no longer hold, 1 are missing"

    assert "Tea.md:8:1" in first.stdout
    assert true == []
    assert told(folder) == [("block-stale", "Tea.md", 8, words)]
    assert "block-stale" in again.stdout


@pytest.mark.parametrize(
    ("block", "line", "words"),
    [
        (BLOCK.format("clams"), 8, "unknown query 'clams'; did you mean 'claims'?"),
        (BLOCK.format(ASKED).replace("<!-- kg:end -->\n", ""), 8, "this live block is never closed; write <!-- kg:end --> on a line below it"),
    ],
)  # fmt: skip
def test_a_block_that_cannot_be_answered_is_a_finding_with_what_would_be_right(tmp_path, block, line, words):
    folder = wiki(tmp_path, block)
    kg("ingest", "wiki", cwd=folder, code=0)

    assert told(folder) == [("block-broken", "Tea.md", line, words)]


def test_an_answer_that_the_file_cannot_hold_is_a_finding_at_its_block(tmp_path):
    """What had no line was no finding at all: validation was silent, and `render --write` refused."""
    folder = wiki(tmp_path, BLOCK.format(ASKED))
    (folder / "wiki/Tea.md").write_bytes(BLOCK.format(ASKED).replace("Tea.\n", "Th\xe9.\n").encode("latin-1"))
    (folder / "wiki/sources/s.md").write_text(SOURCE.format("\u8336"), encoding="utf-8")
    kg("ingest", "wiki", cwd=folder, code=0)

    assert told(folder) == [
        ("block-broken", "Tea.md", 8, "the file is not UTF-8 and cannot hold '\u8336'; convert it first")
    ]


def test_a_wiki_without_blocks_is_asked_nothing(tmp_path, monkeypatch):
    folder = wiki(tmp_path, "---\ntitle: Tea\n---\n\nTea.\n")
    kg("ingest", "wiki", cwd=folder, code=0)
    monkeypatch.setattr(page_answers, "of", lambda *_: pytest.fail("asked"))

    assert block_findings.of(reading(folder / ".kg"), Config()) == ()
