"""A site or a code host's wiki of some pages: those named, those around a topic, those that a query names."""

import pytest
from support.commands import kg
from support.site import contents, lost_links, parsed

WIKI = {
    "index.md": "# Harbours\n\n[[PortVerde]] [[PortAzul]] [[report]] [[Ferry]]\n",
    "entities/PortVerde.md": '---\ntitle: "Port Verde"\ntype: entity\nkind: org\n---\n## Overview\n\nA town with a [[Ferry]].\n',
    "entities/PortAzul.md": '---\ntitle: "Port Azul"\ntype: entity\nkind: org\n---\n## Overview\n\nFar off.\n',
    "concepts/Ferry.md": "---\ntitle: Ferry\ntype: concept\n---\n## Overview\n\nIt goes to [[PortAzul]] and [[Nowhere]].\n",
    "sources/report.md": """---
title: "Tide report"
type: source
scraped: 2026-01-01
---
## Key Claims

- [fact] [[PortVerde]] — floods
- [analysis] Ada Example — the quay of [[PortAzul]] is dry
""",
}  # fmt: skip
BY_PATH = 'PREFIX nr: <https://w3id.org/newsroom-kg/ns#> SELECT ?path { ?page nr:path ?path FILTER(CONTAINS(?path, "entities/")) }'
CLAIMS = "PREFIX nr: <https://w3id.org/newsroom-kg/ns#> SELECT ?claim { ?claim a nr:Claim }"


@pytest.fixture(scope="module")
def harbours(tmp_path_factory):
    root = tmp_path_factory.mktemp("harbours")
    for path, text in WIKI.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    for name, text in (("by-path", BY_PATH), ("claims", CLAIMS), ("none", BY_PATH.replace("entities/", "none"))):
        (root / f"{name}.rq").write_text(text)
    (root / "ask.rq").write_text("ASK { ?s ?p ?o }")
    kg("-q", "ingest", root, code=0, cwd=root)
    return root


@pytest.fixture
def site_of(harbours, tmp_path):
    """Write a part of the wiki and return its folder."""

    def written(*words, form="html"):
        kg("export", "--format", form, "-o", tmp_path / "out", *words, code=0, cwd=harbours)
        return tmp_path / "out"

    return written


def pages(folder):
    return {name.removeprefix("pages/") for name in contents(folder) if name.startswith("pages/")}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--page", "Ferry"], {"Ferry"}),
        (["--page", "sources/report.md", "--page", "Port Verde"], {"report", "PortVerde"}),
        (["--topic", "PortVerde"], {"PortVerde", "Ferry", "report"}),  # and not the index, which lists all
        (["--topic", "Ada Example"], {"report"}),
        (["--query", "by-path.rq"], {"PortVerde", "PortAzul"}),
        (["--query", "claims.rq", "--page", "Ferry"], {"report", "Ferry"}),
    ],
)
def test_a_site_is_of_the_pages_that_are_named(site_of, words, expected):
    folder = site_of(*words)

    assert pages(folder) == {f"{name}.html" for name in expected}
    assert lost_links(folder) == []
    assert (
        f"{len(expected)} page{'s' * (len(expected) > 1)} of the 5 of the wiki" in (folder / "index.html").read_text()
    )


def test_a_link_to_a_page_that_is_left_out_is_words_that_say_so(site_of):
    text = parsed(site_of("--page", "Ferry") / "pages/Ferry.html").find(class_="text")

    assert {tag.text: tag["title"] for tag in text.find_all(class_="missing")} == {
        "Port Azul": "this page is not on this site", "Nowhere": "no page has this name",
    }  # fmt: skip


def test_what_a_page_that_is_left_out_says_is_nowhere_on_the_site(site_of):
    folder = site_of("--page", "PortAzul")
    everything = b"".join(contents(folder).values())

    assert b"No other page links here." in (folder / "pages/PortAzul.html").read_bytes()
    assert b"floods" not in everything
    assert b"is dry" not in everything


def test_a_code_hosts_wiki_of_one_page_has_no_link_to_another(site_of):
    made = contents(site_of("--page", "Ferry", form="github-wiki"))

    assert set(made) == {"Ferry.md", "Home.md", "_Sidebar.md", "_Footer.md", "kg-export.txt"}
    assert b"It goes to PortAzul and Nowhere." in made["Ferry.md"]
    assert made["_Footer.md"].startswith(b"1 page of the 5 of the wiki")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--page", "Nope"], "nothing in this wiki is called 'Nope'"),
        (["--query", "ask.rq"], "query 'ask.rq' names no page; to choose pages, write a SELECT"),
        (["--query", "none.rq"], "query 'none.rq' names no page; its columns are path: give it one of IRIs, or path"),
        (["--inferred"], "html shows whole pages as they are stated; leave --inferred out"),
        (["--view", "claims"], "html shows whole pages as they are stated; leave --view out"),
        (["-p", "a=b"], "-p goes with --query"),
    ],
)
def test_what_chooses_no_page_is_refused_and_nothing_is_written(harbours, tmp_path, words, said):
    assert said in kg("export", "--format", "html", "-o", tmp_path / "out", *words, code=2, cwd=harbours).stderr
    assert not (tmp_path / "out").exists()


def test_a_part_of_an_earlier_day_has_only_the_pages_of_that_day(harbours, tmp_path):
    told = kg(
        "export",
        "--format",
        "html",
        "-o",
        tmp_path / "out",
        "--topic",
        "PortVerde",
        "--as-of",
        "2025-06-01",
        code=0,
        cwd=harbours,
    )

    assert "report.html" not in pages(tmp_path / "out")
    assert "as of 2025-06-01" in told.stderr
