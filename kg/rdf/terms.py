"""Terms as the engine has them, and triples of them; a fact is a triple that a graph of the wiki holds."""

from collections.abc import Callable

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Node = ox.NamedNode | ox.BlankNode
Triple = tuple[Node, ox.NamedNode, Term]
Fact = Triple
# A function of ours that the engine calls, and what the names of all of them begin with.
Function = Callable[..., Term | ox.Triple | None]
OURS = "urn:newsroom-kg:"


def named(name: str) -> ox.NamedNode:
    """Return the name of a function of ours."""
    return ox.NamedNode(OURS + name)
