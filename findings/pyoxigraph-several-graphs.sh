#!/usr/bin/env bash
# A query over two graphs counts a triple that both have twice.
#
# Packages  pyoxigraph 0.5.13, rdflib 7.6.0 (Python)
# Seen      2026-11-28
# Expected  SPARQL 1.1, section 13.2: with several FROM clauses the default graph is the RDF merge of these graphs. A merge is a
#           set of triples, so one that stands in both stands in it once.
# Happens   pyoxigraph has a row for each graph that has the triple, by FROM in the text and by default_graph=[…] alike, so that
#           COUNT and SUM are too large; as use_default_graph_as_union has it. rdflib has one row.
# Matters   Where pages have graphs of their own, two pages that name the same fact make it two as soon as both are asked:
#           count with DISTINCT over all of the triple's variables, or copy the graphs into one.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with rdflib==7.6.0 pyoxigraph==0.5.13

python >got <<'PY'
import pyoxigraph
import rdflib

DATA = "".join(
    f"<http://example.org/tea> <http://example.org/on> <http://example.org/table> <http://example.org/{page}> .\n"
    for page in ("one", "two")
)
COUNT = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"
FROM = "FROM <http://example.org/one> FROM <http://example.org/two>"
GRAPHS = [pyoxigraph.NamedNode(f"http://example.org/{page}") for page in ("one", "two")]
store = pyoxigraph.Store()
store.load(DATA, format=pyoxigraph.RdfFormat.N_QUADS)
dataset = rdflib.Dataset()
dataset.parse(data=DATA, format="nquads")


def number(rows):
    return int(next(iter(rows))[0].value)


print("pyoxigraph FROM", number(store.query(COUNT % FROM)))
print("pyoxigraph default_graph", number(store.query(COUNT % "", default_graph=GRAPHS)))
print("pyoxigraph default_graph, named_graphs", number(store.query(COUNT % "", default_graph=GRAPHS, named_graphs=[])))
merged = dataset.graph(rdflib.URIRef("http://example.org/one")) + dataset.graph(rdflib.URIRef("http://example.org/two"))
print("rdflib merged", int(next(iter(merged.query(COUNT % "")))[0]))
PY

same_as_seen <<'SEEN'
pyoxigraph FROM 2
pyoxigraph default_graph 2
pyoxigraph default_graph, named_graphs 2
rdflib merged 1
SEEN
