# shellcheck shell=bash
# Sourced by findings about SPARQL expressions instead of _lib.sh: three engines, and a table of what each makes of an expression.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"

sparql_engines() {
	python_with pyoxigraph==0.5.13 rdflib==7.6.0
	node_with @comunica/query-sparql-rdfjs@5.4.1 n3@2.13.12
}

# Reads expressions from standard input, one a line, and prints what pyoxigraph, rdflib and Comunica bind to ?value in
# SELECT (EXPRESSION AS ?value) {}: the lexical form in quotes and the datatype's local name, "-" for no value.
sparql_table() {
	cat >expressions
	cat >ask.py <<'PY'
import logging

import pyoxigraph
import rdflib

logging.disable()
XSD = "http://www.w3.org/2001/XMLSchema#"
store, graph = pyoxigraph.Store(), rdflib.Graph()


def shown(lexical, language, datatype):
    kind = f"@{language}" if language else " " + datatype.removeprefix(XSD) if datatype != XSD + "string" else ""
    return f'"{lexical}"{kind}'


def in_oxigraph(query):
    (row,) = store.query(query)
    return row[0] and shown(row[0].value, row[0].language, row[0].datatype.value)


def in_rdflib(query):
    (row,) = graph.query(query)
    value = row[0]
    return None if value is None else shown(str(value), value.language, str(value.datatype or XSD + "string"))


for expression in open("expressions"):
    query = f"PREFIX xsd: <{XSD}> SELECT ({expression.strip()} AS ?value) {{}}"
    for ask in (in_oxigraph, in_rdflib):
        try:
            print(ask(query) or "-")
        except Exception:
            print("-")
PY
	cat >ask.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { QueryEngine } from '@comunica/query-sparql-rdfjs'
import { Store } from 'n3'

const xsd = 'http://www.w3.org/2001/XMLSchema#'
const engine = new QueryEngine()
for (const expression of readFileSync('expressions', 'utf8').trim().split('\n')) {
  const query = `PREFIX xsd: <${xsd}> SELECT (${expression} AS ?value) {}`
  let answer = '-'
  try {
    const rows = await (await engine.queryBindings(query, { sources: [new Store()] })).toArray()
    const term = rows[0].get('value')
    if (term) {
      const type = term.datatype.value.replace(xsd, '')
      answer = `"${term.value}"` + (term.language ? `@${term.language}` : type === 'string' ? '' : ` ${type}`)
    }
  } catch {}
  console.log(answer)
}
JS
	python ask.py >python.answers 2>ask.log && node ask.mjs >comunica.answers 2>>ask.log || {
		cat ask.log >&2
		exit 2
	}
	python - <<'PY'
expressions = [line.strip() for line in open("expressions")]
python = [line.rstrip("\n") for line in open("python.answers")]
rows = [("expression", "pyoxigraph", "rdflib", "Comunica")]
rows += zip(expressions, python[::2], python[1::2], (line.rstrip("\n") for line in open("comunica.answers")), strict=True)
widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
for row in rows:
    print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
PY
}
