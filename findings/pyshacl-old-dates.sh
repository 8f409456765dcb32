#!/usr/bin/env bash
# The Ides of March of the year 44 before Christ are no date.
#
# Packages  pyshacl 0.40.1, rdflib 7.6.0 (Python)
# Seen      2026-11-27
# Expected  XML Schema 1.1 part 2, section 3.3.9 (3.2.9 in 1.0): an xsd:date has a year of four or more digits and may
#           be negative; section 3.3.7: the hour 24 is midnight at the end of the day. RDF 1.1, section 5.1, takes both,
#           and sh:datatype (SHACL 4.1.2) asks only that the text be a valid one.
# Happens   pyshacl reports them as ill-typed, because rdflib reads dates into Python's own type, which knows the years
#           1 to 9999 and the hours 0 to 23; the same years as xsd:gYear are taken. In SPARQL an old date is before
#           nothing and after nothing.
# Matters   A wiki on history gets violations that its authors cannot mend, and a timeline query drops its oldest rows
#           silently.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with pyshacl==0.40.1 rdflib==7.6.0 owlrl==7.6.2

python >got 2>/dev/null <<'PY'
from pyshacl import validate
from rdflib import Graph

SHAPES = """
@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :when ; sh:datatype xsd:%s ] .
"""
PREFIXES = "PREFIX : <http://example.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
ASK = PREFIXES + "ASK { ?s :when ?when FILTER(?when %s '2024-05-01'^^xsd:date) }"
for text, kind in (
    ("2020-03-15", "date"),
    ("-0044-03-15", "date"),
    ("12024-03-15", "date"),
    ("-0044", "gYear"),
    ("12024", "gYear"),
    ("2024-05-01T24:00:00Z", "dateTime"),
):
    data = Graph().parse(data=PREFIXES + f':a :when "{text}"^^xsd:{kind} .', format="turtle")
    conforms, _, _ = validate(data, shacl_graph=Graph().parse(data=SHAPES % kind, format="turtle"))
    line = f"{kind:8} {text:20} conforms {conforms!s:5}"
    if kind == "date":
        line += "  before 2024-05-01 {}, after {}".format(*(data.query(ASK % sign).askAnswer for sign in "<>"))
    print(line)
PY

same_as_seen <<'SEEN'
date     2020-03-15           conforms True   before 2024-05-01 True, after False
date     -0044-03-15          conforms False  before 2024-05-01 False, after False
date     12024-03-15          conforms False  before 2024-05-01 False, after False
gYear    -0044                conforms True 
gYear    12024                conforms True 
dateTime 2024-05-01T24:00:00Z conforms False
SEEN
