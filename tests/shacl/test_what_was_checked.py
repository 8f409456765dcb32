"""Which shapes were files_checked, by which engine, and which were not: in every format, and never as if all conformed."""

import json
import re
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from support.commands import kg

from kg.check import validate
from kg.model.finding import KgError, Level

PREFIXES = """@prefix ex: <http://ex.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex.example/"^^xsd:anyURI ] .
"""
LINE = PREFIXES.count("\n") + 1
EX = "http://ex.example/"
ENGINES = pytest.mark.parametrize("engine", ["fast", "pyshacl"])


@pytest.fixture
def files_checked(tmp_path):
    """Return a function that validates Turtle against shapes in Turtle."""

    def check(data, shapes, **how):
        files = [tmp_path / "data.ttl", tmp_path / "shapes.ttl"]
        for file, text in zip(files, (data, shapes), strict=True):
            file.write_text(PREFIXES + text, encoding="utf-8")
        return validate.validate_files(files[:1], files[1:], **how)

    return check


def unchecked(report):
    return {one.shape.removeprefix(EX): one.why for one in report.shapes if not one.engine}


def broken(report):
    return [one.focus.value.removeprefix(EX) for one in report.results]


# ---- shapes that nobody checks ---------------------------------------------------------------------------------------


@ENGINES
@pytest.mark.parametrize(
    "word",
    [
        "sh:js [ ]", "sh:singleLine true", "sh:someValue [ sh:class ex:C ]", "sh:memberShape [ sh:class ex:C ]",
        "sh:reifierShape [ sh:class ex:C ]", "sh:reificationRequired true", "sh:subsetOf ex:q", "sh:rootClass ex:C",
        "sh:minListLength 1", "sh:maxListLength 1", "sh:uniqueMembers true", "sh:uniqueValuesFor ex:q",
        "sh:nodeByExpression ex:N",
    ],
)  # fmt: skip
def test_a_word_that_nobody_here_does_is_named_wherever_it_stands(word, engine, files_checked):
    done = files_checked(
        "ex:a ex:p 1 .",
        f"ex:N a sh:NodeShape . ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; {word} ] ; sh:node ex:N ."
        f"ex:T sh:targetNode ex:a ; sh:not [ sh:not [ {word} ] ] . ex:U sh:targetNode ex:a ; sh:class ex:C .",
        engine=engine,
    )

    assert not done.conforms
    assert {name: why.split()[0] for name, why in unchecked(done).items()} == dict.fromkeys("ST", word.split()[0])
    assert broken(done) == ["a"]


@ENGINES
@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("sh:targetWhere [ sh:class ex:C ]", "sh:targetWhere"),
        ("a sh:ShapeClass", "sh:ShapeClass"),
        ("sh:target [ a sh:JSTarget ; sh:jsFunctionName 'f' ]", "sh:target"),
    ],
)
def test_a_target_that_nobody_here_does_is_named(target, why, engine, files_checked):
    done = files_checked("ex:a a ex:C .", f"ex:S {target} ; sh:class ex:D .", engine=engine)

    assert not done.conforms
    assert list(unchecked(done)) == ["S"]
    assert unchecked(done)["S"].startswith(why)


@ENGINES
def test_a_shape_without_a_target_was_not_checked_unless_another_leads_to_it(engine, files_checked):
    done = files_checked(
        "ex:a ex:p 1 .",
        "ex:Lost sh:property [ sh:path ex:p ; sh:maxCount 0 ] . ex:Led a sh:NodeShape ; sh:class ex:C ."
        "ex:S sh:targetNode ex:a ; sh:or ( ex:Led [ sh:property ex:P ] ) . ex:P sh:path ex:p ; sh:minCount 1 ."
        "ex:Off sh:deactivated true ; sh:node ex:Below . ex:Below a sh:NodeShape ; sh:class ex:C .",
        engine=engine,
    )

    assert not done.conforms
    assert unchecked(done) == {"Lost": "it has no target, and no shape that is checked leads to it"}


@ENGINES
def test_files_that_were_interchanged_are_not_fine(engine, files_checked):
    done = files_checked("ex:S sh:targetNode ex:a ; sh:class ex:C .", "ex:a a ex:C .", engine=engine)

    assert not done.conforms
    assert "interchanged" in unchecked(done)["the shapes graph"]


@ENGINES
def test_a_function_that_nobody_knows_leaves_the_shape_unchecked(engine, files_checked):
    done = files_checked(
        "ex:a ex:p 1 .",
        """ex:S sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { $this ex:p ?v FILTER(?v = 2 || ex:f(?v)) }" ] .
        ex:T sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this (ex:g(?v) AS ?value) { $this ex:p ?v } GROUP BY $this" ] .
        ex:U sh:targetNode ex:a ; sh:class ex:C .""",
        engine=engine,
    )

    assert {name: why.split()[3] for name, why in unchecked(done).items()} == {"S": f"<{EX}f>,", "T": f"<{EX}g>,"}
    assert broken(done) == ["a"]
    assert not done.conforms


@ENGINES
@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ("sh:target [ a sh:SPARQLTarget ; sh:prefixes ex: ; sh:select 'SELECT ?this { ?this ex:p ?x }' ] ; sh:class ex:C", ["a"]),
        ("sh:targetNode ex:a ; sh:expression [ sh:path ex:ok ]", ["a"]),
        (("sh:targetNode ex:a ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:q ; sh:object 1 ] ;"
         " sh:property [ sh:path ex:q ; sh:maxCount 0 ]"), ["a"]),
        (("sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex: ; sh:select 'SELECT $this { $this ex:p ?v FILTER(ex:f(?v) = 2) }' ] ."
         " ex:f a sh:SPARQLFunction ; sh:parameter [ sh:path ex:x ; sh:datatype xsd:integer ] ; sh:returnType xsd:integer ;"
         " sh:select 'SELECT ?r { BIND($x + 1 AS ?r) }'"), ["a"]),
    ],
)  # fmt: skip
def test_advanced_features_are_done_by_pyshacl(shape, found, engine, files_checked):
    done = files_checked("ex:a ex:p 1 .", f"ex:S {shape} .", engine=engine)

    assert broken(done) == found
    assert [(one.shape, one.engine) for one in done.shapes] == [(f"{EX}S", "pyshacl")]


# ---- shapes that refer to themselves ---------------------------------------------------------------------------------

SELF = "ex:S sh:targetNode ex:p0 ; sh:property [ sh:path ex:age ; sh:maxCount 0 ] ; sh:property [ sh:path ex:knows ; sh:node ex:S ] ."


def chain(length):
    return "".join(f"ex:p{n} ex:knows ex:p{n + 1} . " for n in range(length)) + f"ex:p{length} ex:age 1 ."


@pytest.mark.parametrize("length", [1, 3, 5, 60])
def test_a_fault_many_steps_away_is_found_by_a_shape_that_refers_to_itself(length, files_checked):
    done = files_checked(chain(length), SELF)

    assert broken(done) == ["p0"]
    assert unchecked(done) == {}


@pytest.mark.parametrize("length", [1, 3, 5])
def test_the_reference_finds_the_fault_or_says_that_it_backed_out(length, files_checked):
    done = files_checked(chain(length), SELF, engine="pyshacl")

    assert not done.conforms
    assert broken(done) == ["p0"] or "refers to itself" in unchecked(done)["S"]


def test_on_data_in_a_circle_a_node_breaks_a_shape_only_where_a_chain_of_facts_shows_it(files_checked):
    shapes = SELF.replace("sh:targetNode ex:p0", "sh:targetSubjectsOf ex:knows")

    assert files_checked("ex:a ex:knows ex:b . ex:b ex:knows ex:a .", shapes).conforms
    assert sorted(set(broken(files_checked("ex:a ex:knows ex:b . ex:b ex:knows ex:a ; ex:age 1 .", shapes)))) == [
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("sh:not [ sh:path ex:knows ; sh:node ex:S ]", ["p3", "p1"]),
        ("sh:property [ sh:path ex:knows ; sh:or ( ex:S [ sh:class ex:C ] ) ] ; sh:property [ sh:path ex:age ; sh:maxCount 0 ]",
         ["p0", "p1", "p2", "p3"]),
        ("sh:property ex:P . ex:P sh:path ex:knows ; sh:property ex:P , [ sh:path ex:age ; sh:maxCount 0 ]", ["p3"]),
    ],
)  # fmt: skip
def test_denials_alternatives_and_property_shapes_may_lead_back_too(words, found, files_checked):
    done = files_checked(chain(3), f"ex:S sh:targetSubjectsOf ex:knows, ex:age ; {words} .")

    assert unchecked(done) == {}
    assert set(broken(done)) == {*found} or sorted(set(broken(done))) == sorted(found)


def test_a_denial_of_itself_over_data_in_a_circle_is_said_and_comes_to_an_end(files_checked):
    paths = ("ex:knows", "( ex:knows ex:knows )", "( ex:knows ex:knows ex:knows )")
    denials = " ; ".join(f"sh:not [ sh:path {path} ; sh:node ex:S ]" for path in paths)
    done = files_checked(
        "ex:a ex:knows ex:b, ex:c . ex:b ex:knows ex:c . ex:c ex:knows ex:a .", f"ex:S sh:targetNode ex:a ; {denials} ."
    )

    assert "refers to itself" in unchecked(done)["S"]


# ---- implicit targets ------------------------------------------------------------------------------------------------


@ENGINES
@pytest.mark.parametrize(
    "kind", ["rdfs:Class", "owl:Class", "ex:Kind . ex:Kind rdfs:subClassOf owl:Class . ex:T a ex:Kind"]
)
def test_a_class_that_is_a_shape_is_its_own_target(kind, engine, files_checked):
    done = files_checked(
        "ex:a a ex:T . ex:b a ex:U . ex:U rdfs:subClassOf ex:T . ex:c a ex:V .",
        f"ex:T a sh:NodeShape . ex:T a {kind} . ex:T sh:targetNode ex:d ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .",
        engine=engine,
    )

    assert broken(done) == ["a", "b", "d"]


# ---- ill-formed shapes -----------------------------------------------------------------------------------------------


@ENGINES
@pytest.mark.parametrize("count", ['"2"', '"2"@en', '"٢"^^xsd:integer', "2.0", "-1", '"2"^^xsd:int', "ex:two", "2e0"])
@pytest.mark.parametrize(
    "word", ["sh:minCount", "sh:maxLength", "sh:qualifiedValueShape [ sh:class ex:C ] ; sh:qualifiedMaxCount"]
)
def test_a_count_that_is_none_is_refused_with_its_place(word, count, engine, files_checked):
    shape = f"ex:S sh:targetNode ex:a ; sh:property\n [ sh:path ex:p ;\n {word} {count} ] ."

    with pytest.raises(KgError) as refused:
        files_checked("ex:a ex:p 1 .", shape, engine=engine)

    last = word.split()[-1]
    assert re.search(
        rf"shapes.ttl:{LINE + 2}: the shapes cannot be used: {EX}S, sh:property at {EX}p: {last} needs a whole number",
        str(refused.value),
    )


@ENGINES
@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ("sh:qualifiedValueShape [ sh:class ex:Z ] ; sh:qualifiedMinCount 1", "sh:qualifiedValueShape may stand only in a shape"),
        ("sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:Z ] ]", "sh:qualifiedValueShape without"),
        ("sh:property [ sh:path ex:p ; sh:qualifiedMinCount 1 ]", "without sh:qualifiedValueShape"),
        ("sh:node [ sh:path ex:p ; sh:minCount 1 ]", "sh:node needs a node shape"),
        ("sh:node ex:Missing", f"sh:node names {EX}Missing, of which the shapes say nothing"),
        ("sh:or ( ex:Missing )", f"sh:or names {EX}Missing"),
        ("sh:sparql [ sh:select 'ASK { $this ?p ?v }' ]", "sh:select needs a SELECT, found ASK"),
        ("sh:sparql [ sh:select 'CONSTRUCT { $this ?p 1 } WHERE { $this ?p ?v }' ]", "needs a SELECT, found CONSTRUCT"),
    ],
)  # fmt: skip
def test_both_engines_refuse_what_is_ill_formed_by_name(shape, why, engine, files_checked):
    with pytest.raises(KgError, match=rf"shapes\.ttl:{LINE}: the shapes cannot be used: {EX}S.*{re.escape(why)}"):
        files_checked("ex:a ex:p 1 .", f"ex:S sh:targetNode ex:a ; {shape} .", engine=engine)


@ENGINES
def test_what_is_wrong_with_a_query_stands_at_the_line_that_its_author_sees(engine, files_checked):
    shape = """ex:Good sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { $this ex:q 1 }" ] .
ex:Bad sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this { $this ex:q 1 }" ] ,
  [ sh:prefixes ex: ; sh:select '''SELECT $this {
      $this ex:p ?v
      FILTER(?v == 1) }''' ] ."""

    with pytest.raises(KgError) as refused:
        files_checked("ex:a ex:p 1 .", shape, engine=engine)

    said = f"shapes.ttl:{LINE + 4}: the shapes cannot be used: {EX}Bad: sh:select is no SPARQL query: line 3, column "
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        ("sh:or ( [ sh:class ex:C ] [ sh:property [ sh:path ex:p ; sh:minCount 'x' ] ] )", f"{EX}S, sh:or, sh:property at {EX}p"),
        ("sh:not [ sh:path [ sh:inversePath ex:q ] ; sh:minCount 'x' ]", f"{EX}S, sh:not at ^{EX}q"),
    ],
)  # fmt: skip
def test_a_shape_without_a_name_is_called_by_the_way_down_to_it(shape, name, files_checked):
    with pytest.raises(KgError, match=re.escape(f": {name}: sh:minCount needs")):
        files_checked("ex:a ex:p 1 .", f"ex:S sh:targetNode ex:a ; {shape} .")


# ---- misspelt words --------------------------------------------------------------------------------------------------


@ENGINES
def test_a_misspelt_word_is_a_warning_with_file_line_and_what_was_meant(engine, files_checked):
    done = files_checked(
        "ex:a ex:p 1 .",
        "# sh:minCout\nex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ;\n  sh:minCout 1 ; sh:xyzzy 1 ; sh:name 'sh:maxCout' ] .",
        engine=engine,
    )

    said = [
        (one.span.path.endswith("shapes.ttl"), one.span.line, one.span.column, one.message) for one in done.findings
    ]
    assert said == [
        (True, LINE + 2, 3, "sh:minCout is not known, so nothing is checked by it: was sh:minCount meant?"),
        (True, LINE + 2, 18, "sh:xyzzy is not known, so nothing is checked by it"),
    ]
    assert {one.level for one in done.findings} == {Level.WARNING}
    assert not done.conforms


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("s.jsonld", '{"@context": {"sh": "http://www.w3.org/ns/shacl#", "ex": "http://ex.example/"},\n "@id": "ex:S", "sh:targetNode": {"@id": "ex:a"},\n "sh:minCout": 1}', 3),
        ("s.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sh="http://www.w3.org/ns/shacl#">\n<rdf:Description rdf:about="http://ex.example/S"><sh:targetNode rdf:resource="http://ex.example/a"/>\n<sh:minCout>1</sh:minCout></rdf:Description></rdf:RDF>', 3),
        ("s.nt", '<http://ex.example/S> <http://www.w3.org/ns/shacl#targetNode> <http://ex.example/a> .\n<http://ex.example/S> <http://www.w3.org/ns/shacl#minCout> "1" .\n', 2),
    ],
)  # fmt: skip
def test_a_misspelt_word_has_its_line_in_every_format(name, text, line, tmp_path):
    (tmp_path / name).write_text(text)
    (tmp_path / "data.ttl").write_text("<http://ex.example/a> <http://ex.example/p> 1 .")

    done = validate.validate_files([tmp_path / "data.ttl"], [tmp_path / name])

    assert {(one.span.line, one.rule) for one in done.findings} == {(line, "shape-word")}


# ---- messages and languages ------------------------------------------------------------------------------------------


@ENGINES
@pytest.mark.parametrize(
    ("message", "words"),
    [
        ('"<p>No <b>p</b> &amp;<br/>no q</p>"^^rdf:HTML', "No p & no q"),
        ('"plain < text"', "plain < text"),
        ('"<b>a</b>"^^rdf:HTML, "b"@en', "b"),
        ('"مرحبا"@ar--rtl', "مرحبا"),
    ],
)
def test_a_message_may_be_html_or_have_a_direction(message, words, engine, files_checked):
    done = files_checked(
        "ex:a ex:p 1 .", f"ex:S sh:targetNode ex:a ; sh:message {message} ; sh:class ex:C .", engine=engine
    )

    assert [one.message for one in done.findings] == [words]


def test_what_a_message_in_html_is_filled_with_is_text(files_checked):
    done = files_checked(
        'ex:a ex:p "<i>&" .',
        """ex:S sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex: ; sh:message "<b>{?value}</b>"^^rdf:HTML ;
        sh:select "SELECT $this ?value { $this ex:p ?value }" ] .""",
    )

    assert [one.value for result in done.results for one in result.messages] == ["<b>&lt;i&gt;&amp;</b>"]
    assert [one.message for one in done.findings] == ["<i>&"]


@ENGINES
def test_language_tags_are_reported_as_the_file_writes_them(engine, tmp_path):
    (tmp_path / "data.ttl").write_text(
        f'{PREFIXES} ex:a ex:p "x"@en-US, "y\\"z"@EN, \'w\'@zh-Hant-TW, """v"""@es-419 . # "x"@EN-us\n',
        encoding="utf-8",
    )
    (tmp_path / "shapes.ttl").write_text(
        f"{PREFIXES} ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] ."
    )

    done = kg(
        "validate",
        "--data",
        "data.ttl",
        "--shapes",
        "shapes.ttl",
        "--format",
        "turtle",
        "--engine",
        engine,
        cwd=tmp_path,
        code=1,
    )

    assert re.findall(r"sh:value (.*) ;", done.stdout) == ['"v"@es-419', '"w"@zh-Hant-TW', '"x"@en-US', '"y\\"z"@EN']


def test_a_direction_is_written_with_its_language_and_can_be_read_again(tmp_path):
    (tmp_path / "data.ttl").write_text(f'{PREFIXES} ex:a ex:p "x"@ar--rtl .')
    (tmp_path / "shapes.ttl").write_text(
        f"{PREFIXES} ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] ."
    )

    done = kg("validate", "--data", "data.ttl", "--shapes", "shapes.ttl", "--format", "turtle", cwd=tmp_path, code=1)
    (tmp_path / "report.ttl").write_text(done.stdout)

    assert 'sh:value "x"@ar--rtl' in done.stdout
    assert any(str(quad.object) == '"x"@ar--rtl' for quad in ox.parse(path=tmp_path / "report.ttl"))


# ---- every format ----------------------------------------------------------------------------------------------------


@pytest.fixture
def data_and_shapes(tmp_path):
    (tmp_path / "data.ttl").write_text(f"{PREFIXES} ex:a a ex:C .")
    (tmp_path / "shapes.ttl").write_text(
        f"{PREFIXES} ex:Done sh:targetNode ex:a ; sh:class ex:C . ex:Left sh:targetNode ex:a ; sh:singleLine true ."
        " ex:Other sh:targetNode ex:a ; sh:expression [ sh:path rdf:type ; sh:nodes ex:C ] ; sh:deactivated true ."
    )
    return tmp_path


WHY = "sh:singleLine belongs to SHACL 1.2, which is not done here"


def run(data_and_shapes, form, engine="fast"):
    return kg(
        "validate",
        "--data",
        "data.ttl",
        "--shapes",
        "shapes.ttl",
        "--format",
        form,
        "--engine",
        engine,
        cwd=data_and_shapes,
        code=2,
    )


@ENGINES
def test_text_says_what_was_checked_and_what_was_not(data_and_shapes, engine):
    done = run(data_and_shapes, "text", engine)

    assert done.stderr == (
        f"0 violations, 0 warnings, 0 infos; 1 shape checked ({engine}), 1 not checked\nkg: {EX}Left was not checked: {WHY}\n"
    )


@ENGINES
def test_json_says_what_was_checked_and_what_was_not(data_and_shapes, engine):
    said = json.loads(run(data_and_shapes, "json", engine).stdout)

    assert (said["ok"], said["conforms"], said["findings"]) == (False, False, [])
    assert said["checked"] == [{"shape": f"{EX}Done", "engine": engine}]
    assert said["not_checked"] == [{"shape": f"{EX}Left", "why": WHY}]


@ENGINES
def test_sarif_says_what_was_checked_and_what_was_not(data_and_shapes, engine):
    (said,) = json.loads(run(data_and_shapes, "sarif", engine).stdout)["runs"]

    (invocation,) = said["invocations"]
    assert not invocation["executionSuccessful"]
    assert [one["message"]["text"] for one in invocation["toolExecutionNotifications"]] == [
        f"{EX}Left was not checked: {WHY}"
    ]
    assert said["properties"] == {"checkedShapes": {engine: [f"{EX}Done"]}}


@ENGINES
def test_junit_says_what_was_checked_and_what_was_not(data_and_shapes, engine):
    said = ET.fromstring(run(data_and_shapes, "junit", engine).stdout)  # noqa: S314  # our own text

    assert said.attrib == {"name": "kg validate", "tests": "1", "failures": "0", "errors": "1"}
    assert [(one.get("name"), one.get("value")) for one in said.iter("property")] == [
        (f"checked by {engine}", f"{EX}Done")
    ]
    assert [one.text for one in said.iter("error")] == [f"{EX}Left was not checked: {WHY}"]


@ENGINES
def test_annotations_say_what_was_checked_and_what_was_not(data_and_shapes, engine):
    said = run(data_and_shapes, "github", engine).stdout

    assert f"::error title=not checked::{EX}Left was not checked: {WHY}\n" in said
    assert said.endswith(f"; 1 shape checked ({engine}), 1 not checked\n")


@ENGINES
def test_turtle_says_what_was_checked_and_what_was_not(data_and_shapes, engine):
    said = run(data_and_shapes, "turtle", engine).stdout

    assert "sh:conforms false" in said
    assert f'shapes:checked [ shapes:shape <{EX}Done> ; shapes:engine "{engine}" ]' in said
    assert f'shapes:notChecked [ shapes:shape <{EX}Left> ; shapes:why "{WHY}" ]' in said
