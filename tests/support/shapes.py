"""What the engine is asked by the shape of a question, held against what is made for the question alone."""

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.ask import engine_text, query, question_shapes
from kg.ask.scope import Scope
from kg.model.kg_error import KgError
from kg.rdf import names
from kg.rdf.expression_failures import Failures

BASE = "https://w.example/"
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
