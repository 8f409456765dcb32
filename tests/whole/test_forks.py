"""The forks that stand for new interpreters in the tests: they end as processes do, and with whoever began them."""

import os
import signal
import socket
import subprocess

import pytest
from support.commands import handing_over
from support.kg_server import Server

from kg.serve import frames
from kg.serve.frames import Channel


def test_a_command_ends_with_the_process_that_handed_it_its_streams(served_wiki):
    setting = {"folder": str(served_wiki / ".kg"), "config": None, "prefixes": {}, "limits": {}}
    ours, theirs = socket.socketpair()
    count = frames.shared()
    with ours:
        with theirs:
            asking = subprocess.Popen([*handing_over(), "-m", "kg.serve.worker"], stdin=theirs, stdout=count)
        os.close(count)
        channel = Channel(ours)
        channel.say(setting)
        head, _ = channel.next(60)
        asking.kill()

        assert head == {"ready": True}
        with pytest.raises(EOFError):
            channel.next(60)  # though nothing told it to end
        assert asking.wait() == -signal.SIGKILL


def test_a_server_has_a_number_ends_when_it_is_told_to_and_says_so_once(served_wiki):
    with Server(served_wiki, "--workers", "1") as server:
        assert server.process.poll() is None
        assert server.ask("ASK {}").status == 200
        assert server.end().endswith("stopped\n")
        assert server.process.wait(1) == server.process.poll() == 0
        server.process.send_signal(signal.SIGKILL)  # to nobody
