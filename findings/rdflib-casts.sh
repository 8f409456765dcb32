#!/usr/bin/env bash
# In rdflib a number casts to an integer only if it is one, and a dateTime to a date never; some texts cast that should not.
#
# Packages  rdflib 7.6.0, pyoxigraph 0.5.13 (Python), @comunica/query-sparql-rdfjs 5.4.1 (JavaScript)
# Seen      2026-11-28
# Expected  One would expect xsd:integer(3.7) to be 3, xsd:boolean(2) true and a dateTime without its time a date: section
#           17.1 of SPARQL 1.1 has the first two in its table, and takes the casts of XPath; xsd:boolean("TRUE") and
#           xsd:dateTime("2026-03-01") are errors, for those texts are outside the lexical space.
# Happens   rdflib tries the lexical form of the argument in the new type: the first three are errors, so no value, and
#           the last two succeed.
# Matters   Grouping dateTimes by xsd:date(?when), or rounding down with xsd:integer(?share), gives one empty group in
#           rdflib and the answer elsewhere. FLOOR and SUBSTR(STR(?when), 1, 10) work in all three.
. "$(dirname "${BASH_SOURCE[0]}")/_expressions.sh"
sparql_engines

sparql_table >got <<'EXPRESSIONS'
xsd:integer("3")
xsd:integer(3.7)
xsd:boolean(2)
xsd:boolean("TRUE")
xsd:date("2026-03-01T10:00:00"^^xsd:dateTime)
xsd:dateTime("2026-03-01"^^xsd:date)
xsd:dateTime("2026-03-01")
FLOOR(3.7) = 3
SUBSTR(STR("2026-03-01T10:00:00"^^xsd:dateTime), 1, 10)
EXPRESSIONS
same_as_seen <<'SEEN'
expression                                               pyoxigraph                      rdflib                          Comunica
xsd:integer("3")                                         "3" integer                     "3" integer                     "3" integer
xsd:integer(3.7)                                         "3" integer                     -                               "3" integer
xsd:boolean(2)                                           "true" boolean                  -                               "true" boolean
xsd:boolean("TRUE")                                      -                               "true" boolean                  -
xsd:date("2026-03-01T10:00:00"^^xsd:dateTime)            "2026-03-01" date               -                               "2026-03-01" date
xsd:dateTime("2026-03-01"^^xsd:date)                     "2026-03-01T00:00:00" dateTime  -                               "2026-03-01T00:00:00" dateTime
xsd:dateTime("2026-03-01")                               -                               "2026-03-01T00:00:00" dateTime  -
FLOOR(3.7) = 3                                           "true" boolean                  "true" boolean                  "true" boolean
SUBSTR(STR("2026-03-01T10:00:00"^^xsd:dateTime), 1, 10)  "2026-03-01"                    "2026-03-01"                    "2026-03-01"
SEEN
