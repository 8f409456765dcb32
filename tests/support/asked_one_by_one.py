"""The reference for places and words: the queries of queries/checks, asked anew for each finding."""

from dataclasses import replace
from itertools import takewhile

import pyoxigraph as ox

from kg.check import finding_place
from kg.check.part_place import Spot
from kg.rdf import names

NOTHING = ox.NamedNode(names.SHAPES + "nothing")


def best(store, about):
    """Where a finding stands, as checks/parts.rq and checks/place.rq have it."""
    terms = {"focus": about.focus, "value": about.value or NOTHING, "node": about.node or about.focus}
    ranked = {
        (int(row["rank"].value), row["part"].value)
        for path in about.paths or (NOTHING,)
        for row in finding_place.select(store, "parts", {**terms, "path": path})
    }
    places = (
        (rank, shown(row), ox.NamedNode(part))
        for rank, part in sorted(ranked)
        for row in finding_place.select(store, "place", {"part": ox.NamedNode(part)})
    )
    first = next(places, None)
    if first is None:
        return None
    equals = takewhile(lambda place: place[0] == first[0], places)
    rank, span, part = min([first, *equals], key=lambda place: place[1])
    return Spot(span, part, says=rank == 1)


def shown(row):
    span = finding_place.span(row)
    named = row["named"]
    return replace(span, end_column=span.column + len(named.value)) if named and span.end_line else span


def whole(store, part):
    """Where a part stands, as checks/place.rq has it."""
    return next(map(finding_place.span, finding_place.select(store, "place", {"part": part})), None)


def words(store, node, query="words"):
    """What a node is called, as checks/words.rq has it, or what would be right for it, as checks/right.rq."""
    row = next(finding_place.select(store, query, {"node": node}), None)
    return row["words"].value if row else None
