"""From a record to quads: facts in one graph, places in another. Knows nothing of files.

In: a `Page`, its name, and what its links mean.
Out: lines of N-Quads, the same for the same page.
"""
