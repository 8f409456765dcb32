#!/usr/bin/env bash
# A base makes other hosts lose their scheme.
#
# Packages  pyoxigraph 0.5.13, rdflib 7.6.0 (Python)
# Seen      2026-11-28
# Expected  Turtle written with a base has the names below that base short, and the others as they are: what rdflib does.
# Happens   pyoxigraph shortens every IRI that has the scheme of the base, to `//schema.org/about`, in the lines of
#           @prefix, too. It is right by RFC 3986, section 5.2.2, and reads back as it was.
# Matters   Nobody finds `https://schema.org` in such a file any more, by eye or by grep, and a line that is moved to a file
#           with a base of http means another name without a word.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"
python_with pyoxigraph==0.5.13 rdflib==7.6.0

python >got <<'PY'
import pyoxigraph as ox
import rdflib

BASE, ABOUT = "https://wiki.example/tea/", "https://schema.org/about"
fact = ox.Quad(ox.NamedNode(BASE + "Cup"), ox.NamedNode(ABOUT), ox.NamedNode(BASE + "Tea"))
graph = rdflib.Graph().add((rdflib.URIRef(BASE + "Cup"), rdflib.URIRef(ABOUT), rdflib.URIRef(BASE + "Tea")))
plain = ox.serialize([fact], format=ox.RdfFormat.TURTLE, base_iri=BASE).decode()
short = ox.serialize([fact], format=ox.RdfFormat.TURTLE, base_iri=BASE, prefixes={"schema": "https://schema.org/"}).decode()
print("pyoxigraph:", *plain.split("\n")[1:], short.split("\n")[1])
print("rdflib:", *[line for line in graph.serialize(format="turtle", base=BASE).split("\n") if line and "@" not in line])
for base in ("https", "http"):
    read = ox.parse(plain.replace("@base <https", f"@base <{base}"), format=ox.RdfFormat.TURTLE)
    print(f"below {base}:", *[quad.predicate.value for quad in read])
PY

same_as_seen <<'SEEN'
pyoxigraph: <Cup> <//schema.org/about> <Tea> .  @prefix schema: <//schema.org/> .
rdflib: <Cup> schema:about <Tea> .
below https: https://schema.org/about
below http: http://schema.org/about
SEEN
