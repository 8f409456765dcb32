"""A rule as people meet it: its name, how bad a finding of it is, what it says, where its page is, who checked it."""

from kg.model.finding import Level
from kg.model.records import dataclass


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


@dataclass(frozen=True, slots=True, order=True)
class Unpromised:
    """
    A rule that is not this wiki's: of so many `places` that it asks something of, so few are `holding` it.

    With a `message` that holds for the findings with these words alone.
    """

    rule: str
    places: int
    holding: int
    message: str = ""
