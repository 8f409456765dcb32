"""SHACL, set at a time: shapes graphs compiled to SPARQL and run on an in-memory store (docs/shacl.md)."""
