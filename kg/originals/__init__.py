"""Originals: the files that source pages were written from, and whether the words that pages quote stand there.

In: a store of mapped pages, the project's files, and what was found before.
Out: a verdict for each quotation with its place in the original, as quads of two graphs.
"""
