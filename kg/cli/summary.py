"""What a command did, in words for the person at the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.ingest import fact_changes
from kg.ingest.ingest import Ingested
from kg.model.finding import Level
from kg.model.plural import plural
from kg.rdf.names import DEFAULT_BASE
from kg.report import gate
from kg.report.as_text import full, text
from kg.report.reported import Reported, counts, summary
from kg.settings.kg_toml import Config

if TYPE_CHECKING:
    from kg.operations.build import Built

_SHOWN = 20


def ingest(done: Ingested) -> str:
    """Return what an ingest changed, one line a kind."""
    lines = []
    if done.why_all:
        lines.append(f"every page is mapped anew: {done.why_all}")
    moved = [f"{old} → {new}" for old, new in done.moved]
    for name in ("added", "changed", "moved", "removed", "relinked"):
        paths = moved if name == "moved" else getattr(done, name)
        if paths:
            more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""  # noqa: PLR2004  # three are enough to know
            lines.append(f"{name:9} {plural(len(paths), 'page')}: {', '.join(paths[:3])}{more}")
    lines.append(f"unchanged {plural(done.unchanged, 'page')}")
    if facts := fact_changes.words(done.changes):
        lines.append(f"facts     {facts}")
    if done.generation is not None:
        lines.append(f"generation {done.generation.number}")
    return "\n".join(lines) + "\n" + text(done.findings)


def ingest_record(done: Ingested) -> dict[str, Any]:
    """Return the same as a record for JSON."""
    return {
        "generation": done.generation.number if done.generation else None,
        "added": list(done.added),
        "changed": list(done.changed),
        "removed": list(done.removed),
        "relinked": list(done.relinked),
        "unchanged": done.unchanged,
        "moved": [list(pair) for pair in done.moved],
        "why_all": done.why_all,
        "changes": fact_changes.record(done.changes),
        "notes": list(done.notes),
        "findings": [f"{finding.span}: {finding.message}" for finding in done.findings],
    }


def stats(found: dict[str, Any]) -> str:
    """Return the counts as lines."""
    rows = [
        ("pages", found["pages"]["total"], found["pages"]["by_type"]),
        ("claims", found["claims"]["total"], _grades(found)),
        ("quotes", found["quotes"]["total"], {"attributed": found["quotes"]["attributed"]}),
        ("connections", found["connections"]["total"], _relations(found)),
        ("links", found["links"]["total"], {key: found["links"][key] for key in ("strict", "lenient", "broken")}),
        ("sentences", found["sentences"], {}),
        ("triples", found["triples"], {"graphs": found["graphs"]}),
        ("lines", found["lines"]["template"], {"kept as written": found["lines"]["raw"]}),
    ]
    return "".join(f"{name:12} {total:>9,}{_parts(parts)}\n" for name, total, parts in rows)


def _grades(found: dict[str, Any]) -> dict[str, int]:
    claims = found["claims"]
    return {**claims["by_type"], "without a grade": claims["untyped"], "with an unknown grade": claims["unknown"]}


def _relations(found: dict[str, Any]) -> dict[str, int]:
    return {**found["connections"]["by_relation"], "without a relation": found["connections"]["untyped"]}


def _parts(parts: dict[str, int]) -> str:
    shown = ", ".join(f"{number:,} {name}" for name, number in parts.items() if number)
    return f"   {shown}" if shown else ""


def build(done: "Built", root: Path, config: Config, folder: Path) -> str:
    """Return the summary of a build: what was read, what was found, and what to type next."""
    found = done.counts
    read = done.ingested
    rows = {
        "read": f"{plural(found['pages']['total'], 'page')} in {root}"
        f" ({read.mapped} mapped, {len(read.removed)} removed, {read.unchanged} unchanged)",
        "found": f"{plural(found['claims']['total'], 'claim')}{_parts(_grades(found))}",
        "": f"{plural(found['quotes']['total'], 'quote')}, {plural(found['connections']['total'], 'connection')},"
        f" {plural(found['links']['total'], 'link')} ({found['links']['broken']} broken),"
        f" {plural(found['sentences'], 'sentence')}",
        "stored": f"{plural(found['triples'], 'triple')} in {plural(found['graphs'], 'graph')},"
        f" and {done.inferred:,} inferred, in {folder}",
        "rendered": _rendered(done),
        "checked": summary(counts(done.checked.judged.findings)) + gate.summary(done.checked.judged),
    }
    lines = [f"{name:9} {words}" for name, words in rows.items()]
    if config.base == DEFAULT_BASE:
        lines.append(
            f"note      IRIs start with {DEFAULT_BASE}: set `base` in kg.toml (`kg init`) before you publish them"
        )
    body = _findings(done, f"kg{_at(config, folder)} validate")
    drifted = "".join(f"\n{one.diff}" for one in done.drift)
    return "\n".join(lines) + "\n" + body + drifted + _next(config, folder)


def _findings(done: "Built", command: str) -> str:
    """Return the first findings that are more than information as `kg validate` shows them, and the others counted."""
    serious = [finding for finding in done.checked.judged.findings if finding.level is not Level.INFO]
    body = full(Reported(serious[:_SHOWN], lines=done.checked.lines))
    if len(serious) > _SHOWN:
        body += f"… and {len(serious) - _SHOWN:,} more: {command}\n"
    infos = len(done.checked.judged.findings) - len(serious)
    if infos:
        body += f"{plural(infos, 'finding')} for information: {command} --show info\n"
    return "\n" + body if body else ""


def _rendered(done: "Built") -> str:
    total = done.counts["pages"]["total"]
    lines = done.counts["lines"]
    if done.drift:
        return f"{plural(len(done.drift), 'page')} of {total} differ from the files"
    return (
        f"{total} of {total} pages byte-identical from the graph ({lines['raw']} of {lines['template']} lines kept raw)"
    )


def _at(config: Config, folder: Path) -> str:
    """Return the options that make the next command find this store."""
    if config.file is not None and folder == config.store and config.file.parent.resolve() != Path.cwd():
        return f" --config {config.file}"
    return f" --store {folder}" if folder.resolve() != Path.cwd() / ".kg" else ""


def _next(config: Config, folder: Path) -> str:
    at = _at(config, folder)
    return (
        "\nnext\n"
        f"  kg{at} query --list           what can be asked\n"
        f"  kg{at} query claims           every claim with its place\n"
        f"  kg{at} validate               every finding\n"
        f"  kg{at} export --format trig   the graph for other tools\n"
    )
