#!/usr/bin/env bash
# REPLACE cannot write a dollar sign in any of three SPARQL engines; rdflib loses the flags q and x too.
#
# Packages  pyoxigraph 0.5.13, rdflib 7.6.0 (Python), @comunica/query-sparql-rdfjs 5.4.1 (JavaScript)
# Seen      2026-11-28
# Expected  One would expect "costs $5": in a replacement of fn:replace a backslash makes the dollar sign, or a backslash,
#           an ordinary character, and a dollar sign without a digit is an error; the flag q takes all as plain text, x
#           leaves white space out of the pattern, and a pattern that matches the empty text is an error.
# Happens   The replacement is handed to the language of the engine. pyoxigraph writes "costs \", rdflib "costs \5" and
#           Comunica "costs \$5"; two of them write the sign for $$, which rdflib makes a backslash. In rdflib q and x
#           have no effect. The empty match is an error nowhere.
# Matters   A query that writes prices leaves stray backslashes or loses figures, in each engine otherwise. Join the parts
#           around the sign with CONCAT, STRBEFORE and STRAFTER, which all three do alike.
. "$(dirname "${BASH_SOURCE[0]}")/_expressions.sh"
sparql_engines

sparql_table >got <<'EXPRESSIONS'
REPLACE("costs 5", "(5)", "<$1>")
REPLACE("costs 5", "5", "\\$5")
REPLACE("costs 5", "5", "$$5")
REPLACE("a.b", ".", "-", "q")
REGEX("newsroom", "news room", "x")
REPLACE("costs 5", "x*", "-")
CONCAT("costs ", "$", STRAFTER("costs 5", " "))
EXPRESSIONS
same_as_seen <<'SEEN'
expression                                       pyoxigraph         rdflib             Comunica
REPLACE("costs 5", "(5)", "<$1>")                "costs <5>"        "costs <5>"        "costs <5>"
REPLACE("costs 5", "5", "\\$5")                  "costs \"          "costs \5"         "costs \$5"
REPLACE("costs 5", "5", "$$5")                   "costs $5"         "costs \5"         "costs $5"
REPLACE("a.b", ".", "-", "q")                    "a-b"              "---"              "a-b"
REGEX("newsroom", "news room", "x")              "true" boolean     "false" boolean    "true" boolean
REPLACE("costs 5", "x*", "-")                    "-c-o-s-t-s- -5-"  "-c-o-s-t-s- -5-"  "-c-o-s-t-s- -5-"
CONCAT("costs ", "$", STRAFTER("costs 5", " "))  "costs $5"         "costs $5"         "costs $5"
SEEN
