"""A store whose generations hold whatever quads a test gives, so that a server can be asked suites of foreign data."""

import hashlib
from dataclasses import replace

import pyoxigraph as ox
from support.commands import kg

from kg.imports import kept
from kg.store import generations


def begun(folder, base):
    """Return the store of a wiki of one page below a base, in a folder."""
    (folder / "Page.md").write_text("# Page\n")
    (folder / "kg.toml").write_text(f'wiki = "."\nbase = "{base}"\n')
    kg("ingest", cwd=folder, code=0)
    return folder / ".kg"


def publish(store, graphs):
    """Make a generation current that holds these graphs, {IRI: lines of N-Triples}, and nothing else; "" is no graph's name."""
    old = generations.current(store)
    head = generations.read_manifest(store, old)
    said = repr(sorted(graphs.items())).encode()
    with generations.filling(store, old, source=None) as new:
        quads = ox.Store(str(new.quads))
        for iri, lines in graphs.items():
            graph = ox.NamedNode(iri) if iri else ox.DefaultGraph()
            quads.load(lines.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
        quads.flush()
        del quads
        (new.folder / "pages").mkdir()
        for file in head.page_files:
            (new.folder / "pages" / file.name).hardlink_to(old.folder / "pages" / file.name)
        digest = hashlib.sha256(said).hexdigest()
        generations.commit(store, new, replace(head, generation=new.number, digest=digest))


def forget_put(store):
    """Take away what clients of a server put into a store."""
    kept.place(store, kept.PUT).unlink(missing_ok=True)
