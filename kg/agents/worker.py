"""The process in which tools work: that of a server's queries, with other jobs."""

from kg.agents.tools import Tools
from kg.serve import worker

if __name__ == "__main__":
    worker.main(Tools)
