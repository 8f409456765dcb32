"""Plain requests: what is read without h11 is what h11 reads, and nothing else is read."""

import h11
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.tier import CASES

from kg.serve import limits, plain

USUAL = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n"
NAMES = (b"Accept", b"accept", b"X-A_b", b"Host", b"Content-Length", b"Connection", b"Transfer-Encoding", b"Expect", b"Cookie",
         b"Upgrade", b"If-None-Match", b"A b", b"", b"TE")  # fmt: skip
VALUES = (b"", b"x", b" text/csv , */* ", b"localhost", b"localhost:7310", b"0", b"3", b"+3", b"3, 3", b"keep-alive", b"close",
          b"Keep-Alive, x", b"chunked", b"100-continue", b"h2c", b"\xe4", b"a\x00", b"a\x7f", b"\t", b"a\tb")  # fmt: skip


@st.composite
def requests(draw):
    """Draw the bytes of a request, or of what is nearly one."""
    method = draw(st.sampled_from((b"GET", b"GET", b"POST", b"get", b"HEAD", b"PUT", b"")))
    target = draw(
        st.sampled_from(
            (b"/sparql", b"/sparql?query=ASK%7B%7D", b"/a b", b"*", b"http://x/sparql", b"/\xe4", b"/?#x", b"/?a?b")
        )
    )
    version = draw(st.sampled_from((b"HTTP/1.1",) * 5 + (b"HTTP/1.0", b"HTTP/2", b"")))
    pairs = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=4))
    host = [(b"Host", b"localhost")] * draw(st.sampled_from((1, 1, 1, 0, 2)))
    body = draw(st.sampled_from((b"", b"", b"abc", b"ab", USUAL)))
    length = [(b"Content-Length", b"%d" % len(body))] * draw(st.sampled_from((1, 0))) if body else []
    colon = draw(st.sampled_from((b": ", b":", b":  ", b" : ")))
    end = draw(st.sampled_from((b"\r\n", b"\r\n", b"\r\n", b"\n")))
    lines = [b" ".join((method, target, version)), *(name + colon + value for name, value in host + pairs + length)]
    data = end.join(lines) + end + end + body
    at, inserted = (
        draw(st.integers(0, len(data))),
        draw(st.sampled_from((b"",) * 5 + (b"\r", b"\n", b"\0", b" ", b":", b"\r\n x"))),
    )
    return data[:at] + inserted + data[at:]


def by_h11(data):
    """What h11 reads in these bytes: method, target, headers, body; and that it is at the end of the request there."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.HEAD)
    connection.receive_data(data)
    request, body = connection.next_event(), b""
    while isinstance(event := connection.next_event(), h11.Data):
        body += event.data

    assert isinstance(event, h11.EndOfMessage)
    assert connection.their_state is h11.DONE  # and not MUST_CLOSE
    assert connection.trailing_data == (b"", False)
    assert not connection.they_are_waiting_for_100_continue
    assert request.http_version == b"1.1"
    return request.method.decode(), request.target, [(name.lower(), value) for name, value in request.headers], body


@settings(max_examples=CASES * 4, deadline=None)
@given(requests())
@example(USUAL)
@example(USUAL.replace(b"GET", b"POST").replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\nabc"))
def test_what_is_read_is_what_h11_reads_and_the_connection_stays_as_it_is(data):
    asked = plain.read(data)
    if asked is None:
        return
    target = asked.path + (b"?" + asked.parameters if asked.parameters or data.split()[1].endswith(b"?") else b"")

    assert (asked.method, target, asked.headers, asked.body) == by_h11(data)


@pytest.mark.parametrize(
    ("is_plain", "data"),
    [
        (True, USUAL),
        (True, USUAL.replace(b"Accept", b"Connection: keep-alive\r\nAccept")),
        (True, USUAL.replace(b"GET", b"POST")),
        (False, USUAL.replace(b"GET", b"HEAD")),
        (False, USUAL * 2),
        (False, USUAL[:-1]),
        (False, USUAL.replace(b"1.1", b"1.0")),
        (False, USUAL.replace(b"Accept", b"Connection: close\r\nAccept")),
        (False, USUAL.replace(b"Accept", b"Host: other\r\nAccept")),
        (False, USUAL.replace(b"Host: localhost\r\n", b"")),
        (False, USUAL.replace(b"Accept", b"Accept\r\n b")),
        (False, USUAL.replace(b"Accept", b"X: " + b"x" * limits.HEAD + b"\r\nAccept")),
    ],
)
def test_of_the_usual_form_is_what_needs_nothing_else(is_plain, data):
    assert (plain.read(data) is not None) is is_plain
