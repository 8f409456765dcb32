#!/usr/bin/env bash
# 1 = 1.0, but 1 IN (1.0) is false; and an error among the values of NOT IN makes it true.
#
# Packages  rdflib 7.6.0, pyoxigraph 0.5.13 (Python)
# Seen      2026-11-27
# Expected  SPARQL 1.1, sections 17.4.1.9 and 17.4.1.10: `?x IN (a, b)` is `(?x = a) || (?x = b)`, and NOT IN its opposite;
#           where no value is equal and one comparison is an error, both are errors.
# Happens   rdflib compares terms: a value of another numeric type or spelling is not found, though `=` finds it. A value
#           that is an error is passed over, so NOT IN keeps the row. pyoxigraph does as the standard says.
# Matters   A list of years or counts in a filter finds those typed as the list is, and leaves out the rest without a
#           word; a SHACL query run by pyshacl reports pages that are in order. Write the comparisons out with `=`.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with rdflib==7.6.0 pyoxigraph==0.5.13

python >got <<'PY'
import pyoxigraph
import rdflib

DATA = '@prefix : <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . :a :year 2024 . :b :year 2024.0 .'
FILTERS = ("?y = 2024", "?y IN (2024)", "?y NOT IN (2024)", "?y NOT IN (1/0, 8)")
store = pyoxigraph.Store()
store.load(DATA, format=pyoxigraph.RdfFormat.TURTLE)
graph = rdflib.Graph().parse(data=DATA, format="turtle")
for words in FILTERS:
    text = "PREFIX : <http://example.org/> SELECT ?x { ?x :year ?y FILTER(" + words + ") } ORDER BY ?x"
    ours = [str(row[0]).split("/")[-1] for row in graph.query(text)]
    theirs = [row["x"].value.split("/")[-1] for row in store.query(text)]
    print(words.ljust(20), "rdflib", ours, "pyoxigraph", theirs)
PY

same_as_seen <<'SEEN'
?y = 2024            rdflib ['a', 'b'] pyoxigraph ['a', 'b']
?y IN (2024)         rdflib ['a'] pyoxigraph ['a', 'b']
?y NOT IN (2024)     rdflib ['b'] pyoxigraph []
?y NOT IN (1/0, 8)   rdflib ['a', 'b'] pyoxigraph []
SEEN
