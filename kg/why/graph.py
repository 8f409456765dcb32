"""The graph as `kg why` reads it: queries of queries/why, each asked for many nodes at once, and parts and pages."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, QuerySolution, Store

from kg.links.wikilinks import plain
from kg.model.finding import Span
from kg.rdf import names, nquads, sparql_text
from kg.why.records import About, Part, Verdict

# What a part is called, the most telling class first.
_KINDS = (
    "Claim", "Quote", "Connection", "ContradictionNote", "Hop", "TimelineEntry", "Sentence", "BlockQuotation", "Table",
    "Item", "Prose", "Field", "Value", "Link", "Mention", "Heading", "CodeBlock", "Comment",
)  # fmt: skip
WORDS = {
    "ContradictionNote": "item under Contradictions", "Hop": "step of a trail", "TimelineEntry": "timeline entry",
    "BlockQuotation": "block quotation", "CodeBlock": "code block", "Prose": "paragraph",
}  # fmt: skip
_VERDICTS = {"Exact": "exact", "Near": "near", "NotThere": "not there", "Unknown": "unknown"}
_RETRACTED = names.NR + "RetractedSource"
Said = Mapping[str, tuple[str, ...]]
_OF_ALL = ("lines", "superseded", "superseding-fields", "words")  # queries that take no nodes
_NOTHING: tuple[str, ...] = ()


def first(facts: Said, curie: str) -> str:
    """Return what a property says of a node, the first where it says several things, empty where it says nothing."""
    return next(iter(facts.get(names.expand(curie), _NOTHING)), "")


class Graph:
    """A generation asked by the queries of queries/why."""

    def __init__(self, quads: Store, base: str) -> None:
        self.quads, self.base = quads, base
        self._known: dict[str, Said] = {}
        self._abouts: dict[str, About] = {}

    # ---- asking ------------------------------------------------------------------------------------------------------

    def rows(self, name: str, nodes: Iterable[str] = (), **pieces: str) -> Iterator[QuerySolution]:
        """Yield the rows of a query for some nodes, given as IRIs; none for no nodes where the query takes some."""
        wanted = sorted(set(nodes))
        if not wanted and name not in _OF_ALL:
            return
        relations = nquads.text(f"{self.base}relation/")
        query = sparql_text.compose(
            f"why/{name}", NODES=" ".join(str(NamedNode(one)) for one in wanted), RELATIONS=relations, **pieces
        )
        yield from sparql_text.select(self.quads, query)

    def reach(self, topics: Iterable[str]) -> set[str]:
        """Return what may be upstream of some topics by any number of steps: a path over all graphs as one."""
        query = sparql_text.compose("why/reach", NODES=" ".join(str(NamedNode(one)) for one in sorted({*topics})))
        rows = sparql_text.select(self.quads, query, united=True)
        return {row["upstream"].value for row in rows if isinstance(row["upstream"], NamedNode)}

    def said(self, nodes: Iterable[str]) -> dict[str, Said]:
        """Return what the pages state of some nodes, by property; each node is asked for once."""
        wanted = {*nodes}
        self._known |= self._facts("said", wanted - self._known.keys())
        return {one: self._known[one] for one in wanted}

    def forget(self, nodes: Iterable[str]) -> None:
        """Keep nothing any more of what is stated of some nodes."""
        for one in nodes:
            self._known.pop(one, None)

    def _facts(self, name: str, nodes: Iterable[str]) -> dict[str, Said]:
        """Return the rows of a query for some nodes as what is said of each, without what no page states."""
        found: dict[str, defaultdict[str, set[str]]] = {one: defaultdict(set) for one in nodes}
        left_out = {names.common_graph_iri(self.base, name) for name in ("inferred", "history")}
        for row in self.rows(name, found):
            if row["graph"].value not in left_out:
                found[row["node"].value][row["property"].value].add(text(row["value"]))
        return {
            node: {one: tuple(sorted(values)) for one, values in by_property.items()}
            for node, by_property in found.items()
        }

    def is_known(self, iri: str) -> bool:
        """Tell whether the pages state anything of a node."""
        return bool(self.said([iri])[iri])

    # ---- parts -------------------------------------------------------------------------------------------------------

    def parts(self, nodes: Iterable[str]) -> dict[str, Part]:
        """Return parts by their IRIs; those that stand nowhere are left out."""
        wanted = sorted(set(nodes))
        said = self.said(wanted)
        homes = {row["part"].value: row for row in self.rows("parts", wanted)}
        wholes = {first(said[one], "schema:isPartOf") for one in wanted}
        blocks = self.said(wholes - {""})
        sections = {_section(said[one], blocks) for one in wanted} - {""}
        heads = self.said(sections)
        voices = {who for one in wanted for who in _voices(said[one])}
        abouts = self.abouts(voices)
        found = {}
        for one in wanted:
            if one in homes and first(said[one], "nr:line"):
                part = _part(one, said[one], homes[one])
                head = heads.get(_section(said[one], blocks), {})
                found[one] = replace(
                    part,
                    section=first(head, "dcterms:title"),
                    section_slug=first(head, "nr:headingSlug"),
                    voices=tuple(abouts[who].name for who in _voices(said[one])),
                    voice_iris=_voices(said[one]),
                )
        return found

    # ---- pages -------------------------------------------------------------------------------------------------------

    def abouts(self, topics: Iterable[str]) -> dict[str, About]:
        """Return topics with their pages, by their IRIs."""
        wanted = {*topics}
        new = sorted(wanted - self._abouts.keys())
        said = self._facts("abouts", new)
        publishers = {row["topic"].value: row["publisher"].value for row in self.rows("publishers", new)}
        pages = self._facts("abouts", {first(said[one], "nr:describedOn") for one in new} - {""})
        for one in new:
            about = self._about(one, said[one], pages.get(first(said[one], "nr:describedOn"), {}))
            self._abouts[one] = replace(about, publisher=publishers.get(one, ""))
        return {one: self._abouts[one] for one in wanted}

    def _about(self, topic: str, facts: Said, page: Said) -> About:
        kinds = [one.removeprefix(names.NR) for one in page.get(names.expand("rdf:type"), ())]
        own = first(facts, "foaf:name") or first(facts, "nr:slug")
        return About(
            topic=topic,
            name=own or first(page, "nr:slug") or first(facts, "schema:name") or readable(topic, self.base),
            page=first(facts, "nr:describedOn"),
            path=first(page, "nr:path"),
            kind=next((one for one in kinds if one != "Page"), "Page" if kinds else ""),
            published=first(facts, "dcterms:issued"),
            scraped=first(facts, "dcterms:dateSubmitted"),
            updated=first(page, "dcterms:modified"),
            url=first(facts, "schema:url"),
            retracted=_RETRACTED in facts.get(names.expand("rdf:type"), ()),
        )

    # ---- originals ---------------------------------------------------------------------------------------------------

    def verdicts(self, nodes: Iterable[str]) -> dict[str, tuple[Verdict, ...]]:
        """Return what was found of statements in their originals; nothing for those that were not looked up."""
        found: dict[tuple[str, str], defaultdict[str, set[str]]] = {}
        for row in self.rows("originals", nodes):
            by_property = found.setdefault((row["part"].value, row["match"].value), defaultdict(set))
            by_property[row["property"].value].add(text(row["value"]))
        verdicts: defaultdict[str, list[Verdict]] = defaultdict(list)
        for (part, _), sets in sorted(found.items()):
            verdicts[part].append(_verdict({one: tuple(sorted(values)) for one, values in sets.items()}))
        return {part: tuple(some) for part, some in verdicts.items()}


def text(term: object) -> str:
    """Return a term as a plain text."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def readable(iri: str, base: str) -> str:
    """Return an IRI as a person reads it: a topic by its name, others without the base, a term with its prefix."""
    if not iri.startswith(base):
        return names.shorten(iri)
    return unquote(iri.removeprefix(base)).removeprefix("id/").removeprefix("agent/")


def _section(facts: Said, blocks: Mapping[str, Said]) -> str:
    return first(facts, "nr:inSection") or first(blocks.get(first(facts, "schema:isPartOf"), {}), "nr:inSection")


def _voices(facts: Said) -> tuple[str, ...]:
    return (*facts.get(names.expand("nr:claimant"), ()), *facts.get(names.expand("nr:speaker"), ()))


def _part(iri: str, facts: Said, home: QuerySolution) -> Part:
    classes = {one.removeprefix(names.NR) for one in facts.get(names.expand("rdf:type"), ())}
    kind = next((one for one in _KINDS if one in classes), "Part")
    markup = first(facts, "nr:markup")
    return Part(
        iri=iri,
        kind=WORDS.get(kind, kind.lower()),
        span=_span(home["path"].value, facts),
        words=first(facts, "nr:exact") or markup,
        text=first(facts, "schema:text") or plain(markup),
        markup=markup,
        grade=first(facts, "nr:epistemicType").rpartition("#")[2] or first(facts, "nr:gradeText"),
        page=home["page"].value,
        topic=home["topic"].value,
        page_kind=home["kind"].value.removeprefix(names.NR),
    )


def _span(path: str, facts: Said) -> Span:
    line, column = int(first(facts, "nr:line")), int(first(facts, "nr:column"))
    if first(facts, "nr:endLine"):
        return Span(path, line, column, int(first(facts, "nr:endLine")), int(first(facts, "nr:endColumn")))
    if first(facts, "nr:start"):
        return Span(path, line, column, line, column + int(first(facts, "nr:end")) - int(first(facts, "nr:start")))
    return Span(path, line, column)


def _verdict(facts: Said) -> Verdict:
    path, line = first(facts, "nr:path"), first(facts, "nr:line")
    known = first(facts, "nr:verdict").removeprefix(names.NR)
    return Verdict(
        verdict=_VERDICTS.get(known, "unknown"),
        why=first(facts, "nr:unknownFor") or first(facts, "nr:difference"),
        span=Span(path, int(line or 1), int(first(facts, "nr:column") or 1)) if path else None,
        words=first(facts, "oa:exact"),
        original=first(facts, "oa:hasSource"),
    )
