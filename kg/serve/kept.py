"""Answers of the current generation, kept while it is current: the same question is answered once."""

from collections import OrderedDict

from kg.serve.limits import MEGABYTE
from kg.serve.pool import Reply

# Enough for the questions of a page, and little beside what a worker takes.
ROOM = 50 * MEGABYTE
_LARGEST = ROOM // 10
# What a kept answer takes beside its bytes: a question that is answered in a word takes no less.
_BESIDE = 1_000


class Kept:
    """Answers by their questions, those that were asked for last; all go where the generation is another."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._size, self._tag = room, 0, ""
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    def find(self, tag: str, question: str) -> Reply | None:
        """Return the answer of the generation with this tag to a question; None where it is not kept."""
        if tag != self._tag or question not in self._replies:
            return None
        self._replies.move_to_end(question)
        return self._replies[question]

    def keep(self, question: str, reply: Reply) -> None:
        """Keep an answer of the generation that it is from; one that is not right, or long, is not kept."""
        size = _size(question, reply)
        if "tag" not in reply.head or size > min(_LARGEST, self._room):
            return
        if reply.head["tag"] != self._tag:
            self._replies.clear()
            self._size, self._tag = 0, reply.head["tag"]
        if question in self._replies:
            return
        self._replies[question] = reply
        self._size += size
        while self._size > self._room:
            gone, old = self._replies.popitem(last=False)
            self._size -= _size(gone, old)


def _size(question: str, reply: Reply) -> int:
    return len(question) + len(reply.body) + _BESIDE
