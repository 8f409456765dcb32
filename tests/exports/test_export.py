"""Exports: each parses in two engines to the same graph, is the same bytes every time, and loses nothing in silence."""

import io
from functools import cache

import pytest
import rdflib
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse
from support.commands import in_turn, kg
from support.example import few_pages
from support.site import contents
from support.tier import but

from kg.ask import graph_formats
from kg.exports import forms
from kg.model.finding import KgError

OXIGRAPH = {**graph_formats.DATASETS, **graph_formats.TRIPLES}
HEAVY = ("jsonld-framed", "schema-org", "llms-txt", "void", "github-wiki", "nanopub", "graphml")
RDFLIB = {
    "turtle": "turtle",
    "trig": "trig",
    "ntriples": "nt",
    "nquads": "nquads",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("export")
    folder = place / "store"
    kg("--store", folder, "ingest", few_pages(place / "wiki"), code=0)
    return folder


@pytest.fixture(scope="module")
def exported(built):
    """Return a function that gives a format's bytes."""

    @cache
    def written(form):
        out = built.parent / f"out.{form}"
        kg("--store", built, "export", "--format", form, "--view", "full", "-o", out, code=0)
        return out.read_bytes()

    return written


def by_oxigraph(data, form):
    return {str(quad) for quad in parse(input=data, format=OXIGRAPH[form])}


def by_rdflib(data, form):
    graph = rdflib.Dataset() if form in graph_formats.DATASETS else rdflib.Graph()
    graph.parse(data=data, format=RDFLIB[form])
    target = "nquads" if form in graph_formats.DATASETS else "nt"
    return by_oxigraph(graph.serialize(format=target, encoding="utf-8"), "nquads" if target == "nquads" else "ntriples")


@pytest.mark.parametrize("form", but(graph_formats.FORMATS, ["trig", "nquads", "rdfxml"]))
def test_both_engines_read_the_same_graph(exported, form):
    expected = by_oxigraph(exported("nquads"), "nquads")
    if form in graph_formats.TRIPLES:
        expected = {
            str(Quad(q.subject, q.predicate, q.object))
            for q in parse(input=exported("nquads"), format=RdfFormat.N_QUADS)
        }

    assert by_oxigraph(exported(form), form) == expected
    assert by_rdflib(exported(form), form) == expected


@pytest.fixture(scope="module")
def by_seed(built):
    """Return a function that gives the folders in which processes with two seeds wrote some forms, all in turn."""

    @cache
    def written(names, *view):
        places = [built.parent / f"seed-{seed}-{names[0]}" for seed in ("1", "2")]
        for seed, place in enumerate(places, 1):
            place.mkdir()
            commands = [["--store", built, "export", "--format", one, *view, "-o", place / one] for one in names]
            in_turn(commands, place, PYTHONHASHSEED=str(seed))
        return places

    return written


LATER = ["ntriples", "trig", "rdfxml"]


@pytest.mark.parametrize("form", but(graph_formats.FORMATS, LATER))
def test_three_runs_give_the_same_bytes(by_seed, exported, form):
    names = tuple(LATER if form in LATER else (one for one in graph_formats.FORMATS if one not in LATER))
    made = [(place / form).read_bytes() for place in by_seed(names, "--view", "full")]

    assert made == [exported(form)] * 2


OTHERS = [form for form in forms.FORMS if form.name not in graph_formats.FORMATS]


@pytest.mark.parametrize(
    "form", but(OTHERS, [form for form in OTHERS if form.name in HEAVY]), ids=lambda form: form.name
)
def test_the_hash_seed_changes_no_byte_of_the_other_forms(by_seed, form):
    names = tuple(one.name for one in OTHERS if (one.name in HEAVY) == (form.name in HEAVY))
    files = [place / form.name for place in by_seed(names)]
    made = [contents(file) if file.is_dir() else file.read_bytes() for file in files]

    assert made[0] == made[1]
    assert made[0]


def test_lines_are_sorted_and_turtle_is_readable(exported):
    lines = exported("ntriples").splitlines()

    assert lines == sorted(lines)
    assert b"@prefix nr:" in exported("turtle")
    assert b"nr:epistemicType nr:fact" in exported("turtle")


def test_a_format_of_one_graph_says_what_it_merged(built):
    assert "graphs were merged" in kg("--store", built, "export", "--format", "turtle", code=0).stderr
    assert kg("--store", built, "export", "--format", "trig", code=0).stderr == ""


def test_one_graph_can_be_named_by_its_page(built):
    by_path = kg("--store", built, "export", "--format", "turtle", "--graph", "concepts/OpenWeights.md", code=0)
    by_name = kg("--store", built, "export", "--format", "turtle", "--graph", "concepts/OpenWeights", code=0)

    assert by_path.stdout == by_name.stdout
    assert "merged" not in by_path.stderr
    assert kg("--store", built, "export", "--format", "turtle", "--graph", "nope", code=2).stderr.startswith(
        "kg: no graph 'nope'"
    )


def test_named_graphs_are_refused_where_a_format_has_none():
    quad = Quad(NamedNode("https://x/s"), NamedNode("https://x/p"), Literal("o"), NamedNode("https://x/g"))

    for form in graph_formats.TRIPLES:
        with pytest.raises(KgError, match=r"holds one graph, and <https://x/g> is another"):
            graph_formats.write([quad], form)


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ufffe"])
def test_rdf_xml_refuses_what_xml_cannot_hold_with_the_place(tmp_path, character):
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki/p.md").write_bytes(f"one\ntwo {character} three\nfour\r\n".encode())
    kg("--store", tmp_path / "store", "ingest", tmp_path / "wiki", code=0)

    done = kg("--store", tmp_path / "store", "export", "--format", "rdfxml", code=2)

    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("kg: p.md:1:1: RDF/XML cannot hold the character U+")
    for form in ("turtle", "jsonld", "trig", "ntriples", "nquads"):
        data = kg("--store", tmp_path / "store", "export", "--format", form, code=0).stdout.encode()
        assert by_rdflib(data, form) == by_oxigraph(data, form)


def test_rdf_xml_refuses_a_property_that_has_no_xml_name(tmp_path):
    (tmp_path / "wiki/sources").mkdir(parents=True)
    (tmp_path / "wiki/sources/p.md").write_text("## Connections\n- 1-a: [[x]] — y\n")
    kg("--store", tmp_path / "store", "ingest", tmp_path / "wiki", code=0)

    assert (
        "cannot name the property" in kg("--store", tmp_path / "store", "export", "--format", "rdfxml", code=2).stderr
    )


def test_json_ld_needs_no_network_and_is_compact(exported):
    assert b'"@context": {' in exported("jsonld")
    assert b'"https://w3id.org/newsroom-kg/ns#markup": ' not in exported("jsonld").replace(b'"@id": ', b"")


def test_there_are_no_blank_nodes(exported):
    dataset = Dataset(parse(input=exported("nquads"), format=RdfFormat.N_QUADS))
    before = {str(quad) for quad in dataset}
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    assert {str(quad) for quad in dataset} == before
    assert b"_:" not in exported("nquads").replace(b'"_:', b"")


def test_an_export_into_a_folder_that_is_not_there_says_so(built):
    done = kg("--store", built, "export", "--format", "turtle", "-o", built / "nope/x.ttl", code=2)

    assert done.stderr.strip().endswith("no such folder")


def test_an_empty_answer_is_an_empty_file():
    assert graph_formats.write([], "turtle") == b""
    assert io.BytesIO(
        graph_formats.write([Quad(NamedNode("x:s"), NamedNode("x:p"), Literal("o"), DefaultGraph())], "ntriples")
    ).read()


def test_json_ld_has_types_as_types(exported):
    assert b'"type": "Concept"' in exported("jsonld")
    assert b"rdf:type" not in exported("jsonld").split(b'"graph"', 1)[1]


@pytest.mark.parametrize("text", ["a\rb", "\r", "\r\n", "a\x7fb", "\x80\x9f", "\x85\u2028", " \t\n", "]]>&<\r"])
def test_rdf_xml_carries_every_character_that_xml_has(text):
    quads = [
        Quad(NamedNode("https://x/s"), NamedNode("https://x/p"), one)
        for one in (Literal(text), Literal(text, language="en"))
    ]

    data = graph_formats.write(quads, "rdfxml")

    assert {one.object for one in parse(input=data, format=RdfFormat.RDF_XML)} == {one.object for one in quads}
    assert {str(value) for value in rdflib.Graph().parse(data=data, format="xml").objects()} == {text}


@pytest.mark.parametrize("role", ["datatype", "object", "predicate", "subject", "class"])
@pytest.mark.parametrize(
    "iri", ["https://schema.org///y", "http://www.w3.org/2001/XMLSchema#//y", "xsd:string", "schema://y"]
)
def test_an_iri_that_json_ld_would_read_as_another_comes_back(iri, role):
    some, name = NamedNode("https://x/s"), NamedNode(iri)
    quad = {
        "datatype": Quad(some, some, Literal("v", datatype=name)),
        "object": Quad(some, some, name),
        "predicate": Quad(some, name, some),
        "subject": Quad(name, some, some),
        "class": Quad(some, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), name),
    }[role]

    assert list(parse(input=graph_formats.write([quad], "jsonld"), format=RdfFormat.JSON_LD)) == [quad]


def test_a_prefix_stands_where_a_name_begins_with_it_and_not_where_a_text_speaks_of_it():
    terms = NamedNode("https://wiki.invalid/a"), NamedNode("https://wiki.invalid/p")
    texts = (
        Quad(*terms, Literal("<https://schema.org/name>\n<http://xmlns.com/foaf/0.1/name>")),
        Quad(*terms, NamedNode("https://schema.org/deeper/name")),
    )
    deeper = Quad(*terms, Literal("x", language="en"))
    name = Quad(*terms, NamedNode("https://schema.org/name"))

    assert graph_formats.prefixes([]) == {}
    assert [*graph_formats.prefixes(texts)] == ["xsd"]
    assert [*graph_formats.prefixes([*texts, deeper])] == ["rdf", "xsd"]
    assert [*graph_formats.prefixes([*texts, name])] == ["xsd", "schema"]
