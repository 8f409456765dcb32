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
        ('CONCAT(?n, 1) = "many1"', "an error for "many", "1"^^xsd:integer"),
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
