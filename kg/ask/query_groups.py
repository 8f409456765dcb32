"""What the queries of the library are for, by the words of their headers."""

# What the queries of the library are for, in the order in which they are listed.
GROUPS = {
    "claims": "What is claimed, and by whom",
    "contradictions": "Who disagrees",
    "support": "What it rests on",
    "originals": "Whether the words stand in the original",
    "impact": "What rests on a source",
    "currency": "What is out of date",
    "time": "When",
    "topics": "What belongs together",
    "sources": "Sources",
    "pages": "Pages",
    "gaps": "What is missing",
}
