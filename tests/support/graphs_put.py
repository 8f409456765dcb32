"""Graphs put into a server by the Graph Store Protocol, by nothing of ours: lines of N-Quads, graph by graph."""

import urllib.request
from collections import defaultdict
from urllib.parse import quote


def put(place, lines, user="", password=""):
    """Put the graphs of lines of N-Quads into the store at an address; where one is named, a user does it."""
    accounts = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    accounts.add_password(None, place, user, password)
    opener = urllib.request.build_opener(*([urllib.request.HTTPDigestAuthHandler(accounts)] if user else []))
    graphs = defaultdict(list)
    for line in lines.splitlines():
        before, _, graph = line.rpartition(b" <")
        graphs[graph.removesuffix(b"> .").decode()].append(before + b" .\n")
    for graph, triples in graphs.items():
        asking = urllib.request.Request(  # noqa: S310  # our own address
            f"{place}?graph={quote(graph, safe='')}", b"".join(triples), {"Content-Type": "application/n-triples"},
            method="PUT",
        )  # fmt: skip
        opener.open(asking, timeout=120).close()
    return len(graphs)
