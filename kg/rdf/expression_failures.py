"""What fails while a query runs: an error of an expression takes its row or its value away without a word."""

from dataclasses import field

import pyoxigraph as ox

from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.terms import Function, Term, named

_DATES = frozenset(names.expand(f"xsd:{kind}") for kind in ("gYear", "gYearMonth", "date", "dateTime"))
_OF_TEXTS = frozenset(
    {
        "STRLEN", "SUBSTR", "UCASE", "LCASE", "STRSTARTS", "STRENDS", "CONTAINS", "STRBEFORE", "STRAFTER",
        "ENCODE_FOR_URI", "CONCAT", "REGEX", "REPLACE",
    }
)  # fmt: skip
_TEXTS = frozenset({names.expand("xsd:string"), names.expand("rdf:langString")})
_LONGEST = 60
_UNWATCHED = (
    "the engine was asked the query as it is, for the form of an expression in it is not known here: what fails is not "
    "told, numbers beyond 64 bits are none, and regular expressions are the engine's"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands in a text: line and column from 1; `what` is a function, or compared or assigned."""

    line: int
    column: int
    what: str
    text: str
    offset: int
    end: int


@dataclass(slots=True)
class Failures:
    """
    The expressions of a query that may fail, and how often each did, with the terms of the first time.

    `wrong` has what is wrong with constants, by the offset of their call; `caught` are those of which a COALESCE
    takes care; `unwatched` where the engine was asked the query as it was given, and nobody saw what failed.
    """

    places: list[Place] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    first: dict[int, tuple[Term, ...]] = field(default_factory=dict)
    mixed: set[int] = field(default_factory=set)
    wrong: dict[int, str] = field(default_factory=dict)
    caught: set[int] = field(default_factory=set)
    unwatched: bool = False

    @property
    def functions(self) -> dict[ox.NamedNode, Function]:
        """The functions that the engine calls where something fails."""
        return {
            named("failed"): self._failed,
            named("none-of"): self._none_of,
            named("extreme"): self._extreme,
            named("in-order"): self._in_order,
            named("in-list"): self._in_list,
            named("reckoned"): self._reckoned,
        }

    def expect(self, place: Place, *, catching: bool = False) -> int:
        """Return the number under which an expression's failures are told, unless something is `catching` them."""
        self.places.append(place)
        if catching:
            self.caught.add(len(self.places) - 1)
        return len(self.places) - 1

    def take(self, other: "Failures") -> None:
        """Expect what another expects, under the same numbers; nothing may have failed yet."""
        self.places, self.wrong, self.caught = [*other.places], dict(other.wrong), set(other.caught)

    def lines(self, *, loose: bool = True) -> list[str]:
        """Return one line for each expression that failed or (`loose`) leaves a value open, with its place."""
        told = (
            f"line {place.line}, column {place.column}: {_cut(place.text)}: {words}"
            for place, words in self._told(loose=loose)
        )
        return [_UNWATCHED, *dict.fromkeys(told)] if self.unwatched else list(dict.fromkeys(told))

    def words(self, *, loose: bool = True) -> list[str]:
        """Return the same without places: for a text that was made of the author's."""
        return list(dict.fromkeys(f"{_cut(place.text)}: {words}" for place, words in self._told(loose=loose)))

    def _told(self, *, loose: bool) -> list[tuple[Place, str]]:
        found = [
            (place, self._said(number, place))
            for number, place in enumerate(self.places)
            if number in self.counts and number not in self.caught
        ]
        inner = [
            (place, words)
            for place, words in found
            if place.what not in ("assigned", "reckoned")
            or not any(
                _covers(place, other) for other, _ in found if place.what == "assigned" or other.what == "reckoned"
            )
        ]
        open_values = [
            (place, self._said_of_mixed(place))
            for number, place in enumerate(self.places)
            if loose and number in self.mixed
        ]
        told = {place.offset for place, _ in inner}
        constant = [
            (place, f"{self.wrong[place.offset]}; it is an error wherever it is asked")
            for place in self.places
            if place.offset in self.wrong and place.offset not in told
        ]
        return sorted([*inner, *open_values, *constant], key=lambda pair: (pair[0].offset, pair[0].end))

    # ---- as the engine calls them ------------------------------------------------------------------------------------

    def _failed(self, number: Term, *terms: Term) -> None:
        self._count(int(number.value), terms)

    def _count(self, number: int, terms: tuple[Term, ...]) -> None:
        self.counts[number] = self.counts.get(number, 0) + 1
        # The first in the order of terms, not of rows, which differs from store to store.
        if number not in self.first or str(terms) < str(self.first[number]):
            self.first[number] = terms

    def _none_of(self, number: Term, count: Term) -> None:
        if count.value != "0":
            self._count(int(number.value), (count,))

    def _extreme(self, number: Term, name: Term, value: Term, numeric: Term, count: Term, large: Term) -> Term:
        beyond = _spelled_out(large) if large.value else []
        if str(int(numeric.value) + len(beyond)) not in ("0", count.value):
            self.mixed.add(int(number.value))
        if not beyond:
            return value
        from kg.rdf import exact_numbers  # loads what few questions need

        return exact_numbers.extreme(name.value, value, beyond)

    def _in_order(self, number: Term, sign: Term, one: Term, other: Term) -> ox.Literal | None:
        from kg.rdf import engine_functions  # loads what few questions need

        order = engine_functions.in_order(number, sign, one, other)
        if order is None:
            self._count(int(number.value), (one, other))
        return order

    def _in_list(self, number: Term, word: Term, one: Term, *others: Term) -> ox.Literal | None:
        from kg.rdf import engine_functions  # loads what few questions need

        found = engine_functions.in_list(number, word, one, *others)
        if found is None:
            self._count(int(number.value), (one, *others))
        return found

    def _reckoned(self, number: Term, formula: Term, *terms: Term) -> ox.Literal | None:
        from kg.rdf import engine_functions  # loads what few questions need

        made = engine_functions.reckoned(number, formula, *terms)
        if made is None:
            self._count(int(number.value), terms)
        return made

    # ---- words -------------------------------------------------------------------------------------------------------

    def _said(self, number: int, place: Place) -> str:
        terms, times = self.first[number], _times(self.counts[number])
        if place.what == "compared":
            advice = ""
            if all(isinstance(term, ox.Literal) and term.datatype.value in _DATES for term in terms):
                advice = "; dates of several precisions are compared by nr:firstDay and nr:lastDay"
            return f"{' and '.join(map(_shown, terms))} have no order ({times}){advice}"
        if place.what == "equated":
            return f"{' and '.join(map(_shown, terms))} cannot be compared ({times})"
        if place.what in ("MIN", "MAX", "SUM", "AVG", "GROUP_CONCAT"):
            some = f"{terms[0].value} row{'s have' if terms[0].value != '1' else ' has'} a value"
            return f"empty although {some} ({times}): another row of the group has none, or one that does not fit"
        if place.offset in self.wrong:
            return f"{self.wrong[place.offset]} ({times})"
        if place.what == "reckoned":
            from kg.rdf import engine_functions

            terms = tuple(one for one in terms if not engine_functions.is_number(one)) or terms
        said = f"an error for {', '.join(map(_shown, terms)) or 'these terms'} ({times})"
        fits = all(isinstance(term, ox.Literal) and term.datatype.value in _TEXTS for term in terms[:1])
        return said if fits or place.what not in _OF_TEXTS else f"{said}; it takes texts: write STR(…) around the term"

    @staticmethod
    def _said_of_mixed(place: Place) -> str:
        which = "least" if place.what == "MIN" else "greatest"
        return f"numbers stand beside other values, and SPARQL leaves open which is the {which}"


def _covers(place: Place, other: Place) -> bool:
    """Tell whether one of two expressions that failed says no more than the other, which is told."""
    if place is other:
        return False
    if place.what == "reckoned":
        return other.offset <= place.offset and place.end <= other.end
    return place.offset <= other.offset and other.end <= place.end


def _spelled_out(terms: Term) -> list[ox.Literal]:
    from kg.rdf import engine_functions

    return engine_functions.spelled_out(terms)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _shown(term: Term) -> str:
    if not isinstance(term, ox.Literal):
        return str(term)
    kind = names.shorten(term.datatype.value)
    return f'"{_cut(term.value)}"' + ("" if kind in ("xsd:string", "rdf:langString") else f"^^{kind}")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
