"""`--compat newsroom` writes the files of the newsroom's own tools: JSON of the same value, Markdown of the same bytes."""

import json

import pytest
from support.commands import kg
from support.places import SHARED

from kg.answer_pages import newsroom_graph, newsroom_lists, newsroom_registers, newsroom_wiki
from kg.answer_pages.newsroom_registers import Hints
from kg.answer_pages.newsroom_wiki import NewsroomWiki
from kg.model.kg_error import KgError
from kg.operations import newsroom_artifacts

CORPORA = {"newsroom-2026-08": "2026-07-19", "newsroom-syn100": "2026-11-23"}


def read_wiki(pages):
    return NewsroomWiki([newsroom_wiki.read(path, data) for path, data in sorted(pages.items())])


@pytest.fixture(scope="module", params=CORPORA)
def corpus(request):
    """The folder of a corpus, its wiki, and the files as they would be written."""
    folder = SHARED / "corpora" / request.param
    if not folder.is_dir():
        pytest.skip("the reference folder ../shared is not here")
    root = folder / "wiki"
    wiki = read_wiki({file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*.md")})
    made = newsroom_artifacts.made(wiki, folder, "wiki/", CORPORA[request.param])
    clusters = newsroom_lists.clusters(json.loads((folder / "graph/_clusters.json").read_bytes()))
    edges = newsroom_graph.graph(wiki)["edges"]
    for page in wiki.in_folder("overviews"):
        blocks = newsroom_lists.auto_blocks(page, wiki, clusters, edges)
        made[f"wiki/{page.path}"] = newsroom_lists.with_blocks(page.text, blocks)
    return folder, made


def test_every_file_that_the_newsrooms_tools_wrote_is_written_again(corpus):
    folder, made = corpus
    written = [file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*")) if file.name.startswith("_")]

    assert {*written} - {*made} <= {
        "_truth.json", "graph/_clusters.json", "graph/_pages.json", "wiki/contradictions/_contradictions_themes.json",
    }  # fmt: skip
    assert len(made) == {"newsroom-2026-08": 14, "newsroom-syn100": 16}[folder.name]


def test_json_has_the_same_value_and_markdown_the_same_bytes(corpus):
    folder, made = corpus
    json_files = {path for path in made if path.endswith(".json")}

    assert [
        path for path in sorted(json_files) if json.loads((folder / path).read_bytes()) != json.loads(made[path])
    ] == []
    assert [path for path in sorted({*made} - json_files) if (folder / path).read_bytes() != made[path].encode()] == []


A = b"---\ntitle: A\ntype: concept\nsources: [s]\nlast_updated: 2026-01-05\n---\n\n## Overview\n\nIt is [[B]] and [[Gone]].\n"
B = b"---\ntitle: B\ntype: entity\n---\n\n## Connections\n- [[A]] \xe2\x80\x94 its kind\n- [[A#x|a]] \xe2\x80\x94 again\n"
S = (
    b"---\ntitle: S\ntype: source\npublished: 2026-02-01\nsource_url: https://example.org/s\n---\n\n## Key Claims\n\n"
    b"- [fact] [[B]] \xe2\x80\x94 did it\n- [analysis] [[A]] \xe2\x80\x94 holds\n\n## Connections\n\n- contradicts: [[A#x]] \xe2\x80\x94 not so\n"
)
SMALL = {"concepts/A.md": A, "entities/B.md": B, "sources/s.md": S}


def test_an_edge_has_the_gravest_relation_the_first_label_and_the_best_grade():
    edges = {(edge["from"], edge["to"]): edge for edge in newsroom_graph.graph(read_wiki(SMALL))["edges"]}

    assert edges["concepts/A.md", "entities/B.md"]["relation"] == "defines"
    assert edges["entities/B.md", "concepts/A.md"]["label"] == "its kind"
    assert edges["sources/s.md", "concepts/A.md"] == {
        "from": "sources/s.md", "to": "concepts/A.md", "type": "EXTRACTED", "relation": "contradicts",
        "label": "holds", "evidence_grade": "analysis",
    }  # fmt: skip


def test_backlinks_keep_the_names_that_no_page_has():
    assert newsroom_registers.backlinks(read_wiki(SMALL)) == {
        "B": [{"from": "sources/s.md", "title": "S"}, {"from": "concepts/A.md", "title": "A"}],
        "A": [{"from": "sources/s.md", "title": "S"}, {"from": "entities/B.md", "title": "B"}],
        "Gone": [{"from": "concepts/A.md", "title": "A"}],
    }


@pytest.mark.parametrize(("today", "strength"), [("2026-03-01", 0.74), ("2026-12-01", 0.66), ("2028-01-01", 0.62)])
def test_the_evidence_for_a_contradiction_is_weaker_as_its_source_ages(today, strength):
    (one,) = newsroom_registers.contradictions(read_wiki(SMALL), today)

    assert (one["source"], one["claim"]) == ("sources/s.md", "[[A#x]] — not so")
    assert one["evidence_strength"] == strength


def test_a_hub_derives_from_its_sources_and_what_is_odd_does_no_harm():
    odd = {
        **SMALL,
        "concepts/C.md": b"---\nsources: {x: [1]}\n",
        "trails/t.md": b"## Path\n1. none\n",
        "x/é.md": b"\xff",
    }
    pages = newsroom_registers.dependencies(read_wiki(odd), Hints({"c": ["gone.md"]}, {}))["pages"]

    assert pages["concepts/A.md"] == {
        "last_updated": "2026-01-05", "upstream": ["sources/s.md"], "upstream_max_date": "2026-02-01",
    }  # fmt: skip
    assert newsroom_registers.overlays(read_wiki(odd), Hints({}, {"t": ["x"]}))["overlays"] == []


def test_the_files_are_written_once_and_those_of_others_are_told(tmp_path):
    for path, data in SMALL.items():
        (tmp_path / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "wiki" / path).write_bytes(data)
    (tmp_path / "wiki/index.md").write_text("# Mine\n", encoding="utf-8")
    kg("ingest", "wiki", cwd=tmp_path, code=0)
    first = kg("render", "--compat", "newsroom", "--write", cwd=tmp_path, code=1)
    check = kg("render", "--compat", "newsroom", "--check", cwd=tmp_path, code=1)

    assert "kg: wiki/index.md: is there already, and something else wrote it" in first.stderr
    assert json.loads((tmp_path / "graph/_graph.json").read_bytes())["stats"]["node_count"] == 3
    assert (tmp_path / "wiki/index.md").read_text(encoding="utf-8") == "# Mine\n"
    assert check.stdout.count("\n+++ ") == 1


OVERVIEW = "\ufeff---\r\ntype: overview\r\n---\n\nMine.\r\n<!-- AUTO:MEMBERS BEGIN -->\r\nold\r\n<!-- AUTO:MEMBERS END -->\nMine, too.\r\n"
CLUSTERED = {
    "wiki/entities/B.md": "---\ntitle: B\ntype: entity\n---\n",
    "wiki/overviews/group.md": OVERVIEW,
    "graph/_clusters.json": json.dumps(
        {"clusters": [{"slug": "group", "label": "G", "name": "G", "members": ["entities/B.md"], "id": 0}],
         "hub_assignments": {}, "source_assignments": {}}
    ),
}  # fmt: skip


def test_what_stands_around_auto_blocks_keeps_its_bytes():
    page = newsroom_wiki.read("overviews/group.md", OVERVIEW.encode())

    made = newsroom_artifacts.with_blocks(page, {"MEMBERS": "new\nlines\n"}).decode()

    assert made == OVERVIEW.replace("old\r\n", "new\r\nlines\r\n")


def test_what_another_encoding_cannot_hold_is_told():
    page = newsroom_wiki.read(
        "overviews/group.md", OVERVIEW.replace("\ufeff", "").replace("Mine.", "Caf\xe9.").encode("latin-1")
    )

    with pytest.raises(KgError, match=r"overviews/group\.md: the file is not UTF-8 and cannot hold '—'"):
        newsroom_artifacts.with_blocks(page, {"MEMBERS": "new —\n"})


def test_the_files_are_not_written_over_those_of_the_project(tmp_path):
    for path, data in CLUSTERED.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data.encode())
    (tmp_path / "wiki/index.md").write_text("# Mine\n")
    store = ("--store", tmp_path / "elsewhere/.kg")
    kg(*store, "ingest", tmp_path / "wiki", code=0)

    said = kg(*store, "render", "--compat", "newsroom", "--out", tmp_path, code=2).stderr

    assert "is the wiki itself" in said
    assert (tmp_path / "wiki/index.md").read_text() == "# Mine\n"
    assert (tmp_path / "wiki/overviews/group.md").read_bytes() == OVERVIEW.encode()
