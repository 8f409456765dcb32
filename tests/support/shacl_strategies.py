"""Random graphs and random shapes: small, with every constraint component of SHACL Core and every kind of path."""

import pyoxigraph as ox
from hypothesis import strategies as st

from kg.shacl.terms import NIL, TYPE, iri

EX = "http://ex.example/"
A, B, C = (ox.NamedNode(EX + name) for name in "ABC")
P, Q, R, N = (ox.NamedNode(EX + name) for name in "pqrn")
NODES = [ox.NamedNode(EX + name) for name in "abcd"] + [ox.BlankNode("x"), ox.BlankNode("y")]
XSD = iri("xsd:string").value.removesuffix("string")


def typed(text, datatype):
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


# No boolean and no date is among them: pyshacl finds them smaller than 2, and SPARQL does not compare them.
LITERALS = [
    ox.Literal("one"), ox.Literal("Two words"), ox.Literal(""), ox.Literal("one", language="en"),
    ox.Literal("zwei", language="de"), ox.Literal("deux", language="fr-be"), typed("1", "integer"), typed("2", "integer"),
    typed("30", "integer"), typed("2.5", "decimal"), typed("7", "int"),
]  # fmt: skip
TERMS = NODES + LITERALS

triple = st.one_of(
    st.tuples(st.sampled_from(NODES), st.sampled_from([P, Q, R]), st.sampled_from(TERMS)),
    st.tuples(st.sampled_from(NODES), st.just(TYPE), st.sampled_from([A, B, C])),
    st.tuples(st.sampled_from(NODES), st.just(N), st.sampled_from(LITERALS[6:11])),
)
facts = st.lists(triple, max_size=14).map(lambda found: [(B, iri("rdfs:subClassOf"), A), *dict.fromkeys(found)])

# pyshacl does not bind $value to an empty text
facts_for_queries = facts.map(lambda found: [one for one in found if one[2] != ox.Literal("")])


class Shapes:
    """Triples of shapes as they are drawn, with blank nodes of their own."""

    def __init__(self, draw, kinds):
        self.draw = draw
        self.kinds = kinds
        self.triples = []
        self.count = 0

    def fresh(self):
        self.count += 1
        return ox.BlankNode(f"s{self.count}")

    def pick(self, options):
        return self.draw(st.sampled_from(options))

    def say(self, node, word, *values):
        self.triples += [(node, iri(word), value) for value in values]

    def listed(self, members):
        head = NIL
        for member in reversed(members):
            node = self.fresh()
            self.say(node, "rdf:first", member)
            self.say(node, "rdf:rest", head)
            head = node
        return head

    def path(self, depth=2):
        kind = self.pick(["predicate"] * 3 + ["inverse", "sequence", "alternative", "more", "some", "maybe"])
        if kind == "predicate" or not depth:
            return self.pick([P, Q, R, N])
        if kind == "sequence":
            return self.listed([self.path(depth - 1), self.path(depth - 1)])
        node = self.fresh()
        if kind == "alternative":
            self.say(node, "sh:alternativePath", self.listed([self.path(depth - 1), self.path(depth - 1)]))
        else:
            word = {"inverse": "inverse", "more": "zeroOrMore", "some": "oneOrMore", "maybe": "zeroOrOne"}[kind]
            self.say(node, f"sh:{word}Path", self.path(depth - 1))
        return node

    def shape(self, depth, node=None, *, path=None):
        node = node or self.fresh()
        path = self.draw(st.booleans()) if path is None else path
        self.say(node, "rdf:type", iri("sh:PropertyShape" if path else "sh:NodeShape"))
        if path:
            self.say(node, "sh:path", self.path())
        if self.draw(st.integers(0, 9)) == 0:
            self.say(node, "sh:deactivated", typed("true", "boolean"))
        if self.draw(st.booleans()):
            self.say(node, "sh:severity", iri(self.pick(["sh:Violation", "sh:Warning", "sh:Info"])))
        for name in self.draw(st.lists(st.sampled_from(self.kinds), min_size=1, max_size=3, unique=True)):
            self.constrain(node, name, depth, path=path)
        return node

    def constrain(self, node, name, depth, *, path):
        simple = _SIMPLE.get(name)
        if simple:
            self.say(node, f"sh:{name}", self.pick(simple))
        elif name == "sparql":
            self.query(node, path=path)
        elif name == "asks" or (name == "selects" and path):
            self.triples.append((node, ox.NamedNode(EX + name), self.pick([P, Q] if name == "asks" else NODES[:3])))
        elif name == "in":
            self.say(node, "sh:in", self.listed(self.draw(st.lists(st.sampled_from(TERMS[:4] + LITERALS), max_size=5))))
        elif name == "languageIn":
            self.say(node, "sh:languageIn", self.listed([ox.Literal(self.pick(["en", "de", "fr"])) for _ in range(2)]))
        elif name == "closed":
            self.say(node, "sh:closed", typed("true", "boolean"))
            self.say(node, "sh:ignoredProperties", self.listed([TYPE, self.pick([P, Q])]))
        elif name in _OF_PROPERTIES:
            if path:
                self.say(node, f"sh:{name}", self.pick(_OF_PROPERTIES[name]))
        elif depth:
            self.nest(node, name, depth - 1, path=path)

    def query(self, node, *, path):
        """Add a constraint with a query, and one by a component that the shapes graph declares."""
        query = self.fresh()
        self.say(node, "sh:sparql", query)
        self.say(query, "sh:select", ox.Literal(self.pick([*QUERIES, *(PATH_QUERIES if path else [])])))
        self.say(query, "sh:prefixes", ox.NamedNode(EX))
        self.say(query, "sh:message", ox.Literal("found {?value} at {$this}"))

    def component(self):
        """Declare the prefix of the queries, and a component with an ASK and one with a SELECT."""
        prefix = self.fresh()
        self.say(ox.NamedNode(EX), "sh:declare", prefix)
        self.say(prefix, "sh:prefix", ox.Literal("ex"))
        self.say(prefix, "sh:namespace", typed(EX, "anyURI"))
        for name, word, text in (("asks", "sh:ask", ASK), ("selects", "sh:select", SELECT)):
            component, parameter, validator = ox.NamedNode(f"{EX}{name}-component"), self.fresh(), self.fresh()
            self.say(component, "rdf:type", iri("sh:ConstraintComponent"))
            self.say(component, "sh:parameter", parameter)
            self.say(parameter, "sh:path", ox.NamedNode(EX + name))
            kind = "ask" if name == "asks" else "select"
            self.say(component, "sh:validator" if name == "asks" else "sh:propertyValidator", validator)
            self.say(validator, "rdf:type", iri(f"sh:SPARQL{kind.title()}Validator"))
            self.say(validator, word, ox.Literal(text))
            self.say(validator, "sh:prefixes", ox.NamedNode(EX))

    def nest(self, node, name, depth, *, path):
        if name in ("and", "or", "xone"):
            listed = [self.shape(depth) for _ in range(self.draw(st.integers(1, 3)))]
            self.say(node, f"sh:{name}", self.listed(listed))
        elif name in ("not", "node"):
            self.say(node, f"sh:{name}", self.shape(depth, path=False if name == "node" else None))
        elif name == "property":
            self.say(node, "sh:property", self.shape(depth, path=True))
        elif name == "qualified" and path:
            self.say(node, "sh:qualifiedValueShape", self.shape(depth, path=False))
            self.say(node, self.pick(["sh:qualifiedMinCount", "sh:qualifiedMaxCount"]), self.pick(_COUNTS))

    def siblings(self, node):
        """Add two property shapes whose qualified value shapes must not hold for the same value."""
        for _ in range(2):
            prop = self.fresh()
            self.say(node, "sh:property", prop)
            self.say(prop, "sh:path", P)
            self.say(prop, "sh:qualifiedValueShape", self.shape(0, path=False))
            self.say(prop, "sh:qualifiedMinCount", typed("1", "integer"))
            self.say(prop, "sh:qualifiedValueShapesDisjoint", typed("true", "boolean"))


_COUNTS = [typed(str(number), "integer") for number in range(3)]
_SIMPLE = {
    "class": [A, B, C],
    "datatype": [iri(f"xsd:{name}") for name in ("string", "integer", "int", "date", "boolean")] + [iri("rdf:langString")],
    "nodeKind": [
        iri(f"sh:{name}")
        for name in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
    ],
    "minInclusive": LITERALS[6:10], "maxInclusive": LITERALS[6:10],
    "minExclusive": LITERALS[6:10], "maxExclusive": LITERALS[6:10],
    # pyshacl lets blank nodes pass sh:minLength 0, which SHACL does not
    "minLength": _COUNTS[1:], "maxLength": _COUNTS,
    "pattern": [ox.Literal("^o"), ox.Literal("[0-9]"), ox.Literal("o w"), ox.Literal("^$")],
    "equals": [P, Q], "disjoint": [P, Q], "hasValue": TERMS[:4] + LITERALS[:3],
}  # fmt: skip
_OF_PROPERTIES = {
    "minCount": _COUNTS, "maxCount": _COUNTS, "uniqueLang": [typed("true", "boolean")],
    # n has numbers only: pyshacl puts IRIs and texts of all languages in the order of their letters
    "lessThan": [N], "lessThanOrEquals": [N],
}  # fmt: skip
KINDS = [
    *_SIMPLE, *_OF_PROPERTIES, "in", "languageIn", "closed", "and", "or", "xone", "not", "node", "property", "qualified",
]  # fmt: skip


QUERIES = [
    "SELECT $this ?value WHERE { $this ex:p ?value }",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this ex:p ?x . ?x ex:q ?y } }",
    "SELECT $this ?value WHERE { { $this ex:p ?value } UNION { ?value ex:q $this } }",
    "SELECT $this ?value WHERE { $this ex:p ?value . OPTIONAL { ?value ex:q ?o } FILTER(!BOUND(?o)) }",
    "SELECT $this WHERE { FILTER(isIRI($this)) }",
    "SELECT $this WHERE { { FILTER(isLiteral($this)) } UNION { $this ex:p ex:a } }",
    "SELECT $this ?value WHERE { ?value ex:p ?o FILTER NOT EXISTS { ?o ex:q ?z . ?z ex:r $this . FILTER(?z != $this) } }",
    "SELECT $this ?path ?value WHERE { $this ?path ?value . FILTER(?path IN (ex:p, ex:q)) }",
    "SELECT $this ?value WHERE { $this ex:p ?a . { ?a ex:q ?value . $this ex:r ?b } UNION { ?value ex:r ?a } }",
    "SELECT $this ?value WHERE { $this ex:p/ex:q ?value . FILTER NOT EXISTS { $this ^ex:r/ex:p ?value } }",
    "SELECT $this ?b WHERE { BIND(STR($this) AS ?b) FILTER(STRLEN(?b) > 3) }",
]  # fmt: skip
PATH_QUERIES = [
    "SELECT $this ?value WHERE { $this $PATH ?value . FILTER(isLiteral(?value)) }",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this $PATH ?value . ?value ex:q ?x } }",
]
ASK = "ASK { FILTER NOT EXISTS { $value $asks ?x } }"
SELECT = "SELECT DISTINCT $this ?value WHERE { $this $PATH ?value . FILTER NOT EXISTS { ?value ex:q $selects . $selects ex:p ?x } }"
WITH_QUERIES = [*KINDS, "sparql", "sparql", "sparql", "asks", "selects"]


@st.composite
def shapes(draw, *, queries=False):
    """Return the triples of a shapes graph with one or two shapes that have targets."""
    made = Shapes(draw, WITH_QUERIES if queries else KINDS)
    if queries:
        made.component()
    for name in ("S", "T")[: draw(st.integers(1, 2))]:
        node = made.shape(2, ox.NamedNode(EX + name))
        # A query's own path of no step does not lead from a node of which the data say nothing: a named gap.
        kinds = ["targetClass", "targetSubjectsOf", "targetObjectsOf", *([] if queries else ["targetNode"])]
        kind = draw(st.sampled_from(kinds))
        options = {"targetClass": [A, C], "targetNode": [*NODES[:4], ox.NamedNode(EX + "nowhere"), LITERALS[0]]}
        made.say(node, f"sh:{kind}", draw(st.sampled_from(options.get(kind, [P, Q]))))
        if draw(st.integers(0, 4)) == 0:
            made.siblings(node)
    return made.triples
