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
from kg.report.reported import Reported, summary
from kg.settings.kg_toml import Config

if TYPE_CHECKING:
    from kg.operations.build import Built


def ingest(result: Ingested) -> str:
    """Return what an ingest changed, one line a kind."""
    lines = []
    if result.why_all:
        lines.append(f"every page is mapped anew: {result.why_all}")
    moved = [f"{old} → {new}" for old, new in result.moved]
    for name in ("added", "changed", "moved", "removed", "relinked"):
        paths = moved if name == "moved" else getattr(result, name)
        if paths:
            more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""  # noqa: PLR2004  # three are enough to know
            lines.append(f"{name:9} {plural(len(paths), 'page')}: {', '.join(paths[:3])}{more}")
    lines.append(f"unchanged {plural(result.unchanged, 'page')}")
    if facts := fact_changes.words(result.changes):
        lines.append(f"facts     {facts}")
    if result.generation is not None:
        lines.append(f"generation {result.generation.number}")
    return "\n".join(lines) + "\n" + text(result.findings)


def ingest_record(result: Ingested) -> dict[str, Any]:
    """Return the same as a record for JSON."""
    return {
        "generation": result.generation.number if result.generation else None,
        "added": list(result.added),
        "changed": list(result.changed),
        "removed": list(result.removed),
        "relinked": list(result.relinked),
        "unchanged": result.unchanged,
        "moved": [list(pair) for pair in result.moved],
        "why_all": result.why_all,
        "changes": fact_changes.record(result.changes),
        "notes": list(result.notes),
        "findings": [f"{finding.span}: {finding.message}" for finding in result.findings],
    }


def stats(counts: dict[str, Any]) -> str:
    """Return the counts as lines."""
    rows = [
        ("pages", counts["pages"]["total"], counts["pages"]["by_type"]),
        ("claims", counts["claims"]["total"], _grades(counts)),
        ("quotes", counts["quotes"]["total"], {"attributed": counts["quotes"]["attributed"]}),
        ("connections", counts["connections"]["total"], _relations(counts)),
        *((words, sum(found.values()), found) for words, found in _links(counts).items()),
        ("sentences", counts["sentences"], {}),
        ("triples", counts["triples"], {"graphs": counts["graphs"]}),
        ("lines", counts["lines"]["template"], {"kept as written": counts["lines"]["raw"]}),
    ]
    width = max(12, *(len(name) for name, _, _ in rows))
    return "".join(f"{name:{width}} {total:>9,}{_parts(parts)}\n" for name, total, parts in rows)


def _links(counts: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return the links by form and by what they are; those of the text always, the others where there are any."""
    by_form = counts["links"]["by_form"]
    shown = {
        "links": by_form["wikilink"],
        "markdown links": by_form["markdown"],
        "front matter links": by_form["field"],
    }
    return {words: found for words, found in shown.items() if found or words == "links"}


def _grades(counts: dict[str, Any]) -> dict[str, int]:
    claims = counts["claims"]
    return {**claims["by_type"], "without a grade": claims["untyped"], "with an unknown grade": claims["unknown"]}


def _relations(counts: dict[str, Any]) -> dict[str, int]:
    return {**counts["connections"]["by_relation"], "without a relation": counts["connections"]["untyped"]}


def _parts(parts: dict[str, int]) -> str:
    shown = ", ".join(f"{number:,} {name}" for name, number in parts.items() if number)
    return f"   {shown}" if shown else ""


def build(result: "Built", root: Path, config: Config, folder: Path) -> str:
    """Return the summary of a build: what was read, what was found, and what to type next."""
    found = result.counts
    read = result.ingested
    rows = {
        "read": f"{plural(found['pages']['total'], 'page')} in {root}"
        f" ({read.mapped} mapped, {len(read.removed)} removed, {read.unchanged} unchanged)",
        "found": f"{plural(found['claims']['total'], 'claim')}{_parts(_grades(found))}",
        "": f"{plural(found['quotes']['total'], 'quote')}, {plural(found['connections']['total'], 'connection')},"
        f" {plural(found['links']['total'], 'link')} ({found['links']['broken']} broken),"
        f" {plural(found['sentences'], 'sentence')}",
        "stored": f"{plural(found['triples'], 'triple')} in {plural(found['graphs'], 'graph')},"
        f" and {result.inferred:,} inferred, in {folder}",
        "rendered": _rendered(result),
        "checked": summary({level.value: number for level, number in result.tally.levels.items()})
        + gate.uncounted(result.tally.suppressed, result.tally.known),
    }
    lines = [f"{name:9} {words}" for name, words in rows.items()]
    if config.base == DEFAULT_BASE:
        lines.append(
            f"note      IRIs start with {DEFAULT_BASE}: set `base` in kg.toml (`kg init`) before you publish them"
        )
    body = _findings(result, f"kg{_at(config, folder)} validate")
    drifted = "".join(f"\n{one.diff}" for one in result.drift)
    return "\n".join(lines) + "\n" + body + drifted + _next(config, folder)


def _findings(result: "Built", command: str) -> str:
    """Return the first findings that are more than information as `kg validate` shows them, and the others counted."""
    first, infos = result.tally.first, result.tally.levels[Level.INFO]
    body = full(Reported(first, lines=result.lines))
    if more := sum(result.tally.levels.values()) - infos - len(first):
        body += f"… and {more:,} more: {command}\n"
    if infos:
        body += f"{plural(infos, 'finding')} for information: {command} --show info\n"
    return "\n" + body if body else ""


def _rendered(result: "Built") -> str:
    total = result.counts["pages"]["total"]
    lines = result.counts["lines"]
    if result.drift:
        return f"{plural(len(result.drift), 'page')} of {total} differ from the files"
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
