"""Framed JSON-LD: each source as a tree with its claims, quotes and connections, by ontology/source-frame.jsonld."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import RdfFormat, parse, serialize

from kg.ask import json_ld
from kg.model import declared
from kg.rdf.nquads import TERMS

Node = dict[str, Any]
_REPORTED, _SUBJECT, _TYPE, _SOURCE = (
    TERMS[word].encode() for word in ("nr:reportedIn", "rdf:subject", "rdf:type", "nr:Source")
)


def framed(document: object, frame: object, **options: object) -> Any:  # noqa: ANN401  # JSON
    """Return what PyLD makes of a document by a frame; nothing is fetched: KgError for what would be."""
    from pyld import jsonld

    return jsonld.frame(document, frame, {"documentLoader": json_ld.no_network, **options})


def written(triples: Sequence[bytes], base: str, address: str) -> bytes:
    """
    Return the sources of some sorted triples, each framed, a statement a line.

    IRIs are relative to the wiki's base; the context stands in the document, or leads to its address.
    """
    frame = json.loads(declared.read("ontology/source-frame.jsonld"))
    context = {**frame.pop("@context"), "@base": base}
    sources = [_source(nodes, {**frame, "@context": context, "id": iri}) for iri, nodes in _by_source(triples)]
    head = (
        [address, {"@base": base}]
        if address
        else json_ld.terms_in(context, sources, ("@base", "@version", "graph", "id", "type"))
    )
    graph = ",\n".join(_lines(one) for one in sources)
    return f'{{\n"@context": {json.dumps(head, ensure_ascii=False)},\n"graph": [\n{graph}\n]\n}}\n'.encode()


def _by_source(triples: Sequence[bytes]) -> Iterator[tuple[str, list[Node]]]:
    """Yield each source with what is said of it and of its statements, as expanded JSON-LD."""
    told: dict[bytes, list[bytes]] = defaultdict(list)
    statements: dict[bytes, set[bytes]] = defaultdict(set)
    sources: set[bytes] = set()
    for line in triples:
        subject, predicate, rest = line.split(b" ", 2)
        told[subject].append(line)
        if predicate in (_REPORTED, _SUBJECT):
            statements[rest[:-3]].add(subject)
            sources |= {rest[:-3]} if predicate == _REPORTED else set()
        elif predicate == _TYPE and rest[:-3] == _SOURCE:
            sources.add(subject)
    for source in sorted(sources):
        text = b"".join(line for node in (source, *sorted(statements[source])) for line in told.get(node, ()))
        expanded = serialize(parse(input=text, format=RdfFormat.N_TRIPLES), format=RdfFormat.JSON_LD)
        yield source[1:-1].decode(), json_ld.with_types(json.loads(expanded or b"[]"))


def _source(nodes: list[Node], frame: Node) -> Node:
    """
    Return a source in its frame.

    A frame has each property once, and claims and quotes are reported in a source by the same one: what has a property
    that another member has is framed on its own.
    """
    context = frame["@context"]
    made: Node = {}
    for left in _rounds(frame, context):
        some = {key: value for key, value in frame.items() if key not in left}
        some["@context"] = {key: value for key, value in context.items() if key not in left}
        tree = framed(nodes, some, omitGraph=True, omitDefault=True)
        tree.pop("@context", None)
        made |= {key: _numbered(value) for key, value in tree.items() if value != []}
    return {key: made[key] for key in ("id", "type", *frame) if key in made}


def _numbered(value: object) -> object:
    """Return the statements of a source with their lines as numbers, which the context says they are."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return value
    return [{**one, "line": int(one["line"])} if str(one.get("line", "")).isdecimal() else one for one in value]


def _rounds(frame: Node, context: Mapping[str, Any]) -> Iterator[set[str]]:
    """Yield the members that are left out, so that in the end each was in once, and none beside one of its property."""
    waiting = [key for key in frame if isinstance(context.get(key), dict) and "@reverse" in context[key]]
    while waiting:
        by_property = {context[key]["@reverse"]: key for key in reversed(waiting)}
        yield {key for key in context if "@reverse" in str(context[key])} - {*by_property.values()}
        waiting = [key for key in waiting if key not in by_property.values()]


def _lines(source: Node) -> str:
    """Return a source as JSON with a line for each property and each statement, in the order of their lines."""
    parts = []
    for key, value in source.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = sorted(
                value, key=lambda one: (one["line"] if isinstance(one.get("line"), int) else 0, str(one.get("id", "")))
            )
            listed = ",\n".join(f"   {json.dumps(one, ensure_ascii=False)}" for one in rows)
            parts.append(f"  {json.dumps(key)}: [\n{listed}\n  ]")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return " {\n" + ",\n".join(parts) + "\n }"
