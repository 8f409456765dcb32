"""Why a generated page is not what it would be: each line that differs, with the fact behind it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field

from pyoxigraph import NamedNode, Store

from kg.answer_pages import generated_pages, line_changes, rows
from kg.answer_pages.generated_pages import Lines
from kg.answer_pages.line_changes import Change
from kg.answer_pages.page_kinds import Kind
from kg.answer_pages.rows import Row
from kg.check import part_place
from kg.check.nodes import Nodes
from kg.model.kg_error import KgError
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.operations import render_pages, unchanged_kinds
from kg.operations.auto_blocks import Block
from kg.operations.generate_pages import Page, Record
from kg.operations.page_answers import Answers
from kg.rdf import names
from kg.rdf.terms import Fact
from kg.store.generation_delta import Delta
from kg.store.reading import Reading

# How many places are named for a line.
_SHOWN = 3
_PLACES = ("line", "column")
_TYPE = NamedNode(names.expand("rdf:type"))


@dataclass(slots=True)
class Explainer:
    """What a generation answers, what an earlier one did, and which facts changed since."""

    answers: Answers
    record: Record
    kinds: Mapping[str, Kind]
    _earlier: dict[int, Callable[[], Answers | None]] = field(default_factory=dict)
    _deltas: dict[int, Delta | None] = field(default_factory=dict)
    _sides: dict[tuple[str, int], "_Side"] = field(default_factory=dict)

    def page(self, page: Page) -> str:
        """Return a generated page that differs as lines for a person: what differs in it, and the fact behind."""
        kind = self.kinds[page.kind]
        old, new = (data.decode("utf-8", "backslashreplace").split("\n") for data in (page.old, page.new))
        changes = self._changes(kind, page.path, old, new)
        what = (
            "has no rows any more" if not page.new else "is not there yet" if not page.old else "is not as it would be"
        )
        lines = line_changes.words(page.path, [one for one in changes if not generated_pages.is_mark(one.text)])
        head = f"{page.path}:1:1: this page of the kind '{kind.name}' {what}"
        return "".join(f"{line}\n" for line in (head, *lines))

    def block(self, block: Block) -> str:
        """Return an AUTO block that differs as lines for a person."""
        changes = self._changes(block.kind, block.path, block.old, block.new.lines, block.first)
        head = f"{block.path}:{block.first}:1: the block AUTO:{block.kind.auto} is not what '{block.kind.name}' answers"
        return "".join(f"{line}\n" for line in (head, *line_changes.words(block.path, changes)))

    def _changes(
        self, kind: Kind, path: str, old: Sequence[str], new: Sequence[str], first: int = 0
    ) -> list[Change]:  # fmt: skip
        now, before = _lines(self.answers, kind, path), self._before(kind)
        then = _lines(before, kind, path) if before else None
        delta = self._delta(before)
        stands = self._side(self.answers, kind, delta.now if delta else ())
        there = _of_lines(now, then, stands, "") if now else {}
        stood: Mapping[str, str] = {}
        if before and then:
            side = self._side(before, kind, delta.before if delta else ())
            stood = _of_lines(then, now, side, f", in generation {before.reading.generation.number}")
        return [*line_changes.between(first, old, new, (stood, there))]

    def _side(self, answers: Answers, kind: Kind, facts: Iterable[Fact]) -> "_Side":
        """Return where the facts stand that a kind may read of those in which a generation differs: once for a kind."""
        key = kind.name, answers.reading.generation.number
        if key not in self._sides:
            self._sides[key] = _Side(answers.reading, _read(kind, facts))
        return self._sides[key]

    def _before(self, kind: Kind) -> Answers | None:
        """Return the answers of the generation that the pages of a kind were written from, else of the one before."""
        written = self.record.kinds.get(kind.name)
        number = written.generation if written else 0
        if number not in self._earlier:
            self._earlier[number] = render_pages.earlier_answers(self.answers, number)
        return self._earlier[number]()

    def _delta(self, before: Answers | None) -> Delta | None:
        if before is None:
            return None
        number = before.reading.generation.number
        if number not in self._deltas:
            self._deltas[number] = unchanged_kinds.delta_since(self.answers.reading, number)
        return self._deltas[number]


def _lines(answers: Answers, kind: Kind, path: str) -> Lines | None:
    """Return the lines of a page as a generation has them; None where it has no such page, or not this query yet."""
    try:
        plans = generated_pages.plans(kind, answers.of(kind.question), answers.wiki)
        plan = next((one for one in plans if one.path == path), None)
        return generated_pages.fitting(kind, plan, answers.wiki)[1] if plan else None
    except KgError:
        return None


def _read(kind: Kind, facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts among some that the query of a kind may read; that a part is of a class says nothing new."""
    properties = unchanged_kinds.reads(kind.question.text)
    return [fact for fact in facts if fact[1] != _TYPE and unchanged_kinds.may_be_read(fact[1], fact[2], properties)]


class _Side:
    """One of two generations: the places of the facts in which they differ, by their pages and by what they are of."""

    def __init__(self, reading: Reading, facts: Iterable[Fact]) -> None:
        self._on: dict[str, set[str]] = defaultdict(set)
        self._of: dict[object, set[str]] = defaultdict(set)
        nodes = Nodes(reading.quads)
        generated = generated_paths(reading.quads)
        for subject, predicate, value in facts:
            if not isinstance(subject, NamedNode):
                continue
            about = part_place.About(subject, (predicate,), value, value if isinstance(value, NamedNode) else None)
            spot = part_place.best(nodes, about)
            if spot and spot.span.path not in generated:
                place = f"{spot.span.path}:{spot.span.line}:{spot.span.column}"
                self._on[spot.span.path].add(place)
                self._of[subject].add(place)

    def places(self, row: Row) -> set[str]:
        """
        Return where the facts of a row stand: the row itself where it changed, else what changed on its page.

        A row that says of no page where it stands, as a sum does, has all that changed and that its query reads.
        """
        own = rows.place(row)
        path = own.partition(":")[0]
        if own in self._on[path]:
            return {own}
        of_terms = {place for term in row.values() for place in self._of.get(term, ())}
        if own:
            return self._on[path] or of_terms or {own}
        return of_terms or {place for places in self._on.values() for place in places}


def generated_paths(quads: Store) -> frozenset[str]:
    """Return the paths of the pages that kinds of pages wrote."""
    return frozenset(generated_pages.written(quads))


def _of_lines(these: Lines, others: Lines | None, side: _Side, more: str) -> dict[str, str]:
    """Return by the text of a line where the facts of its rows stand; of a line without any, those that only it has."""
    found: dict[str, set[str]] = defaultdict(set)
    there = {_key(row) for some in (others.rows if others else ()) for row in some}
    only_here = [row for some in these.rows for row in some if _key(row) not in there]
    summed = {place for row in only_here for place in side.places(row)}
    for line, some in zip(these.lines, these.rows, strict=True):
        own = [row for row in some if _key(row) not in there] or some
        found[line] |= {place for row in own for place in side.places(row)} or summed
    return {line: _words(places) + more for line, places in found.items() if places}


def _key(row: Row) -> tuple[str, ...]:
    """Return what a row says, wherever its line moved to."""
    return tuple(str(term) for name, term in row.items() if name not in _PLACES)


def _words(places: set[str]) -> str:
    ordered = sorted(places, key=_order)
    more = len(ordered) - _SHOWN
    return ", ".join(ordered[:_SHOWN]) + (f" and {plural(more, 'other place')}" if more > 0 else "")


def _order(place: str) -> tuple[object, ...]:
    path, *numbers = place.split(":")
    return path, *(int(number) if number.isdigit() else 0 for number in numbers)
