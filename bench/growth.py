"""
How commands, queries of the library and rules grow with the pages: growth.py [--docs] [PAGES …], else 100, 300, 1,000.

CPU seconds, in wikis of bench/newsroom.py. A command is a process of its own, once. Queries and rules of a size share a
process: a query is asked of the store on disk, the least of three; a rule of the copy in memory, the least of two. What
several rules read is made once and counts for the first of them. The exponent is that of the power of the pages that
fits best; what takes less than `LEAST` at the largest size has none, and is named. With --docs the tables are put into
docs/performance/growth.md.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import children
import library
import run
import table
from pyoxigraph import NamedNode
from stage import Stage

from kg.check import asked, rules, validate
from kg.shacl import run_shapes
from kg.shacl.core_constraints import Context
from kg.shacl.run_shapes import Constraint
from kg.store.reading import Reading, reading

TOPIC, FILE = "TOPIC", "FILE"
# In turn: each finds what those before it left in the store.
COMMANDS = (
    ("ingest",),
    ("query", "claims-about", "--about", TOPIC),
    ("reason",),
    ("validate",),
    ("render", "--check"),
    ("stats",),
    ("search", "report"),
    ("export", "--format", "nquads", "-o", FILE),
)
KINDS = (("commands", "command", "MB at the peak"), ("queries", "query", "rows"), ("rules", "rule", "results"))
SIZES, LEAST, TURNS, HOURS = (100, 300, 1_000), 0.02, 2, 1e6
PAGE = children.ROOT / "docs/performance/growth.md"
BEGIN, END = "<!-- growth: begin -->\n", "<!-- growth: end -->\n"
Spent = dict[str, tuple[float, int]]  # CPU seconds and rows, or results, by name
Held = dict[str, int]
Sized = dict[str, Spent]  # of commands, queries and rules


@dataclass(frozen=True, slots=True)
class Grown:
    """One query or rule: seconds and rows at each size, and the exponent where it took long enough to have one."""

    name: str
    seconds: tuple[float, ...]
    rows: tuple[int, ...]
    exponent: float | None


def main(words: Sequence[str]) -> None:
    """Measure each size, and print the tables, or put them into the documentation."""
    options = _options(words)
    if options.store:
        read = reading(options.store)
        print(json.dumps({"queries": queries(read), "rules": of_rules(read)}))
        return
    sizes = options.pages or SIZES
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), 1, HOURS, "")
        measured, held = zip(*(_size(stage, pages) for pages in sizes), strict=True)
    text = markdown(sizes, measured) + "\n" + bytes_of_a_page(sizes, held)
    if options.docs:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        text = f"{before}{BEGIN}{_about()}\n\n{text}{END}{rest.partition(END)[2]}"
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=int, nargs="*")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/performance/growth.md")
    parser.add_argument("--store", type=Path, help="measure this store, and print it as JSON")
    return parser.parse_args(words)


def _size(stage: Stage, pages: int) -> tuple[Sized, Held]:
    """Return what was measured of a wiki of so many pages, and what its store takes."""
    print(f"{pages} pages", file=sys.stderr, flush=True)
    wiki, store = stage.wiki(pages), stage.folder / f"grown-{pages}"
    spent = commands(wiki, store)
    told = children.run([sys.executable, __file__, "--store", store]).out.splitlines()[-1]
    return {"commands": spent, **json.loads(told)}, held_by(wiki, store)


def commands(wiki: Path, store: Path) -> Spent:
    """Return CPU seconds of commands, and the megabytes that each held at its peak."""
    meant = {TOPIC: min(one.stem for one in wiki.glob("concepts/*.md")), FILE: str(store.with_suffix(".nq"))}
    found: Spent = {}
    for words in COMMANDS:
        more = (wiki,) if words == ("ingest",) else ()
        spent = children.kg("--store", store, *(meant.get(word, word) for word in words), *more)
        found[" ".join(("kg", *(word for word in words if word not in meant)))] = spent.cpu, spent.peak >> 20
    return found


def held_by(wiki: Path, store: Path) -> Held:
    """Return the bytes of the pages, of a file of their quads, and of each part of the store that grows with them."""
    generation = store / "generations" / f"{int((store / 'HEAD').read_text(encoding='utf-8')):06}"
    found = {"Markdown": _bytes(wiki), "quads as N-Quads": _bytes(store.with_suffix(".nq"))}
    for one in sorted(generation.iterdir()):
        name = one.name.split("-")[0]
        found[f"`{name}`"] = found.get(f"`{name}`", 0) + (0 if one.is_symlink() else _bytes(one))
    return {**found, "`seen`": _bytes(store / "seen")}


def _bytes(place: Path) -> int:
    return sum(one.stat().st_size for one in (place, *place.rglob("*")) if one.is_file())


# ---- one size --------------------------------------------------------------------------------------------------------


def queries(read: Reading) -> Spent:
    """Return CPU seconds and rows of every query of the library."""
    each = (library.ours_of(read, name) for name in library.LIBRARY)
    return {one.name: (one.seconds, len(one.rows) if isinstance(one.rows, list) else 1) for one in each}


def of_rules(read: Reading) -> Spent:
    """Return CPU seconds and results of every rule that is a shape."""
    least: Spent = {}
    for _ in range(TURNS):
        for name, (seconds, results) in _one_check(read).items():
            least[name] = min(seconds, least.get(name, (seconds, 0))[0]), results
    return least


def _one_check(read: Reading) -> Spent:
    """Check everything once, and return what each rule took, those within a shape by themselves."""
    seconds: dict[str, float] = defaultdict(float)
    results: dict[str, int] = defaultdict(int)
    plain, within = run_shapes._of_constraint, [False]  # noqa: SLF001  # where a rule is done, and nothing else

    def timed(job: object, context: Context, constraint: Constraint) -> Iterator[object]:
        if within[0]:
            yield from plain(job, context, constraint)  # type: ignore[arg-type]
            return
        name = rules.name(next((one for one in constraint.shapes if isinstance(one, NamedNode)), context.shape.node))
        start, within[0] = time.process_time(), True
        found = [*plain(job, context, constraint)]  # type: ignore[arg-type]
        seconds[name] += time.process_time() - start
        results[name] += len(found)
        within[0] = False
        yield from found

    task, _ = asked.asking(read.quads, read.base)
    run_shapes._of_constraint = timed  # type: ignore[assignment]  # noqa: SLF001
    try:
        run_shapes.verdicts(validate.facts(read.quads, read.base), task.graph)
    finally:
        run_shapes._of_constraint = plain  # noqa: SLF001
    return {name: (seconds[name], results[name]) for name in seconds}


# ---- the tables ------------------------------------------------------------------------------------------------------


def grown(sizes: Sequence[int], measured: Sequence[Spent]) -> list[Grown]:
    """Return what was measured at every size, those first that grow most."""
    names = sorted(set.intersection(*map(set, measured)))
    found = []
    for name in names:
        seconds = tuple(one[name][0] for one in measured)
        power = table.fitted(sizes, seconds) if seconds[-1] >= LEAST else None
        found.append(Grown(name, seconds, tuple(one[name][1] for one in measured), power))
    return sorted(found, key=lambda one: (one.exponent is None, -(one.exponent or 0), one.name))


def markdown(sizes: Sequence[int], measured: Sequence[Mapping[str, Spent]]) -> str:
    """Return a table of the commands, one of the queries and one of the rules."""
    parts = []
    for kind, one, counted in KINDS:
        some = grown(sizes, [each[kind] for each in measured])
        listed = " → ".join(f"{pages:,}" for pages in sizes)
        parts += [f"| {one} | exponent | CPU seconds, {listed} pages | {counted} |", "|---|--:|---|---|"]
        parts += [_line(each) for each in some if each.exponent is not None]
        quick = [f"`{each.name}`" for each in some if each.exponent is None]
        parts += [
            "",
            f"Less than {LEAST * 1e3:.0f} ms at {sizes[-1]:,} pages: {', '.join(quick)}." if quick else "",
            "",
        ]
    return "\n".join(parts).strip("\n") + "\n"


def bytes_of_a_page(sizes: Sequence[int], held: Sequence[Held]) -> str:
    """Return a table of what a page takes on disk."""
    head = [
        f"| bytes a page, at {' pages | '.join(f'{pages:,}' for pages in sizes)} pages |",
        "|---" + "|--:" * len(sizes) + "|",
    ]
    rows = {name: [one.get(name, 0) // pages for one, pages in zip(held, sizes, strict=True)] for name in held[-1]}
    return (
        "\n".join(
            [*head, *(f"| {name} | {' | '.join(map('{:,}'.format, row))} |" for name, row in rows.items() if row[-1])]
        )
        + "\n"
    )


def _line(one: Grown) -> str:
    seconds = " → ".join(f"{each:.3f}" for each in one.seconds)
    return f"| `{one.name}` | {one.exponent:.2f} | {seconds} | {' → '.join(f'{each:,}' for each in one.rows)} |"


def _about() -> str:
    about = run.described(1)
    return f"{about['taken']}, commit {about['commit']}, {about['machine']}; CPU seconds."


if __name__ == "__main__":
    main(sys.argv[1:])
