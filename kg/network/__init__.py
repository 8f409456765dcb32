"""Questions to the links of a wiki as a whole: the best way between topics, communities, what joins them, what lacks.

In: a generation and, for names that stay, what an earlier one was told.
Out: ways with the sentence behind each step, and facts about topics, as lines of N-Quads.
"""
