"""JSON-LD compacted with a context: each kind of property and value is compacted by PyLD once, and all others alike.

What PyLD makes of a value depends on its property and on what kind of value it is (an IRI, a text, a datatype, a
language), not on the value. So it is asked about one stand-in of each kind, all of them in one document, and the values
are put where the stand-ins came out.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

from kg.model.finding import KgError
from kg.rdf import names

_STAND_IN = "urn:newsroom-kg:stand-in"
_TYPE = names.expand("rdf:type")
_ID, _KIND = "@id", "@type"
_KEYWORDS = ("@version", "id", "type", "graph")
Node = dict[str, Any]
# What PyLD is asked: about the name of a node, a class, or a property with a kind of value.
Question = tuple[str, ...]


def compact(expanded: list[Node], context: Mapping[str, Any], address: str = "") -> str:
    """
    Return what PyLD makes of expanded JSON-LD, as text with sorted keys: the context, and the nodes by their names.

    The nodes are used up. Nothing is fetched: KgError for a context that would be. Where an IRI begins as a short name
    would (a prefix of ours and a colon), or would become one with `//` behind the colon, the document has no such
    prefix, and every name of its namespace is whole.

    The document has the terms of the context that it uses, or where it is read from an `address`, that.
    """
    nodes = sorted(with_types(expanded), key=lambda node: str(node.get(_ID, "")))
    prefixes = {name: names.expand(f"{name}:") for name in set(context) & set(names.PREFIXES)}
    context = _without(context, {one for iri in {*_iris(nodes)} for one in _misread(iri, prefixes)})
    work = _Compaction(context)
    work.learn(nodes)
    document = {"@context": address or work.context(), "graph": [work.node(node) for node in nodes]}
    return _indented(document, "\n") + "\n"


def _indented(part: Any, line: str) -> str:  # noqa: ANN401  # a part of JSON
    """Return JSON as json.dumps writes it with indent=1 and sorted keys, in half of its time; `line` begins a line."""
    if isinstance(part, str):
        return encode_basestring(part)
    deeper = f"{line} "
    if isinstance(part, dict) and part:
        members = [f"{encode_basestring(key)}: {_indented(part[key], deeper)}" for key in sorted(part)]
        return f"{{{deeper}{f',{deeper}'.join(members)}{line}}}"
    if isinstance(part, list) and part:
        return f"[{deeper}{f',{deeper}'.join([_indented(one, deeper) for one in part])}{line}]"
    return json.dumps(part)


def _misread(iri: str, prefixes: Mapping[str, str]) -> Iterator[str]:
    """Yield the prefixes by which an IRI would be read as another: `nr:Claim` as it is, and what is shortened to `nr://x`."""
    scheme = iri.partition(":")[0]
    yield from [scheme] if scheme in prefixes else []
    if "//" in iri[8:]:
        yield from (name for name, space in prefixes.items() if iri.startswith(f"{space}//"))


def with_types(nodes: list[Node]) -> list[Node]:
    """Return expanded JSON-LD with rdf:type as `@type`, which pyoxigraph writes as any property."""
    for node in nodes:
        values = node.pop(_TYPE, [])
        kinds = [one[_ID] for one in values if _ID in one]
        texts = [one for one in values if _ID not in one]
        if kinds:
            node[_KIND] = [*node.get(_KIND, []), *kinds]
        if texts:
            node[_TYPE] = texts
        if "@graph" in node:
            with_types(node["@graph"])
    return nodes


def _iris(nodes: Sequence[Node]) -> Iterator[str]:
    """Yield every IRI of expanded JSON-LD."""
    for node in nodes:
        for key, values in node.items():
            if key == _ID:
                yield values
            elif key == _KIND:
                yield from values
            elif key == "@graph":
                yield from _iris(values)
            else:
                yield key
                yield from (value.get(_ID) or value.get(_KIND) or "" for value in values)


def _without(context: Mapping[str, Any], prefixes: Collection[str]) -> Mapping[str, Any]:
    """Return a context without some prefixes: what they shorten stands whole."""
    if not prefixes:
        return context

    def whole(name: Any) -> Any:  # noqa: ANN401  # a part of JSON
        return names.expand(name) if isinstance(name, str) and name.partition(":")[0] in prefixes else name

    return {
        term: {key: whole(part) for key, part in said.items()} if isinstance(said, dict) else whole(said)
        for term, said in context.items()
        if term not in prefixes
    }


class _Compaction:
    """How one document is compacted: what PyLD said of each kind of thing in it."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._context = context
        # Only what begins with a prefix's namespace is shortened; what begins like a term of the context is refused.
        self._spaces = tuple(names.expand(f"{prefix}:") for prefix in context if prefix in names.PREFIXES)
        self._schemes = frozenset(context)
        defined = (one for one in context.values() if isinstance(one, dict))
        self._vocabulary = frozenset(_full(one[_ID]) for one in defined if one.get(_KIND) == "@vocab")
        self._answers: dict[Question, Any] = {}

    def learn(self, nodes: Sequence[Node]) -> None:
        """Ask PyLD about each kind of thing in some nodes, once."""
        from pyld import jsonld  # 100 ms that only JSON-LD needs

        questions: dict[Question, Node] = {}
        self._ask(nodes, questions)
        options = {"documentLoader": no_network, "compactArrays": True, "graph": True}
        try:
            made = jsonld.compact([*questions.values()], {"@context": self._context}, options)
        except jsonld.JsonLdError as error:
            if error.code != "IRI confused with prefix":
                raise
            what = f"{error.details['iri']} reads like a short name with the prefix {error.details['term']}"
            raise KgError(f"JSON-LD cannot hold this graph: {what}; use trig or nquads") from None
        for question, node in zip(questions, made["graph"], strict=True):
            named, *_ = question
            if named in (_ID, _KIND):
                self._answers[question] = node["id" if named == _ID else "type"]
            else:
                ((term, form),) = ((key, value) for key, value in node.items() if key != "id")
                self._answers[question] = term, form

    def context(self) -> Mapping[str, Any]:
        """Return the part of the context that what was learned needs."""
        return terms_in(self._context, [*self._answers.values()], _KEYWORDS)

    def node(self, node: Node) -> Node:
        """Return a node compacted."""
        made: dict[str, Any] = {}
        for key, values in node.items():
            if key == _ID:
                made["id"] = self._name(values)
            elif key == _KIND:
                made["type"] = [self._answers[_KIND, kind] for kind in values]
            elif key != "@graph":
                for value in values:
                    term, form = self._answers[self._member(key, value)]
                    made.setdefault(term, []).append(self._filled(form, value))
        alone = {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in made.items()}
        return {**alone, "graph": [self.node(one) for one in node["@graph"]]} if "@graph" in node else alone

    def _ask(self, nodes: Sequence[Node], questions: dict[Question, Node]) -> None:
        """Add what is asked about nodes, each question with the node that is laid before PyLD."""
        for node in nodes:
            for key, values in node.items():
                if key == _ID:
                    self._ask_name(values, questions)
                elif key == _KIND:
                    questions.update(((_KIND, kind), {_ID: _STAND_IN, _KIND: [kind]}) for kind in values)
                elif key == "@graph":
                    self._ask(values, questions)
                else:
                    for value in values:
                        if (question := self._member(key, value)) not in questions:
                            questions[question] = {_ID: _STAND_IN, key: [self._like(key, value)]}
                        if _ID in value:
                            self._ask_name(value[_ID], questions)

    def _ask_name(self, iri: str, questions: dict[Question, Node]) -> None:
        if self._is_shortened(iri):
            questions[_ID, iri] = {_ID: iri, _KIND: [_STAND_IN]}

    def _member(self, key: str, value: Node) -> Question:
        """Return the question about a property with a value."""
        if _ID in value:
            return (key, _ID, value[_ID]) if key in self._vocabulary else (key, _ID)
        return (key, *(f"{name} {part}" for name, part in value.items() if name != "@value"))

    def _like(self, key: str, value: Node) -> Node:
        """Return a stand-in for a value."""
        if _ID in value:
            return value if key in self._vocabulary else {_ID: _STAND_IN}
        return {**value, "@value": _STAND_IN}

    def _is_shortened(self, iri: str) -> bool:
        return iri.startswith(self._spaces) or iri.partition(":")[0] in self._schemes

    def _name(self, iri: str) -> str:
        name: str = self._answers.get((_ID, iri), iri)
        return name

    def _filled(self, form: object, value: Node) -> object:
        """Return a form with a value in place of the stand-in."""
        if form == _STAND_IN:
            return self._name(value[_ID]) if _ID in value else value["@value"]
        return {key: self._filled(part, value) for key, part in form.items()} if isinstance(form, dict) else form


def terms_in(context: Mapping[str, Any], parts: object, always: Sequence[str]) -> Mapping[str, Any]:
    """Return the part of a context that some JSON needs: the terms in it, and the prefixes in their names."""
    words = {*always}
    waiting = {*_words(parts)}
    while waiting:
        words |= waiting
        waiting = {*_words([context[word] for word in waiting if word in context])} - words
    return {term: said for term, said in context.items() if term in words}


def _words(parts: object) -> Iterator[str]:
    """Yield every word that may be a term in some parts of JSON, and the prefix of each."""
    if isinstance(parts, str):
        yield parts
        yield parts.partition(":")[0]
    elif isinstance(parts, dict):
        for key, part in parts.items():
            yield from _words(key)
            yield from _words(part)
    elif isinstance(parts, list | tuple):
        for part in parts:
            yield from _words(part)


def _full(name: str) -> str:
    return names.expand(name) if name.partition(":")[0] in names.PREFIXES else name


def no_network(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    """Load no document: KgError says which would be."""
    raise KgError(f"a JSON-LD context at {url} would be fetched from the network, which is off")
