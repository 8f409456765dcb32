"""One page of a wiki as a concept of a bundle: its front matter, with the statements that it makes, and its body."""

from collections.abc import Callable, Mapping

from kg.bundle import body, front_text, paths
from kg.bundle.body import Cited
from kg.bundle.front_text import Value
from kg.links.wikilinks import plain, spoken
from kg.map import bundle_values, field_values, statement_facts
from kg.model.page import Block, Expresses, Kind, Link, Page
from kg.model.records import dataclass
from kg.parse import line_forms
from kg.parse.parse_page import CARRIED
from kg.rdf import names
from kg.settings.dialect import Dialect

UNTYPED = "Page"
_FORMAT = frozenset(
    {
        "type", "title", "description", "resource", "tags", "sources", "usage_window", "generated", "verified",
        "status",
        "stale_after", "timestamp", "runtime", "parameters", "computation", "executor", "attester", CARRIED,
    }
)  # fmt: skip
_STATUSES = frozenset({"draft", "stable", "deprecated"})
_KEYS = {Kind.CLAIM: "claims", Kind.QUOTE: "quotes", Kind.CONNECTION: "relations"}


@dataclass(frozen=True, slots=True)
class Wiki:
    """The wiki that a bundle is written from: its base IRI and dialect, and of each path in the bundle the title."""

    base: str
    dialect: Dialect
    titles: Mapping[str, str]
    path_of: Callable[[str, Link], str]


def concept(wiki: Wiki, raw: str, page: Page, topic: str) -> str:
    """Return a page as a concept; `raw` is its text, `topic` what it is about."""
    fields = bundle_values.by_key(page)
    own = _own_source(page, fields)
    listed = _listed(wiki, page, own)
    front: dict[str, Value] = {
        "type": _type(page, fields),
        "title": body.headline(page),
        **_described(fields),
        **_others(fields),
    }
    if sources := [*([own[0]] if own else []), *(entry for entry, _ in listed.values())]:
        front["sources"] = sources
    front[CARRIED] = _statements(wiki, page, topic) | _kept(fields)
    around = body.Surroundings(
        lambda link: wiki.path_of(page.path, link), {path: cited for path, (_, cited) in listed.items()},
        own[1] if own else None,
    )  # fmt: skip
    text = body.written(raw, page, body_start(raw, page), around)
    return "\n".join(["---", *front_text.lines(front), "---", "", text.lstrip("\n")])


def body_start(raw: str, page: Page) -> int:
    """Return where the body of a page begins in its text."""
    if not page.sections or page.sections[0].slug != "_front":
        return 0
    end = page.sections[0].blocks[-1].place.end
    return end + (2 if raw.startswith("\r\n", end) else 1 if raw[end : end + 1] in ("\n", "\r") else 0)


# ---- what the format has keys for ------------------------------------------------------------------------------------


def _type(page: Page, fields: Mapping[str, list[bundle_values.Value]]) -> str:
    word = bundle_values.only(fields.get("type"))
    return word.text if word and page.page_type else UNTYPED


def _described(fields: Mapping[str, list[bundle_values.Value]]) -> dict[str, Value]:
    said: dict[str, Value] = {}
    if described := bundle_values.only(fields.get("description")):
        said["description"] = described.text
    direct = [value for value in fields.get("tags", ()) if value.text and not value.steps[1:]]
    if tags := [field_values.tag(value.text) for value in direct]:
        said["tags"] = list(dict.fromkeys(tags))
    status = bundle_values.only(fields.get("status"))
    if status and status.text in _STATUSES:
        said["status"] = status.text
    return said


def _own_source(page: Page, fields: Mapping[str, list[bundle_values.Value]]) -> tuple[Value, Cited] | None:
    """Return the original that a source page was written from, by its address or file, as an entry of sources."""
    if page.topic_class != "Source":
        return None
    url = next(
        (value for key in ("source_url", "url", "source_file") if (value := bundle_values.only(fields.get(key)))), None
    )
    if url is None:
        return None
    label, title = "original", body.headline(page)
    while f"[^{label}]" in "".join(block.parts.markup or "" for section in page.sections for block in section.blocks):
        label += "-"
    entry: Value = {"id": label, "resource": url.text, "title": title}
    return entry, Cited(label, title.replace("\n", " "))


def _listed(wiki: Wiki, page: Page, own: tuple[Value, Cited] | None) -> dict[str, tuple[Value, Cited]]:
    """Return the pages that a page lists as sources, by their paths in the bundle, as entries of sources."""
    fields: dict[str, tuple[Value, Cited]] = {}
    labels = {own[1].label} if own else set()
    for section in page.sections[:1]:
        for block in section.blocks:
            for scalar in block.parts.values if block.kind is Kind.FIELD else ():
                known = field_values.meaning(block.parts.key or "", scalar, wiki.dialect)
                if not known or known.property not in ("nr:declaresSource", "nr:sourceAddress"):
                    continue
                named = field_values.page_name(scalar.text)
                path = wiki.path_of(page.path, Link(scalar.place, named)) if known.read == "pages" else ""
                label = _label(names.stem(path) if path else "address", labels)
                title = wiki.titles.get(path, named)
                resource = paths.destination(path) if path else scalar.text
                where = f"[{title.replace('[', '(').replace(']', ')')}]({resource})" if path else scalar.text
                if (path or scalar.text) not in fields and (path or scalar.text.strip()):
                    labels.add(label)
                    fields[path or scalar.text] = (
                        {"id": label, "resource": resource, "title": title},
                        Cited(label, where),
                    )
    return fields


def _label(name: str, labels: set[str]) -> str:
    """Return a label for a footnote that no other source of the page has."""
    plain_name = "-".join(name.replace("[", " ").replace("]", " ").replace("^", " ").split()) or "source"
    label, copy = plain_name, 1
    while label in labels:
        copy += 1
        label = f"{plain_name}-{copy}"
    return label


# ---- what it has none for --------------------------------------------------------------------------------------------


def _others(fields: Mapping[str, list[bundle_values.Value]]) -> dict[str, Value]:
    """Return the keys that the format does not know, as values of the same form."""
    return {key: _rebuilt(values) for key, values in fields.items() if key and key not in _FORMAT and values}


def _kept(fields: Mapping[str, list[bundle_values.Value]]) -> dict[str, Value]:
    """Return what the author's front matter has under keys by which the format means something else."""
    said = {
        key
        for key in ("type", "title", "description", "tags")
        if all(not v.steps or len(v.steps) == 1 for v in fields.get(key, ()))
    }
    status = bundle_values.only(fields.get("status"))
    if status and status.text in _STATUSES:
        said.add("status")
    kept: dict[str, Value] = {key: _rebuilt(fields[key]) for key in sorted(_FORMAT - said) if fields.get(key)}
    return {"front": kept} if kept else {}


def _rebuilt(values: list[bundle_values.Value]) -> Value:
    """Return the values of a key as the lists and mappings that they stand in; two of one path become a list."""
    own = [value.scalar.text for value in values if not value.steps]
    if own and len(own) == len(values):
        return own[0] if len(own) == 1 else list(own)
    groups: dict[str, list[bundle_values.Value]] = {}
    for value in values:
        groups.setdefault(value.steps[0] if value.steps else "", []).append(value._replace(steps=value.steps[1:]))
    if all(step.isdecimal() for step in groups):
        return [_rebuilt(group) for group in groups.values()]
    return {step: _rebuilt(group) for step, group in groups.items()}


def _statements(wiki: Wiki, page: Page, topic: str) -> dict[str, Value]:
    """Return the statements of a page: what each says, as data, and its line as the author wrote it."""
    fields: dict[str, list[Value]] = {key: [] for key in _KEYS.values()}
    counts: dict[str, int] = {}
    for section in page.sections:
        for block in section.blocks:
            if block.kind in _KEYS:
                iri = names.statement_iri("", statement_facts.STATEMENTS[block.kind], topic, block.parts.content or "")
                counts[iri] = counts.get(iri, 0) + 1
                name = iri if counts[iri] == 1 else f"{iri}-{counts[iri]}"
                fields[_KEYS[block.kind]].append({"id": name, **_said(wiki, page, block), "line": _line(block)})
    carried: dict[str, Value] = {key: entries for key, entries in fields.items() if entries}
    return {"dialect": wiki.dialect.source, **carried} if carried else {"dialect": wiki.dialect.source}


def _said(wiki: Wiki, page: Page, block: Block) -> dict[str, Value]:
    parts, links = block.parts, wiki.dialect.links
    roles = {Kind.CLAIM: Expresses.CLAIMANT, Kind.QUOTE: Expresses.SPEAKER, Kind.CONNECTION: Expresses.OBJECT}
    named = [link for link in block.links if link.expresses is roles[block.kind]]
    targets: list[Value] = [paths.destination(wiki.path_of(page.path, link)) for link in named]
    said: dict[str, Value] = {}
    if block.kind is Kind.CONNECTION:
        said |= {"type": parts.relation or "relates to", "target": targets}
        return said | {"description": plain(parts.text or "", links)}
    if block.kind is Kind.CLAIM and parts.grade:
        said["grade"] = wiki.dialect.grades.get(parts.grade.casefold(), parts.grade)
    if parts.voice:
        said["by"] = plain(parts.voice.said, links)
    if targets:
        said["who"] = targets
    words = spoken(parts.text or "", links) if block.kind is Kind.CLAIM else plain(parts.text or "", links)
    return said | {"text": words.strip()}


def _line(block: Block) -> str:
    return block.written or block.raw or line_forms.write(block.kind, block.parts) or ""
