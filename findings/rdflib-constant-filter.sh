#!/usr/bin/env bash
# FILTER(false) keeps every row.
#
# Packages  rdflib 7.6.0, pyoxigraph 0.5.13 (Python)
# Seen      2026-11-27
# Expected  SPARQL 1.1, sections 17.2 and 17.2.2: a filter keeps the rows for which the expression's effective boolean
#           value is true; that of false, 0 and "" is false.
# Happens   rdflib keeps all rows where the filter is one of these constants, and drops them where the same value is the
#           result of an operator, as in 1 = 2 or !true, or comes from a variable. pyoxigraph drops them all.
# Matters   A query made from a template, with `FILTER($only_new)` filled in by false or 0, returns everything; so does
#           a SHACL-SPARQL constraint that was switched off in this way, and it then reports every page. Leave the
#           filter out, or write `FILTER(1 = 0)`.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with rdflib==7.6.0 pyoxigraph==0.5.13

python >got <<'PY'
import pyoxigraph
import rdflib

DATA = "@prefix : <http://example.org/> . :a :year 2020 . :b :year 2024 ."
store = pyoxigraph.Store()
store.load(DATA, format=pyoxigraph.RdfFormat.TURTLE)
graph = rdflib.Graph().parse(data=DATA, format="turtle")
for expression in ("true", "false", "0", '""', "!true", "1 = 2", "false || false", "?off"):
    query = f"SELECT ?page {{ ?page <http://example.org/year> ?year BIND(false AS ?off) FILTER({expression}) }}"
    theirs, ours = len(graph.query(query)), len(list(store.query(query)))
    print(f"FILTER({expression})".ljust(24), "rdflib", theirs, "pyoxigraph", ours)
PY

same_as_seen <<'SEEN'
FILTER(true)             rdflib 2 pyoxigraph 2
FILTER(false)            rdflib 2 pyoxigraph 0
FILTER(0)                rdflib 2 pyoxigraph 0
FILTER("")               rdflib 2 pyoxigraph 0
FILTER(!true)            rdflib 0 pyoxigraph 0
FILTER(1 = 2)            rdflib 0 pyoxigraph 0
FILTER(false || false)   rdflib 0 pyoxigraph 0
FILTER(?off)             rdflib 0 pyoxigraph 0
SEEN
