"""Triples in Turtle as the reasoner has them, and what is said of one wiki among what follows from them."""

from pyoxigraph import RdfFormat, parse

from kg.rdf import names
from kg.reason import infer

EX = "https://wiki.example/"
_HEAD = f"@prefix : <{EX}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in names.PREFIXES.items())


def triples(text):
    """Return the triples of a text in Turtle, in which `:` is the wiki and the other prefixes are ours."""
    whole = _HEAD + text + ("" if text.rstrip().endswith(".") else " .")
    return [(str(q.subject), str(q.predicate), str(q.object)) for q in parse(whole, format=RdfFormat.TURTLE)]


def told(whole):
    """Return what a closure says of the wiki, as triples."""
    return {tuple(line[:-3].split(" ", 2)) for line in infer.told(whole, EX, " .\n")}
