#!/usr/bin/env bash
# Being lenient about warnings makes valid data fail, and lets a violation pass.
#
# Packages  pyshacl 0.40.1, rdflib 7.6.0 (Python)
# Seen      2026-11-27
# Expected  allow_warnings leaves out of account the results of severity sh:Warning and sh:Info and changes nothing
#           else: what conformed before still does, and a report with a sh:Violation does not. To SHACL, section 2.1.4,
#           the severity has no part in the validation; section 4.6.1: sh:not fails where the node conforms to the inner
#           shape.
# Happens   The leniency also acts inside sh:not and sh:or, where a warning now counts as conforming: data that was
#           valid turns invalid under sh:not, and a violation disappears from the report under sh:or. Where the severity
#           stands on the node shape and the constraint in its property shape, "conforms" is true beside a sh:Violation
#           in the same report.
# Matters   A gate that lets warnings through must run without the option and count the severities of the results
#           itself.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with pyshacl==0.40.1 rdflib==7.6.0 owlrl==7.6.2

python >got <<'PY'
from pyshacl import validate
from rdflib import SH, Graph

PREFIXES = "@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . "
DATA = ":a :says 1 ."
SOURCE = "sh:property [ sh:path :source ; sh:minCount 1 ; sh:severity sh:Warning ]"
DATE = "sh:property [ sh:path :date ; sh:minCount 1 ; sh:severity sh:Warning ]"
SHAPES = {
    "a warning": SOURCE,
    "not": f"sh:not [ {SOURCE} ]",
    "or": f"sh:or ( [ {SOURCE} ] [ {DATE} ] )",
    "outer severity": "sh:severity sh:Warning ; sh:property [ sh:path :source ; sh:minCount 1 ]",
}
for name, shape in SHAPES.items():
    for lenient in (False, True):
        shapes = Graph().parse(data=f"{PREFIXES} :S a sh:NodeShape ; sh:targetNode :a ; {shape} .", format="turtle")
        data = Graph().parse(data=PREFIXES + DATA, format="turtle")
        conforms, report, _ = validate(data, shacl_graph=shapes, allow_warnings=lenient)
        severities = sorted(value.split("#")[1] for value in report.objects(None, SH.resultSeverity))
        print(f"{name:15} allow_warnings {lenient!s:5}  conforms {conforms!s:5}", *severities)
PY

same_as_seen <<'SEEN'
a warning       allow_warnings False  conforms False Warning
a warning       allow_warnings True   conforms True  Warning
not             allow_warnings False  conforms True 
not             allow_warnings True   conforms False Violation
or              allow_warnings False  conforms False Violation
or              allow_warnings True   conforms True 
outer severity  allow_warnings False  conforms False Violation
outer severity  allow_warnings True   conforms True  Violation
SEEN
