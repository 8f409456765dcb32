"""Everything behind a target, as `kg why` answers: in which generation, and what an earlier one remembers."""

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from kg.model.finding import Span
from kg.model.kg_error import KgError
from kg.operations import kept_findings
from kg.rdf import names
from kg.store import generations, manifest
from kg.store.generations import Generation
from kg.store.manifest_head import Head
from kg.store.reading import Reading
from kg.why import target
from kg.why.answer import Answering
from kg.why.graph import Graph
from kg.why.grounds import Earlier
from kg.why.records import Answers, Part, Why
from kg.why.target import Finder, Meant, Place, terms_of

_TERMS = 3


def why(reading: Reading, words: Sequence[str], here: Path, *, strict: bool = False) -> Answers:
    """
    Return the answers about a target, one word or the three terms of a triple, in the generation that is read.

    Paths are looked up from the folder `here` first, then from the wiki's root. KgError with code 1 where the target is
    nothing in this wiki, with code 2 where it is several things or none that can be one.
    """
    target.check(words)
    graph = Graph(reading.quads, reading.base)
    finder = Finder(graph, reading.pages, Place(here, reading.root))
    terms = tuple(words) if len(words) == _TERMS else terms_of(words[0]) if len(words) == 1 else ()
    if not terms and len(words) != 1:
        raise KgError(
            f"expected one TARGET or the three terms of a triple, found {len(words)}; put quotation marks around words"
        )
    if terms:
        from kg.why import triple  # loads the reasoner

        found: tuple[Why, ...] = (triple.why(graph, finder, terms, strict=strict),)
    else:
        meant = _target(reading, finder, words[0])
        found = Answering(graph, reading.pages, _Memory(reading).earliest).of(meant)
    return Answers(
        " ".join(words), reading.generation.number, reading.base, tuple(_complained(reading, one) for one in found)
    )


def _complained(reading: Reading, answer: Why) -> Why:
    """Return an answer with what the last check found at the target: in its lines, or anywhere on the page."""
    path = answer.about.path if answer.about else ""
    findings = kept_findings.of_page(reading, path) if path else None
    if findings and answer.part:
        span = answer.part.span
        findings = tuple(one for one in findings if _meet(span, one.span))
    return replace(answer, findings=findings)


def _meet(one: Span, other: Span) -> bool:
    """Tell whether two places of a page have a character in common; a place without an end has its first one."""
    return _first(one) <= _last(other) and _first(other) <= _last(one)


def _first(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _last(span: Span) -> tuple[int, int]:
    if not span.end_line:
        return _first(span)
    return span.end_line, max(span.end_column - 1, span.column if span.end_line == span.line else 1)


def _target(reading: Reading, finder: Finder, word: str) -> Meant:
    """Return what a word means; of a page that is left out as younger KgError says so."""
    try:
        return finder.find(word)
    except KgError:
        bare = re.sub(r"(:[0-9]+){1,2}\Z", "", word)
        late = min((path for path in reading.left_out if bare in (path, names.stem(path))), default="")
        if late:
            raise KgError(
                f"{late}: it is younger than the day of --as-of; leave --as-of out, or ask as of a later day", code=1
            ) from None
        raise


class _Memory:
    """What the kept generations before the one that is read remember."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._graphs: dict[int, Graph] = {}
        self._heads: dict[int, Head] = {}

    def earliest(self, part: Part, paths: Sequence[str]) -> Earlier | None:
        """
        Return the earliest generation from which on a part stands on its page with the same words.

        None where that is the one that is read, or where the pages at `paths` are the same in both.
        """
        numbered = generations.generations(self._reading.folder)
        older = [one for one in reversed(numbered) if one.number < self._reading.generation.number]
        now = self._hashes(self._reading.generation, [part.span.path, *paths]) if older else None
        found: tuple[Generation, str] | None = None
        for generation in older if now else ():
            before = self._hashes(generation, [part.span.path, *paths])
            if not before or not now or part.span.path not in before:
                break
            is_same = before[part.span.path] == now.get(part.span.path)
            there = part.iri if is_same else _twin(self._graph(generation), part)
            if not there:
                break
            if any(before.get(path) != now.get(path) for path in paths):
                found = generation, there
        return Earlier(found[0].number, self._graph(found[0]), found[1]) if found else None

    def _hashes(self, generation: Generation, paths: Sequence[str]) -> dict[str, str] | None:
        """Return the SHA-256 of some pages; None where the generation was mapped in another way than the one read."""
        if generation.number not in self._heads:
            self._heads[generation.number] = generations.read_manifest(self._reading.folder, generation)
        head = self._heads[generation.number]
        if head.base != self._reading.base or not generations.fits(head):
            return None
        with closing(manifest.opened(generation.folder, head)) as pages:
            entries = [pages.entry(path) for path in sorted(set(paths))]
        return {entry.path: entry.sha256 for entry in entries if entry}

    def _graph(self, generation: Generation) -> Graph:
        if generation.number not in self._graphs:
            quads = generations.open_reader(self._reading.folder, generation)
            self._graphs[generation.number] = Graph(quads, self._reading.base)
        return self._graphs[generation.number]


def _twin(graph: Graph, part: Part) -> str:
    """Return the part of the same page with the words of one, as that generation has it, empty for none."""
    rows = graph.rows("passages", [part.topic])
    parts = graph.parts(row["part"].value for row in rows if row["markup"].value in part.words)
    return min((iri for iri, one in parts.items() if (one.kind, one.words) == (part.kind, part.words)), default="")
