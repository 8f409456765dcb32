"""Pages from what a reader saw of them: rendered text and HTML.

In: copies, and the names that the wiki knows.
Out: pages as they may have been written, and what is missing.
"""
