"""A rule as people meet it: its name, how bad a finding of it is, what it says and where its page is."""

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
