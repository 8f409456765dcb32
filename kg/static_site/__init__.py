"""A generation as a folder of pages to be read: a static site, or the pages of a code host's wiki.

In: a generation, and the pictures beside its pages.
Out: a folder, complete or not there; the same generation gives the same bytes.
"""
