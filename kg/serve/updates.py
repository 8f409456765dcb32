"""Updates: through the same gate as `kg update --write`, one at a time, in a process of its own."""

import json
from collections.abc import Mapping
from typing import Any

from kg.operations import choose_dialect, update_pages
from kg.search import matches
from kg.serve import memory, using, whole
from kg.serve.jobs import Jobs, checked_iri
from kg.settings import kg_toml
from kg.write import sparql_update


def applied(jobs: Jobs, head: Mapping[str, Any], text: str) -> bytes:
    """
    Return, as JSON, the pages that an update changed, each with its diff, and the number of the new generation.

    Raises KgError for an update that no text of the wiki would stand behind; the process ends where it takes too long.
    """
    setting = jobs.setting
    matches.refuse(text)
    for iri in (*head["default"], *head["named"]):
        checked_iri(iri)
    text = using.written(text, head["default"], head["named"])
    generation, _ = jobs.generation()
    config = kg_toml.load(setting.config)
    base = sparql_update.Base(generation, config, choose_dialect.known(config, generation.head.dialect))
    pages = sparql_update.update(base, text, {}, seconds=setting.limits.seconds)
    memory.limit(None)  # what is being written is not to be stopped
    with whole.WRITING:
        number = update_pages.write(base, pages) if pages else None
    diffs = [
        {"path": page.path, "diff": sparql_update.diff(page).decode("utf-8", "backslashreplace")} for page in pages
    ]
    return json.dumps({"pages": diffs, "generation": number}, ensure_ascii=False, indent=1).encode() + b"\n"
