"""What every test may use: the tiers of property tests, the shared corpora, goldens, wikis made on the spot."""

import os
import textwrap
from pathlib import Path

import hypothesis
import pytest
from pyoxigraph import RdfFormat, Store

from kg.links import resolve
from kg.map import page_quads
from kg.parse.parse_page import parse
from kg.rdf import names
from kg.settings import dialect

SHARED = Path(__file__).resolve().parents[2] / "shared"
BASE = "https://wiki.example/"
CASES = {"": 200, "full": 1_000, "nightly": 10_000}[os.environ.get("KG_TIER", "")]

hypothesis.settings.register_profile(
    "kg", max_examples=CASES, deadline=None, derandomize=CASES < 10_000,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)  # fmt: skip
hypothesis.settings.load_profile("kg")


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write goldens anew")


@pytest.fixture(scope="session")
def shared():
    """The reference folder beside the project."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside this clone: its corpora and oracles are not copied into the project")
    return SHARED


@pytest.fixture
def golden(request):
    """Compare a text with tests/golden/NAME; `pytest --update` writes it anew."""

    def compare(name, text):
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--update"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def newsroom():
    return dialect.load("newsroom")


@pytest.fixture
def doc(request, newsroom):
    """The record and the findings of the page in the test's docstring."""
    text = textwrap.dedent(request.function.__doc__).removeprefix("\n")
    return parse(text.encode(), "sources/page.md", newsroom)


def mapped(pages, base=BASE, dialect_name="newsroom"):
    """Return the sorted N-Quads lines of pages given as {path: bytes}."""
    spoken = dialect.load(dialect_name)
    records = {path: parse(data, path, spoken) for path, data in pages.items()}
    named = names.page_names(pages)
    index = resolve.index([resolve.Named(named[path], page.title, page.aliases) for path, (page, _) in records.items()])
    lines = []
    for path, (page, findings) in records.items():
        used = page_quads.names_used(page, spoken)
        answers = {
            (slug, anchored): resolve.resolve(index, named[path], slug, anchored=anchored, rules=resolve.rules(spoken))
            for slug, anchored in used
        }
        lines += page_quads.quads(page, findings, named[path], answers, base, spoken)
    return sorted(lines)


def stored(pages, base=BASE, dialect_name="newsroom"):
    """Return an in-memory store of pages given as {path: bytes}."""
    store = Store()
    store.bulk_load(input="".join(mapped(pages, base, dialect_name)).encode(), format=RdfFormat.N_QUADS)
    return store


def blocks(page):
    """Return all blocks of a page in order."""
    return [block for section in page.sections for block in section.blocks]
