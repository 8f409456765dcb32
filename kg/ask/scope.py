"""What a query is asked of: what stands outside GRAPH, and what its names mean."""

from collections.abc import Mapping
from dataclasses import field

from kg.model.records import dataclass
from kg.rdf import names


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graphs that are asked, by their IRIs: those that stand outside GRAPH as one, and those that GRAPH names."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """
    What a query is asked of.

    Outside GRAPH stands what all graphs say, each fact once (`union`), else the graph without a name, as the standard
    has it where nobody says otherwise. Relative IRIs are below `base`; `prefixes` need no PREFIX. Where `graphs` are
    given, these and no others are asked, whatever FROM says.
    """

    base: str | None = None
    prefixes: Mapping[str, str] = field(default_factory=lambda: names.PREFIXES)
    union: bool = True
    graphs: Graphs | None = None


ALL_GRAPHS = Scope()
