"""A page's record to N-Quads: its facts in one graph, the places of its parts in another. Pure."""

import re
from collections.abc import Iterable, Iterator

from kg.map import bundle_facts, field_values, folded_keys, link_facts, positions, prose_counts, statement_facts, traits
from kg.map.page_graph import Answers, PageGraph
from kg.model.finding import Finding
from kg.model.page import Block, Kind, Link, Page, Scalar, Section
from kg.parse import reader_text
from kg.rdf import names, spellings
from kg.rdf.names import PageName
from kg.rdf.nquads import TERMS, TRUE, Graph, days, number, text
from kg.settings.dialect import Dialect, FieldType

# What Obsidian leaves out of the anchor that it writes for a heading, and does not compare.
_UNANCHORED = re.compile(r"[!-#%&(-,./:-@\[-^`{-~$]")
_NEWLINES = {"\r\n": "CRLF", "\r": "CR"}
_HUBS = frozenset({"HubPage", "EntityPage", "ConceptPage"})
_UNMEASURED = frozenset({"Page", "GeneratedPage"})


def names_used(page: Page, dialect: Dialect) -> set[tuple[str, bool]]:
    """Return the slugs that a page links to or declares, each with whether it stands before an anchor."""
    used = {link_facts.asked(link) for section in page.sections for block in section.blocks for link in block.links}
    for section in page.sections:
        for block in section.blocks:
            for scalar in block.parts.values:
                known = field_values.meaning(block.parts.key or "", scalar, dialect)
                if known and known.read == "pages":
                    used.add((field_values.page_name(scalar.text), False))
    if dialect.bundle == "okf":
        used.update(bundle_facts.names_used(page))
    return used


def quads(
    page: Page, findings: Iterable[Finding], name: PageName, answers: Answers, base: str, dialect: Dialect
) -> list[str]:
    """Return every quad of a page as lines of N-Quads, sorted, without duplicates."""
    facts, places = Graph(names.graph_iri(base, name.name)), Graph(names.provenance_iri(base, name.name))
    mapping = PageGraph(
        base, name, dialect, answers, facts, places,
        f"<{names.page_iri(base, name.name)}>", f"<{names.topic_iri(base, name.topic)}>",
        page.topic_class, page.page_class,
    )  # fmt: skip
    _page(mapping, page)
    _findings(mapping, findings)
    _suppressions(mapping, page)
    seen: dict[str, int] = {}
    nodes: dict[str, str] = {}
    counted = prose_counts.count(page, dialect.figures)
    for order, section in enumerate(page.sections):
        _section(mapping, page, section, order)
        for block in section.blocks:
            node = _block(mapping, section, block, seen)
            nodes[f"{names.escape(section.slug)}.{block.number}"] = node
            if counted:
                _counted(mapping, section, block, node, counted)
    positions.add(mapping, page)
    if dialect.bundle == "okf":
        bundle_facts.add(mapping, page, nodes)
    if counted:
        mapping.facts.add(mapping.page, *(("nr:bareAcronym", text(one)) for one in counted.acronyms))
    return sorted({*facts.lines, *places.lines})


def _page(m: PageGraph, page: Page) -> None:
    m.facts.add(
        m.page,
        ("rdf:type", TERMS[f"nr:{page.page_class}"]),
        ("nr:path", text(m.name.path)),
        ("nr:slug", text(names.stem(m.name.path))),
        ("nr:frontMatter", text(page.front)),
        ("nr:typeWord", text(page.page_type) if page.page_type else None),
        ("foaf:primaryTopic", m.topic),
        ("nr:encoding", None if page.encoding == "utf-8" else text(page.encoding)),
        ("nr:newline", text(_NEWLINES[page.newline]) if page.newline in _NEWLINES else None),
        ("nr:byteOrderMark", TRUE if page.mark else None),
        *_measures(page),
        ("nr:titleKey", _key(folded_keys.name(page.title))),
    )
    if m.dialect.links.file_names == "logseq":  # its properties are no front matter, whose fields say the same
        m.facts.add(m.page, ("dcterms:title", text(page.title) if page.title else None))
        m.facts.add(m.topic, *(("skos:altLabel", text(one)) for one in page.aliases))
    broader = "nr:Entity" if page.topic_class in m.dialect.kinds.values() else None
    m.facts.add(
        m.topic,
        ("rdf:type", TERMS[f"nr:{page.topic_class}"]),
        ("rdf:type", TERMS[broader] if broader else None),
        ("schema:name", text(page.title or names.stem(m.name.path))),
        ("nr:describedOn", m.page),
        *_name_keys(page, names.stem(m.name.path)),
    )
    m.places.add(
        m.page,
        ("schema:sha256", text(page.sha256)),
        ("nr:size", number(page.size)),
        ("nr:line", number(1)),
        ("nr:column", number(1)),
    )


def _measures(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what rules measure on a page, where it is of a kind that they judge."""
    if page.page_class not in _UNMEASURED:
        yield "nr:linkCount", number(traits.link_count(page))
        yield "nr:bodyLength", number(traits.body_length(page))


def _name_keys(page: Page, stem: str) -> Iterator[tuple[str, str | None]]:
    """Yield the keys of what a page is called: title, file name and aliases, and of the first two as twins."""
    named = {folded_keys.name(one) for one in (page.title, stem, *page.aliases)}
    twins = {folded_keys.twin(one) for one in (page.title, stem)}
    yield from (("nr:nameKey", _key(one)) for one in named)
    yield from (("nr:twinKey", _key(one)) for one in twins)


def _key(key: str) -> str | None:
    return text(key) if key else None


def _findings(m: PageGraph, findings: Iterable[Finding]) -> None:
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


def _suppressions(m: PageGraph, page: Page) -> None:
    for count, one in enumerate(page.suppressions, 1):
        part = m.part(f"_suppression.{count}")
        m.facts.add(
            part,
            ("rdf:type", TERMS["nr:Suppression"]),
            ("schema:isPartOf", m.page),
            *(("nr:rule", text(rule)) for rule in one.rules),
            ("nr:reason", text(one.reason) if one.reason else None),
            ("nr:wholePage", None if one.first else TRUE),
        )
        m.put_place(part, one.place)
        if one.first:
            m.places.add(part, ("nr:firstLine", number(one.first)), ("nr:lastLine", number(one.last)))


def _section(m: PageGraph, page: Page, section: Section, order: int) -> None:
    parent = page.sections[section.parent + _offset(page)] if section.parent is not None else None
    heading = reader_text.seen(section.title)
    slug, anchor = spellings.words(heading), spellings.words(_UNANCHORED.sub(" ", heading))
    m.facts.add(
        m.part(names.escape(section.slug)),
        ("rdf:type", TERMS["nr:Section"]),
        ("schema:isPartOf", m.page),
        ("nr:order", number(order)),
        ("nr:parent", m.part(names.escape(parent.slug)) if parent else None),
        ("dcterms:title", text(section.title) if section.title else None),
        ("nr:headingName", text(section.name) if section.name else None),
        ("nr:headingSlug", text(slug) if section.title else None),
        ("nr:headingAnchor", text(anchor) if anchor != slug else None),
        ("nr:role", text(section.role) if section.role else None),
    )


def _offset(page: Page) -> int:
    """Return how many sections stand before the body: parents are counted within it."""
    return 1 if page.sections and page.sections[0].slug == "_front" else 0


def _block(m: PageGraph, section: Section, block: Block, counts: dict[str, int]) -> str:
    """Add a block, and return its name."""
    fragment = f"{names.escape(section.slug)}.{block.number}"
    node = _node(m, block, fragment, counts)
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
    m.put_place(node, block.place)
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
        m.put_place(part, sentence.place)
    for count, flaw in enumerate(traits.flaws(block, m.name.path, hub=m.page_class in _HUBS), 1):
        _flaw(m, block, node, m.part(f"{fragment}.f{count}"), flaw)
    if block.kind is Kind.FIELD:
        _field(m, node, fragment, block)
    else:
        statement_facts.add(m, node, fragment, block, section.role)
    return node


def _counted(m: PageGraph, section: Section, block: Block, node: str, counted: prose_counts.Counted) -> None:
    """Add how many figures a block gives, and those that the page gives more than once where it gives them last."""
    name = (section.slug, block.number)
    if name in counted.figures:
        m.facts.add(node, ("nr:figureCount", number(counted.figures[name])))
    for count, one in enumerate(counted.repeated.get(name, ()), 1):
        part = m.part(f"{names.escape(section.slug)}.{block.number}.r{count}")
        m.facts.add(
            part,
            ("rdf:type", TERMS["nr:RepeatedFigure"]),
            ("schema:isPartOf", node),
            ("nr:markup", text(one.words)),
            ("nr:times", number(one.times)),
        )
        m.put_place(part, traits.place(block, one.words))


def _flaw(m: PageGraph, block: Block, node: str, part: str, flaw: traits.Flaw) -> None:
    kind = TERMS[f"nr:{flaw.kind}"]
    m.facts.add(part, ("rdf:type", kind), ("schema:isPartOf", node), ("nr:markup", text(flaw.words)))
    m.put_place(part, traits.place(block, flaw.words))


def _node(m: PageGraph, block: Block, fragment: str, counts: dict[str, int]) -> str:
    """Return what a block is called: a statement by its text, so that it keeps its name where it moves."""
    kind = statement_facts.STATEMENTS.get(block.kind)
    if kind is None:
        return m.part(fragment)
    iri = names.statement_iri(m.base, kind, m.name.topic, block.parts.content or "")
    counts[iri] = counts.get(iri, 0) + 1
    return f"<{iri}>" if counts[iri] == 1 else f"<{iri}-{counts[iri]}>"


def _link(m: PageGraph, block: Block, node: str, fragment: str, position_and_link: tuple[int, Link]) -> None:
    count, link = position_and_link
    answer = m.answers[link_facts.asked(link)]
    part = m.part(f"{fragment}.l{count}")
    inner = "v" if block.kind is Kind.FIELD else "s"
    whole = m.part(f"{fragment}.{inner}{link.sentence}") if link.sentence else node
    m.facts.add(
        part, ("schema:isPartOf", whole), ("nr:position", number(count)), *link_facts.facts(m.base, link, answer)
    )
    mentioned = link_facts.mentioned(m.base, link, answer)
    m.facts.add(whole, ("schema:mentions", mentioned))
    m.facts.add(node, ("schema:mentions", mentioned))
    if not block.auto and m.page_class != "GeneratedPage":
        m.put_link(mentioned)
    for name, candidate in link_facts.candidates(m.base, answer):
        m.facts.add(name, candidate)
    m.put_place(part, link.place)


def _field(m: PageGraph, node: str, fragment: str, block: Block) -> None:
    parts = block.parts
    key = parts.key or ""
    known = m.dialect.fields.get(key)
    m.facts.add(
        node,
        ("nr:key", text(key)),
        ("nr:yaml", None if parts.yaml is None else text(parts.yaml)),
        ("nr:yamlBelow", None if parts.below is None else text(parts.below)),
        ("nr:expresses", TERMS[known.property] if known else None),
    )
    for count, scalar in enumerate(parts.values, 1):
        value, said = m.part(f"{fragment}.v{count}"), field_values.meaning(key, scalar, m.dialect)
        meant = _value(m, said, scalar)
        if said:
            m.facts.add(m.page if said.of == "page" else m.topic, (said.property, meant))
            if said.property == "dcterms:issued":
                m.facts.add(m.topic, *days(field_values.day(scalar)))
            if said.read == "url":
                m.facts.add(m.topic, ("nr:urlKey", _key(folded_keys.address(scalar.text))))
        if m.topic_class == "Source" and field_values.retracts(key, scalar):
            m.facts.add(m.topic, ("rdf:type", TERMS["nr:RetractedSource"]))
        path = field_values.path_of(key, scalar)
        m.facts.add(
            value,
            ("rdf:type", TERMS["nr:Value"]),
            ("schema:isPartOf", node),
            ("nr:position", number(count)),
            ("nr:markup", text(scalar.text)),
            ("nr:valuePath", text(path) if path else None),
            ("nr:expresses", TERMS[said.property] if said else None),
            ("nr:target", meant),
        )
        m.put_place(value, scalar.place)


def _value(m: PageGraph, kind: FieldType | None, scalar: Scalar) -> str | None:
    if kind is None or kind.read != "pages":
        return field_values.literal(kind, scalar)
    bare = field_values.page_name(scalar.text)
    return m.meant(bare) if m.answers[bare, False].topic else None
