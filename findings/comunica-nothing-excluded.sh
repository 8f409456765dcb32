#!/usr/bin/env bash
# Over two sources, Comunica leaves nothing where NOT EXISTS or MINUS excludes nothing: a pattern that neither has loses all rows.
#
# Packages  @comunica/query-sparql-rdfjs 5.4.1, n3 2.13.12 (JavaScript)
# Seen      2026-11-28
# Expected  One would expect both claims: FILTER NOT EXISTS and MINUS of what no source has take no row away, so there is
#           the same answer over one source with everything and over two with a half each.
# Happens   Where no source has a match for a pattern within NOT EXISTS, EXISTS or MINUS, Comunica drops the pattern before
#           it asks, takes the whole SELECT for empty, and has no row; COUNT has no row either, which it always has.
#           ASK is right, OPTIONAL with !BOUND too, and over one source all of it.
# Matters   A check "what lacks a source?", "which claim has no answer?" over a wiki in several stores is silent exactly
#           where nothing at all has one, and looks like a wiki in order. Ask with OPTIONAL and !BOUND.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
node_with @comunica/query-sparql-rdfjs@5.4.1 n3@2.13.12

cat >ask.mjs <<'JS'
import { QueryEngine } from '@comunica/query-sparql-rdfjs'
import { Parser, Store } from 'n3'

const name = 'http://example.org/'
const read = (text) => new Store(new Parser().parse(`@prefix : <${name}> . ${text}`))
const halves = [':one :about :tides .', ':two :about :tides ; :deniedBy :anna .']
const engine = new QueryEngine()

async function answer(query, sources) {
  const result = await engine.query(`PREFIX : <${name}> ${query}`, { sources })
  if (result.resultType === 'boolean') return String(await result.execute())
  const rows = await (await result.execute()).toArray()
  return rows.map((row) => (row.get('c') ?? row.get('n')).value.replace(name, '')).sort().join(' ') || 'no row'
}

console.log('question'.padEnd(90), 'one source  two sources')
for (const query of [
  'SELECT ?c { ?c :about :tides FILTER NOT EXISTS { ?c :deniedBy ?who } }',
  'SELECT ?c { ?c :about :tides FILTER NOT EXISTS { ?c :withdrawn ?day } }',
  'SELECT ?c { ?c :about :tides MINUS { ?c :withdrawn ?day } }',
  'SELECT ?c { ?c :about :tides BIND(EXISTS { ?c :withdrawn ?day } AS ?gone) }',
  'SELECT (COUNT(*) AS ?n) { ?c :about :tides FILTER NOT EXISTS { ?c :withdrawn ?day } }',
  'ASK { ?c :about :tides FILTER NOT EXISTS { ?c :withdrawn ?day } }',
  'SELECT ?c { ?c :about :tides OPTIONAL { ?c :withdrawn ?day } FILTER(!BOUND(?day)) }',
]) {
  const [whole, parted] = [await answer(query, [read(halves.join(' '))]), await answer(query, halves.map(read))]
  console.log(query.padEnd(90), whole.padEnd(11), parted)
}
JS
node ask.mjs >got 2>ask.log || {
	cat ask.log >&2
	exit 2
}
same_as_seen <<'SEEN'
question                                                                                   one source  two sources
SELECT ?c { ?c :about :tides FILTER NOT EXISTS { ?c :deniedBy ?who } }                     one         one
SELECT ?c { ?c :about :tides FILTER NOT EXISTS { ?c :withdrawn ?day } }                    one two     no row
SELECT ?c { ?c :about :tides MINUS { ?c :withdrawn ?day } }                                one two     no row
SELECT ?c { ?c :about :tides BIND(EXISTS { ?c :withdrawn ?day } AS ?gone) }                one two     no row
SELECT (COUNT(*) AS ?n) { ?c :about :tides FILTER NOT EXISTS { ?c :withdrawn ?day } }      2           no row
ASK { ?c :about :tides FILTER NOT EXISTS { ?c :withdrawn ?day } }                          true        true
SELECT ?c { ?c :about :tides OPTIONAL { ?c :withdrawn ?day } FILTER(!BOUND(?day)) }        one two     one two
SEEN
