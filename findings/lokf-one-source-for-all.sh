#!/usr/bin/env bash
# Two pages with a source called r1 share it.
#
# Packages  lokf 0.8.0, rdflib 7.6.0 (Python)
# Seen      2026-11-27
# Expected  OKF 0.2, section 5.1: the id of an entry under `sources` is the key by which the footnotes of that same page
#           find it, so that two pages may both have an r1; in RDF they are two sources.
# Happens   lokf makes the id an IRI under the root of the bundle, without the page. Entries with one id on different
#           pages, in any folder, are one node, with the titles and the addresses of all of them.
# Matters   Every page then seems to rest on every report: which claim has which source cannot be told from the graph.
#           Whoever reads such RDF must not trust a source node with two addresses; whoever writes it puts the page into
#           the source's IRI.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with lokf==0.8.0 rdflib==7.6.0

mkdir -p wiki/water wiki/ice
page() { # FILE WORD
	cat >"wiki/$1.md" <<MD
---
type: Reference
title: On $2
sources:
  - id: r1
    resource: https://example.org/report-on-$2
    title: The report on $2
---
Known since long.[^r1]

[^r1]: The report on $2
MD
}
page water/boiling boiling
page ice/freezing freezing
lokf convert wiki --format nt >wiki.nt 2>convert.log || {
	cat convert.log >&2
	exit 2
}

python >got <<'PY'
from rdflib import Graph, URIRef

SCHEMA = "http://schema.org/"
graph = Graph().parse("wiki.nt", format="nt")
for page, source in sorted(graph.subject_objects(URIRef(SCHEMA + "isBasedOn"))):
    urls = sorted(str(url) for url in graph.objects(source, URIRef(SCHEMA + "url")))
    print("/".join(page.split("/")[-2:]), "->", source.split("/")[-1], *urls)
PY

same_as_seen <<'SEEN'
ice/freezing -> r1 https://example.org/report-on-boiling https://example.org/report-on-freezing
water/boiling -> r1 https://example.org/report-on-boiling https://example.org/report-on-freezing
SEEN
