"""Where the two engines differ: each row of the table in docs/shacl.md, with what each finds, and which is right."""

import re
from importlib.metadata import version

import pytest
from rdflib import term
from support.places import ROOT

from kg.check import validate

PREFIXES = """@prefix ex: <http://ex.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex.example/"^^xsd:anyURI ] ,
  [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#"^^xsd:anyURI ] .
"""
UNCHECKED = "unchecked"
# As rdflib reads literals when it was imported: before any test ran.
CONVERSIONS = dict(term._toPythonMapping)


def query(text):
    return f'ex:S sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex: ; sh:select """{text}""" ] .'


def values(constraint):
    return f"ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; {constraint} ] ."


# By row of the table: the data, the shapes, and what each engine finds: the texts of values, or that nothing was checked.
ROWS = {
    "FILTER(false)": ("ex:a ex:p 1 .", query("SELECT $this { $this ex:p ?v FILTER(false) }"), [], [f"{'http://ex.example/'}a"]),
    "bounds of xsd:gYear, xsd:gYearMonth, xsd:gMonthDay": (
        'ex:a ex:p "2024-02"^^xsd:gYearMonth .', values('sh:minInclusive "2024-01"^^xsd:gYearMonth'), [], ["2024-02"],
    ),
    "a date-time without a time zone against a bound with one": (
        'ex:a ex:p "2024-01-01T00:00:00"^^xsd:dateTime .', values('sh:minInclusive "2023-01-01T00:00:00Z"^^xsd:dateTime'),
        [], ["2024-01-01T00:00:00"],
    ),
    "MIN and MAX where a row is unbound": (
        "ex:a ex:p ex:x, ex:y . ex:x ex:q 3 .",
        query("SELECT $this (MIN(?v) AS ?value) { $this ex:p ?o OPTIONAL { ?o ex:q ?v } } GROUP BY $this"),
        ["http://ex.example/a"], ["3"],
    ),
    "base direction": ('ex:a ex:p "x"@ar--rtl .', values("sh:datatype rdf:langString"), ["x"], []),
    "a cast to xsd:gYear": (
        'ex:a ex:p "2026" .', query('SELECT $this ?value { $this ex:p ?value FILTER(xsd:gYear(?value) = "2026"^^xsd:gYear) }'),
        ["2026"], UNCHECKED,
    ),
    "sh:minLength 0 of a blank node": ("ex:a ex:p [] .", values("sh:minLength 0"), ["f0b2"], []),
    "sh:lessThan of a blank node": ("ex:a ex:p [] ; ex:q 1 .", values("sh:lessThan ex:q"), ["f0b2"], UNCHECKED),
    'sh:uniqueLang "1"': ('ex:a ex:p "a"@en, "b"@en .', values('sh:uniqueLang "1"^^xsd:boolean'), [], ["None"]),
    "texts that are none of their datatype": (
        'ex:a ex:p "2024-13"^^xsd:gYearMonth .', values("sh:datatype xsd:gYearMonth"), ["2024-13"], [],
    ),
    "midnight as 24:00:00": ('ex:a ex:p "24:00:00"^^xsd:time .', values("sh:datatype xsd:time"), [], ["24:00:00"]),
    "years of five digits": ('ex:a ex:p "12024-01-01"^^xsd:date .', values("sh:datatype xsd:date"), [], ["12024-01-01"]),
    "$ in sh:pattern before a last line end": ('ex:a ex:p "a\\n" .', values('sh:pattern "a$"'), ["a\n"], []),
    "a{,2} in sh:pattern": ('ex:a ex:p "a{,2}" .', values('sh:pattern "^a{,2}$"'), [], ["a{,2}"]),
    "REGEX and REPLACE in a query": (
        'ex:a ex:p "B" .', query("SELECT $this { $this ex:p ?v FILTER(REGEX(?v, '^[A-Z-[AEIOU]]$')) }"), ["http://ex.example/a"], [],
    ),
    "STR of a number": (
        "ex:a ex:p 1.50 .", query("SELECT $this (STR(?v) AS ?value) { $this ex:p ?v }"), ["1.5"], ["1.50"],
    ),
    "COUNT(DISTINCT …) of numbers": (
        "ex:a ex:p 1, 01 .", query("SELECT $this (COUNT(DISTINCT ?v) AS ?value) { $this ex:p ?v } GROUP BY $this"), ["1"], ["2"],
    ),
    "a date without a time zone equals one with": (
        'ex:a ex:p "2024-01-01"^^xsd:date .', query("SELECT $this { $this ex:p ?v FILTER(?v = '2024-01-01Z'^^xsd:date) }"),
        [], ["http://ex.example/a"],
    ),
    "xsd:dateTimeStamp in a query": (
        'ex:a ex:p "2024-01-01T00:00:00Z"^^xsd:dateTimeStamp .',
        query("SELECT $this { $this ex:p ?v FILTER(?v < '2025-01-01T00:00:00Z'^^xsd:dateTime) }"), ["http://ex.example/a"], [],
    ),
    "an error among the values of NOT IN": (
        "ex:a ex:p 7 .", query("SELECT $this { $this ex:p ?v FILTER(?v NOT IN (1/0, 8)) }"), [], ["http://ex.example/a"],
    ),
    "ISNUMERIC of an ill-formed number": (
        'ex:a ex:p "x"^^xsd:integer .', query("SELECT $this { $this ex:p ?v FILTER(ISNUMERIC(?v)) }"), [], ["http://ex.example/a"],
    ),
    "IN with numbers of two types": (
        "ex:a ex:p 1 .", query("SELECT $this { $this ex:p ?v FILTER(?v IN (1.0)) }"), ["http://ex.example/a"], [],
    ),
    "an empty list in sh:and, sh:or, sh:xone": ("ex:a ex:p 1 .", "ex:S sh:targetNode ex:a ; sh:or () .", ["http://ex.example/a"], UNCHECKED),
    "prefixes that an ontology imports (owl:imports)": (
        "ex:a ex:p 1 .",
        'ex:o owl:imports ex: . ex:S sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex:o ; sh:select "SELECT $this { $this ex:p ?v }" ] .',
        ["http://ex.example/a"], UNCHECKED,
    ),
    "sh:ignoredProperties without sh:closed": (
        "ex:a ex:p 1 .", "ex:S sh:targetNode ex:a ; sh:ignoredProperties ( ex:p ) ; sh:nodeKind sh:IRI .", [], UNCHECKED,
    ),
    "decimals of a division": (
        "ex:a ex:p 1 .", query("SELECT $this (1/3 AS ?value) { $this ex:p ?v }"),
        ["0.333333333333333333"], ["0.3333333333333333333333333333"],
    ),
    "a path of no step in a query": (
        "ex:b ex:p 1 .", query("SELECT $this ?value { $this ex:p* ?value }"), [], ["http://ex.example/a"],
    ),
    "\\w in sh:pattern and an underline": ('ex:a ex:p "_" .', values(r'sh:pattern "^\\w"'), ["_"], []),
    "shapes that refer to themselves over five steps and more": (
        "ex:a ex:p ex:b . ex:b ex:p ex:c . ex:c ex:p ex:d . ex:d ex:p ex:e . ex:e ex:p ex:f . ex:f ex:q 1 .",
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:q ; sh:maxCount 0 ] , [ sh:path ex:p ; sh:node ex:S ] .",
        ["http://ex.example/b"], UNCHECKED,
    ),
    "the values of an ASK in a property shape": (
        "ex:a ex:p 1 .",
        "ex:Big a sh:ConstraintComponent ; sh:parameter [ sh:path ex:big ] ; sh:validator [ a sh:SPARQLAskValidator ;"
        ' sh:ask "ASK { FILTER($value > $big) }" ] . ' + values("ex:big 5"), ["1"], ["None"],
    ),
}  # fmt: skip


@pytest.fixture
def untouched_rdflib(monkeypatch):
    """Have rdflib read literals as it does where no other test has run owlrl, which changes that for good."""
    monkeypatch.setattr(term, "_toPythonMapping", dict(CONVERSIONS))


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
@pytest.mark.parametrize("row", ROWS)
@pytest.mark.usefixtures("untouched_rdflib")
def test_an_engine_finds_what_the_table_says(row, engine, tmp_path):
    data, shapes, *expected = ROWS[row]
    files = [tmp_path / "data.ttl", tmp_path / "shapes.ttl"]
    for file, text in zip(files, (data, shapes), strict=True):
        file.write_text(PREFIXES + text, encoding="utf-8")

    done = validate.validate_files(files[:1], files[1:], engine=engine)

    want = expected[engine == "pyshacl"]
    found = [one.value.value if one.value else "None" for one in done.results]
    assert (UNCHECKED if done.unchecked else found) == want
    assert not (done.unchecked and done.conforms)


def test_the_table_has_these_rows_and_the_versions_that_they_were_tried_with():
    text = (ROOT / "docs/shacl.md").read_text(encoding="utf-8")
    table = re.search(r"\n\| what \| fast .*?\n\n", text, re.DOTALL)[0]

    assert [line.split("|")[1].strip().replace("`", "") for line in table.strip().split("\n")[2:]] == list(ROWS)
    for library in ("pyoxigraph", "pyshacl", "rdflib"):
        assert f"{library} {version(library)}" in text
