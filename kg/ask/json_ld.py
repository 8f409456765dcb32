"""JSON-LD compacted with a context: each kind of property and value is compacted by PyLD once, and all others alike.

What PyLD makes of a value depends on its property and on what kind of value it is (an IRI, a text, a datatype, a
language), not on the value. So it is asked about one stand-in of each kind, all of them in one document, and the values
are put where the stand-ins came out.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from json.encoder import encode_basestring
from typing import Any

from kg.model.finding import KgError
from kg.rdf import names

_STAND_IN = "urn:newsroom-kg:stand-in"
_TYPE = names.expand("rdf:type")
_ID, _KIND = "@id", "@type"
# What begins a line of a member of the document, and of a node in its list.
_MEMBER, _NODE = "\n ", "\n  "
_KEYWORDS = ("@version", "id", "type", "graph")
Node = dict[str, Any]
# What PyLD is asked about a property: which, with which kind of value.
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
    questions = _Questions(context)
    questions.read(nodes)
    prefixes = {name: names.expand(f"{name}:") for name in set(context) & set(names.PREFIXES)}
    context = _without(context, {one for iri in questions.iris() for one in _misread(iri, prefixes)})
    work = _Compaction(context, questions)
    parts = [work.node(node, _NODE) for node in nodes]
    return f'{{\n "@context": {_indented(address or work.context(), _MEMBER)},\n "graph": {_list(parts, _MEMBER)}\n}}\n'


def _indented(part: Any, line: str) -> str:  # noqa: ANN401  # a part of JSON
    """Return JSON as json.dumps writes it with indent=1 and sorted keys; `line` begins a line."""
    if isinstance(part, str):
        return encode_basestring(part)
    deeper = f"{line} "
    if isinstance(part, Mapping):
        return _object({key: _indented(one, deeper) for key, one in part.items()}, line)
    return _list([_indented(one, deeper) for one in part], line) if isinstance(part, list) else json.dumps(part)


def _object(members: Mapping[str, str], line: str) -> str:
    """Return the text of an object whose members are text already."""
    lines = f",{line} ".join([f"{encode_basestring(key)}: {members[key]}" for key in sorted(members)])
    return f"{{{line} {lines}{line}}}" if members else "{}"


def _list(parts: Sequence[str], line: str) -> str:
    """Return the text of a list of parts that are text already."""
    return f"[{line} {f',{line} '.join(parts)}{line}]" if parts else "[]"


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


class _Questions:
    """What PyLD is asked about: the names, classes, and properties with a kind of value that some nodes have."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        defined = (one for one in context.values() if isinstance(one, dict))
        self._vocabulary = frozenset(_full(one[_ID]) for one in defined if one.get(_KIND) == "@vocab")
        # Each as it came, so that the first that cannot be held is told.
        self.names: dict[str, None] = {}
        self.classes: dict[str, None] = {}
        self.members: dict[Question, Node] = {}

    def read(self, nodes: Sequence[Node]) -> None:
        """Add what is asked about nodes, a property and a kind of value with the first such value."""
        for node in nodes:
            for key, values in node.items():
                if key == _ID:
                    self.names[values] = None
                elif key == _KIND:
                    self.classes.update(dict.fromkeys(values))
                elif key == "@graph":
                    self.read(values)
                else:
                    self._read_values(key, values)

    def _read_values(self, key: str, values: Sequence[Node]) -> None:
        for value in values:
            self.members.setdefault(self.member(key, value), value)
            if _ID in value:
                self.names[value[_ID]] = None

    def member(self, key: str, value: Node) -> Question:
        """Return the question about a property with a value."""
        if _ID in value:
            return (key, _ID, value[_ID]) if key in self._vocabulary else (key, _ID)
        if len(value) == 1:
            return (key,)
        return key, value.get(_KIND, ""), value.get("@language", ""), value.get("@direction", "")

    def iris(self) -> Iterator[str]:
        """Yield every IRI, some more than once."""
        yield from self.names
        yield from self.classes
        for (key, *_), value in self.members.items():
            yield key
            yield value.get(_KIND, key)

    def like(self, question: Question, stand_in: str) -> Node:
        """Return a node that has a stand-in for the value."""
        key, value = question[0], self.members[question]
        if _ID in value:
            return {_ID: stand_in, key: [value if key in self._vocabulary else {_ID: stand_in}]}
        return {_ID: stand_in, key: [{**value, "@value": stand_in}]}


class _Compaction:
    """How one document is compacted: what PyLD said of each kind of thing in it."""

    def __init__(self, context: Mapping[str, Any], questions: _Questions) -> None:
        self._context = context
        self._member = questions.member
        # Only what begins with a prefix's namespace is shortened; what begins like a term of the context is refused.
        self._spaces = tuple(names.expand(f"{prefix}:") for prefix in context if prefix in names.PREFIXES)
        self._schemes = frozenset(context)
        iris = {*questions.iris()}
        self._stand_in = next(one for end in count() if (one := f"{_STAND_IN}{end or ''}") not in iris)
        self._names: dict[str, str] = {}
        self._classes: dict[str, str] = {}
        self._forms: dict[Question, tuple[str, Any]] = {}
        self._around: dict[tuple[Question, str], tuple[str, str, str]] = {}
        self._learn(questions)

    def _learn(self, questions: _Questions) -> None:
        """Ask PyLD about each thing, once."""
        shortened = [iri for iri in questions.names if self._is_shortened(iri)]
        made = iter(
            self._by_pyld([
                *({_ID: iri, _KIND: [self._stand_in]} for iri in shortened),
                *({_ID: self._stand_in, _KIND: [kind]} for kind in questions.classes),
                *(questions.like(question, self._stand_in) for question in questions.members),
            ])
        )  # fmt: skip
        self._names = {iri: next(made)["id"] for iri in shortened}
        self._classes = {kind: next(made)["type"] for kind in questions.classes}
        for question in questions.members:
            ((term, form),) = ((key, value) for key, value in next(made).items() if key != "id")
            self._forms[question] = term, form

    def _by_pyld(self, nodes: list[Node]) -> list[Node]:
        from pyld import jsonld  # 100 ms that only JSON-LD needs

        options = {"documentLoader": no_network, "compactArrays": True, "graph": True}
        try:
            made = jsonld.compact(nodes, {"@context": self._context}, options)
        except jsonld.JsonLdError as error:
            if error.code != "IRI confused with prefix":
                raise
            what = f"{error.details['iri']} reads like a short name with the prefix {error.details['term']}"
            raise KgError(f"JSON-LD cannot hold this graph: {what}; use trig or nquads") from None
        compacted: list[Node] = made["graph"]
        return compacted

    def context(self) -> Mapping[str, Any]:
        """Return the part of the context that what was learned needs."""
        answers = [*self._names.values(), *self._classes.values(), *self._forms.values()]
        return terms_in(self._context, answers, _KEYWORDS)

    def node(self, node: Node, line: str) -> str:
        """Return the text of a node compacted; `line` begins a line of it."""
        deeper = f"{line} "
        members: dict[str, str] = {}
        properties: dict[str, list[tuple[Question, Node]]] = {}
        for key, values in node.items():
            if key == _ID:
                members["id"] = self._name(values)
            elif key == _KIND:
                members["type"] = _one_or_list([encode_basestring(self._classes[kind]) for kind in values], deeper)
            elif key == "@graph":
                members["graph"] = _list([self.node(one, f"{deeper} ") for one in values], deeper)
            else:
                for value in values:
                    question = self._member(key, value)
                    properties.setdefault(self._forms[question][0], []).append((question, value))
        for term, values in properties.items():
            inner = deeper if len(values) == 1 else f"{deeper} "
            members[term] = _one_or_list([self._value(*value, inner) for value in values], deeper)
        return _object(members, line)

    def _value(self, question: Question, value: Node, line: str) -> str:
        """Return the text of a value in its form."""
        around = self._around.get((question, line))
        if around is None:
            whole = _indented(self._forms[question][1], line)
            around = self._around[question, line] = whole.partition(encode_basestring(self._stand_in))
        before, stand_in, behind = around
        if not stand_in:
            return before
        if _ID in value:
            return f"{before}{self._name(value[_ID])}{behind}"
        text = value["@value"]
        return f"{before}{encode_basestring(text) if isinstance(text, str) else json.dumps(text)}{behind}"

    def _name(self, iri: str) -> str:
        return encode_basestring(self._names.get(iri, iri))

    def _is_shortened(self, iri: str) -> bool:
        return iri.startswith(self._spaces) or iri.partition(":")[0] in self._schemes


def _one_or_list(parts: Sequence[str], line: str) -> str:
    return parts[0] if len(parts) == 1 else _list(parts, line)


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
