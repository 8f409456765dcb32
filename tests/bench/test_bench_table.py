"""The table of the benchmark: medians, spread, exponents, misses by name; as Markdown, JSON and pictures."""

import json
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import children
import plot
import pytest
import run
import table
from support.places import ROOT
from table import Row, Target

MEASURE = """
import dataclasses, json, sys
sys.path.insert(0, sys.argv[1])
import children
print(json.dumps(dataclasses.asdict(children.program(sys.argv[2]))))
"""


def row(key="build", pages=100, ours=(2.0, 3.0, 9.0), theirs=(1.0, 1.0, 3.0), **other):
    kept = {"unit": "s", "target": Target(2.5), **other}
    return Row(key, f"`kg {key}`", "a reference", pages, kept["unit"], ours, theirs, kept["target"])


def test_a_row_has_the_ratio_of_the_medians_and_the_spread_of_the_turns():
    one = row()

    assert (one.ratio, one.spread, one.holds) == (3.0, (2.0, 3.0), False)


def test_where_more_is_better_the_ratio_is_turned():
    one = row(ours=(0.5,), theirs=(100.0,), target=Target(25, at_least=True))

    assert (one.ratio, one.holds, str(one.target)) == (200.0, True, "≥ 25")


@pytest.mark.parametrize("power", [0.5, 1.0, 1.8])
def test_the_exponent_is_that_of_the_power_that_fits(power):
    sizes = (100, 447, 1441)

    assert table.fitted(sizes, [3 * size**power for size in sizes]) == pytest.approx(power)


ROWS = [
    row(pages=100, ours=(1.0,), theirs=(1.0,)),
    row(pages=1000, ours=(20.0,), theirs=(10.0,)),
    row("query", ours=(4.0,), theirs=(1.0,)),
]


def test_the_markdown_names_every_miss_with_its_explanation_and_what_was_not_measured():
    text = table.markdown(ROWS, {"`kg reason`": "no other engine"}, {"query": "The import of click."}, "plots/")

    assert text == (
        "| promise | reference, same run | pages | ours | reference | ratio | spread | target | |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
        "| `kg build` | a reference | 100 | 1 s | 1 s | 1 |  | ≤ 2.5 | holds |\n"
        "| `kg build` | a reference | 1,000 | 20 s | 10 s | 2 |  | ≤ 2.5 | holds |\n"
        "| `kg query` | a reference | 100 | 4 s | 1 s | 4 |  | ≤ 2.5 | **miss** |\n"
        "\n"
        "| growth of | pages | exponent | the reference's | target | |\n"
        "|---|---|---|---|---|---|\n"
        "| [`kg build`](plots/growth-build.svg) | 100 → 1,000 | 1.30 | 1.00 | ≤ 1.05 | **miss** |\n"
        "\n"
        "**Misses**\n"
        "\n"
        "* `kg query`: 4 at 100 pages; promised ≤ 2.5. The import of click.\n"
        "* `kg build` grows with the power 1.30 of the pages. No profile yet.\n"
        "\n"
        "**Not measured**\n"
        "\n"
        "* `kg reason`: no other engine\n"
    )


def test_a_promise_that_is_missed_at_two_sizes_is_explained_once():
    some = [row(pages=100, ours=(3.0,), theirs=(1.0,)), row(pages=1000, ours=(40.0,), theirs=(10.0,))]
    text = table.markdown(some, {}, {"build": "Mapping."})

    assert "* `kg build`: 3 at 100 pages, 4 at 1,000 pages; promised ≤ 2.5. Mapping.\n" in text
    assert text.count("Mapping.") == 1


def test_rows_of_an_earlier_table_come_back_with_their_commit_and_day():
    told = table.as_json(ROWS, {"x": "y"}, {"commit": "abc", "taken": "2026-11-27"})
    rows, missing = table.from_json(told, "abd, 2026-11-28")

    assert [replace(one, taken="") for one in rows] == ROWS
    assert {one.taken for one in rows} == {"abc, 2026-11-27"}
    assert missing == {"x": "y"}
    assert table.from_json(told, "abc, 2026-11-27")[0] == ROWS
    assert "| ≤ 2.5 | **miss**, abc, 2026-11-27 |" in table.markdown(rows, missing, {})


def test_the_json_has_all_of_it():
    told = json.loads(table.as_json(ROWS, {"x": "y"}, {"commit": "abc"}))

    assert told["about"] == {"commit": "abc"}
    assert told["missing"] == {"x": "y"}
    assert [(one["key"], one["pages"], one["ratio"], one["holds"]) for one in told["rows"]] == [
        ("build", 100, 1.0, True), ("build", 1000, 2.0, True), ("query", 100, 4.0, False),
    ]  # fmt: skip
    assert [(one["key"], round(one["exponent"], 2), one["holds"]) for one in told["growth"]] == [("build", 1.3, False)]


def test_the_picture_has_both_curves_inside_its_frame():
    (growth,) = table.growths(ROWS)
    drawn = ET.fromstring(plot.svg(growth))  # noqa: S314  # our own
    tag = "{http://www.w3.org/2000/svg}"
    curves = [
        [tuple(map(float, point.split(","))) for point in one.get("points").split()]
        for one in drawn.iter(f"{tag}polyline")
    ]
    words = [one.text for one in drawn.iter(f"{tag}text")]

    assert len(curves) == 2
    assert all(
        plot.LEFT < x < plot.WIDTH - plot.RIGHT and plot.TOP < y < plot.HEIGHT - plot.BOTTOM
        for one in curves
        for x, y in one
    )
    assert curves[1][0][1] > curves[1][1][1], "more stands higher"
    assert {"kg build", "ours: pages^1.30", "a reference: pages^1.00", "100", "1,000"} <= set(words)


def test_the_page_of_the_documentation_gets_the_table_between_its_marks(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text("# Before\n\n<!-- bench: begin -->\nwhat was\n<!-- bench: end -->\n\nAfter\n")
    run.document(run.Measured(ROWS, {}), {"taken": "2026-11-27", "commit": "abc", "machine": "Linux", "runs": 3}, page)
    text = page.read_text()

    assert text.startswith(
        "# Before\n\n<!-- bench: begin -->\n2026-11-27, commit abc, Linux; medians of up to 3 turns.\n"
    )
    assert text.endswith("<!-- bench: end -->\n\nAfter\n")
    assert "what was" not in text
    assert (tmp_path / "performance/growth-build.svg").is_file()


def measured(code):
    """Measure a program from a small process: the kernel passes on what the one that starts it has, and tests have much."""
    said = children.run([sys.executable, "-c", MEASURE, str(ROOT / "bench"), code]).out
    return children.Spent(**json.loads(said))


def test_a_child_is_measured_by_itself():
    small = measured("print('x')")
    large = measured("x = b'1' * 300_000_000")

    assert small.out == "x\n"
    assert 0 < small.cpu <= large.cpu + 1
    assert 300e6 < large.peak < 400e6


def test_the_memory_of_a_child_is_counted_with_that_of_its_own_children():
    begin = "import subprocess, sys; x = b'1' * 100_000_000; "
    child = "import time; y = b'2' * 200_000_000; time.sleep(1.5)"

    assert 300e6 < measured(f"{begin}subprocess.run([sys.executable, '-c', {child!r}])").peak < 400e6


def test_a_child_that_fails_says_why_and_the_row_is_named_as_not_measured():
    with pytest.raises(RuntimeError, match="exit 3: no luck"):
        children.run([sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"])


def test_when_the_time_is_up_a_child_is_ended_and_the_rows_so_far_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(children.LIMIT, "end", 0.0)
    kept = []
    kinds = [one for one in run.KINDS if one.key == "help-cold"]
    done = run.Measured([], {})
    run.measure(run.Stage(tmp_path, 1, 1, "HEAD"), kinds, [40], kept.append, done)

    assert kept == [done]
    assert done.rows == []
    assert [why.partition(",")[0] for why in done.missing.values()] == ["the time was up"]


def test_every_row_has_a_key_of_its_own_and_an_explanation_belongs_to_one():
    keys = [one.key for one in (*run.KINDS, *run.FULL)]

    assert len(keys) == len(set(keys))
    assert {key.removeprefix("growth-") for key in run.explained()} <= set(keys)
