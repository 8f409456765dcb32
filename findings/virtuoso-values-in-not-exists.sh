#!/usr/bin/env bash
# A filter that compares whole terms is decided by what kind of term it is: a list of IRIs excludes nothing, a list of numbers does.
#
# Packages  virtuoso-opensource-7-bin 7.2.5.1+dfsg1-0.3 (Debian 12; unpacked, not installed)
# Seen      2026-11-28
# Expected  `FILTER NOT EXISTS { VALUES ?s { <urn:a> } }` excludes the row of <urn:a> (SPARQL 1.1, 8.1 and 10), and
#           sameTerm(?n, "one") is true for "one" (17.4.1.8).
# Happens   VALUES with an IRI within NOT EXISTS excludes no row, with a number it excludes that one; sameTerm with a constant
#           text is false for the same text, where `=` is true.
# Matters   Whatever lists exceptions this way (known findings, retracted pages) reports every one of them, without an error.
#           Write `?s NOT IN (<urn:a>)`, and `=` where both sides are texts without a language.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
virtuoso_server 7.2.5.1+dfsg1-0.3

virtuoso_put urn:g <<<'<urn:a> <urn:p> 1 ; <urn:name> "one" . <urn:b> <urn:p> 2 ; <urn:name> "two" .'
facts='GRAPH <urn:g> { ?s <urn:p> ?v ; <urn:name> ?n }'
{
	for filter in 'NOT EXISTS { VALUES ?s { <urn:a> } }' '(?s NOT IN (<urn:a>))' 'NOT EXISTS { VALUES ?v { 1 } }' \
		'sameTerm(?n, "one")' '(?n = "one")'; do
		echo "$filter: $(virtuoso_rows "SELECT ?s { $facts FILTER $filter }")"
	done
} >got

same_as_seen <<'SEEN'
NOT EXISTS { VALUES ?s { <urn:a> } }: "urn:a" "urn:b" 
(?s NOT IN (<urn:a>)): "urn:b" 
NOT EXISTS { VALUES ?v { 1 } }: "urn:b" 
sameTerm(?n, "one"): 
(?n = "one"): "urn:a" 
SEEN
