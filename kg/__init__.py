"""A knowledge graph of a Markdown wiki: map, check, query, and write the pages back.

`read_page`, `check_wiki` and `ask_wiki` are for programs (docs/library.md); everything in the
rooms below may change.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from kg.model.finding import Finding, KgError, Level, Span
    from kg.model.page import Page
    from kg.operations.library import Row as Row
    from kg.operations.library import Value as Value  # a type for callers

__version__ = "0.1.0"
__all__ = ["Finding", "KgError", "Level", "Span", "__version__", "ask_wiki", "check_wiki", "read_page"]

# What is exported and the libraries of RDF are loaded when they are asked for: `kg --help` waits for none of it.


def __getattr__(name: str) -> object:
    """Return one of the records that are exported (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kg.model import finding

    return getattr(finding, name)


def read_page(page: "str | Path | bytes", /, *, dialect: str = "newsroom") -> "tuple[Page, tuple[Finding, ...]]":
    """
    Return the record of a page, given as a path or as its bytes, and what the parser found in it.

    Any bytes have a record; places count lines and columns from 1. `dialect` is a name or the path of a .toml file.
    Raises KgError for a dialect that there is not, OSError for a file that cannot be read.
    """
    from kg.operations import library

    return library.read(page, dialect)


def check_wiki(
    wiki: "str | Path", /, *, store: "str | Path | None" = None, profile: str | None = None
) -> "tuple[Finding, ...]":  # fmt: skip
    """
    Return the findings of a wiki as its files are now, sorted by place; none where every rule holds.

    A kg.toml in the folder is heeded, but its baseline is not: known findings are among them, those that a comment
    silences are not. `store` is kept and makes the next call cheap; without it the wiki is mapped into a temporary one.
    Raises KgError for what `kg ingest` and `kg validate` refuse, in one line.
    """
    from pathlib import Path

    from kg.operations import library

    return library.check(Path(wiki), Path(store) if store else None, profile)


def ask_wiki(
    wiki: "str | Path", query: str, /, *, store: "str | Path | None" = None, **parameters: str | int
) -> "tuple[Row, ...]":  # fmt: skip
    """
    Return the rows that answer a query about a wiki as its files are now: a dictionary each, by the query's names.

    `query` names one of the library (`kg query --list`) or is SPARQL; `parameters` are its options. Numbers and truth
    values are Python's, all else is text, None is no value. An ASK is one row, `answer`; a graph has the rows
    `subject`, `predicate`, `object`. `store` is as in `check_wiki`. There is no time limit. Raises KgError for an
    unknown query or parameter, for what is no SPARQL or would reach the network, and as `check_wiki` does.
    """
    from pathlib import Path

    from kg.operations import library

    return library.ask(Path(wiki), query, Path(store) if store else None, parameters)
