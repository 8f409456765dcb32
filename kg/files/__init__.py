"""The wiki on disk: which files are pages, their bytes, their lines, their likely encoding.

In: a folder or a git revision.
Out: files with stamps, and text of which no byte is lost.
"""
