"""A wiki's pages as shards of N-Quads, made by processes of this machine or by an engine of many machines.

In: the pages of a wiki, how many shards, and who does the work.
Out: a gzip of sorted N-Quads for each shard, one for what belongs to no page, and a manifest.
"""
