"""From lines to a record: sections, claims, quotes, connections, links, sentences. Knows nothing of RDF.

In: the bytes of one page and a dialect.
Out: a `Page` and its findings; whatever the author wrote, it never raises.
"""
