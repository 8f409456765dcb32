"""
The same command at another revision and in this tree, side by side, taking turns: against.py REV [OPTIONS] -- WORDS.

`kg WORDS` runs in each with a store of its own, empty each time, or filled by `kg BEFORE` without being timed. The
revision is checked out below a temporary folder, in a worktree that is removed at the end.
"""

import argparse
import math
import shlex
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import children
from children import ROOT, Spent, Turn


@contextmanager
def worktree(revision: str) -> Iterator[Path]:
    """Give a folder with the tree of a revision, and take it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="kg-against-") as name:
        folder = Path(name).resolve() / "tree"
        _git("worktree", "add", "--detach", "--quiet", str(folder), revision)
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _git(*words: str) -> None:
    subprocess.run(["git", "-C", str(ROOT), *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S607  # as a person


def cold(tree: Path, words: Sequence[object], before: Sequence[object] = (), enough: float = math.inf) -> Spent:
    """Run `kg` of a tree, for `enough` seconds at most, with a store of its own: empty, or as `before` leaves it."""
    with tempfile.TemporaryDirectory(prefix="kg-store-") as store:
        if before:
            children.kg("--store", store, *before, tree=tree)
            for kept in Path(store).glob("generations/*/verdicts-*"):
                kept.unlink() if kept.is_file() else shutil.rmtree(kept)
        return children.kg("--store", store, *words, tree=tree, enough=enough)


def command(words: Sequence[str]) -> list[str]:
    """Return the words of a command for any folder: paths behind its name are whole."""
    return [*words[:1], *(str(Path(word).resolve()) if Path(word).exists() else word for word in words[1:])]


def table(turns: Sequence[Turn], revision: str) -> str:
    """Return what both spent, as lines."""
    lines = [f"{'':10}{'this tree':>12}{revision[:12]:>14}{'ratio':>9}"]
    for name, unit in (("wall", "s"), ("cpu", "s"), ("peak", "MB")):
        scale = 1e6 if unit == "MB" else 1
        ours, theirs = (
            statistics.median(getattr(one, name) / scale for one in side) for side in zip(*turns, strict=True)
        )
        lines.append(f"{name:8}{unit:>2}{ours:12.2f}{theirs:14.2f}{ours / theirs:9.3f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", metavar="REV")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--before", type=shlex.split, default=[], metavar="WORDS", help="fills the store, not timed")
    parser.add_argument("words", nargs="+", metavar="WORDS", help="what `kg` is asked, such as: build WIKI")
    asked = parser.parse_args()
    words, before = command(asked.words), command(asked.before)
    with worktree(asked.revision) as other:
        both = [
            (cold(ROOT, words, before), cold(other, words, before)) for _ in range(asked.runs)
        ]  # fmt: skip
    print(table(both, asked.revision))


if __name__ == "__main__":
    main()
