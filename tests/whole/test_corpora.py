"""The real wikis in ../shared: what the independent oracle counts, we count; what was read, comes back."""

import json
import shutil

import pytest
from pyoxigraph import RdfFormat, Store
from support.commands import kg
from support.differences import differences
from support.tier import but

from kg.ask import stats
from kg.store.reading import reading

EXACT = ["newsroom-2026-08", "newsroom-2026-09-partial", "waytid-newsroom", "newsroom-syn100"]
# The share of template lines that are kept as written; it may only fall.
RAW_SHARE = dict.fromkeys(EXACT, 0.0) | {
    "wangyanlin-llm-wiki-agent": 0.0, "ekgardt-knowledge": 0.0, "hyperv0id": 0.0032,
}  # fmt: skip
SEED = "open-source-ai-models-how-open.md"


def root_of(shared, corpus):
    folder = shared / "corpora" / corpus
    return folder / ("wiki" if (folder / "wiki").is_dir() else "knowledge")


@pytest.fixture(scope="module")
def ingested(shared, run_folder, once_in_a_run):
    """Return a function that gives the store of a corpus, made once in a run."""

    def ingest(corpus):
        store = run_folder / f"corpus-{corpus}"
        kg("--store", store, "ingest", root_of(shared, corpus), code=0)
        return store

    return lambda corpus: once_in_a_run(f"corpus {corpus}".encode(), lambda: ingest(corpus))


@pytest.mark.parametrize("corpus", but(RAW_SHARE, ["hyperv0id", "newsroom-syn100"]))
def test_the_counts_are_the_oracles(shared, ingested, corpus):
    expected = json.loads((shared / "oracle" / f"{corpus}.json").read_text())

    found = json.loads(kg("--store", ingested(corpus), "stats", "--json", code=0).stdout)

    assert list(differences(expected, found)) == []


@pytest.mark.parametrize("corpus", but(RAW_SHARE, ["hyperv0id", "newsroom-syn100"]))
def test_the_counts_of_the_whole_are_the_sums_of_those_of_its_parts(ingested, corpus):
    """What kg.operations.kept_counts rests on: no node is counted in two graphs."""
    quads = reading(ingested(corpus)).quads
    halves = Store(), Store()
    for number, graph in enumerate(sorted(quads.named_graphs(), key=str)):
        lines = quads.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
        halves[number % 2].bulk_load(input=lines, format=RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)

    assert stats.plus(*map(stats.rows, halves)) == stats.rows(quads)


# Page by page, in one process, tests/whole/test_roundtrip.py does it for every corpus.
@pytest.mark.parametrize("corpus", but(RAW_SHARE, ["hyperv0id", "newsroom-syn100", "wangyanlin-llm-wiki-agent"]))
def test_every_page_is_rendered_as_it_was(shared, ingested, corpus, tmp_path):
    wiki = root_of(shared, corpus)

    kg("--store", ingested(corpus), "render", "--out", tmp_path, code=0)

    assert {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == {
        path.relative_to(wiki): path.read_bytes() for path in wiki.rglob("*.md")
    }
    assert kg("--store", ingested(corpus), "render", "--check", code=0).stdout == ""


@pytest.mark.parametrize("corpus", but(RAW_SHARE, ["hyperv0id", "newsroom-syn100"]))
def test_few_lines_are_kept_as_written(ingested, corpus):
    found = json.loads(kg("--store", ingested(corpus), "stats", "--json", code=0).stdout)

    assert found["lines"]["raw_share"] <= RAW_SHARE[corpus]


def test_the_seed_maps_to_what_its_author_wrote(shared, tmp_path):
    (tmp_path / "wiki/sources").mkdir(parents=True)
    shutil.copy(shared / "corpora/seed" / SEED, tmp_path / "wiki/sources")
    kg("--store", tmp_path / "store", "ingest", tmp_path / "wiki", code=0)

    found = json.loads(kg("--store", tmp_path / "store", "stats", "--json", code=0).stdout)

    assert found["claims"]["by_type"] == {"fact": 1, "analysis": 2, "forecast": 1}
    assert found["claims"]["total"] == 4
    assert found["quotes"] == {"total": 1, "attributed": 1}
    assert found["connections"]["by_relation"] == {"references": 5, "defines": 1}
    assert found["links"]["total"] == 13


def test_the_concept_that_speaks_is_the_one_violation_of_the_seed(shared, tmp_path):
    wiki = tmp_path / "wiki"
    shutil.copytree(shared / "corpora/newsroom-2026-08/wiki", wiki)
    for path in [wiki, *wiki.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    kg("--store", tmp_path / "store", "ingest", wiki, code=0)
    clean = kg("--store", tmp_path / "store", "validate", "--format", "json", code=0)
    shutil.copy(shared / "corpora/seed" / SEED, wiki / "sources" / SEED)
    kg("--store", tmp_path / "store", "ingest", code=0)

    found = json.loads(kg("--store", tmp_path / "store", "validate", "--format", "json", code=1).stdout)

    assert json.loads(clean.stdout)["counts"]["violation"] == 0
    violations = [f for f in found["findings"] if f["level"] == "violation"]
    assert [(f["path"], f["line"], f["column"]) for f in violations] == [(f"sources/{SEED}", 25, 240)]
    assert "OpenWeights" in violations[0]["message"]
