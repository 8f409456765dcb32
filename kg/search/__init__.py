"""Full text: words that a person types, or a query asks for by `nr:matches`, to the parts of pages that have them.

In: a generation opened for reading; words as typed.
Out: hits in their order, each with its place and snippet; SPARQL with the hits in it.
"""
