"""Pages from the graph, and edits into pages: render, fix, SPARQL Update. Byte for byte.

In: a generation; edits, or an update.
Out: files replaced whole, or the drift between page and graph.
"""
