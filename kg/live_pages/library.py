"""Every query that has a name, as a form with its answer; and any SPARQL that is typed."""

from collections.abc import Mapping
from typing import Any

from kg.ask import own_queries, parameter_kinds, query
from kg.ask.query_groups import GROUPS
from kg.live_pages import answers, as_json
from kg.live_pages.asked import Asked, Made, NotHere
from kg.live_pages.live_wiki import LiveWiki
from kg.model.grades import GRADES
from kg.model.kg_error import KgError
from kg.rdf import names, sparql_text
from kg.rdf.sparql_text import Parameter, Query, Term

# What an address may have beside the parameters of a query: none of them may be called so.
RESERVED = ("format", "from")
_EXAMPLE = "live/example"
_MOST_WORDS = 3_000


def named(live: LiveWiki, name: str) -> Query:
    """Return a query by its name; raise NotHere with the nearest name for none."""
    own = own_queries.files(live.config.queries)
    if name not in own and name not in sparql_text.library():
        try:
            query.find(name, own)
        except KgError as error:
            raise NotHere(str(error)) from None
    return own_queries.find(name, live.config.queries, [f"--{one}" for one in RESERVED])


def asked_terms(live: LiveWiki, question: Query, fields: Mapping[str, str]) -> dict[str, Term | int]:
    """Return the terms of a query's parameters as an address has them; an empty one is not given."""
    given = {name: value for name, value in fields.items() if value.strip() and name not in RESERVED}
    vocabulary = query.Vocabulary(live.reading.base, live.reading.pages)
    return query.values(question, given, vocabulary, live.reading.quads)


def queries(live: LiveWiki, request: Asked) -> Made:
    """Return the queries by what they are for; behind a name its form, and its answer where it has what it needs."""
    if request.rest:
        return _query(live, request)
    request.known()
    shipped = [sparql_text.declared_query(f"library/{name}") for name in sparql_text.library()]
    shipped = [query.find(one.name.rpartition("/")[2]) for one in shipped]
    own, faulty = own_queries.listing(live.config.queries, [f"--{one}" for one in RESERVED])
    if request.as_json:
        return as_json.record([_record(one) for one in [*shipped, *own]])
    groups = [(title, [one for one in shipped if one.group == group]) for group, title in GROUPS.items()]
    return live.filled("list_queries.html", request, "queries", groups=[*groups, ("Your own", own)], faulty=faulty)


def _record(question: Query) -> dict[str, Any]:
    return {
        "name": question.name, "title": question.title, "about": question.about, "group": question.group,
        "columns": list(question.columns),
        "parameters": [
            {
                "name": one.name, "kind": one.kind, "help": one.help, "default": one.default,
                "required": not one.optional and one.default is None, "choices": list(one.choices),
            }
            for one in question.parameters
        ],
    }  # fmt: skip


def _query(live: LiveWiki, request: Asked) -> Made:
    question = named(live, request.rest)
    lacking = [
        one.name for one in question.parameters
        if not one.optional and one.default is None and not request.text(one.name)
    ]  # fmt: skip
    for name in request.fields:
        if name not in (*RESERVED, *(one.name for one in question.parameters)):
            asked_terms(live, question, {name: request.fields[name] or "x"})
    looked, fault = None, ""
    if not lacking:
        looked = answers.look(live, question.text, asked_terms(live, question, request.fields), request)
    elif set(request.fields) & {one.name for one in question.parameters}:
        fault = f"needs {', '.join(lacking)}"
    address = {name: value for name, value in request.fields.items() if value.strip() and name not in RESERVED}
    return live.filled(
        "one_query.html", request, "queries", question=question, looked=looked, fault=fault, given=address,
        controls=[(one, _choices(live, one), request.fields.get(one.name, one.default or "")) for one in
                  question.parameters],
        lines=question.text.split("\n"),
    )  # fmt: skip


def _choices(live: LiveWiki, parameter: Parameter) -> list[str]:
    if parameter.kind == "relation":
        return list(parameter_kinds.relations(live.reading.quads))
    return list(GRADES if parameter.kind == "grade" else parameter.choices)


def editor(live: LiveWiki, request: Asked) -> Made:
    """Return a field for SPARQL, with what is typed answered; a named query may be taken up there."""
    request.known("query", "from", "name", "to")
    text = request.fields.get("query", "").replace("\r\n", "\n")
    if not text and request.text("name"):
        text = named(live, request.text("name")).text
    looked, fault = None, ""
    if request.fields.get("query", "").strip():
        try:
            looked = answers.look(live, text, {}, request)
        except KgError as error:
            if isinstance(error.__cause__, MemoryError):
                raise
            fault = str(error)
    text = text or sparql_text.declared_query(_EXAMPLE).text
    return live.filled("editor.html", request, "editor", text=text, looked=looked, fault=fault)


def vocabulary(live: LiveWiki, request: Asked) -> Made:
    """Return what an editor completes: prefixes, classes and properties of the wiki, and its topics."""
    request.known()
    terms = [
        {"term": names.shorten(row["term"].value, live.scope.prefixes), "kind": row["kind"].value}
        for row in live.rows("vocabulary")
    ]
    topics = [{"iri": page.topic, "name": page.about.name} for page in live.pages.values()][:_MOST_WORDS]
    return as_json.record({"prefixes": dict(live.scope.prefixes), "terms": terms, "topics": topics})
