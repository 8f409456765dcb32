"""`kg export`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli import export_shards, interrupt, library_queries, session
from kg.exports import forms
from kg.model import progress
from kg.model.kg_error import KgError
from kg.model.plural import plural

if TYPE_CHECKING:
    from kg.ask.query import Answer
    from kg.exports.selection import Wanted
    from kg.rdf.sparql_text import Query
    from kg.store.reading import Reading

# What chooses or forms facts, by the names of its options: a folder of pages takes none of it, but for what chooses
# pages where it is to be read by people.
_OF_FACTS = {
    "--topic": "topics", "--page": "pages", "--query": "query", "-p": "values", "--graph": "graphs", "--view": "view",
    "--inferred": "inferred", "--imported": "imported", "--canonical": "canonical", "--rdf12": "rdf12",
    "--context": "context",
    "--table": "table", "--plain-cells": "plain",
}  # fmt: skip
_OF_PAGES = frozenset({"--topic", "--page", "--query", "-p"})


@click.command("export")
@click.argument("wiki", required=False, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(forms.NAMES), help="How the graph is written.")
@click.option("--topic", "topics", multiple=True, metavar="NAME", help="What is said of this topic, and by it.")
@click.option("--page", "pages", multiple=True, metavar="PATH", help="All of this page.")
@click.option("--query", metavar="NAME|FILE", help="What a CONSTRUCT makes, or the parts that a SELECT names.")
@click.option("-p", "--parameter", "values", multiple=True, metavar="NAME=VALUE", help="A value for $NAME in --query.")
@click.option(
    "--graph", "graphs", multiple=True, help="Only this graph: a page such as sources/x, or ontology, corpus …"
)
@click.option(
    "--view", type=click.Choice(forms.VIEWS), help="Claims and quotes, or topics and what joins them; full has all."
)
@click.option("--inferred", is_flag=True, help="With what `kg reason` inferred.")
@session.with_imports
@click.option("--canonical", is_flag=True, help="Lines as RDFC-1.0 has them, to be compared, hashed or signed.")
@click.option("--rdf12", is_flag=True, help="What a connection says as a triple term of RDF 1.2.")
@click.option("--context", metavar="URL", help="Where a JSON-LD context is (default: in the document).")
@click.option("--table", metavar="NAME", help="One table of --format csv.")
@click.option("--plain-cells", "plain", is_flag=True, help="Cells as they are, though a spreadsheet may reckon them.")
@click.option("--title", default="", help="What a site is called (html, github-wiki).")
@click.option("-o", "--output", "--out", help="The file (default: standard output) or folder to write.")
@export_shards.options
@session.at_generation
@session.at_endpoint
@session.as_of_day
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401  # the options above, as click hands them
    """
    Write the graph for other tools, sorted: the same store gives the same bytes.

    TriG, N-Quads and JSON-LD hold the named graphs, one a page. Turtle, N-Triples and RDF/XML hold one graph: the facts
    of all graphs are merged for them, and a note says so. What is named by --topic, --page, --query and --graph leaves
    together, with what it needs to be understood alone; without any of them all leaves.

    html is a static site to be read in a browser, github-wiki the pages of a code host's wiki, okf a bundle in the Open
    Knowledge Format. Each is a folder, -o DIR, which is complete or as it was before. The first two are of all pages,
    or of those that --page names, that are around a --topic, that the rows of --query name.

    --shards N needs no store: it maps the pages of WIKI (default: the wiki of the store or of kg.toml) into N gzips of
    sorted N-Quads and a manifest in --out DIR, and the next time only those of which something changed.
    """
    if options["output"] == "":
        raise click.UsageError("--out is empty; name a file or a folder")
    if options["shards"]:
        export_shards.write(ctx, options, [*_OF_FACTS.items(), ("--format", "form"), ("--title", "title")])
        return
    export_shards.refuse(options)
    if options["form"] is None:
        raise click.MissingParameter(ctx=ctx, param=next(one for one in ctx.command.params if one.name == "form"))
    options["output"] = None if options["output"] is None else Path(options["output"])
    form = forms.BY_NAME[options["form"]]
    if form.pages:
        _write_pages(ctx, form, options)
        return
    read = session.reading(ctx, inferred=options["inferred"], imported=options["imported"], leaving=True)
    with interrupt.working(ctx, read.folder), progress.stage("exporting"):
        from kg.exports import selection, write

        if form.folder and options["output"] is None and not options["table"]:
            raise KgError(f"{form.name} is several files; name a folder with -o, or one of them with --table")
        how = write.Options(
            form.name, options["view"] == "full", options["canonical"], options["rdf12"], options["context"] or "",
            options["table"] or "", options["plain"],
        )  # fmt: skip
        files = write.made(selection.lines(read, _wanted(ctx, read, options)), read, how)
    for note in files.notes:
        session.say(ctx, f"note: {note}")
    _write(files.files, options["output"])


def _write_pages(ctx: click.Context, form: forms.Form, options: Mapping[str, Any]) -> None:
    """Write a form that is a folder of all pages."""
    takes = frozenset[str]() if form.name == "okf" else _OF_PAGES
    if given := [option for option, key in _OF_FACTS.items() if options[key] and option not in takes]:
        shows = "whole pages" if takes else "all pages"
        raise click.UsageError(f"{form.name} shows {shows} as they are stated; leave {given[0]} out")
    if options["output"] is None:
        raise click.UsageError(f"{form.name} is a folder; name it with -o DIR")
    read = session.reading(ctx)
    if form.name == "okf":
        _bundle(ctx, read, options["output"])
        return
    from kg.static_site import export_folder  # loads Jinja2

    with interrupt.working(ctx, read.folder):
        from kg.exports import page_choice

        only = page_choice.paths(read, _wanted(ctx, read, options))
        written = export_folder.write(read, form.name, options["output"], options["title"], only)
    for note in written.notes:
        session.say(ctx, note)
    pages, files = plural(written.pages, "page"), plural(written.files, "file")
    session.say(ctx, f"{pages} in {files} below {options['output']}")


def _bundle(ctx: click.Context, generation: "Reading", output: Path) -> None:
    """Write the wiki as a bundle in the Open Knowledge Format."""
    from kg.bundle import kept_bundle
    from kg.write import whole_folder

    with interrupt.working(ctx, generation.folder), progress.stage("exporting"):
        whole_folder.check(output)
        whole_folder.check_outside(output, generation.root)
        count = whole_folder.publish(output, "okf", kept_bundle.files(generation).items())
    session.say(ctx, f"wrote {plural(count, 'file')} in {output}")


def _wanted(ctx: click.Context, generation: "Reading", options: Mapping[str, Any]) -> "Wanted":
    from kg.exports.selection import Wanted

    if options["values"] and not options["query"]:
        raise click.UsageError("-p goes with --query")
    question = _query(ctx, options["query"]) if options["query"] else None
    values = session.pairs(options["values"])
    return Wanted(
        options["topics"], options["pages"], options["graphs"],
        (lambda: _answer(generation, question, values)) if question else None,
        options["query"] or "", options["view"] or "full",
    )  # fmt: skip


def _query(ctx: click.Context, name: str) -> "Query":
    """Return a query by its file, or by its name in the library or the user's own folder."""
    path = Path(name)
    if path.suffix != ".rq" and not ("/" in name and path.is_file()):
        return library_queries.find(ctx, name, ())
    from kg.rdf import sparql_text

    if not path.is_file():
        raise KgError(f"{name}: no such file; name a file with a query, or a query of `kg query --list`")
    try:
        return sparql_text.describe(name, path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise KgError(f"{name}: not UTF-8: {error}") from None


def _answer(generation: "Reading", question: "Query", values: dict[str, str]) -> "Answer":
    from kg.ask import query
    from kg.ask.scope import Scope

    terms = query.values(question, values, query.Vocabulary(generation.base, generation.pages), generation.quads)
    return query.run(generation.quads, question.text, terms, scope=Scope(generation.base))


def _write(files: Mapping[str, bytes], output: Path | None) -> None:
    """Write one file, or several into a folder that is made."""
    if [*files] == [""]:
        session.write(files[""], output)
        return
    if output is None:
        raise KgError("several files: name a folder with -o")
    if output.exists() and not output.is_dir():
        raise KgError(f"{output}: is a file; name a folder")
    if not output.absolute().parent.is_dir():
        raise KgError(f"{output.parent}: no such folder")
    output.mkdir(exist_ok=True)
    for name, data in files.items():
        session.write(data, output / name)
