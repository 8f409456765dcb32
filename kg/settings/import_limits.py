"""How much of a foreign graph is taken: the one place where the limits and their defaults are."""

from dataclasses import asdict

from kg.model.records import dataclass


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """The most that one file may have: bytes, quads, characters of a text, brackets within brackets."""

    max_bytes: int = 200_000_000
    max_quads: int = 2_000_000
    max_text: int = 1_000_000
    max_nesting: int = 100


KEYS = {name: type(value) for name, value in asdict(ImportLimits()).items()}
