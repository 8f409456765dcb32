"""Kept verdicts in two files: all of some generation, shared by the next ones, and what differs since."""

import errno
import os
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tier import CASES

from kg.check import kept_verdicts
from kg.check.kept_verdicts import Kept
from kg.check.verdict_records import Row
from kg.model.finding import Finding, KgError, Level, Related, Span
from kg.shacl.results import Result
from kg.store.generations import Generation

KEY = "0123456789abcdef"
SHAPE = ox.NamedNode("https://x.example/shape")


def node(number):
    return ox.NamedNode(f"https://x.example/{number}")


def row(unit, focus, page, hint, other):
    """Return a verdict about a node with its finding on a page that names another page."""
    result = Result(node(focus), None, node(other), SHAPE, SHAPE, SHAPE, None, (ox.Literal("wrong"),), ())
    finding = Finding(
        Span(f"{page}.md", 1 + focus, 1), "rule", f"{focus} is wrong", Level.WARNING, focus=node(focus).value,
        hint=hint, related=(Related(Span(f"{other}.md", 1, 1), "there"),),
    )  # fmt: skip
    return Row(unit, node(focus), result, finding)


NUMBERS = st.integers(0, 5)
ROWS = st.builds(row, st.sampled_from(["a", "b"]), NUMBERS, NUMBERS, st.sampled_from(["", "Do.", "Don't."]), NUMBERS)
STEPS = st.one_of(
    st.tuples(st.just("put"), ROWS),
    st.tuples(st.just("take"), st.sampled_from(["a", "b"]), st.none() | st.lists(NUMBERS, max_size=2)),
    st.tuples(st.just("about"), NUMBERS, NUMBERS),
    st.tuples(st.just("next"), st.booleans()),
)


def done(kept, step):
    """Do a step and return the verdicts that it took away."""
    if step[0] == "put":
        kept.put(step[1])
        return []
    if step[0] == "take":
        return kept.take(step[1], None if step[2] is None else [node(one) for one in dict.fromkeys(step[2])])
    return kept.take_about({kept_verdicts.AT: [node(step[1])]}, [f"{step[2]}.md"])


def all_of(kept):
    pages = [f"{number}.md" for number in range(6)]
    return sorted(map(repr, kept.rows())), sorted(map(repr, kept.on_pages(pages)))


@settings(max_examples=CASES // 2)
@given(steps=st.lists(STEPS, max_size=25))
def test_after_any_edits_the_two_files_say_what_one_in_memory_does(steps):
    """`next` is another generation, in which the changes are kept beside the file, or both become one file again."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        number, model, kept = 1, Kept(), Kept()
        for step in steps:
            if step[0] != "next":
                assert sorted(map(repr, done(kept, step))) == sorted(map(repr, done(model, step)))
                continue
            patch.setattr(kept_verdicts, "_LEAST", 0 if step[1] else 2**40)
            patch.setattr(kept_verdicts, "_GROWTH", 0)
            kept.differ(number, ["0.md"])
            generation = Generation(number, Path(name) / f"{number:06d}")
            generation.folder.mkdir()
            kept_verdicts.save(generation, KEY, kept)
            kept = kept_verdicts.load(generation, KEY)
            assert kept_verdicts.is_sound(kept_verdicts.file(generation, KEY))
            assert kept.differing(number) == {"0.md"}
            number += 1

        assert all_of(kept) == all_of(model)


@pytest.fixture
def two(tmp_path):
    """Two generations; the second shares the file of the first and has one verdict more."""
    found = [Generation(number, tmp_path / f"{number:06d}") for number in (1, 2)]
    kept = Kept()
    for number in range(6):
        kept.put(row("a", number, number, "", 0))
    for one in found:
        one.folder.mkdir()
        kept_verdicts.save(one, KEY, kept)
        kept = kept_verdicts.load(one, KEY)
        kept.put(row("b", one.number, 1, "", 0))
    return found


def test_the_next_generation_shares_the_file_and_writes_what_differs(two):
    first, second = (kept_verdicts.rows_file(kept_verdicts.file(one, KEY)) for one in two)

    assert first.samefile(second)
    assert len([*kept_verdicts.load(two[0], KEY).rows()]) == 6
    assert len([*kept_verdicts.load(two[1], KEY).rows()]) == 7


@pytest.mark.parametrize("damage", ["gone", "cut", "changed", "other"])
def test_a_file_that_is_not_the_one_that_was_written_means_no_verdicts(two, damage):
    path = kept_verdicts.rows_file(kept_verdicts.file(two[1], KEY))
    data = path.read_bytes()
    path.unlink()
    if damage != "gone":
        found = {"cut": data[:-7], "changed": data[:99] + b"x" + data[100:], "other": b"no verdicts"}
        path.write_bytes(found[damage])

    assert kept_verdicts.load(two[1], KEY) is None
    assert not kept_verdicts.is_sound(kept_verdicts.file(two[1], KEY))
    assert kept_verdicts.load(two[0], KEY) is not None


def test_a_copy_of_the_file_holds_as_well(two):
    path = kept_verdicts.rows_file(kept_verdicts.file(two[1], KEY))
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)

    assert len([*kept_verdicts.load(two[1], KEY).rows()]) == 7


def test_what_went_bad_in_the_file_is_one_line(two):
    """Damage that leaves size and times alone shows where it is read."""
    path = kept_verdicts.rows_file(kept_verdicts.file(two[1], KEY))
    kept = kept_verdicts.load(two[1], KEY)
    with path.open("r+b") as handle:
        handle.seek(4096)
        handle.write(b"\0" * (path.stat().st_size - 4096))

    with pytest.raises(KgError, match=r"what was kept of the last check is damaged .*; `kg doctor --fix` removes it"):
        list(kept.rows())


def harmed(path, old, new):
    """Put other bytes into a file, which keeps its size and its times."""
    before, data = path.stat(), path.read_bytes()
    assert old in data
    with path.open("r+b") as handle:
        handle.write(data.replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_record_that_went_bad_in_the_file_is_one_line(two):
    """The tables are whole, and what stands in them is no record any more."""
    kept = kept_verdicts.load(two[1], KEY)
    harmed(kept_verdicts.rows_file(kept_verdicts.file(two[1], KEY)), b"[[", b"{[")

    with pytest.raises(KgError, match=r"what was kept of the last check is damaged .*; `kg doctor --fix` removes it"):
        list(kept.rows())


@pytest.mark.parametrize("damage", [b"0.md", b"SQLite format 3"])
def test_what_went_bad_in_the_file_does_not_become_part_of_another(two, monkeypatch, damage):
    """One that was made of it would have a digest that fits."""
    monkeypatch.setattr(kept_verdicts, "_LEAST", 0)
    monkeypatch.setattr(kept_verdicts, "_GROWTH", 0)
    kept, third = kept_verdicts.load(two[1], KEY), Generation(3, two[1].folder.with_name("000003"))
    third.folder.mkdir()
    harmed(kept_verdicts.rows_file(kept_verdicts.file(two[1], KEY)), damage, damage[:-1] + b"x")

    with pytest.raises(KgError, match=r"is damaged \(other bytes than were written\)"):
        kept_verdicts.save(third, KEY, kept)
    assert kept_verdicts.load(third, KEY) is None


def test_where_a_file_has_one_name_alone_the_next_generation_has_a_file_of_its_own(two, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    kept, third = kept_verdicts.load(two[1], KEY), Generation(3, two[1].folder.with_name("000003"))
    third.folder.mkdir()
    kept_verdicts.save(third, KEY, kept)

    assert all_of(kept_verdicts.load(third, KEY)) == all_of(kept)


def test_a_file_that_another_process_put_there_while_it_is_opened_is_not_read_with_these_changes(two, monkeypatch):
    path = kept_verdicts.rows_file(kept_verdicts.file(two[1], KEY))
    known = kept_verdicts._known

    def then_another(*some, trusting):
        found = known(*some, trusting=trusting)
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data)
        return found

    monkeypatch.setattr(kept_verdicts, "_known", then_another)

    assert kept_verdicts.load(two[1], KEY) is None
