"""The judge of a wiki's findings: which of them count, by its profile, habits and comments, and what causes what."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.check import cascades, missing_folders, profiles, promises, rules, suppression
from kg.check.asked import Asked
from kg.check.missing_folders import Missing
from kg.check.suppression import Checked, Remark
from kg.model.finding import Finding, Suppressed
from kg.model.records import dataclass
from kg.model.rule import Unpromised
from kg.shacl.shapes_graph import Graph


@dataclass(frozen=True, slots=True)
class Judge:
    """What the whole of a wiki has to say about which findings of a page count: nothing else beyond the page does."""

    question: Asked
    graph: Graph
    strange: tuple[Unpromised, ...]
    absent: tuple[str, ...]
    known: frozenset[str]
    folders: tuple[Missing, ...]

    @property
    def silent(self) -> frozenset[str]:
        """The rules that do not speak at all, as they are not the wiki's."""
        return promises.silent_rules(self.strange)

    @property
    def folded(self) -> frozenset[str]:
        """The pages whose links into a missing folder are one finding: where that stands depends on all of them."""
        return frozenset(link.page for missing in self.folders for link in missing.links)

    def split(
        self, findings: Iterable[Finding], remarks: Sequence[Remark], pages: frozenset[str] | None
    ) -> tuple[bool, tuple[Finding, ...], tuple[Suppressed, ...]]:
        """
        Return whether anything is found, what counts of it, and what comments (`remarks`) silence.

        `pages` are the only ones that are told of, None for all; findings and remarks are theirs and those of the pages
        whose links are `folded`.
        """
        chosen = self.question.chosen
        levelled = profiles.levelled(chosen, findings)
        causes = set(cascades.causes(promises.spoken(self.strange, levelled), self.graph, self.question.store))
        folded = missing_folders.as_one(causes, suppression.silenced(causes, remarks), self.folders)
        found = set(profiles.levelled(chosen, folded))
        scope = Checked(self.known, self.silent | set(self.absent), chosen)
        left, suppressed = suppression.apply(found, remarks, scope)
        if pages is None:
            return bool(found), left, suppressed
        return (
            any(one.span.path in pages for one in found),
            tuple(one for one in left if one.span.path in pages),
            tuple(one for one in suppressed if one.finding.span.path in pages),
        )


def judge(question: Asked, graph: Graph, root: Path | None) -> Judge:
    """Return the judge of the findings of a wiki that lies at `root`."""
    strange = promises.unpromised(question.store, question.chosen)
    absent = rules.not_applicable(graph, question.store, question.chosen)
    folders = tuple(missing_folders.missing(question.store, root))
    return Judge(question, graph, strange, absent, frozenset(rules.known(graph)), folders)
