"""What a command does, whole: build, watch, history, doctor, init, the manual of the rules.

In: a store, a wiki, settings.
Out: a record of what was done and found; words are for cli.
"""
