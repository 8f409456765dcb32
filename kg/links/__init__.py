"""What a name means: how links are written, the index of a wiki's names that resolves them, and names that are near.

In: names of pages with titles and aliases; what a link says.
Out: the page meant, how surely, or what may have been meant.
"""
