"""The shape of a question: what the engine is asked for another of it is what it would be asked without."""

import pytest
from support.places import SHARED
from support.shapes import IRIS, SCOPE, STORE, asked, held, learnt

from kg.ask import query, question_shapes
from kg.ask.question_shapes import Shapes
from kg.model.kg_error import KgError
from kg.rdf.terms import OURS

W3C = sorted((SHARED / "w3c").rglob("*.rq")) if SHARED.is_dir() else []
SHORT = "SELECT ?p ?o {{ <{iri}> ?p ?o }} LIMIT {number}"


@pytest.mark.skipif(not W3C, reason="no ../shared")
def test_so_is_each_query_of_the_w3c_that_has_a_shape():
    shapes, count = Shapes(), 0
    for path in W3C:
        text = path.read_text(encoding="utf-8")
        try:
            shape = learnt(text, shapes)
        except KgError:
            continue
        if shape and shapes.find(shape):
            for iri in (None, *IRIS):
                count += held(shapes, shape.text([iri if iri and one[0] == "<" else one for one in shape.others]))

    assert count > len(W3C) // 2


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("SELECT ?p { <a> ?p <b> } LIMIT 3", ("<a>", "<b>", "3")),
        ("PREFIX x: <http://x.example/#>\nASK { x:a x:b <c> }", ("<c>",)),
        ("SELECT * { <a> <b> ?c FILTER(?c = <d>) } OFFSET 2", ("<a>", "<b>", "2")),
        ("SELECT * { ?a ?b 'x' FILTER(?a = <d>) } LIMIT 2", None),
        ("SELECT * { ?a ?b ?c FILTER <f>(?a) . <d> ?b ?c }", ("<d>",)),
        ("SELECT * { ?a ?b ?c FILTER <f> (?a) }", ()),
        ("SELECT * { <a> ?b ?c } # <d>", None),
        ("SELECT * { SERVICE <a> { ?b ?c ?d } }", None),
        ("SELECT * { ?a nr:matches ?b }", None),
        (f"SELECT * {{ <{OURS}a> ?b ?c }}", None),
        ("SELECT * { <a> ?kg_1 ?c }", None),
        ("# a comment\nSELECT * { <a> ?b ?c }", None),
        ("SELECT * { <a> ?b ?c } LIMIT 2" + " " * 2_000, None),
        ("SELECT * { <a> ?b 2.5 } LIMIT 2.5", ("<a>",)),
        ("", None),
    ],
)
def test_an_iri_outside_of_brackets_and_a_limit_may_be_another(text, others):
    shape = question_shapes.taken_apart(text)

    assert (shape and shape.others) == others


def test_a_shape_is_learnt_when_it_comes_again_and_the_eldest_goes():
    shapes = Shapes(most=2)
    text = SHORT.format(iri="http://x.example/", number=3)
    texts = [text, f"{text} ", f" {text}"]
    first = question_shapes.taken_apart(texts[0])
    shapes.learn(first, asked(texts[0]), asked)
    assert shapes.find(first) is None
    for text in texts:
        learnt(text, shapes)

    assert shapes.find(first) is None
    assert shapes.find(question_shapes.taken_apart(texts[2])).text == asked(texts[2]).text


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { <http://none.example/> nr:linksTo* ?x }",  # what the store has decides
        "SELECT ?x FROM <a> FROM <b> { ?x ?y <c> }",  # graphs that are copied
        "SELECT ?x { ?x ?y <c> ; ?z 7310000001 } LIMIT 2",  # our mark
    ],
)
def test_what_hangs_on_more_than_the_words_is_made_each_time(text):
    shapes = Shapes()
    shape = learnt(text, shapes)

    assert shapes.find(shape) is None
    shapes.learn(shape, asked(text), lambda _: pytest.fail("it was tried again"))


def test_what_the_engine_does_not_take_is_said_by_who_reads_it_whole():
    shapes = Shapes()
    text = SHORT.format(iri="http://x.example/", number=3)
    learnt(text, shapes)
    known = shapes.find(question_shapes.taken_apart(SHORT.format(iri="http://x.example/%", number=3)))

    assert query.of_known(STORE, known, SCOPE) is None
