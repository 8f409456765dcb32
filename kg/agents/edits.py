"""What an agent would change: pages with their bytes before and after, from an edit, an update or certain fixes."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from kg.agents.budget import Record, fitted
from kg.agents.questions import finding
from kg.agents.tool_call import NOTICE, ToolCall
from kg.files.text import decode, encode
from kg.model.finding import Finding, Level
from kg.model.kg_error import KgError
from kg.model.plural import plural
from kg.operations import choose_dialect, trial, update_pages
from kg.operations.check_wiki import check_wiki
from kg.operations.trial import Outcome
from kg.rdf.deadline import deadline
from kg.search import matches
from kg.serve import memory, whole
from kg.settings import kg_toml
from kg.write import copies, fix, sparql_update
from kg.write.replace_files import Rewritten
from kg.write.sparql_update import Base

_SUFFIX = ".md"
_SHOWN = 8


def propose(call: ToolCall) -> Record:
    """Return what an edit would change and what the rules would find then; nothing is written."""
    content, update, pairs = call.text("content"), call.text("update"), call.arguments.get("replace") or []
    if sum(map(bool, (content, pairs, update))) != 1:
        raise KgError(
            "give one of `replace` (what stands there, and what shall), `content` (a whole page) and `update`"
        )
    base = _base(call)
    if update is not None:
        matches.refuse(update)
        pages: Sequence[Rewritten] = sparql_update.update(base, update, {}, seconds=call.setting.limits.seconds)
    else:
        pages = [_edited(base, call.text("path") or "", content, pairs)]
    return _tried(call, base, [page for page in pages if page.old != page.new or page.absent])


def fixes(call: ToolCall) -> Record:
    """Return what the certain fixes of findings would change, of one rule or page where they are named."""
    base, rule, path = _base(call), call.text("rule"), call.path("path")
    judged = check_wiki(call.generation, base.config).judged.findings
    wanted = [one for one in judged if rule in (None, one.rule) and path in (None, one.span.path)]
    return _tried(call, base, fix.fix(call.generation.quads, wanted, base.dialect).pages)


def apply(call: ToolCall) -> Record:
    """
    Write what was proposed, where the server was started to write; else say again what it would do.

    Raises KgError where a page is not any more what it was, or a violation is added.
    """
    base = _base(call)
    pages = [_again(base, one) for one in call.arguments["pages"]]
    outcome = _outcome(call, base, pages)
    if outcome.violations:
        raise KgError(_refusal(outcome.violations), code=1)
    record = _record(pages, outcome)
    if not call.arguments["writing"]:
        return fitted({**record, "written": False, "generation": None}, call.tokens)
    memory.limit(None)  # what is being written is not to be stopped
    with whole.WRITING:
        number = update_pages.write(base, pages)
    return fitted({**record, "written": True, "generation": number}, call.tokens)


def _base(call: ToolCall) -> Base:
    config = kg_toml.load(call.setting.config)
    return Base(call.generation, config, choose_dialect.known(config, call.generation.head.dialect))


def _edited(base: Base, path: str, content: str | None, pairs: Sequence[Mapping[str, str]]) -> Rewritten:
    """Return a page with some words replaced, or as a whole; KgError where the words are not there once."""
    if path not in base.generation.pages:
        return _new(base, path, content)
    old = _bytes(base, path)
    text = decode(old)
    raw = text.raw if content is None else _ended(content, text.newline)
    for pair in pairs:
        before, after = (_ended(pair[key], text.newline) for key in ("old", "new"))
        count = raw.count(before) if before else 0
        if count != 1:
            stand = (
                "do not stand there as `page` has them"
                if not count
                else f"stand there {count} times; give more of what is around them"
            )
            raise KgError(f"{path}: the words '{_one_line(pair['old'])}' {stand}")
        raw = raw.replace(before, after)
    try:
        return Rewritten(path, old, encode(raw, text.encoding, mark=text.mark))
    except UnicodeEncodeError as error:
        raise KgError(f"{path}: the file is not UTF-8 and cannot hold '{error.object[error.start]}'") from None


def _ended(text: str, newline: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", newline)


def _one_line(words: str) -> str:
    return " ".join(words.split())[:80]


def _new(base: Base, path: str, content: str | None) -> Rewritten:
    """Return a page that is not there yet; KgError where nothing may be written there."""
    if content is None:
        raise KgError(f"path: no page '{path[:120]}' in this wiki; a new one is given whole, as `content`")
    parts = PurePosixPath(path).parts
    hidden = any(part.startswith(".") for part in parts)
    odd = not path.isprintable() or "\\" in path or str(PurePosixPath(path)) != path
    target = base.root / path
    if hidden or odd or path.startswith("/") or not path.endswith(_SUFFIX):
        raise KgError(f"path: expected that of a page below the wiki, such as sources/x.md, found '{path[:120]}'")
    try:
        real, is_there = target.resolve(), target.exists()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        why = getattr(error, "strerror", None) or "its links lead in a circle"
        raise KgError(f"path: '{path[:120]}' is no place for a page: {why}") from None
    if not real.is_relative_to(base.root.resolve()):
        raise KgError(f"path: '{path[:120]}' leads outside the wiki; it was refused")
    if real != base.root.resolve() / path:
        raise KgError(f"path: '{path[:120]}' goes through a symbolic link; give the path that it leads to")
    if is_there:
        raise KgError(f"{path}: a file is there that is no page of the last ingest; run `kg ingest` first", code=1)
    return Rewritten(path, b"", content.encode(), absent=True)


def _bytes(base: Base, path: str) -> bytes:
    """Return the bytes of a page as its file has them; KgError where they are not those that were ingested."""
    target = (base.root / path).resolve()
    try:
        data = target.read_bytes() if target.is_relative_to(base.root.resolve()) else None
    except OSError:
        data = None
    if data is None or digest(data) != base.generation.pages[path].sha256:
        raise KgError(f"{path}: changed since it was ingested; run `kg ingest`, then propose it again", code=1)
    return data


def digest(data: bytes) -> str:
    """Return the SHA-256 of a page's bytes, as a manifest and an answer have it."""
    return hashlib.sha256(data).hexdigest()


def _tried(call: ToolCall, base: Base, pages: Sequence[Rewritten]) -> Record:
    """Return what pages would look like and what the rules would find, with the pages for who keeps the proposal."""
    if not pages:
        return {**_record([], Outcome((), (), (), ())), "proposal": None, "kept": []}
    outcome = _outcome(call, base, pages)
    kept = [
        {
            "path": page.path, "absent": page.absent, "hash": "" if page.absent else digest(page.old),
            "new": base64.b64encode(page.new).decode(),
        }
        for page in pages
    ]  # fmt: skip
    name = digest(repr([(one["path"], one["hash"], one["new"]) for one in kept]).encode())[:12]
    return {**fitted({**_record(pages, outcome), "proposal": name}, call.tokens), "kept": kept}


def _outcome(call: ToolCall, base: Base, pages: Sequence[Rewritten]) -> Outcome:
    with deadline(call.setting.limits.seconds, "the trial took longer than", partial(copies.take_away, base.folder)):
        return trial.outcome(base.generation, base.config, base.dialect, pages)


def _record(pages: Sequence[Rewritten], outcome: Outcome) -> Record:
    """Return what an edit does, as an agent reads it."""
    return {
        "notice": NOTICE,
        "pages": [
            {
                "path": page.path,
                "hash": "" if page.absent else digest(page.old),
                "diff": sparql_update.diff(page).decode("utf-8", "replace"),
            }
            for page in pages
        ],
        "hash": pages_digest([(page.path, "" if page.absent else digest(page.old)) for page in pages]),
        "before": _counts(outcome.before),
        "after": _counts(outcome.after),
        "added": [finding(one) for one in outcome.added[:_SHOWN]],
        "gone": [finding(one) for one in outcome.gone[:_SHOWN]],
        "allowed": not outcome.violations,
        "why_not": _refusal(outcome.violations) if outcome.violations else "",
    }


def pages_digest(pages: Sequence[tuple[str, str]]) -> str:
    """Return what pages must still have, as one hash: that of the page, or where there are several one of all."""
    if len(pages) == 1:
        return pages[0][1]
    return digest("".join(f"{path} {one}\n" for path, one in pages).encode()) if pages else ""


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    return {level.value: sum(one.level is level for one in findings) for level in Level}


def _refusal(violations: Sequence[Finding]) -> str:
    first = violations[0]
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    count = plural(len(violations), "violation")
    return f"refused: it adds {count}: {first.span}: {' '.join(first.message.split())} [{first.rule}]{more}"


def _again(base: Base, page: Mapping[str, Any]) -> Rewritten:
    """Return a page of a proposal; KgError where it is not any more what it was then."""
    path, new = page["path"], base64.b64decode(page["new"])
    if page["absent"]:
        return _new(base, path, new.decode())
    old = _bytes(base, path) if path in base.generation.pages else b""
    if digest(old) != page["hash"]:
        raise KgError(f"{path}: changed since this was proposed; propose it again", code=1)
    return Rewritten(path, old, new)
