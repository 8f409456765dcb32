#!/usr/bin/env bash
# "This page and all above it" is empty for a page that no triple mentions yet.
#
# Packages  pyoxigraph 0.5.13, rdflib 7.6.0 (Python)
# Seen      2026-11-27
# Expected  SPARQL 1.1, section 18.4: from a given term, a path of length zero leads to that term, in the graph or not;
#           so `:new :partOf* ?x` always has the row ?x = :new, and `:partOf?` too.
# Happens   pyoxigraph answers with no row where the term occurs in no triple of the graph; rdflib gives the row. The
#           same term written as both ends, or put in by VALUES, follows the same difference.
# Matters   A page's ancestors, its own name among them, come out empty for a new or misspelt page, and a join on them
#           drops whatever else was asked. Add the start with UNION or BIND instead of trusting the zero.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with pyoxigraph==0.5.13 rdflib==7.6.0

python >got <<'PY'
import pyoxigraph
import rdflib

DATA = "<http://example.org/old> <http://example.org/partOf> <http://example.org/top> ."
QUERIES = (
    "SELECT ?x { :old :partOf* ?x }",
    "SELECT ?x { :new :partOf* ?x }",
    "SELECT ?x { :new :partOf? ?x }",
    "SELECT ?x { VALUES ?page { :new } ?page :partOf* ?x }",
    "SELECT ?x { BIND(1 AS ?x) :new :partOf* :new }",
)
store = pyoxigraph.Store()
store.load(DATA, format=pyoxigraph.RdfFormat.N_TRIPLES)
graph = rdflib.Graph().parse(data=DATA, format="nt")
for query in QUERIES:
    text = "PREFIX : <http://example.org/> " + query
    ours = sorted(row["x"].value.split("/")[-1] for row in store.query(text))
    theirs = sorted(str(row[0]).split("/")[-1] for row in graph.query(text))
    print(query, "\n  pyoxigraph", ours, "rdflib", theirs)
PY

same_as_seen <<'SEEN'
SELECT ?x { :old :partOf* ?x } 
  pyoxigraph ['old', 'top'] rdflib ['old', 'top']
SELECT ?x { :new :partOf* ?x } 
  pyoxigraph [] rdflib ['new']
SELECT ?x { :new :partOf? ?x } 
  pyoxigraph [] rdflib ['new']
SELECT ?x { VALUES ?page { :new } ?page :partOf* ?x } 
  pyoxigraph [] rdflib ['new']
SELECT ?x { BIND(1 AS ?x) :new :partOf* :new } 
  pyoxigraph [] rdflib ['1']
SEEN
