"""What a bundle in the Open Knowledge Format says of a concept: sources, trust, life and computation. Pure."""

from collections.abc import Iterator, Mapping

from kg.map import bundle_sources, bundle_statements, bundle_values
from kg.map.bundle_actors import actor, actor_kind, time
from kg.map.bundle_values import Entry, Value
from kg.map.page_graph import PageGraph
from kg.model.page import Kind, Page
from kg.parse.parse_page import CARRIED
from kg.rdf import names
from kg.rdf.nquads import TERMS, text, typed

RESERVED = frozenset({"index.md", "log.md"})
COMPUTATION = "attested computation"
_SAYS = {"true": "true", "false": "false"}
_TIERS = {"": "nr:unverified", "machine": "nr:machineConfirmed", "human": "nr:humanReviewed"}


def is_concept(path: str) -> bool:
    """Tell whether a page of a bundle is a concept: every page is but index.md and log.md, at any level."""
    return path.rpartition("/")[2] not in RESERVED


def names_used(page: Page) -> Iterator[tuple[str, bool]]:
    """Yield what must be resolved for the paths in the front matter, as for links."""
    if is_concept(page.path):
        fields = bundle_values.stated(page)
        for value in (*bundle_sources.resources(fields), *_instructions(fields)):
            if bundle_sources.is_page_path(value.text):
                yield bundle_sources.asked(value.text), False
        yield from bundle_statements.names_used(page)


def _instructions(fields: dict[str, list[Value]]) -> Iterator[Value]:
    for key in ("executor", "attester"):
        for entry in bundle_values.entries(fields.get(key)):
            if value := bundle_values.said(entry, "resource"):
                yield value
    if value := bundle_values.only(fields.get("computation")):
        yield value


def add(m: PageGraph, page: Page, blocks: Mapping[str, str]) -> None:
    """Add what the front matter of a page, and its footnotes, say; `blocks` are the names of its blocks."""
    fields = bundle_values.stated(page)
    if not is_concept(page.path):
        version = bundle_values.only(fields.get("okf_version")) if page.path == "index.md" else None
        m.facts.add(m.page, ("nr:okfVersion", text(version.text) if version else None))
        return
    m.facts.add(m.page, ("rdf:type", TERMS["nr:OkfConcept"]), ("nr:conceptId", text(names.without_suffix(m.name.path))))
    known = _made(m, fields)
    if known and not any(_changes(m, key) for key in fields):
        m.facts.add(m.page, ("dcterms:modified", typed(known[0], "date")))
    known += _checked(m, fields)
    if known:
        m.facts.add(m.page, ("nr:checkedOn", typed(max(known), "date")))
    _life(m, fields)
    bundle_sources.add(m, page, fields, blocks)
    if CARRIED in fields:
        bundle_statements.add(m, page)
    if page.page_type == COMPUTATION:
        _computation(m, page, fields)


def _changes(m: PageGraph, key: str) -> bool:
    """Tell whether a key says by itself when the page was changed."""
    field = m.dialect.fields.get(key)
    return field is not None and field.property == "dcterms:modified"


# ---- Trust -----------------------------------------------------------------------------------------------------------


def _made(m: PageGraph, fields: dict[str, list[Value]]) -> list[str]:
    """Add who made the page and when; where nothing is said, the time of version 0.1. Return the days."""
    for entry in bundle_values.entries(fields.get("generated")):
        by, at = bundle_values.said(entry, "by"), bundle_values.said(entry, "at")
        return _event(m, "_generated", "nr:PageWriting", (by, at, bundle_values.place_of(entry)))
    stamp = bundle_values.only(fields.get("timestamp"))
    if stamp is None or fields.get("generated"):
        return []
    m.facts.add(m.part("_generated"), ("nr:readFrom", text("timestamp")))
    return _event(m, "_generated", "nr:PageWriting", (None, stamp, stamp))


def _checked(m: PageGraph, fields: dict[str, list[Value]]) -> list[str]:
    """Add who checked the page and when, and the tier that follows; return the days."""
    days, tier = [], ""
    for count, entry in enumerate(bundle_values.entries(fields.get("verified")), 1):
        by, at = bundle_values.said(entry, "by"), bundle_values.said(entry, "at")
        days += _event(m, f"_verified.{count}", "nr:Verification", (by, at, bundle_values.place_of(entry)))
        if by:
            tier = "human" if tier == "human" or actor_kind(by.text) == "human" else "machine"
    m.facts.add(m.page, ("nr:trustTier", TERMS[_TIERS[tier]]))
    return days


def _event(m: PageGraph, name: str, kind: str, parts: tuple[Value | None, Value | None, Value]) -> list[str]:
    by, at, first = parts
    node = m.part(name)
    reading = time(m, at) if at else None
    made = kind == "nr:PageWriting"
    m.facts.add(
        node,
        ("rdf:type", TERMS[kind]),
        ("schema:isPartOf", m.page),
        ("prov:generated" if made else "prov:used", m.page),
        ("prov:wasAssociatedWith", actor(m, by) if by else None),
        ("prov:endedAtTime", reading.term if reading else None),
    )
    m.facts.add(m.page, ("prov:wasGeneratedBy" if made else "nr:verifiedIn", node))
    m.put_place(node, first.scalar.place)
    return [reading.day] if reading and reading.day else []


# ---- Life ------------------------------------------------------------------------------------------------------------


def _life(m: PageGraph, fields: dict[str, list[Value]]) -> None:
    status, stale = bundle_values.only(fields.get("status")), bundle_values.only(fields.get("stale_after"))
    m.facts.add(m.page, ("nr:status", text(status.text.casefold() if status else "stable")))
    if status:
        m.facts.add(m.part(status.fragment), ("nr:expresses", TERMS["nr:status"]))
    if stale:
        reading = time(m, stale)
        m.facts.add(
            m.page,
            ("nr:staleAfter", reading.term),
            ("nr:staleFrom", typed(reading.day, "date") if reading.day else None),
        )
        m.facts.add(m.part(stale.fragment), ("nr:expresses", TERMS["nr:staleAfter"]), ("nr:target", reading.term))


# ---- Computations: kept as data, never run ---------------------------------------------------------------------------


def _computation(m: PageGraph, page: Page, fields: dict[str, list[Value]]) -> None:
    path, runtime = bundle_values.only(fields.get("computation")), bundle_values.only(fields.get("runtime"))
    code = [
        m.part(f"{names.escape(section.slug)}.{block.number}")
        for section in page.sections
        for block in section.blocks
        if section.name == "computation" and block.kind is Kind.CODE
    ]
    m.facts.add(
        m.page,
        ("rdf:type", TERMS["nr:AttestedComputation"]),
        ("nr:runtime", text(runtime.text) if runtime else None),
        ("nr:computationPath", text(path.text) if path else None),
        *(("nr:computationCode", node) for node in code),
    )
    for key in ("executor", "attester"):
        for entry in bundle_values.entries(fields.get(key)):
            _instruction(m, key, entry)
    for count, entry in enumerate(bundle_values.entries(fields.get("parameters")), 1):
        _parameter(m, f"_parameter.{count}", entry)


def _instruction(m: PageGraph, key: str, entry: Entry) -> None:
    node, resource = m.part(f"_{key}"), bundle_values.said(entry, "resource")
    m.facts.add(
        node,
        ("rdf:type", TERMS["nr:Instruction"]),
        ("schema:isPartOf", m.page),
        ("nr:resourceText", text(resource.text) if resource else None),
        ("nr:target", bundle_sources.page_at(m, resource.text) if resource else None),
        *(("nr:receiptField", text(value.text)) for steps, value in entry.items() if steps[0] == "receipt"),
    )
    m.facts.add(m.page, (f"nr:{key}", node))
    m.put_place(node, bundle_values.place_of(entry).scalar.place)


def _parameter(m: PageGraph, name: str, entry: Entry) -> None:
    node = m.part(name)
    title, kind, needed = (bundle_values.said(entry, key) for key in ("name", "type", "required"))
    required = _SAYS.get(needed.text) if needed else None
    m.facts.add(
        node,
        ("rdf:type", TERMS["nr:Parameter"]),
        ("schema:isPartOf", m.page),
        ("schema:name", text(title.text) if title else None),
        ("nr:parameterType", text(kind.text) if kind else None),
        ("nr:required", typed(required, "boolean") if required else None),
    )
    m.facts.add(m.page, ("nr:parameter", node))
    m.put_place(node, bundle_values.place_of(entry).scalar.place)
