"""Bundles in the Open Knowledge Format: what becomes of sources, footnotes, trust, life and computations."""

import pytest
from pyoxigraph import Literal, NamedNode
from support import okf_counts
from support.pages import BASE, record, stored

from kg.files.walk import walk
from kg.map import time_readings
from kg.operations import recognize_dialect
from kg.rdf import names
from kg.rdf.sparql_text import bind, declared_query
from kg.store.as_of import day

# How it was counted, on 28 November 2026, apart from kg (tests/support/okf_counts.py counts the same by program): grep and awk listed for each page the entries below `sources:`, every
# [^id] with its line, `verified`, `status` and `stale_after`, and these lists were added up by eye; the bodies were not all read.
# `concepts` are the files but index.md and log.md; `joined` the marks in the body outside of code, without the lines that
# define footnotes, whose id an entry of the same page has, each row of a table for itself; `uncited` the ids without a
# mark; `stale` the concepts whose stale_after has come by that day. Marks of okf-acme-retail: 1 in each computation, 1 each in
# revenue and gross-margin, 10 in orders. Marks of okf-ga4: 2 of one id in the dataset, 2 in the table, 1 in each of 7 metrics.
ORACLE = {
    "okf-acme-retail": {
        "concepts": 9, "sources": 9, "joined": 14, "tiers": {"humanReviewed": 8, "unverified": 1},
        "stale": {"2026-12-30": 0, "2026-12-31": 7, "2027-01-01": 7}, "uncited": 3, "computations": 2, "deprecated": 1,
    },
    "okf-ga4": {
        "concepts": 9, "sources": 12, "joined": 11, "tiers": {"unverified": 9},
        "stale": {"2026-12-30": 0, "2026-12-31": 0, "2027-01-01": 0}, "uncited": 2, "computations": 0, "deprecated": 0,
    },
}  # fmt: skip
CONCEPT = """\
---
type: Metric
title: Revenue
generated: { by: agent/1, at: 2026-06-30T14:00:00+02:00 }
verified: { by: human:kim, at: 2026-07-01 }
stale_after: 2026-12-31T23:30:00-01:00
usage_window: { from: 2026-04-01T00:00:00Z, to: 2026-06-30T00:00:00Z }
sources:
  - id: Policy
    resource: /policies/revenue.md
    usage_count: 12
    last_modified: 2026-06-15
  - resource: talks with finance
---

# Definition

It is delivered. [^policy] It is net of tax [^law]. `a[^b]` is code.

- What is `^x` and [^policy] in an item

| a | b |
|---|---|
| 1 | two [^Policy] |

[^policy]: Not [^law]
"""


def bundle(text=CONCEPT, path="metrics/revenue.md"):
    """A store of a concept and of the policy that it names."""
    pages = {path: text.encode(), "policies/revenue.md": b"---\ntype: Policy\n---\n"}
    return stored(pages, dialect_name="okf")


def about(store, part, prop):
    """The words of everything that a part of the page says by a property."""
    node = NamedNode(f"{BASE}page/metrics/revenue{part}")
    found = store.quads_for_pattern(node, NamedNode(names.expand(prop)), None, None)
    return sorted(quad.object.value.removeprefix(BASE).removeprefix(names.NR) for quad in found)


def place(store, part):
    return [int(about(store, part, prop)[0]) for prop in ("nr:line", "nr:column")]


def of_class(store, name):
    rdf_type = NamedNode(names.expand("rdf:type"))
    return {quad.subject for quad in store.quads_for_pattern(None, rdf_type, NamedNode(names.NR + name), None)}


@pytest.mark.parametrize("corpus", sorted(ORACLE))
def test_a_bundle_is_recognised_and_counted_as_by_hand(shared, corpus):
    expected, root = ORACLE[corpus], shared / "corpora" / corpus
    pages = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.md"))}
    store = stored(pages, dialect_name="okf")
    concepts = of_class(store, "OkfConcept")
    entries, joined = (
        list(store.quads_for_pattern(None, NamedNode(names.NR + prop), None, None)) for prop in ("hasSource", "joins")
    )
    tiers = [
        next(store.quads_for_pattern(one, NamedNode(names.NR + "trustTier"), None, None)).object for one in concepts
    ]
    lives = [next(store.quads_for_pattern(one, NamedNode(names.NR + "status"), None, None)).object for one in concepts]
    labelled = store.quads_for_pattern(None, NamedNode(names.expand("dcterms:identifier")), None, None)

    assert recognize_dialect.recognize(walk(root)).dialect == "okf"
    assert len(concepts) == expected["concepts"]
    assert len(entries) == expected["sources"]
    assert len(joined) == expected["joined"]
    assert len(of_class(store, "FootnoteMark")) == len(joined)
    assert {tier: [one.value for one in tiers].count(names.NR + tier) for tier in expected["tiers"]} == expected[
        "tiers"
    ]
    assert [life.value for life in lives].count("deprecated") == expected["deprecated"]
    assert len(of_class(store, "AttestedComputation")) == expected["computations"]
    assert len({quad.subject for quad in labelled} - {quad.object for quad in joined}) == expected["uncited"]
    for date, count in expected["stale"].items():
        assert len(stale(store, date)) == count, date


@pytest.mark.parametrize("corpus", sorted(ORACLE))
def test_a_count_by_other_means_agrees_with_what_was_counted_by_hand(shared, corpus):
    """PyYAML and regular expressions count what the store was held against: nothing of kg is asked."""
    assert okf_counts.counts(shared / "corpora" / corpus, ORACLE[corpus]["stale"]) == ORACLE[corpus]


def stale(store, date):
    query = declared_query("library/okf-stale")
    rows = store.query(bind(query.text, {"on": typed(day(date))}), use_default_graph_as_union=True)
    return sorted(row["concept"].value for row in rows)


def typed(date):
    return Literal(date, datatype=NamedNode(names.expand("xsd:date")))


def test_an_entry_of_sources_has_its_parts_and_its_place():
    store = bundle()

    assert about(store, "#_source.1", "dcterms:identifier") == ["Policy"]
    assert about(store, "#_source.1", "nr:target") == ["id/policies/revenue"]
    assert about(store, "#_source.1", "nr:usageCount") == ["12"]
    assert about(store, "#_source.1", "nr:lastModified") == ["2026-06-15"]
    assert about(store, "#_source.1", "nr:usageFrom") == ["2026-04-01T00:00:00Z"]
    assert about(store, "", "nr:declaresSource") == ["id/policies/revenue"]
    assert place(store, "#_source.1") == [9, 9]
    assert about(store, "#_source.2", "nr:resourceText") == ["talks with finance"]


def test_a_mark_behind_a_full_stop_is_evidence_of_the_sentence_before_it():
    store = bundle()

    assert about(store, "#definition.1.s1", "cito:citesAsEvidence") == ["page/metrics/revenue#_source.1"]
    assert about(store, "#definition.1.s2", "cito:citesAsEvidence") == []
    assert place(store, "#_mark.1") == [18, 18]


def test_a_label_without_an_entry_joins_nothing_and_code_and_definitions_have_no_marks():
    store = bundle()

    labels = [about(store, f"#_mark.{count}", "nr:footnoteLabel") for count in range(1, 6)]

    assert labels == [["policy"], ["law"], ["policy"], ["Policy"], ["law"]]
    assert about(store, "#_mark.2", "nr:joins") == []
    assert about(store, "#_mark.4", "nr:markup") == ["| 1 | two [^Policy] |"]
    assert place(store, "#_mark.4") == [24, 11]


def test_who_made_and_checked_a_page_decides_its_tier():
    store = bundle()

    assert about(store, "", "nr:trustTier") == ["humanReviewed"]
    assert about(store, "#_verified.1", "prov:wasAssociatedWith") == ["agent/human:kim"]
    assert about(bundle(CONCEPT.replace("human:kim", "process:nightly")), "", "nr:trustTier") == ["machineConfirmed"]
    assert about(bundle(CONCEPT.replace("verified", "checked")), "", "nr:trustTier") == ["unverified"]


def test_an_instant_counts_from_its_day_in_utc_and_no_zone_is_supposed():
    assert about(bundle(), "", "nr:staleFrom") == ["2027-01-01"]
    assert stale(bundle(), "2026-12-31") == []
    assert stale(bundle(), "2027-01-01") == ["metrics/revenue"]
    assert about(bundle(CONCEPT.replace("23:30:00-01:00", "23:30:00")), "", "nr:staleFrom") == []


@pytest.mark.parametrize(
    ("written", "kind", "utc"),
    [
        ("2026-12-31T00:00:00Z", "instant", "2026-12-31"),
        ("2026-12-31T00:30+01:00", "instant", "2026-12-30"),
        ("2026-12-31t00:00:00.5+0000", "instant", "2026-12-31"),
        ("0001-01-01T00:00:00+05:00", "instant", "0001-01-01"),
        ("20261231T233000-0100", "instant", "2027-01-01"),
        ("20261231T2330Z", "instant", "2026-12-31"),
        ("20261231T000000", "local", ""),
        ("20261331T000000Z", "none", ""),
        ("2026-12-31", "date", "2026-12-31"),
        ("2026-12-31T00:00:00", "local", ""),
        ("2026-02-30", "none", ""),
        ("2026-12-31T25:00:00Z", "none", ""),
        ("2026-12-31 00:00:00Z", "none", ""),
        ("next year", "none", ""),
    ],
)
def test_a_time_has_one_reading(written, kind, utc):
    reading = time_readings.read(written)

    assert (reading.kind, reading.day) == (kind, utc)


def test_version_0_1_is_read_where_nothing_newer_is_said():
    """The time of the page from `timestamp`, its sources from the list under Citations."""
    old = """\
---
type: Table
timestamp: 2026-05-28T00:00:00Z
---

It has orders.

# Citations

[1] [The schema](https://example.org/schema)
- <https://example.org/other>
"""
    store = bundle(old)

    assert about(store, "#_generated", "prov:endedAtTime") == ["2026-05-28T00:00:00Z"]
    assert about(store, "#_source.1", "nr:resourceText") == ["https://example.org/schema"]
    assert about(store, "#_source.1", "dcterms:title") == ["The schema"]
    assert about(store, "#_source.2", "schema:url") == ["https://example.org/other"]
    assert (
        about(bundle(old.replace("type: Table", "type: T\ngenerated: {by: a/1}")), "#_generated", "prov:endedAtTime")
        == []
    )


def test_a_computation_is_data():
    store = bundle("""\
---
type: Attested Computation
runtime: bigquery
parameters:
  - { name: year, type: integer, required: true }
executor: { resource: skills/run.md, receipt: [job_id, result] }
---

# Computation

```sql
SELECT 1
```
""")

    assert about(store, "", "nr:runtime") == ["bigquery"]
    assert about(store, "#_parameter.1", "nr:parameterType") == ["integer"]
    assert about(store, "#_executor", "nr:receiptField") == ["job_id", "result"]
    assert about(store, "", "nr:computationCode") == ["page/metrics/revenue#computation.1"]


def test_index_and_log_are_no_concepts_at_any_level():
    pages = {"index.md": b"---\nokf_version: 0.2\n---\n", "a/index.md": b"# A\n", "a/log.md": b"# Log\n"}

    store = stored(pages, dialect_name="okf")

    assert of_class(store, "OkfConcept") == set()
    assert [q.object.value for q in store.quads_for_pattern(None, NamedNode(names.NR + "okfVersion"), None, None)] == [
        "0.2"
    ]


def test_a_wiki_is_no_bundle_without_a_sign(tmp_path):
    (tmp_path / "a.md").write_text("---\ntype: concept\nsources: [b]\n---\n# A\n[[b]]\n")
    (tmp_path / "index.md").write_text("# Index\n- [A](a.md)\n")

    assert recognize_dialect.recognize(walk(tmp_path)).dialect == "generic"


def test_a_bundle_with_nothing_but_types_is_recognised_by_its_index(tmp_path):
    (tmp_path / "a.md").write_text("---\ntype: Table\n---\n# A\nSee [b](/b.md).\n")
    (tmp_path / "b.md").write_text("---\ntype: Table\n---\n# B\n")
    (tmp_path / "index.md").write_text("# Index\n- [A](a.md)\n")

    assert recognize_dialect.recognize(walk(tmp_path)).dialect == "okf"


def test_other_dialects_know_nothing_of_bundles():
    assert of_class(stored({"metrics/revenue.md": CONCEPT.encode()}, dialect_name="generic"), "OkfConcept") == set()
    assert record(CONCEPT.encode(), "metrics/revenue.md", "okf")[0].page_type == "metric"
