"""What the last check of a generation found on a page, as it is kept beside the generation; nothing is checked anew."""

from kg.check import kept_verdicts
from kg.model.finding import Finding
from kg.store import generations
from kg.store.reading import Reading


def of_page(reading: Reading, path: str) -> tuple[Finding, ...] | None:
    """Return the findings on a page in the order of their places, without silenced ones; None where none are kept."""
    for file in generations.verdicts(reading.generation):
        kept = kept_verdicts.load(reading.generation, file.name.removeprefix("verdicts-"))
        if kept:
            findings = {row.finding for row in kept.on_pages([path])}
            kept.close()
            if not findings:
                return ()
            from kg.check import suppression  # loads the rules

            silenced = suppression.silenced(findings, suppression.remarks(reading.quads))
            return tuple(sorted(findings - silenced, key=lambda one: (one.span, one.rule, one.message)))
    return None
