"""What of the findings counts, and how it is written: text, JSON, SARIF, JUnit, GitHub. A format is a file.

In: findings, the baseline, the lines of pages.
Out: what is known, silenced or new, and the text of a format.
"""
