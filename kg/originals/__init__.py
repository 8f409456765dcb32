"""Originals: the files that source pages were written from, and whether the words of a quote stand there."""
