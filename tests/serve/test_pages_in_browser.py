"""The pages of a running server in a real browser: a newcomer's way, what every page lacks, and texts that mean harm."""

import shutil
from urllib.parse import quote

import pytest
from support.commands import kg
from support.example import WHOLE
from support.kg_server import Server
from support.places import EXAMPLES

pytestmark = pytest.mark.full
COUNT = "SELECT ?grade (COUNT(*) AS ?n) { ?claim nr:epistemicType ?grade } GROUP BY ?grade"
PAGES = (
    "", "topics", "sources", "claims?grade=fact", "contradictions", "findings", "history", "diff",
    "why?target=sources/osi-osaid-1-0.md:18", "search?q=open+weights", "queries", "queries/claims-about?about=OpenWeights",
    "queries/neighbourhood?topic=OpenWeights", f"editor?query={quote(COUNT)}", "graph", "graph?topic=OpenWeights",
    "pages/osi-osaid-1-0", "pages/must-training-data-be-released",
)  # fmt: skip
HOSTILE = (
    "</script><script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", "{{ 7 * 7 }} {% raw %} {# x #}",
    "${window.hit=1}", "javascript:window.hit=1", '" autofocus onfocus="window.hit=1', "<svg/onload=window.hit=1>",
    "&lt;b&gt; &amp;amp;", "<style>*{display:none}</style>", "]]><!--", "a\u202eb\u2066c",
)  # fmt: skip


def served(folder, source):
    place = shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".kg"))
    kg("ingest", cwd=place, code=0)
    return Server(place)


@pytest.fixture(scope="module")
def example_server(tmp_path_factory):
    with served(tmp_path_factory.mktemp("pages") / "wiki", WHOLE) as server:
        yield server


@pytest.fixture(scope="module")
def with_originals(tmp_path_factory):
    with served(tmp_path_factory.mktemp("pages") / "harbour", EXAMPLES / "originals") as server:
        yield server


@pytest.fixture
def visit_server(browser):
    """Return a function that opens a page of a server; what goes wrong in it is kept."""
    contexts = []

    def opened(server, name, **how):
        context = browser.new_context(**how)
        contexts.append(context)
        tab = context.new_page()
        tab.wrong, home = [], f"http://{server.address}/"
        tab.on("console", lambda said: tab.wrong.append(said.text) if said.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: tab.wrong.append(str(error)))
        tab.on("request", lambda sent: None if sent.url.startswith((home, "data:")) else tab.wrong.append(sent.url))
        tab.goto(f"{home}{name}")
        return tab

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_error_asks_nobody_lacks_nothing_serious_and_fits_a_narrow_screen(
    visit_server, serious, example_server, name, scheme
):
    tab = visit_server(example_server, name, color_scheme=scheme, viewport={"width": 340, "height": 700})
    tab.wait_for_load_state("networkidle")

    assert tab.wrong == []
    assert serious(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 340


def test_a_newcomer_comes_from_the_start_to_a_claim_its_reasons_and_its_original(visit_server, with_originals):
    tab = visit_server(with_originals, "")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the text"
    tab.keyboard.press("/")
    tab.keyboard.type("weights")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".hits li")

    tab.fill("#kg-words", "book without its sources")
    tab.wait_for_selector(".hits mark:has-text('book')")
    tab.click(".hits a:has-text('book without its sources') >> nth=0")
    assert tab.url.endswith("pages/lab-release-note#L27") or "#L" in tab.url

    tab.click(".claim a.why >> nth=0")
    assert "released the weights" in tab.locator("blockquote").text_content()
    assert tab.locator("dl.facts").text_content().count("sources/lab-release-note.md:") >= 1

    tab.click("dl.facts a[href^='original']")
    assert "any purpose that the law allows" in tab.locator("mark").text_content()
    assert tab.wrong == []


def test_a_newcomer_comes_to_a_contradiction_and_its_sides(visit_server, example_server):
    tab = visit_server(example_server, "")
    tab.click("nav >> text=Contradictions")
    assert tab.locator(".position").count() > 1

    tab.click("h2 a:has-text('Must Training Data Be Released?')")
    assert tab.locator("h1").text_content() == "Must Training Data Be Released?"
    assert tab.wrong == []


def test_a_query_is_edited_completed_asked_and_seen_as_a_chart(visit_server, example_server):
    tab = visit_server(example_server, "editor")
    tab.wait_for_selector(".editor .cm-content")
    tab.click(".editor .cm-content")
    tab.keyboard.press("Control+a")
    tab.keyboard.type("SELECT ?grade (COUNT(*) AS ?n) { ?claim nr:epistemicT")
    tab.wait_for_selector(".cm-tooltip-autocomplete li:has-text('nr:epistemicType')")
    tab.wait_for_timeout(200)  # a list that has just opened takes no key, so that nobody takes what was not seen
    tab.keyboard.press("Enter")
    tab.keyboard.type(" ?grade } GROUP BY ?grade")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_selector("svg.bars rect")

    assert tab.locator("svg.bars rect").count() == tab.locator("table.rows tbody tr").count() == 3
    assert "query=SELECT" in tab.url
    assert tab.wrong == []


def test_a_graph_is_drawn_within_a_second_and_has_its_table_beside_it(visit_server, example_server):
    tab = visit_server(example_server, "graph")
    tab.wait_for_selector("#kg-drawing[data-drawn]")

    assert tab.locator("table.ranked tbody tr").count() == int(tab.get_attribute("#kg-drawing", "data-drawn"))
    assert tab.evaluate("performance.getEntriesByName('kg-drawn')[0].startTime") < 5_000
    assert tab.wrong == []


def submit(tab, button):
    """Send a form off, and wait for the page that answers: what is counted at once may be of a page that is half there."""
    with tab.expect_navigation():
        tab.click(button)


def test_without_a_script_everything_can_be_read_and_asked(visit_server, example_server):
    tab = visit_server(example_server, "search", java_script_enabled=False)
    tab.fill("#kg-words", "open weights")
    submit(tab, "#kg-form >> text=Search")
    assert tab.locator(".hits li").count() > 5

    tab = visit_server(example_server, "editor", java_script_enabled=False)
    tab.fill("#kg-query", COUNT)
    submit(tab, "button:text-is('Ask')")
    assert tab.locator("table.rows tbody tr").count() == 3
    tab = visit_server(example_server, "claims", java_script_enabled=False)
    tab.select_option("select[name=grade]", "forecast")
    submit(tab, "button:text-is('Show')")
    assert {badge.text_content() for badge in tab.locator(".claim .badge").all()} == {"forecast"}


def test_texts_that_mean_harm_are_their_letters_on_every_page(visit_server, tmp_path):
    for at, text in enumerate(HOSTILE):
        title = text.replace("'", "''")
        page = tmp_path / "wiki" / "sources" / f"s{at}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(
            f"---\ntitle: '{title}'\ntype: source\ntags: ['{title}']\n---\n## Key Claims\n\n"
            f'- [fact] Ada — says `{text}` here\n\n## Key Quotes\n\n> "`{text}`" — Ada\n', encoding="utf-8",
        )  # fmt: skip
    (tmp_path / "kg.toml").write_text('wiki = "wiki"\n', encoding="utf-8")
    kg("ingest", cwd=tmp_path, code=0)

    with Server(tmp_path) as server:
        for name in ("", "topics", "claims", "findings", "search?q=says", "graph", "queries/claims", "sources"):
            tab = visit_server(server, name)
            tab.wait_for_load_state("networkidle")
            assert (name, tab.wrong, tab.evaluate("window.hit")) == (name, [], None)
        for at, text in enumerate(HOSTILE):
            tab = visit_server(server, f"pages/s{at}")
            assert (text, tab.wrong, tab.evaluate("window.hit")) == (text, [], None)
            assert tab.locator("h1").text_content() == text
            tab = visit_server(server, f"search?q={quote(text)}")
            assert tab.input_value("#kg-words") == text.strip()
            assert tab.evaluate("window.hit") is None
            tab = visit_server(server, f"why?target=sources/s{at}.md:8")
            assert (text, tab.wrong, tab.evaluate("window.hit")) == (text, [], None)
            assert text in tab.locator("blockquote >> nth=0").text_content()
