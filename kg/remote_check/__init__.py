"""
Validation at a foreign store: constraints are asked there in SPARQL, findings placed from what is fetched in sets.

In: an endpoint, its dialect, the shapes as a profile has them.
Out: what a check of the local store would have found, and a record of what was asked there and what was run here.
"""
