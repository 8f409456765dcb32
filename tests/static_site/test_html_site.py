"""The static site: what a reader finds on it, and what no author can do to it."""

import json
import re
import time
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from support.example import few_pages
from support.site import contents, exported, lost_links, of_folder, parsed, running
from support.tier import CASES

from kg.static_site import charts, formulas, graph_layout, markdown_body, search_index
from kg.static_site.markdown_body import Shown
from kg.static_site.records import Link, Page
from kg.why.records import About

WIKI = {
    "sources/report.md": """---
title: "Tide report"
type: source
published: 2026-03-01
scraped: 2026-03-02
source_url: "https://example.org/tide"
tags: [sea]
---
## Summary

The quay of [[PortVerde]] floods, see [the harbour](../entities/PortVerde.md#over-view) and ![plan](plan.png).

## Key Claims

- [forecast] Ada Example, harbour engineer — the quay of [[PortVerde]] will flood twice a year by 2040
- [fact] [[PortVerde]] — has **one** quay[^1]

## Key Quotes

> "It was wet." — [[PortVerde]], mayor

## Connections

- contradicts: [[denial]] — says that it stays dry

[^1]: A note on [[PortVerde|the town]].
""",
    "sources/denial.md": '---\ntitle: "Denial"\ntype: source\n---\n## Key Claims\n\n- [analysis] Bo — it stays dry\n',
    "entities/PortVerde.md": """---
title: "Port Verde"
type: entity
kind: org
---
# Port Verde

## Over view

A town; see [[nowhere]], [[report]], `[[report]]` and $x^2$. <!-- a note --> <b>bold</b>
""",
    "timelines/T.md": "---\ntitle: T\ntype: timeline\n---\n## Flow Summary\n\n- ★ **2026-02-01** [[report]] — [[PortVerde]] is wet\n",
    "sources/plan.png": b"\x89PNG\r\n\x1a\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    return exported(tmp_path_factory.mktemp("port"), WIKI)


@pytest.fixture(scope="module")
def example_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    return exported(folder, of_folder(few_pages(folder / "few")))


# ---- what a reader finds ---------------------------------------------------------------------------------------------


def test_a_claim_has_its_badge_its_claimant_its_place_and_its_verdict(port):
    claim = parsed(port / "pages/report.html").find(id="L15")

    assert claim.find(class_="badge").text.strip() == "forecast"
    assert "Ada Example, harbour engineer — the quay of Port Verde will flood" in " ".join(claim.text.split())
    assert claim.find(class_="place").text == "sources/report.md:15:1"
    assert claim.find(class_="verdict").text == "original: unknown"
    assert claim.find(class_="due").text == "due 2040-12-31"
    assert "[forecast]" not in claim.text


def test_words_keep_their_markup_and_links_lead_to_pages_and_sections(port):
    page = parsed(port / "pages/report.html")
    links = {tag.text: tag["href"] for tag in page.find(class_="text").find_all("a", href=True)}

    assert links["Port Verde"] == "PortVerde.html"
    assert links["the harbour"] == "PortVerde.html#over-view"
    assert links["the town"] == "PortVerde.html"
    assert page.find(id="L16").find("strong").text == "one"
    assert page.find(id="L20").name == "blockquote"


def test_a_page_says_who_links_to_it_what_is_said_of_it_and_when(port):
    page = parsed(port / "pages/PortVerde.html")
    said = {
        section.find("h2").text: " ".join(section.text.split()) for section in page.find("aside").find_all("section")
    }

    assert "The quay of Port Verde floods" in said["Linked from (2)"]
    assert "forecast the quay of Port Verde will flood twice a year by 2040 Ada Example" in said["Said elsewhere (3)"]
    assert said["Timeline"].startswith("Timeline 2026-02-01 Port Verde is wet key event 2040-12-31")


def test_both_sides_of_a_contradiction_show_it(port):
    for name in ("report", "denial"):
        section = parsed(port / f"pages/{name}.html").find("section", {"aria-labelledby": "kg-against"})
        assert "Tide report contradicts Denial says that it stays dry" in " ".join(section.text.split())
    assert "sources/report.md:24:1" in parsed(port / "contradictions.html").text


def test_a_link_to_no_page_is_words_and_code_comments_and_html_are_no_markup(port):
    text = parsed(port / "pages/PortVerde.html").find(class_="text")

    assert text.find(class_="missing").text == "nowhere"
    assert text.find("code").text == "[[report]]"
    assert "a note" not in text.text
    assert "<b>bold</b>" in text.text
    assert text.find("math") is not None
    assert text.find("h1") is None


def test_a_picture_of_the_wiki_comes_along(port):
    assert parsed(port / "pages/report.html").find("img")["src"] == "../pictures/plan.png"
    assert (port / "pictures/plan.png").read_bytes() == WIKI["sources/plan.png"]


def test_a_page_carries_its_statements_as_json_ld(port):
    data = json.loads(parsed(port / "pages/report.html").find("script", type="application/ld+json").string)

    assert data["about"] | {"@id": ""} == {
        "@id": "", "@type": "CreativeWork", "name": "Tide report", "url": "https://example.org/tide", "datePublished": "2026-03-01",
    }  # fmt: skip
    assert [part["@type"] for part in data["hasPart"]] == ["Claim", "Claim", "Quotation"]
    assert data["hasPart"][0]["genre"] == "forecast"
    assert data["hasPart"][0]["identifier"] == "sources/report.md:15:1"


def test_every_link_of_the_example_leads_to_a_file_and_an_anchor(example_site, port):
    assert lost_links(example_site) == []
    assert lost_links(port) == []


def test_the_example_shows_positions_charts_clusters_and_topics(example_site):
    home = parsed(example_site / "index.html")
    contradictions = " ".join(parsed(example_site / "contradictions.html").text.split())

    assert home.find("svg", class_="chart")["aria-label"] == "7 fact, 4 analysis, 1 forecast"
    assert home.find("svg", class_="growth") is None  # two sources of one day
    assert "Position B (the label claims too much) Held by HuggingFace, MeredithWhittaker" in contradictions
    assert {h2.text for h2 in parsed(example_site / "topics.html").find_all("h2")} >= {
        "Sources",
        "Entities",
        "Concepts",
    }


def test_every_page_has_landmarks_one_title_labels_and_no_inline_script(example_site):
    for file in sorted(example_site.rglob("*.html")):
        page = parsed(file)
        labels = {tag["for"] for tag in page.find_all("label")}
        assert page.html["lang"] == "en"
        assert len(page.find_all("main")) == len(page.find_all("h1")) == 1
        assert page.find(class_="skip")["href"] == "#kg-main"
        assert {tag["id"] for tag in page.find_all("input")} <= labels
        assert "script-src 'self'" in page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
        assert running(page) == []


def test_the_same_generation_gives_the_same_bytes(tmp_path, port):
    assert contents(exported(tmp_path, WIKI)) == contents(port)


def test_a_page_that_moves_keeps_its_address(tmp_path):
    moved = {("other/PortVerde.md" if path.startswith("entities/") else path): text for path, text in WIKI.items()}

    assert (exported(tmp_path, moved) / "pages/PortVerde.html").is_file()


def test_an_empty_wiki_has_a_site(tmp_path):
    site = exported(tmp_path, {"empty.md": ""})

    assert lost_links(site) == []


# ---- what no author can do -------------------------------------------------------------------------------------------

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
HOSTILE = {
    "sources/evil.md": f"""---
title: '{SCRIPT}'
type: source
description: '{SCRIPT}'
tags: ['"><script>alert(2)</script>']
source_url: "javascript:alert(1)"
published: '"><script>'
---
# {SCRIPT}

## {SCRIPT} {{{{ 7 * 7 }}}} {{% raw %}} ${{7*7}}

{SCRIPT}

<div onclick="alert(1)">

[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) [d](vbscript:x) [e](//evil.example/x)
[f](../../../../etc/passwd) [g](/etc/passwd) [h](file:///etc/passwd) <javascript:alert(1)> [i]( java\tscript:x )
![j](https://evil.example/x.png) ![k](../../secret.png) ![l](javascript:x.png) ![m](C:\\x.png)
[[evil|{SCRIPT}]] [[nowhere|{SCRIPT}]] [[../../x]] [[evil#{SCRIPT}]]

$\\href{{javascript:alert(1)}}{{x}}$ $\\text{{{SCRIPT}}}$

[n]: javascript:alert(1)
[n] [^o]

[^o]: {SCRIPT}

| a | b |
|:-:|--:|
| {SCRIPT} | [[evil\\|x]] |

## Key Claims

- [fact] {SCRIPT} — </script><script>alert(3)</script> {{{{ 7 * 7 }}}} <!-- </script> -->
- [{SCRIPT}] x — y
- [fact] \u202eoN — \u202e\u2066right to left {"x" * 10_000}

## Key Quotes

> "{SCRIPT}" — {SCRIPT}

## Connections

- contradicts: [[evil]] — {SCRIPT}
""",
    "sources/long.md": f"---\ntitle: {'long title ' * 1000}\ntype: source\n---\n## Summary\n\n__proto__ constructor \ue000 0\ue0000\ue000\n",
    "sources/Evil.md": "---\ntitle: Evil\ntype: source\n---\n## Summary\n\nOther letter case.\n",
    "sources/nul.md": b"---\ntitle: nul\n---\n\x00 \xff [[evil]]\r\n\r\n- x\r",
    "con.md": "# con\n\n[[con]] [[evil]]\n",
}


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.png").write_bytes(b"secret")
    return exported(folder, HOSTILE)


def test_what_an_author_writes_as_a_program_is_text(hostile_site):
    for file in sorted(hostile_site.rglob("*.html")):
        page = parsed(file)
        assert running(page) == [], file
        assert page.find("b") is None
        for data in page.find_all("script", type="application/ld+json"):
            assert json.loads(data.string)["@type"] == "WebPage"
    evil = next(file for file in (hostile_site / "pages").iterdir() if "right to left" in file.read_text())
    assert "{{ 7 * 7 }}" in evil.read_text()
    assert parsed(evil).find(id="kg-title").text == SCRIPT
    assert SCRIPT in parsed(evil).find(class_="text").text


def test_no_link_of_a_hostile_page_leaves_the_site_and_no_file_does(hostile_site):
    assert lost_links(hostile_site) == []
    assert b"secret" not in contents(hostile_site).values()
    assert {file.name for file in hostile_site.parent.iterdir()} == {"wiki", "store", "html", "secret.png"}


def test_long_titles_and_words_of_a_program_stay_what_they_are(hostile_site):
    titles = {len(parsed(file).find("h1").text) for file in (hostile_site / "pages").iterdir()}

    assert max(titles) == 10_999
    assert b"__proto__" not in (hostile_site / "data/search/index.js").read_bytes()
    assert len({file.name.casefold() for file in (hostile_site / "pages").iterdir()}) == len(HOSTILE)


def test_no_data_file_ends_a_line_or_an_element(hostile_site):
    for file in sorted((hostile_site / "data").rglob("*.js")):
        text = file.read_text()
        assert text.startswith("kgSite.")
        assert not set(text.removesuffix("\n")) & set("<>\n\u2028\u2029")


# ---- parts -----------------------------------------------------------------------------------------------------------


def test_search_finds_words_of_every_script_by_their_beginning():
    assert list(search_index.terms("Open-Weights: Café 港務局 x_y ŽIVOT")) == [
        "open", "weights", "cafe", "港務", "務局", "局", "x", "y", "zivot",
    ]  # fmt: skip


def test_the_index_of_a_large_site_is_in_parts_and_each_document_is_in_it():
    documents = [search_index.Document(f"pages/{n}.html", "Page", f"Title {n}", f"w{n} " + "long" * 9 + f"{n}") for n in range(2000)]  # fmt: skip
    files = dict(search_index.files(documents))
    terms = [name for name in files if "terms" in name]
    head = json.loads(files["data/search/index.js"].decode().removeprefix("kgSite.index(").removesuffix(");\n"))

    assert len(head["shards"]) == len(terms) > 0
    assert head["documents"] == 2000
    assert len([name for name in files if "documents" in name]) == 4
    assert b'["title","1,2,2' in b"".join(files[name] for name in terms)


def test_the_graph_of_many_topics_is_in_parts_that_a_browser_draws_at_once():
    topics = [f"t{n:04}" for n in range(700)]
    pairs = {tuple(sorted((topics[n], topics[n * n % 700]))) for n in range(2, 700)}
    count = {topic: sum(topic in pair for pair in pairs) for topic in topics}
    parts = graph_layout.pages(count, pairs)

    assert sorted(topic for part in parts for topic in part.topics) == topics
    assert max(len(part.topics) for part in parts) == graph_layout.A_PAGE
    assert all(len(set(part.places)) > len(part.places) // 2 for part in parts)
    assert parts == graph_layout.pages(count, sorted(pairs))


def test_the_words_after_a_displayed_formula_stay_in_its_paragraph(tmp_path):
    text = "---\ntitle: A\ntype: concept\n---\n\nThe loss is $$a+b$$ where *a* is known.\n"
    folder = exported(tmp_path, {"concepts/A.md": text})
    paragraph = next(one for one in parsed(folder / "pages/A.html").find_all("p") if "The loss is" in one.text)

    assert paragraph.find("span")["class"] == ["math", "display"]
    assert paragraph.text.endswith(" where a is known.")
    assert paragraph.find(["div", "p", "section"]) is None  # at any of these a browser ends the paragraph


@pytest.mark.parametrize(
    "formula",
    ["\\frac{1", "{" * 50, "\\href{javascript:x}{y}", "\\", "\\begin{matrix}", "^_^", "\\text{</math><script>}"],
)
def test_what_is_no_formula_stays_as_it_is_written_or_is_harmless(formula):
    made = formulas.html(formula, {})

    assert "<script" not in made
    assert "href" not in made.replace("\\href", "")
    assert made.startswith(("<math", "<code"))


PIECES = st.sampled_from(
    [
        "[[b]]", "[[b|x]]", "![[b]]", "[[b#h]]", "[x](b.md)", "![x](y.png)", "<b>", "<!--", "-->", "<script>", "`", "```\n", "$", "$$\n",
        "*", "**", "_", "~~", "|", "\n|-|-|\n", "\n", "\n\n", "> ", "- ", "1. ", "# ", "## Key Claims\n\n", "[fact] ", " — ", "[^1]", "\n[^1]: ",
        "[!note] ", "[ ] ", "\t", "\r", "\x00", "\ufffe", "\u202e", "\ue000", "0", "a", "é", "港", "\\", "{", "}", "{{x}}", "%%", "---\n", "https://x.example/",
        "javascript:x", "](", ")", "&lt;", "&#x6a;",
    ]
)  # fmt: skip


@settings(max_examples=CASES // 4)
@given(st.lists(PIECES, max_size=30).map("".join), st.booleans())
def test_whatever_is_written_becomes_a_page_without_a_program(text, source):
    page = Page("sources/a.md", "p", "a", text, 0, About("a", "A", path="sources/a.md"))
    links = [
        Link("sources/a.md", number, match.start() + 3, 3, "", "b", "", "", "b" if source else "", "strict", "")
        for number, line in enumerate(text.split("\n"), 1)
        for match in re.finditer(r"\[\[b\]\]", line)
    ]
    shown = Shown(lambda link: (link.target, "b"), lambda _path, _source: "", lambda _one: "", lambda _one: "")

    body = markdown_body.body(page, links, [], shown)
    seen = BeautifulSoup(f"<main>{body.html}</main>", "html.parser")

    assert running(seen) == []
    assert {tag.name for tag in seen.find_all(re.compile("script|iframe|^b$"))} == set()
    assert not re.search("\ue000[0-9]", body.html) or "\ue000" in text
    assert body.html == markdown_body.body(page, links, [], shown).html


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "*",
        "`",
        "$",
        "> ",
        "- ",
        "|",
        "<",
        "[^1]",
        "![",
        "{",
        "_a",
        "&",
        "\\",
        "<!--",
        "[[b]]",
        "(",
        "http://",
        "https://x.example/a(b",
        "\n# h",
    ],
)
def test_long_rows_of_marks_take_no_long_time(piece):
    page = Page("a.md", "p", "a", piece * 500, 0, About("a", "A", path="a.md"))
    shown = Shown(lambda _link: ("", "b"), lambda _path, _source: "", lambda _one: "", lambda _one: "")
    began = time.process_time()

    markdown_body.body(page, [], [], shown)

    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "dates", [["2026-00-00"], ["²⁰²⁶-01-01"], ["2026-13", "2026-02"], ["nothing", ""], ["9999-99"]]
)
def test_an_odd_date_costs_no_chart(dates):
    pages = [
        Page(f"{at}.md", "", f"{at}", "", 0, About(f"{at}", "", kind="SourcePage", published=date))
        for at, date in enumerate(dates)
    ]

    bars = charts.growth_bars(SimpleNamespace(pages=pages))

    assert sum(bar.count for bar in bars) == sum(date[:4].isascii() and date[:4].isdigit() for date in dates)


def test_an_address_with_escapes_leads_to_its_page(tmp_path):
    folder = exported(tmp_path, {"a.md": "See [x](e/Port%20Verde.md).\n", "e/Port Verde.md": "# Port Verde\n\nHere.\n"})

    (link,) = [tag for tag in parsed(folder / "pages/a.html").find_all("a") if tag.get_text() == "x"]
    assert "Port" in link["href"]
