"""What a name means: the index of all names of a wiki, links resolved by it, and names that are near.

In: names of pages with titles and aliases; what a link says.
Out: the page meant, how surely, or what may have been meant.
"""
