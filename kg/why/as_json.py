"""An answer as JSON, for programs: docs/why.md has the keys."""

import json
from typing import Any

from kg.model.finding import Finding, Span
from kg.why.records import About, Answers, Derivation, Gone, Ground, Link, Part, Resting, Side, State, Verdict, Why

Record = dict[str, Any]


def text(answers: Answers, most: int | None) -> str:
    """Return the answers as JSON; of what rests on a target at most so many (None: all), with the number of all."""
    record = {
        "target": answers.target,
        "generation": answers.generation,
        "answers": [answer(one, most) for one in answers.answers],
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def answer(one: Why, most: int | None) -> Record:
    """Return one answer as a record; of what rests on a target at most so many (None: all)."""
    return {
        "kind": one.kind,
        "iri": one.iri,
        **_place(one.part.span if one.part else one.about.span if one.about else None),
        **_part(one.part),
        "page": _about(one.about) if one.about else None,
        "original": [_verdict(each) for each in one.verdicts]
        or [_verdict(_UNKNOWN)] * (one.kind in ("claim", "quote")),
        "rests_on": [_ground(each) for each in one.grounds],
        "gone": [_gone(each) for each in one.gone],
        "supports": [_side(each) for each in one.supports],
        "contradicts": [_side(each) for each in one.contradicts],
        "resting": [_resting(each) for each in one.resting[:most]],
        "resting_total": len(one.resting),
        "states": [_state(each) for each in one.states],
        "proof": _proof(one.proof) if one.proof else None,
        "findings": None if one.findings is None else [_finding(each) for each in one.findings],
    }


_UNKNOWN = Verdict("unknown", "no original")


def _place(span: Span | None) -> Record:
    if span is None:
        return {"path": None, "line": None, "column": None}
    return {"path": span.path, "line": span.line, "column": span.column}


def _part(part: Part | None) -> Record:
    if part is None:
        return {"words": None, "text": None, "grade": None, "claimants": [], "section": None}
    return {
        "words": part.words,
        "text": part.text,
        "grade": part.grade or None,
        "claimants": list(part.voices),
        "section": part.section or None,
    }


def _short(part: Part) -> Record:
    return {**_place(part.span), "kind": part.kind, "iri": part.iri, "text": part.text, "grade": part.grade or None}


def _about(about: About) -> Record:
    return {
        "name": about.name,
        "path": about.path or None,
        "kind": about.kind or None,
        "topic": about.topic,
        "published": about.published or None,
        "scraped": about.scraped or None,
        "updated": about.updated or None,
        "url": about.url or None,
        "publisher": about.publisher or None,
        "retracted": about.retracted,
    }


def _verdict(verdict: Verdict) -> Record:
    return {
        "verdict": verdict.verdict,
        "why": verdict.why or None,
        **_place(verdict.span),
        "words": verdict.words or None,
        "original": verdict.original or None,
    }


def _ground(ground: Ground) -> Record:
    verdicts = ground.verdicts or ((_UNKNOWN,) if ground.part and ground.part.kind in ("claim", "quote") else ())
    return {
        "way": ground.way,
        "page": _about(ground.about),
        "statement": _short(ground.part) if ground.part else None,
        "original": [_verdict(one) for one in verdicts],
    }


def _gone(loss: Gone) -> Record:
    return {
        "way": loss.way,
        "words": loss.words,
        "pages": list(loss.pages),
        "generation": loss.generation or None,
        "was": _place(loss.was) if loss.was else None,
        "nearest": {**_short(loss.nearest), "likeness": loss.likeness} if loss.nearest else None,
    }


def _side(side: Side) -> Record:
    return {"how": side.how, "other": side.other or None, "inward": side.inward, **_short(side.part)}


def _resting(resting: Resting) -> Record:
    return {"step": resting.step, "way": resting.way, "on": resting.on, **_short(resting.part)}


def _state(state: State) -> Record:
    return {"state": state.state, "words": state.words, "chain": [_link(one) for one in state.chain]}


def _finding(finding: Finding) -> Record:
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        **_place(finding.span),
    }


def _link(link: Link) -> Record:
    return {"name": link.name, **_place(link.span), "date": link.date or None, "way": link.way or None}


def _proof(proof: Derivation) -> Record:
    return {
        "triple": list(proof.triple),
        "words": proof.words,
        "rule": proof.rule or None,
        "form": proof.form or None,
        **_place(proof.span),
        "source": proof.source or None,
        "premises": [_proof(one) for one in proof.premises],
    }
