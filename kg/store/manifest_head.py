"""The head of a manifest: `manifest.json`, all that a generation knows beside its quads and the files of its pages."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, field, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.model.records import dataclass

if TYPE_CHECKING:
    from kg.model.finding import Finding

FORMAT = 2
# A head of this format that lacks one of these is damaged; what came later has a default.
_NEEDED = {
    "as_of", "base", "common", "content", "count", "digest", "facts", "findings", "history", "ontology", "pages",
    "profile", "root", "settings",
}  # fmt: skip


class PageFile(NamedTuple):
    """One of the files that hold a generation's pages: its name in `pages/`, and how many rows it has."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Change:
    """How many facts of one kind there are now, and how many came and went since the generation before."""

    total: int
    added: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Head:
    """
    What a generation is made from, what it holds, and what its ingest did.

    `common` has the digest of each graph that is no page's, `history` that of where pages went, of which there are
    `moves`; `content` is a digest of the pages' bytes, `digest` one of all quads. `facts` counts each kind, `findings`
    are those of files that could not be taken. Of a head in another `format` only what both have is there.
    """

    format: int = FORMAT
    kg: str = ""
    generation: int = 0
    made: str = ""
    root: str = ""
    config: str | None = None
    home: str = ""
    base: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    dialect: str = ""
    profile: str = ""
    page_files: tuple[PageFile, ...] = ()
    count: int = 0
    content: str = ""
    digest: str = ""
    ontology: str = ""
    common: Mapping[str, str] = field(default_factory=dict)
    history: str = ""
    moves: int = 0
    as_of: str = ""
    attachments: tuple[str, ...] = ()
    homonyms: Mapping[str, list[str]] = field(default_factory=dict)
    findings: "tuple[Finding, ...]" = ()
    facts: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    did: Mapping[str, int] = field(default_factory=dict)
    why_all: str = ""


def kept(findings: "Iterable[Finding]") -> "tuple[Finding, ...]":
    """Return findings as a head keeps them: path, line, rule, message and level of each."""
    return tuple(_finding(*_row(finding)) for finding in findings)


def _row(finding: "Finding") -> tuple[str, int, str, str, str]:
    return finding.span.path, finding.span.line, finding.rule, finding.message, str(finding.level)


def _finding(path: str, line: int, rule: str, message: str, level: str) -> "Finding":
    from kg.model.finding import Finding, Level, Span  # few wikis have a file that could not be taken

    return Finding(Span(path, line, min(line, 1)), rule, message, Level(level))


def dumps(head: Head) -> str:
    """Return the text of a manifest.json; the same head gives the same text."""
    record = {one.name: getattr(head, one.name) for one in fields(head)}
    record["pages"] = record.pop("page_files")
    record["findings"] = [_row(finding) for finding in head.findings]
    record["changes"] = {kind: asdict(change) for kind, change in head.changes.items()}
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=0)


def loads(text: str) -> Head:
    """Return the head that a text holds, of whatever format; ValueError or TypeError where it holds none."""
    record = json.loads(text)
    if not isinstance(record, dict):
        raise TypeError("no object")
    ours = record.get("format", 1) == FORMAT
    if ours and (missing := sorted(_NEEDED - record.keys())):
        raise ValueError(f"no '{missing[0]}' in it")
    return Head(
        **{one.name: record[one.name] for one in fields(Head) if one.name in record} | _typed(record, ours=ours)
    )


def _typed(record: Mapping[str, Any], *, ours: bool) -> dict[str, Any]:
    """Return the fields of a head that are no plain JSON."""
    if not ours:  # what another format says in its own way is not asked for
        return {"format": record.get("format", 1), "page_files": (), "findings": (), "attachments": (), "changes": {}}
    return {
        "format": record.get("format", 1),
        "page_files": tuple(PageFile(*one) for one in record["pages"]),
        "findings": tuple(_finding(*one) for one in record["findings"]),
        "attachments": tuple(record.get("attachments", ())),
        "changes": {kind: Change(**change) for kind, change in record.get("changes", {}).items()},
    }
