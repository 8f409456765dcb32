"""The promises of `make bench` in their order, and those of `make bench-full`."""

from kind import Kind
from rows_ask import (
    export_json_ld,
    export_okf,
    export_quads,
    export_turtle,
    help_cold,
    library,
    originals,
    query_cold,
    render_edited,
    render_generated,
    search,
    serving,
)
from rows_build import build_cpu, build_edited, build_large, build_memory, build_wall, ingest_wall
from rows_check import placing, reasonable, reasoning, render_check, shacl, validate_before, validate_load
from table import Target

# 1.3 times as long for 10,000 pages as for 1,441.
STILL = 0.14
LOADED = "`bulk_load` to disk of the same quads"
KINDS = (
    Kind("build-wall", "`kg build`, cold", LOADED, Target(2.5), build_wall),
    Kind("build-memory", "`kg build`, bytes at the peak a quad", LOADED, Target(1.5), build_memory, unit="B"),
    Kind("build-edited", "`kg build` after one edited page", "the cold build", Target(0.01), build_edited,
         growth=STILL),
    Kind("ingest-wall", "`kg ingest`, cold", LOADED, Target(1.5), ingest_wall),
    Kind("validate-load", "`kg validate`, cold", "`bulk_load` into memory of the same quads", Target(2), validate_load),
    Kind("placing", "places, words and fixes of all findings", "the check without them", Target(0.3), placing),
    Kind("render-check", "`kg render --check`", "reading the same quads once", Target(1.2), render_check),
    Kind("render-generated", "all generated pages, `kg render --out`", "reading the same quads once", Target(1.3),
         render_generated, sizes="first"),
    Kind("render-edited", "generated pages after one edited claim", "writing all of them", Target(0.01), render_edited,
         sizes="first"),
    Kind("query-cold", "`kg query claimants`, cold", "a bare script, same query", Target(1.25), query_cold),
    Kind("search", "`kg search`, top 20, CPU", "a SPARQL CONTAINS scan", Target(1_000, at_least=True),
         search, sizes="last"),
    Kind("export-jsonld", "JSON-LD export", "TriG export", Target(1.5), export_json_ld),
    Kind("export-nquads", "sorted N-Quads", "`Store.dump`", Target(1.4), export_quads),
    Kind("export-okf", "OKF bundle, written again", "copying the files", Target(2), export_okf),
    Kind("export-turtle", "Turtle that a person reads", "rdflib's Turtle", Target(25, at_least=True), export_turtle,
         sizes="first"),
    Kind("help-cold", "`kg --help`", '`python -c "import click"`', Target(1.2), help_cold, sizes="first"),
    Kind("build-cpu", "`kg build` of the example, CPU", "the same of REV", Target(0.125), build_cpu, sizes="example"),
    Kind("originals", "quotes held against originals", "reading and normalising the same bytes", Target(3), originals,
         sizes="first"),
    # 110 pages: owlrl takes two minutes for 447.
    Kind("reason", "`kg reason`", "owlrl, same entailments", Target(100, at_least=True), reasoning, sizes=110),
    Kind("reasonable", "the rules alone, CPU", "reasonable, same conclusions", Target(0.5), reasonable),
)  # fmt: skip
# Those that take minutes of what they are held against.
FULL = (
    Kind("memory-20000", "`kg build` of 20,000 pages, memory", "1 GB", Target(1), build_large, unit="MB", sizes=20_000),
    Kind("validate-before", "`kg validate`, cold, as it was", "the same of REV", Target(0.025), validate_before,
         sizes="last"),
    Kind("reason-owlrl", "`kg reason`", "owlrl, same entailments", Target(100, at_least=True), reasoning, sizes=447),
    Kind("shacl-all", "SHACL engine, all rules", "pyshacl", Target(400, at_least=True), shacl("all"), sizes=300),
    Kind("shacl-core", "SHACL engine, Core rules", "pyshacl", Target(100, at_least=True), shacl("core"), sizes=1_000),
    Kind("library-10000", "every query of the library, on disk", "rdflib in memory, same rows",
         Target(3, at_least=True), library("least"), sizes=10_000),
    Kind("library-10000-median", "the queries of the library, on disk, the one in the middle",
         "rdflib in memory, same rows", Target(10, at_least=True), library("median"), sizes=10_000),
    Kind("library", "every query of the library, on disk", "rdflib in memory, same rows", Target(3, at_least=True),
         library("least"), sizes="first"),
    Kind("library-median", "the queries of the library, on disk, the one in the middle", "rdflib in memory, same rows",
         Target(10, at_least=True), library("median"), sizes="first"),
    Kind("serve-short", "`kg serve`, short queries asked again", "the `oxigraph` server", Target(0.8, at_least=True),
         serving("serve-short"), sizes="first"),
    Kind("serve-fresh", "`kg serve`, short queries, no text twice", "the `oxigraph` server", Target(0.8, at_least=True),
         serving("serve-fresh"), sizes="first"),
    Kind("serve-library", "`kg serve`, ten queries of the library", "the `oxigraph` server", Target(1, at_least=True),
         serving("serve-library"), sizes="first"),
)  # fmt: skip
