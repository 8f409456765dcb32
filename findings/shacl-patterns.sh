#!/usr/bin/env bash
# sh:pattern is written in four regular-expression languages, and none of eight validators reads its own.
#
# Packages  pyshacl 0.40.1, pyshacl-turbo 0.6.5, pyshifty 0.5.1, shacl 0.3.4, shacl-rust 0.2.12, pyrudof 0.3.35
#           (Python), rdf-validate-shacl 0.6.5, shacl-engine 1.1.2 (JavaScript)
# Seen      2026-11-27
# Expected  SHACL, section 4.4.3, takes the REGEX of SPARQL 1.1, and that (section 17.4.3.14) the language of XPath
#           functions, section 7.6.1, which is XML Schema's: \p{Lu} is an upper-case letter, [a-z-[aeiou]] a letter that
#           is no vowel; look-ahead does not exist, so that a pattern with it is an error.
# Happens   \p{Lu} is an error in pyshacl and pyshacl-turbo; the two in JavaScript accept the pattern and then report
#           every text. The subtraction is read as something else by all: four report neither the right nor the wrong
#           text, four report both. Look-ahead works in five, is an error in two, and one reports every text.
# Matters   A rule on how names or identifiers are written passes its tests with one validator and reports all pages, or
#           none, in another. Keep to plain classes, ^, $, +, * and ?, and test each pattern with a text that passes and
#           one that fails.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
shacl_validators

like() { echo ":S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :name ; sh:pattern \"$1\" ] ."; }
shacl_case plain-ok "$(like '^[A-Z][a-z]+$')" ':a :name "Ann" .'
shacl_case plain-wrong "$(like '^[A-Z][a-z]+$')" ':a :name "ann" .'
shacl_case upper-ok "$(like '^\\p{Lu}')" ':a :name "Ann" .'
shacl_case upper-wrong "$(like '^\\p{Lu}')" ':a :name "ann" .'
shacl_case subtraction-ok "$(like '^[a-z-[aeiou]]+$')" ':a :name "bcd" .'
shacl_case subtraction-wrong "$(like '^[a-z-[aeiou]]+$')" ':a :name "bad" .'
shacl_case lookahead "$(like '^(?!draft)')" ':a :name "note" .'

shacl_table plain-ok plain-wrong upper-ok upper-wrong subtraction-ok subtraction-wrong lookahead >got

same_as_seen <<'SEEN'
case                   pyshacl pyshacl-turbo pyshifty shacl shacl-rust pyrudof rdf-validate-shacl shacl-engine
plain-ok                  -          -          -       -       -         -            -               -      
plain-wrong               1          1          1       1       1         1            1               1      
upper-ok                  !          !          -       -       -         -            1               1      
upper-wrong               !          !          1       1       1         1            1               1      
subtraction-ok            1          1          -       -       -         -            1               1      
subtraction-wrong         1          1          -       -       -         -            1               1      
lookahead                 -          -          1       !       -         !            -               -      
SEEN
