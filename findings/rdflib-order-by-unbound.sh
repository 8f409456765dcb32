#!/usr/bin/env bash
# Sorting by two things of which the first has no value in two rows is a TypeError of Python.
#
# Packages  rdflib 7.6.0, pyoxigraph 0.5.13 (Python)
# Seen      2026-11-28
# Expected  SPARQL 1.1, section 15.1: rows without a value come first, and the next condition decides among them.
# Happens   rdflib compares the two missing values of the expression with `<`, which Python refuses, as soon as two rows
#           lack one; with one such row, or a plain variable alone, it sorts. pyoxigraph sorts all of them.
# Matters   ORDER BY STR(?claimant) ?claimant, written for a stable order, works on a small wiki and stops on the first one
#           with two claims that nobody claims.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with rdflib==7.6.0 pyoxigraph==0.5.13

python >got <<'PY'
import pyoxigraph
import rdflib

for count in (1, 2):
    data = "".join(f"<http://example.org/{n}> <http://example.org/kind> <http://example.org/claim> .\n" for n in range(count))
    graph = rdflib.Graph().parse(data=data, format="nt")
    store = pyoxigraph.Store()
    store.load(data, format=pyoxigraph.RdfFormat.N_TRIPLES)
    for order in ("?who", "STR(?who) ?s"):
        text = (
            "SELECT ?s { ?s <http://example.org/kind> ?kind OPTIONAL { ?s <http://example.org/by> ?who } } "
            f"ORDER BY {order}"
        )
        try:
            said = len(graph.query(text))
        except TypeError as error:
            said = f"TypeError: {error}"
        print(count, order, "| rdflib:", said, "| pyoxigraph:", len(list(store.query(text))))
PY

same_as_seen <<'SEEN'
1 ?who | rdflib: 1 | pyoxigraph: 1
1 STR(?who) ?s | rdflib: 1 | pyoxigraph: 1
2 ?who | rdflib: 2 | pyoxigraph: 2
2 STR(?who) ?s | rdflib: TypeError: '<' not supported between instances of 'NoneType' and 'NoneType' | pyoxigraph: 2
SEEN
