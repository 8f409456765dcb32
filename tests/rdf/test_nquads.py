"""Terms as N-Quads: a day is a day, with or without the time that an editor puts behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.rdf.nquads import date, days, text, typed


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01", "2026-03-01T10:00", "2026-03-01T10:00:00", "2026-03-01 10:00", "2026-03-01T10:00:00.123456",
        "2026-03-01T10:00:00Z", "2026-03-01T23:59:59+02:00", "2026-03-01T10:00:00 +0900", "2026-03-01T10:00-05",
        "2026-03-01t10:00:00z", "2026-03-01T24:00:00", "2026-03-01T23:59:60Z",
    ],
)  # fmt: skip
def test_of_a_date_with_a_time_the_day_is_kept(written):
    assert date(written) == typed("2026-03-01", "date")


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30T10:00", "2026-03T10:00", "2026T10:00", "2026-03-01T", "2026-03-01T10", "2026-03-01 morning",
        "2026-03-01T10:00:00 or so", "T10:00", "2026-03-01T1٠:00",
        "2026-03-01T25:00:00", "2026-03-01T10:60", "2026-W10-1", "2026-060", "20260301", "12026-03-01", "-0044-03-15",
    ],
)  # fmt: skip
def test_what_is_no_day_with_a_time_stays_a_text(written):
    assert date(written) == text(written)


@given(st.datetimes(), st.sampled_from(["T", " "]), st.sampled_from(["auto", "minutes", "seconds", "milliseconds"]))
def test_every_time_that_python_writes_is_of_its_day(moment, separator, exactness):
    assert date(moment.isoformat(separator, exactness)) == typed(moment.date().isoformat(), "date")


@pytest.mark.parametrize("written", ["2026-03-01", "2026-03-01T10:00:00Z"])
def test_a_day_is_its_own_first_and_last_day_with_a_time_or_without(written):
    day = typed("2026-03-01", "date")

    assert days(written) == (("nr:firstDay", day), ("nr:lastDay", day))
