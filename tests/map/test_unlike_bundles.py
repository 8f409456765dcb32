"""Fifteen bundles unlike each other: what is right for each was written by hand after the text of the format."""

import pytest
from pyoxigraph import NamedNode
from support.pages import BASE, stored

from kg.rdf import names

# Of each concept: its tier, its status, the day from which it is stale, who made it and when, who checked it. Of each
# source: its id, the page that its resource is the path of, and the sentences or blocks that its footnotes stand in, by
# line and column of the mark. Places are counted from the first character of the page. The store writes +00:00 as Z.
U, M, H = "unverified", "machineConfirmed", "humanReviewed"
BUNDLES = {
    "with nothing but a type": (
        {"a.md": "---\ntype: Note\n---\nIt is so.\n", "sub/index.md": "# Sub\n* [A](/a.md)\n", "sub/log.md": "# Log\n"},
        {"a": (U, "stable", None, None, [])},
        {},
    ),
    "of version 0.1": (
        {
            "m.md": "---\ntype: Metric\ntimestamp: '2026-05-28T22:53:05+00:00'\n---\n# Definition\nIt is so.\n\n"
            "# Citations\n- https://x.example/handbook\n2. [Other](n.md)\n",
            "n.md": "---\ntype: Metric\ntimestamp: 2026-05-27\n---\n# Citations\n[1] [Self](/m.md)\n",
        },
        {
            "m": (U, "stable", None, (None, "2026-05-28T22:53:05Z"), []),
            "n": (U, "stable", None, (None, "2026-05-27"), []),
        },
        {"m": [(None, None, []), (None, "n", [])], "n": [("1", "m", [])]},
    ),
    "of both versions, of which the newer holds": (
        {
            "a.md": "---\ntype: T\ntimestamp: 2020-01-01T00:00:00Z\ngenerated: {by: a/1, at: 2026-01-01T00:00:00Z}\n"
            "sources: [{id: s, resource: words}]\n---\nSo.[^s]\n\n# Citations\n- https://x.example/old\n",
            "b.md": "---\ntype: T\ntimestamp: 2020-01-01T00:00:00Z\ngenerated: null\nsources: []\n---\n"
            "# Citations\n- https://x.example/old\n",
        },
        {
            "a": (U, "stable", None, ("a/1", "2026-01-01T00:00:00Z"), []),
            "b": (U, "stable", None, (None, "2020-01-01T00:00:00Z"), []),
        },
        {"a": [("s", None, [(7, 4)])], "b": [(None, None, [])]},
    ),
    "with every kind of time": (
        {
            "instant.md": "---\ntype: T\nstale_after: 2026-12-31T00:00:00Z # then\n---\n",
            "quoted.md": '---\ntype: T\nstale_after: "2026-12-31T23:30:00-01:00"\n---\n',
            "east.md": "---\ntype: T\nstale_after: 2026-12-31T00:00:00+14:00\n---\n",
            "basic.md": "---\ntype: T\nstale_after: 20261231T000000Z\n---\n",
            "day.md": "---\ntype: T\nstale_after: 2026-12-31\n---\n",
            "local.md": "---\ntype: T\nstale_after: 2026-12-31T00:00:00\n---\n",
            "never.md": "---\ntype: T\nstale_after: never\n---\n",
            "null.md": "---\ntype: T\nstale_after: null\n---\n",
        },
        {
            name: (U, "stable", day, None, [])
            for name, day in {
                "instant": "2026-12-31", "quoted": "2027-01-01", "east": "2026-12-30", "basic": "2026-12-31",
                "day": "2026-12-31", "local": None, "never": None, "null": None,
            }.items()
        },
        {},
    ),
    "verified by several": (
        {
            "all.md": "---\ntype: T\nverified:\n  - {by: a/1, at: 2026-01-01T00:00:00Z}\n  - {by: process:n}\n"
            "  - by: human:k\n    at: 2026-03-01T00:00:00Z\n---\n",
            "one.md": "---\ntype: T\nverified: {by: 'human:k', at: 2026-03-01}\n---\n",
            "machine.md": "---\ntype: T\nverified: [{by: process:n, at: 2026-01-01T00:00:00Z}, {by: a/1}]\n---\n",
            "nobody.md": "---\ntype: T\nverified: [{at: 2026-01-01T00:00:00Z}]\n---\n",
            "prefix.md": "---\ntype: T\nverified: [{by: humanoid:r2}]\n---\n",
            "empty.md": "---\ntype: T\nverified: []\n---\n",
        },
        {
            "all": (
                H, "stable", None, None,
                [("a/1", "2026-01-01T00:00:00Z"), ("human:k", "2026-03-01T00:00:00Z"), ("process:n", None)],
            ),
            "one": (H, "stable", None, None, [("human:k", "2026-03-01")]),
            "machine": (M, "stable", None, None, [("a/1", None), ("process:n", "2026-01-01T00:00:00Z")]),
            "nobody": (U, "stable", None, None, [(None, "2026-01-01T00:00:00Z")]),
            "prefix": (M, "stable", None, None, [("humanoid:r2", None)]),
            "empty": (U, "stable", None, None, []),
        },
        {},
    ),
    "of every status": (
        {
            f"{name}.md": f"---\ntype: T\n{line}\n---\n"
            for name, line in {
                "draft": "status: draft", "quoted": 'status: "deprecated"', "null": "status: ~", "empty": "status:",
                "other": "status: retired", "upper": "status: Deprecated",
            }.items()
        },
        {
            name: (U, status, None, None, [])
            for name, status in {
                "draft": "draft", "quoted": "deprecated", "null": "stable", "empty": "stable", "other": "retired",
                "upper": "deprecated",
            }.items()
        },
        {},
    ),
    "with sources by every kind of resource": (
        {
            "m/a.md": "---\ntype: T\nsources:\n- {id: root, resource: /p/b.md}\n- {id: up, resource: ../p/b.md}\n"
            "- {id: beside, resource: ./c.md}\n- {id: below, resource: p/b.md}\n- {id: part, resource: /p/b.md#scope}\n"
            "- {id: url, resource: 'https://x.example/b.md'}\n- {id: words, resource: all queries of b}\n"
            "- {id: code, resource: p/b.sql}\n- {id: lost, resource: /p/none.md}\n- {title: No resource}\n---\n",
            "m/c.md": "---\ntype: T\n---\n",
            "p/b.md": "---\ntype: T\n---\n",
        },
        {name: (U, "stable", None, None, []) for name in ("m/a", "m/c", "p/b")},
        {
            "m/a": [
                ("root", "b", []), ("up", "b", []), ("beside", "c", []), ("below", "b", []), ("part", "b", []),
                ("url", None, []), ("words", None, []), ("code", None, []), ("lost", None, []), (None, None, []),
            ]
        },
    ),
    "with one source that stands without a list": (
        {"a.md": "---\ntype: T\nsources:\n  id: s\n  resource: https://x.example/\n---\nSo it is [^s].\n"},
        {"a": (U, "stable", None, None, [])},
        {"a": [("s", None, [(7, 10)])]},
    ),
    "with footnotes in odd places": (
        {
            "a.md": "---\ntype: T\nsources: [{id: s, resource: x}, {id: T, resource: y}]\n---\n"
            "**Bold.[^s]** Is it so[^t]? *Well.[^s]*\n\n"
            "> Quoted.[^T]\n\n- item [^s]\n\n| a |\n|---|\n| x [^s] |\n\n## Head [^s]\n\nSee [words[^s]](b.md).\n"
        },
        {"a": (U, "stable", None, None, [])},
        {"a": [("s", None, [(5, 8), (5, 35), (9, 8), (13, 5), (15, 9), (17, 11)]), ("T", None, [(5, 23), (7, 10)])]},
    ),
    "with what is no footnote": (
        {
            "a.md": "---\ntype: T\nsources: [{id: s, resource: x}]\n---\n"
            "`[^s]` and \\[^s] and ![^s](x.png), [^0-9]* and [^a-z]+.\n\n"
            "```\n[^s]\n```\n\n<!-- [^s] -->\n\n[[^s]]\n\n[^s]: Its footnote\n"
        },
        {"a": (U, "stable", None, None, [])},
        {"a": [("s", None, [])]},
    ),
    "with ids that repeat, and in other letters": (
        {
            "a.md": "---\ntype: T\nsources: [{id: s, resource: x}, {id: s, resource: y}, {id: 3, resource: z}]\n---\n"
            "One.[^s] Two.[^S] Three.[^3] Four.[^no]\n"
        },
        {"a": (U, "stable", None, None, [])},
        {"a": [("s", None, [(5, 5), (5, 14)]), ("s", None, []), ("3", None, [(5, 25)])]},
    ),
    "in Windows' lines with a mark of the order of bytes": (
        {
            "a.md": "\ufeff---\r\ntype: T\r\ngenerated:\r\n  by: a/1\r\n  at: 2026-01-01T00:00:00Z\r\nsources:\r\n"
            "- id: s\r\n  resource: /b/c.md\r\nstale_after: 2026-12-31T00:00:00Z\r\n---\r\n\r\nOne.\r\nTwo.[^s]\r\n",
            "b/c.md": "---\r\ntype: T\r\n---\r\n",
        },
        {
            "a": (U, "stable", "2026-12-31", ("a/1", "2026-01-01T00:00:00Z"), []),
            "b/c": (U, "stable", None, None, []),
        },
        {"a": [("s", "c", [(13, 5)])]},
    ),
    "in other languages and scripts": (
        {
            "指標/売上 高.md": "---\ntype: 指標\ngenerated: {by: 'human:山田', at: '2026-06-30T09:00:00+09:00'}\n"
            "verified: {by: 'process:夜間', at: '2026-07-01T00:00:00+09:00'}\n"
            "sources: [{id: 方針, resource: ../方針/収益.md}, {id: q, resource: /%E6%96%B9%E9%87%9D/%E5%8F%8E%E7%9B%8A.md}]\n---\n"
            "売上は配送時に計上する。[^方針] 税抜きである[^q]。\n",
            "方針/収益.md": "---\ntype: 方針\n---\n",
        },
        {
            "指標/売上 高": (M, "stable", None, ("human:山田", "2026-06-30T09:00:00+09:00"),
                       [("process:夜間", "2026-07-01T00:00:00+09:00")]),
            "方針/収益": (U, "stable", None, None, []),
        },
        {"指標/売上 高": [("方針", "収益", [(7, 13)]), ("q", "収益", [(7, 25)])]},
    ),
    "with unknown keys and types, and pages that lack everything": (
        {
            "a.md": "---\ntype: Über-Ding\nnot: [{term: x, why: y}]\nsources: [{id: s, resource: x, licence: [MIT]}]\n"
            "generated: {by: a/1, tool: {name: z}}\n---\nSo.[^s]\n",
            "no-front.md": "# Words\n",
            "no-type.md": "---\ntitle: T\nstatus: draft\n---\n",
            "README.md": "---\ntype: T\n---\n",
            "deep/er/index.md": "# Index\n",
        },
        {
            "a": (U, "stable", None, ("a/1", None), []),
            "no-front": (U, "stable", None, None, []),
            "no-type": (U, "draft", None, None, []),
            "README": (U, "stable", None, None, []),
        },
        {"a": [("s", None, [(7, 4)])]},
    ),
    "of computations": (
        {
            "c/file.md": "---\ntype: Attested Computation\nruntime: dbt\ncomputation: lib/x.sql\n"
            "verified: {by: human:k, at: 2026-01-01T00:00:00Z}\n---\n# Notes\n\n    indented\n",
            "c/inline.md": "---\ntype: attested computation\nruntime: bigquery\nsources: [{id: p, resource: /q.md}]\n---\n"
            "# Computation\n\n    SELECT 1\n\nIt binds only\nthe year.[^p]\n",
            "q.md": "---\ntype: Policy\n---\n",
        },
        {
            "c/file": (H, "stable", None, None, [("human:k", "2026-01-01T00:00:00Z")]),
            "c/inline": (U, "stable", None, None, []),
            "q": (U, "stable", None, None, []),
        },
        {"c/inline": [("p", "q", [(11, 10)])]},
    ),
}  # fmt: skip
CODE = {"c/file": 0, "c/inline": 1}


def values(store, node, prop):
    return sorted(
        (quad.object for quad in store.quads_for_pattern(node, NamedNode(names.expand(prop)), None, None)),
        key=lambda term: term.value,
    )


def word(store, node, prop):
    found = values(store, node, prop)
    return found[0].value.removeprefix(names.NR) if found else None


def event(store, node):
    who = values(store, node, "prov:wasAssociatedWith")
    return word(store, who[0], "foaf:name") if who else None, word(store, node, "prov:endedAtTime")


def concepts(store):
    found = {}
    for quad in store.quads_for_pattern(None, NamedNode(names.NR + "conceptId"), None, None):
        page, made = quad.subject, values(store, quad.subject, "prov:wasGeneratedBy")
        checked = sorted((event(store, one) for one in values(store, page, "nr:verifiedIn")), key=str)
        found[quad.object.value] = (
            word(store, page, "nr:trustTier"), word(store, page, "nr:status"), word(store, page, "nr:staleFrom"),
            event(store, made[0]) if made else None, checked,
        )  # fmt: skip
    return found


def marks(store, source):
    joined = store.quads_for_pattern(None, NamedNode(names.NR + "joins"), source, None)
    places = (tuple(int(word(store, one.subject, prop)) for prop in ("nr:line", "nr:column")) for one in joined)
    return sorted(places)


def sources(store):
    found = {}
    for quad in store.quads_for_pattern(None, NamedNode(names.NR + "conceptId"), None, None):
        entries = values(store, quad.subject, "nr:hasSource")
        if entries:
            entries.sort(key=lambda one: int(word(store, one, "nr:position")))
            found[quad.object.value] = [
                (word(store, one, "dcterms:identifier"), topic(store, one), marks(store, one)) for one in entries
            ]
    return found


def topic(store, source):
    target = word(store, source, "nr:target")
    return target.removeprefix(f"{BASE}id/") if target else None


@pytest.fixture(params=BUNDLES)
def stored_bundle(request):
    pages, *expected = BUNDLES[request.param]
    return stored({path: text.encode() for path, text in pages.items()}, dialect_name="okf"), *expected


def test_concepts_and_sources_are_those_counted_by_hand(stored_bundle):
    store, expected_concepts, expected_sources = stored_bundle

    assert concepts(store) == expected_concepts
    assert sources(store) == expected_sources


def test_a_computation_is_the_code_below_its_heading():
    pages = BUNDLES["of computations"][0]
    store = stored({path: text.encode() for path, text in pages.items()}, dialect_name="okf")
    rdf_type, kind = NamedNode(names.expand("rdf:type")), NamedNode(names.NR + "AttestedComputation")

    found = {
        word(store, quad.subject, "nr:conceptId"): len(values(store, quad.subject, "nr:computationCode"))
        for quad in store.quads_for_pattern(None, rdf_type, kind, None)
    }

    assert found == CODE
