#!/usr/bin/env bash
# A number typed as xsd:decimal in JSON-LD becomes a literal that is no decimal, and two readers disagree about it.
#
# Packages  PyLD 3.3.0, pyoxigraph 0.5.13, rdflib 7.6.0 (Python)
# Seen      2026-11-27
# Expected  The price 1.5 with the context's type xsd:decimal is the decimal 1.5. (A decimal has no exponent: XML Schema
#           1.1 part 2, section 3.3.3.)
# Happens   By the letter of JSON-LD 1.1's algorithms (API, section 8.2.2) each number with a fraction is written as a
#           double, and the context's type is put on that text: "1.5E0"^^xsd:decimal. PyLD and pyoxigraph both do so;
#           whole numbers come out right. pyoxigraph's SPARQL then takes the text for no number: the filter drops it and
#           the sum is empty. rdflib reads the same line as 1.5, so that what is validated with rdflib is not what is
#           queried with pyoxigraph.
# Matters   Amounts from JSON-LD by others pass the checks and are missing from the totals. Write such values as strings
#           ("1.5"), and check the lexical forms in the store that answers, not in another.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with PyLD==3.3.0 pyoxigraph==0.5.13 rdflib==7.6.0

python >got <<'PY'
import json

import pyoxigraph
import rdflib
from pyld import jsonld

DOCUMENT = {
    "@context": {"price": {"@id": "http://example.org/price", "@type": "http://www.w3.org/2001/XMLSchema#decimal"}},
    "@id": "http://example.org/report",
    "price": [1.5, 2],
}
by_pyld = jsonld.to_rdf(DOCUMENT, {"format": "application/n-quads"})
by_pyoxigraph = pyoxigraph.parse(json.dumps(DOCUMENT), format=pyoxigraph.RdfFormat.JSON_LD)
print("PyLD      ", *sorted(line.split(" ")[2].split("#")[0] for line in by_pyld.splitlines()))
print("pyoxigraph", *sorted(str(quad.object).split("#")[0] for quad in by_pyoxigraph))

SUM = "SELECT (SUM(?price) AS ?value) { ?report <http://example.org/price> ?price }"
FILTER = "SELECT (COUNT(?price) AS ?value) { ?report <http://example.org/price> ?price FILTER(?price > 1) }"
store = pyoxigraph.Store()
store.load(by_pyld, format=pyoxigraph.RdfFormat.N_QUADS)
graph = rdflib.Graph().parse(data=by_pyld, format="nt")
for name, query in (("sum", SUM), ("above 1", FILTER)):
    (ours,), (theirs,) = list(store.query(query)), list(graph.query(query))
    print(f"{name:10} pyoxigraph", ours["value"].value if ours["value"] else "nothing", "rdflib", theirs[0])
PY

same_as_seen <<'SEEN'
PyLD       "1.5E0"^^<http://www.w3.org/2001/XMLSchema "2"^^<http://www.w3.org/2001/XMLSchema
pyoxigraph "1.5E0"^^<http://www.w3.org/2001/XMLSchema "2"^^<http://www.w3.org/2001/XMLSchema
sum        pyoxigraph nothing rdflib 3.5
above 1    pyoxigraph 1 rdflib 2
SEEN
