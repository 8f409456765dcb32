#!/usr/bin/env bash
# A whole number made of a double is one that nobody wrote, and of twenty digits a filter and its opposite drop the row.
#
# Packages  pyoxigraph 0.5.13, rdflib 7.6.0 (Python)
# Seen      2026-11-27
# Expected  xsd:integer has no limit (XML Schema 1.1 part 2, section 3.4.13); a processor with one says so by an error.
#           1e18 is exact as a double, and xsd:integer(1e18) is 1000000000000000000.
# Happens   pyoxigraph casts 1e18 to 1000000000000000042; rdflib has no value for the cast at all. A literal beyond 64
#           bits is no number to pyoxigraph: `= 7` and `!= 7` are both errors, so both filters leave the row out, and in
#           ORDER BY it stands behind 1e25. rdflib compares and sorts all three.
# Matters   Views, followers and sums in the smallest unit of a currency vanish from both halves of a report, and a
#           rounded figure gets digits at its end. Compare such values outside, or as texts of one length.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with pyoxigraph==0.5.13 rdflib==7.6.0

python >got <<'PY'
import pyoxigraph
import rdflib

DATA = "@prefix : <http://example.org/> . :a :n 7 . :b :n 99999999999999999999 . :c :n 1e25 ."
QUERIES = (
    "SELECT ?x { BIND(<http://www.w3.org/2001/XMLSchema#integer>(1e18) AS ?x) }",
    "SELECT ?x { ?x :n ?n FILTER(?n = 7) }",
    "SELECT ?x { ?x :n ?n FILTER(?n != 7) }",
    "SELECT ?x { ?x :n ?n } ORDER BY ?n",
)
store = pyoxigraph.Store()
store.load(DATA, format=pyoxigraph.RdfFormat.TURTLE)
graph = rdflib.Graph().parse(data=DATA, format="turtle")
for query in QUERIES:
    text = "PREFIX : <http://example.org/> " + query
    print(query)
    print("  pyoxigraph", [row["x"].value.split("/")[-1] for row in store.query(text)])
    print("  rdflib", [str(row[0]).split("/")[-1] for row in graph.query(text)])
PY

same_as_seen <<'SEEN'
SELECT ?x { BIND(<http://www.w3.org/2001/XMLSchema#integer>(1e18) AS ?x) }
  pyoxigraph ['1000000000000000042']
  rdflib []
SELECT ?x { ?x :n ?n FILTER(?n = 7) }
  pyoxigraph ['a']
  rdflib ['a']
SELECT ?x { ?x :n ?n FILTER(?n != 7) }
  pyoxigraph ['c']
  rdflib ['b', 'c']
SELECT ?x { ?x :n ?n } ORDER BY ?n
  pyoxigraph ['a', 'c', 'b']
  rdflib ['a', 'b', 'c']
SEEN
