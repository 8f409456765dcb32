"""Lists as JSON: which part of how many, and its rows."""

import json
from collections.abc import Sequence
from typing import Any

from kg.live_pages.asked import JSON, Made, Part


def document(extent: Part, rows: Sequence[Any]) -> Made:
    """Return a part of a list."""
    return record({"from": extent.first, "total": extent.total, "rows": list(rows)})


def record(value: Any) -> Made:  # noqa: ANN401  # whatever JSON holds
    """Return a value as JSON."""
    return Made(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n", JSON)
