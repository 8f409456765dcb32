"""The forms in which a graph leaves: one list, of which the command's choices, its help and its tests are made."""

from kg.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """
    A form: its name, what it is, and whether it keeps apart which graph a fact is from (`datasets`).

    Where `folder` is set, it is several files; where `pages` is, a folder of all pages for readers, never a part.
    """

    name: str
    about: str
    datasets: bool = False
    folder: bool = False
    pages: bool = False


FORMS = (
    Form("turtle", "RDF for people, page by page; one graph"),
    Form("trig", "RDF, the graphs apart", datasets=True),
    Form("ntriples", "RDF, a line a fact; one graph"),
    Form("nquads", "RDF, a line a fact, the graphs apart", datasets=True),
    Form("jsonld", "JSON-LD, the graphs apart", datasets=True),
    Form("rdfxml", "RDF/XML; one graph"),
    Form("jsonld-framed", "JSON-LD: each source with its claims, quotes and connections in it"),
    Form("schema-org", "JSON-LD in the words of schema.org, for search engines: claims with who claims them"),
    Form("nanopub", "TriG: a nanopublication a claim"),
    Form("graphml", "topics and the connections between them, for graph tools"),
    Form("csv", "five tables: claims, quotes, sources, topics, connections", folder=True),
    Form("llms-txt", "llms.txt: the wiki as a list of links for language models"),
    Form("void", "Turtle: what the data set is, in VoID and DCAT"),
    Form("html", "a static site, to be read in a browser", pages=True),
    Form("okf", "a bundle in the Open Knowledge Format, which `kg build` reads too", pages=True),
    Form("github-wiki", "the pages of a code host's wiki", pages=True),
)
NAMES = tuple(form.name for form in FORMS)
BY_NAME = {form.name: form for form in FORMS}
# What a view leaves: templates/views.toml says it of all but the last.
VIEWS = ("claims", "topics", "full")
