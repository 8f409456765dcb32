// Asks some SPARQL endpoints as one: node federation.mjs PACKAGE_JSON ENDPOINT…; a query as JSON on each line of standard
// input, an answer or an error as JSON on a line of standard output. Terms are written as in N-Triples.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const [installed, ...endpoints] = process.argv.slice(2)
const { QueryEngine } = createRequire(installed)('@comunica/query-sparql')
const engine = new QueryEngine()
const sources = endpoints.map((value) => ({ type: 'sparql', value }))
const STRING = 'http://www.w3.org/2001/XMLSchema#string'
const escapes = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' }

function written(term) {
  if (term.termType === 'NamedNode') return `<${term.value}>`
  if (term.termType === 'BlankNode') return '_:blank'
  const text = `"${term.value.replace(/[\\"\n\r]/g, (one) => escapes[one])}"`
  if (term.language) return `${text}@${term.language}`
  return term.datatype.value === STRING ? text : `${text}^^<${term.datatype.value}>`
}

async function answer(query) {
  const result = await engine.query(query, { sources })
  if (result.resultType === 'boolean') return result.execute()
  if (result.resultType === 'bindings') {
    const names = (await result.metadata()).variables.map((one) => one.variable ?? one)
    const rows = await (await result.execute()).toArray()
    return rows.map((row) => names.map((name) => (row.has(name) ? written(row.get(name)) : null)))
  }
  const quads = await (await result.execute()).toArray()
  return quads.map((quad) => [quad.subject, quad.predicate, quad.object].map(written))
}

for await (const line of createInterface({ input: process.stdin })) {
  let told
  try {
    told = { answer: await answer(JSON.parse(line)) }
  } catch (error) {
    told = { error: String(error.message).split('\n')[0] }
  }
  process.stdout.write(`${JSON.stringify(told)}\n`)
}
