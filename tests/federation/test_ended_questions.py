"""A question that has no answer ends, whatever its engine does meanwhile: works, or waits for what never comes."""

import sys

import pytest
from support.comunica import Ended, Federation


@pytest.mark.parametrize("program", ["import time; time.sleep(600)", "while True: pass"], ids=["waits", "works"])
def test_an_engine_that_does_not_answer_is_ended_and_the_next_question_has_a_new_one(program):
    asking = Federation("package.json", seconds=0.5, idle=1.5)
    asking.command = [sys.executable, "-c", program]

    assert asking.ask("ASK {}") == Ended("no answer after 0.5 s of processor, or 1.5 s without any")

    asking.seconds = asking.idle = 60
    asking.command = [sys.executable, "-c", "input(); print('{\"answer\": true}')"]
    assert asking.ask("ASK {}") is True
    asking.end()
