"""
A generation at an endpoint: brought there graph by graph, compared with it, read back.

In: a generation opened for reading, and the endpoint that holds an earlier one, half of one, or none.
Out: the endpoint as the generation is, what was done for it, and what the endpoint cannot hold.
"""
