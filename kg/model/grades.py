"""The grades of a claim, in the order in which they are counted and listed."""

GRADES = ("fact", "analysis", "forecast")
