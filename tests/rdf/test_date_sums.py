"""Dates plus durations, also where the engine has an error: months end when they end."""

import datetime as dt

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ask import query
from kg.rdf import date_sums, names


def literal(text, kind):
    return ox.Literal(text, datatype=ox.NamedNode(names.expand(f"xsd:{kind}")))


@pytest.mark.parametrize(
    ("date", "sign", "duration", "expected"),
    [
        ('"2026-01-31"^^xsd:date', "+", '"P1M"^^xsd:yearMonthDuration', "2026-02-28"),
        ('"2028-01-31"^^xsd:date', "+", '"P1M"^^xsd:duration', "2028-02-29"),
        ('"2024-02-29"^^xsd:date', "+", '"P1Y"^^xsd:yearMonthDuration', "2025-02-28"),
        ('"2026-03-31"^^xsd:date', "-", '"P1M"^^xsd:yearMonthDuration', "2026-02-28"),
        ('"2026-01-31"^^xsd:date', "+", '"P1M1D"^^xsd:duration', "2026-03-01"),
        ('"2026-12-31Z"^^xsd:date', "+", '"PT1S"^^xsd:duration', "2026-12-31Z"),
        ('"2026-01-31T23:59:59.5+02:00"^^xsd:dateTime', "+", '"P1MT1S"^^xsd:duration', "2026-03-01T00:00:00.5+02:00"),
        ('"P1M"^^xsd:yearMonthDuration', "+", '"2026-01-31"^^xsd:date', "2026-02-28"),
        ('"2026-01-30"^^xsd:date', "+", '"P1D"^^xsd:dayTimeDuration', "2026-01-31"),
        ('"2026-01-31"^^xsd:date', "+", "1", None),
        ('"P1M"^^xsd:yearMonthDuration', "-", '"2026-01-31"^^xsd:date', None),
        ('"2026-02-31"^^xsd:date', "+", '"P1M"^^xsd:yearMonthDuration', None),
    ],
)
def test_a_duration_moves_a_date(date, sign, duration, expected):
    (row,) = query.run(ox.Store(), f"SELECT (?d {sign} {duration} AS ?x) {{ VALUES ?d {{ {date} }} }}", {})

    assert (None if row[0] is None else row[0].value) == expected


@given(st.dates(dt.date(1000, 1, 1), dt.date(9000, 1, 1)), st.integers(-300_000, 300_000), st.sampled_from("+-"))
def test_days_are_those_of_the_calendar(day, number, sign):
    duration = literal(f"{'-' if number < 0 else ''}P{abs(number)}D", "dayTimeDuration")

    moved = date_sums.shifted(literal(day.isoformat(), "date"), sign, duration)

    assert moved.value == (day + dt.timedelta(number if sign == "+" else -number)).isoformat()
