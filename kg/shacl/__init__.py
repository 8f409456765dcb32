"""A SHACL engine that compiles shapes to SPARQL, and tells what a verdict has read.

In: a shapes graph and a store of data.
Out: results and verdicts; a shape that it cannot compile is named.
"""
