"""
The findings of another revision and of this tree, wiki by wiki: same.py REV WIKI [WIKI].

Rule, place, words, level, related places and fixes are compared, as `kg validate --format json` gives them after a cold
build, from the verdicts that the build kept and again without them, with the summary of the build. What differs is
counted by rule; exit 1 where anything does.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import against
import children
from children import ROOT

Found = Counter[tuple[str, str]]
_WORDS = ("validate", "--format", "json", "--show", "info")


def found(tree: Path, wiki: Path) -> tuple[str, Found, Found]:
    """Return what a tree says of a wiki: the summary of its build, its findings as kept, and made anew."""
    with tempfile.TemporaryDirectory(prefix="kg-same-") as name:
        store = Path(name) / "store"
        built = children.kg("--store", store, "build", wiki, tree=tree).out
        kept = _findings(children.kg("--store", store, *_WORDS, tree=tree).out)
        for file in store.glob("generations/*/verdicts-*"):
            file.unlink()
        anew = _findings(children.kg("--store", store, *_WORDS, tree=tree).out)
    return built.replace(str(store), "STORE"), kept, anew


def _findings(said: str) -> Found:
    """Return findings, each with its rule, however often."""
    findings: list[dict[str, Any]] = json.loads(said)["findings"]
    return Counter((one["rule"], json.dumps(one, sort_keys=True)) for one in findings)


def difference(before: Found, now: Found) -> str:
    """Return by rule how many findings are gone and how many are new; nothing where they are the same."""
    gone, fresh = (Counter(rule for rule, _ in side.elements()) for side in (before - now, now - before))
    return ", ".join(f"{rule} -{gone[rule]} +{fresh[rule]}" for rule in sorted({*gone, *fresh}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", metavar="REV")
    parser.add_argument("wikis", nargs="+", type=Path, metavar="WIKI")
    asked = parser.parse_args()
    differing = 0
    with against.worktree(asked.revision) as other:
        for wiki in (one.resolve() for one in asked.wikis):
            before, now = found(other, wiki), found(ROOT, wiki)
            parts = [f"kept: {difference(before[1], now[1])}", f"anew: {difference(before[2], now[2])}"]
            parts += [] if before[0] == now[0] else ["the summary of the build"]
            told = [part for part in parts if not part.endswith(": ")]
            differing += bool(told)
            sys.stdout.write(f"{wiki.name}: {now[1].total()} findings, {'; '.join(told) or 'the same'}\n")
            sys.stdout.flush()
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
