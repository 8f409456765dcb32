"""Questions to a generation: named queries, SPARQL, counts and exports.

In: a generation and a question.
Out: rows, graphs and counts in every format, the same bytes each time.
"""
