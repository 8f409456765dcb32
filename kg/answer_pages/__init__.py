"""Pages that are answers: live blocks within authored pages, and pages that a query and a template make.

In: rows of answers; the marks of blocks in a generation; templates.
Out: the bytes of pages, what differs from those that are there, and the facts behind it.
"""
