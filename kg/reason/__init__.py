"""What follows from the ontology: the OWL 2 RL closure of what the pages state.

In: a generation and the ontology.
Out: facts in a graph of their own, and contradictions as findings.
"""
