"""The W3C suite of JSON-LD framing, through the function that exports are framed with."""

import json

import pytest
from support.places import SHARED

from kg.exports import framed

SUITE = SHARED / "w3c/json-ld-framing"
MANIFEST = SUITE / "frame-manifest.jsonld"
SEQUENCE = json.loads(MANIFEST.read_text(encoding="utf-8"))["sequence"] if MANIFEST.exists() else []
# The one test that is for processors of JSON-LD 1.0 alone is none of a processor of 1.1.
TESTS = [test for test in SEQUENCE if test.get("option", {}).get("specVersion") != "json-ld-1.0"]
# The ratchet: what PyLD gets wrong, by name. It may only get shorter.
FAILS = frozenset()
OPTIONS = {"processingMode": "processingMode", "omitGraph": "omitGraph", "ordered": "ordered", "base": "base"}
pytestmark = pytest.mark.skipif(not TESTS, reason="needs the reference folder ../shared")


def read(name):
    return json.loads((SUITE / name).read_text(encoding="utf-8"))


def outcome(test):
    said = test.get("option", {})
    options = {OPTIONS[key]: value for key, value in said.items() if key in OPTIONS}
    options.setdefault("base", "https://w3c.github.io/json-ld-framing/tests/" + test["input"])
    if said.get("processingMode") != "json-ld-1.0":
        options.setdefault("processingMode", "json-ld-1.1")
    return framed.framed(read(test["input"]), read(test["frame"]), **options)


def same(one, other):
    """Tell whether two pieces of JSON-LD are the same: lists without an order, as sets are written."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            one[key] == other[key] if key == "@list" else same(one[key], other[key]) for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        left = list(other)
        for item in one:
            at = next((n for n, candidate in enumerate(left) if same(item, candidate)), None)
            if at is None:
                return False
            del left[at]
        return not left
    return one == other


@pytest.mark.parametrize("test", TESTS, ids=[test["@id"] for test in TESTS])
def test_the_suite_passes_but_for_the_ratchet(test):
    if "expectErrorCode" in test:
        from pyld import jsonld

        with pytest.raises(jsonld.JsonLdError) as error:
            outcome(test)
        cause = error.value
        while getattr(cause, "cause", None) is not None:
            cause = cause.cause
        assert (cause.code == test["expectErrorCode"]) == (test["@id"] not in FAILS)
    else:
        assert same(outcome(test), read(test["expect"])) == (test["@id"] not in FAILS)
