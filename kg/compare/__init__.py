"""What differs between two sides: generations, git revisions, folders, files.

In: two sides.
Out: claims, quotes, links and findings that came, went or were reworded.
"""
