"""Figures: the amounts in a text, with their units, and what only looks like one."""

from decimal import Decimal

import pytest

from kg.map.figures import figures
from kg.settings import dialect

WORDS = dialect.load("generic").figures


def said(text):
    """The figures of a text as they would be written out."""
    return [
        f"{figure.value:f}{'' if figure.most is None else f'–{figure.most:f}'} {figure.unit}".strip()
        for figure in figures(text, WORDS)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It grew 12% a year", ["12 %"]),
        ("It grew by 12.5 percent, then by 3,5 %", ["12.5 %", "3.5 %"]),
        ("up 3 percentage points", ["3 percentage points"]),
        ("It cost $1.5 billion", ["1500000000 USD"]),
        ("It cost $1.5bn, US$20M and €3,000", ["1500000000 USD", "20000000 USD", "3000 EUR"]),
        ("worth 40 million dollars", ["40000000 USD"]),
        ("£1,250.50 and ¥500", ["1250.50 GBP", "500 ¥"]),
        ("USD 5 million", ["5000000 USD"]),
        ("between $10M–$20M or $10-20 million", ["10000000–20000000 USD", "10000000–20000000 USD"]),
        ("10–20% of them, 10 to 20 percent", ["10–20 %", "10–20 %"]),
        ("a 70B model, 1B models", ["70000000000", "1000000000"]),
        ("a 7-billion-parameter model", ["7000000000 parameters"]),
        ("7 billion parameters, 405B parameters", ["7000000000 parameters", "405000000000 parameters"]),
        ("4,000 songs and 20 major companies", ["4000 songs", "20 companies"]),
        ("80 GB of memory, 3.5GHz", ["80 GB", "3.5 GHz"]),
        ("3x faster, 10× cheaper", ["3 ×", "10 ×"]),
        ("1.234.567 tokens; 1\u202f234\u202f567 tokens", ["1234567 tokens", "1234567 tokens"]),
        ("约3亿美元，增长12%", ["300000000 USD", "12 %"]),
        ("매출 20억 달러", ["2000000000 USD"]),
        ("fell to -5% or −4 °C", ["-5 %", "-4 °C"]),
        ("(about 24 months)", ["24 months"]),
        ("The 4 sources agree", ["4 sources"]),
    ],
)
def test_an_amount_is_read_with_its_unit(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "no number", "In 2024 models became open", "2024-10-28", "on 28 October 2024", "October 28, 2024",
        "OSAID 1.0 and Apache 2.0 licenses", "Llama 3 models", "GPT-4 users", "version 2 files", "Article 5 rights",
        "v1.5", "Llama-3-70B", "Python 3.11.2", "H100", "section 3.2", "3rd", "2023-2024", "10:30", "#12 issues",
        "COVID-19 cases", "1.2.3.4", "https://example.org/12%20x", "5 of the companies", "see 12 and 13",
        "OSAID) 1.0 sets out", "5 analysis", "April 2026 X thread", "exits 0 regardless",
    ],
)  # fmt: skip
def test_a_date_a_version_or_a_number_in_a_name_is_no_figure(text):
    assert said(text) == []


def test_a_figure_says_where_it_stands():
    text = "It cost about $1.5 billion — 20% more."
    found = figures(text, WORDS)

    assert [text[figure.start : figure.end] for figure in found] == ["$1.5 billion", "20%"]
    assert [figure.kind for figure in found] == ["money", "share"]
    assert found[0].value == Decimal("1.5E+9")


def test_long_rows_of_digits_are_read_in_linear_time():
    text = "1,234," * 20_000 + " " + "9" * 50_000 + " " + "1-" * 20_000

    assert len(figures(text, WORDS)) < 5
