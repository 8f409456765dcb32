"""Shards as a loader has them: the lines in their files, and what a generation says of the same pages."""

import gzip
import json

from pyoxigraph import RdfFormat, Store

from kg.originals import match_quads
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.shards import export, places
from kg.store import generations


def exported(root, out, count, *, base="https://wiki.example/", dialect_name="newsroom", **how):
    """Export a wiki in this process, and return what was done."""
    source = export.Source(root, Config(base=base), dialect.load(dialect_name))
    return export.export(source, places.named(str(out)), export.How(count, **{"jobs": 1, **how}))


def said(folder):
    """What the manifest says."""
    return json.loads((folder / "manifest.json").read_bytes())


def files(folder):
    """The bytes of everything in a folder, by name; what is hidden counts."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def lines(folder):
    """The lines of every file that the manifest names, in the manifest's order."""
    manifest = said(folder)
    return [gzip.decompress((folder / one["file"]).read_bytes()) for one in [*manifest["shards"], manifest["common"]]]


def together(folder):
    """All lines of an export, sorted."""
    return sorted(b"".join(lines(folder)).splitlines(keepends=True))


def stated(store):
    """The lines of a generation's quads that are made of its pages, sorted: all but what its originals have of them."""
    generation = generations.current(store)
    head = generations.read_manifest(store, generation)
    tails = tuple(f" <{head.base}{name}> .".encode() for name in (match_quads.FACTS, match_quads.PLACES))
    dumped = Store.read_only(str(generation.quads)).dump(format=RdfFormat.N_QUADS).splitlines(keepends=True)
    return sorted(line for line in dumped if not line.rstrip(b"\n").endswith(tails)), head
