"""Bundles in the Open Knowledge Format, written from a wiki of any dialect.

In: a generation.
Out: a folder of concepts, complete or as it was.
"""
