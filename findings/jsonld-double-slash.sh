#!/usr/bin/env bash
# An IRI that is compacted by a prefix comes back as another one where two slashes follow the namespace.
#
# Packages  PyLD 3.3.0, pyoxigraph 0.5.13, rdflib 7.6.0 (Python)
# Seen      2026-11-27
# Expected  Compaction undoes nothing: what it writes with a context expands with the same context to the same IRI.
# Happens   With the prefix `schema` for https://schema.org/ PyLD shortens https://schema.org///about to `schema://about`.
#           By the rules of expansion (JSON-LD 1.1 API, section 5.2) what stands before `//` is a scheme and no prefix:
#           PyLD itself, pyoxigraph and rdflib all read the absolute IRI schema://about.
# Matters   Addresses with doubled slashes, as crawlers and joined paths leave them, change their identity in an export
#           and nobody says a word. Before writing, leave out each prefix behind whose namespace an IRI goes on with `//`.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with PyLD==3.3.0 pyoxigraph==0.5.13 rdflib==7.6.0

python >got <<'PY'
import json

import pyoxigraph
import rdflib
from pyld import jsonld

CONTEXT = {"schema": "https://schema.org/"}
for iri in ("https://schema.org/about", "https://schema.org///about"):
    short = jsonld.compact([{"@id": iri, "https://schema.org/name": [{"@value": "x"}]}], CONTEXT)
    text = json.dumps(short)
    again = jsonld.expand(short)[0]["@id"]
    by_oxigraph = next(iter(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD))).subject.value
    by_rdflib = str(next(rdflib.Graph().parse(data=text, format="json-ld").subjects()))
    print(iri, "is written", short["@id"])
    print("  read by PyLD", again, "pyoxigraph", by_oxigraph, "rdflib", by_rdflib)
PY

same_as_seen <<'SEEN'
https://schema.org/about is written schema:about
  read by PyLD https://schema.org/about pyoxigraph https://schema.org/about rdflib https://schema.org/about
https://schema.org///about is written schema://about
  read by PyLD schema://about pyoxigraph schema://about rdflib schema://about
SEEN
