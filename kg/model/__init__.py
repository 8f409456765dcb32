"""The words that every room speaks: a page and its parts, a finding and its place, an error that a person can act on.

In: nothing.
Out: records without behaviour, and where the declared files (shapes, queries, dialects) lie.
"""
