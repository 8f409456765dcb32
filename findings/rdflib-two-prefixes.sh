#!/usr/bin/env bash
# Two PREFIX lines for one namespace: the first is forgotten.
#
# Packages  rdflib 7.6.0, pyoxigraph 0.5.13 (Python)
# Seen      2026-11-28
# Expected  SPARQL 1.1, section 4.1.1: each PREFIX binds a label to an IRI; nothing forbids two labels of one IRI.
# Happens   rdflib binds the second label in place of the first and then refuses the query: unknown namespace prefix.
#           pyoxigraph answers it.
# Matters   A query that a person wrote with `kb:` fails as soon as a tool puts its own prefixes before it, one of which
#           stands for the same namespace; so does one that is put together of two.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with rdflib==7.6.0 pyoxigraph==0.5.13

python >got <<'PY'
import pyoxigraph
import rdflib

DATA = "<http://example.org/tea> <http://example.org/kind> <http://example.org/drink> .\n"
graph = rdflib.Graph().parse(data=DATA, format="nt")
store = pyoxigraph.Store()
store.load(DATA, format=pyoxigraph.RdfFormat.N_TRIPLES)
for labels in (("a",), ("a", "b"), ("b", "a")):
    text = "".join(f"PREFIX {label}: <http://example.org/> " for label in labels) + "SELECT ?s { ?s a:kind a:drink }"
    try:
        said = len(graph.query(text))
    except Exception as error:
        said = " ".join(str(error).split())
    print(*labels, "| rdflib:", said, "| pyoxigraph:", len(list(store.query(text))))
PY

same_as_seen <<'SEEN'
a | rdflib: 1 | pyoxigraph: 1
a b | rdflib: Unknown namespace prefix : a | pyoxigraph: 1
b a | rdflib: 1 | pyoxigraph: 1
SEEN
