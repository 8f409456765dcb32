"""Expressions in the queries of shapes: exact where the engine is not, and named where they fail."""

import pytest
from support.commands import kg

from kg.check import validate

PREFIXES = """@prefix ex: <http://ex.example/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex.example/"^^xsd:anyURI ] ,
  [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#"^^xsd:anyURI ] .
"""


def checked(folder, data, query, engine="fast"):
    """The report of a query in a shape over some data."""
    files = folder / "data.ttl", folder / "shapes.ttl"
    shape = f'ex:S sh:targetSubjectsOf ex:n ; sh:sparql [ sh:prefixes ex: ; sh:select """{query}""" ] .'
    for file, text in zip(files, (data, shape), strict=True):
        file.write_text(PREFIXES + text, encoding="utf-8")
    return validate.validate_files(files[:1], files[1:], engine=engine)


@pytest.mark.parametrize(
    "condition",
    [
        "?n + 1 > ?n", "?n * 2 = 18446744073709551614", "?n IN (5, 9223372036854775807.0)", "-?n - 2 < -9223372036854775808",
        "xsd:integer(?n) + 0.0000000001 * 0.0000000001 > ?n",
    ],
)  # fmt: skip
def test_sums_beyond_64_bits_are_checked_exactly(tmp_path, condition):
    query = f"SELECT $this ?value {{ $this ex:n ?n BIND(?n AS ?value) FILTER({condition}) }}"

    report = checked(tmp_path, "ex:a ex:n 9223372036854775807 .", query)

    assert len(report.results) == 1
    assert (report.notes, report.unchecked) == ((), ())


def test_a_sum_of_a_group_may_be_beyond_64_bits(tmp_path):
    query = "SELECT $this (SUM(?n) AS ?value) { $this ex:n ?n } GROUP BY $this HAVING (SUM(?n) > 9223372036854775807)"

    report = checked(tmp_path, "ex:a ex:n 9223372036854775807, 5 .", query)

    assert [one.value.value for one in report.results] == ["9223372036854775812"]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("?n < 5", '"many"'),
        ("?n + 1 < 5", 'an error for "many"'),
        ('?n < "2024-01-01"^^xsd:date', '"many" and "2024-01-01"^^xsd:date have no order'),
        ("ABS(?n) < 5", 'an error for "many"'),
        ('CONCAT(?n, 1) = "many1"', 'an error for "many", "1"^^xsd:integer'),
    ],
)
def test_a_shape_whose_expression_fails_is_named(tmp_path, condition, words):
    report = checked(tmp_path, 'ex:a ex:n "many" .', f"SELECT $this {{ $this ex:n ?n FILTER({condition}) }}")

    (note,) = report.notes
    assert note.startswith(f"http://ex.example/S: {condition}".partition(" < ")[0].partition(" = ")[0])
    assert words in note


@pytest.mark.parametrize(
    "condition", ["?m < 5", "COALESCE(?n + 1, 0) = 1", "ISNUMERIC(?n) && ?n < 5", "BOUND(?m) && ?m > ?n", '?n != "few"']
)
def test_what_is_meant_to_fail_is_not_told(tmp_path, condition):
    query = f"SELECT $this {{ $this ex:n ?n OPTIONAL {{ $this ex:m ?m }} FILTER({condition}) }}"

    assert checked(tmp_path, 'ex:a ex:n "many" .', query).notes == ()


def test_the_command_line_says_which_shape_may_have_passed_over_something(tmp_path):
    checked(tmp_path, 'ex:a ex:n "many" .', "SELECT $this { $this ex:n ?n FILTER(?n < 5) }")

    done = kg("validate", "--data", "data.ttl", "--shapes", "shapes.ttl", cwd=tmp_path)

    assert done.returncode == 0
    assert 'note: http://ex.example/S: ?n < 5: "many" and "5"^^xsd:integer have no order (once)' in done.stderr


ILL_FORMED = [
    ("date", "2024-02-30"), ("date", "2023-02-29"), ("date", "2024-01-01+14:01"), ("time", "25:00:00"), ("time", "12:00"),
    ("dateTime", "2024-01-01"), ("dateTimeStamp", "2024-01-01T00:00:00"), ("byte", "300"), ("int", "2147483648"),
    ("unsignedByte", "-1"), ("negativeInteger", "5"), ("positiveInteger", "0"), ("unsignedLong", "18446744073709551616"),
    ("integer", "abc"), ("integer", "1.0"), ("decimal", "1e5"), ("double", "inf"), ("boolean", "yes"), ("gYear", "24"),
    ("gYearMonth", "2024-13"), ("gMonthDay", "--02-30"), ("duration", "P1YT"), ("yearMonthDuration", "P1D"),
    ("hexBinary", "0"), ("base64Binary", "a"), ("language", "en_US"), ("NMTOKEN", "a b"), ("Name", "1a"),
]  # fmt: skip
LEAST = {
    "date": '"0001-01-01"^^xsd:date', "time": '"00:00:00"^^xsd:time', "dateTime": '"0001-01-01T00:00:00"^^xsd:dateTime',
    "dateTimeStamp": '"0001-01-01T00:00:00Z"^^xsd:dateTime', "gYear": '"0001"^^xsd:gYear',
}  # fmt: skip


@pytest.fixture(scope="module")
def what_ill_formed_texts_break(tmp_path_factory):
    """The components that each text breaks, by its datatype: all in one run."""
    folder = tmp_path_factory.mktemp("ill-formed")
    files = folder / "data.ttl", folder / "shapes.ttl"
    shape = (
        "ex:S{0} sh:targetNode ex:a{0} ; sh:property [ sh:path ex:n ; sh:datatype xsd:{1} ] , [ sh:path ex:n ; sh:minInclusive {2} ] ;"
        ' sh:sparql [ sh:prefixes ex: ; sh:select """SELECT $this ?value {{ $this ex:n ?value FILTER(?value >= {2}) }}""" ] .\n'
    )
    data = "".join(f'ex:a{row} ex:n "{text}"^^xsd:{kind} .\n' for row, (kind, text) in enumerate(ILL_FORMED))
    shapes = "".join(shape.format(row, kind, LEAST.get(kind, "-99999")) for row, (kind, _) in enumerate(ILL_FORMED))
    for file, text in zip(files, (data, shapes), strict=True):
        file.write_text(PREFIXES + text, encoding="utf-8")
    report = validate.validate_files(files[:1], files[1:])
    return {
        pair: {one.component.value.partition("#")[2] for one in report.results if one.focus.value.endswith(f"/a{row}")}
        for row, pair in enumerate(ILL_FORMED)
    }


@pytest.mark.parametrize("pair", ILL_FORMED, ids=" ".join)
def test_a_text_that_is_none_of_its_datatype_has_no_value(what_ill_formed_texts_break, pair):
    """It breaks sh:datatype and every bound, and no query finds it to be in order."""
    expected = {"DatatypeConstraintComponent", "MinInclusiveConstraintComponent"}

    assert what_ill_formed_texts_break[pair] == expected


@pytest.mark.parametrize("call", ["NOW() > ?n", "RAND() < 2 && ?n < 2", "STRUUID ( ) != ?n"])
def test_a_shape_whose_query_differs_at_every_run_is_named(tmp_path, call):
    (note, *_) = checked(
        tmp_path, "ex:a ex:n 1 .", f"SELECT $this {{ $this ex:n ?n FILTER(COALESCE({call}, true)) }}"
    ).notes

    assert note.endswith("() is another at every run")


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
def test_an_import_that_is_not_followed_is_told_unless_its_file_is_there(tmp_path, engine):
    texts = {
        "shapes": "ex:mine owl:imports ex:other . ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI .",
        "other": "ex:other a owl:Ontology .",
        "data": "ex:a ex:n 1 .",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.ttl").write_text(
            f"{PREFIXES}@prefix owl: <http://www.w3.org/2002/07/owl#> .\n{text}", encoding="utf-8"
        )
    data, shapes, other = (tmp_path / f"{name}.ttl" for name in ("data", "shapes", "other"))

    assert validate.validate_files([data], [shapes], engine=engine).notes == (
        "owl:imports http://ex.example/other is not followed; give its file beside this one",
    )
    assert validate.validate_files([data], [shapes, other], engine=engine).notes == ()


@pytest.mark.parametrize(
    ("data", "condition", "matches"),
    [
        ('"7"^^xsd:int', "DATATYPE(?n) = xsd:int", True), ('"7"^^xsd:int', "datatype(?n) != xsd:int", False),
        ("01", "SAMETERM(?n, 1)", False), ("1", "sameTerm(?n, 1)", True), ("1.50", "DATATYPE(?n) = xsd:decimal", True),
    ],
)  # fmt: skip
def test_a_query_sees_the_datatype_and_the_term_that_the_data_have(tmp_path, data, condition, matches):
    report = checked(tmp_path, f"ex:a ex:n {data} .", f"SELECT $this {{ $this ex:n ?n FILTER({condition}) }}")

    assert (len(report.results), report.unchecked) == (int(matches), ())
    assert bool(report.refused) is (data in ('"7"^^xsd:int', "01"))
