"""What leaves the store: which part of the graph, as which files.

In: a generation opened for reading; what of it is to leave, and in which form.
Out: the files, sorted, the same bytes every time.
"""
