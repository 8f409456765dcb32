"""The W3C suite of RDFC-1.0, through the function that writes canonical N-Quads."""

import pytest
from pyoxigraph import CanonicalizationAlgorithm
from support.places import SHARED

from kg.exports import canonical
from kg.model.kg_error import KgError

SUITE = SHARED / "w3c/rdf-canon/rdfc10"
TESTS = sorted(path.name.removesuffix("-rdfc10.nq") for path in SUITE.glob("*-rdfc10.nq"))
WITH_SHA_384 = ("test075",)


@pytest.mark.skipif(not TESTS, reason="needs the reference folder ../shared")
@pytest.mark.parametrize("name", TESTS)
def test_the_whole_suite_passes(name):
    lines = (SUITE / f"{name}-in.nq").read_bytes().splitlines(keepends=True)
    algorithm = CanonicalizationAlgorithm.RDFC_1_0
    if name in WITH_SHA_384:
        algorithm = CanonicalizationAlgorithm.RDFC_1_0_SHA_384

    assert b"".join(canonical.named(lines, algorithm)) == (SUITE / f"{name}-rdfc10.nq").read_bytes()


def test_blank_nodes_whose_naming_takes_too_long_end_in_one_line():
    with pytest.raises(KgError, match=r"^naming the blank nodes took longer than 0\.001 s"):
        canonical.canonical([b"_:a <https://example.org/p> _:b .\n"], seconds=0.001)
