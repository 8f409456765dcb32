"""Statements as triples: what a claim, a quote, a connection, a step or an entry says, and who says it. Pure."""

import hashlib

from kg.links.wikilinks import plain, spoken
from kg.map import claim_amount, due_date, folded_keys
from kg.map.page_graph import PageGraph
from kg.model.page import Block, Expresses, Kind, Voice
from kg.parse import line_forms, reader_text
from kg.parse.markdown import hide
from kg.rdf import names
from kg.rdf.nquads import TERMS, TRUE, date, days, text, typed
from kg.settings.dialect import RELATIONS

STATEMENTS = {Kind.CLAIM: "claim", Kind.QUOTE: "quote", Kind.CONNECTION: "connection"}


def add(m: PageGraph, node: str, fragment: str, block: Block, role: str) -> None:
    """Add what a block in a section of this role states; one that states nothing adds nothing."""
    match block.kind:
        case Kind.ITEM if role == "contradictions" and block.top:
            _contradiction(m, node, block)
        case Kind.CLAIM:
            _claim(m, node, block)
            _voice(m, node, fragment, block, Expresses.CLAIMANT)
        case Kind.QUOTE:
            said = block.parts.text or ""
            m.facts.add(
                node,
                ("schema:text", text(plain(said, m.dialect.links, _hidden(said))) if said else None),
                ("nr:reportedIn", m.topic),
            )
            _voice(m, node, fragment, block, Expresses.SPEAKER)
        case Kind.CONNECTION:
            _connection(m, node, block)
        case Kind.HOP | Kind.ENTRY:
            _step(m, node, block)
        case _:
            return
    if block.kind in STATEMENTS:
        _as_written(m, node, block)


def _as_written(m: PageGraph, node: str, block: Block) -> None:
    lines = block.written or block.raw or line_forms.write(block.kind, block.parts) or ""
    digest = hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
    m.places.add(node, ("nr:exact", text(lines)), ("schema:sha256", text(digest)))
    m.facts.add(node, ("nr:statementKey", text(names.statement_key(_key_text(block)))))


def _key_text(block: Block) -> str:
    """Return what the newsroom's own id of a statement is made from: the text after the grade or the relation."""
    content = block.parts.content or ""
    if block.kind is Kind.CONNECTION and block.parts.relation:
        return content[content.find("[[") :].strip() if "[[" in content else content
    return content.strip()


def _hidden(words: str) -> str:
    """Return a text with its code and mathematics hidden, where brackets of links stand beside any."""
    return hide(words) if "[[" in words and ("`" in words or "$" in words) else ""


def _claim(m: PageGraph, node: str, block: Block) -> None:
    parts = block.parts
    meaning = m.dialect.grades.get(parts.grade.casefold()) if parts.grade else None
    written = parts.text or ""
    said = spoken(written, m.dialect.links, _hidden(written)).strip()
    wording = folded_keys.wording(said, _voices(m, block, Expresses.CLAIMANT))
    day = due_date.day(said) if meaning == "forecast" else ""
    m.facts.add(
        node,
        ("rdf:type", TERMS["nr:Sentence"]),
        ("nr:epistemicType", TERMS[f"nr:{meaning}"] if meaning else None),
        ("nr:gradeText", text(parts.grade) if parts.grade and parts.grade != meaning else None),
        ("nr:gradedBy", text(parts.graded) if parts.graded else None),
        ("nr:certainty", text(parts.certainty.casefold()) if parts.certainty else None),
        ("nr:label", text(parts.label) if parts.label else None),
        ("schema:text", text(said) if said else None),
        ("nr:reportedIn", m.topic),
        ("nr:wordingKey", text(wording) if wording else None),
        ("nr:dueDate", date(day) if day else None),
    )
    figure = claim_amount.amount(said, m.dialect.figures)
    if figure:
        m.facts.add(node, ("nr:figureKey", text(figure[0])), ("nr:figureValue", typed(f"{figure[1]:f}", "decimal")))


def _voices(m: PageGraph, block: Block, role: Expresses) -> list[str]:
    """Return the IRIs of those whom a statement names: the linked ones, else the plain name."""
    linked = [link for link in block.links if link.expresses is role]
    if linked:
        return [target for link in linked if (target := m.target(link))]
    voice = block.parts.voice
    return [f"<{names.agent_iri(m.base, voice.name)}>"] if voice and voice.name and voice.place else []


def _voice(m: PageGraph, node: str, fragment: str, block: Block, role: Expresses) -> None:
    voice = block.parts.voice
    if voice is None:
        return
    m.facts.add(node, ("nr:saidByText", text(voice.said)), ("nr:voiceRole", text(voice.role) if voice.role else None))
    m.facts.add(node, *((role, who) for who in _voices(m, block, role)))
    if not any(link.expresses is role for link in block.links):
        _named_agent(m, node, fragment, voice, role)


def _named_agent(m: PageGraph, node: str, fragment: str, voice: Voice, role: Expresses) -> None:
    if not voice.name or voice.place is None:
        return
    agent, mention = f"<{names.agent_iri(m.base, voice.name)}>", m.part(f"{fragment}.who")
    m.facts.add(
        agent,
        ("rdf:type", TERMS["nr:NamedAgent"]),
        ("foaf:name", text(voice.name)),
        ("nr:nameKey", text(folded_keys.name(voice.name))),
    )
    m.facts.add(
        mention,
        ("rdf:type", TERMS["nr:Mention"]),
        ("schema:isPartOf", node),
        ("nr:expresses", TERMS[role]),
        ("nr:target", agent),
    )
    m.put_place(mention, voice.place)


def _connection(m: PageGraph, node: str, block: Block) -> None:
    parts = block.parts
    word = parts.relation
    written = parts.text or ""
    described = plain(written, m.dialect.links, _hidden(written))
    relation = _relation(m, word)
    m.facts.add(
        node,
        ("rdf:type", TERMS["nr:Sentence"]),
        ("rdf:subject", m.topic),
        ("rdf:predicate", relation),
        ("nr:relationText", text(word) if word and TERMS.get(f"nr:{word}") != relation else None),
        ("nr:relationForm", text(parts.form) if parts.form else None),
        ("nr:label", None if parts.label is None else text(parts.label)),
        ("nr:targetText", None if parts.target is None else text(parts.target)),
        ("nr:qualifier", None if parts.qualifier is None else text(parts.qualifier)),
        ("nr:scope", None if parts.scope is None else text(parts.scope)),
        ("schema:text", text(described) if described.strip() else None),
    )
    _relate(m, node, block, relation)


def _relation(m: PageGraph, word: str | None) -> str:
    """Return the property that a relation word names: one of ours, one of the corpus' own, or for none nr:relatesTo."""
    if not word:
        return TERMS["nr:relatesTo"]
    word = reader_text.seen(word) or word
    meant = m.dialect.relations.get(" ".join(word.casefold().split()), word)
    return TERMS[f"nr:{meant}"] if meant in RELATIONS else _own_relation(m, meant)


def _relate(m: PageGraph, node: str, block: Block, relation: str) -> None:
    for link in block.links:
        if link.expresses is Expresses.OBJECT and (target := m.target(link)):
            m.facts.add(node, ("rdf:object", target))
            m.facts.lines.append(f"{m.topic} {relation} {target}{m.facts.tail}")


def _contradiction(m: PageGraph, node: str, block: Block) -> None:
    """Say that an item under Contradictions notes one, and with what where it says so, or denies that there is one."""
    parts = block.parts
    m.facts.add(
        node, ("rdf:type", TERMS["nr:ContradictionNote"]), ("nr:deniesContradiction", TRUE if parts.denies else None)
    )
    if parts.relation:
        relation = _relation(m, parts.relation)
        m.facts.add(node, ("rdf:subject", m.topic), ("rdf:predicate", relation))
        _relate(m, node, block, relation)


def _own_relation(m: PageGraph, word: str) -> str:
    relation = f"<{names.relation_iri(m.base, word)}>"
    m.facts.add(
        relation,
        ("rdf:type", TERMS["rdf:Property"]),
        ("rdfs:subPropertyOf", TERMS["nr:relatesTo"]),
        ("rdfs:label", text(word.casefold())),
    )
    return relation


def _step(m: PageGraph, node: str, block: Block) -> None:
    parts = block.parts
    m.facts.add(
        node,
        ("nr:number", None if parts.number is None else text(parts.number)),
        ("nr:star", None if parts.star is None else text(parts.star)),
        ("nr:dateText", None if parts.date is None else text(parts.date)),
        ("dcterms:date", None if parts.date is None else date(parts.date)),
        *days(parts.date or ""),
        ("nr:targetText", None if parts.target is None else text(parts.target)),
    )
    for link in block.links:
        if link.expresses is Expresses.STEP:
            m.facts.add(node, ("nr:leadsTo", m.target(link)))
