"""Graphs of other wikis beside ours: read within limits, kept as they say it, asked with ours where that is wanted.

In: files of RDF that somebody else wrote; a generation opened for reading.
Out: one file of N-Quads a wiki below the store, sorted, the same bytes every time; the store that is asked with them.
"""
