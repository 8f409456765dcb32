"""The static site in a real browser: the system's Chromium, without a network."""

import os
import resource
import shutil
import subprocess

import newsroom
import pytest
from support.commands import ENTRY
from support.example import WHOLE
from support.site import exported, lost_links, of_folder, read

from kg.model import declared
from kg.static_site import read_wiki
from kg.static_site.html_site import Site
from kg.static_site.records import Link, Page, Wiki
from kg.static_site.selected import selected
from kg.why.records import About
from kg.write import whole_folder

pytestmark = pytest.mark.full
LARGE = int(os.environ.get("KG_LARGE", "5000"))
PAGES = (
    "index.html", "topics.html", "contradictions.html", "timeline.html", "graph.html", "search.html?q=open+weights",
    "pages/osi-osaid-1-0.html", "pages/OpenSourceInitiative.html", "pages/must-training-data-be-released.html",
    "pages/OpenSourceAITimeline.html",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory):
    return exported(tmp_path_factory.mktemp("whole"), of_folder(WHOLE))


@pytest.fixture
def visit(visiting, whole_site):
    return visiting(whole_site)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_error_asks_nobody_and_lacks_nothing_serious(visit, serious, name, scheme):
    tab = visit(name, color_scheme=scheme)
    tab.wait_for_load_state("networkidle")
    assert tab.wrong == []
    assert serious(tab) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_narrow_screen(visit, name):
    tab = visit(name, viewport={"width": 340, "height": 700})

    assert tab.evaluate("document.documentElement.scrollWidth") <= 340


def test_the_keyboard_reaches_the_text_the_search_and_the_look(visit):
    tab = visit("pages/osi-osaid-1-0.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the text"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "kg-main"
    tab.keyboard.press("/")
    tab.keyboard.type("reproducib")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#kg-hits li")

    assert tab.locator("#kg-hits a").first.text_content() == "Reproducibility"
    assert "hits" in tab.locator("#kg-told").text_content()
    assert tab.wrong == []


def test_a_search_finds_claims_and_says_where_nothing_is_found(visit):
    tab = visit("search.html")
    tab.fill("#kg-words", "definition conference")
    tab.wait_for_selector("#kg-hits li")
    assert tab.locator("#kg-hits a[href='pages/osi-osaid-1-0.html#L18']").count() == 1
    tab.fill("#kg-words", "__proto__ zzz")
    tab.get_by_text("Nothing has all of these words.").wait_for()

    assert tab.wrong == []


def test_the_look_that_a_reader_chose_stays(visit):
    tab = visit("index.html", color_scheme="light")
    light = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.click("#kg-theme")
    dark = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.reload()

    assert light != dark
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    assert tab.locator("#kg-theme").text_content() == "Light"


def test_the_drawing_can_be_brought_closer_and_leads_to_pages(visit):
    tab = visit("graph.html")
    tab.wait_for_selector("#kg-drawing[data-drawn]")
    before = tab.locator("#kg-canvas").screenshot()
    tab.get_by_role("button", name="Closer").click()
    closer = tab.locator("#kg-canvas").screenshot()
    tab.get_by_role("button", name="All").click()

    assert tab.locator("#kg-canvas").screenshot() == before != closer


def test_without_a_script_all_can_be_read(visit):
    tab = visit("pages/osi-osaid-1-0.html", java_script_enabled=False)

    assert tab.locator("#L18 .badge").text_content().strip() == "fact"
    assert tab.locator("#kg-theme").is_hidden()
    assert visit("graph.html", java_script_enabled=False).locator("table tbody tr").count() == 49


def test_the_graph_of_5000_pages_answers_within_a_second(visit, tmp_path):
    topics = [f"t{number}" for number in range(5_000)]
    pages = tuple(
        Page(f"{one}.md", one, one, "", 0, About(one, f"Topic {one}", kind="ConceptPage", path=f"{one}.md")) for one in topics
    )  # fmt: skip
    links = {
        f"t{at}.md": [Link(f"t{at}.md", 1, 1, 5, "", "x", "", "", topics[at * step % 5_000], "strict", "") for step in (2, 3, 7)]
        for at in range(5_000)
    }  # fmt: skip
    wiki = Wiki("", "Large", "", "", pages, links, {}, (), {}, {}, {page.topic: page for page in pages})
    for path, data in Site(wiki, tmp_path)._graph():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(data)
    shutil.copytree(declared.folder("templates") / "site" / "static", tmp_path / "static")

    times = []
    for _ in range(3):
        tab = visit("graph.html", folder=tmp_path)
        tab.wait_for_selector("#kg-drawing[data-drawn='300']")
        times.append(tab.evaluate("performance.getEntriesByName('kg-drawn')[0].startTime"))

    assert min(times) < 1_000
    assert tab.locator("nav[aria-label='Parts of the graph'] li").count() == 17


@pytest.mark.parametrize("count", [0, 1])
def test_a_site_of_hardly_any_page_has_no_error_and_says_what_it_lacks(visit, serious, tmp_path, count):
    """A wiki has at least one page; none is left where all are younger than the day as of which it is shown."""
    page = "---\ntitle: One\ntype: source\ndate_published: 2026-01-02\n---\n\nWords.\n"
    wiki = read_wiki.read(read(tmp_path, {"one.md": page}))
    site = Site(wiki if count else selected(wiki, ()), tmp_path / "wiki")
    assert whole_folder.publish(tmp_path / "site", "html", site.files()) > count

    for name in (
        "index.html",
        "topics.html",
        "contradictions.html",
        "timeline.html",
        "graph.html",
        "search.html?q=one",
    ):
        tab = visit(name, folder=tmp_path / "site")
        tab.wait_for_load_state("networkidle")
        assert (name, tab.wrong, serious(tab)) == (name, [], [])
        assert tab.locator("section:not(:has(a, p, table, svg))").count() == 0, name
    assert tab.locator("#kg-hits a").count() == count
    assert lost_links(tmp_path / "site") == []


HOSTILE = [
    "<script>window.hit = 1</script>", "<img src=x onerror=window.hit=1>", "</script><script>window.hit = 1</script>", "</title></style>",
    "{{ 7 * 7 }} {% raw %} ${7*7}", "\u202egnp.exe\u202c \u2066", "<style>*{display:none}</style>", "&lt;b&gt; &amp;amp;", "javascript:window.hit=1",
    "<svg/onload=window.hit=1>", "' onmouseover='window.hit=1", '" autofocus onfocus="window.hit=1', "<!-- --><b>", "../../etc/passwd", "x" * 10_000,
]  # fmt: skip


def test_every_hostile_text_of_the_graph_is_that_text_in_the_browser(visit, tmp_path):
    """Titles, claims, quotes, speakers, descriptions and names of files: what the browser shows of each is its letters."""
    quoted = [text.replace("'", "''").replace("\n", " ") for text in HOSTILE]
    pages = {
        f"sources/s{at}.md": f"---\ntitle: '{text}'\ntype: source\ndescription: '{text}'\ntags: ['{text}']\n---\n"
        f'## Key Claims\n\n- [fact] Ada — says `{plain}` here\n\n## Key Quotes\n\n> "`{plain}`" — Ada\n'
        for at, (text, plain) in enumerate(zip(quoted, HOSTILE, strict=True))
    }  # fmt: skip
    pages["sources/<img src=x onerror=hit()>.md"] = "# A name\n\nText.\n"
    folder = exported(tmp_path, pages)

    for at, text in enumerate(HOSTILE):
        tab = visit(f"pages/s{at}.html", folder=folder)
        assert tab.wrong == []
        assert tab.evaluate("window.hit") is None
        assert tab.locator("h1").text_content() == " ".join(text.split())
        assert tab.title().startswith(" ".join(text.split())[:9_000])
        assert text in tab.locator(".claim").text_content()
        assert text in tab.locator(".quote").text_content()
        assert tab.locator("main b, main script:not([type]), main style, main iframe, main img").count() == 0
        assert tab.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').text)")[
            "name"
        ] == " ".join(text.split())
    for name in ("index.html", "topics.html", "graph.html", "search.html?q=says"):
        tab = visit(name, folder=folder)
        tab.wait_for_load_state("networkidle")
        assert tab.wrong == []
        assert tab.evaluate("window.hit") is None


@pytest.mark.nightly
def test_the_whole_site_of_5000_pages_is_made_in_bounded_time_and_its_graph_answers_within_a_second(visit, tmp_path):
    assert newsroom.make(tmp_path / "wiki", LARGE) == LARGE
    store = ["--store", tmp_path / "store"]
    subprocess.run([*ENTRY, *store, "-q", "ingest", tmp_path / "wiki"], check=True, timeout=7_200)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*ENTRY, *store, "export", "--format", "html", "-o", tmp_path / "site"], check=True, timeout=7_200)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)

    tab = visit("graph.html", folder=tmp_path / "site")
    tab.wait_for_selector("#kg-drawing[data-drawn]")
    assert tab.evaluate("performance.getEntriesByName('kg-drawn')[0].startTime") < 1_000
    assert tab.wrong == []
    assert spent.ru_utime - before.ru_utime < 400  # 166 s on a loaded machine
    assert spent.ru_maxrss < 2_000_000  # kilobytes; 1,240,000
