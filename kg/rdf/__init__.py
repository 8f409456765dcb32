"""RDF as text: IRIs and prefixes, N-Quads, and SPARQL with values put in safely.

In: names and terms.
Out: IRIs, lines of N-Quads, queries ready to run.
"""
