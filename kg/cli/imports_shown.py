"""What `kg import`, and `kg why` of a statement of an import, say to a person or a program."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.rdf import names

if TYPE_CHECKING:
    from kg.imports.kept import Import
    from kg.imports.links import Link
    from kg.imports.same_topics import Called, Pair
    from kg.imports.why_imported import Imported


def listed(imports: "Sequence[Import]", *, as_json: bool) -> str:
    """Return the imports, a line each."""
    if as_json:
        return _json([asdict(one) for one in imports])
    return "".join(f"{one.name}  {one.quads} quads  {one.base}  from {_plain(one.file)}\n" for one in imports)


def links(between: "Sequence[Link]", *, as_json: bool) -> str:
    """Return the links between wikis, a line each: whose, the statement, and whether the other wiki has the thing."""
    if as_json:
        return _json([asdict(one) for one in between])
    lines = (
        f"{one.origin or 'this wiki'} → {one.target or 'this wiki'}: <{one.subject}> {names.shorten(one.property)} "
        f"<{one.object}>{'' if one.known else ' (not there)'}\n"
        for one in between
    )
    return "".join(lines)


def pairs(suggestions: "Sequence[Pair]", base: str, *, as_json: bool) -> str:
    """Return what may be the same: a line each pair, and below it a line for each reason."""
    if as_json:
        return _json([asdict(one) for one in suggestions])
    lines = []
    for one in suggestions:
        open_ = "" if one.alone else "  (one of several)"
        lines.append(f"<{one.ours.removeprefix(base)}> owl:sameAs <{one.theirs}>{open_}")
        reasons = ((_called(why.ours, ""), _called(why.theirs, f"{one.name}:")) for why in one.evidence)
        lines += [f"  {mine} = {theirs}" for mine, theirs in reasons]
    return "".join(f"{line}\n" for line in lines)


def _called(one: "Called", prefix: str) -> str:
    place = f" ({prefix}{_plain(one.path)}:1:1)" if one.path else f" ({prefix or 'this wiki'})"
    return f"{one.how} “{_plain(one.words)}”{place}"


def why(nodes: "Sequence[Imported]", *, as_json: bool) -> str:
    """Return what is behind statements of an import."""
    if as_json:
        return _json([{**asdict(one), "file": str(one.file)} for one in nodes])
    lines = []
    for one in nodes:
        lines.append(f"{_plain(one.place)}: <{one.iri}>")
        lines.append(f"  of the import '{one.about.name}', {one.about.base}, read from {_plain(one.about.file)}")
        rows = ((f"{one.file}:{said.line}", names.shorten(said.property), _plain(said.value)) for said in one.said)
        lines += [f"  {place}: {word} {value}" for place, word, value in rows]
    return "".join(f"{line}\n" for line in lines)


def _plain(words: str) -> str:
    """Return words as one line in which nothing is unseen."""
    return "".join(char if char.isprintable() else char.encode("unicode-escape").decode() for char in words)


def _json(record: Any) -> str:  # noqa: ANN401  # what is written as JSON
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
