"""Words of front matter that YAML takes for a comment: values that begin with `#` or go on behind ` #`."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.files.text import Line
from kg.front_matter.fields import Field, own_key
from kg.front_matter.yaml_faults import quoted, shortened
from kg.model.finding import Finding, Level, Span
from kg.model.page import Scalar
from kg.settings.dialect import Dialect, FieldType

TAGS = "schema:keywords"
_RULE = "front-matter-comment"
_HASH = re.compile(r"(?:^|(?<=\s))#(?!\s*kg:)")
_LEAD = re.compile(r"\s*+(?:-\s++)*+(?:[^\s#\"'\[{-][^:#]*+:(?:\s++|$))?")


def check(path: str, lines: tuple[Line, ...], field: Field, dialect: Dialect) -> Iterator[Finding]:
    """Yield a finding for each line of a field of which YAML leaves out words behind a `#`; comments alone are none."""
    known = dialect.fields.get(own_key(field.key, "")[0])
    if field.shape == "flow" or (known is not None and known.read == "date" and field.values):
        return  # behind a whole date a comment is one
    rows = [row for row in range(field.first, field.last) if _HASH.search(lines[row].text)]
    standing = _by_line(field.values) if rows else {}
    for row in rows:
        text, here = lines[row].text, standing.get(row + 1, [])
        starts = [(one.place.line, one.place.column) for one in here]
        marks = (one.start() for one in _HASH.finditer(text))
        mark = next((one for one in marks if not _inside(here, starts, (row + 1, one + 1))), None)
        if mark is None:
            continue
        lead = _LEAD.match(text)
        start = lead.end() if lead else 0
        first = here[-1] if here else None
        alone = not text[:mark].strip()
        if (alone and (field.values or text[mark + 1 : mark + 2].strip() == "")) or _is_closed(text[:mark], first):
            continue
        right = (
            f"{text[:start].strip()} {_right(text[start:].strip(), known, item=text[:start].rstrip().endswith('-'))}"
        )
        if first and first.place.line <= row:
            right = "the whole value between quotation marks"
        yield _finding(Span(path, row + 1, mark + 1), text, min(start, mark), right.strip())


def _by_line(values: Iterable[Scalar]) -> dict[int, list[Scalar]]:
    """Return the values that stand on each line."""
    found: dict[int, list[Scalar]] = defaultdict(list)
    for one in values:
        for line in range(one.place.line, one.place.end_line + 1):
            found[line].append(one)
    return found


def _inside(values: list[Scalar], starts: list[tuple[int, int]], spot: tuple[int, int]) -> bool:
    """Tell whether a line and column are within one of the values, which begin at `starts`, in their order."""
    before = bisect_right(starts, spot)
    return before > 0 and spot < (values[before - 1].place.end_line, values[before - 1].place.end_column)


def _is_closed(before: str, value: Scalar | None) -> bool:
    """Tell whether what stands before a `#` ended by itself: a bracket, a quotation mark, the head of a block."""
    last = before.rstrip()[-1:]
    return last in "]}" or (last in "\"'|>" and not (value and value.plain)) if last else False


def _finding(span: Span, text: str, start: int, right: str) -> Finding:
    rest = text[span.column - 1 :].strip()
    level = Level.INFO if rest[1:2].isspace() or rest == "#" else Level.WARNING
    left = text[start : span.column - 1].strip()
    what = f"leaves '{shortened(left)}'" if left else "leaves nothing"
    return Finding(
        span, _RULE, f"'{shortened(rest)}' is a comment to YAML, which {what} here; write {shortened(right)}", level
    )


def _right(value: str, kind: FieldType | None, *, item: bool) -> str:
    """Return all the words of a value as YAML keeps them; those of tags without their marks, as a list."""
    tags = kind is not None and kind.property == TAGS
    pieces = [piece.strip().lstrip("#").strip() for piece in re.split(r"\s(?=#)|,", value)]
    if tags and not (item and len(pieces) > 1):
        plain = ", ".join(piece for piece in pieces if piece)
        return plain if item else f"[{plain}]"
    return quoted(value) if kind is None or kind.read not in ("words", "pages") or item else f"[{quoted(value)}]"
