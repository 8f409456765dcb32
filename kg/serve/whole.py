"""What is done whole or not at all: a process that is told to end while it does it ends afterwards."""

import threading

# Held while files are written.
WRITING = threading.Lock()
