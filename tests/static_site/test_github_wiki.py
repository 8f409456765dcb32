"""The pages of a code host's wiki: flat, its own way to write links, and what it shows beside every page."""

import re

import pytest
from support.site import contents, exported, of_folder, read

from kg.static_site import export_folder

WIKI = {
    "sources/report.md": """---
title: "Tide report"
type: source
---

## Key Claims

- [fact] [[PortVerde]] — floods, see [[PortVerde#Over view|the [old] view]] and [[nowhere|no page]]

| a |
|---|
| [[PortVerde\\|town]] |

`[[PortVerde]]` [quay](../entities/PortVerde.md#over-view) ![plan](plan.png) ![[plan.png]] [[#Key Claims]] [w](https://example.org/x.md)
""",
    "entities/PortVerde.md": '---\ntitle: "Port Verde"\ntype: entity\nkind: org\n---\n# Port Verde\n\n## Over view\n\n[[report]]\n',
    "concepts/Home.md": "---\ntitle: Home\ntype: concept\n---\n## Overview\n\n[[Home]] is [[portverde]].\n",
    "concepts/portverde.md": "## Overview\n\nAnother one.\n",
    "sources/plan.png": b"\x89PNG\r\n\x1a\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def flat(tmp_path_factory):
    return exported(tmp_path_factory.mktemp("flat"), WIKI, "github-wiki")


def test_links_have_their_words_first_and_code_is_left_alone(flat):
    assert (flat / "report.md").read_text().split("\n") == [
        "# Tide report",
        "",
        "## Key Claims",
        "",
        "- [fact] [[PortVerde|PortVerde-72ee9911]] — floods, see [the  old  view](PortVerde-72ee9911#over-view) and no page",
        "",
        "| a |",
        "|---|",
        "| [town](PortVerde-72ee9911) |",
        "",
        "`[[PortVerde]]` [quay](PortVerde-72ee9911#over-view) ![plan](images/plan.png) ![plan](images/plan.png) [Key Claims](#key-claims) [w](https://example.org/x.md)",
        "",
    ]


def test_a_title_is_a_heading_once(flat):
    assert (flat / "PortVerde-72ee9911.md").read_text() == "# Port Verde\n\n## Over view\n\n[[report]]\n"


def test_the_folder_is_flat_with_the_pages_that_the_host_knows(flat):
    assert {name for name in contents(flat) if name.endswith(".md")} == {
        "Home.md", "_Sidebar.md", "_Footer.md", "report.md", "portverde.md", "PortVerde-72ee9911.md", "Home-1908d8eb.md",
    }  # fmt: skip
    assert (flat / "_Sidebar.md").read_text().startswith("**[[Home]]**\n\n**Sources**\n\n- [[Tide report|report]]\n")
    assert "## Entities\n\n- [[Port Verde|PortVerde-72ee9911]]\n" in (flat / "Home.md").read_text()
    assert "edits here do not reach it" in (flat / "_Footer.md").read_text()
    assert (flat / "images/plan.png").read_bytes() == WIKI["sources/plan.png"]


def test_a_name_that_is_taken_is_told(tmp_path):
    told = export_folder.write(read(tmp_path, WIKI), "github-wiki", tmp_path / "out").notes

    assert [note.split(";")[0] for note in told] == [
        "note: concepts/Home.md is Home-1908d8eb.md",
        "note: entities/PortVerde.md is PortVerde-72ee9911.md",
    ]


def test_what_the_host_takes_for_something_else_is_a_link_of_markdown(tmp_path):
    """Behind an apostrophe it shows brackets as they are; words that are a file's name, it shows that file for."""
    pages = {
        "a.md": "# A\n\nL'[[b]] est l'[[b|un]], [[b|c.md]], [[b|images/x.png]], [[b|include:c]], [[v1.0]], [[b|https://x.example/y.png]]\n",
        "b.md": "# B\n",
        "c.md": "# C\n",
        "v1.0.md": "# V\n",
    }

    made = contents(exported(tmp_path, pages, "github-wiki"))

    assert made["a.md"].decode().split("\n")[2] == (
        "L'[b](b) est l'[un](b), [c.md](b), [images/x.png](b), [include:c](b), [v1.0](v1.0), [https://x.example/y.png](b)"
    )


def test_no_page_has_a_name_that_means_something_else_to_the_host(tmp_path):
    pages = {
        f"{name}.md": "# T\n\nText.\n"
        for name in ("_New", "_history", "_TOC_", "x", "x.md", "Übung", "übung", "a:b", "home")
    }

    made = {name for name in contents(exported(tmp_path, pages, "github-wiki")) if name.endswith(".md")}

    assert len({name.casefold() for name in made}) == len(pages) + 3
    assert {"x.md", "x-md.md", "a-b.md", "Übung.md", "Home.md"} <= made
    assert not {"x.md.md", "_New.md", "_history.md", "_TOC_.md", "home.md"} & made


def test_a_hostile_page_stays_a_page(tmp_path):
    pages = {
        "a.md": "# A\n\n[[b|x]](y)]] [[b|a|b]] [[b#</script>|]] [[../../x]] ![](../../../etc/passwd.png) ![[../../x.png]]\n",
        "b.md": f"---\ntitle: '[[x|y]] {'z' * 10_000}'\n---\n\ufeff[[a]]\r\n",
    }
    (tmp_path / "x.png").write_bytes(b"secret")

    made = contents(exported(tmp_path, pages, "github-wiki"))

    assert set(made) == {"a.md", "b.md", "Home.md", "_Sidebar.md", "_Footer.md", "kg-export.txt"}
    assert b"[[x|y" not in b"".join(made.values())


def test_the_seed_is_the_page_that_its_host_shows(shared, tmp_path):
    root = shared / "corpora/newsroom-2026-08/wiki"
    flat = exported(tmp_path, of_folder(root), "github-wiki")
    page = (flat / "open-source-ai-models-how-open.md").read_text()
    seen = (shared / "corpora/seed/open-source-ai-models-how-open.rendered.txt").read_text()

    plain = [re.sub(r"\[\[([^|\]]*)(\|[^\]]*)?\]\]", r"\1", line).lstrip("#->* ") for line in page.split("\n")]
    assert len(plain) > 20
    assert [line for line in plain if line not in seen] == []


def test_the_same_wiki_gives_the_same_files(tmp_path, flat):
    assert contents(exported(tmp_path, WIKI, "github-wiki")) == contents(flat)
