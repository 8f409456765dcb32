"""`kg import`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import imports_shown, interrupt, session
from kg.model.kg_error import KgError
from kg.model.plural import plural

if TYPE_CHECKING:
    from kg.imports.kept import Import, Kept
    from kg.store.reading import Reading

_FORMS = ("turtle", "trig", "nquads", "ntriples", "jsonld")
# What is done instead of taking files in, by the names of the options.
_INSTEAD = {"--list": "listing", "--remove": "removal", "--links": "links", "--same": "same"}


@click.command("import")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="What the import is called (default: as the file); replaces one of it.")
@click.option("--base", metavar="IRI", default="", help="What the names of its wiki are to begin with.")
@click.option("--format", "form", type=click.Choice(_FORMS), help="The form of the files (default: as they end).")
@click.option("--check", "checking", is_flag=True, help="Validate the files by our rules; nothing is kept.")
@click.option("--list", "listing", is_flag=True, help="List what was imported.")
@click.option("--remove", "removal", metavar="NAME", help="Take an import away.")
@click.option("--links", is_flag=True, help="Show what the wikis say of each other's things.")
@click.option("--same", is_flag=True, help="Suggest which topics are the same in two wikis, and why.")
@click.option("--write", "writing", is_flag=True, help="With --same: keep those that could be no other's.")
@click.option(
    "--only", metavar="IRI", help="With --same --write: keep this topic's alone, also where others could be it."
)
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
@click.pass_context
def command(ctx: click.Context, /, files: tuple[Path, ...], **options: Any) -> None:  # noqa: ANN401  # the options above
    """
    Take the graphs of other wikis from FILES of RDF into graphs of their own, beside this wiki's.

    Turtle, TriG, N-Quads, N-Triples and JSON-LD are read within limits, without the network. Each file is one wiki with
    a base IRI of its own. `kg query`, `kg stats` and `kg export` answer of this wiki alone; with --imported of all.
    """
    instead = [option for option, key in _INSTEAD.items() if options[key]]
    if len(instead) > 1 or (instead and (files or options["checking"])):
        raise click.UsageError(f"{instead[0]} goes with no files and no other of {', '.join(_INSTEAD)}, --check")
    if (options["writing"] or options["only"]) and not options["same"]:
        raise click.UsageError("--write and --only go with --same")
    if not instead and not files:
        raise click.UsageError("name a file with a graph, or --list what was imported")
    if len(files) > 1 and (options["name"] is not None or options["base"]):
        raise click.UsageError("--name and --base are for one file")
    if instead:
        _instead(ctx, options)
    elif options["checking"]:
        _check(ctx, files, options)
    else:
        _take(ctx, files, options)


def _take(ctx: click.Context, files: Sequence[Path], options: Mapping[str, Any]) -> None:
    """Read all files, then keep each."""
    from kg.imports import kept
    from kg.store import generations

    read = session.reading(ctx)
    with interrupt.working(ctx, read.folder):
        found = _read(ctx, files, read, options)
        with generations.writer(read.folder):
            generations.sweep(read.folder)
            others = kept.listed(read.folder, but=[one.about.name for one in found])
            for file, one in zip(files, found, strict=True):  # another process may have imported one meanwhile
                kept.refuse_mixed(file, one.about.base, read.base, others)
            done = [(one.about, kept.put(read.folder, one)) for one in found]
    if options["as_json"]:
        click.echo(json.dumps([{**asdict(about), "changed": new} for about, new in done], ensure_ascii=False, indent=1))
        return
    for about, new in done:
        click.echo(f"{about.name}: {plural(about.quads, 'quad')} of {about.base}{'' if new else ', as it was'}")


def _read(ctx: click.Context, files: Sequence[Path], own: "Reading", options: Mapping[str, Any]) -> "list[Kept]":
    """Return the graphs of files as they are kept; KgError for the first that is not taken."""
    from kg.imports import kept, read_graph

    limits = session.settings(ctx)[0].imports
    given: str | None = options["name"]
    named = [kept.name_of(file) if given is None else kept.checked_name(given) for file in files]
    if twice := next((name for name in named if named.count(name) > 1), None):
        raise KgError(f"two files would be the import '{twice}'; import one of them by itself with --name")
    before = kept.listed(own.folder, but=named)
    found: list[Kept] = []
    for file, name in zip(files, named, strict=True):
        lines = read_graph.read(file, options["form"] or "", limits)
        taken: list[Import] = [*before, *(one.about for one in found)]
        found.append(kept.made(name, file, lines, own.base, taken, options["base"]))
    return found


def _check(ctx: click.Context, files: Sequence[Path], options: Mapping[str, Any]) -> None:
    """Say what our rules find in graphs, at the places that these say of themselves."""
    from kg.imports import laid_over
    from kg.model.finding import Level
    from kg.operations import check_wiki
    from kg.report import as_text, reported

    read = session.reading(ctx)
    config, _ = session.settings(ctx)
    worst = False
    with interrupt.working(ctx, read.folder):
        for one in _read(ctx, files, read, options):
            checked = check_wiki.check_graph(laid_over.alone(one, read.base), one.about.base, config)
            findings = reported.Reported(checked.judged.findings, Level.VIOLATION, (), checked.report.rules)
            worst = worst or reported.worst(findings.findings, Level.VIOLATION)
            click.echo(reported.as_json(findings) if options["as_json"] else as_text.text(findings.findings), nl=False)
            session.say(ctx, f"{one.about.name}: {plural(len(findings.findings), 'finding')} in {one.about.base}")
    ctx.exit(1 if worst else 0)


def _instead(ctx: click.Context, options: Mapping[str, Any]) -> None:
    """List or take away imports, or show what is between the wikis."""
    from kg.imports import kept
    from kg.store import generations

    read = session.reading(ctx)
    if options["removal"]:
        with generations.writer(read.folder):
            kept.remove(read.folder, options["removal"])
        session.say(ctx, f"{options['removal']}: taken away")
    elif options["listing"]:
        found = kept.listed(read.folder)
        click.echo(imports_shown.listed(found, as_json=options["as_json"]), nl=False)
    elif options["links"]:
        from kg.imports import laid_over, links

        with interrupt.working(ctx, read.folder):
            between = links.between(laid_over.over(read))
        click.echo(imports_shown.links(between, as_json=options["as_json"]), nl=False)
    else:
        _same(ctx, read, options)


def _same(ctx: click.Context, own: "Reading", options: Mapping[str, Any]) -> None:
    """Show what may be the same, and keep what is accepted."""
    from kg.imports import kept, same_topics
    from kg.store import generations

    with interrupt.working(ctx, own.folder):
        found = same_topics.pairs(own)
    if options["only"]:
        found = [one for one in found if options["only"] in (one.ours, one.theirs)]
        if not found:
            raise KgError(f"--only {options['only']}: nothing is suggested for it; `kg import --same` lists what is")
    click.echo(imports_shown.pairs(found, own.base, as_json=options["as_json"]), nl=False)
    chosen = [one for one in found if one.alone or options["only"]]
    if not options["writing"]:
        session.say(ctx, f"{plural(len(found), 'pair')}; nothing is written without --write")
        return
    with generations.writer(own.folder):
        kept.put(own.folder, same_topics.accepted(own, chosen))
    session.say(ctx, f"{plural(len(chosen), 'pair')} kept; `kg import --remove {kept.SAME}` takes them away")
