"""
What an agent asks of a wiki: tools, resources and prompts over the Model Context Protocol, small answers with places.

In: calls with their arguments, from a client's process or over HTTP.
Out: answers that fit a budget of tokens; pages, where the server was started to write them.
"""
