#!/usr/bin/env bash
# What SHACL finds depends on whether somebody reasoned before: owlrl changes how rdflib reads literals, for good.
#
# Packages  owlrl 7.6.2, pyshacl 0.40.1, rdflib 7.6.0 (Python)
# Seen      2026-11-27
# Expected  A closure computed over one graph leaves other graphs, and later validations in the same process, as they are.
# Happens   owlrl gives rdflib readings of its own for gYear, gYearMonth, gMonth, gDay, gMonthDay, Name, NCName, NMTOKEN,
#           dateTimeStamp and PlainLiteral while it runs, and does not take them back. Before, rdflib has no value
#           for a month and its bounds are not met; after a closure over any other graph the same data conforms. So it
#           does from the second call on of a validation with inference="owlrl".
# Matters   A server, a watcher or a test run gives another report for the same wiki, by what ran before it. Whoever uses
#           both in one process must keep `rdflib.term._toPythonMapping` and put it back.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with owlrl==7.6.2 pyshacl==0.40.1 rdflib==7.6.0

python >got <<'PY'
import owlrl
import pyshacl
from rdflib import XSD, Graph, Literal

PREFIXES = """@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def graph(text):
    return Graph().parse(data=PREFIXES + text, format="turtle")


def look(when):
    data = graph(':report :month "2024-02"^^xsd:gYearMonth .')
    shapes = graph(':S a sh:NodeShape ; sh:targetNode :report ; '
                   'sh:property [ sh:path :month ; sh:minInclusive "2024-01"^^xsd:gYearMonth ] .')
    value = Literal("2024-02", datatype=XSD.gYearMonth).value
    print(f"{when}: conforms {pyshacl.validate(data, shacl_graph=shapes)[0]}, the value is {value!r}")


look("before")
owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph(":other a :Thing ."))
look("after ")
PY

same_as_seen <<'SEEN'
before: conforms False, the value is None
after : conforms True, the value is '2024-02'
SEEN
