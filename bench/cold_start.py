"""Promises at a cold start: `kg --help` against importing click, `kg query NAME` against a bare script."""

import sys
import tempfile
from pathlib import Path

from measure import process, promise
from wiki import EXAMPLE

KG = (sys.executable, "-c", "from kg.cli import main; main()")
BARE = """
import sys, click, pyoxigraph
store = pyoxigraph.Store.read_only(sys.argv[1])
for row in store.query(open(sys.argv[2]).read(), use_default_graph_as_union=True):
    print(row)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        process(*KG, "--store", folder, "ingest", EXAMPLE)()
        quads = next(Path(folder).glob("generations/*/quads"))
        library = Path(__file__).resolve().parents[1] / "queries/library"
        promise(
            "kg --help against `import click`",
            1.5,
            process(*KG, "--help"),
            process(sys.executable, "-c", "import click"),
        )
        for name in ("claimants", "contradictions", "speakers-without-page"):
            promise(
                f"kg query {name} against a bare script",
                1.3,
                process(*KG, "--store", folder, "query", name),
                process(sys.executable, "-c", BARE, quads, library / f"{name}.rq"),
            )


if __name__ == "__main__":
    main()
