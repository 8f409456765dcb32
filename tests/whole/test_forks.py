"""The forks that stand for new interpreters in the tests: they end as processes do, and with whoever began them."""

import signal
import subprocess

from support.commands import handing_over
from support.kg_server import Server

from kg.serve import frames


def test_a_command_ends_with_the_process_that_handed_it_its_streams(served_wiki):
    setting = {"folder": str(served_wiki / ".kg"), "config": None, "prefixes": {}, "limits": {}}
    asking = subprocess.Popen([*handing_over(), "-m", "kg.serve.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    asking.stdin.write(frames.packed(setting, b""))
    asking.stdin.flush()
    head, _ = frames.read(asking.stdout)
    asking.kill()

    assert head == {"ready": True}
    assert asking.stdout.read() == b""  # though its input is open
    assert asking.wait() == -signal.SIGKILL
    asking.stdin.close()
    asking.stdout.close()


def test_a_server_has_a_number_ends_when_it_is_told_to_and_says_so_once(served_wiki):
    with Server(served_wiki, "--workers", "1") as server:
        assert server.process.poll() is None
        assert server.ask("ASK {}").status == 200
        assert server.end().endswith("stopped\n")
        assert server.process.wait(1) == server.process.poll() == 0
        server.process.send_signal(signal.SIGKILL)  # to nobody
