"""Each form is read again by a library of another maker, and has the same facts; what is selected leaves whole."""

import csv
import io
import json
import re
import shutil

import networkx as nx
import pytest
import rdflib
from markdown_it import MarkdownIt
from nanopub import Nanopub
from pyld import jsonld
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Triple, parse
from support.commands import kg
from support.example import FEW, few_pages
from support.places import EXAMPLES

from kg.exports import canonical, forms, selection, turtle, write
from kg.exports.selection import Wanted
from kg.model.kg_error import KgError
from kg.rdf import names
from kg.store import reading

NR = rdflib.Namespace(names.NR)
SCHEMA = rdflib.Namespace(names.PREFIXES["schema"])
HOSTILE = """---
title: "=HYPERLINK(\\"x\\")<script>alert(1)</script>](javascript:x) \\u202e {{7*7}}"
type: source
---
## Key Claims
- [fact] [[Nobody]] — +1 <b>bold</b> "quoted", ]]> & \\N{{7*7}} nr: " , x ;
- [fact] '=cmd — -2 ends

## Connections
- references: [[../../etc/passwd|=1+1]] — @sum \v tab
"""


def opened(folder):
    return reading.reading(folder)


def exported(generation, form, choice=None, **options):
    """What leaves in a form: the one file, or all by their names."""
    lines = selection.lines(generation, choice or Wanted())
    files = write.made(lines, generation, write.Options(form, **options)).files
    return files[""] if [*files] == [""] else files


@pytest.fixture(scope="module")
def few_stored(tmp_path_factory):
    place = tmp_path_factory.mktemp("forms")
    wiki = few_pages(place / "wiki")
    for path in wiki.iterdir():
        if path.is_dir() and path.name not in FEW:
            shutil.rmtree(path)
    kg("--store", place / "store", "ingest", wiki, code=0)
    return opened(place / "store")


@pytest.fixture(scope="module")
def hostile_stored(tmp_path_factory):
    place = tmp_path_factory.mktemp("hostile")
    (place / "wiki/sources").mkdir(parents=True)
    (place / "wiki/sources/p.md").write_text(HOSTILE, encoding="utf-8")
    kg("--store", place / "store", "ingest", place / "wiki", code=0)
    return opened(place / "store")


@pytest.fixture(scope="module")
def originals_stored(tmp_path_factory):
    """The example whose sources have their originals beside them."""
    place = tmp_path_factory.mktemp("with-originals")
    shutil.copytree(EXAMPLES / "originals", place / "wiki")
    kg("--store", place / "store", "ingest", cwd=place / "wiki", code=0)
    return opened(place / "store")


@pytest.fixture(scope="module")
def known_graph(few_stored):
    """All facts, as rdflib has them."""
    return rdflib.Graph().parse(data=exported(few_stored, "ntriples"), format="nt")


def rows(generation, table, **options):
    text = exported(generation, "csv", table=table, **options).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def triples(data, form=RdfFormat.TURTLE):
    return {str(one) for one in parse(input=data, format=form)}


# ---- what leaves -----------------------------------------------------------------------------------------------------


def test_a_topic_leaves_with_what_is_said_of_it_and_all_that_this_needs(few_stored, known_graph):
    data = exported(few_stored, "ntriples", Wanted(topics=["Mark Zuckerberg"], view="claims"))

    graph = rdflib.Graph().parse(data=data, format="nt")
    claims = set(graph.subjects(rdflib.RDF.type, NR.Claim))
    assert claims
    assert (
        graph.query(
            "ASK { ?c a nr:Claim FILTER NOT EXISTS { ?c nr:claimant/(schema:name|foaf:name) ?name } }", initNs=INITS
        ).askAnswer
        is False
    )
    for word in ("reportedIn", "line"):
        assert all((claim, NR[word], None) in graph for claim in claims)
    voices = {who for claim in claims for who in known_graph.objects(claim, NR.claimant)}
    sources = {source for claim in claims for source in known_graph.objects(claim, NR.reportedIn)}
    assert all((source, SCHEMA.url, None) in graph for source in sources)
    quotes = {quote for who in voices for quote in known_graph.subjects(NR.speaker, who)}
    assert quotes & set(graph.subjects(rdflib.RDF.type, NR.Quote))


INITS = {"nr": NR, "schema": SCHEMA, "foaf": rdflib.FOAF}


def test_every_selection_is_part_of_the_whole_and_several_leave_together(few_stored):
    whole = set(selection.lines(few_stored, Wanted()))
    one = set(selection.lines(few_stored, Wanted(topics=["OpenWeights"])))
    other = set(selection.lines(few_stored, Wanted(pages=["concepts/OpenSourceAI.md"])))
    both = set(selection.lines(few_stored, Wanted(topics=["OpenWeights"], pages=["OpenSourceAI"])))

    assert one | other == both < whole
    assert {*selection.lines(few_stored, Wanted(graphs=["concepts/OpenSourceAI"]))} < other


def test_a_query_selects_parts_by_place_or_by_iri_and_what_it_constructs(few_stored):
    def asked(text):
        return Wanted(
            answer=lambda: few_stored.quads.query(text, use_default_graph_as_union=True, prefixes=names.PREFIXES),
            query="q",
        )

    by_iri = selection.lines(few_stored, asked("SELECT ?c { ?c nr:epistemicType nr:forecast }"))
    by_place = selection.lines(
        few_stored,
        asked(
            "SELECT ?path ?line { ?c nr:epistemicType nr:forecast ; nr:reportedIn/nr:describedOn/nr:path ?path ; nr:line ?line }"
        ),
    )
    made = selection.lines(few_stored, asked("CONSTRUCT { ?c a nr:Forecast } { ?c nr:epistemicType nr:forecast }"))

    assert by_iri == by_place
    assert len(made) == len(rows_of(few_stored, "SELECT ?c { ?c nr:epistemicType nr:forecast }")) > 0
    with pytest.raises(KgError, match="query 'q' selects no part; its columns are text"):
        selection.lines(few_stored, asked("SELECT ?text { ?c schema:text ?text }"))
    with pytest.raises(KgError, match="gives true or false"):
        selection.lines(few_stored, asked("ASK {}"))


def rows_of(generation, text):
    found = generation.quads.query(text, use_default_graph_as_union=True, prefixes=names.PREFIXES)
    assert isinstance(found, QuerySolutions)
    return list(found)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Wanted(topics=["OpenWeigths"]), "did you mean 'OpenWeights'"),
        (Wanted(pages=["concepts/OpenWeigths"]), "nothing in this wiki is called"),
        (Wanted(graphs=["concepts/OpenWeigths"]), "did you mean 'concepts/OpenWeights'"),
    ],
)
def test_a_name_that_is_none_is_answered_with_a_near_one(few_stored, choice, words):
    with pytest.raises(KgError, match=words):
        selection.lines(few_stored, choice)


def test_the_view_of_topics_has_relations_and_no_statement(few_stored):
    graph = rdflib.Graph().parse(data=exported(few_stored, "ntriples", Wanted(view="topics")), format="nt")

    assert set(graph.subject_objects(NR.references))
    assert not set(graph.subjects(rdflib.RDF.type, NR.Claim))


def test_the_command_takes_all_of_it_and_says_what_does_not_go_together(few_stored, tmp_path):
    store, out = few_stored.folder, tmp_path / "tables"
    (tmp_path / "mine.rq").write_text("SELECT ?c { ?c a nr:Quote }")
    export = ("--store", store, "export", "--format")

    assert "nr:Quote" in kg(*export, "turtle", "--query", tmp_path / "mine.rq", "--view", "claims", code=0).stdout
    assert "nr:Claim" in kg(*export, "turtle", "--query", "claims-by", "-p", "who=Mark Zuckerberg", code=0).stdout
    kg(*export, "csv", "-o", out, code=0)
    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"{name}.csv" for name in ("claims", "quotes", "sources", "topics", "connections")
    )
    assert "name a folder with -o" in kg(*export, "csv", code=2).stderr
    with pytest.raises(KgError, match="--rdf12 goes with --format"):
        exported(few_stored, "graphml", rdf12=True)
    with pytest.raises(KgError, match="did you mean 'claims'"):
        exported(few_stored, "csv", table="claim")


# ---- Turtle ----------------------------------------------------------------------------------------------------------


def test_turtle_says_each_text_once_unless_all_is_wanted(few_stored, known_graph):
    once = rdflib.Graph().parse(data=exported(few_stored, "turtle"), format="turtle")
    whole = rdflib.Graph().parse(data=exported(few_stored, "turtle", whole=True), format="turtle")

    assert set(whole) == set(known_graph)
    left = set(whole) - set(once)
    assert {predicate for _, predicate, _ in left} == {NR.markup}
    assert all((subject, SCHEMA.text, None) in once for subject, _, _ in left)


def test_turtle_goes_page_by_page_and_its_names_are_short(few_stored):
    text = exported(few_stored, "turtle").decode()
    body = text[text.index("\n\n") :]

    pages = re.findall(r"^# ---- (.*) ----$", text, re.MULTILINE)
    assert len(pages) == len(set(pages))
    assert pages.index("concepts/OpenWeights") < pages.index("sources/zuckerberg-open-source-letter")
    assert f"<{few_stored.base}" not in body
    assert all(re.search(rf"\b{name}:", body) for name in re.findall(r"^@prefix (\w+):", text, re.MULTILINE))
    page, topic, claim = (
        body.index(word)
        for word in (
            "\n<page/sources/zuckerberg-open-source-letter> a",
            "\nwiki:zuckerberg-open-source-letter a",
            "\n<claim/zuckerberg-open-source-letter/",
        )
    )
    assert page < topic < claim


@pytest.mark.parametrize("base", ["https://w.example/a/", "https://w.example/a#", "urn:wiki:"])
@pytest.mark.parametrize(
    "name",
    [
        "id/a",
        "id/a,b",
        "id//a",
        "id/3.",
        "id/Acme%20Inc.",
        "a:b",
        "",
        "page/a#b.1",
        "page/../x",
        "//x",
        "id/é",
        "claim/a/0?x",
    ],
)
def test_any_name_and_text_is_read_back_by_both_engines(base, name):
    iri = NamedNode(f"{base}{name.replace('#', '%23' if '#' in base else '#')}")
    lines = [
        f'{iri} <https://schema.org/text> "wiki: <//x> , ; .\\n nr:x \\" <{base}id/a>" .\n'.encode(),
        f'{iri} <https://w.example/b/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'.encode(),
        f"{iri} <https://w.example/b/p> {iri} .\n".encode(),
    ]
    quads = [
        turtle.Quad(one.subject, one.predicate, one.object)
        for one in parse(input=b"".join(lines), format=RdfFormat.N_TRIPLES)
    ]

    data = turtle.written(quads, base, once=True)

    assert triples(data) == triples(b"".join(lines), RdfFormat.N_TRIPLES)
    assert len(rdflib.Graph().parse(data=data, format="turtle")) == len(lines)


# ---- other forms -----------------------------------------------------------------------------------------------------


def test_the_tables_have_a_row_for_each_statement(few_stored, known_graph):
    claims, quotes = rows(few_stored, "claims"), rows(few_stored, "quotes")

    assert {row["id"] for row in claims} == set(map(str, known_graph.subjects(rdflib.RDF.type, NR.Claim)))
    assert {row["id"] for row in quotes} == set(map(str, known_graph.subjects(rdflib.RDF.type, NR.Quote)))
    assert {(row["text"]) for row in claims} == {
        str(known_graph.value(rdflib.URIRef(row["id"]), SCHEMA.text)) for row in claims
    }
    assert all(row["path"].endswith(".md") and int(row["line"]) > 0 for row in claims)
    joined = {(row["subject_id"], row["object_id"]) for row in rows(few_stored, "connections")}
    assert len(joined) > 1
    assert joined == {
        (str(known_graph.value(node, rdflib.RDF.subject)), str(value))
        for node, value in known_graph.subject_objects(rdflib.RDF.object)
    }


def test_a_cell_is_no_formula_and_the_guard_comes_off_again(hostile_stored):
    guarded, plain = rows(hostile_stored, "claims"), rows(hostile_stored, "claims", plain=True)

    assert {row["text"][0] for row in plain} & {*"+-="}
    for one, other in zip(guarded, plain, strict=True):
        for name, cell in one.items():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert cell.removeprefix("'") == other[name]
    assert b"\r\n" in exported(hostile_stored, "csv", table="claims")


def test_networkx_reads_the_graph_of_topics(few_stored):
    graph = nx.parse_graphml(exported(few_stored, "graphml").decode(), force_multigraph=True)

    assert graph.number_of_edges() == len(rows(few_stored, "connections"))
    assert graph.nodes[f"{few_stored.base}id/Meta"]["label"] == "Meta"
    relations = {data["relation"] for _, _, data in graph.edges(data=True)}
    assert "references" in relations


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the nanopub library calls what rdflib deprecates
def test_every_claim_is_a_nanopublication_that_the_nanopub_library_takes(few_stored):
    dataset = rdflib.Dataset()
    dataset.parse(data=exported(few_stored, "nanopub"), format="trig")
    claims = {row["id"]: row for row in rows(few_stored, "claims")}
    by_name = {}
    for subject, predicate, value, graph in dataset.quads():
        by_name.setdefault(str(graph).partition("#")[0], []).append((subject, predicate, value, graph))

    assert len(by_name) == len(claims)
    for quads in [*by_name.values()][:5]:
        one = rdflib.Dataset()
        for subject, predicate, value, graph in quads:
            one.graph(graph).add((subject, predicate, value))
        assert Nanopub(rdf=one).is_valid
    asserted = {
        str(subject): str(value)
        for subject, _, value, graph in dataset.quads((None, SCHEMA.text, None, None))
        if str(graph).endswith("#assertion")
    }
    assert asserted == {iri: row["text"] for iri, row in claims.items()}


def offline(url, _options):
    assert url.rstrip("/") == "https://schema.org"
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": {"@context": {"@vocab": "https://schema.org/"}},
    }


def test_schema_org_has_every_claim_with_who_claims_it_and_no_rating_that_nobody_gave(few_stored):
    (graph,) = [jsonld.expand(json.loads(exported(few_stored, "schema-org")), {"documentLoader": offline})]
    claims = {row["id"]: row for row in rows(few_stored, "claims")}

    assert {one["@id"]: one["https://schema.org/text"][0]["@value"] for one in graph} == {
        iri: row["text"] for iri, row in claims.items()
    }
    assert {kind for one in graph for kind in one["@type"]} == {"https://schema.org/Claim"}
    assert sum(len(one.get("https://schema.org/author", [])) for one in graph) == sum(
        len(row["claimants"].split("; ")) for row in claims.values() if row["claimants"]
    )


def test_framed_sources_are_the_same_facts(few_stored, known_graph):
    document = json.loads(exported(few_stored, "jsonld-framed"))

    made = rdflib.Graph().parse(data=jsonld.to_rdf(document, {"format": "application/n-quads"}), format="nt")
    assert set(made) <= set(known_graph)
    for kind, member in (("Claim", "claims"), ("Quote", "quotes")):
        listed = [few_stored.base + one["id"] for source in document["graph"] for one in source.get(member, ())]
        assert sorted(listed) == sorted(map(str, known_graph.subjects(rdflib.RDF.type, NR[kind])))
    assert set(made.subject_objects(NR.claimant)) == set(known_graph.subject_objects(NR.claimant))


def test_json_ld_leads_to_a_context_elsewhere(few_stored):
    for form in ("jsonld", "jsonld-framed"):
        made = json.loads(exported(few_stored, form, context="https://kg.example/context.jsonld"))
        assert "https://kg.example/context.jsonld" in made["@context"]


def test_a_connection_reifies_what_it_says(few_stored):
    data = exported(few_stored, "turtle", rdf12=True)

    found = [one.object for one in parse(input=data, format=RdfFormat.TURTLE) if isinstance(one.object, Triple)]
    assert {(one.subject.value, one.object.value) for one in found} == {
        (row["subject_id"], row["object_id"]) for row in rows(few_stored, "connections")
    }
    assert b"rdf:subject" not in data
    assert b"<<(" in exported(few_stored, "trig", rdf12=True)


def test_llms_txt_is_a_page_of_links_to_files(few_stored):
    tokens = MarkdownIt().parse(exported(few_stored, "llms-txt").decode())
    links = {child.attrGet("href") for token in tokens for child in token.children or () if child.type == "link_open"}

    assert next(token.tag for token in tokens if token.type == "heading_open") == "h1"
    assert links == {page.path for page in few_stored.pages.values()}


def test_void_counts_what_is_there(few_stored, known_graph):
    graph = rdflib.Graph().parse(data=exported(few_stored, "void"), format="turtle")
    data, void = rdflib.URIRef(few_stored.base), rdflib.VOID

    assert int(graph.value(data, void.triples)) == len(known_graph)
    part = graph.value(None, void["class"], NR.Claim)
    assert int(graph.value(part, void.entities)) == len(rows(few_stored, "claims"))
    assert set(graph.objects(data, rdflib.DCAT.distribution))


def test_hostile_text_is_text_in_every_form(hostile_stored):
    llms = MarkdownIt("commonmark").render(exported(hostile_stored, "llms-txt").decode())

    assert "<script" not in llms
    assert 'href="javascript' not in llms
    nx.parse_graphml(exported(hostile_stored, "graphml").decode())
    rdflib.Graph().parse(data=exported(hostile_stored, "turtle"), format="turtle")
    rdflib.Dataset().parse(data=exported(hostile_stored, "nanopub"), format="trig")
    assert json.loads(exported(hostile_stored, "schema-org"))["@graph"]


@pytest.mark.parametrize("form", [form.name for form in forms.FORMS if not form.pages])
def test_nothing_and_a_second_time_are_written_the_same(few_stored, form):
    lines = selection.lines(few_stored, Wanted(topics=["Meta"]))
    options = write.Options(form)

    assert write.made([], few_stored, options) == write.made([], few_stored, options)
    assert write.made(lines, few_stored, options) == write.made(lines, few_stored, options)


def test_canonical_lines_are_those_of_the_export(few_stored):
    assert exported(few_stored, "nquads", canonical=True) == exported(few_stored, "nquads")


def test_canonical_lines_give_blank_nodes_their_names(few_stored):
    made = write.made(
        [b"_:mine <https://example.org/p> _:mine .\n"], few_stored, write.Options("nquads", canonical=True)
    )

    assert made.files == {"": b"_:c14n0 <https://example.org/p> _:c14n0 .\n"}


@pytest.mark.parametrize("view", ["full", "claims"])
def test_a_quote_leaves_with_what_its_original_has_of_it(originals_stored, view):
    matched = originals_stored.quads.quads_for_pattern(None, NamedNode(f"{names.NR}inOriginal"), None, None)
    quote = min((quad.subject for quad in matched if "/quote/" in quad.subject.value), key=str)
    ask = originals_stored.quads.query(f"SELECT ?q {{ VALUES ?q {{ {quote} }} }}")
    graph = rdflib.Graph().parse(
        data=exported(originals_stored, "ntriples", Wanted(answer=lambda: ask, query="mine", view=view)), format="nt"
    )

    matches = [*graph.objects(rdflib.URIRef(quote.value), NR.inOriginal)]
    assert matches
    assert all(graph.value(match, NR.verdict) is not None for match in matches)
    assert all(graph.value(match, NR.quotedWords) is not None for match in matches)


def test_the_table_of_quotes_has_the_verdicts_of_the_originals(originals_stored):
    rows = [*csv.DictReader(io.StringIO(exported(originals_stored, "csv", table="quotes").decode()))]
    told = {verdict for row in rows for verdict in row["verdicts"].split("; ")}

    assert {"Exact", "Near", "NotThere"} <= told


def test_classes_are_counted_with_the_parts_of_pages(few_stored):
    graph = rdflib.Graph().parse(data=exported(few_stored, "void"), format="turtle")
    whole = rdflib.Graph().parse(data=exported(few_stored, "ntriples"), format="nt")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    counts = {kind: int(graph.value(part, void.entities)) for part, kind in graph.subject_objects(void["class"])}

    assert counts[NR.Heading] > 0
    assert counts == {kind: len([*whole.subjects(rdflib.RDF.type, kind)]) for kind in counts}


def test_the_folder_that_it_runs_in_is_no_place_for_modules(tmp_path, monkeypatch):
    (tmp_path / "kg/exports").mkdir(parents=True)
    for name in ("kg/__init__.py", "kg/exports/__init__.py", "kg/exports/canonical.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)

    lines = canonical.canonical([b"_:mine <https://example.org/p> _:mine .\n"])

    assert lines == [b"_:c14n0 <https://example.org/p> _:c14n0 .\n"]
    assert not (tmp_path / "ran").exists()


def test_a_line_that_is_no_number_selects_nothing_and_a_text_is_no_speaker(few_stored):
    def asked(text):
        return lambda: few_stored.quads.query(text)

    with pytest.raises(KgError, match="selects no part"):
        selection.lines(few_stored, Wanted(answer=asked('SELECT ("a" AS ?path) ("x" AS ?line) {}'), query="mine"))
    made = exported(few_stored, "nanopub", Wanted(answer=asked(
        f'CONSTRUCT {{ <https://e.org/c> a <{names.NR}Claim> ; <{names.NR}claimant> "Meta" }} {{}}'
    ), query="mine"))  # fmt: skip
    assert b"https://e.org/c" in made
    assert b"Meta" not in made
