"""Canonical N-Quads: RDFC-1.0, by the engine's own implementation."""

from collections.abc import Sequence

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse, serialize

from kg.rdf.deadline import deadline

# Blank nodes can be laid out so that naming them takes ages: ten that all lead to each other are enough.
SECONDS = 60.0


def canonical(
    lines: Sequence[bytes],
    algorithm: CanonicalizationAlgorithm = CanonicalizationAlgorithm.RDFC_1_0,
    seconds: float = SECONDS,
) -> list[bytes]:
    """
    Return lines of N-Quads as RDFC-1.0 has them: sorted, each once, with its names for blank nodes.

    Ends the process with one line where that takes longer than some seconds.
    """
    dataset = Dataset(parse(input=b"".join(lines), format=RdfFormat.N_QUADS))
    if any(b"_:" in line for line in lines):
        with deadline(seconds, "naming the blank nodes took longer than"):
            dataset.canonicalize(algorithm)
    return sorted({*(serialize(dataset, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)})
