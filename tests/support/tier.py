"""How much is tried: examples of a property in `make test`, in `make test-full` and at night."""

import os
import tomllib

import pytest
from support.places import TESTS

TIER = os.environ.get("KG_TIER", "")
LARGER = TIER != ""
CASES = {"": 100, "full": 500, "nightly": 10_000}[TIER]
# Names of tests by file: `full` for what they cost.
COSTLY = tomllib.loads((TESTS / "costly.toml").read_text(encoding="utf-8"))


def some(values, every, later=1):
    """Return the values as parameters: each so-many-th in `make test`, each `later`-th in `make test-full`, the rest at night."""
    marks = [
        () if not at % every else pytest.mark.full if not at % later else pytest.mark.nightly
        for at, _ in enumerate(values)
    ]
    return [pytest.param(value, marks=mark) for value, mark in zip(values, marks, strict=True)]


def but(values, later):
    """Return the values as parameters of a test: all but `later` in `make test`, these in the larger tiers."""
    return [pytest.param(value, marks=pytest.mark.full if value in later else ()) for value in values]
