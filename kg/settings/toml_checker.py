"""Checker: reads the values of a TOML file, and says which key is wrong and what would be right."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.model.finding import KgError


class Checker:
    """The checks of one file; `where` is the key that is named when a value is refused."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fail(self, where: str, what: str) -> KgError:
        """Return the error of a key."""
        return KgError(f"{self._path}: {where}: {what}" if where else f"{self._path}: {what}")

    def part(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        """Return one table of the file, empty where it is not there."""
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(key, "expected a table")
        return value

    def keys(self, table: Any, keys_allowed: Iterable[str], where: str) -> dict[str, Any]:  # noqa: ANN401  # not yet checked
        """Return a table; refuse what is none, and keys that are not known."""
        if not isinstance(table, dict):
            raise self.fail(where, "expected a table")
        for key in table:
            if key not in set(keys_allowed):
                raise self.fail(where, f"unknown key '{key}'; use one of {', '.join(sorted(keys_allowed))}")
        return table

    def text(self, value: Any, where: str, meanings: Iterable[str] = ()) -> str:  # noqa: ANN401
        """Return a text, one of `meanings` where there are any."""
        if not isinstance(value, str) or not value:
            raise self.fail(where, f"expected a text, found {value!r}")
        if meanings and value not in set(meanings):
            raise self.fail(where, f"unknown '{value}'; use one of {', '.join(sorted(meanings))}")
        return value

    def many(self, value: Any, where: str) -> list[Any]:  # noqa: ANN401
        """Return a list."""
        if not isinstance(value, list):
            raise self.fail(where, "expected a list")
        return value

    def strings(self, value: Any, where: str, meanings: Iterable[str] = ()) -> list[str]:  # noqa: ANN401
        """Return a list of texts, each one of `meanings` where there are any."""
        return [self.text(entry, where, meanings) for entry in self.many(value, where)]

    def by_language(self, value: Any, where: str) -> list[str]:  # noqa: ANN401
        """Return a list of texts that stands as a list, or as a table with a list for each language."""
        if not isinstance(value, dict):
            return self.strings(value, where)
        return [entry for language, some in value.items() for entry in self.strings(some, f"{where}.{language}")]

    def words(self, table: dict[str, Any], meanings: Iterable[str], where: str) -> dict[str, str]:
        """Return words in lower case, each with its meaning, one of `meanings` where there are any."""
        return {word.casefold(): self.text(meaning, f"{where}.{word}", meanings) for word, meaning in table.items()}
