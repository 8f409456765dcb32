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


# How long a client may take to send a request: for its head, and again for its body.
RECEIVING = 10.0
# How long the head of a request may be, in however many packets it comes; the query of a GET stands in it.
HEAD = 65_536
# How long one may take for each piece of an answer, and how long such a piece is.
SENDING, PIECE = 30.0, 65_536
# How many answers of the full length may be on their way at once: they are in memory until they are taken.
ON_THEIR_WAY = 5
# How many connections there may be, those that ask nothing included.
CONNECTIONS = 500
# How long one of them that asks nothing is left alone where there is no room for another.
RESTING = 1.0
# How long one may wait for a worker: a client that leaves gives its place in the queue back sooner.
WAITING = 30.0
