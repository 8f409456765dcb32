#!/usr/bin/env bash
# Is 2024 after 2020? Three of eight SHACL validators do not say yes, and one says so only in part.
#
# Packages  pyshacl 0.40.1, pyshacl-turbo 0.6.5, pyshifty 0.5.1, shacl 0.3.4, shacl-rust 0.2.12, pyrudof 0.3.35
#           (Python), rdf-validate-shacl 0.6.5, shacl-engine 1.1.2 (JavaScript)
# Seen      2026-11-27
# Expected  One would expect that years and months compare as dates do, or that no validator compares them: SHACL,
#           sections 4.3 and 4.5.3, takes the comparison of SPARQL 1.1, and its table of operators (section 17.3) has
#           dateTime, to which engines may add, and no xsd:gYear; what does not compare is a violation.
# Happens   pyshacl, pyshifty and shacl report 2024 as below a minimum of 2020, and 2019 too; the other five report 2019
#           alone. With sh:lessThan, pyshacl compares years after all and the other two do not. Full dates compare in
#           all eight.
# Matters   Pages say "2024" as often as "2024-05-01". A range on a year reports every page or only the wrong ones,
#           depending on the validator: compare whole dates, or the text by a pattern and a query.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
shacl_validators

from() { echo ":S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :said ; sh:minInclusive $1 ] ."; }
before=':S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :said ; sh:lessThan :read ] .'
shacl_case date-min-ok "$(from '"2020-01-01"^^xsd:date')" ':a :said "2024-01-01"^^xsd:date .'
shacl_case date-min-wrong "$(from '"2020-01-01"^^xsd:date')" ':a :said "2019-01-01"^^xsd:date .'
shacl_case year-min-ok "$(from '"2020"^^xsd:gYear')" ':a :said "2024"^^xsd:gYear .'
shacl_case year-min-wrong "$(from '"2020"^^xsd:gYear')" ':a :said "2019"^^xsd:gYear .'
shacl_case month-min-ok "$(from '"2020-05"^^xsd:gYearMonth')" ':a :said "2024-05"^^xsd:gYearMonth .'
shacl_case year-before-ok "$before" ':a :said "2020"^^xsd:gYear ; :read "2024"^^xsd:gYear .'
shacl_case year-before-wrong "$before" ':a :said "2024"^^xsd:gYear ; :read "2020"^^xsd:gYear .'

shacl_table date-min-ok date-min-wrong year-min-ok year-min-wrong month-min-ok year-before-ok year-before-wrong >got

same_as_seen <<'SEEN'
case                   pyshacl pyshacl-turbo pyshifty shacl shacl-rust pyrudof rdf-validate-shacl shacl-engine
date-min-ok               -          -          -       -       -         -            -               -      
date-min-wrong            1          1          1       1       1         1            1               1      
year-min-ok               1          -          1       1       -         -            -               -      
year-min-wrong            1          1          1       1       1         1            1               1      
month-min-ok              1          -          1       1       -         -            -               -      
year-before-ok            -          -          1       1       -         -            -               -      
year-before-wrong         1          1          1       1       1         1            1               1      
SEEN
