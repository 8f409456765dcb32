"""Files of RDF and of settings as editors and other tools leave them: with byte order marks, by other names."""

import codecs

import pytest

from kg.check import profiles, validate
from kg.settings import dialect, kg_toml

DATA = "@prefix ex: <http://ex.example/> .\nex:a ex:p 1 ."
SHAPES = "@prefix ex: <http://ex.example/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\nex:S sh:targetSubjectsOf ex:p ; sh:class ex:C ."
TRIPLE = "<http://ex.example/a> <http://ex.example/p> 'x' .".replace("'", '"')
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://ex.example/">
<rdf:Description rdf:about="http://ex.example/a"><ex:p>1</ex:p></rdf:Description></rdf:RDF>"""
JSON = '{"@id": "http://ex.example/a", "http://ex.example/p": 1}'
MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("d.ttl", DATA), ("d.trig", DATA), ("d.nt", TRIPLE), ("d.nq", TRIPLE), ("d.rdf", XML), ("d.jsonld", JSON),
        ("d.owl", XML), ("d.owl", DATA), ("d.OWL", f'<?xml version="1.0" encoding="utf-16"?>\n{XML}'), ("d.rdfs", DATA),
    ],
)  # fmt: skip
def test_a_byte_order_mark_is_read_over_in_every_format(name, text, encoding, tmp_path):
    if encoding == "utf-8":
        text = text.replace(' encoding="utf-16"', "")
    (tmp_path / name).write_bytes(MARKS[encoding] + text.encode(encoding))
    (tmp_path / "shapes.ttl").write_bytes(MARKS[encoding] + SHAPES.encode(encoding))

    done = validate.validate_files([tmp_path / name], [tmp_path / "shapes.ttl"])

    assert [one.focus.value for one in done.results] == ["http://ex.example/a"]


@pytest.mark.parametrize("text", [XML, DATA, f"<!-- made by hand -->\n{XML}", f"# made by hand\n{DATA}", TRIPLE])
def test_an_owl_file_is_read_as_what_it_begins_as(text, tmp_path):
    (tmp_path / "d.owl").write_text(text)
    (tmp_path / "shapes.ttl").write_text(SHAPES)

    assert len(validate.validate_files([tmp_path / "d.owl"], [tmp_path / "shapes.ttl"]).results) == 1


def test_a_byte_order_mark_is_read_over_in_settings(tmp_path):
    for name, text in (
        ("kg.toml", 'wiki = "wiki"\nprofile = "lenient"\n'),
        ("own.toml", 'extends = "generic"\n'),
        ("strict.toml", "[levels]\n"),
    ):
        (tmp_path / name).write_bytes(codecs.BOM_UTF8 + text.encode())

    assert kg_toml.load(tmp_path / "kg.toml").profile == "lenient"
    assert dialect.load(str(tmp_path / "own.toml"))
    assert profiles.read(str(tmp_path / "strict.toml"), set(), {})
