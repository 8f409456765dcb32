"""The example wikis: one is clean, the other has the defects that its table says, at the places that it says."""

import json
import re

import pytest
from support.commands import kg
from support.places import EXAMPLES

ROW = re.compile(r"^\| \d+ \| .*? \| `([^`]+:\d+)` \| (?:`([\w -]+)`|no rule yet) \|", re.MULTILINE)


@pytest.fixture
def stored_example(run_folder, once_in_a_run):
    """Return a function that gives the store of an example, made once in a run; it is read and checked, and not changed."""

    def ingest(wiki):
        kg("--store", run_folder / wiki, "ingest", EXAMPLES / wiki, code=0)
        return run_folder / wiki

    return lambda wiki: once_in_a_run(f"example {wiki}".encode(), lambda: ingest(wiki))


def findings(folder, wiki):
    return json.loads(
        kg("--store", folder, "--config", EXAMPLES / wiki / "kg.toml", "validate", "--format", "json").stdout
    )["findings"]


def test_the_clean_wiki_is_clean_to_the_last_warning(stored_example):
    assert [
        found for found in findings(stored_example("open-source-ai"), "open-source-ai") if found["level"] != "info"
    ] == []


def test_the_clean_wiki_is_large_enough_to_try_things(stored_example):
    pages = json.loads(kg("--store", stored_example("open-source-ai"), "stats", "--json", code=0).stdout)["pages"][
        "by_type"
    ]

    least = {
        "source": 8,
        "entity": 10,
        "concept": 8,
        "overview": 2,
        "contradiction": 2,
        "synthesis": 1,
        "timeline": 1,
        "trail": 1,
    }
    assert all(pages[kind] >= number for kind, number in least.items())


def test_every_defect_is_found_where_the_table_says_and_nothing_else_is(stored_example):
    table = ROW.findall((EXAMPLES / "README.md").read_text(encoding="utf-8"))
    promised = {(place, rule) for place, rule in table if rule and not rule.startswith("kg query")}

    found = {
        (f"{f['path']}:{f['line']}", f["rule"]): f["level"] for f in findings(stored_example("defects"), "defects")
    }

    assert len(table) == 30
    assert {one for one, level in found.items() if level != "info"} | (promised & set(found)) == promised


def test_the_queries_that_the_table_names_list_their_defects(stored_example):
    table = ROW.findall((EXAMPLES / "README.md").read_text(encoding="utf-8"))
    store = stored_example("defects")

    for place, rule in table:
        if rule.startswith("kg query"):
            path = place.rpartition(":")[0]
            assert path in kg("--store", store, "query", rule.split()[-1], "--format", "csv", code=0).stdout, rule


def test_paths_narrow_a_validation(stored_example):
    store = stored_example("defects")

    one = kg("-q", "--store", store, "validate", "--no-excerpt", "entities", code=1).stdout
    none = kg("-q", "--store", store, "validate", EXAMPLES / "defects/index.md", code=0).stdout

    assert [line.split(":")[0] for line in one.splitlines()] == ["entities/Llama.md"]
    assert none == ""
    assert "no such file" in kg("--store", store, "validate", "nope.md", code=2).stderr
