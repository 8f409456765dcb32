"""What every test may use: the tiers of property tests, the shared corpora, goldens."""

import gc
import os
import sys
import textwrap
from functools import partial

import hypothesis
import pytest
from support import once
from support.browser import browser, serious, visiting  # noqa: F401  # fixtures
from support.cases import laid_out
from support.commands import kg
from support.comunica import installed  # noqa: F401  # a fixture
from support.example import few_pages
from support.foreign_fixtures import foreign, fresh_virtuoso, generations, oxigraph, virtuoso  # noqa: F401  # fixtures
from support.pages import BASE
from support.places import SHARED, TESTS
from support.tier import CASES, COSTLY

from kg.check import validate
from kg.parse.parse_page import parse
from kg.settings import dialect

NO_SHARED = "../shared is not beside this clone"
once.into_memory()
hypothesis.settings.register_profile(
    "kg", max_examples=CASES, deadline=None, derandomize=CASES < 10_000,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)  # fmt: skip
hypothesis.settings.load_profile("kg")


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write goldens anew")
    parser.addoption("--tiered", action="store_true", help="only the tests that do more in a larger tier")


def pytest_configure(config):
    """Let this run and the processes that tests start keep what they compile: without it each compiles everything again."""
    if cache := getattr(config, "cache", None):
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(cache.mkdir("bytecode"))
        sys.dont_write_bytecode = False
    gc.disable()  # until everything is collected: thousands of tests, of which none is garbage


def pytest_collection_finish():
    """Leave what was collected out of what the collector looks at again and again: 4 to 9 percent of a folder's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark what is costly as `full`; with --tiered, leave out what does the same in every tier: `make test` has done it."""
    for item in items:
        item.own_markers[:] = [explained(mark) for mark in item.own_markers]
        if item.originalname in COSTLY.get(item.nodeid.partition("::")[0], ()):
            item.add_marker(pytest.mark.full)
    if config.getoption("--tiered"):
        left = [item for item in items if not tiered(item)]
        items[:] = [item for item in items if tiered(item)]
        config.hook.pytest_deselected(items=left)


def explained(mark):
    """Return a mark; one that skips a test without parameters says that they come from ../shared, or fails where that is."""
    if mark.name != "skip" or not str(mark.kwargs.get("reason", "")).startswith("got empty parameter set"):
        return mark
    if SHARED.is_dir():
        raise pytest.UsageError(f"a test without parameters, and ../shared is here: {mark.kwargs['reason']}")
    return pytest.mark.skip(reason=f"{NO_SHARED}: its test suites are not copied into the project").mark


def tiered(item):
    """Whether a test does more in a larger tier: a property, and what is marked so."""
    marked = any(item.get_closest_marker(name) for name in ("full", "nightly", "tiered"))
    return marked or getattr(item.obj, "is_hypothesis_test", False)


@pytest.fixture(scope="session", autouse=True)
def _shapes_are_read_once():
    with pytest.MonkeyPatch.context() as monkeypatch:
        once.patch(monkeypatch.setattr)
        yield


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory, request):
    """Return a folder that all processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "shared by all"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def once_in_a_run(run_folder):
    """Return a function that makes something, or has it as another process of this run made it; a key of bytes decides it."""
    return partial(once.between_processes, run_folder)


@pytest.fixture(scope="session")
def report(once_in_a_run):
    """Return a function that validates a wiki of files, {path: bytes}, once for all tests of a run that ask of it."""

    def found(files):
        return once_in_a_run(repr(sorted(files.items())).encode(), lambda: validate.validate(laid_out(files), BASE))

    return found


@pytest.fixture(scope="session")
def shared():
    """The reference folder beside the project."""
    if not SHARED.is_dir():
        pytest.skip(f"{NO_SHARED}: its corpora and oracles are not copied into the project")
    return SHARED


@pytest.fixture(scope="session")
def served_wiki(tmp_path_factory):
    """A part of the example wiki with its store, for servers that only read it."""
    place = few_pages(tmp_path_factory.mktemp("served") / "wiki")
    kg("ingest", place, cwd=place, code=0)
    return place


@pytest.fixture
def golden(request):
    """Compare a text with tests/golden/NAME; `pytest --update` writes it anew."""

    def compare(name, text):
        path = TESTS / "golden" / name
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
