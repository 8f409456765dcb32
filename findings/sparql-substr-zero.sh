#!/usr/bin/env bash
# SUBSTR(?text, 0) is the last letter, in two of three SPARQL engines.
#
# Packages  pyoxigraph 0.5.13, rdflib 7.6.0 (Python), @comunica/query-sparql-rdfjs 5.4.1 (JavaScript)
# Seen      2026-11-28
# Expected  One would expect the whole text: SUBSTR is fn:substring, which counts from 1 and takes every character whose
#           position is at least the start and below start plus length; from 0 that is all of them, and (0, 3) two.
# Happens   rdflib and Comunica hand start minus one to a slice of their language, where -1 counts from the end: the last
#           letter, or with a length nothing at all. From 1 on, all three agree.
# Matters   Who cuts an excerpt around a hit with SUBSTR(?text, ?at - 20, 60) loses it where the hit stands near the
#           beginning, in two engines and without an error. Keep the start at 1 or more, with IF.
. "$(dirname "${BASH_SOURCE[0]}")/_expressions.sh"
sparql_engines

sparql_table >got <<'EXPRESSIONS'
SUBSTR("claim", 1, 3)
SUBSTR("claim", 4, 10)
SUBSTR("claim", 0)
SUBSTR("claim", 0, 3)
SUBSTR("claim", -1, 4)
EXPRESSIONS
same_as_seen <<'SEEN'
expression              pyoxigraph  rdflib  Comunica
SUBSTR("claim", 1, 3)   "cla"       "cla"   "cla"
SUBSTR("claim", 4, 10)  "im"        "im"    "im"
SUBSTR("claim", 0)      "claim"     "m"     "m"
SUBSTR("claim", 0, 3)   "cl"        ""      ""
SUBSTR("claim", -1, 4)  "cl"        ""      ""
SEEN
