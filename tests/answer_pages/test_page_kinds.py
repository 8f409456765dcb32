"""Every kind of pages that comes with kg: what it says of a small wiki, and which lines of it an edited claim changes."""

import json
import re
import shutil
from pathlib import Path

import pytest
from support.commands import kg

from kg.answer_pages import page_kinds
from kg.answer_pages.page_kinds import Budget

ROOT = Path(__file__).resolve().parents[2]
KINDS = sorted(path.stem for path in (ROOT / "queries/generated").glob("*.rq"))
AUTO = "\n".join(
    f"<!-- AUTO:{name} BEGIN -->\nold\n<!-- AUTO:{name} END -->\n" for name in ("MEMBERS", "SOURCES", "STATS")
)
PAGES = {
    "entities/Meta.md": "---\ntitle: Meta\ntype: entity\nsources: [letter]\nlast_updated: 2024-01-01\n---\n\n## Overview\n\nMeta makes [[Llama]].\n",
    "entities/Llama.md": "---\ntitle: Llama\ntype: entity\n---\n\n## Overview\n\nBy [[Meta]].\n\n## Connections\n\n- defines: [[Meta]] — its maker\n",
    "sources/letter.md": (
        "---\ntitle: A letter\ntype: source\npublished: 2024-07-23\nsource_url: https://example.org/letter\n"
        "source_file: raw/letter.md\n---\n\n## Key Claims\n\n- [fact] [[Meta]] — released [[Llama]] in 2023\n"
        "- [analysis] [[Meta]] — calls [[Llama]] open\n- [forecast] [[Meta]] — will open more by 2026-05-01\n"
    ),
    "trails/way.md": "---\ntitle: A way\ntype: trail\n---\n\n## Path\n\n1. [[Llama]] — begin\n2. [[letter]] — go on\n3. [[Meta]] — end\n",
    "syntheses/sum.md": "---\ntitle: A sum\ntype: synthesis\nsources: [Meta]\n---\n\n## Thesis\n\nSee [[Meta]].\n",
    "overviews/group.md": f"---\ntitle: The group\ntype: overview\ncluster: group\n---\n\n## About\n\nOf [[Meta]].\n\n{AUTO}\nMine.\n",
}  # fmt: skip
LABELS = {
    "labels": [{"slug": "group", "name": "The group", "anchor_members": ["entities/Llama.md", "entities/Meta.md"]}]
}


@pytest.fixture(scope="module")
def every_kind(tmp_path_factory):
    """A wiki whose generated pages of every kind, and AUTO blocks, are written."""
    folder = tmp_path_factory.mktemp("kinds")
    for path, text in PAGES.items():
        (folder / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "wiki" / path).write_text(text, encoding="utf-8")
    (folder / "graph").mkdir()
    (folder / "graph/cluster_labels.json").write_text(json.dumps(LABELS))
    (folder / "kg.toml").write_text(f'wiki = "wiki"\ndialect = "newsroom"\n[pages]\nwrite = {json.dumps(KINDS)}\n')
    kg("ingest", cwd=folder, code=0)
    kg("render", "--write", cwd=folder, code=0)
    return folder


def body(folder, path):
    """Return the lines of a generated page below its title."""
    text = (folder / "wiki" / path).read_text(encoding="utf-8")
    return [line for line in text.split("-->\n")[-1].split("\n")[1:] if line.strip("| -")]


def test_a_second_run_has_nothing_to_write(every_kind):
    assert kg("render", "--check", cwd=every_kind, code=0).stdout == ""
    assert kg("render", "--write", cwd=every_kind, code=0).stdout == ""


def test_every_kind_is_in_the_table_of_the_manual():
    manual = (ROOT / "docs/generated-pages.md").read_text(encoding="utf-8")

    assert [kind for kind in KINDS if f"| `{kind}` |" not in manual] == []
    assert [kind.about for kind in page_kinds.find(None, None).values() if not kind.about] == []


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("source-map", ["| address | page | published | scraped | file | original |",
                        "| <https://example.org/letter> | [A letter](../sources/letter.md) | 2024-07-23 |  | raw/letter.md |  |"]),
        ("dependencies", ["## [Meta](../entities/Meta.md)", "Of 2024-01-01, rests on:",
                          "- [A letter](../sources/letter.md) (2024-07-23) — newer",
                          "## [The group](../overviews/group.md)", "Rests on:", "- [Meta](../entities/Meta.md) (2024-01-01)",
                          "## [A sum](../syntheses/sum.md)", "Rests on:", "- [Meta](../entities/Meta.md) (2024-01-01)",
                          "## [A way](../trails/way.md)", "Rests on:", "- [A letter](../sources/letter.md) (2024-07-23)",
                          "- [Meta](../entities/Meta.md) (2024-01-01)", "- [Llama](../entities/Llama.md)"]),
        ("staleness", ["| page | of | newest source | newer sources |",
                       "| [Meta](../entities/Meta.md) | 2024-01-01 | 2024-07-23 | 1 |"]),
        ("overlays", ["## [A sum](../syntheses/sum.md) (synthesis)", "1. [Meta](../entities/Meta.md)",
                      "## [A way](../trails/way.md) (trail)", "1. [Llama](../entities/Llama.md)",
                      "2. [A letter](../sources/letter.md)", "3. [Meta](../entities/Meta.md)"]),
    ],
)  # fmt: skip
def test_what_a_kind_says(every_kind, path, lines):
    assert body(every_kind, f"generated/kg-{path}.md") == lines


def test_the_graph_has_pages_connections_and_links(every_kind):
    graph = json.loads((every_kind / "wiki/generated/kg-graph.json").read_text(encoding="utf-8"))

    assert {"id": "entities/Meta.md", "label": "Meta", "type": "entity"} in graph["nodes"]
    assert graph["connections"] == [
        {"from": "entities/Llama.md", "to": "entities/Meta.md", "relation": "defines", "description": "its maker"}
    ]
    assert {"from": "trails/way.md", "to": "sources/letter.md"} in graph["links"]


def test_pages_for_each_topic_and_cluster(every_kind):
    assert body(every_kind, "generated/timelines/kg-meta.md") == [
        "- 2024-07-23 — [A letter](../../sources/letter.md)",
        "- 2026-05-01 — due: will open more by 2026-05-01 — [A letter](../../sources/letter.md)",
    ]
    assert body(every_kind, "generated/catalogs/kg-the-group.md")[1:] == [
        "| [A letter](../../sources/letter.md) | 2024-07-23 | 5 | 100 % |"
    ]


def test_auto_blocks_are_filled_and_what_stands_around_them_stays(every_kind):
    text = (every_kind / "wiki/overviews/group.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"<!-- AUTO:(\w+) BEGIN -->\n(.*?)\n<!-- AUTO:\1 END -->", text, re.DOTALL))

    assert (
        re.sub(r"(BEGIN -->\n).*?\n(<!-- AUTO:\w+ END)", r"\1old\n\2", text, flags=re.DOTALL)
        == PAGES["overviews/group.md"]
    )
    assert blocks["MEMBERS"].split("\n")[-2:] == ["- [Meta](../entities/Meta.md)", "- [Llama](../entities/Llama.md)"]
    assert blocks["SOURCES"].endswith("- [A letter](../sources/letter.md) (100 %)")
    assert blocks["STATS"].split("\n") == [
        "- claims: analysis: 1", "- claims: fact: 1", "- claims: forecast: 1", "- sources: 1", "- topics: 2"
    ]  # fmt: skip


TOPICS = "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\nSELECT DISTINCT ?topic { ?page foaf:primaryTopic ?topic } ORDER BY ?topic\n"


@pytest.fixture
def own_kinds(tmp_path):
    """Two kinds of the user's own, one and other, for the block AUTO:ONE, and a page that has it twice."""
    block = "<!-- AUTO:ONE BEGIN -->\nold and long, so that it shrinks\n<!-- AUTO:ONE END -->\n"
    for name, words in (("one", "1"), ("other", "a longer line")):
        (tmp_path / f"{name}.rq").write_text(f"# {name}: x\n# auto: ONE\n# each: topic\n{TOPICS}", encoding="utf-8")
        (tmp_path / f"{name}.j2").write_text(f"{words}\n", encoding="utf-8")
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki/Tea.md").write_text(f"# Tea\n\n{block}\nMine.\n\n{block}\nMine, too.\n", encoding="utf-8")
    (tmp_path / "kg.toml").write_text('wiki = "wiki"\n[pages]\nfolder = "."\nwrite = ["one"]\n', encoding="utf-8")
    kg("ingest", cwd=tmp_path, code=0)
    return tmp_path


def test_a_block_that_a_page_has_twice_is_filled_twice(own_kinds):
    written = kg("render", "--write", cwd=own_kinds, code=0)
    filled = "<!-- AUTO:ONE BEGIN -->\n1\n<!-- AUTO:ONE END -->\n"

    assert written.stdout == "Tea.md\n"
    assert (own_kinds / "wiki/Tea.md").read_text(encoding="utf-8") == (
        f"# Tea\n\n{filled}\nMine.\n\n{filled}\nMine, too.\n"
    )


def test_a_block_that_two_kinds_would_write_is_told_and_left_alone(own_kinds):
    before = (own_kinds / "wiki/Tea.md").read_bytes()
    done = kg("render", "--write", "--kind", "one", "--kind", "other", cwd=own_kinds, code=2)

    assert "kg: Tea.md: 'other' and another kind of pages write AUTO:ONE; name only one" in done.stderr
    assert (own_kinds / "wiki/Tea.md").read_bytes() == before


@pytest.fixture
def edited_claim(every_kind, tmp_path):
    """The same wiki with one claim that has another grade."""
    folder = shutil.copytree(every_kind, tmp_path / "copy")
    source = folder / "wiki/sources/letter.md"
    source.write_text(source.read_text(encoding="utf-8").replace("[analysis]", "[fact]"), encoding="utf-8")
    kg("ingest", cwd=folder, code=0)
    return folder


def test_after_one_edited_claim_the_check_names_the_pages_and_lines_with_the_fact_and_write_mends_them(edited_claim):
    check = kg("render", "--check", cwd=edited_claim, code=1).stdout
    places = re.findall(r"^(\S+): ([-+])(.*)\n  (?:no longer: it stood at|now:) (.*)$", check, re.MULTILINE)
    written = kg("render", "--write", cwd=edited_claim, code=0).stdout.split()
    generated = {path.partition(":")[0] for path, *_ in places}

    assert {fact.partition(",")[0] for *_, fact in places} == {"sources/letter.md:12:1"}
    assert generated == {
        "generated/kg-catalog.md", "generated/claims/kg-about-llama.md", "generated/claims/kg-about-meta.md",
        "generated/claims/kg-by-meta.md", "overviews/group.md",
    }  # fmt: skip
    assert {*written} == generated
    assert len([line for line in check.split("\n") if re.match(r"\S+: [-+]", line)]) == len(places)
    assert kg("render", "--check", cwd=edited_claim, code=0).stdout == ""


def test_the_lines_that_are_named_are_those_that_differ(edited_claim):
    check = kg("render", "--check", cwd=edited_claim, code=1).stdout
    gone = re.findall(r"^(\S+):(\d+): -(.*)$", check, re.MULTILINE)

    assert gone
    for path, number, text in gone:
        assert (edited_claim / "wiki" / path).read_text(encoding="utf-8").split("\n")[int(number) - 1] == text


def test_an_auto_block_on_a_page_that_was_edited_meanwhile_is_refused(edited_claim):
    page = edited_claim / "wiki/overviews/group.md"
    page.write_text(page.read_text(encoding="utf-8").replace("Mine.", "Mine now."), encoding="utf-8")
    before = page.read_bytes()
    done = kg("render", "--write", cwd=edited_claim, code=1)

    assert "-Mine.\n+Mine now.\n" in done.stdout
    assert done.stderr == "kg: overviews/group.md: changed since it was ingested (above); run `kg ingest`, then again\n"
    assert page.read_bytes() == before


OWN = "# lines: every claim\n# output: lists/lines.txt\n# ask: claims\n# budget: {}\n"


@pytest.mark.parametrize(("budget", "kept"), [("100 bytes", 1), ("30 tokens", 2), ("1000 characters", 3)])
def test_a_budget_keeps_the_first_rows_that_there_is_room_for(edited_claim, budget, kept):
    (edited_claim / "own").mkdir()
    (edited_claim / "own/lines.rq").write_text(OWN.format(budget))
    (edited_claim / "own/lines.j2").write_text(
        "{% for row in rows %}\n{{ row.text }}: 234567890123456789012345\n{% endfor %}\n"
        "{% if left_out %}\n{{ left_out }} left out of {{ budget }}.\n{% endif %}\n"
    )
    (edited_claim / "kg.toml").write_text(
        'wiki = "wiki"\ndialect = "newsroom"\n[pages]\nfolder = "own"\nwrite = ["lines"]\n'
    )
    kg("render", "--write", "--only", "generated", cwd=edited_claim, code=0)
    data = (edited_claim / "wiki/lists/lines.txt").read_bytes()
    number, unit = budget.split()

    assert len(data) <= int(number) * {"tokens": 4}.get(unit, 1)
    assert data.count(b": 234") == kept
    assert (f"{3 - kept} left out of {int(number):,} {unit}." in data.decode()) == (kept < 3)


def test_a_budget_counts_bytes_characters_or_four_characters_a_token():
    text = "ääää".encode()

    assert [Budget(size, "bytes").allows(text) for size in (7, 8)] == [False, True]
    assert [Budget(size, "characters").allows(text) for size in (3, 4)] == [False, True]
    assert Budget(1, "tokens").allows(text)
    assert not Budget(1, "tokens").allows(text + b"a")
    assert [str(Budget(size, "tokens")) for size in (1, 2_000)] == ["1 token", "2,000 tokens"]


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("# output: a.txt\n# budget: much\n", "budget: expected a number of tokens, characters or bytes, found 'much'"),
        ("# auto: STATS\n", "auto: 'STATS': write the name of AUTO blocks in capitals"),
        ("# auto: stats\n# each: topic\n", "auto: 'stats': write the name of AUTO blocks in capitals"),
    ],
)
def test_a_header_that_is_wrong_is_told(tmp_path, header, fault):
    (tmp_path / "a.rq").write_text(f"# a: words\n{header}SELECT * {{}}\n")
    (tmp_path / "a.j2").write_text("x\n")

    with pytest.raises(page_kinds.KgError, match=re.escape(fault)):
        page_kinds.find(tmp_path, None)
