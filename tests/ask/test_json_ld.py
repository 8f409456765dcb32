"""JSON-LD in which each kind of thing was asked about once is, byte for byte, what PyLD makes of the whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from kg.ask import graph_formats, json_ld
from kg.model import declared
from kg.rdf import names

CONTEXT = json.loads(declared.read("ontology/context.jsonld"))["@context"]
WORDS = ["nr:Claim", "nr:epistemicType", "nr:fact", "rdf:type", "dcterms:issued", "xsd:date", "schema:name", "nr:line"]
iris = st.sampled_from([
    *map(names.expand, WORDS), "https://wiki.invalid/page/a", "https://wiki.invalid/page/b#claims.1", "urn:x:y",
    names.expand("nr:"), names.expand("nr:") + "unheard-of", names.expand("nr:") + "with/slash",
    "urn:newsroom-kg:stand-in", "urn:newsroom-kg:stand-in1",
]).map(NamedNode)  # fmt: skip
nodes = iris | st.sampled_from(["b1", "b2"]).map(BlankNode)
properties = st.sampled_from([
    *(NamedNode(names.expand(one["@id"])) for one in CONTEXT.values() if isinstance(one, dict)),
    *(NamedNode(names.expand(word)) for word in (*WORDS, "rdfs:label", "nr:markup")), NamedNode("https://x.example/p"),
])  # fmt: skip
literals = st.builds(Literal, st.text(max_size=4)) | st.one_of(
    st.builds(lambda text, tag: Literal(text, language=tag), st.text(max_size=3), st.sampled_from(["en", "de-AT"])),
    st.builds(lambda text, kind: Literal(text, datatype=kind), st.sampled_from(["1", "true", "2026-01-01", "x"]), iris),
)
graphs = st.sampled_from([DefaultGraph(), NamedNode("https://wiki.invalid/graph/g"), NamedNode(names.expand("nr:"))])
quads = st.builds(Quad, nodes, properties, nodes | literals, graphs)


def by_pyld(listed, context):
    """Return what PyLD makes of all of it, in the words of a context."""
    expanded = json_ld.with_types(json.loads(serialize(listed, format=RdfFormat.JSON_LD) or b"[]"))
    expanded.sort(key=lambda node: str(node.get("@id", "")))
    made = jsonld.compact(expanded, {"@context": context}, {"graph": True, "compactArrays": True})
    return (json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


@given(st.lists(quads, max_size=12, unique_by=str))
def test_any_quads_come_out_as_from_pyld_and_are_read_back(listed):
    made = graph_formats.write(listed, "jsonld")

    with_used = json.loads(made)
    assert made == by_pyld(listed, with_used["@context"])
    assert with_used["graph"] == json.loads(by_pyld(listed, CONTEXT))["graph"]
    assert {str(quad) for quad in parse(made, format=RdfFormat.JSON_LD)} == {str(quad) for quad in listed} or any(
        "_:" in str(quad) for quad in listed
    )


def test_each_kind_of_thing_is_asked_about_once(monkeypatch):
    asked = []
    real = jsonld.compact
    monkeypatch.setattr(jsonld, "compact", lambda document, *rest: asked.append(len(document)) or real(document, *rest))
    line = NamedNode(names.expand("nr:line"))
    number = NamedNode(names.expand("xsd:integer"))
    listed = [
        Quad(NamedNode(f"https://wiki.invalid/{at}"), line, Literal(str(at), datatype=number)) for at in range(99)
    ]

    graph_formats.write(listed, "jsonld")

    assert asked == [1]


def test_a_context_is_not_fetched():
    nested = {"part": {"@id": "urn:z", "@context": "https://x.example/"}}
    with pytest.raises(jsonld.JsonLdError) as failure:
        json_ld.compact([{"@id": "urn:x", "@type": ["urn:y"]}], nested)

    causes = [failure.value]
    while causes[-1].__context__ is not None:
        causes.append(causes[-1].__context__)
    assert "would be fetched from the network, which is off" in str(causes[-1])


SHORT = [f"{prefix}:{rest}" for prefix in ("nr", "schema", "dcterms", "xsd", "rdf") for rest in ("", "x", "/x", "x/y")]
confusing = st.sampled_from([*SHORT, "id:x", "type:x", "graph:x", "Claim:x", "issued:x", names.expand("nr:Claim")]).map(
    NamedNode
)


@given(
    st.lists(
        st.builds(
            Quad, confusing, confusing | properties,
            confusing | st.builds(lambda kind: Literal("text", datatype=kind), confusing) | st.just(Literal("text")), graphs,
        ),
        min_size=1, max_size=6, unique_by=str,
    )
)  # fmt: skip
def test_iris_that_read_like_short_names_are_read_back(listed):
    made = graph_formats.write(listed, "jsonld")

    assert {str(quad) for quad in parse(made, format=RdfFormat.JSON_LD)} == {str(quad) for quad in listed}


def test_a_prefix_that_confuses_nobody_stays():
    listed = [
        Quad(NamedNode("schema:thing"), NamedNode(names.expand("nr:line")), Literal("x"), DefaultGraph()),
        Quad(NamedNode("schema:thing"), NamedNode(names.expand("schema:name")), Literal("y"), DefaultGraph()),
        Quad(NamedNode("schema:thing"), NamedNode(names.expand("rdf:type")), Literal("text"), DefaultGraph()),
    ]

    made = json.loads(graph_formats.write(listed, "jsonld"))

    assert "schema" not in made["@context"]
    assert made["@context"]["nr"] == names.NR
    assert made["@context"]["name"] in (names.expand("schema:name"), {"@id": names.expand("schema:name")})
    assert made["graph"][0]["rdf:type"] == "text"
