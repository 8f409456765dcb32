"""How every query and rule grows with the pages, as bench/growth.py tells it."""

import growth
import pytest
from support.commands import kg
from support.example import few_pages

from kg.check import rules
from kg.shacl import run_shapes, shapes_graph
from kg.store.reading import reading

SIZES = (100, 300, 1_000)


def measured(power, largest):
    return [{"one": (largest * (size / SIZES[-1]) ** power, size)} for size in SIZES]


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_what_takes_long_enough_has_the_exponent_of_its_power(power):
    (one,) = growth.grown(SIZES, measured(power, 3.0))

    assert one.exponent == pytest.approx(power)
    assert one.rows == SIZES


def test_what_takes_hardly_any_time_has_none_and_is_named():
    quick = [{"commands": {}, "queries": part, "rules": {}} for part in measured(1.0, 0.001)]

    assert growth.grown(SIZES, measured(1.0, 0.001))[0].exponent is None
    assert "Less than 20 ms at 1,000 pages: `one`." in growth.markdown(SIZES, quick)


def test_what_grows_most_stands_first():
    both = [{**one, "two": other["one"]} for one, other in zip(measured(1.0, 3.0), measured(1.4, 3.0), strict=True)]
    text = growth.markdown(SIZES, [{"commands": {}, "queries": part, "rules": {}} for part in both])

    assert text.index("`two`") < text.index("`one`")
    assert "| `one` | 1.00 | 0.300 → 0.900 → 3.000 | 100 → 300 → 1,000 |" in text


def test_what_a_page_takes_is_told_for_each_size_and_nothing_of_what_is_empty():
    told = growth.bytes_of_a_page((10, 100), [{"pages": 1_000, "none": 0}, {"pages": 20_000, "none": 0}])

    assert told == "| bytes a page, at 10 pages | 100 pages |\n|---|--:|--:|\n| pages | 100 | 200 |\n"


@pytest.mark.full
def test_every_rule_that_is_checked_is_measured_with_all_its_results(tmp_path):
    wiki = few_pages(tmp_path / "wiki")
    kg("ingest", wiki, cwd=wiki, code=0)
    read = reading(wiki / ".kg")
    plain = run_shapes._of_constraint
    found = growth.of_rules(read)
    named = {rules.name(one) for one in rules.named_shapes(shapes_graph.read(rules.shapes_with()))}

    assert run_shapes._of_constraint is plain
    assert set(found) <= named
    assert len(found) > 20
