"""What the rules read, kept in a store: the next check need not understand their queries again.

A cache: where it is not, or cannot be read, it is made again. The key is that of the verdicts: the shapes as the
profile leaves them, and the whole program.
"""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.check.term_records import read_way, some, term, way
from kg.model.records import dataclass
from kg.shacl.plan import Edge, Plan
from kg.shacl.shapes import Targets
from kg.store import sealed_file

_MOST = 4


@dataclass(frozen=True, slots=True)
class Plans:
    """What each unit of the shapes applies to and reads, and what the queries for places and edits of a rule read."""

    targets: Mapping[str, Targets]
    plans: Mapping[str, Plan]
    remedies: Mapping[str, Plan]


def load(folder: Path, key: str) -> Plans | None:
    """Return the plans that a store keeps for a key, None where it keeps none that can be read."""
    data = sealed_file.read(_file(folder, key), sealed_file.PLANS)
    if data is None:
        return None
    try:
        record = json.loads(data)
        return Plans(
            {name: Targets(*(tuple(map(some, one)) for one in listed)) for name, listed in record["targets"].items()},
            {name: _plan(one) for name, one in record["plans"].items()},
            {name: _plan(one) for name, one in record["remedies"].items()},
        )
    except (ValueError, KeyError, TypeError):
        return None


def save(folder: Path, key: str, plans: Plans) -> None:
    """Keep plans, of the last few sets of rules; where that cannot be done they are made again."""
    record = {
        "targets": {
            name: [[*map(term, some_terms)] for some_terms in (one.nodes, one.classes, one.subjects_of, one.objects_of)]
            for name, one in plans.targets.items()
        },
        "plans": {name: _record(one) for name, one in plans.plans.items()},
        "remedies": {name: _record(one) for name, one in plans.remedies.items()},
    }
    with contextlib.suppress(OSError):
        older = sorted(folder.glob("plans-*"), key=lambda path: path.stat().st_mtime, reverse=True)
        for file in older[_MOST - 1 :]:
            file.unlink(missing_ok=True)
        data = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        sealed_file.write(_file(folder, key), sealed_file.PLANS, data)


def _file(folder: Path, key: str) -> Path:
    return folder / f"plans-{key}"


def _record(plan: Plan) -> list[Any]:
    edges = [[one.start, way(one.path), one.end, term(one.only), one.below] for one in plan.edges]
    return [edges, [[place, term(one)] for place, one in plan.constants.items()], plan.value]


def _plan(record: Any) -> Plan:  # noqa: ANN401  # JSON
    edges, constants, value = record
    return Plan(
        tuple(Edge(start, read_way(path), end, some(only), below) for start, path, end, only, below in edges),
        {place: some(one) for place, one in constants},
        value,
    )
