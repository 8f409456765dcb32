"""The lines of a live block: an answer as a table, a list or a count."""

from collections.abc import Sequence

from kg.answer_pages import rows
from kg.answer_pages.block_header import Header
from kg.answer_pages.rows import Rows, Wiki
from kg.model import did_you_mean
from kg.model.kg_error import KgError
from kg.model.records import dataclass

_NONE = "*(none)*"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines without their ends, and for those that show a row where its fact stands."""

    lines: tuple[str, ...]
    places: dict[str, str]


def write(answer: Rows, header: Header, page: str, wiki: Wiki) -> Lines:
    """Return the lines of an answer on the page of a path; raise KgError for a column that it has not."""
    columns = _columns(answer, header)
    if header.form == "count":
        return Lines((str(len(answer.rows)),), {})
    shown = answer.rows[: header.limit]
    cells = [[rows.markdown(row[name], name, page, wiki) for name in columns] for row in shown]
    if header.form == "list":
        lines = ["- " + " — ".join(cell for cell in row if cell) for row in cells]
        head = []
    else:
        lines = [_table_row(row) for row in cells]
        head = [_table_row(columns), _table_row(["---" for _ in columns])] if lines else []
    more = len(answer.rows) - len(shown)
    tail = [] if not more else ["", f"*… and {more:,} more*"]
    places: dict[str, str] = {}
    for line, row in zip(lines, shown, strict=True):
        places.setdefault(line, rows.place(row))
    return Lines((*head, *(lines or [_NONE]), *tail), places)


def _table_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _columns(answer: Rows, header: Header) -> tuple[str, ...]:
    for name in header.columns:
        if name not in answer.columns:
            hint = did_you_mean.hint(name, answer.columns, f"it has {', '.join(answer.columns)}")
            raise KgError(f"query '{header.name}' has no column '{name[:60]}'; {hint}")
    left_out = rows.names_of_place(answer.columns)
    return header.columns or tuple(name for name in answer.columns if name not in left_out)
