"""Updates, one at a time: who waits, for how long, and what becomes of one whose client or server ends."""

import asyncio
import socket
import threading
from pathlib import Path

import pytest

from kg.serve import jobs, limits, pool, updates, whole, worker
from kg.serve.frames import Channel
from kg.serve.jobs import Setting
from kg.serve.limits import Limits
from kg.serve.pool import Reply
from kg.serve.refused import Refused
from kg.serve.turns import Turns
from kg.write.replace_files import Rewritten
from kg.write.sparql_update import Changed


@pytest.fixture
def slow_update(monkeypatch):
    """Updates that take a fifth of a second; lent is what began and what ended, in order."""
    log = []

    async def once(_, job, body):
        log.append(f"{body.decode()} begins")
        await asyncio.sleep(0.2)
        log.append(f"{body.decode()} ends")
        return Reply({"status": 200, **job}, body)

    monkeypatch.setattr(pool, "once", once)
    return log


def turns(places):
    return Turns(Setting(Path("none"), limits=Limits(queue=places)))


def run(scenario):
    return asyncio.run(asyncio.wait_for(scenario(), 10))


async def several(line, count):
    asked = [line.apply({}, str(number).encode()) for number in range(count)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    return [one.status if isinstance(one, Refused) else one.body.decode() for one in done]


def test_they_take_turns_and_more_than_may_wait_are_sent_away(slow_update):
    assert run(lambda: several(turns(2), 5)) == ["0", "1", "2", 503, 503]
    assert slow_update == ["0 begins", "0 ends", "1 begins", "1 ends", "2 begins", "2 ends"]


def test_where_none_may_wait_one_is_taken_still(slow_update):
    assert run(lambda: several(turns(0), 2)) == ["0", 503]
    assert slow_update == ["0 begins", "0 ends"]


def test_one_that_waited_long_enough_is_sent_away_and_never_begins(slow_update, monkeypatch):
    monkeypatch.setattr(limits, "WAITING", 0.1)

    assert run(lambda: several(turns(2), 2)) == ["0", 503]
    assert slow_update == ["0 begins", "0 ends"]


def test_one_that_began_is_finished_before_the_next_and_before_the_server_ends(slow_update):
    async def scenario():
        line = turns(2)
        left = asyncio.ensure_future(line.apply({}, b"0"))
        await asyncio.sleep(0.05)
        left.cancel()
        await asyncio.sleep(0)
        following = asyncio.ensure_future(line.apply({}, b"1"))
        await asyncio.sleep(0.25)
        following.cancel()
        await line.end()
        return [one.body for one in await asyncio.gather(left, following)]

    assert run(scenario) == [b"0", b"1"]
    assert slow_update == ["0 begins", "0 ends", "1 begins", "1 ends"]


def test_a_process_whose_server_is_gone_ends_when_what_it_writes_is_written(monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(worker.os, "_exit", lambda _: ended.set())
    ours, theirs = socket.socketpair()
    with whole.WRITING, theirs:
        threading.Thread(target=worker._end_with, args=(Channel(theirs),), daemon=True).start()
        ours.sendall(b"what is sent is not waited for")
        ours.close()

        assert not ended.wait(0.2)
        whole.WRITING.release()
        assert ended.wait(5)
        whole.WRITING.acquire()


def test_an_update_is_writing_while_its_files_are_written(served_wiki, monkeypatch):
    seen = []
    page = Rewritten("sources/a.md", b"a\n", b"b\n")
    monkeypatch.setattr(updates.sparql_update, "updated", lambda *_, **__: Changed((page,)))
    monkeypatch.setattr(updates.update_pages, "write", lambda *_: seen.append(whole.WRITING.locked()))
    updates.applied(jobs.Jobs(Setting(served_wiki / ".kg")), {"default": [], "named": []}, "DELETE WHERE { ?s ?p ?o }")

    assert seen == [True]
    assert not whole.WRITING.locked()
