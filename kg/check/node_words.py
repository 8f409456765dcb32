"""What a node is called on the pages, in the author's words, and what would be right in place of a link.

`queries/checks/words.rq` and `right.rq` are the definition; `tests/check/test_part_place.py` holds this against them.
"""

from collections.abc import Iterator

import pyoxigraph as ox

from kg.check import part_place
from kg.check.nodes import DESCRIBED_ON, IS_PART_OF, MARKUP, PATH, TARGET, Nodes
from kg.rdf import names
from kg.rdf.terms import Term
from kg.shacl.terms import TYPE

_NAME = ox.NamedNode(names.expand("foaf:name"))
_NAMES = (_NAME, ox.NamedNode(names.expand("schema:name")))
_TITLE = ox.NamedNode(names.expand("dcterms:title"))
_MENTION = ox.NamedNode(names.expand("nr:Mention"))
_EXACT, _STATEMENT_KEY, _KEY = (ox.NamedNode(names.expand(f"nr:{word}")) for word in ("exact", "statementKey", "key"))
_SUGGESTION, _OTHER, _RESOLUTION, _VIA, _ALIAS, _FORM, _WORDS_FIRST = (
    ox.NamedNode(names.expand(f"nr:{word}"))
    for word in ("suggestion", "otherSuggestion", "resolution", "resolvedBy", "alias", "linkForm", "wordsFirst")
)
_HOW = {
    "stem_icase": "by its name in another letter case",
    "title_alias": "by its title or an alias",
    "slug": "by its name with other hyphens and blanks",
    "squash": "by its name with other hyphens and blanks",
    "wrong_path_stem": "by its name alone, in another folder",
    "canonical": "by its name with other signs",
    "path_suffix": "as the nearest of several pages",
    "stem": "as the nearest of several pages",
}


def words(nodes: Nodes, node: Term) -> str | None:
    """Return the words that a part, page, topic, speaker or entry of the register is called by; None for others."""
    return min(_ranked(nodes, node), default=(0, None))[1]


def _ranked(nodes: Nodes, node: Term) -> Iterator[tuple[int, str]]:
    def said(rank: int, of: Term, *keys: ox.NamedNode) -> Iterator[tuple[int, str]]:
        return ((rank, value.value) for key in keys for value in nodes.values(of, key))

    target = part_place.link_target(nodes, node)
    if target is not None:
        yield 1, target
    yield from said(1, node, _EXACT)
    if _MENTION in nodes.values(node, TYPE):
        for speaker in nodes.values(node, TARGET):
            yield from said(2, speaker, _NAME)
    yield from said(3, node, _STATEMENT_KEY, _KEY)
    yield from said(4, node, MARKUP)
    if nodes.values(node, IS_PART_OF):
        yield from said(5, node, _TITLE)
    yield from said(5, node, PATH)
    for page in nodes.values(node, DESCRIBED_ON):
        yield from said(5, page, part_place.SLUG)
    yield from said(6, node, *_NAMES)


def right(nodes: Nodes, link: Term) -> str | None:
    """
    Return what would be right in place of a link, to be copied with its anchor and alias; None where nothing is known.

    For a broken link that is the name that was meant, for a lenient one how it was found and the exact name, for an
    ambiguous one the pages that it may mean.
    """

    def first(key: ox.NamedNode) -> str | None:
        return min((value.value for value in nodes.values(link, key)), default=None)

    name, slug, resolution, via = (first(key) for key in (_SUGGESTION, part_place.SLUG, _RESOLUTION, _VIA))
    if name is None or slug is None or resolution is None or via is None:
        return None
    markdown = first(_FORM) == "markdown"
    anchor, alias = first(part_place.ANCHOR), first(_ALIAS)
    target = name if anchor is None else f"{name}#{anchor}"
    seen = (slug if resolution == "lenient" else "") if alias is None else alias
    parts = [seen, target] if first(_WORDS_FIRST) == "true" else [target, seen]
    link_text = f"({target})" if markdown else f"[[{'|'.join(filter(None, parts))}]]"
    others = sorted(value.value for value in nodes.values(link, _OTHER))
    more = "".join(f" or ({other})" if markdown else f" or [[{other}]]" for other in others)
    if resolution == "lenient":
        return f"is found only {_HOW[via]}; write {link_text}" if via in _HOW else None
    return f"write {link_text}{more}" if resolution == "ambiguous" else f"did you mean {link_text}{more}?"
