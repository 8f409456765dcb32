"""Messages between a server and its workers: whole in however many pieces, counted as they are taken up."""

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.serve import frames
from kg.serve.frames import Channel, Taken, Unpacking

HEADS = st.dictionaries(st.text(max_size=8), st.integers(), max_size=3)


@given(HEADS, st.binary(max_size=60), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_a_message_is_the_same_in_however_many_pieces_it_comes(head, body, sizes):
    data, coming, at, found = frames.packed(head, body), Unpacking(), 0, []
    for number in range(len(data)):
        size = sizes[number % len(sizes)]
        if at < len(data):
            found.append(coming.add(data[at : at + size]))
        at += size

    assert found[-1] == (head, body)
    assert not any(found[:-1])
    assert coming.add(data) == (head, body)


def test_a_worker_waits_for_a_message_takes_it_whole_and_hears_the_end():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel, body = Channel(theirs), b"x" * 3_000_000
        assert channel.next(0.01) is None
        sending = threading.Thread(target=ours.sendall, args=(frames.packed({"a": 1}, body),))
        sending.start()
        assert channel.next(5) == ({"a": 1}, body)
        sending.join()
        channel.say({"b": 2})
        assert Unpacking().add(ours.recv(1_000)) == ({"b": 2}, b"")
        ours.close()
        channel.wait_for_its_end()
        with pytest.raises(EOFError):
            channel.next(None)


def test_what_a_process_took_up_is_known_when_it_is_gone():
    file = frames.shared()
    program = "import sys; from kg.serve.frames import Taken; taken = Taken(int(sys.argv[1])); taken.add(); taken.add()"
    subprocess.run([sys.executable, "-c", program, str(file)], pass_fds=(file,), check=True)
    taken = Taken(file)
    os.close(file)

    assert taken.count == 2


def test_a_worker_that_gets_no_memory_ends_as_the_engine_does_wherever_that_was():
    """What is said of it hangs on its end: 507, and not that it was ended from outside."""
    program = (
        "from kg.serve import worker\n"
        "def refused(*_): raise MemoryError\n"
        "worker.memory.limit = refused\n"
        "worker._look = lambda _: None\n"
        "worker.main(lambda setting: type('Jobs', (), {'setting': setting}))\n"
    )
    ours, theirs = socket.socketpair()
    file = frames.shared()
    process = subprocess.Popen([sys.executable, "-c", program], stdin=theirs, stdout=file)
    theirs.close()
    with ours:
        limits = {"seconds": 1, "memory": 1}
        ours.sendall(frames.packed({"folder": "none", "config": None, "prefixes": {}, "limits": limits}, b""))
        assert Unpacking().add(ours.recv(1_000)) == ({"ready": True}, b"")
        ours.sendall(frames.packed({"kind": "query"}, b"ASK {}"))

        assert process.wait(20) == -signal.SIGABRT
        assert Taken(file).count == 1
    os.close(file)
