"""Pages of a server, made of the generation that is current when they are asked for.

In: an opened generation, the settings of its wiki, and what is asked: a view with its fields.
Out: HTML or JSON as bytes with their media type, or KgError where what is asked is none.
"""
