"""Answers that are kept while their generation is current."""

import json
import tracemalloc

from kg.serve.kept import Kept
from kg.serve.pool import Reply


def reply(tag, size=10):
    return Reply({"status": 200, "tag": tag}, b"x" * size)


def test_an_answer_is_kept_while_its_generation_is_current():
    kept = Kept()
    kept.keep("q", reply("1"))

    assert kept.find("1", "q") == reply("1")
    assert kept.find("2", "q") is None
    kept.keep("r", reply("2"))
    assert kept.find("1", "q") is None
    assert kept.find("2", "q") is None


def test_there_is_room_for_so_much_and_what_was_asked_for_last_stays():
    kept = Kept(room=3_040)
    for name in "abc":
        kept.keep(name, reply("1"))
    kept.find("1", "a")
    kept.keep("d", reply("1"))

    assert [name for name in "abcd" if kept.find("1", name)] == ["a", "c", "d"]


def test_an_error_and_what_is_large_is_not_kept():
    kept = Kept(room=1_040)
    kept.keep("q", Reply({"status": 400}, b""))
    kept.keep("r", reply("", 41))

    assert kept.find("", "q") is None
    assert kept.find("", "r") is None


def test_many_short_answers_take_no_more_memory_than_there_is_room_for():
    tracemalloc.start()
    try:
        kept = Kept(room=2_000_000)
        for number in range(10_000):
            head = json.loads(json.dumps(reply("1").head | {"kind": "boolean", "form": "json", "modified": "x" * 29}))
            kept.keep(f"ASK {{}} #{number}", Reply(head, b"x" * number.bit_length()))
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert taken < 2_000_000
    assert kept.find("1", "ASK {} #9999")
