#!/usr/bin/env bash
# sh:languageIn with a region or a script refuses the languages inside it.
#
# Packages  pyshacl 0.40.1, rdflib 7.6.0 (Python)
# Seen      2026-11-27
# Expected  SHACL, section 4.4.4: a tag is allowed where SPARQL's langMatches says so for one of the listed ranges, and
#           that (section 17.4.3.12, RFC 4647 section 3.3.1) matches a range with every tag that begins with it: "en"
#           allows en-GB, and in the same way "zh-Hant" allows zh-Hant-TW and "de-DE" allows de-DE-1996.
# Happens   "en" allows en-GB; a range of two parts allows only itself. The same library's SPARQL says true for all
#           three.
# Matters   Quotes in the original language carry such tags; the report calls them foreign. List the full tags, or ask
#           by a SPARQL constraint with langMatches.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with pyshacl==0.40.1 rdflib==7.6.0 owlrl==7.6.2

python >got <<'PY'
from pyshacl import validate
from rdflib import Graph

SHAPES = """
@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :quote ; sh:languageIn ( "%s" ) ] .
"""
DATA = '<http://example.org/a> <http://example.org/quote> "..."@%s .'
for pair in ("en en-GB", "zh-Hant zh-Hant", "zh-Hant zh-Hant-TW", "de-DE de-DE-1996", "en de"):
    allowed, tag = pair.split()
    data = Graph().parse(data=DATA % tag, format="turtle")
    conforms, _, _ = validate(data, shacl_graph=Graph().parse(data=SHAPES % allowed, format="turtle"))
    matches = data.query(f'ASK {{ ?s ?p ?text FILTER(langMatches(LANG(?text), "{allowed}")) }}').askAnswer
    print(f"{allowed:8} {tag:11} langMatches {matches!s:6} sh:languageIn {conforms}")
PY

same_as_seen <<'SEEN'
en       en-GB       langMatches True   sh:languageIn True
zh-Hant  zh-Hant     langMatches True   sh:languageIn True
zh-Hant  zh-Hant-TW  langMatches True   sh:languageIn False
de-DE    de-DE-1996  langMatches True   sh:languageIn False
en       de          langMatches False  sh:languageIn False
SEEN
