"""How much is tried: examples of a property in `make test`, in `make test-full` and at night."""

import os

import pytest

CASES = {"": 200, "full": 1_000, "nightly": 10_000}[os.environ.get("KG_TIER", "")]


def some(values, every):
    """Return the values as parameters of a test: each so-many-th in `make test`, those between in the larger tiers."""
    return [pytest.param(value, marks=pytest.mark.full if at % every else ()) for at, value in enumerate(values)]


def but(values, later):
    """Return the values as parameters of a test: all but `later` in `make test`, these in the larger tiers."""
    return [pytest.param(value, marks=pytest.mark.full if value in later else ()) for value in values]
