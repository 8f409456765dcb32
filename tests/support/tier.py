"""How much is tried: examples of a property in `make test`, in `make test-full` and at night."""

import os

CASES = {"": 200, "full": 1_000, "nightly": 10_000}[os.environ.get("KG_TIER", "")]
