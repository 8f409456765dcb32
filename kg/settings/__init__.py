"""What a wiki says of itself: kg.toml, its dialect, its forms of a claim and words for figures.

In: TOML files.
Out: a `Config` and a `Dialect`; a fault is one line with its place.
"""
