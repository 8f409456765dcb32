"""What an update changed, written into the files of the wiki and taken into its store."""

from collections.abc import Sequence

from kg.ingest import ingest
from kg.write import replace_files
from kg.write.replace_files import Rewritten
from kg.write.sparql_update import Base

# How long another writer of the store is waited for: the pages are written by then, and are to be in the store, too.
_WAIT = 30.0


def write(base: Base, pages: Sequence[Rewritten]) -> int:
    """Write the pages and ingest them; return the number of the new generation."""
    replace_files.replace_all(base.root, pages)
    only = [page.path for page in pages]
    how = ingest.How(wait=_WAIT)
    done = ingest.ingest(base.folder, base.root, base.config, base.dialect, only=only, how=how)
    return done.generation.number if done.generation else 0
