"""A rule as people meet it: its name, how bad a finding of it is, what it says, where its page is, who checked it."""

from dataclasses import dataclass

from kg.model.finding import Level


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its level in the chosen profile, what it says (with slots), why and how to mend it, and its page."""

    name: str
    level: Level
    message: str = ""
    manual: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Checked:
    """A shape by its name, and the engine that checked it; where none did, `why` says why not."""

    shape: str
    engine: str = ""
    why: str = ""
