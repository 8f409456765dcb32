"""A store over HTTP: the SPARQL 1.1 Protocol and the Graph Store Protocol, within limits, for who asks from elsewhere.

In: requests; a store's folder; the limits, the token and the origins that are allowed.
Out: answers in the format that is wanted, of the generation that is current; errors in one line; a line of log each.
"""
