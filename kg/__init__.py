"""A knowledge graph of a Markdown wiki: map, check, query, and write the pages back."""

__version__ = "0.1.0"
