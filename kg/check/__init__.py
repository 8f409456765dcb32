"""Which rules hold: verdicts of the shapes become findings with place, words, other places and fixes.

In: a generation, a profile, the verdicts kept before.
Out: a `Report` of findings, and what could not be checked.
"""
