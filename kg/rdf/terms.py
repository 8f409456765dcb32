"""Terms as the engine has them, and triples of them; a fact is a triple that a graph of the wiki holds."""

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Node = ox.NamedNode | ox.BlankNode
Triple = tuple[Node, ox.NamedNode, Term]
Fact = Triple
