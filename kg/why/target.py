"""What a person means: a part of a page by place, IRI or words, a page by its names, a triple of three terms."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg.compare.quotations import folded
from kg.links import name_keys, resolve
from kg.model import did_you_mean
from kg.model.kg_error import KgError
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.rdf import names, nquads
from kg.rdf.names import PageName
from kg.why import wording
from kg.why.graph import Graph, first
from kg.why.records import Part

if TYPE_CHECKING:
    from kg.links.name_tables import Named, NameIndex
    from kg.links.resolve import Listed

_ANYONE = PageName("", "", "")
_PLACE = re.compile(r"(.+?):([0-9]{1,9})(?::([0-9]{1,9}))?", re.DOTALL)
_ABSOLUTE = re.compile(r"<?([A-Za-z][A-Za-z0-9+.-]*://[^<>\s]+)>?")
_CURIE = re.compile(r"([a-z]+):([\w-]+)")
_OWN = re.compile(r"(?:claim|quote|connection|page|id)/\S+")
_STATEMENTS = ("claim", "quote", "connection")
_NARROW = (*_STATEMENTS, "sentence")
_TRIPLE = re.compile(r"\s*(<[^<>\s]+>|[\w-]+:[^\s<>]+)\s+(<[^<>\s]+>|[\w-]+:[^\s<>]+|a)\s+(\S.*?)\s*\.?\s*", re.DOTALL)
_SHOWN, _CUT, _LOOKED_AT, _PATH_MAX, _SENTENCE = 10, 80, 200, 4096, 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands: the folder from which paths are looked up first, and the wiki's root."""

    here: Path
    root: Path


@dataclass(frozen=True, slots=True)
class Meant:
    """What a target means: parts of pages, or the topic of a page."""

    parts: tuple[Part, ...] = ()
    topic: str = ""


class Finder:
    """Looks up what a person means in one generation."""

    def __init__(self, graph: Graph, pages: "Mapping[str, Listed]", place: Place) -> None:
        self._graph, self._pages, self._place = graph, pages, place

    @cached_property
    def _index(self) -> "NameIndex":
        return name_keys.index_of(self._pages)

    @cached_property
    def _named(self) -> "list[Named]":
        return [*map(resolve.named, self._pages.values())]

    def find(self, target: str) -> Meant:
        """Return what a target means; raise KgError: with code 1 where it is nothing, with 2 for several things."""
        if not target.strip():
            raise KgError("TARGET is empty; name a page, PATH:LINE, an IRI or words of a sentence")
        found = self._by_iri(target) or self._by_place(target) or self._by_name(target)
        if found is None and self._graph.is_known(names.agent_iri(self._graph.base, target)):
            raise KgError(
                f"{_short(target)} is a speaker without a page; `kg query claims-by --who` lists the claims", code=1
            )
        found = found or self._by_words(target)
        if found is None:
            raise KgError(
                f"{_short(target)} is no page, place, statement or sentence of this wiki; {self.hint(target)}", code=1
            )
        return found

    # ---- by IRI ------------------------------------------------------------------------------------------------------

    def _by_iri(self, target: str) -> Meant | None:
        iri = self.iri(target)
        return self._of_node(iri) if iri else None

    def iri(self, target: str) -> str:
        """Return the IRI that a text gives of something the wiki speaks of, empty where it gives none."""
        base = self._graph.base
        whole, curie = _ABSOLUTE.fullmatch(target), _CURIE.fullmatch(target)
        if whole:
            tries = [whole[1]]
        elif curie and curie[1] in names.PREFIXES:
            tries = [names.expand(target)]
        elif _OWN.fullmatch(target):
            path, mark, fragment = target.partition("#")
            tries = [base + target, base + names.escape(path) + mark + names.escape(fragment)]
        else:
            return ""
        return next((one for one in tries if _is_iri(one) and self._graph.is_known(one)), "")

    def _of_node(self, iri: str) -> Meant | None:
        """Return the part or page that a node of the graph is, or stands in."""
        graph = self._graph
        for _ in range(len(_NARROW)):
            said = graph.said([iri])[iri]
            if first(said, "foaf:primaryTopic"):
                return Meant(topic=first(said, "foaf:primaryTopic"))
            if first(said, "nr:describedOn"):
                return Meant(topic=iri)
            part = graph.parts([iri]).get(iri)
            if part and part.kind not in ("link", "mention", "value", "field", "part"):
                return Meant((part,))
            outer = first(said, "schema:isPartOf") or (part and part.page) or ""
            if not outer:
                return None
            iri = outer
        return None

    # ---- by place ----------------------------------------------------------------------------------------------------

    def _by_place(self, target: str) -> Meant | None:
        match = _PLACE.fullmatch(target)
        if not match:
            return None
        path = self.path(match[1]) or self._path_of_name(match[1])
        if not path:
            return None
        line, column = int(match[2]), int(match[3] or 0)
        return self._at(path, line, column)

    def path(self, name: str) -> str:
        """Return the page of the wiki at a path, looked up from here first, then from the root; empty for none."""
        if "\0" in name or len(name) > _PATH_MAX:
            return ""
        root = Path(os.path.realpath(self._place.root))
        for base in (self._place.here, root):
            full = Path(os.path.normpath(base / name))
            for one in (full, Path(os.path.realpath(full.parent)) / full.name):
                below = one.relative_to(root).as_posix() if one.is_relative_to(root) else ""
                if below in self._pages:
                    return below
        return ""

    def _path_of_name(self, name: str) -> str:
        answer = resolve.resolve(self._index, _ANYONE, name, suggesting=False)
        return answer.candidates[0] if len(answer.candidates) == 1 and not answer.ambiguous else ""

    def _at(self, path: str, line: int, column: int) -> Meant:
        graph, name = self._graph, self._pages[path].name
        facts, places = names.graph_iri(graph.base, name), names.provenance_iri(graph.base, name)
        numbers: dict[str, dict[str, int]] = {}
        for row in graph.rows("lines", PLACES=str(NamedNode(places)), FACTS=str(NamedNode(facts))):
            known = numbers.setdefault(row["part"].value, {})
            known[row["property"].value.rpartition("#")[2]] = int(row["value"].value)
        parts = graph.parts([one for one, at in numbers.items() if _covers(at, line, 0)])
        exactly = [part for iri, part in sorted(parts.items()) if column and _covers(numbers[iri], line, column)]
        found = _narrowest(exactly) or _narrowest([parts[one] for one in sorted(parts)])
        if found:
            return Meant(tuple(found))
        if any(part.kind in ("field", "heading", "value") for part in parts.values()) or line == 1:
            return Meant(topic=names.topic_iri(graph.base, self._pages[path].topic))
        raise KgError(f"{_short(f'{path}:{line}')}: nothing is said there; {self._nearby(path, line, numbers)}", code=1)

    def _nearby(self, path: str, line: int, numbers: Mapping[str, Mapping[str, int]]) -> str:
        parts = self._graph.parts(numbers)
        lines = {part.span.line: part for part in sorted(parts.values(), key=_order) if part.kind in _NARROW}
        near = sorted(lines, key=lambda one: (abs(one - line), one))[:2]
        shown = " and ".join(f"{path}:{one} ({lines[one].kind})" for one in sorted(near))
        return f"nearest are {shown}" if near else "the page has no sentence"

    # ---- by name -----------------------------------------------------------------------------------------------------

    def _by_name(self, target: str) -> Meant | None:
        path = self.path(target)
        if path:
            return Meant(topic=names.topic_iri(self._graph.base, self._pages[path].topic))
        answer = resolve.resolve(self._index, _ANYONE, target, suggesting=False)
        if answer.ambiguous:
            several = ", ".join(answer.candidates[:_SHOWN])
            raise KgError(f"{_short(target)} could be any of {several}; write one of these paths")
        return Meant(topic=names.topic_iri(self._graph.base, answer.topic)) if answer.candidates else None

    def named(self, name: str) -> str:
        """Return the node that a name, a path or a place of one part means, empty for none; KgError for several."""
        meant = (self._by_place(name) or self._by_name(name)) if name.strip() else None
        if meant is None:
            return ""
        if len(meant.parts) > 1:
            raise KgError(_several(name, meant.parts))
        return meant.parts[0].iri if meant.parts else meant.topic

    # ---- by words ----------------------------------------------------------------------------------------------------

    def _by_words(self, target: str) -> Meant | None:
        needle = folded(target)
        having = self._with_longest_word(target)
        parts = self._graph.parts([one for one in having if needle in folded(having[one])])
        if not parts and len(having) <= _LOOKED_AT:  # a whole line, with its grade and claimant
            parts = {iri: part for iri, part in self._graph.parts(having).items() if needle in folded(part.words)}
        found = _narrowest(sorted(parts.values(), key=_order), inside=True)
        exact = [part for part in found if folded(part.text) == needle]
        found = exact if len(exact) == 1 else found
        if len(found) > 1:
            raise KgError(_several(target, found))
        return Meant(tuple(found)) if found else None

    def _with_longest_word(self, target: str) -> dict[str, str]:
        """Return the statements and sentences that have the longest word of a text, with their words as written."""
        longest = max(re.findall(r"\w+", target), key=len, default="")
        rows = self._graph.rows("words", WORD=nquads.text(longest.lower())) if longest else ()
        return dict(sorted((row["part"].value, row["markup"].value) for row in rows))

    def hint(self, target: str) -> str:
        """Return the names that are most like a target, or how targets are written."""
        words = {
            word for page in self._named for word in (names.stem(page.name.path), page.title, *page.aliases) if word
        }
        otherwise = self._nearest(target) or "name a page, PATH:LINE, an IRI, or words of one sentence"
        match = _PLACE.fullmatch(target)
        written = (match[1] if match else target)[:_LOOKED_AT]
        if "/" in written:
            words |= {page.name.path for page in self._named}
        return did_you_mean.hint(written, words, otherwise, most=3)

    def _nearest(self, target: str) -> str:
        """Return the sentence that is most like some words, empty for none."""
        graph = self._graph
        texts = self._with_longest_word(target) if len(target.split()) >= _SENTENCE else {}
        best = wording.nearest(target, [*texts.values()]) if len(texts) <= _LOOKED_AT else None
        parts = graph.parts([[*texts][best[0]]]) if best else {}
        return "".join(f"nearest is {part.span}: {_short(part.text)}" for part in parts.values())


def check(words: Iterable[str]) -> None:
    """Raise KgError where words are no text: bytes that are no UTF-8."""
    for word in words:
        if any("\ud800" <= char <= "\udfff" for char in word):
            raise KgError(f"TARGET: expected a text in UTF-8, found {word[:_CUT]!a}")


def terms_of(text: str) -> tuple[str, ...]:
    """Return the three terms of a text that is a triple by its form, nothing for any other text."""
    match = _TRIPLE.fullmatch(text)
    return (match[1], match[2], match[3]) if match and "<" in match[1] + match[2] else ()


def _short(target: str) -> str:
    return f"'{wording.one_line(target, _CUT)}'"


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _order(part: Part) -> tuple[object, str]:
    return part.span, part.iri


def _covers(at: Mapping[str, int], line: int, column: int) -> bool:
    """Tell whether a part takes a line, and the column where one is named."""
    if "line" not in at:
        return False
    last = at.get("endLine", at["line"])
    if not at["line"] <= line <= last:
        return False
    if not column:
        return True
    end = at.get("endColumn", at.get("column", 1) + max(1, at.get("end", 0) - at.get("start", 0)))
    return (line > at["line"] or column >= at.get("column", 1)) and (line < last or column < end)


def _narrowest(parts: Sequence[Part], *, inside: bool = False) -> list[Part]:
    """
    Return the parts that are meant of all on a line: a statement, else its sentences, else a block of another kind.

    `inside` says that the parts are of anywhere: a sentence of a quote among them is the quote.
    """
    statements = [part for part in parts if part.kind in _STATEMENTS]
    if statements and not inside:
        return sorted(statements, key=_order)
    within = [part for part in parts if part.kind == "sentence" and not any(_within(part, one) for one in statements)]
    if statements or within:
        return sorted([*statements, *within], key=_order)
    blocks = (
        "table",
        "step of a trail",
        "timeline entry",
        "item under Contradictions",
        "item",
        "block quotation",
        "paragraph",
    )
    return sorted((part for part in parts if part.kind in blocks), key=_order)[:1]


def _within(part: Part, whole: Part) -> bool:
    one, other = part.span, whole.span
    return (one.path, one.line) == (other.path, other.line) or (
        one.path == other.path and other.line <= one.line <= max(other.end_line, other.line)
    )


def _several(target: str, parts: Iterable[Part]) -> str:
    found = [*parts]
    shown = "".join(f"\n  {part.span}  {part.kind}: {wording.one_line(part.text, _CUT)}" for part in found[:_SHOWN])
    more = f"\n  and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    several = f"{_short(target)} is in {plural(len(found), 'sentence')}"
    return f"{several}; write more of it, or one of these places{shown}{more}"
