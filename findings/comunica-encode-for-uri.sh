#!/usr/bin/env bash
# Comunica's ENCODE_FOR_URI leaves the slash and every other reserved character as it is.
#
# Packages  @comunica/query-sparql-rdfjs 5.4.1 (JavaScript), pyoxigraph 0.5.13, rdflib 7.6.0 (Python)
# Seen      2026-11-28
# Expected  One would expect "AC%2FDC": ENCODE_FOR_URI is fn:encode-for-uri, which is for one segment of a path and lets
#           only letters, digits, "-", "_", "." and "~" through.
# Happens   Comunica escapes as for a whole address: "AC/DC" stays two segments, "who?" begins a query. The other two
#           escape every reserved character.
# Matters   IRIs made by a query from titles and names, IRI(CONCAT(?base, ENCODE_FOR_URI(?title))), are other IRIs in
#           Comunica as soon as a title has one of / ? # & ' : ; , = + @ $ !, and join with nothing. Make them in one place.
. "$(dirname "${BASH_SOURCE[0]}")/_expressions.sh"
sparql_engines

sparql_table >got <<'EXPRESSIONS'
ENCODE_FOR_URI("open source")
ENCODE_FOR_URI("AC/DC")
ENCODE_FOR_URI("who? what#why")
ENCODE_FOR_URI("R&D's a:b;c,d=e+f@g$h!")
EXPRESSIONS
same_as_seen <<'SEEN'
expression                                pyoxigraph                                      rdflib                                          Comunica
ENCODE_FOR_URI("open source")             "open%20source"                                 "open%20source"                                 "open%20source"
ENCODE_FOR_URI("AC/DC")                   "AC%2FDC"                                       "AC%2FDC"                                       "AC/DC"
ENCODE_FOR_URI("who? what#why")           "who%3F%20what%23why"                           "who%3F%20what%23why"                           "who?%20what#why"
ENCODE_FOR_URI("R&D's a:b;c,d=e+f@g$h!")  "R%26D%27s%20a%3Ab%3Bc%2Cd%3De%2Bf%40g%24h%21"  "R%26D%27s%20a%3Ab%3Bc%2Cd%3De%2Bf%40g%24h%21"  "R&D's%20a:b;c,d=e+f@g$h!"
SEEN
