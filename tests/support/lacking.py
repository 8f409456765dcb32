"""What a test does on a machine that lacks what it needs: it skips, and fails where `.ci/run` has installed that."""

import os

import pytest


def lacking(what):
    """Skip a test with the reason; in CI, where nothing may be lacking, fail it."""
    if os.environ.get("KG_CI"):
        pytest.fail(f"{what}; in CI nothing may be lacking: .ci/run installs it", pytrace=False)
    pytest.skip(what)
