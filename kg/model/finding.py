"""What went wrong, and where: the one shape every complaint takes."""

from enum import StrEnum

from kg.model import kg_error
from kg.model.records import dataclass

KgError = kg_error.KgError


class Level(StrEnum):
    """How bad a finding is, worst first."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst level; a threshold lets through what has a higher rank."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a document; lines and columns start at 1, line 0 is the whole file."""

    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A replacement in a page: what stands in the span, which may be empty, becomes the text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """Another place that a finding is about, such as the first of two duplicates, and what stands there, in words."""

    span: Span
    words: str


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """
    One complaint about one place, named by the rule that made it; focus and value are IRIs or texts of the graph.

    `edits` mend it for certain where there are any, all of them together; `related` are the other places to look at.
    """

    span: Span
    rule: str
    message: str
    level: Level = Level.VIOLATION
    focus: str = ""
    value: str = ""
    hint: str = ""
    edits: tuple[Edit, ...] = ()
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Suppressed:
    """A finding that a comment in its page silences: why, in the author's words, and where the comment stands."""

    finding: Finding
    reason: str
    place: Span
