"""Functions of ours that load what they compute with when the engine first calls them: few questions need one."""

import re
from functools import cache

import pyoxigraph as ox

from kg.rdf.terms import OURS, Function, Term, named

_OURS = re.compile(f"<{OURS}([a-z-]+)>")


def called_by(text: str, rewrite: str) -> dict[ox.NamedNode, Function]:
    """Return the functions that `rewrite`, made of a text, calls; they load what they need when they are called."""
    if OURS in text:
        from kg.rdf.engine_functions import FUNCTIONS

        return FUNCTIONS
    return {named(name): _called_late(name) for name in _OURS.findall(rewrite)}


@cache
def _called_late(name: str) -> Function:
    def call(*terms: Term) -> Term | ox.Triple | None:
        from kg.rdf.engine_functions import FUNCTIONS

        return FUNCTIONS[named(name)](*terms)

    return call
