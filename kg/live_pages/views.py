"""Each view by its name, with what makes it."""

from collections.abc import Callable, Mapping

from kg.live_pages import (
    checked,
    claims,
    generations,
    library,
    lists,
    neighbours,
    one_page,
    original,
    pictures,
    reasons,
    words,
)
from kg.live_pages.asked import Asked, Made
from kg.live_pages.live_wiki import LiveWiki

_VIEWS: Mapping[str, Callable[[LiveWiki, Asked], Made]] = {
    "home": lists.home, "topics": lists.topics, "sources": lists.sources, "claims": claims.claims,
    "contradictions": lists.contradictions, "findings": checked.findings, "history": generations.history,
    "diff": generations.difference, "why": reasons.why, "search": words.search, "queries": library.queries,
    "editor": library.editor, "vocabulary": library.vocabulary, "graph": neighbours.graph, "pages": one_page.page,
    "original": original.original, "pictures": pictures.picture,
}  # fmt: skip


def made(live: LiveWiki, request: Asked) -> Made:
    """Return what a view shows; raise KgError for a field that is none, NotHere for what is not in the wiki."""
    return _VIEWS[request.view](live, request)
