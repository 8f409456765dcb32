#!/usr/bin/env bash
# Eight SHACL validators, five opinions about who is an instance.
#
# Packages  pyshacl 0.40.1, pyshacl-turbo 0.6.5, pyshifty 0.5.1, shacl 0.3.4, shacl-rust 0.2.12, pyrudof 0.3.35
#           (Python), rdf-validate-shacl 0.6.5, shacl-engine 1.1.2 (JavaScript)
# Seen      2026-11-27
# Expected  SHACL, sections 2.1.3.2 and 4.1.1: instances are those with the class, or a subclass of it, as their type
#           *in the data graph*, so a hierarchy in the data counts and one that stands only beside the shapes does not;
#           section 2.1.3.3: a class that is its own shape is a target where it is an instance of rdfs:Class in the
#           shapes graph. An owl:Class is none unless that graph says so, as one triple can.
# Happens   shacl-engine reads the hierarchy from the shapes and not from the data, for targets and for sh:class;
#           pyshifty reads both. An owl:Class as its own shape is a target for four and silently checks nothing for the
#           other four; with the triple that makes it right, rdf-validate-shacl joins in, and three still check nothing
#           (they do see an rdfs:Class).
# Matters   A wiki's ontology is OWL and often travels with the shapes. Name targets with sh:targetClass, give the
#           hierarchy to both graphs, and test with a page that must fail: "conforms" may mean that nobody was looked
#           at.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
shacl_validators

needs='sh:property [ sh:path :source ; sh:minCount 1 ]'
kind=':Quote rdfs:subClassOf :Claim .'
own="sh:NodeShape ; $needs ."
shacl_case target-plain ":S a sh:NodeShape ; sh:targetClass :Claim ; $needs ." ':a a :Claim .'
shacl_case target-by-data ":S a sh:NodeShape ; sh:targetClass :Claim ; $needs ." ":a a :Quote . $kind"
shacl_case target-by-shapes ":S a sh:NodeShape ; sh:targetClass :Claim ; $needs . $kind" ':a a :Quote .'
about=':S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :about ; sh:class :Claim ] .'
shacl_case class-by-data "$about" ":a :about :b . :b a :Quote . $kind"
shacl_case class-by-shapes "$about $kind" ':a :about :b . :b a :Quote .'
shacl_case own-rdfs-class ":Claim a rdfs:Class, $own" ':a a :Claim .'
shacl_case own-owl-class ":Claim a owl:Class, $own" ':a a :Claim .'
shacl_case own-owl-declared ":Claim a owl:Class, $own owl:Class rdfs:subClassOf rdfs:Class ." ':a a :Claim .'

shacl_table target-plain target-by-data target-by-shapes class-by-data class-by-shapes \
	own-rdfs-class own-owl-class own-owl-declared >got

same_as_seen <<'SEEN'
case                   pyshacl pyshacl-turbo pyshifty shacl shacl-rust pyrudof rdf-validate-shacl shacl-engine
target-plain              1          1          1       1       1         1            1               1      
target-by-data            1          1          1       1       1         1            1               -      
target-by-shapes          -          -          1       -       -         -            -               1      
class-by-data             -          -          -       -       -         -            -               1      
class-by-shapes           1          1          -       1       1         1            1               -      
own-rdfs-class            1          1          1       1       1         1            1               1      
own-owl-class             1          1          1       -       -         -            -               1      
own-owl-declared          1          1          1       -       -         -            1               1      
SEEN
