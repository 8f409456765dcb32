"""Where things are: the project, its examples, the data of the tests, and the reference folder beside the project."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
EXAMPLES = ROOT / "examples"
SHARED = ROOT.parent / "shared"
