"""The site of a real wiki of 350 pages, with formulas, tables and code, in a real browser."""

import os

import pytest
from support.commands import kg

pytestmark = pytest.mark.full
EVERY = 1 if os.environ.get("KG_TIER") == "nightly" else 58
NARROW = {"width": 340, "height": 700}


@pytest.fixture(scope="module")
def site(shared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hyperv0id")
    kg("--store", folder / "store", "ingest", shared / "corpora/hyperv0id", code=0)
    kg("--store", folder / "store", "export", "--format", "html", "-o", folder / "site", code=0)
    return folder / "site"


@pytest.fixture
def visit_real(visiting, site):
    return visiting(site)


def names(site):
    """Return the lists of a site and some of its pages, all of them at night."""
    return [path.relative_to(site).as_posix() for path in (*sorted(site.glob("*.html")), *pages(site)[::EVERY])]


def pages(site):
    return sorted(site.glob("pages/*.html"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_an_error_asks_anybody_or_lacks_anything_serious(visit_real, serious, site, scheme):
    tab = visit_real("index.html", color_scheme=scheme, viewport=NARROW)
    faults = []
    for name in names(site):
        tab.goto(f"{site.as_uri()}/{name}")
        tab.wait_for_load_state("networkidle")
        wide = tab.evaluate("document.documentElement.scrollWidth") > NARROW["width"]
        faults += [(name, *one) for one in serious(tab)] + [(name, "wider than the screen")] * wide

    assert faults == []
    assert tab.wrong == []


def test_what_is_wider_than_the_screen_is_moved_by_keyboard(visit_real, site):
    wide = "() => [...document.querySelectorAll('pre, table, .math')].filter(box => box.scrollWidth > box.clientWidth)"
    tab = visit_real("index.html", viewport=NARROW)
    kinds = set()
    for page in pages(site)[:60]:
        tab.goto(page.as_uri())
        states = tab.evaluate(f"({wide})().filter(box => box.clientWidth).map(box => [box.localName, box.tabIndex])")
        assert all(index == 0 for _, index in states), page.name
        kinds |= {name for name, _ in states}
    assert {"pre", "table"} <= kinds


def test_the_keyboard_reaches_a_page_by_the_search(visit_real):
    tab = visit_real("index.html")
    tab.keyboard.press("/")
    tab.keyboard.type("annealed")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#kg-hits li")
    tab.locator("#kg-hits a").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_selector("h1")

    assert "nneal" in tab.locator("h1").text_content()
    assert tab.wrong == []
