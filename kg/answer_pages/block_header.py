"""What a live block asks for: the words of its first comment, `kg:query NAME parameter=value format=table`."""

import re
from collections.abc import Mapping

from kg.model import did_you_mean
from kg.model.kg_error import KgError
from kg.model.records import dataclass
from kg.parse import live_markers

FORMATS = ("table", "list", "count")
MOST_ROWS = 1_000
_NAME = re.compile(r"\w[\w-]*")
_WORD = re.compile(r"(?P<name>\w[\w-]*)=(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<bare>[^\s\"]+))(?=\s|\Z)")
_FORM = 'write name=value, or name="more than one word"'
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Header:
    """A query's name, the texts of its parameters, and how the answer is written; no `columns` are those that fit."""

    name: str
    parameters: Mapping[str, str]
    form: str = "table"
    limit: int = MOST_ROWS
    columns: tuple[str, ...] = ()


def read(line: str, place: str) -> Header:
    """Return what the first line of a live block asks for; raise KgError, with its column, where that is wrong."""
    match = live_markers.QUERY.match(line)
    text, start = (match["words"], match.start("words")) if match else ("", 0)
    lead = len(text) - len(text.lstrip())
    name = _NAME.match(text, lead)
    end = name.end() if name else lead
    if name is None or text[end : end + 1].strip():
        raise _fault(place, start + lead, f"which query? found '{text.strip()[:60]}'; write <!-- kg:query NAME -->")
    found: dict[str, str] = {}
    while text[end:].strip():
        end += len(text[end:]) - len(text[end:].lstrip())
        word = _WORD.match(text, end)
        if word is None:
            raise _fault(place, start + end, f"'{text[end:].split()[0][:60]}' is no parameter; {_FORM}")
        if word["name"] in found:
            raise _fault(place, start + end, f"'{word['name']}' is said twice; keep one")
        found[word["name"]] = _ESCAPE.sub(r"\1", word["quoted"]) if word["bare"] is None else word["bare"]
        _check(word, found[word["name"]], f"{place}:{start + end + 1}")
        end = word.end()
    form, limit, columns = found.pop("format", "table"), found.pop("limit", str(MOST_ROWS)), found.pop("columns", "")
    return Header(name[0], found, form, int(limit), tuple(columns.replace(",", " ").split()))


def _check(word: re.Match[str], value: str, place: str) -> None:
    """Raise KgError for a format or a limit that there is not."""
    if word["name"] == "format" and value not in FORMATS:
        hint = did_you_mean.hint(value, FORMATS, f"use one of {', '.join(FORMATS)}")
        raise KgError(f"{place}: there is no format '{value[:60]}'; {hint}")
    if word["name"] == "limit" and not re.fullmatch("[0-9]{1,6}", value):
        raise KgError(f"{place}: limit: expected a whole number, found '{value[:60]}'")


def _fault(place: str, offset: int, what: str) -> KgError:
    return KgError(f"{place}:{offset + 1}: {what}")
