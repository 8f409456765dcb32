"""One check for every command: what the rules find in a wiki, or in files of RDF, and what of that counts."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

from pyoxigraph import Store

from kg.check import asked, incremental, profiles, promises, tally, validate, whole_check
from kg.check.incremental import Source
from kg.check.tally import Tally
from kg.check.validate import FAST, Report
from kg.files.text import decode
from kg.model.finding import Finding
from kg.model.records import dataclass
from kg.report import baseline, gate, reported
from kg.report.baseline import Looked
from kg.report.gate import Judged
from kg.report.reported import Lines
from kg.settings.kg_toml import Config
from kg.shacl.data import Data
from kg.store import manifest
from kg.store.reading import Reading
from kg.write import render


def everywhere(path: str) -> bool:  # noqa: ARG001  # stands in for a narrower choice of pages
    """Tell that a page counts, whichever it is."""
    return True


@dataclass(frozen=True, slots=True)
class Options:
    """
    How a wiki, or files, are checked; what is left out is as kg.toml has it.

    `profile` and `baseline` stand in for those of kg.toml; `shapes` are more files of shapes (those alone, for files of
    RDF); `changed` keeps to pages that changed since the generation before, `since` since the one with this number;
    `within` tells which pages count; with `founding` a baseline that is not there yet is an empty one.
    """

    profile: str | None = None
    shapes: Sequence[Path] = ()
    engine: str = FAST
    changed: bool = False
    since: int | None = None
    baseline: Path | None = None
    founding: bool = False
    within: Callable[[str], bool] = everywhere


AS_CONFIGURED = Options()


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found (`report`), what of it counts (`judged`), and the lines of pages as they were checked."""

    report: Report
    judged: Judged
    lines: Lines = reported.no_lines


def check_wiki(
    generation: Reading,
    config: Config,
    options: Options = AS_CONFIGURED,
    more: Iterable[Finding] = (),
    ahead: whole_check.Ahead | None = None,
) -> Checked:
    """
    Return what every rule finds in a generation, with the files that could not be taken and `more` findings.

    Verdicts that were kept hold as far as they can; those of now are kept. Where everything is to be checked and was
    checked `ahead`, that is taken. KgError for a profile, shapes, a baseline or an earlier generation that cannot be
    used.
    """
    report = validate.validate(
        generation.quads,
        generation.base,
        profiles.chosen(config, generation.head.profile, name=options.profile),
        options.shapes,
        (*generation.head.findings, *more),
        engine=options.engine,
        source=_source(generation, options, ahead),
        root=generation.root,
    )
    return of_report(generation, report, config, options)


def of_report(generation: Reading, report: Report, config: Config, options: Options) -> Checked:
    """Return what counts of a report about a generation; KgError for a baseline that cannot be used."""
    judged_only, within = report.pages, options.within
    looked = Looked(
        frozenset(generation.pages.hashes()),
        (*report.off, *promises.silent_rules(report.unpromised)),
        lambda path: within(path) and (judged_only is None or path in judged_only),
    )
    judged = _judged(report, options.baseline or config.baseline, looked, options)
    return Checked(report, judged, render.lines(generation.quads))


def tally_wiki(
    generation: Reading, config: Config, more: Sequence[Finding], most: int, ahead: whole_check.Ahead | None = None
) -> Tally:  # fmt: skip
    """
    Return how many findings count in a generation, as check_wiki judges, with the first `most` that are no information.

    After an edit only the pages are judged that it can bear on, unless there is a baseline.
    """
    beside = (*generation.head.findings, *more)
    task = asked.asking(generation.quads, generation.base, profiles.chosen(config, generation.head.profile))
    wiki = tally.Wiki(generation.folder, generation.generation, generation.root, *task)
    if config.baseline is None:
        found = tally.since_the_last(wiki, beside, most)
        if found is not None:
            return found
    checked = check_wiki(generation, config, more=more, ahead=ahead)
    if config.baseline is None:
        tally.keep(wiki, beside, checked.report)
    judged = checked.judged
    return tally.whole(judged.findings, len(judged.suppressed), len(judged.known), most)


def lines(generation: Reading) -> Lines:
    """Return a function that gives the lines of a page as ingested, from its file where that holds them still."""
    rendered = render.lines(generation.quads)

    def of(path: str) -> Sequence[str]:
        with closing(manifest.opened(generation.generation.folder, generation.head)) as pages:
            entry = pages.entry(path)
        try:
            data = (generation.root / path).read_bytes() if entry else b""
        except OSError:
            return rendered(path)
        if entry is None or hashlib.sha256(data).hexdigest() != entry.sha256:
            return rendered(path)
        return tuple(line.text for line in decode(data).lines)

    return of


def check_files(files: Sequence[Path], options: Options = AS_CONFIGURED) -> Checked:
    """Return what shapes find in files of RDF; KgError for what cannot be read or used."""
    report = validate.validate_files(files, options.shapes, engine=options.engine)
    return Checked(report, _judged(report, options.baseline, Looked(), options))


def check_graph(quads: Store, base: str, config: Config) -> Checked:
    """Return what every rule finds in the graph of a wiki that is not here, placed as the graph places its parts."""
    report = validate.validate(quads, base, profiles.chosen(config, "newsroom"))
    return Checked(report, _judged(report, None, Looked(), AS_CONFIGURED))


def check_ahead(quads: Store, config: Config, profile: str, facts: Data) -> whole_check.Checked:
    """
    Return what every rule says of the quads of a generation before it is current; `profile` is its own.

    The quads are in memory, where findings are placed by them as well as by a second copy of the places. The `facts`
    are those that they state; they are used up by it.
    """
    task, _ = asked.asking(quads, config.base, profiles.chosen(config, profile))
    return whole_check.check(task, facts, sharing=True, places=quads)


def _source(generation: Reading, options: Options, ahead: whole_check.Ahead | None) -> Source:
    """Return where findings come from: the last verdicts as far as they still hold."""
    if options.changed or options.since:
        return incremental.changed_since(generation.folder, generation.generation, options.since)
    return incremental.kept(generation.folder, generation.generation, ahead)


def _judged(report: Report, file: Path | None, extent: Looked, options: Options) -> Judged:
    entries = None if file is None else () if options.founding and not file.exists() else baseline.read(file)
    return gate.judge(report.findings, report.suppressed, entries, extent)
