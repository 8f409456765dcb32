"""The head of a page: YAML 1.2 with the place of every value, and what is wrong with it.

In: the lines of a page.
Out: fields with places, and findings with the line that would be right.
"""
