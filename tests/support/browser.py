"""The system's Chromium, without a network, and what it says of a page."""

import shutil

import pytest
from support.lacking import lacking

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    try:
        from playwright import sync_api as playwright
    except ImportError:
        lacking("playwright is not installed: pip install .[test]")
    if CHROMIUM is None:
        lacking("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def serious():
    """Return a function that gives the serious faults that axe finds in an open page, each with its markup."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        lacking("axe-playwright-python is not installed: pip install .[test]")

    def faults(tab):
        found = Axe().run(tab, options={"preload": False}).response["violations"]  # its own requests would be refused
        return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]

    return faults


@pytest.fixture
def visiting(browser):
    """Return a function that gives one that opens pages of a site as a reader has them; what goes wrong is kept."""
    contexts = []

    def of(site):
        def opened(name, folder=site, **how):
            context = browser.new_context(**how)
            contexts.append(context)
            tab = context.new_page()
            tab.wrong = []
            tab.on("console", lambda said: tab.wrong.append(said.text) if said.type in ("error", "warning") else None)
            tab.on("pageerror", lambda error: tab.wrong.append(str(error)))
            tab.on("request", lambda sent: None if sent.url.startswith(folder.as_uri()) else tab.wrong.append(sent.url))
            tab.goto(f"{folder.as_uri()}/{name}")
            return tab

        return opened

    yield of
    for context in contexts:
        context.close()
