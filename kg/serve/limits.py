"""What one request may cost, and how many are answered at a time: every limit with its default, in one table."""

from kg.model.records import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What one request may cost, and how many are answered at a time.

    `seconds` an answer may take; `memory` and `answer` are in megabytes,
    `request` in bytes of its body; `rows` are those of a table, or the triples of a graph; `workers` of 0 is one for
    each processor; `queue` is how many requests may wait.
    """

    seconds: float = 30.0
    memory: int = 1_000
    rows: int = 1_000_000
    answer: int = 100
    request: int = 1_000_000
    workers: int = 0
    queue: int = 100


# How long a client may take to send a request.
RECEIVING = 10.0
# How long one may wait for a worker: a client that leaves gives its place in the queue back sooner.
WAITING = 30.0
