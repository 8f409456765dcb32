"""Generations of a wiki's graph on disk: complete or not there, with a lock, digests and a manifest.

In: quads from ingest, and what else is kept with a generation.
Out: the current generation, an earlier one, or why the store cannot be read.
"""
