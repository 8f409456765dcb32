"""What sentences rest on: the statements and pages that their links lead to, and words that are not there any more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import field, replace

from kg.compare import ways
from kg.compare.quotations import LONG, folded, holds, quoted
from kg.links.wikilinks import plain
from kg.model.finding import Span
from kg.model.records import dataclass
from kg.rdf import names
from kg.why import notes, wording
from kg.why.graph import Graph, Said, first
from kg.why.records import About, Gone, Ground, Part

DERIVED = frozenset({"OverviewPage", "ContradictionPage", "SynthesisPage", "TimelinePage", "TrailPage"})
_SHORT = 12
_LINK = names.NR + "Link"
_ORDER = (*ways.WAYS, "page", "derived", "about")
_RANK = {way: rank for rank, way in enumerate(_ORDER)}


@dataclass(slots=True)
class Cited:
    """A sentence as it cites one topic: its words, the sections that its links name, the other topics that it names."""

    text: str
    anchors: set[str] = field(default_factory=set)
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier generation in which a part of a page stood with the same words, and what it was called there."""

    number: int
    graph: Graph
    part: str


def of_parts(graph: Graph, parts: Sequence[Part]) -> dict[str, tuple[Ground, ...]]:
    """Return what each of some parts rests on, the surest first."""
    cited = citations(graph, parts)
    topics = {topic for by_topic in cited.values() for topic in by_topic}
    abouts = graph.abouts(topics)
    sources = {topic for topic in topics if abouts[topic].kind == "SourcePage"}
    reported = statements(graph, sources)
    verdicts = graph.verdicts(one.iri for some in reported.values() for one in some)
    return {
        part.iri: tuple(
            sorted(
                (
                    replace(ground, verdicts=verdicts.get(ground.part.iri, ()) if ground.part else ())
                    for topic, one in sorted(cited[part.iri].items())
                    if topic != part.topic or one.anchors
                    for ground in _grounds(graph, part, one, abouts[topic], reported.get(topic, ()))
                ),
                key=_order,
            )
        )
        for part in parts
    }


def citations(graph: Graph, parts: Sequence[Part]) -> dict[str, dict[str, Cited]]:
    """
    Return how each of some parts cites each topic that it links to, itself or in a footnote whose mark it bears.

    Who claims or speaks is not cited.
    """
    homes: defaultdict[str, list[tuple[str, notes.Lines]]] = defaultdict(list)
    for iri, footnotes in notes.of_sentences(graph, parts).items():
        for lines in (notes.whole(iri), *footnotes):
            homes[lines.part].append((iri, lines))
    rows = [(row["link"].value, row["part"].value) for row in graph.rows("links", homes)]
    by_link = graph.said(link for link, _ in rows)
    found: dict[str, dict[str, Cited]] = {part.iri: {} for part in parts}
    own = {part.iri: part for part in parts}
    voices = {names.expand("nr:claimant"), names.expand("nr:speaker")}
    for link, home in sorted(rows):
        said = by_link[link]
        target = first(said, "nr:target")
        is_link = _LINK in said.get(names.expand("rdf:type"), ())
        if not is_link or not target or voices & {*said.get(names.expand("nr:expresses"), ())}:
            continue
        at = int(first(said, "nr:line") or 0)
        for iri in {iri for iri, lines in homes[home] if lines.first <= at < lines.last}:
            one = found[iri].setdefault(target, Cited(own[iri].words))
            one.anchors |= {*said.get(names.expand("nr:anchorSlug"), ())}
    mentions = graph.said(own)
    for iri, by_topic in found.items():
        named = topics_of(mentions[iri])
        for topic, one in by_topic.items():
            one.topics = named - {topic}
    return found


def topics_of(facts: Said) -> frozenset[str]:
    """Return the topics that a part mentions."""
    return frozenset(facts.get(names.expand("schema:mentions"), ()))


def statements(graph: Graph, topics: Iterable[str]) -> dict[str, tuple[Part, ...]]:
    """Return the claims and quotes that the pages about some topics report, in the order of their places."""
    by_topic: defaultdict[str, set[str]] = defaultdict(set)
    for row in graph.rows("statements", topics):
        by_topic[row["topic"].value].add(row["part"].value)
    parts = graph.parts(one for some in by_topic.values() for one in some)
    return {
        topic: tuple(sorted((parts[one] for one in some if one in parts), key=lambda one: (one.span, one.iri)))
        for topic, some in by_topic.items()
    }


def said(graph: Graph, part: Part) -> ways.Said:
    """Return a statement as sentences rest on it."""
    known = graph.said([part.iri])[part.iri]
    who = (
        name
        for curie in ("schema:mentions", "nr:claimant", "nr:speaker")
        for name in known.get(names.expand(curie), ())
    )
    return ways.Said(f"{part.text}\n{plain(part.markup)}", part.section_slug, frozenset(who))


def _grounds(graph: Graph, part: Part, cited: Cited, about: About, reported: Sequence[Part]) -> list[Ground]:
    """Return what a part rests on on one page that it links to."""
    found = [
        Ground(how, about, one)
        for one in reported
        if one.iri != part.iri
        and (how := ways.way(said(graph, one), cited))
        and (one.page != part.page or how != "cited")
    ]
    if found or about.topic == part.topic:
        return found
    if about.kind == "SourcePage":
        return [Ground("page", about)]
    return [Ground("derived" if about.kind in DERIVED else "about", about)]


def _order(ground: Ground) -> tuple[object, ...]:
    return _RANK[ground.way], ground.part.span if ground.part else ground.about.span, ground.about.topic


# ---- words that are gone ---------------------------------------------------------------------------------------------


def gone(graph: Graph, part: Part, basis: Sequence[Ground], earlier: Earlier | None) -> tuple[Gone, ...]:
    """
    Return the words that a sentence rests on and that are not there now, with what is nearest to them.

    They are what stands between its quotation marks and on none of the pages that it cites, and statements that it
    quoted, pointed to or cited when it came, as an earlier generation has them.
    """
    topics = wording.unique(one.about.topic for one in basis if one.way != "about")
    texts = _passages(graph, topics)
    names_of = tuple(wording.unique(one.about.path for one in basis if one.way != "about"))
    pieces = quoted(part.words, _SHORT) if part.kind == "sentence" and topics else []
    lost = [_Lost("quoted", one) for one in pieces if not any(holds(words, one) for _, words in texts)]
    if earlier:
        more = [one for one in _reworded(earlier, texts) if not any(holds(one.words, two.words) for two in lost)]
        lost = [*(_with_its_place(one, earlier, topics) for one in lost), *more]
    lost = [one for one in lost if one.generation or len(plain(one.words)) >= LONG]  # less is mostly a name or a term
    return tuple(_nearest(graph, one, texts, names_of) for one in lost)


@dataclass(frozen=True, slots=True)
class _Lost:
    """Words that are not there any more, how they were rested on, an earlier generation that had them, and where."""

    way: str
    words: str
    generation: int = 0
    was: Span | None = None


def _passages(graph: Graph, topics: Iterable[str]) -> list[tuple[str, str]]:
    """Return the parts of some pages with their words, blocks and sentences, in the order of their IRIs."""
    rows = graph.rows("passages", topics)
    return sorted({(row["part"].value, row["markup"].value) for row in rows})


def _with_its_place(lost: _Lost, earlier: Earlier, topics: Iterable[str]) -> _Lost:
    having = [iri for iri, words in _passages(earlier.graph, topics) if holds(words, lost.words)]
    parts = sorted(earlier.graph.parts(having).values(), key=lambda one: one.span)
    return _Lost(lost.way, lost.words, earlier.number, parts[0].span) if parts else lost


def _reworded(earlier: Earlier, texts: Collection[tuple[str, str]]) -> list[_Lost]:
    """
    Return the statements that a part rested on in an earlier generation and that no page it cites has now.

    Where it quoted one, its own words tell whether they are there; where it cited a page as a whole, all of it counts.
    """
    old = [*earlier.graph.parts([earlier.part]).values()]
    before = of_parts(earlier.graph, old).get(earlier.part, ())
    now = {folded(words) for _, words in texts}
    whole = {one.about.topic for one in before if one.way == "page"}
    of_pages = [("page", one) for some in statements(earlier.graph, whole).values() for one in some]
    pairs = [(one.way, one.part) for one in before if one.part and one.way != "quoted"] + of_pages
    return [
        _Lost(how, one.text, earlier.number, one.span)
        for how, one in pairs
        if not any(folded(one.markup) in words for words in now)
    ]


def _nearest(graph: Graph, lost: _Lost, texts: Sequence[tuple[str, str]], pages: tuple[str, ...]) -> Gone:
    best = wording.nearest(lost.words, [words for _, words in texts])
    part = graph.parts([texts[best[0]][0]]).get(texts[best[0]][0]) if best else None
    return Gone(lost.way, lost.words, pages, part, best[1] if best else 0.0, lost.generation, lost.was)
