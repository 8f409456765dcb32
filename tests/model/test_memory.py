"""How much memory is left, by what a system says of itself."""

import pytest

from kg.model import memory


@pytest.fixture
def system(tmp_path, monkeypatch):
    """A system that says nothing of its memory until a test has it say something."""
    monkeypatch.setattr(memory, "_MACHINE", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(memory, "_GROUP", tmp_path / "own")
    return tmp_path


def _group(folder, limit, current, inactive):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n", encoding="ascii")
    (folder / "memory.current").write_text(f"{current}\n", encoding="ascii")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {inactive}\nactive_file 9\n", encoding="ascii")


def test_what_the_machine_has_free_is_the_bound(system):
    (system / "meminfo").write_text("MemTotal:  16 kB\nMemAvailable:   4 kB\nCached: 9 kB\n", encoding="ascii")

    assert memory.fits(4 * 1024)
    assert not memory.fits(4 * 1024 + 1)


def test_the_tightest_group_around_the_process_is_the_bound(system):
    (system / "meminfo").write_text("MemAvailable: 900000 kB\n", encoding="ascii")
    (system / "own").write_text("0::/box/inner\n", encoding="ascii")
    _group(system / "cgroup/box/inner", "max", 0, 0)
    _group(system / "cgroup/box", 1_000, 400, 100)

    assert memory.fits(700)
    assert not memory.fits(701)


def test_a_group_that_is_full_has_nothing_left(system):
    (system / "own").write_text("0::/box\n", encoding="ascii")
    _group(system / "cgroup/box", 1_000, 1_400, 100)

    assert memory.fits(0)
    assert not memory.fits(1)


def test_a_system_that_says_nothing_sets_no_bound(system):
    assert not [*system.iterdir()]
    assert memory.fits(10**15)


def test_what_was_said_stands_for_what_the_machine_has(system):
    (system / "meminfo").write_text("MemAvailable: 4 kB\n", encoding="ascii")

    with memory.limited(2):
        assert memory.fits(2_000_000)
        assert not memory.fits(2_000_001)
        with memory.limited(None):
            assert not memory.fits(2_000_000)

    assert not memory.fits(2_000_000)


def test_this_machine_has_room_for_a_byte_and_not_for_all_there_is():
    assert memory.fits(1)
    with memory.limited(1):
        assert not memory.fits(10**15)
