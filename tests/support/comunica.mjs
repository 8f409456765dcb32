// Asks a SPARQL endpoint by Comunica: node comunica.mjs ENDPOINT, a JSON list of queries on standard input; a JSON list of answers.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const load = createRequire(process.argv[3])
const { QueryEngine } = load('@comunica/query-sparql')
const engine = new QueryEngine()
const sources = [{ type: 'sparql', value: process.argv[2] }]
const answers = []
for (const query of JSON.parse(readFileSync(0, 'utf8'))) {
  const result = await engine.query(query, { sources })
  if (result.resultType === 'boolean') {
    answers.push(await result.execute())
  } else if (result.resultType === 'bindings') {
    const rows = await (await result.execute()).toArray()
    answers.push(rows.map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value]))))
  } else {
    const quads = await (await result.execute()).toArray()
    answers.push(quads.map((quad) => [quad.subject.value, quad.predicate.value, quad.object.value]).sort())
  }
}
process.stdout.write(JSON.stringify(answers))
