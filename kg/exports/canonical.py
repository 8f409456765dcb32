"""Canonical N-Quads: RDFC-1.0, by the engine's own implementation."""

import subprocess
import sys
from collections.abc import Sequence

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse, serialize

from kg.model import own_process
from kg.model.kg_error import KgError

# Blank nodes can be laid out so that naming them takes ages, as the recommendation itself warns. The engine
# lets no thread of its process go on meanwhile, so that a process of its own is what can be ended.
SECONDS = 60.0


def canonical(lines: Sequence[bytes], seconds: float = SECONDS) -> list[bytes]:
    """
    Return lines of N-Quads as RDFC-1.0 has them: sorted, each once, with its names for blank nodes.

    Raises KgError where naming those takes longer than some seconds.
    """
    if not any(b"_:" in line for line in lines):
        return named(lines)
    try:
        said = own_process.run(["-m", __name__], b"".join(lines), seconds)
    except subprocess.TimeoutExpired:
        raise KgError(
            f"naming the blank nodes took longer than {seconds:g} s: there are too many that nothing tells apart; "
            "give them IRIs, or leave --canonical out",
            code=1,
        ) from None
    except (subprocess.SubprocessError, OSError) as error:
        raise KgError(
            f"the process that names the blank nodes died ({error}); give them IRIs, or leave --canonical out"
        ) from None
    return said.splitlines(keepends=True)


def named(
    lines: Sequence[bytes], algorithm: CanonicalizationAlgorithm = CanonicalizationAlgorithm.RDFC_1_0
) -> list[bytes]:
    """Return canonical lines, however long that takes."""
    dataset = Dataset(parse(input=b"".join(lines), format=RdfFormat.N_QUADS))
    dataset.canonicalize(algorithm)
    return sorted({*(serialize(dataset, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)})


if __name__ == "__main__":
    sys.stdout.buffer.writelines(named(sys.stdin.buffer.read().splitlines(keepends=True)))
