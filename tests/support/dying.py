"""Work whose process dies, in a module that loads nothing: each process that is started for a task imports it."""

import os
import signal
from pathlib import Path


def dying(folder):
    """Prepare work whose process dies the first time that a task of a name is tried."""

    def work(task):
        mark = Path(folder) / f"{task}"
        if task in ("dies", "dies always") and (task == "dies always" or not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return task.upper()

    return work
