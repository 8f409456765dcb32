"""`kg export`."""

from pathlib import Path

import click

from kg.cli import session

FORMATS = ("turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml")


@click.command("export")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="How the graph is written.")
@click.option(
    "--graph", "graphs", multiple=True, help="Only this graph: a page such as sources/x, or ontology, corpus …"
)
@click.option("--inferred", is_flag=True, help="With what `kg reason` inferred.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write (default: standard output).")
@session.at_generation
@click.pass_context
def command(ctx: click.Context, form: str, graphs: tuple[str, ...], output: Path | None, *, inferred: bool) -> None:
    """
    Write the graph for other tools, sorted: the same store gives the same bytes.

    TriG, N-Quads and JSON-LD hold the named graphs, one a page. Turtle, N-Triples and RDF/XML hold one graph: the facts
    of all graphs are merged for them, and a note says so.
    """
    from kg.ask import export

    read = session.reading(ctx, inferred=inferred)
    if form == "nquads":
        session.write(b"".join(export.lines(read.quads, read.base, graphs)), output)
        return
    found = export.quads(read.quads, read.base, graphs)
    if form in export.TRIPLES:
        count = len({quad.graph_name for quad in found})
        found = export.merged(found)
        if count > 1:
            lost = "which page each fact is from is not in it; trig, nquads and jsonld keep that"
            click.echo(f"note: {form} holds one graph, so {count} graphs were merged: {lost}", err=True)
    session.write(export.write(found, form, read.quads), output)
