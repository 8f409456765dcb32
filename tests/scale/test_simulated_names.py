"""The names of a large wiki in parts on disk: what is found is what is found of all of them in memory."""

import json
import subprocess
import sys
from collections import defaultdict
from itertools import pairwise, product

import pytest
import simulate_names
from hypothesis import given
from hypothesis import strategies as st
from names_of_pages import Names
from record_files import Shards
from simulate_names import Outcome, hashed, is_source, near, told
from support.places import ROOT
from support.tier import CASES

from kg.links import resolve
from kg.links.name_tables import Named
from kg.links.near_names import Spelling, nearest
from kg.rdf.names import PageName

FEW = Names(2_000, links=6)


def in_memory(names):
    """What is found where everything is at hand: a table of names, and kg's own search for names like another."""
    found, meant, sources = Outcome(), defaultdict(set), defaultdict(list)
    for page, own in names.every():
        for name in own:
            meant[hashed(name)].add(page)
    for key, pages in meant.items():
        if len(pages) > 1:
            found.duplicates.add(key, sum(pages))
    every = near(
        Spelling(names.path(page), place, name) for page, own in names.every() for place, name in enumerate(own)
    )
    for page, number in product(range(names.pages), range(names.links)):
        text, link = names.link(page, number), page << 5 | number << 1 | is_source(page, number)
        pages = meant.get(hashed(text), ())
        if len(pages) == 1:
            found.resolved.add(link, *pages)
            sources[page] += [names.day(one) for one in pages if is_source(page, number)]
        elif pages:
            found.ambiguous.add(link, len(pages))
        else:
            found.broken.add(link, 0)
            suggested(found, link, nearest(every, text))
    for page, days in sources.items():
        if days and max(days) > names.day(page):
            found.stale.add(page, max(days))
    return found


def suggested(found, link, likely):
    if likely:
        found.suggested.add(link, told(likely))


@pytest.mark.parametrize("pages", [1, 40, 2_000, pytest.param(91_000, marks=pytest.mark.full)])
def test_what_is_found_in_parts_is_what_is_found_in_memory(pages, tmp_path):
    """91,000 pages have 100,100 names."""
    names = Names(pages)
    work = simulate_names.simulate(names, tmp_path, shard=7_000 if pages > 2_000 else 300)

    assert work.outcome == in_memory(names)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def found_in_few():
    return in_memory(FEW)


def test_something_of_every_kind_is_found(found_in_few):
    kinds = ("duplicates", "resolved", "ambiguous", "broken", "suggested", "stale")

    assert [kind for kind in kinds if not getattr(found_in_few, kind).count] == []


@pytest.mark.parametrize("shard", [100, 1_999, 5_000])
def test_in_how_many_parts_it_is_done_changes_nothing(shard, tmp_path, found_in_few):
    assert simulate_names.simulate(FEW, tmp_path, shard).outcome == found_in_few


def test_a_link_is_broken_where_kg_finds_no_page(found_in_few):
    pages = [
        Named(PageName(path, path, path), own[0], own[1:])
        for path, own in ((FEW.path(page), own) for page, own in FEW.every())
    ]
    index, broken = resolve.index(pages), 0
    for page in range(FEW.pages):
        me = pages[page].name
        links = (FEW.link(page, number) for number in range(FEW.links))
        broken += sum(resolve.resolve(index, me, text, suggesting=False).resolution == "broken" for text in links)

    assert broken == found_in_few.broken.count


@pytest.mark.parametrize("seed", [5, 6])
def test_names_are_the_same_whenever_they_are_asked_for_and_others_for_another_seed(seed):
    names, again, other = Names(500, seed=seed), Names(500, seed=seed), Names(500, seed=seed + 1)

    assert [*names.every()] == [*again.every()]
    assert [names.link(page, 0) for page in range(500)] == [again.link(page, 0) for page in range(500)]
    assert {names.stem(page) for page in range(500)} & {other.stem(page) for page in range(500)} == set()


def test_few_pages_are_linked_by_many_and_many_by_few():
    names, linked = Names(3_000, links=6), defaultdict(int)
    for page in range(names.pages):
        for number in range(names.links):
            linked[names.link(page, number)] += 1
    counts = [linked[names.stem(page)] for page in (0, 10, 100, 1_000)]

    assert all(one > other for one, other in pairwise(counts))


NUMBERS = st.integers(0, (1 << 64) - 1)


@given(st.lists(st.tuples(NUMBERS, NUMBERS)), st.integers(1, 9))
def test_every_record_comes_back_once_with_those_of_its_key(tmp_path_factory, records, count):
    files = Shards(tmp_path_factory.getbasetemp(), "records", count)
    for key, value in records:
        files.put(key, value)
    files.close()
    back = [[*files.records(number)] for number in range(count)]

    assert sorted(one for part in back for one in part) == sorted(records)
    assert all(key % count == number for number, part in enumerate(back) for key, _ in part)
    assert files.written == 16 * len(records)


def test_the_kernel_holds_it_to_its_memory_and_it_says_what_it_took():
    done = subprocess.run(
        [sys.executable, ROOT / "bench/simulate_names.py", str(CASES * 20), "--memory", "128"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told_of = json.loads(done.stdout)

    assert told_of["peak"] < 128 << 20
    assert told_of["found"]["resolved"]["count"] > told_of["links"] * 0.9
    assert set(told_of["seconds"]) == {"scatter", "join", "stale", "ask", "offer", "meet", "suggest"}
