"""What is behind a sentence, a claim, a quote, a page or a triple: `kg why`, with links."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from kg.live_pages.asked import JSON, Asked, Made, NotHere
from kg.live_pages.live_wiki import LiveWiki
from kg.model.finding import Span
from kg.model.kg_error import KgError
from kg.operations import why as why_of
from kg.why import as_json as json_form
from kg.why import wording
from kg.why.records import About, Answers, Derivation, Ground, Part, Side, State, Verdict, Why

_MOST = 50
_LONGEST = 1_000


def why(live: LiveWiki, request: Asked) -> Made:
    """Return what is behind a target; without one, a form that asks for it."""
    request.known("target")
    target = request.text("target")
    if not target:
        if request.as_json:
            raise KgError("name a target: PATH:LINE[:COLUMN], a page, an IRI, words of a sentence, or a triple")
        return live.filled("reasons.html", request, "", target="", answers=())
    if len(target) > _LONGEST:
        raise KgError(f"target: {len(target):,} characters; the most are {_LONGEST:,}")
    try:
        found = why_of.why(live.reading, [target], live.reading.root)
    except KgError as error:
        if error.code == 1:
            raise NotHere(str(error)) from None
        raise
    if request.as_json:
        return Made(json_form.text(found, None).encode("utf-8", "backslashreplace"), JSON)
    return live.filled("reasons.html", request, "", target=target, answers=[*_answers(live, found)])


def _answers(live: LiveWiki, answers: Answers) -> Iterator[dict[str, Any]]:
    for one in answers.answers:
        yield {
            "kind": one.kind, "place": _place(live, _span(one)), "part": one.part,
            "words": one.part.words if one.part else one.about.name if one.about else one.iri,
            "about": _about(live, one.about), "voices": _voices(live, one.part),
            "verdicts": [_verdict(verdict) for verdict in one.verdicts],
            "states": [_state(live, state) for state in one.states],
            "lists": [*_lists(live, one)], "proof": [*_proof(live, one.proof, 0)] if one.proof else [],
            "findings": one.findings, "gone": [(gone.words, gone.nearest and _part(live, gone.nearest))
                                                for gone in one.gone],
        }  # fmt: skip


def _span(one: Why) -> Span | None:
    return one.part.span if one.part else one.about.span if one.about and one.about.path else None


def _place(live: LiveWiki, span: Span | None) -> tuple[str, str]:
    """Return a place in words, and the address of what stands there."""
    return (str(span), live.address(span.path, span.line)) if span else ("", "")


def _about(live: LiveWiki, about: About | None) -> dict[str, Any] | None:
    if about is None:
        return None
    dates = (("published", about.published), ("scraped", about.scraped), ("updated", about.updated))
    return {"entry": live.entry(about.topic), "dates": [one for one in dates if one[1]], "url": about.url,
            "publisher": about.publisher, "retracted": about.retracted}  # fmt: skip


def _voices(live: LiveWiki, part: Part | None) -> list[tuple[str, str]]:
    entries = [live.entry(iri) for iri in part.voice_iris] if part else []
    return [(one.address, one.name) for one in entries]


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": verdict.verdict, "why": verdict.why, "words": verdict.words, "place": str(verdict.span or ""),
            "original": f"original?{_original(verdict.span)}" if verdict.span else ""}  # fmt: skip


def _original(span: Span) -> str:
    return urlencode({"path": span.path, "line": span.line})


def _state(live: LiveWiki, state: State) -> dict[str, Any]:
    chain = [(one.name, *_place(live, one.span), one.date) for one in state.chain[1:]]
    return {"state": state.state, "words": state.words, "chain": chain}


def _part(live: LiveWiki, part: Part) -> dict[str, Any]:
    place, address = _place(live, part.span)
    return {"words": wording.one_line(part.words, 400), "kind": part.kind, "place": place, "address": address,
            "why": live.why(part.span), "beside": ""}  # fmt: skip


def _lists(live: LiveWiki, one: Why) -> Iterator[tuple[str, int, Sequence[dict[str, Any]]]]:
    """Yield the lists of an answer: their titles, how long they are, and their first rows."""
    yield "Rests on", len(one.grounds), [_ground(live, each) for each in one.grounds[:_MOST]]
    yield "Supported by", len(one.supports), [_side(live, each) for each in one.supports[:_MOST]]
    yield "Contradicted by", len(one.contradicts), [_side(live, each) for each in one.contradicts[:_MOST]]
    rests = [{**_part(live, each.part), "beside": f"{each.way}, step {each.step}"} for each in one.resting[:_MOST]]
    yield "What rests on it", len(one.resting), rests


def _ground(live: LiveWiki, ground: Ground) -> dict[str, Any]:
    if ground.part is not None:
        verdicts = ", ".join(verdict.verdict for verdict in ground.verdicts)
        return {**_part(live, ground.part), "beside": f"{ground.way}{f'; original: {verdicts}' if verdicts else ''}"}
    entry = live.entry(ground.about.topic)
    return {"words": ground.about.name, "kind": entry.beside, "place": ground.about.path, "address": entry.address,
            "why": live.why(ground.about.span) if ground.about.path else "", "beside": ground.way}  # fmt: skip


def _side(live: LiveWiki, side: Side) -> dict[str, Any]:
    return {**_part(live, side.part), "beside": side.words}


def _proof(live: LiveWiki, proof: Derivation, depth: int) -> Iterator[dict[str, Any]]:
    place, address = _place(live, proof.span)
    yield {"words": proof.words, "rule": proof.rule, "place": place or proof.source, "address": address, "depth": depth}
    for one in proof.premises:
        yield from _proof(live, one, depth + 1)
