"""The shape of a question: what the engine is asked for another of it is what it would be asked without."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store
from support.places import SHARED
from support.tier import CASES
from test_random_queries import BASE, queries

from kg.ask import engine_text, query, question_shapes
from kg.ask.question_shapes import Shapes
from kg.ask.scope import Scope
from kg.model.kg_error import KgError
from kg.rdf import names
from kg.rdf.expression_failures import Failures
from kg.rdf.terms import OURS

SCOPE = Scope(BASE)
STORE = Store()
STORE.add(Quad(NamedNode(f"{BASE}id/a"), NamedNode(f"{BASE}p"), Literal("b"), NamedNode(f"{BASE}g")))
IRIS = (
    "<http://other.example/x>",
    "<y#z>",
    "<>",
    f"<{names.expand('xsd:integer')}>",
    "<urn:x:(1)>",
    "<http://a.example/by>",
)
NUMBERS = ("0", "1", "017", "99999")
W3C = sorted((SHARED / "w3c").rglob("*.rq")) if SHARED.is_dir() else []
SHORT = "SELECT ?p ?o {{ <{iri}> ?p ?o }} LIMIT {number}"


def asked(text):
    return engine_text.for_engine(STORE, text, {}, Failures(), SCOPE)


def learnt(text, shapes):
    """What the engine is asked by the shape of a text that came twice; None where it has none."""
    shape = question_shapes.taken_apart(text)
    if shape is not None:
        for _ in range(2):
            shapes.learn(shape, asked(text), asked)
    return shape


def held(shapes, text):
    """Hold what a shape gives for a text against what is made for it alone."""
    shape = question_shapes.taken_apart(text)
    known = shapes.find(shape) if shape else None
    if known is None:
        return False
    try:
        made = asked(text)
    except KgError:  # the engine refuses the IRI, and so it does in the text of the shape
        return query.of_known(STORE, known, SCOPE) is None

    assert (known.text, known.union) == (made.text, made.union)
    assert made.graphs is None
    called = {name for name in made.functions if name.value in made.text}
    assert called == {name for name in known.functions if name.value in known.text}
    assert known.prefixed or ":" not in question_shapes._IRI.sub("", known.text)
    return True


@settings(max_examples=CASES, deadline=None)
@given(queries(), st.data())
def test_another_question_of_a_shape_is_asked_in_the_words_that_are_made_for_it(text, data):
    shapes = Shapes()
    text = text + data.draw(st.sampled_from(("", " LIMIT 5", " OFFSET 3", " LIMIT 10 OFFSET 20", "\nlimit 7")))
    try:
        shape = learnt(text, shapes)
    except KgError:
        return
    if shape is None:
        return
    others = [data.draw(st.sampled_from(IRIS if one[0] == "<" else NUMBERS)) for one in shape.others]

    assert shape.text(shape.others) == text
    held(shapes, shape.text(others))


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
