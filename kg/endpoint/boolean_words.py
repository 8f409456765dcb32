"""Booleans of an answer in JSON as words, where a server writes each of them as a digit."""

import io
import re
from typing import Any

# In a string each of these quotation marks would stand behind a backslash, so no text of the wiki is one of them.
_DIGIT = re.compile(rb'(XMLSchema#boolean" ?, ?"value" ?: ?)"([01])"')
_LONGEST = 40
_CHUNK = 2**16
_WORDS = {b"0": b"false", b"1": b"true"}


class BooleanWords(io.RawIOBase):
    """An answer as it comes, with `true` and `false` for the values 1 and 0 of a boolean."""

    def __init__(self, body: io.RawIOBase) -> None:
        super().__init__()
        self._body = body
        self._ready = self._held = b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401  # as io has it
        """Read into a buffer and return how many bytes; 0 at the end."""
        while not self._ready and (data := self._body.read(_CHUNK)):
            text = _DIGIT.sub(_in_words, self._held + data)
            at = max(0, len(text) - _LONGEST)  # behind that may stand the beginning of one
            self._ready, self._held = text[:at], text[at:]
        if not self._ready:
            self._ready, self._held = self._held, b""
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        """Let go of the answer."""
        self._body.close()
        super().close()


def _in_words(digit: re.Match[bytes]) -> bytes:
    return b'%b"%b"' % (digit[1], _WORDS[digit[2]])
