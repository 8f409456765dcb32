#!/usr/bin/env bash
# GRAPH ?g around a sub-select is one row for all graphs, with ?g left open.
#
# Packages  pyoxigraph 0.5.13, rdflib 7.6.0 (Python)
# Seen      2026-11-28
# Expected  SPARQL 1.1, sections 13.3 and 18.2.2.2: what stands in GRAPH ?g is matched in each named graph by itself, a
#           sub-select too, and ?g is that graph.
# Happens   pyoxigraph counts over all named graphs together and leaves ?g without a value; rdflib counts graph by graph.
#           Written as a plain group with GROUP BY ?g, both give the counts of the graphs.
# Matters   Where every page has a graph of its own, "the facts of each page" becomes one number for the whole wiki, and a
#           join on ?g joins everything.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with rdflib==7.6.0 pyoxigraph==0.5.13

python >got <<'PY'
import pyoxigraph
import rdflib

PAGES = {"one": ("tea", "milk"), "two": ("sugar",)}
DATA = "".join(
    f'<http://example.org/{word}> <http://example.org/on> "{page}" <http://example.org/{page}> .\n'
    for page, words in PAGES.items()
    for word in words
)
INSIDE = "SELECT ?g ?n { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } ORDER BY ?g"
GROUPED = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
store = pyoxigraph.Store()
store.load(DATA, format=pyoxigraph.RdfFormat.N_QUADS)
dataset = rdflib.Dataset()
dataset.parse(data=DATA, format="nquads")
for name, text in (("sub-select", INSIDE), ("group", GROUPED)):
    theirs = [(row["g"] and row["g"].value.rpartition("/")[2], int(row["n"].value)) for row in store.query(text)]
    print(name, "pyoxigraph", theirs)
    print(name, "rdflib", [(str(row[0]).rpartition("/")[2], int(row[1])) for row in dataset.query(text)])
PY

same_as_seen <<'SEEN'
sub-select pyoxigraph [(None, 3)]
sub-select rdflib [('one', 2), ('two', 1)]
group pyoxigraph [('one', 2), ('two', 1)]
group rdflib [('one', 2), ('two', 1)]
SEEN
