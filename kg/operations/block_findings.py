"""Live blocks that are not what their queries answer, and marks that make none, as findings of a build."""

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode

from kg.model.finding import Finding, Level, Span
from kg.rdf import names
from kg.settings.kg_toml import Config
from kg.store.reading import Reading

_TYPE = NamedNode(names.expand("rdf:type"))
# What the graph has of every block, and of every mark that only looks like one.
_CLASSES = tuple(NamedNode(names.expand(name)) for name in ("nr:LiveBlock", "nr:Comment"))
_FAULT = re.compile(r"(?P<path>.+?):(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?: (?P<words>.*)", re.DOTALL)


def of(generation: Reading, config: Config) -> tuple[Finding, ...]:
    """Return what is wrong with the live blocks of a generation; of one without blocks nothing is asked."""
    quads = generation.quads
    if all(next(quads.quads_for_pattern(None, _TYPE, one, None), None) is None for one in _CLASSES):
        return ()
    return tuple(_findings(generation, config))


def _findings(generation: Reading, config: Config) -> Iterator[Finding]:
    from kg.operations import page_answers, render_pages  # only where there are blocks

    live = render_pages.live(page_answers.of(generation, config))
    for page in live.pages:
        for block in page.drift:
            gone = sum(change.gone for change in block.changes)
            count = f"{gone} of its lines no longer hold, {len(block.changes) - gone} are missing"
            message = f"the live block '{block.query}' is not what its query answers: {count}"
            yield Finding(Span(block.path, block.line, 1), "block-stale", message, Level.WARNING)
    for fault in live.faults:
        said = _FAULT.fullmatch(fault)
        if said:
            span = Span(said["path"], int(said["line"]), int(said["column"] or 1))
            yield Finding(span, "block-broken", said["words"].partition("\n")[0], Level.WARNING)
