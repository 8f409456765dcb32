# shellcheck shell=bash
# Sourced by each finding: a temporary folder to work in, pinned packages, a comparison with what was seen.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

quietly() { # runs a command; its output is shown only where it fails
	"$@" >install.log 2>&1 || {
		cat install.log >&2
		exit 2
	}
}

python_with() { # PACKAGE==VERSION ...: a fresh environment, its python first on the path
	quietly python3 -m venv venv
	quietly venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
	PATH=$work/venv/bin:$PATH
	export PYTHONHASHSEED=0 PYTHONWARNINGS=ignore
}

node_with() { # PACKAGE@VERSION ...: a fresh node_modules
	echo '{"private": true, "type": "module"}' >package.json
	quietly npm install --silent --no-audit --no-fund --ignore-scripts --save-exact "$@"
}

same_as_seen() { # compares the file `got` with standard input
	cat >seen
	if diff -u --label seen seen --label now got; then
		echo "same as seen"
	else
		exit 1
	fi
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Virtuoso of Debian, unpacked and started on loopback: `virtuoso_rows QUERY` prints the rows of an answer in one line, and
# `virtuoso_put GRAPH` makes a graph of the Turtle on standard input.
virtuoso_server() { # VERSION
	quietly apt-get download "virtuoso-opensource-7-bin=$1"
	quietly dpkg-deb -x virtuoso-opensource-7-bin_*.deb unpacked
	virtuoso=http://127.0.0.1:$(free_port)
	cat >virtuoso.ini <<-INI
		[Database]
		DatabaseFile = $work/virtuoso.db
		ErrorLogFile = $work/virtuoso.log
		LockFile = $work/virtuoso.lck
		TransactionFile = $work/virtuoso.trx
		xa_persistent_file = $work/virtuoso.pxa
		[TempDatabase]
		DatabaseFile = $work/temporary.db
		TransactionFile = $work/temporary.trx
		[Parameters]
		ServerPort = 127.0.0.1:$(free_port)
		DirsAllowed = $work
		[HTTPServer]
		ServerPort = ${virtuoso#http://}
		ServerRoot = $work
	INI
	"$(find "$work/unpacked" -type f -name 'virtuoso-t*' | head -n 1)" -f -c "$work/virtuoso.ini" >server.log 2>&1 &
	trap 'kill -9 %1 2>/dev/null || :; wait 2>/dev/null || :; rm -rf "$work"' EXIT
	for _ in $(seq 300); do
		curl --silent --output /dev/null "$virtuoso/sparql?query=ASK%7B%7D" && return
		sleep 0.2
	done
	cat server.log >&2
	exit 2
}

virtuoso_rows() {
	curl --silent --fail --header 'Accept: text/csv' --data-urlencode "query=$1" "$virtuoso/sparql" |
		tail -n +2 | sort | tr '\n' ' '
}

virtuoso_put() {
	curl --silent --fail --output /dev/null --digest --user dba:dba --request PUT --header 'Content-Type: text/turtle' \
		--data-binary @- "$virtuoso/sparql-graph-crud-auth?graph=$1"
}

# Eight SHACL validators over small cases. A case is NAME.shapes.ttl and NAME.data.ttl in the folder `cases`, written with
# `shacl_case NAME SHAPES DATA`; `shacl_table` prints one row a case: the count of results, "-" where the data conforms,
# "!" where the validator raises an error.
shacl_validators() {
	python_with pyshacl==0.40.1 rdflib==7.6.0 owlrl==7.6.2 shacl==0.3.4 shacl-rust==0.2.12 pyshifty==0.5.1 \
		pyshacl-turbo==0.6.5 pyrudof==0.3.35
	node_with rdf-validate-shacl@0.6.5 shacl-engine@1.1.2 @zazuko/env@3.0.1 n3@2.13.12
	mkdir cases
}

shacl_prefixes='@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .'

shacl_case() {
	printf '%s\n%s\n' "$shacl_prefixes" "$2" >"cases/$1.shapes.ttl"
	printf '%s\n%s\n' "$shacl_prefixes" "$3" >"cases/$1.data.ttl"
}

shacl_table() {
	cat >validate.mjs <<'JS'
import { readFileSync } from 'node:fs'
import rdf from '@zazuko/env'
import { Parser } from 'n3'
import Zazuko from 'rdf-validate-shacl'
import { Validator } from 'shacl-engine'

const read = (file) => rdf.dataset(new Parser({ factory: rdf }).parse(readFileSync(file, 'utf8')))
for (const name of process.argv.slice(2)) {
  const shapes = read(`cases/${name}.shapes.ttl`)
  const data = read(`cases/${name}.data.ttl`)
  for (const [label, run] of [
    ['rdf-validate-shacl', () => new Zazuko(shapes, { factory: rdf }).validate(data)],
    ['shacl-engine', () => new Validator(shapes, { factory: rdf }).validate({ dataset: data })],
  ]) {
    let answer = '!'
    try {
      const report = await run()
      answer = report.conforms ? '-' : report.results.length
    } catch {}
    console.log(name, label, answer)
  }
}
JS
	cat >validate.py <<'PY'
import sys

import pyrudof
import pyshacl
import pyshacl_turbo
import shacl
import shacl_rust
import shifty
from rdflib import SH, Graph


def graph(text):
    return Graph().parse(data=text, format="turtle")


def of_report(answer):
    conforms, report, _ = answer
    return conforms, len(list(report.subject_objects(SH.result)))


def rudof(shapes, data):
    session = pyrudof.Rudof(pyrudof.RudofConfig())
    session.read_data(data)
    session.read_shacl(shapes)
    report = session.validate_shacl()
    return report.conforms, len(report)


def with_shacl(shapes, data):
    report = shacl.Shapes.from_turtle(shapes).validate_turtle(data)
    return report.conforms, len(report.results)


def rust(shapes, data):
    report = shacl_rust.validate(data, shapes)
    return report["conforms"], len(report["results"])


VALIDATORS = {
    "pyshacl": lambda s, d: of_report(pyshacl.validate(graph(d), shacl_graph=graph(s))),
    "pyshacl-turbo": lambda s, d: of_report(pyshacl_turbo.validate(graph(d), shacl_graph=graph(s))),
    "pyshifty": lambda s, d: of_report(shifty.validate(d, s)),
    "shacl": with_shacl,
    "shacl-rust": rust,
    "pyrudof": rudof,
}
for name in sys.argv[1:]:
    shapes, data = (open(f"cases/{name}.{part}.ttl").read() for part in ("shapes", "data"))
    for label, validate in VALIDATORS.items():
        try:
            conforms, count = validate(shapes, data)
            answer = "-" if conforms else count
        except Exception:
            answer = "!"
        print(name, label, answer)
PY
	{
		python validate.py "$@" 2>>validate.log
		node validate.mjs "$@" 2>>validate.log
	} >answers || {
		cat validate.log >&2
		exit 2
	}
	python - "$@" <<'PY'
import sys

rows = [line.split() for line in open("answers")]
labels = list(dict.fromkeys(label for _, label, _ in rows))
cells = {(name, label): answer for name, label, answer in rows}
print("case".ljust(22), *labels)
for name in sys.argv[1:]:
    print(name.ljust(22), *(cells[name, label].center(len(label)) for label in labels))
PY
}
