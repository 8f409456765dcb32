#!/usr/bin/env bash
# An update whose condition does not hold any more is done all the same, where it began before that.
#
# Packages  oxigraph 0.5.13 (PyPI)
# Seen      2026-11-28
# Expected  Of two updates at once, "set the token to second" and "where the token is first, say so", the outcome is one that
#           they have one after the other: nothing is said after the token has been set.
# Happens   The slower one looks the token up as it begins, and writes when it is done, though the other one was answered in
#           between. "Repeatable read" is what is promised; that two updates which wrote what the other one read are told is not.
# Matters   A condition in WHERE is no lock: a client that was killed still changes the store after another one took over.
#           Leave a trace of whose it was in the same update, and look for traces afterwards.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with oxigraph==0.5.13

at=127.0.0.1:$(free_port)
venv/bin/oxigraph serve --location "$work/data" --bind "$at" >server.log 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
update() { curl --silent --show-error --fail --data-binary @- -H 'Content-Type: application/sparql-update' "http://$at/update"; }
rows() { curl --silent --fail -H 'Accept: text/csv' --data-urlencode "query=$1" "http://$at/query" | tr -d '\r' | tail -n +2 | sort | paste -sd ' '; }
for _ in $(seq 100); do rows 'ASK {}' >ready.log && break || sleep 0.1; done

{
	echo "<urn:s> <urn:token> 'first' ."
	seq 1500 | sed 's/.*/<urn:i&> <urn:number> & ./'
} | sed '1s/^/INSERT DATA {\n/; $s/$/\n}/' | update
update <<'SLOW' &
INSERT { <urn:s> <urn:says> 'the token is first' } WHERE {
  <urn:s> <urn:token> 'first' .
  { SELECT (COUNT(*) AS ?pairs) { ?a <urn:number> ?b . ?c <urn:number> ?d FILTER(?b + ?d > 0) } }
}
SLOW
slow=$!
sleep 0.5
update <<<"DELETE { <urn:s> <urn:token> ?old } INSERT { <urn:s> <urn:token> 'second' } WHERE { <urn:s> <urn:token> ?old }"
{
	echo "set:   $(rows 'SELECT ?o { <urn:s> <urn:token>|<urn:says> ?o }')"
	wait "$slow"
	echo "later: $(rows 'SELECT ?o { <urn:s> <urn:token>|<urn:says> ?o }')"
} >got

same_as_seen <<'SEEN'
set:   second
later: second the token is first
SEEN
