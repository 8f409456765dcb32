"""`kg export`."""

from pathlib import Path

import click

from kg.cli import interrupt, session
from kg.model import progress
from kg.store.reading import Reading

FORMATS = ("turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml")


@click.command("export")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="How the graph is written.")
@click.option(
    "--graph", "graphs", multiple=True, help="Only this graph: a page such as sources/x, or ontology, corpus …"
)
@click.option("--inferred", is_flag=True, help="With what `kg reason` inferred.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write (default: standard output).")
@session.at_generation
@session.as_of_day
@click.pass_context
def command(ctx: click.Context, form: str, graphs: tuple[str, ...], output: Path | None, *, inferred: bool) -> None:
    """
    Write the graph for other tools, sorted: the same store gives the same bytes.

    TriG, N-Quads and JSON-LD hold the named graphs, one a page. Turtle, N-Triples and RDF/XML hold one graph: the facts
    of all graphs are merged for them, and a note says so.
    """
    read = session.reading(ctx, inferred=inferred)
    with interrupt.working(ctx, read.folder), progress.stage("exporting"):
        data, count = _exported(read, form, graphs)
    if count > 1:
        lost = "which page each fact is from is not in it; trig, nquads and jsonld keep that"
        click.echo(f"note: {form} holds one graph, so {count} graphs were merged: {lost}", err=True)
    session.write(data, output)


def _exported(generation: Reading, form: str, graphs: tuple[str, ...]) -> tuple[bytes, int]:
    """Return the graphs in a format, and how many were merged for it."""
    from kg.ask import export

    if form == "nquads":
        return b"".join(export.lines(generation.quads, generation.base, graphs)), 0
    found, count = export.quads(generation.quads, generation.base, graphs), 0
    if form in export.TRIPLES:
        count = len({quad.graph_name for quad in found})
        found = export.merged(found)
    return export.write(found, form, generation.quads), count
