"""SHACL over files of RDF: what the fast engine refuses, hands on, says and writes."""

import json
import re

import pytest
from support.commands import kg

from kg.check import validate
from kg.model.finding import KgError, Level
from kg.rdf import lexical_forms
from kg.shacl import literals, results, shapes_graph
from kg.shacl.terms import iri

PREFIXES = """
@prefix ex: <http://ex.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex.example/"^^xsd:anyURI ] .
"""
EX = "http://ex.example/"


@pytest.fixture
def checked(tmp_path):
    """Return a function that validates Turtle against shapes in Turtle."""

    def check(data, shapes=None, **how):
        files = []
        for name, text in (("data", data), ("shapes", shapes)):
            if text is not None:
                files.append(tmp_path / f"{name}.ttl")
                files[-1].write_text(PREFIXES + text, encoding="utf-8")
        return validate.validate_files(files[:1], files[1:], **how)

    return check


def found(checked):
    return [
        (one.focus.value.removeprefix(EX), str(one.value or ""), one.component.value.rpartition("#")[2].removesuffix("ConstraintComponent"))
        for one in checked.results
    ]  # fmt: skip


# ---- terms as they are written ---------------------------------------------------------------------------------------


def test_a_literal_is_reported_as_the_file_writes_it(checked):
    done = checked(
        "ex:a ex:p 1.50, 007 .", "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] ."
    )

    assert [str(one.value) for one in done.results] == [
        '"007"^^<http://www.w3.org/2001/XMLSchema#integer>', '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
    ]  # fmt: skip


def test_two_spellings_of_a_number_are_two_values_and_no_other_datatype_than_said(checked):
    done = checked(
        'ex:a ex:p 1, 01 . ex:b ex:p "7"^^xsd:int .',
        """ex:S sh:targetSubjectsOf ex:p ; sh:property
        [ sh:path ex:p ; sh:maxCount 1 ; sh:datatype xsd:int ; sh:minInclusive 5 ; sh:maxExclusive "8"^^xsd:byte ] .""",
    )

    assert [(focus, kind) for focus, _, kind in found(done)] == [
        ("a", "MaxCount"), ("a", "Datatype"), ("a", "MinInclusive"), ("a", "Datatype"), ("a", "MinInclusive"),
    ]  # fmt: skip


def test_queries_reckon_with_numbers_and_report_them_as_written(checked):
    done = checked(
        'ex:a ex:p "7"^^xsd:int, 2.50 .',
        """ex:S sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex: ;
        sh:select "SELECT $this ?value { $this ex:p ?value FILTER(?value * 2 > 4.9) }" ] .""",
    )

    assert [value for _, value, _ in found(done)] == [
        '"2.50"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"7"^^<http://www.w3.org/2001/XMLSchema#int>',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("integer", "+012", "1.0"), ("byte", "-128", "128"), ("unsignedInt", "4294967295", "-1"), ("boolean", "1", "True"),
        ("decimal", ".5", "1e3"), ("double", "-INF", "1,5"), ("date", "2024-02-29Z", "2026-02-29"), ("gYear", "-0044", "26"),
        ("dateTime", "2026-01-02T24:00:00", "2026-01-02"), ("dateTimeStamp", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05"),
        ("duration", "-P1Y2M3DT4H5M6.7S", "P1S"), ("dayTimeDuration", "PT0S", "P1Y"), ("yearMonthDuration", "P1Y", "P"),
        ("hexBinary", "0aFF", "abc"), ("base64Binary", "AAA=", "A==="), ("language", "de-CH", "de_CH"),
        ("token", "a b", "a  b"), ("NCName", "été", "1a"), ("NMTOKEN", "1-a", "a b"), ("gMonthDay", "--02-29", "-02-29"),
        ("anyURI", "anything goes", None), ("time", "12:00:00.5+14:00", "25:00:00"),
    ],
)  # fmt: skip
def test_a_text_is_held_to_its_datatype(name, right, wrong, checked):
    shapes = f"ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:datatype xsd:{name} ] ."

    assert checked(f'ex:a ex:p "{right}"^^xsd:{name} .', shapes).conforms
    if wrong is not None:
        assert not checked(f'ex:a ex:p "{wrong}"^^xsd:{name} .', shapes).conforms


@pytest.mark.parametrize("text", ["9" * 40, "-" + "9" * 40])
def test_very_long_numbers_are_integers_and_in_no_bounded_type(text):
    def well_formed(name):
        return lexical_forms.well_formed(lexical_forms.ox.Literal(text, datatype=iri(f"xsd:{name}")))

    assert well_formed("integer")
    assert not well_formed("long")
    assert well_formed("nonNegativeInteger") is not text.startswith("-")


# ---- constraints that the suite says little about --------------------------------------------------------------------


def test_an_expression_that_looks_ahead_is_matched_all_the_same(checked):
    done = checked(
        'ex:a ex:p "ab", "AC", ex:b .',
        'ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:pattern "^a(?!c)" ; sh:flags "i" ] .',
    )

    assert [value for _, value, _ in found(done)] == ['"AC"', "<http://ex.example/b>"]


PATTERNS = [
    ('"^[a-z-[aeiou]]+$"', ["'a-b'", "'abc'"]),
    ('"\\\\p{IsGreekandCoptic}"', ["'a-b'", "'abc'", "'bcd'"]),
    ('"^[\\\\i-[:]][\\\\c-[:]]*$"', []),
    ('"A # B" ; sh:flags "x"', ["'a-b'", "'abc'", "'bcd'"]),
    ('"A.B" ; sh:flags "qi"', ["'a-b'", "'abc'", "'bcd'"]),
    ('"^(.).\\\\1$"', ["'a-b'", "'abc'", "'bcd'"]),
]


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
@pytest.mark.parametrize(("pattern", "broken"), PATTERNS, ids=[pattern for pattern, _ in PATTERNS])
def test_patterns_are_xpaths_in_both_engines(pattern, broken, engine, checked):
    done = checked(
        'ex:a ex:p "abc", "bcd", "a-b", "λ-λ" .',
        f"ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:pattern {pattern} ] .",
        engine=engine,
    )
    values = sorted(f"'{one.value.value}'" for one in done.results if "λ" not in one.value.value)

    assert values == broken
    assert not any("?:" in text.value for one in done.results for text in one.messages)


def test_numbers_and_times_beyond_what_the_engine_holds_have_their_order(checked):
    done = checked(
        """ex:a ex:p 99999999999999999999, -99999999999999999999, 0.1234567890123456789, "18446744073709551615"^^xsd:unsignedLong,
        "2026-01-01T00:00:00.1234567890123456789Z"^^xsd:dateTime ; ex:q 9223372036854775808 ; ex:r 9223372036854775809 .""",
        """ex:S sh:targetNode ex:a ;
        sh:property [ sh:path ex:p ; sh:minInclusive 0 ] , [ sh:path ex:p ; sh:maxExclusive 99999999999999999999.5 ] ;
        sh:property [ sh:path ex:q ; sh:lessThan ex:r ] , [ sh:path ex:r ; sh:lessThanOrEquals ex:q ] .""",
    )
    values = [(str(one.value.value), one.component.value.rpartition("#")[2][:4]) for one in done.results]

    assert sorted(values) == [
        ("-99999999999999999999", "MinI"),
        ("2026-01-01T00:00:00.1234567890123456789Z", "MaxE"),
        ("2026-01-01T00:00:00.1234567890123456789Z", "MinI"),
        ("9223372036854775809", "Less"),
    ]


def test_queries_of_shapes_reckon_as_the_standard_says(checked):
    done = checked(
        'ex:a ex:n 99999999999999999999 ; ex:t "2026" ; ex:m 1 , <b> . ex:b ex:n 1 .',
        """ex:S sh:targetSubjectsOf ex:n ;
        sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this ?value { $this ex:n ?value FILTER(?value > 10) }" ] ;
        sh:sparql [ sh:prefixes ex: ; sh:select \'\'\'SELECT $this (REPLACE(?t, "(.)2", "$1x") AS ?value) { $this ex:t ?t }\'\'\' ] ;
        sh:sparql [ sh:prefixes ex: ;
          sh:select "SELECT $this (STRLEN(GROUP_CONCAT(?m)) AS ?value) { $this ex:m ?m } GROUP BY $this" ] .""".replace(
            "\\", ""
        ),
    )
    values = [one.value.value for one in done.results]

    assert len(values) == 3
    assert set(values) >= {"99999999999999999999", "20x6"}


def test_truth_values_have_an_order(checked):
    shapes = "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:lessThan ex:q ] ."

    assert checked("ex:a ex:p false ; ex:q true .", shapes).conforms
    assert not checked("ex:a ex:p true ; ex:q true .", shapes).conforms


def test_a_node_of_which_the_data_say_nothing_is_reached_by_no_step(checked):
    done = checked(
        "ex:a ex:p ex:b .",
        """ex:S sh:targetNode ex:nowhere, "text" ; sh:property [ sh:path [ sh:zeroOrMorePath ex:p ] ; sh:maxCount 0 ] .""",
    )

    assert [focus for focus, _, _ in found(done)] == ["text", "nowhere"]


def test_an_implicit_target_and_its_subclasses(checked):
    done = checked(
        "ex:Small rdfs:subClassOf ex:Thing . ex:a a ex:Small . ex:b a ex:Other .",
        "ex:Thing a rdfs:Class, sh:NodeShape ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
    )

    assert found(done) == [("a", "", "MinCount")]


def test_shapes_may_stand_in_the_data(checked):
    done = checked("ex:S sh:targetNode ex:a ; sh:class ex:C . ex:a a ex:D .")

    assert found(done) == [("a", f"<{EX}a>", "Class")]


# ---- what cannot be used, and what goes to pyshacl -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ("sh:property [ sh:minCount 1 ]", "a property shape needs sh:path"),
        ("sh:minCount 1", "sh:minCount may stand only in a shape with sh:path"),
        ("sh:property [ sh:path ex:p, ex:q ]", "sh:path may stand once"),
        ("sh:property [ sh:path ex:p ; sh:minCount 1, 2 ]", "sh:minCount may stand once"),
        ("sh:property [ sh:path ex:p ; sh:maxCount 'one' ]", "sh:maxCount needs a whole number"),
        ("sh:property [ sh:path ( ex:p ) ]", "a sequence path needs a list of two or more paths"),
        ("sh:property [ sh:path [ sh:inversePath ex:p ; sh:zeroOrOnePath ex:q ] ]", "neither a property nor"),
        ("sh:property [ sh:path 'p' ]", "is no property path"),
        ("sh:datatype 'string'", "sh:datatype needs an IRI"),
        ("sh:nodeKind ex:IRI", "sh:nodeKind needs one of"),
        ("sh:in ex:list", "sh:in needs a list"),
        ("sh:or ( 'x' )", "sh:or needs a shape"),
        ("sh:pattern '['", "sh:pattern is no regular expression: ["),
        ("sh:pattern 1", "sh:pattern needs a text"),
        ("sh:closed 'yes'", "sh:closed needs true or false"),
        ("sh:closed true ; sh:ignoredProperties ( 'p' )", "sh:ignoredProperties needs a list of IRIs"),
        ("sh:languageIn ( ex:en )", "sh:languageIn needs a list of language tags"),
        ("sh:severity 'bad'", "sh:severity needs one IRI"),
        ("sh:message 1", "sh:message needs a text"),
        ("sh:targetClass 'C'", "sh:targetClass needs an IRI"),
        ("sh:minInclusive ex:a", "sh:minInclusive needs a literal"),
        ("sh:sparql [ sh:message 'no query' ]", "a query is missing: sh:select"),
        ("sh:sparql [ sh:select 1 ]", "sh:select needs one text"),
        ("sh:sparql [ sh:select 'ASK { $this ?p ?o }' ]", "sh:select needs a SELECT, found ASK"),
        ("sh:sparql [ sh:select 'CONSTRUCT { $this ?p ?o } { $this ?p ?o }' ]", "needs a SELECT, found CONSTRUCT"),
        ("sh:sparql [ sh:select 'SELECT $this { $this ?p ?o FILTER(REGEX(?o, \"[\")) }' ]", "line 1, column 35: '[' is never closed"),
        ("sh:pattern '[[:alpha:]]'", "'[:…:]' is no class of XPath"),
        ("sh:pattern 'a' ; sh:flags 'z'", "'z' is no flag"),
        ("sh:sparql [ sh:select 'SELECT $this { $this $PATH ?x }' ]", "its query uses $PATH, but it is a node shape"),
        ("sh:sparql [ sh:select 'SELECT $this { VALUES ?x { 1 } }' ]", "VALUES is not allowed in SHACL"),
    ],
)  # fmt: skip
def test_ill_formed_shapes_are_refused_by_name(shape, why, checked):
    with pytest.raises(KgError, match=f"the shapes cannot be used: .*{re.escape(why)}"):
        checked("ex:a ex:p ex:a .", f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; {shape} .")


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
@pytest.mark.parametrize(
    "query",
    [
        "ASK { $this ?p ?o }",
        "CONSTRUCT { $this ?p ?o } { $this ?p ?o }",
        "SELECT $this { $this ?p ?o FILTER(STR(1, 2)) }",
    ],
)
def test_whatever_an_engine_raises_is_one_line_about_the_shapes(query, engine, checked):
    with pytest.raises(KgError, match=r"shapes[.]ttl:\d+: the shapes cannot be used: ") as refused:
        checked("ex:a ex:p ex:a .", f"ex:S sh:targetNode ex:a ; sh:sparql [ sh:select '{query}' ] .", engine=engine)

    assert "\n" not in str(refused.value)


def test_an_entailment_that_nobody_does_is_refused_and_not_forgotten(checked):
    with pytest.raises(KgError, match=r"sh:entailment .* is not done here"):
        checked("ex:a ex:p 1 .", "ex:S sh:targetNode ex:a . ex: sh:entailment <http://www.w3.org/ns/entailment/RDFS> .")


def test_what_nothing_refers_to_may_be_ill_formed(checked):
    assert checked("ex:a ex:p 1 .", "ex:S sh:targetNode ex:a . ex:T sh:property [ sh:path () ] .").results == ()


LEFT = "ex:S sh:targetNode ex:a ; sh:expression [ sh:path ex:p ] ; sh:class ex:C ."


def test_a_shape_with_advanced_features_goes_to_pyshacl_and_is_named(checked):
    done = checked("ex:a ex:p ex:b .", LEFT + "ex:T sh:targetNode ex:a ; sh:class ex:D .")

    assert done.refused == (f"{EX}S: sh:expression belongs to SHACL's advanced features",)
    assert {(one.shape.removeprefix(EX), one.engine) for one in done.shapes} == {("S", "pyshacl"), ("T", "fast")}
    assert {
        shape.value.removeprefix(EX) for shape in (one.shape for one in done.results) if hasattr(shape, "value")
    } >= {"S", "T"}
    assert sum(one.shape == literals.ox.NamedNode(f"{EX}T") for one in done.results) == 1


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ("sh:expression [ ] ; sh:targetNode ex:a", "sh:expression belongs to SHACL's advanced features"),
        ("sh:target [ sh:select 'SELECT ?this { ?this ?p ?o }' ]", "sh:target belongs to SHACL's advanced features"),
        ("sh:targetNode ex:a ; sh:sparql [ sh:select 'SELECT $this { ?x unknown:p $this }' ]", "its query is no SPARQL here"),
    ],
)  # fmt: skip
def test_what_the_fast_engine_cannot_do_is_refused_with_a_reason(shape, why, tmp_path):
    from kg.shacl import data  # only this test runs the engine alone
    from kg.shacl import run_shapes as check

    path = tmp_path / "shapes.ttl"
    path.write_text(f"{PREFIXES} ex:S {shape} . ex:a ex:p ex:a .")
    (refused,) = check.validate(data.fill(data.triples([path])), shapes_graph.read(data.triples([path]))).refused

    assert refused.shape.value == f"{EX}S"
    assert why in refused.why


# ---- queries ---------------------------------------------------------------------------------------------------------


def select(text, more=""):
    return f'ex:S sh:targetSubjectsOf ex:p ; {more} sh:sparql [ sh:prefixes ex: ; sh:message "{{$this}} has {{?n}}"@en ; sh:select "{text}" ] .'


DATA = "ex:a ex:p 1, 2 . ex:b ex:p 3 ; ex:q ex:a ."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT $this (COUNT(?x) AS ?n) { $this ex:p ?x } GROUP BY $this HAVING (COUNT(?x) > 1)", ["a has 2"]),
        ("SELECT $this ?n { $this ex:p ?n } ORDER BY DESC(?n) LIMIT 1", ["a has 2", "b has 3"]),
        (
            "SELECT $this ?n { { SELECT $this (MAX(?x) AS ?n) { $this ex:p ?x } GROUP BY $this } }",
            ["a has 2", "b has 3"],
        ),
        ("SELECT $this ('one' AS ?n) { $this ex:p ?x }", ["a has one", "b has one"]),
        ("SELECT $this ('own words' AS ?message) { $this ex:q ?x }", ["own words"]),
        ("SELECT $this { BIND(1 AS ?n) FILTER NOT EXISTS { ?x ex:q $this . ?x ex:p 3 } }", ["b has {?n}"]),
    ],
)
def test_queries_see_each_focus_node_by_itself(text, expected, checked):
    done = checked(DATA, select(text))

    assert [one.message.replace(EX, "") for one in done.findings] == expected


def test_the_shape_of_a_query_is_known_to_it(checked):
    done = checked(
        DATA,
        "ex:S ex:limit 2 . " + select("SELECT $this ?value { GRAPH $shapesGraph { $currentShape ex:limit ?n } $this ex:p ?value FILTER(?value > ?n) }"),
    )  # fmt: skip

    assert [focus for focus, _, _ in found(done)] == ["b"]


COMPONENT = """
ex:Between a sh:ConstraintComponent ; sh:labelTemplate "from {$low} to {?high}" ;
  sh:parameter [ sh:path ex:low ] , [ sh:path ex:high ; sh:optional true ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER($value >= $low && (!bound($high) || $value <= $high)) }" ] .
"""


def test_a_component_of_ones_own_has_parameters_that_may_be_missing(checked):
    done = checked(
        DATA,
        COMPONENT + """ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; ex:low 2 ; ex:high 2 ], [ sh:path ex:p ; ex:low 2 ] .""",
    )  # fmt: skip

    assert [one.message for one in done.findings] == ["from 2 to 2", "from 2 to {?high}", "from 2 to 2"]
    assert {one.component.value for one in done.results} == {f"{EX}Between"}


def test_a_component_with_a_select_for_each_kind_of_shape(checked):
    done = checked(
        DATA,
        """ex:Less a sh:ConstraintComponent ; sh:parameter [ sh:path ex:less ] ;
        sh:nodeValidator [ a sh:SPARQLSelectValidator ; sh:prefixes ex: ; sh:message "at {$this}" ;
          sh:select "SELECT $this { $this ex:p ?x FILTER(?x >= $less) }" ] ;
        sh:propertyValidator [ a sh:SPARQLSelectValidator ; sh:message "{?value} is {$less} or more" ;
          sh:select "SELECT $this ?value { $this $PATH ?value FILTER(?value >= $less) }" ] .
        ex:S sh:targetSubjectsOf ex:p ; ex:less 3 ; sh:property [ sh:path ex:p ; ex:less 2 ] .""",
    )

    assert [one.message for one in done.findings] == ["2 is 2 or more", "3 is 2 or more", f"at {EX}b"]


# ---- reports ---------------------------------------------------------------------------------------------------------

SHAPES = """ex:S sh:targetSubjectsOf ex:p ;
  sh:property [ sh:path [ sh:inversePath ex:q ] ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "nobody"@en, "niemand"@de ] ."""


def test_a_report_in_turtle_is_read_back_as_the_same_results(checked):
    done = checked(DATA, SHAPES)
    text = results.turtle(results.Report(done.results))

    from kg.check.pyshacl_engine import _results  # reads the reports of the other engine

    said = shapes_graph.read(
        (quad.subject, quad.predicate, quad.object)
        for quad in literals.ox.parse(text, format=literals.ox.RdfFormat.TURTLE)
    )
    (back,) = _results(said)
    assert (back.focus, back.path, back.severity, set(back.messages)) == (
        done.results[0].focus, done.results[0].path, iri("sh:Warning"), set(done.results[0].messages),
    )  # fmt: skip
    assert text == results.turtle(results.Report(checked(DATA, SHAPES).results))


def test_of_several_messages_a_finding_has_the_english_one(checked):
    (finding,) = checked(DATA, SHAPES).findings

    assert (finding.message, finding.level, finding.focus) == ("nobody", Level.WARNING, f"{EX}b")


@pytest.fixture
def files(tmp_path):
    for name, text in (
        ("data.ttl", DATA),
        ("good.ttl", "ex:c ex:q ex:d ."),
        ("shapes.ttl", SHAPES.replace("Warning", "Violation")),
    ):
        (tmp_path / name).write_text(PREFIXES + text)
    return tmp_path


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
def test_files_are_validated_without_a_store(files, engine):
    done = kg("validate", "--engine", engine, "--data", "data.ttl", "--shapes", "shapes.ttl", cwd=files, code=1)

    assert done.stdout == f"{EX}b: violation: nobody [S]\n"
    assert done.stderr == f"1 violation, 0 warnings, 0 infos; 1 shape checked ({engine})\n"
    kg("validate", "--engine", engine, "--data", "good.ttl", "--shapes", "shapes.ttl", cwd=files, code=0)


def test_more_files_may_follow_and_the_report_has_forms(files):
    args = ("validate", "--shapes", "shapes.ttl", "--data", "good.ttl", "data.ttl")

    said = json.loads(kg(*args, "--format", "json", cwd=files, code=1).stdout)
    assert (said["conforms"], said["counts"]["violation"], said["findings"][0]["focus"]) == (False, 1, f"{EX}b")
    assert "sh:resultPath [ <http://www.w3.org/ns/shacl#inversePath> <http://ex.example/q> ]" in kg(
        *args, "--format", "turtle", cwd=files, code=1
    ).stdout  # fmt: skip


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (("--data", "nowhere.ttl"), "nowhere.ttl: no such file"),
        (("--data", "shapes.docx"), "shapes.docx: not a file of RDF; use .ttl"),
        (("--data", "data.ttl", "--shapes", "broken.ttl"), "broken.ttl: not readable as Turtle"),
        (("--data", "data.ttl", "--shapes", "far.ttl"), "SERVICE would reach the network"),
    ],
)
def test_files_that_cannot_be_used_are_named(args, complaint, files):
    (files / "broken.ttl").write_text("no Turtle")
    (files / "far.ttl").write_text(PREFIXES + select("SELECT $this { SERVICE <https://far.example/> { $this ?p ?o } }"))

    assert complaint in kg("validate", *args, cwd=files, code=2).stderr


def test_a_shape_left_to_pyshacl_is_named_on_the_command_line(files):
    (files / "odd.ttl").write_text(PREFIXES + LEFT)

    done = kg("validate", "--data", "data.ttl", "--shapes", "odd.ttl", cwd=files, code=1)
    assert f"note: left to pyshacl: {EX}S: sh:expression belongs" in done.stderr
    assert f"{EX}a: violation: " in done.stdout
