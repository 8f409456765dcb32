"""The vocabulary: every term declared and explained once, within what rules can reason on, and the same in JSON-LD."""

import json
import re
import textwrap

import owlrl
import pyoxigraph
import pytest
from owlrl.Namespaces import ERRNS
from pyld import jsonld
from pyoxigraph import RdfFormat
from rdflib import BNode, Dataset, Graph, Namespace, URIRef
from rdflib.namespace import FOAF, OWL, RDF, RDFS, SKOS
from support.pages import mapped
from support.places import ROOT

from kg.model import declared
from kg.model.page import Kind
from kg.rdf import names
from kg.settings import dialect

NR = Namespace(names.NR)
OA = Namespace(names.PREFIXES["oa"])
EX = Namespace("https://wiki.example/id/")
WRITERS = {"kg": ".py", "queries": ".rq", "shapes": ".ttl", "dialects": ".toml"}
LANGUAGE = tuple(names.PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))
SAYS = {
    RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso,
    RDF.type, RDFS.domain, RDFS.range, RDFS.subClassOf, RDFS.subPropertyOf,
    OWL.equivalentClass, OWL.hasValue, OWL.inverseOf, OWL.onProperty, OWL.disjointWith, OWL.imports, OWL.versionInfo,
}  # fmt: skip


@pytest.fixture(scope="module")
def core():
    return Graph().parse(data=declared.read("ontology/newsroom.ttl"), format="turtle")


@pytest.fixture(scope="module")
def strict():
    return Graph().parse(data=declared.read("ontology/newsroom-strict.ttl"), format="turtle")


@pytest.fixture(scope="module")
def context():
    return json.loads(declared.read("ontology/context.jsonld"))


@pytest.fixture(scope="module")
def terms(core):
    return {str(term).removeprefix(NR) for term in core.subjects() if term.startswith(NR)}


@pytest.fixture(scope="module")
def short(context):
    """The prefixed names that have a short name."""
    entries = [entry for name, entry in context["@context"].items() if not name.startswith("@")]
    return [entry if isinstance(entry, str) else entry["@id"] for entry in entries]


@pytest.fixture
def written_quads(request):
    """The quads of the page in the test's docstring."""
    page = textwrap.dedent(request.function.__doc__).removeprefix("\n")
    return set(read("".join(mapped({"sources/page.md": page.encode()})), RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def manual():
    """The first block of code in docs/ontology.md in each language."""
    text = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    return dict(reversed(re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)))


@pytest.fixture(scope="module")
def example(manual):
    """The quads of the wiki in docs/ontology.md."""
    pages = {"sources/tide-gauge-report.md": manual["markdown"].encode(), "entities/PortVerde.md": b""}
    return set(read("".join(mapped(pages)), RdfFormat.N_QUADS))


def read(text, form):
    return pyoxigraph.parse(input=text, format=form)


def closed(*parts):
    graph = Graph()
    for triple in (triple for part in parts for triple in part):
        graph.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def errors(graph):
    return [str(message) for message in graph.objects(None, ERRNS.error)]


def written():
    """Return the local names of our terms that the code, the queries, the shapes and the dialects use."""
    files = [file for folder, suffix in WRITERS.items() for file in (ROOT / folder).rglob(f"*{suffix}")]
    found = {name for file in files for name in re.findall(r"\bnr:(\w+)", file.read_text(encoding="utf-8"))}
    for spoken in map(dialect.load, dialect.available()):
        found |= {spec.page for spec in spoken.types.values()} | {spec.topic for spec in spoken.types.values()}
        found |= {*spoken.kinds.values(), *(page for _, page in spoken.files)}
        found |= {*spoken.grades.values(), *spoken.relations.values()}
    return found | {*Kind, "Page", "Topic"}


@pytest.mark.parametrize("name", ["newsroom", "newsroom-strict"])
def test_both_libraries_read_the_same_from_a_module(name):
    text = declared.read(f"ontology/{name}.ttl")

    assert len(set(read(text, RdfFormat.TURTLE))) == len(Graph().parse(data=text)) > 0


def test_every_term_has_one_label_one_comment_and_its_ontology(core, terms):
    ontology = URIRef(names.NR.removesuffix("#"))

    for term in terms:
        assert [len(list(core.objects(NR[term], said))) for said in (RDFS.label, RDFS.comment)] == [1, 1], term
        assert list(core.objects(NR[term], RDFS.isDefinedBy)) == [ontology], term
        assert (NR[term], RDF.type, None) in core, term


def test_no_term_is_written_that_is_not_declared(terms):
    assert written() - terms == set()


def test_no_term_is_named_that_is_not_declared(core, strict, terms):
    named = {term for triple in [*core, *strict] for term in triple if isinstance(term, URIRef) and term.startswith(NR)}

    assert named == {NR[term] for term in terms}


def test_no_node_is_blank(core, strict):
    assert not [term for triple in [*core, *strict] for term in triple if isinstance(term, BNode)]


def test_what_is_said_in_owl_is_what_rules_can_use(core, strict):
    used = {*core.predicates(), *strict.predicates()}

    assert {predicate for predicate in used if str(predicate).startswith(LANGUAGE)} == SAYS


def test_no_property_is_functional(core, strict):
    kinds = {OWL.FunctionalProperty, OWL.InverseFunctionalProperty}

    assert not kinds & {*core.objects(None, RDF.type), *strict.objects(None, RDF.type)}


def test_the_core_gives_no_type_to_who_claims_speaks_or_is_a_source(core):
    properties = (NR.claimant, NR.speaker, NR.reportedIn, NR.declaresSource, NR.defines)

    assert not [p for p in properties if (p, RDFS.range, None) in core or (p, RDFS.domain, None) in core]


def test_what_carries_text_or_structure_entails_nothing(core):
    for term in core.subjects(NR.carries):
        assert not {*core.predicates(term)} & {RDFS.domain, RDFS.subPropertyOf, OWL.inverseOf}, term
        assert not {*core.objects(term, RDF.type)} & {OWL.SymmetricProperty, OWL.TransitiveProperty}, term


def test_the_notation_of_an_epistemic_type_is_its_local_name(core):
    notations = {str(term).removeprefix(NR): str(word) for term, word in core.subject_objects(SKOS.notation)}

    assert notations == {word: word for word in dialect.EPISTEMIC_TYPES}


def test_a_graded_claim_is_classified_and_an_ungraded_one_is_not(core):
    graph = closed(core, [(EX.a, NR.epistemicType, NR.fact), (EX.b, RDF.type, NR.Claim)])

    assert {NR.FactClaim, NR.Claim, NR.Sentence, NR.Part} <= set(graph.objects(EX.a, RDF.type))
    assert (EX.a, RDF.type, NR.ForecastClaim) not in graph
    assert (EX.b, RDF.type, NR.FactClaim) not in graph
    assert errors(graph) == []


def test_a_contradiction_is_directed_and_the_conflict_is_not(core):
    graph = closed(core, [(EX.a, NR.contradicts, EX.b)])

    assert set(graph.predicates(EX.b, EX.a)) == {NR.conflictsWith, NR.contradictedBy, NR.referencedBy}
    assert {NR.conflictsWith, NR.references, NR.relatesTo} <= set(graph.predicates(EX.a, EX.b))


def test_a_concept_that_speaks_is_inconsistent_in_the_strict_module_alone(core, strict):
    said = [(EX.quote, NR.speaker, EX.OpenWeights), (EX.OpenWeights, RDF.type, NR.Concept)]
    lenient = closed(core, said)

    assert errors(lenient) == []
    assert (EX.OpenWeights, RDF.type, NR.SpeakingSubject) not in lenient
    assert [str(EX.OpenWeights) in message for message in errors(closed(core, strict, said))] == [True]


def test_a_page_that_is_about_itself_is_inconsistent(core, strict):
    assert errors(closed(core, strict, [(EX.page, FOAF.primaryTopic, EX.page)])) != []


def test_a_page_whose_speakers_can_speak_is_consistent(core, strict, written_quads):
    """
    ---
    title: "A page"
    type: source
    published: 2025-13-01
    ---
    ## Key Claims
    - [fact] [[OpenSourceInitiative]] — published a definition of [[OpenSourceAI]]
    - [guess] Ada Example, a reader — nobody will follow it

    ## Key Quotes
    > "Weights are not enough." — Ada Example

    ## Connections
    - contradicts: [[OpenWeights]] — says that they are not open
    - praised-by: [[Meta]]
    """
    facts = pyoxigraph.serialize((quad.triple for quad in written_quads), format=RdfFormat.N_TRIPLES).decode()

    assert errors(closed(core, strict, Graph().parse(data=facts, format="nt"))) == []


def test_every_term_has_one_short_name_in_json_ld(terms, short):
    assert sorted(term.removeprefix("nr:") for term in short if term.startswith("nr:")) == sorted(terms)


def test_every_property_and_class_that_a_page_uses_has_a_short_name(short, written_quads):
    """
    ---
    title: "A page"
    type: entity
    kind: org
    published: 2025-01-02
    scraped: 2025-02
    source_url: https://example.org/
    tags: [a, b]
    aliases: [Page]
    description: about
    sources: [one]
    ---
    ## Connections
    - cites: [[X]] — and [[Y|why]]
    """
    properties = {names.shorten(quad.predicate.value) for quad in written_quads}
    classes = {names.shorten(quad.object.value) for quad in written_quads if quad.predicate.value == str(RDF.type)}

    assert (properties | classes) - {"rdf:type"} <= set(short)


def test_the_prefixes_of_json_ld_are_ours(context):
    assert names.PREFIXES.items() <= context["@context"].items()


def test_the_short_names_fetch_nothing_and_set_no_language():
    assert not set(re.findall(r'"(@\w+)"', declared.read("ontology/context.jsonld"))) & {
        "@import",
        "@language",
        "@base",
    }


# rdflib's reader of JSON-LD uses what rdflib itself has deprecated
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_a_page_comes_back_from_compact_json_ld(context, written_quads):
    """
    ---
    title: 'NO: "a" page'
    type: source
    scraped: 2025-10
    published: 2025-13-01
    tags: ["fact", "nr:fact", "신한은행"]
    ---
    Text before the first heading, [[A b|c]] and ![[fact]].

    ## Key Claims
    - [fact] [[OpenSourceInitiative]] — published a definition of [[OpenSourceAI#Scope]]
    - [guess] Ada Example, a reader — nobody will follow it

    ## Key Quotes
    > "Weights are not enough." — [[Zoë Beispiel]], a *maker*

    ## Connections
    - contradicts: [[OpenWeights]] — says that they are not open
    - praised-by: [[https://example.org/x]], [[id]]
    """
    expanded = json.loads(pyoxigraph.serialize(written_quads, format=RdfFormat.JSON_LD))
    compact = jsonld.compact(expanded, context, {"documentLoader": refuse})
    text = json.dumps(compact, ensure_ascii=False)
    again = Dataset()
    again.parse(data=text, format="json-ld")

    assert set(read(text, RdfFormat.JSON_LD)) == written_quads
    assert set(read(again.serialize(format="nquads"), RdfFormat.N_QUADS)) == written_quads


def test_the_example_of_the_manual_is_what_is_written(manual, example):
    shown = set(read(manual["trig"], RdfFormat.TRIG))
    subjects = {quad.subject for quad in shown}

    assert shown == {quad for quad in example if quad.subject in subjects}


def test_the_query_of_the_manual_makes_annotations(manual, example):
    store = pyoxigraph.Store()
    store.extend(example)
    made = store.query(manual["sparql"]).serialize(format=RdfFormat.N_TRIPLES).decode()
    annotations = Graph().parse(data=made, format="nt")
    claim = annotations.value(None, OA.hasBody, URIRef("https://wiki.example/claim/tide-gauge-report/bceb453ef13a"))
    path = OA.hasTarget / OA.hasSelector

    assert [str(annotations.value(claim, path / end)) for end in (OA.start, OA.end)] == ["63", "165"]


def refuse(url, _options=None):
    pytest.fail(f"tried to fetch {url}")
