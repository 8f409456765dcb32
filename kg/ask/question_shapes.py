"""Questions of the same shape: what the engine is asked for one is that for another, with other names in it.

A text is taken apart at the IRIs and the numbers of LIMIT and OFFSET that stand in no brackets; what is left is its
shape. Of a shape that comes again the words for the engine are found once, with marks in the places of these, and
afterwards only the marks are filled in. A text of which this is not known for certain has no shape.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import field

from pyoxigraph import NamedNode

from kg.ask.engine_text import EngineText
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.rdf.expression_failures import Failures
from kg.rdf.terms import OURS, Function

# A longer text is read whole each time, as are those with words that are looked for in all of a text.
_LONGEST, _MOST = 2_000, 1_000
_READ_WHOLE = re.compile(f"SERVICE|LOAD|matches|{re.escape(OURS)}|{re.escape('?kg_')}", re.IGNORECASE)
_PROLOGUE = re.compile(r"\s*(?:(?:PREFIX\s+[\w.-]*:|BASE)\s*<[^<>\"{}|^`\\\s]*>\s*)*", re.IGNORECASE | re.ASCII)
_FORM = re.compile("SELECT|ASK|CONSTRUCT|DESCRIBE", re.IGNORECASE)
# What may be another in a question of the same shape. An IRI before a bracket is a function.
_OTHER = re.compile(
    r"(<[^<>\"{}|^`\\\x00-\x20]*+>(?!\s*\()|(?i:(?<=LIMIT )|(?<=OFFSET ))[0-9]++(?![^\s}]))"
)  # fmt: skip
# What hides words from who does not read one after the other: strings, comments, escapes.
_HIDING = re.compile(r"[\"'\\#]")
_IRI = re.compile("<[^<>]*>")
_FIRST_MARK = 7_310_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """A text taken apart: what stays, and between these parts what is another in a question of the same shape."""

    stays: tuple[str, ...]
    others: tuple[str, ...]

    def text(self, others: Sequence[str]) -> str:
        """Return the question of this shape with these in the places of the others."""
        return "".join((self.stays[0], *(word for pair in zip(others, self.stays[1:], strict=True) for word in pair)))


@dataclass(frozen=True, slots=True)
class Known:
    """What the engine is asked, and which functions it calls; `prefixed` says whether there is a name with a prefix."""

    text: str
    union: bool
    prefixed: bool
    functions: dict[NamedNode, Function] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Template:
    """What the engine is asked for a shape: pieces, and which of the others stands behind each but the last."""

    pieces: tuple[str, ...]
    places: tuple[int, ...]
    union: bool
    expected: Failures | None
    functions: dict[NamedNode, Function]
    prefixed: bool

    def filled(self, others: Sequence[str]) -> Known:
        """Return what the engine is asked for a question with these in the places of the others."""
        words = [self.pieces[0]]
        for place, piece in zip(self.places, self.pieces[1:], strict=True):
            words += (others[place], piece)
        functions = self.functions
        if self.expected is not None:
            failures = Failures()
            failures.take(self.expected)
            functions = functions | failures.functions
        return Known("".join(words), self.union, self.prefixed, functions)


def taken_apart(text: str) -> Shape | None:
    """Return a query's shape and what is another in others of it; None where that is not known for certain."""
    if len(text) > _LONGEST or _READ_WHOLE.search(text):
        return None
    begin = _PROLOGUE.match(text)
    at = begin.end() if begin else 0
    if not _FORM.match(text, at):
        return None
    rest = text[at:]
    first, last = rest.find("(") + 1, rest.rfind(")") + 1
    if last < first:
        return None
    ahead, middle, behind = (rest[:first], rest[first:last], rest[last:]) if first else (rest, "", "")
    before, after = _OTHER.split(ahead), _OTHER.split(behind)
    if any(map(_HIDING.search, before[::2])) or any(map(_HIDING.search, after[::2])):
        return None
    before[0] = text[:at] + before[0]
    parts = [*before[:-1], before[-1] + middle + after[0], *after[1:]]
    return Shape(tuple(parts[::2]), tuple(parts[1::2]))


class Shapes:
    """What the engine is asked for the shapes that came lately, by texts that are asked of one scope and no terms."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        # None is a shape that came once, or of which nothing is known.
        self._templates: OrderedDict[tuple[str, ...], _Template | None] = OrderedDict()
        self._hopeless: set[tuple[str, ...]] = set()

    def find(self, shape: Shape) -> Known | None:
        """Return what the engine is asked for a question; None where it has to be found out."""
        template = self._templates.get(shape.stays)
        if template is None:
            return None
        self._templates.move_to_end(shape.stays)
        return template.filled(shape.others)

    def learn(self, shape: Shape, own: EngineText, ask: Callable[[str], EngineText]) -> None:
        """
        Keep what the engine is asked for a shape that comes a second time, `own` being that for one of its questions.

        `ask` makes it for a text, and is asked for one with marks. What is not the same for both is not kept.
        """
        if shape.stays in self._hopeless:
            return
        if shape.stays not in self._templates:
            self._put(shape.stays, None)
            return
        template = _template(shape, own, ask)
        if template is None:
            self._hopeless.add(shape.stays)
        self._put(shape.stays, template)

    def _put(self, stays: tuple[str, ...], template: _Template | None) -> None:
        self._templates[stays] = template
        self._templates.move_to_end(stays)
        while len(self._templates) > self._most:
            gone, _ = self._templates.popitem(last=False)
            self._hopeless.discard(gone)


def _template(shape: Shape, own: EngineText, ask: Callable[[str], EngineText]) -> _Template | None:
    """Return what is asked for every question of a shape; None where it hangs on more than the shape."""
    marks = [_mark(number, other) for number, other in enumerate(shape.others)]
    if any(mark in part for mark in marks for part in shape.stays):
        return None
    try:
        marked = ask(shape.text(marks))
    except KgError:
        return None
    if not (own.by_words_alone and marked.by_words_alone) or own.union != marked.union:
        return None
    found = re.split(f"({'|'.join(map(re.escape, marks))})", marked.text) if marks else [marked.text]
    pieces, places = tuple(found[::2]), tuple(marks.index(one) for one in found[1::2])
    called = OURS in marked.text
    template = _Template(
        pieces, places, marked.union, marked.failures if called else None,
        dict(marked.functions) if called else {}, ":" in _IRI.sub("", "".join(pieces)),
    )  # fmt: skip
    is_whole = {*places} == {*range(len(marks))} and template.filled(shape.others).text == own.text
    return template if is_whole else None


def _mark(number: int, other: str) -> str:
    """Return what stands for another while its place is sought: an IRI for an IRI, a number for a number."""
    return f"<urn:newsroom-kg-mark:{number}>" if other[0] == "<" else str(_FIRST_MARK + number)
