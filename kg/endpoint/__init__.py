"""
A foreign store, asked over HTTP by SPARQL 1.1 Protocol and the Graph Store HTTP Protocol.

In: the addresses that kg.toml names, credentials from the environment, a text of SPARQL or a graph.
Out: rows and triples as they are read, under limits; nothing of a wiki is known here.
"""
