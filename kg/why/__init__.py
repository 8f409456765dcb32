"""Why something stands in the wiki: everything behind one claim, quote, sentence, connection, page or inferred triple.

In: a generation, and what a person names.
Out: a record of what it rests on, what rests on it and whether it still holds; as a tree, JSON or PROV-O.
"""
