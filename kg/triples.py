"""A page's record to N-Quads: its facts in one graph, the places of its parts in another. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg import forms, linked, names
from kg.dialect import Dialect
from kg.finding import Finding
from kg.links import Answer, plain, spoken
from kg.names import PageName
from kg.nquads import TERMS, TRUE, Graph, date, number, text
from kg.page import Block, Expresses, Kind, Link, Page, Place, Section, Voice

Answers = Mapping[tuple[str, bool], Answer]
_STATEMENTS = {Kind.CLAIM: "claim", Kind.QUOTE: "quote", Kind.CONNECTION: "connection"}
_NEWLINES = {"\r\n": "CRLF", "\r": "CR"}


@dataclass(frozen=True, slots=True)
class _Mapping:
    """Everything that the parts of one page are mapped with."""

    base: str
    name: PageName
    dialect: Dialect
    answers: Answers
    facts: Graph
    places: Graph
    page: str
    topic: str
    topic_class: str
    page_class: str

    def meant(self, slug: str, *, anchored: bool = False) -> str:
        """Return the topic that a slug on this page means, in angle brackets."""
        return f"<{names.topic_iri(self.base, self.answers[slug, anchored].topic)}>"

    def known(self, link: Link) -> bool:
        """Tell whether a wikilink names anything: an empty link and one to an attachment have no topic."""
        return bool(self.answers[link.slug, bool(link.anchor)].topic)

    def part(self, fragment: str) -> str:
        """Return a part of the page, in angle brackets."""
        return f"{self.page[:-1]}#{fragment}>"


def names_used(page: Page, dialect: Dialect) -> set[tuple[str, bool]]:
    """Return the slugs that a page links to or declares, each with whether it stands before an anchor."""
    used = {linked.asked(link) for section in page.sections for block in section.blocks for link in block.links}
    for section in page.sections:
        for block in section.blocks:
            if block.kind is Kind.FIELD and _reading(block, dialect) == "pages":
                used.update((_bare(scalar.text), False) for scalar in block.parts.values)
    return used


def _reading(block: Block, dialect: Dialect) -> str:
    known = dialect.fields.get(block.parts.key or "")
    return known.read if known else ""


def _bare(value: str) -> str:
    """Return the page name in a front matter value: `[[X|alias]]`, `X` or `folder/X.md`."""
    inner = value.strip().removeprefix("[[").removesuffix("]]")
    return inner.partition("|")[0].partition("#")[0].strip()


def quads(
    page: Page, findings: Iterable[Finding], name: PageName, answers: Answers, base: str, dialect: Dialect
) -> list[str]:
    """Return every quad of a page as lines of N-Quads, sorted, without duplicates."""
    facts, places = Graph(names.graph_iri(base, name.name)), Graph(names.provenance_iri(base, name.name))
    mapping = _Mapping(
        base, name, dialect, answers, facts, places,
        f"<{names.page_iri(base, name.name)}>", f"<{names.topic_iri(base, name.topic)}>",
        page.topic_class, page.page_class,
    )  # fmt: skip
    _page(mapping, page)
    _findings(mapping, findings)
    seen: dict[str, int] = {}
    for order, section in enumerate(page.sections):
        _section(mapping, page, section, order)
        for block in section.blocks:
            _block(mapping, section, block, seen)
    return sorted({*facts.lines, *places.lines})


def _page(m: _Mapping, page: Page) -> None:
    m.facts.add(
        m.page,
        ("rdf:type", TERMS[f"nr:{page.page_class}"]),
        ("nr:path", text(m.name.path)),
        ("nr:slug", text(names.stem(m.name.path))),
        ("nr:frontMatter", text(page.front)),
        ("foaf:primaryTopic", m.topic),
        ("nr:encoding", None if page.encoding == "utf-8" else text(page.encoding)),
        ("nr:newline", text(_NEWLINES[page.newline]) if page.newline in _NEWLINES else None),
        ("nr:byteOrderMark", TRUE if page.mark else None),
    )
    broader = "nr:Entity" if page.topic_class in m.dialect.kinds.values() else None
    m.facts.add(
        m.topic,
        ("rdf:type", TERMS[f"nr:{page.topic_class}"]),
        ("rdf:type", TERMS[broader] if broader else None),
        ("schema:name", text(page.title or names.stem(m.name.path))),
        ("nr:describedOn", m.page),
    )
    m.places.add(
        m.page,
        ("schema:sha256", text(page.sha256)),
        ("nr:size", number(page.size)),
        ("nr:line", number(1)),
        ("nr:column", number(1)),
    )


def _findings(m: _Mapping, findings: Iterable[Finding]) -> None:
    for count, finding in enumerate(sorted(findings), 1):
        m.places.add(
            m.part(f"_finding.{count}"),
            ("rdf:type", TERMS["nr:ParseFinding"]),
            ("nr:rule", text(finding.rule)),
            ("nr:level", text(finding.level)),
            ("nr:message", text(finding.message)),
            ("nr:line", number(finding.span.line)),
            ("nr:column", number(finding.span.column)),
        )


def _section(m: _Mapping, page: Page, section: Section, order: int) -> None:
    parent = page.sections[section.parent + _offset(page)] if section.parent is not None else None
    m.facts.add(
        m.part(names.escape(section.slug)),
        ("rdf:type", TERMS["nr:Section"]),
        ("schema:isPartOf", m.page),
        ("nr:order", number(order)),
        ("nr:parent", m.part(names.escape(parent.slug)) if parent else None),
        ("dcterms:title", text(section.title) if section.title else None),
        ("nr:headingName", text(section.name) if section.name else None),
        ("nr:headingSlug", text(names.slugify(section.title)) if section.title else None),
        ("nr:role", text(section.role) if section.role else None),
    )


def _offset(page: Page) -> int:
    """Return how many sections stand before the body: parents are counted within it."""
    return 1 if page.sections and page.sections[0].slug == "_front" else 0


def _place(m: _Mapping, part: str, place: Place) -> None:
    m.places.add(
        part,
        ("nr:line", number(place.line)),
        ("nr:column", number(place.column)),
        ("nr:start", number(place.start)),
        ("nr:end", number(place.end)),
        ("nr:endLine", number(place.end_line) if place.end_line != place.line else None),
        ("nr:endColumn", number(place.end_column) if place.end_line != place.line else None),
    )


def _block(m: _Mapping, section: Section, block: Block, seen: dict[str, int]) -> None:
    fragment = f"{names.escape(section.slug)}.{block.number}"
    node = _node(m, block, fragment, seen)
    parts = block.parts
    m.facts.add(
        node,
        ("rdf:type", TERMS[f"nr:{block.kind}"]),
        ("nr:inSection", m.part(names.escape(section.slug))),
        ("nr:position", number(block.number)),
        ("nr:gap", text(block.gap) if block.gap else None),
        ("nr:raw", None if block.raw is None else text(block.raw)),
        ("nr:verbatim", None if block.verbatim is None else text(block.verbatim)),
        ("nr:unended", TRUE if block.unended else None),
        ("nr:generatedBlock", text(block.auto) if block.auto else None),
        ("nr:topLevel", TRUE if block.kind is Kind.ITEM and block.top else None),
        ("nr:markup", None if parts.markup is None else text(parts.markup)),
        ("nr:hashes", None if parts.level is None else text(parts.level)),
    )
    _place(m, node, block.place)
    for numbered in enumerate(block.links, 1):
        _link(m, block, node, fragment, numbered)
    for count, sentence in enumerate(block.sentences, 1):
        part = m.part(f"{fragment}.s{count}")
        m.facts.add(
            part,
            ("rdf:type", TERMS["nr:Sentence"]),
            ("schema:isPartOf", node),
            ("nr:position", number(count)),
            ("nr:markup", text(sentence.markup)),
        )
        _place(m, part, sentence.place)
    _special(m, node, fragment, block)


def _node(m: _Mapping, block: Block, fragment: str, seen: dict[str, int]) -> str:
    """Return what a block is called: a statement by its text, so that it keeps its name where it moves."""
    kind = _STATEMENTS.get(block.kind)
    if kind is None:
        return m.part(fragment)
    iri = names.statement_iri(m.base, kind, m.name.topic, block.parts.content or "")
    seen[iri] = seen.get(iri, 0) + 1
    return f"<{iri}>" if seen[iri] == 1 else f"<{iri}-{seen[iri]}>"


def _link(m: _Mapping, block: Block, node: str, fragment: str, numbered: tuple[int, Link]) -> None:
    count, link = numbered
    answer = m.answers[linked.asked(link)]
    part = m.part(f"{fragment}.l{count}")
    inner = "v" if block.kind is Kind.FIELD else "s"
    whole = m.part(f"{fragment}.{inner}{link.sentence}") if link.sentence else node
    m.facts.add(part, ("schema:isPartOf", whole), ("nr:position", number(count)), *linked.facts(m.base, link, answer))
    mentioned = linked.mentioned(m.base, link, answer)
    m.facts.add(whole, ("schema:mentions", mentioned))
    m.facts.add(node, ("schema:mentions", mentioned))
    for name, candidate in linked.candidates(m.base, answer):
        m.facts.add(name, candidate)
    _place(m, part, link.place)


def _special(m: _Mapping, node: str, fragment: str, block: Block) -> None:
    """Add what only blocks of one kind have."""
    match block.kind:
        case Kind.FIELD:
            _field(m, node, fragment, block)
        case Kind.CLAIM:
            _claim(m, node, block)
            _voice(m, node, fragment, block, Expresses.CLAIMANT)
        case Kind.QUOTE:
            said = block.parts.text or ""
            m.facts.add(node, ("schema:text", text(plain(said)) if said else None), ("nr:reportedIn", m.topic))
            _voice(m, node, fragment, block, Expresses.SPEAKER)
        case Kind.CONNECTION:
            _connection(m, node, block)
        case Kind.HOP | Kind.ENTRY:
            _step(m, node, block)
        case _:
            return
    if block.kind in _STATEMENTS:
        lines = block.written or block.raw or forms.write(block.kind, block.parts) or ""
        digest = hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
        m.places.add(node, ("nr:exact", text(lines)), ("schema:sha256", text(digest)))
        key = names.statement_key(_key_text(block))
        m.facts.add(node, ("nr:statementKey", text(key)))


def _key_text(block: Block) -> str:
    """Return what the newsroom's own id of a statement is made from: the text after the grade or the relation."""
    content = block.parts.content or ""
    if block.kind is Kind.CONNECTION and block.parts.relation:
        return content[content.find("[[") :].strip() if "[[" in content else content
    return content.strip()


def _claim(m: _Mapping, node: str, block: Block) -> None:
    grade = block.parts.grade
    meaning = m.dialect.grades.get(grade.casefold()) if grade else None
    said = spoken(block.parts.markup or "")
    m.facts.add(
        node,
        ("rdf:type", TERMS["nr:Sentence"]),
        ("nr:epistemicType", TERMS[f"nr:{meaning}"] if meaning else None),
        ("nr:gradeText", text(grade) if grade and grade != meaning else None),
        ("schema:text", text(said) if said.strip() else None),
        ("nr:reportedIn", m.topic),
    )


def _voice(m: _Mapping, node: str, fragment: str, block: Block, role: Expresses) -> None:
    voice = block.parts.voice
    if voice is None:
        return
    m.facts.add(node, ("nr:saidByText", text(voice.said)), ("nr:voiceRole", text(voice.role) if voice.role else None))
    linked = [link for link in block.links if link.expresses is role]
    for link in filter(m.known, linked):
        m.facts.add(node, (role, m.meant(link.slug, anchored=bool(link.anchor))))
    if not linked:
        _named_agent(m, node, fragment, voice, role)


def _named_agent(m: _Mapping, node: str, fragment: str, voice: Voice, role: Expresses) -> None:
    if not voice.name or voice.place is None:
        return
    agent, mention = f"<{names.agent_iri(m.base, voice.name)}>", m.part(f"{fragment}.who")
    m.facts.add(agent, ("rdf:type", TERMS["nr:NamedAgent"]), ("foaf:name", text(voice.name)))
    m.facts.add(node, (role, agent))
    m.facts.add(
        mention,
        ("rdf:type", TERMS["nr:Mention"]),
        ("schema:isPartOf", node),
        ("nr:expresses", TERMS[role]),
        ("nr:target", agent),
    )
    _place(m, mention, voice.place)


def _connection(m: _Mapping, node: str, block: Block) -> None:
    parts = block.parts
    word = parts.relation
    known = m.dialect.relations.get(word.casefold()) if word else None
    relation = TERMS[f"nr:{known}"] if known else _own_relation(m, word) if word else TERMS["nr:relatesTo"]
    described = plain(parts.markup or "")
    m.facts.add(
        node,
        ("rdf:type", TERMS["nr:Sentence"]),
        ("rdf:subject", m.topic),
        ("rdf:predicate", relation),
        ("nr:relationText", text(word) if word and word != known else None),
        ("nr:label", None if parts.label is None else text(parts.label)),
        ("nr:targetText", None if parts.target is None else text(parts.target)),
        ("schema:text", text(described) if described.strip() else None),
    )
    for link in block.links:
        if link.expresses is Expresses.OBJECT and m.known(link):
            target = m.meant(link.slug, anchored=bool(link.anchor))
            m.facts.add(node, ("rdf:object", target))
            m.facts.lines.append(f"{m.topic} {relation} {target}{m.facts.tail}")


def _own_relation(m: _Mapping, word: str) -> str:
    relation = f"<{names.relation_iri(m.base, word)}>"
    m.facts.add(
        relation,
        ("rdf:type", TERMS["rdf:Property"]),
        ("rdfs:subPropertyOf", TERMS["nr:relatesTo"]),
        ("rdfs:label", text(word.casefold())),
    )
    return relation


def _step(m: _Mapping, node: str, block: Block) -> None:
    parts = block.parts
    m.facts.add(
        node,
        ("nr:number", None if parts.number is None else text(parts.number)),
        ("nr:star", None if parts.star is None else text(parts.star)),
        ("nr:dateText", None if parts.date is None else text(parts.date)),
        ("dcterms:date", None if parts.date is None else date(parts.date)),
        ("nr:targetText", None if parts.target is None else text(parts.target)),
    )
    for link in block.links:
        if link.expresses is Expresses.STEP:
            target = m.meant(link.slug, anchored=bool(link.anchor)) if m.known(link) else None
            m.facts.add(node, ("nr:leadsTo", target))


def _field(m: _Mapping, node: str, fragment: str, block: Block) -> None:
    parts = block.parts
    known = m.dialect.fields.get(parts.key or "")
    m.facts.add(
        node,
        ("nr:key", text(parts.key or "")),
        ("nr:yaml", None if parts.yaml is None else text(parts.yaml)),
        ("nr:yamlBelow", None if parts.below is None else text(parts.below)),
        ("nr:expresses", TERMS[known.property] if known else None),
    )
    for count, scalar in enumerate(parts.values, 1):
        value = m.part(f"{fragment}.v{count}")
        meant = None
        if known:
            meant = _value(m, known.read, scalar.text)
            m.facts.add(m.page if known.of == "page" else m.topic, (known.property, meant))
        m.facts.add(
            value,
            ("rdf:type", TERMS["nr:Value"]),
            ("schema:isPartOf", node),
            ("nr:position", number(count)),
            ("nr:markup", text(scalar.text)),
            ("nr:expresses", TERMS[known.property] if known else None),
            ("nr:target", meant),
        )
        _place(m, value, scalar.place)


def _value(m: _Mapping, read: str, written: str) -> str | None:
    match read:
        case "date":
            return date(written.strip())
        case "pages":
            bare = _bare(written)
            return m.meant(bare) if m.answers[bare, False].topic else None
        case _:
            return text(written)
