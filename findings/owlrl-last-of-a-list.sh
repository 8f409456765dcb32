#!/usr/bin/env bash
# A key of one property makes all its users the same person, and the last two of a list are never different.
#
# Packages  owlrl 7.6.2, rdflib 7.6.0, reasonable 0.4.4 (Python)
# Seen      2026-11-27
# Expected  OWL 2 Profiles, table 5, rule prp-key: two members of a class with a key are the same where they share a
#           value of every property of the list. Table 4, eq-diff2: any two members of an owl:AllDifferent are
#           different, so that owl:sameAs between them is an inconsistency. Both hold whatever the length of a list and
#           wherever in it a member stands.
# Happens   owlrl walks both lists without their last member. A key of one property is met by everybody in the class;
#           a key of two asks for the first alone. Of three different things, sameAs between the first two is an
#           error, between the last two or of any with the last none. The other reasoner draws no conclusion
#           from keys at all and does not look for this inconsistency.
# Matters   One identifier as the key of sources (a DOI, an address) is the usual case: all sources become one, with all
#           their claims, and nothing says so. Check who is the same as whom by a query, or put the key in a rule.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with owlrl==7.6.2 rdflib==7.6.0 reasonable==0.4.4

python >got <<'PY'
import owlrl
import reasonable
from owlrl.Namespaces import ERRNS
from rdflib import OWL, Graph

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
KEYS = {
    "one property, other values": ':Source owl:hasKey (:doi) . :a a :Source ; :doi "1" . :b a :Source ; :doi "2" .',
    "one property, same value": ':Source owl:hasKey (:doi) . :a a :Source ; :doi "1" . :b a :Source ; :doi "1" .',
    "two properties, one shared": ':Source owl:hasKey (:title :day) .'
    ' :a a :Source ; :title "t" ; :day "1" . :b a :Source ; :title "t" ; :day "2" .',
    "two properties, last shared": ':Source owl:hasKey (:title :day) .'
    ' :a a :Source ; :title "t" ; :day "1" . :b a :Source ; :title "u" ; :day "1" .',
}
DIFFERENT = "[] a owl:AllDifferent ; owl:members (:a :b :c) . "
PAIRS = {
    "first and second": ":a owl:sameAs :b .",
    "second and last": ":b owl:sameAs :c .",
    "first and last": ":a owl:sameAs :c .",
}


def same(triples):
    return any(str(p) == str(OWL.sameAs) and {str(s)[-1], str(o)[-1]} == {"a", "b"} for s, p, o in triples)


def closed(text):
    graph = Graph().parse(data=PREFIXES + text, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


for name, text in KEYS.items():
    other = reasonable.PyReasoner()
    other.from_graph(Graph().parse(data=PREFIXES + text, format="turtle"))
    print(f"hasKey, {name:28} owlrl: same {same(closed(text))!s:6} reasonable: same {same(other.reason())}")
for name, text in PAIRS.items():
    errors = len(list(closed(DIFFERENT + text).objects(None, ERRNS.error)))
    print(f"AllDifferent, sameAs of {name:17} owlrl: {'an error' if errors else 'no error'}")
PY

same_as_seen <<'SEEN'
hasKey, one property, other values   owlrl: same True   reasonable: same False
hasKey, one property, same value     owlrl: same True   reasonable: same False
hasKey, two properties, one shared   owlrl: same True   reasonable: same False
hasKey, two properties, last shared  owlrl: same False  reasonable: same False
AllDifferent, sameAs of first and second  owlrl: an error
AllDifferent, sameAs of second and last   owlrl: no error
AllDifferent, sameAs of first and last    owlrl: no error
SEEN
