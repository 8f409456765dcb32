"""Shapes that are ill-formed, or that use what nobody here checks: named by both engines, whatever the data hold."""

import re

import pytest
from support.pages import BASE, stored

from kg.check import validate
from kg.model.finding import KgError, Level

PREFIXES = """@prefix ex: <http://ex.example/> .
@prefix dash: <http://datashapes.org/dash#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LINE = PREFIXES.count("\n") + 1
EX = "http://ex.example/"
ENGINES = pytest.mark.parametrize("engine", ["fast", "pyshacl"])


@pytest.fixture
def validated(tmp_path):
    """Return a function that validates Turtle against shapes, both with the usual prefixes."""

    def check(data, shapes, engine="fast"):
        files = [tmp_path / "data.ttl", tmp_path / "shapes.ttl"]
        for file, text in zip(files, (data, shapes), strict=True):
            file.write_text(PREFIXES + text, encoding="utf-8")
        return validate.validate_files(files[:1], files[1:], engine=engine)

    return check


@ENGINES
@pytest.mark.parametrize(
    ("shapes", "why"),
    [
        ("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; dash:singleLine true ] .", "dash#singleLine belongs to DASH"),
        ("ex:S sh:targetNode ex:a ; dash:closedByTypes true .", "dash#closedByTypes belongs to DASH"),
        ("ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] . ex:S sh:targetNode ex:a ; ex:most 1 .",
         "ex.example/C, whose parameters it has, is declared without a validator"),
    ],
)  # fmt: skip
def test_a_constraint_of_dash_or_without_a_validator_is_not_checked_and_nothing_conforms(
    shapes, why, engine, validated
):
    done = validated("ex:a ex:p 1 .", shapes, engine)

    assert (done.conforms, [one.shape for one in done.shapes if not one.engine]) == (False, [f"{EX}S"])
    assert why in done.shapes[0].why


def test_a_constraint_of_dash_that_the_shapes_declare_is_checked(validated):
    done = validated(
        "ex:a ex:p 'x' .",
        "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path dash:singleLine ] ; "
        'sh:validator [ sh:ask "ASK { FILTER(!$singleLine) }" ] . ex:S sh:targetNode ex:a ; dash:singleLine true . '
        "sh:MinCountConstraintComponent a sh:ConstraintComponent ; sh:parameter [ sh:path sh:minCount ] .",
    )

    assert ([one.focus.value for one in done.results], done.unchecked) == ([f"{EX}a"], ())


@ENGINES
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("sh:deactivated true, false", "sh:deactivated may stand once"),
        ('sh:deactivated "1"^^xsd:boolean', 'sh:deactivated needs true or false, found "1"'),
        ('sh:closed "1"^^xsd:boolean', 'sh:closed needs true or false, found "1"'),
        ('sh:pattern "a" ; sh:flags "z"', "'z' is no flag"),
        ('sh:pattern "a" ; sh:flags "i"@en', "sh:flags needs one text"),
        ('sh:pattern "("', "'(' is never closed"),
        ('sh:sparql "SELECT $this { $this ?p ?v }"', "a query is missing: sh:select"),
        ('sh:sparql [ sh:select "SELECT $this { $this ?p ?v }"@en ]', "sh:select needs one text"),
        ('sh:sparql [ sh:select "SELECT $this { $this no:p ?v }" ]', "line 1, column 22: the prefix no: is not declared"),
        ('sh:sparql [ sh:prefixes ex:none ; sh:select "SELECT $this { $this a :T }" ]', "the prefix : is not declared"),
        ('sh:sparql [ sh:prefixes [ sh:declare [ sh:prefix "no:" ; sh:namespace "http://a/" ] ] ; sh:select "SELECT $this {}" ]',
         "without a colon, found"),
        ('sh:sparql [ sh:prefixes [ sh:declare [ sh:prefix "no" ; sh:namespace "no iri" ] ] ; sh:select "SELECT $this {}" ]',
         "sh:namespace of no: needs a whole IRI, found"),
    ],
)  # fmt: skip
def test_what_is_ill_formed_is_refused_with_its_place_also_where_no_node_is_asked(said, why, engine, validated):
    shapes = f"ex:S a sh:NodeShape ; sh:targetClass ex:T ; {said} ."
    for data in ("ex:a a ex:T .", "ex:a a ex:Other ."):
        with pytest.raises(KgError, match=re.escape(why)) as caught:
            validated(data, shapes, engine)

        assert f"shapes.ttl:{LINE}: the shapes cannot be used: {EX}S" in str(caught.value)


def test_severities_of_shacl_1_2_are_information_and_ones_own_are_violations(validated):
    words = {"Debug": "sh:Debug", "Trace": "sh:Trace", "Info": "sh:Info", "Warning": "sh:Warning", "Own": "ex:Grave"}
    shape = "ex:{0} sh:targetNode ex:a ; sh:severity {1} ; sh:class ex:C ; sh:message '{0}' ."

    done = validated("ex:a ex:p 1 .", "".join(shape.format(*pair) for pair in words.items()))

    levels = {one.message: one.level for one in done.findings}
    low = dict.fromkeys(("Debug", "Trace", "Info"), Level.INFO)
    assert levels == {**low, "Warning": Level.WARNING, "Own": Level.VIOLATION}
    assert not done.conforms


def test_what_a_parser_says_is_the_same_each_time_and_shows_what_nobody_sees(tmp_path):
    file = tmp_path / "d.ttl"
    said = {}
    for name, text in {
        "mark": PREFIXES + "\ufeffex:a ex:p 1 .",
        "triple": PREFIXES + "ex:a ex:p [] {| ex:why 1 |} .",
    }.items():
        file.write_text(text, encoding="utf-8")
        for _ in range(2):
            with pytest.raises(KgError) as caught:
                validate.validate_files([file], [])
            said.setdefault(name, set()).add(str(caught.value))

    assert {name: len(lines) for name, lines in said.items()} == {"mark": 1, "triple": 1}
    assert r"The prefix \ufeffex: has not been declared" in said["mark"].pop()
    assert "a triple about a triple" in said["triple"].pop()


def test_xml_is_read_in_the_encoding_that_it_names(tmp_path):
    file = tmp_path / "d.rdf"
    xml = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:ex="{EX}"><rdf:Description rdf:about="{EX}a"><ex:p>é</ex:p></rdf:Description></rdf:RDF>'
    )
    file.write_bytes(xml.encode("latin-1"))
    (tmp_path / "s.ttl").write_text(
        f"{PREFIXES}ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxLength 0 ] ."
    )

    done = validate.validate_files([file], [tmp_path / "s.ttl"])

    assert [one.value.value for one in done.results] == ["é"]


@pytest.mark.parametrize(
    "text", ["", "# nothing yet", "@prefix sh: <http://www.w3.org/ns/shacl/> . <urn:s> a sh:NodeShape ."]
)
def test_a_file_of_shapes_in_which_no_shape_stands_is_named_for_a_wiki_too(text, tmp_path):
    (tmp_path / "none.ttl").write_text(text)
    store = stored({"notes/x.md": b"# X\n\nWords.\n"}, dialect_name="generic")

    done = validate.validate(store, BASE, "lenient", [tmp_path / "none.ttl"])

    assert not done.conforms
    assert [(one.shape, "no shape stands in it" in one.why) for one in done.shapes if not one.engine] == [
        ("the shapes graph", True)
    ]
