"""Due: when a forecast has come true or not, by the dates in its words."""

import pytest

from kg.map import due_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("will be open by 2027", "2027-12-31"),
        ("expects it in early 2027", "2027-06-30"),
        ("by mid-2027 all will be open", "2027-09-30"),
        ("before the end of 2027", "2027-12-31"),
        ("at the end of 2027", "2027-12-31"),
        ("by the summer of 2027", "2027-09-30"),
        ("will ship in Q3 2027", "2027-09-30"),
        ("a loss in H1 2027", "2027-06-30"),
        ("opens in August 2027", "2027-08-31"),
        ("opens in Feb. 2028", "2028-02-29"),
        ("opens on 3 August 2027", "2027-08-03"),
        ("opens on August 3rd, 2027", "2027-08-03"),
        ("opens on 2027-08-03", "2027-08-03"),
        ("opens in 2027-08", "2027-08-31"),
        ("2027년 3월까지 공개한다", "2027-03-31"),
        ("2027年12月1日に公開", "2027-12-01"),
        ("between 2026 and 2027, or in 2027–2028", "2028-12-31"),
        ("in 2026, or at the latest in 2028", "2028-12-31"),
    ],
)
def test_a_forecast_is_due_at_the_end_of_the_latest_date_that_it_names(text, day):
    assert due_date.day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "will be open", "the AI Act of 2024 will be amended", "will need 2027 chips", "will cost over 2027.50 dollars",
        "in 2,027 places", "on 2027-13-01", "may 2nd be the day", "within 20270 steps", "in 1827", "version 2027-1-3-4",
    ],
)  # fmt: skip
def test_what_is_no_date_makes_no_forecast_due(text):
    assert due_date.day(text) == ""
