"""Dates in front matter, in every way in which YAML and editors spell them: a day, or a text that a rule can see."""

import pyoxigraph as ox
import pytest
from support.pages import stored

ISSUED = ox.NamedNode("http://purl.org/dc/terms/issued")
DAY = ox.Literal("2026-03-01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
SPELLINGS = {
    "2026-03-01": DAY,
    '"2026-03-01"': DAY,
    "2026-03-01 # as printed": DAY,
    "|\n  2026-03-01": DAY,
    "[2026-03-01]": DAY,
    "2026-03-01T23:30:00-05:00": DAY,
    "2026-03-01t10:00:00z": DAY,
    '"2026-03-01 10:00"': DAY,
    '"[[2026-03-01]]"': DAY,
    "[[2026-03-01]]": DAY,
    '"[[2026-03-01|the first of March]]"': DAY,
    "2026-03-01T25:00": ox.Literal("2026-03-01T25:00"),
    "2026-W10-1": ox.Literal("2026-W10-1"),
    "2026-060": ox.Literal("2026-060"),
    "2026-02-30": ox.Literal("2026-02-30"),
    '"[[Spring]]"': ox.Literal("[[Spring]]"),
    "12026-03-01": ox.Literal("12026-03-01"),
    "~": ox.Literal("~"),
    "{year: 2026}": None,
}


@pytest.fixture(scope="module")
def dates_by_page():
    """The dates of sources that are spelled in each way, by their page's number."""
    pages = {
        f"sources/s{number:02}.md": f"---\ntitle: S{number}\ntype: source\npublished: {spelled}\n---\n\n# S\n".encode()
        for number, spelled in enumerate(SPELLINGS)
    }
    store = stored(pages)
    return {quad.subject.value[-2:]: quad.object for quad in store.quads_for_pattern(None, ISSUED, None, None)}


@pytest.mark.parametrize(("number", "meant"), [*enumerate(SPELLINGS.values())], ids=SPELLINGS)
def test_a_date_is_its_day_and_what_is_none_stays_its_words(number, meant, dates_by_page):
    assert dates_by_page.get(f"{number:02}") == meant


def test_a_day_that_is_linked_or_has_a_time_can_be_compared():
    pages = {"sources/a.md": b'---\ntype: source\npublished: "[[2026-03-01]]"\n---\n\n# A\n'}

    first = ox.NamedNode("https://w3id.org/newsroom-kg/ns#firstDay")
    assert [quad.object for quad in stored(pages).quads_for_pattern(None, first, None, None)] == [DAY]
