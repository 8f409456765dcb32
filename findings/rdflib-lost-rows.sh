#!/usr/bin/env bash
# A row in which nothing is bound is not returned, MIN makes a text of an IRI, and SELECT * has the names of a FILTER.
#
# Packages  rdflib 7.6.0, pyoxigraph 0.5.13 (Python)
# Seen      2026-11-28
# Expected  SPARQL 1.1: a solution is a row whether or not something is bound in it (sections 2.1 and 18.2.5); MIN returns
#           one of its values, in the order of ORDER BY (18.5.1.5); SELECT * stands for the variables that are in scope,
#           to which those that stand in a FILTER alone do not belong (18.2.1).
# Happens   rdflib leaves such rows out when its result is read, so counting rows and COUNT(*) differ; its MIN and MAX
#           return a literal with the IRI as text; its SELECT * has a column for ?nobody.
# Matters   A left join of which one column is asked loses the rows that it is there for, and the least IRI of a group joins
#           with nothing. Ask for a bound column too; use SAMPLE where a group has one value.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with rdflib==7.6.0 pyoxigraph==0.5.13

python >got <<'PY'
import pyoxigraph
import rdflib

DATA = "<urn:g:one> { <urn:a> <urn:of> <urn:b> . <urn:c> <urn:of> <urn:d> . }"
QUERIES = (
    "SELECT ?none { ?x <urn:of> ?y }",
    "SELECT (MIN(?y) AS ?least) { ?x <urn:of> ?y }",
    "SELECT DISTINCT ?z { ?x <urn:of> ?y OPTIONAL { ?y <urn:of> ?z } }",
    "SELECT * { ?x <urn:of> ?y FILTER(!BOUND(?nobody)) }",
)
store = pyoxigraph.Store()
store.load(DATA, format=pyoxigraph.RdfFormat.TRIG)
graph = rdflib.Dataset(default_union=True)
graph.parse(data=DATA, format="trig")
for text in QUERIES:
    answer = graph.query(text)
    ours = [[term and term.n3() for term in row] for row in answer]
    found = store.query(text, use_default_graph_as_union=True)
    theirs = [[term and str(term) for term in row] for row in found]
    print(text)
    print("  rdflib     ", sorted(str(name) for name in answer.vars), len(ours), *([ours] if len(answer.vars) == 1 else []))
    print("  pyoxigraph ", sorted(name.value for name in found.variables), len(theirs), *([theirs] if len(answer.vars) == 1 else []))
PY

same_as_seen <<'SEEN'
SELECT ?none { ?x <urn:of> ?y }
  rdflib      ['none'] 0 []
  pyoxigraph  ['none'] 2 [[None], [None]]
SELECT (MIN(?y) AS ?least) { ?x <urn:of> ?y }
  rdflib      ['least'] 1 [['"urn:b"']]
  pyoxigraph  ['least'] 1 [['<urn:b>']]
SELECT DISTINCT ?z { ?x <urn:of> ?y OPTIONAL { ?y <urn:of> ?z } }
  rdflib      ['z'] 0 []
  pyoxigraph  ['z'] 1 [[None]]
SELECT * { ?x <urn:of> ?y FILTER(!BOUND(?nobody)) }
  rdflib      ['nobody', 'x', 'y'] 2
  pyoxigraph  ['x', 'y'] 2
SEEN
