"""Kinds of pages that a query and a template make: ours, and the user's own, which may stand in for ours."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from kg.ask import own_queries
from kg.model import declared, did_you_mean
from kg.model.kg_error import KgError
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.rdf import sparql_text
from kg.rdf.sparql_text import Query

_KEY = re.compile(r"#\s*(output|auto|title|each|ask|template|budget|parts):\s*(.*?)\s*$")
_NAME = re.compile(r"\w[\w-]*")
_AUTO = re.compile("[A-Z][A-Z0-9_-]*")
_BUDGET = re.compile(r"([1-9][0-9]{0,9}) (tokens|characters|bytes)")
_FOLDER = "generated"
ENDINGS = (".md", ".html", ".txt", ".json", ".csv", ".xml", ".svg")
_MOST_BYTES = 1_000_000
_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a page may hold: so many bytes of UTF-8, characters, or tokens; a token counts as four characters."""

    most: int
    unit: str

    def allows(self, data: bytes) -> bool:
        """Tell whether a page, as it is written, is within it."""
        if self.unit == "bytes":
            return len(data) <= self.most
        return len(data.decode()) <= self.most * (_TOKEN if self.unit == "tokens" else 1)

    def __str__(self) -> str:
        """Return it in words."""
        return plural(self.most, self.unit.removesuffix("s"))


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind of pages: its name, what it is in a sentence, its query and its template with the name of its file.

    `output` is the path of its page, below the wiki's root; with `each`, the column that has a page for every value,
    it holds `{slug}`, and `title` may hold `{each}`. With `auto` there is no page: the template writes the lines of the
    AUTO block of this name on the page of every topic in the column `each`. Rows that a `budget` has no room for are
    left out, the last first. `parts` is the variable of the graph that a row comes from; the rows of the query are
    those that it has for each graph.
    """

    name: str
    about: str
    output: str
    title: str
    each: str
    question: Query
    template: str
    template_file: str
    auto: str = ""
    budget: Budget | None = None
    parts: str = ""


def find(folder: Path | None, queries: Path | None) -> dict[str, Kind]:
    """
    Return the kinds by their names, in order: ours, and those of a folder; `queries` has the user's own queries.

    A file of the folder stands in for ours of the same name. Raises KgError, with its line, for one that is wrong.
    """
    if folder is not None and not folder.is_dir():
        raise KgError(
            f"{folder}: no such folder; `folder` of [pages] in kg.toml names the one with your own page kinds"
        )
    ours = {path.stem: path for path in (declared.folder("queries") / _FOLDER).glob("*.rq")}
    own = {path.stem: path for path in folder.glob("*.rq")} if folder else {}
    return {name: _read({**ours, **own}[name], folder, queries) for name in sorted({**ours, **own})}


def chosen(kinds: Mapping[str, Kind], names: tuple[str, ...]) -> list[Kind]:
    """Return the kinds with these names, each once, in order; raise KgError with the nearest name for none."""
    for name in names:
        if name not in kinds:
            hint = did_you_mean.hint(name, kinds, f"there are {', '.join(kinds)}")
            raise KgError(f"there is no kind of pages '{name[:60]}'; {hint}")
    return [kinds[name] for name in sorted({*names})]


def _read(path: Path, folder: Path | None, queries: Path | None) -> Kind:
    text = _text(path)
    said = {found[1]: (number, found[2]) for number, found in _keys(text)}
    if not _NAME.fullmatch(path.stem):
        raise KgError(f"{path}:1: '{path.stem}' is no name for a kind of pages; use letters, digits and '-'")
    line, output = said.get("output", (1, ""))
    auto = _auto(path, said)
    if not auto:
        _check_output(f"{path}:{line}", output, each="each" in said)
    template = _template(said.get("template", (1, f"{path.stem}.j2")), path, folder)
    question = sparql_text.describe(path.stem, text)
    if "ask" in said:
        question = own_queries.find(said["ask"][1], queries)
    return Kind(
        name=path.stem,
        about=question.title if "ask" not in said else sparql_text.describe(path.stem, text).title,
        output=output,
        title=said.get("title", (1, path.stem))[1],
        each=said.get("each", (1, ""))[1],
        question=question,
        template=_text(template),
        template_file=template.name,
        auto=auto,
        budget=_budget(path, said),
        parts=said.get("parts", (1, ""))[1],
    )


def _auto(path: Path, header: Mapping[str, tuple[int, str]]) -> str:
    """Return the name of the AUTO blocks that a kind writes; nothing for a kind that writes pages of its own."""
    line, name = header.get("auto", (1, ""))
    if "auto" in header and ("output" in header or "each" not in header or not _AUTO.fullmatch(name)):
        raise KgError(
            f"{path}:{line}: auto: '{name[:60]}': write the name of AUTO blocks in capitals, the column of their"
            " pages behind `each:`, and no `output:`"
        )
    return name


def _budget(path: Path, header: Mapping[str, tuple[int, str]]) -> Budget | None:
    line, text = header.get("budget", (1, ""))
    amount = _BUDGET.fullmatch(text)
    if "budget" in header and amount is None:
        raise KgError(f"{path}:{line}: budget: expected a number of tokens, characters or bytes, found '{text[:60]}'")
    return Budget(int(amount[1]), amount[2]) if amount else None


def _keys(text: str) -> list[tuple[int, re.Match[str]]]:
    return [(number, found) for number, line in enumerate(text.split("\n"), 1) if (found := _KEY.match(line))]


def _text(path: Path) -> str:
    data = path.read_bytes()
    if len(data) > _MOST_BYTES:
        raise KgError(f"{path}:1: {len(data):,} bytes; the most are {_MOST_BYTES:,}")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise KgError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from None


def _template(key: tuple[int, str], query: Path, folder: Path | None) -> Path:
    line, name = key
    places = [one for one in (folder, declared.folder("templates") / _FOLDER) if one is not None]
    if "/" in name or "\\" in name or not name.endswith(".j2"):
        raise KgError(f"{query}:{line}: template: '{name[:60]}' is no name of a file beside it that ends in .j2")
    found = next((place / name for place in places if (place / name).is_file()), None)
    if found is None:
        raise KgError(f"{query}:{line}: there is no template {name}; write one beside the query")
    return found


def _check_output(place: str, output: str, *, each: bool) -> None:
    """Raise KgError for a path that is none below the wiki's root, or that no page of its own could have."""
    parts = PurePosixPath(output).parts
    if not output:
        raise KgError(f"{place}: where does the page go? write '# output: generated/NAME.md'")
    if output.startswith("/") or "\\" in output or any(part.startswith(".") for part in parts) or "\0" in output:
        raise KgError(f"{place}: output: '{output[:60]}' is no path below the wiki's root")
    if not output.endswith(ENDINGS):
        raise KgError(f"{place}: output: '{output[:60]}' ends in none of {', '.join(ENDINGS)}")
    if each != ("{slug}" in parts[-1] if parts else False):
        raise KgError(
            f"{place}: output: '{output[:60]}': a page for each value needs {{slug}} in its name, others none"
        )
