"""What is new in a wiki becomes the next generation: plan, map, fill, compare, publish.

In: a folder, its settings, the store.
Out: the new generation and what changed; after a crash the old one.
"""
