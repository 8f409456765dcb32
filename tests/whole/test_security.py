"""SECURITY.md: the tests that it names are there, and each row of its table names some."""

import re

from support.places import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_every_promise_names_the_tests_that_hold_it():
    rows = re.findall(r"^\| an? .*\|$", TEXT, re.MULTILINE)
    named = [re.findall(r"`(tests/[^`]+)`", row) for row in rows]

    assert len(rows) == 8
    assert all(named)
    assert [one for some in named for one in some if not (ROOT / one).is_file()] == []
