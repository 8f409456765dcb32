#!/usr/bin/env bash
# Two labels in @zh-Hant and @zh-hant: one language for five SHACL validators, two languages for the three others.
#
# Packages  pyshacl 0.40.1, pyshacl-turbo 0.6.5, pyshifty 0.5.1, shacl 0.3.4, shacl-rust 0.2.12, pyrudof 0.3.35
#           (Python), rdf-validate-shacl 0.6.5, shacl-engine 1.1.2 (JavaScript)
# Seen      2026-11-28
# Expected  One would expect eight equal answers: RDF 1.1 Concepts (section 3.3) has the value space of language tags in
#           lower case, and lets whoever reads them fold them. A page with two labels in one language then breaks
#           sh:uniqueLang however the tags are written, and "x"@en-us is a label "x"@en-US.
# Happens   The two of JavaScript find no second label in the same language under sh:uniqueLang, and hold even
#           sh:languageIn to the letter, which is defined by langMatches. pyrudof finds the second label and reads
#           sh:equals as it should, but not the value that sh:hasValue or sh:in want. The other five fold tags.
# Matters   Tags come from front matter, where people and models write zh-Hant, zh-hant and ZH-HANT. Whether a wiki
#           conforms depends on who asks: bring every tag into one case before the data leaves.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
shacl_validators

about() { echo ":S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :label ; $1 ] ."; }
shacl_case unique-same "$(about 'sh:uniqueLang true')" ':a :label "x"@zh-Hant, "y"@zh-Hant .'
shacl_case unique-other-case "$(about 'sh:uniqueLang true')" ':a :label "x"@zh-Hant, "y"@zh-hant .'
shacl_case has-value "$(about 'sh:hasValue "x"@zh-Hant')" ':a :label "x"@zh-hant .'
shacl_case in "$(about 'sh:in ( "x"@zh-Hant )')" ':a :label "x"@zh-hant .'
shacl_case equals "$(about 'sh:equals :title')" ':a :label "x"@zh-Hant ; :title "x"@zh-hant .'
shacl_case disjoint "$(about 'sh:disjoint :title')" ':a :label "x"@zh-Hant ; :title "x"@zh-hant .'
shacl_case language-in "$(about 'sh:languageIn ( "zh-Hant" )')" ':a :label "x"@zh-hant .'

shacl_table unique-same unique-other-case has-value in equals disjoint language-in >got

same_as_seen <<'SEEN'
case                   pyshacl pyshacl-turbo pyshifty shacl shacl-rust pyrudof rdf-validate-shacl shacl-engine
unique-same               1          1          1       1       1         1            1               1      
unique-other-case         1          1          1       1       1         1            -               -      
has-value                 -          -          -       -       -         1            1               1      
in                        -          -          -       -       -         1            1               1      
equals                    -          -          -       -       -         -            2               2      
disjoint                  1          1          1       1       1         1            -               -      
language-in               -          -          -       -       -         -            1               1      
SEEN
