"""Contradictions as findings: which facts cannot be together, why each is the case, and the line that states one."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, QuerySolution, Store

from kg.model.finding import Finding, Level, Related, Span
from kg.rdf import names
from kg.reason import datatypes
from kg.reason.closure import Closure
from kg.reason.premises import select
from kg.reason.proof import Fact, Proofs, contradictions
from kg.reason.rule_file import SAME

RULE = "inconsistent"
_CUT = 80
_LABEL = f"<{names.expand('rdfs:label')}>"
_PAGE_TYPE = NamedNode(names.expand("nr:pageType"))


def findings(quads: Store, base: str, whole: Closure) -> Iterator[Finding]:
    """Yield each contradiction of a closure as a finding, at the line that states the first of its facts it can."""
    clashes = [(body, rule.words) for rule, body in contradictions(whole)] + list(_of_values(whole))
    if not clashes:
        return
    words, proofs = Words(quads, base, whole), Proofs(whole)
    for body, verdict in clashes:
        ways = [proofs.of(fact) for fact in body]
        span, related = _places(quads, words, ways)
        focus = _subject(body[0])
        message = f"{words.sentence(body, ways)}, which {verdict}"
        yield Finding(span, RULE, message, Level.VIOLATION, focus=_plain(focus), related=related)


def _of_values(whole: Closure) -> Iterator[tuple[tuple[Fact, ...], str]]:
    """Yield the facts by which literals are what they cannot be (dt-not-type, dt-diff)."""
    wider = whole.file.wider
    for key, elements in sorted(whole.facts.sets.items()):
        if key[0] == "a" and datatypes.is_datatype(key[1:], wider):
            for literal in sorted(one for one in elements if one[0] == '"' and datatypes.misfit(one, key[1:], wider)):
                yield ((key, literal),), "it is not"
    for one, other in sorted(whole.facts.sets[SAME]):
        if one < other and one[0] == other[0] == '"' and datatypes.differ(one, other, wider):
            yield ((SAME, (one, other)),), "they are not"


def reference_findings(quads: Store, errors: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """Yield owlrl's errors as findings about the things that they name, on the pages of these."""
    for focus, words in errors:
        message = f"the facts contradict the ontology: {words}"
        span = _span(quads, NamedNode(focus), _PAGE_TYPE, NamedNode(focus)) if focus else None
        yield Finding(span or Span("."), RULE, message, Level.VIOLATION, focus=focus)


def _places(quads: Store, words: "Words", ways: Iterable[Sequence[Fact]]) -> tuple[Span, tuple[Related, ...]]:
    """Return where to look: at the line with a relation rather than at a page's type; and the other places."""
    facts = sorted(dict.fromkeys(fact for way in ways for fact in way), key=lambda fact: fact[0][0] == "a")
    at: dict[Span, Fact] = {}
    for fact in facts:
        span = place(quads, fact)
        if span:
            at.setdefault(span, fact)
    if not at:
        return Span("."), ()
    first, *others = at
    return first, tuple(Related(span, f"{words.fact(at[span])} here") for span in others)


def place(quads: Store, fact: Fact) -> Span | None:
    """Return where a stated fact stands in the wiki, None for what stands nowhere."""
    key, element = fact
    subject, value = (element, key[1:]) if key[0] == "a" else element
    if subject[0] != "<":
        return None
    prop = _PAGE_TYPE if key[0] == "a" else NamedNode(key[1:-1])
    return _span(quads, NamedNode(_plain(subject)), prop, _term(value))


def _span(quads: Store, subject: NamedNode, prop: NamedNode, value: NamedNode | Literal) -> Span | None:
    row = next(select(quads, "place", subject=subject, property=prop, value=value), None)
    return _row_span(row) if row else None


def _row_span(row: QuerySolution) -> Span:
    path, line, column = row["file"].value, int(row["line"].value), int(row["column"].value)
    if row["endLine"]:
        return Span(path, line, column, int(row["endLine"].value), int(row["endColumn"].value))
    if row["start"]:
        return Span(path, line, column, line, column + int(row["end"].value) - int(row["start"].value))
    return Span(path, line, column)


def _subject(fact: Fact) -> str:
    """Return what a fact is about; of two values that are the same, the first."""
    return str(fact[1] if fact[0][0] == "a" else fact[1][0])


def _plain(term: str) -> str:
    return term[1:-1] if term[0] == "<" else _term(term).value


def _term(term: str) -> NamedNode | Literal:
    if term[0] == "<":
        return NamedNode(term[1:-1])
    return datatypes.literal(term) if term[0] == '"' else Literal(term)


class Words:
    """What a person calls facts: things by the author's words, classes by their labels, properties by their names."""

    def __init__(self, quads: Store, base: str, whole: Closure) -> None:
        self._quads, self._base = quads, base
        self._labels = {term: _term(label).value for term, label in sorted(whole.facts.sets[_LABEL], reverse=True)}

    def sentence(self, body: Sequence[Fact], ways: Sequence[Sequence[Fact]]) -> str:
        """Return facts in one sentence, each with its reason; who it is about is said once."""
        parts: list[str] = []
        for fact, way in zip(body, ways, strict=True):
            words = self.fact(fact)
            if parts and fact[0][0] == "a" and _subject(fact) == _subject(body[0]):
                words = words.removeprefix(f"{self.thing(_subject(fact))} is ")
            reason = self._reason(fact, way)
            parts.append(f"{words} ({reason})" if reason else words)
        return " and ".join(dict.fromkeys(parts))

    def fact(self, fact: Fact) -> str:
        """Return a fact in words."""
        key, element = fact
        if key[0] == "a":
            label = self._labels.get(key[1:]) or self._readable(_plain(key[1:]))
            return f"{self.thing(element)} is {'an' if label[:1].lower() in 'aeiou' else 'a'} {label}"
        if key == SAME:
            return f"{self.thing(element[0])} is the same as {self.thing(element[1])}"
        return f"{self.thing(element[0])} has {self._readable(_plain(key))} {self.thing(element[1])}"

    def _reason(self, fact: Fact, way: Sequence[Fact]) -> str:
        """Return why a fact is the case, in words; nothing where the fact itself says it all."""
        if list(way) == [fact]:
            return "as its page says" if fact[0][0] == "a" else ""
        about = _subject(fact)
        return " and ".join(self._cause(one, about) for one in way)

    def _cause(self, fact: Fact, about: str) -> str:
        key, element = fact
        if key[0] == "a":
            return self.fact(fact)
        prop = self._readable(_plain(key))
        if element[1] == about:
            return f"it is {prop} of {self.thing(element[0])}"
        return f"it has {prop} {self.thing(element[1])}" if element[0] == about else self.fact(fact)

    def thing(self, term: str) -> str:
        """Return what a person calls a thing or a value, in quotation marks."""
        if term[0] == "<":
            row = next(select(self._quads, "words", node=NamedNode(term[1:-1])), None)
            words = row["words"].value if row else self._readable(term[1:-1])
        else:
            words = _term(term).value
        line = " ".join(words.split())
        return f"'{line if len(line) <= _CUT else line[: _CUT - 1].rstrip() + '…'}'"

    def _readable(self, iri: str) -> str:
        if iri.startswith(self._base):
            return unquote(iri.removeprefix(self._base)).removeprefix("id/").removeprefix("relation/")
        return names.shorten(iri)
