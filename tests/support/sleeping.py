"""Work that takes a moment, for processes that must not outlive their parent."""

import os
import time


def sleeping(_shared):
    def sleep(_task):
        time.sleep(0.01)
        return os.getpid()

    return sleep
