"""The gate: which findings count, once those that are silenced or known are set apart."""

from collections.abc import Sequence

from kg.model.finding import Finding, Suppressed
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.report import baseline
from kg.report.baseline import Entry, Looked


@dataclass(frozen=True, slots=True)
class Judged:
    """
    What counts of the findings, and what does not.

    `findings` are shown and fail; `suppressed` are silenced by a comment in their page; `known` are in the baseline;
    `gone` are entries of the baseline that nothing is found for any more, `aside` those that were not looked at.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    known: tuple[Finding, ...] = ()
    gone: tuple[Entry, ...] = ()
    aside: tuple[Entry, ...] = ()


def judge(
    findings: Sequence[Finding], suppressed: Sequence[Suppressed], entries: Sequence[Entry] | None, extent: Looked
) -> Judged:
    """Return what counts of the findings on the pages that were asked for; without a baseline (None) all do."""
    here = tuple(one for one in findings if extent.within(one.span.path))
    silent = tuple(one for one in suppressed if extent.within(one.finding.span.path))
    if entries is None:
        return Judged(here, silent)
    found = baseline.compare(here, entries, extent)
    return Judged(found.new, silent, found.known, found.gone, found.aside)


def entries(judgement: Judged, new: Sequence[Finding] = ()) -> tuple[Entry, ...]:
    """Return what a baseline is to hold now: what is known still, `new` findings, and what was not looked at."""
    return tuple(sorted([*map(baseline.entry, [*judgement.known, *new]), *judgement.aside]))


def summary(judgement: Judged) -> str:
    """Return what does not count, to stand behind the counts: `; 3 suppressed, 12 known`, or nothing."""
    return uncounted(len(judgement.suppressed), len(judgement.known))


def uncounted(silent: int, in_baseline: int) -> str:
    """Return how many findings are silenced and how many are known, as `summary` does."""
    parts = ((silent, "suppressed"), (in_baseline, "known"))
    said = ", ".join(f"{number:,} {word}" for number, word in parts if number)
    return f"; {said}" if said else ""


def gone(judgement: Judged) -> str:
    """Return what to do about entries of the baseline that nothing is found for, or nothing."""
    if not judgement.gone:
        return ""
    are = "is" if len(judgement.gone) == 1 else "are"
    return f"{plural(len(judgement.gone), 'known finding')} {are} gone; `kg validate --update-baseline` takes them out"
