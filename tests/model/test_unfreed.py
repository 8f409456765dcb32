"""What is left to the end of a process: there until somebody looks for garbage."""

import gc
import weakref

from kg.model import unfreed


class Large:
    """Something of which it can be told whether it is there still."""


def test_what_is_left_is_freed_by_the_look_for_garbage_alone():
    thing = Large()
    there = weakref.ref(thing)
    gc.collect()
    gc.disable()
    try:
        unfreed.left(thing)
        del thing

        assert there() is not None
    finally:
        gc.enable()
    gc.collect()

    assert there() is None
