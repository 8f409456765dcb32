"""Claims with what was found of each in its original, filtered by grade, claimant, day and verdict."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from pyoxigraph import NamedNode

from kg.live_pages.as_json import document
from kg.live_pages.asked import Asked, Made, part
from kg.live_pages.live_wiki import Claim, LiveWiki, terms, text
from kg.model.finding import Span
from kg.model.grades import GRADES

_A_PART, _MOST_NAMED = 50, 200
VERDICTS = ("exact", "near", "not-there", "unknown")
_GRADES = (*GRADES, "ungraded")
_FILTERS = ("grade", "claimant", "since", "before", "verdict")


def claims(live: LiveWiki, request: Asked) -> Made:
    """Return claims; fields leave those of a grade, of somebody, of a source's day, with a verdict."""
    request.known(*_FILTERS, "from")
    every = [*_fitting(live, request)]
    shown, where = part(request, len(every), _A_PART)
    rows = _rows(live, every[where])
    if request.as_json:
        return document(shown, [_record(live, one) for one in rows])
    return live.filled(
        "list_claims.html", request, "claims", shown=shown, grades=_GRADES, verdicts=VERDICTS,
        rows=[_shown(live, one) for one in rows], chosen={name: request.text(name) for name in _FILTERS},
        claimants=sorted({*_speakers(live)}, key=str.casefold)[:_MOST_NAMED],
    )  # fmt: skip


def _fitting(live: LiveWiki, request: Asked) -> Iterator[Claim]:
    grade, verdict = request.choice("grade", _GRADES), request.choice("verdict", VERDICTS)
    given = terms(live, request, "live/claims")
    since, before = (_day(given.get(name)) for name in ("since", "before"))
    who = given.get("claimant")
    said = {row["claim"].value for row in live.rows("claims-of", {"claimant": who})} if who is not None else None
    for one in live.claims:
        published = live.pages[one.place.path].about.published
        if (
            (not grade or one.grade == grade)
            and (said is None or one.iri in said)
            and (not verdict or verdict in live.verdicts.get(one.iri, ("unknown",)))
            and (not since or published >= since)
            and (not before or "" < published < before)
        ):
            yield one


def _day(term: Any) -> str:  # noqa: ANN401  # a term or none
    return term.value if term is not None else ""


def _rows(live: LiveWiki, some: Sequence[Claim]) -> list[dict[str, Any]]:
    """Return some claims with their words and who claims them."""
    said, who = dict[str, str](), defaultdict[str, dict[str, None]](dict)
    for row in live.composed("claim-words", sorted({one.iri for one in some})) if some else ():
        said.setdefault(row["claim"].value, text(row, "text"))
        if isinstance(row["claimant"], NamedNode):
            who[row["claim"].value][row["claimant"].value] = None
    return [
        {
            "iri": one.iri, "grade": one.grade, "place": one.place, "text": said.get(one.iri, ""),
            "published": live.pages[one.place.path].about.published, "claimants": [*who[one.iri]],
            "verdicts": [*live.verdicts.get(one.iri, ("unknown",))],
        }
        for one in some
    ]  # fmt: skip


def _shown(live: LiveWiki, one: dict[str, Any]) -> dict[str, Any]:
    place: Span = one["place"]
    return {
        **one, "address": live.address(place.path, place.line), "why": live.why(place),
        "page": live.pages[place.path].about.name, "by": [live.entry(iri) for iri in one["claimants"]],
    }  # fmt: skip


def _record(live: LiveWiki, one: dict[str, Any]) -> dict[str, Any]:
    place: Span = one["place"]
    return {
        "iri": one["iri"], "grade": one["grade"], "text": one["text"], "published": one["published"] or None,
        "claimants": [live.name(iri) for iri in one["claimants"]], "verdicts": one["verdicts"],
        "path": place.path, "line": place.line, "column": place.column,
    }  # fmt: skip


def _speakers(live: LiveWiki) -> Iterator[str]:
    return (live.name(row["claimant"].value) for row in live.rows("claimants"))
