"""Language tags as files write them: every parser of RDF at hand gives them back in small letters."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox

from kg.rdf import sparql_text
from kg.shacl import data, file_places

# A tag with a capital in it, as each format writes one.
_CAPITAL = re.compile(rb"""@[a-z0-9-]*[A-Z]|lang(?:uage)?["']?\s*[=:]\s*["'][a-z0-9-]*[A-Z]""")
_TAG = re.compile(r"""(?:xml:lang|"@language")\s*[=:]\s*["']([A-Za-z0-9-]+)["']""")
_OTHERS = frozenset({".rdf", ".xml", ".jsonld", ".json"})


def spelled(files: Sequence[Path], literals: Iterable[ox.Literal]) -> Mapping[ox.Literal, str]:
    """Return the tags of literals as the first file that has them writes them, where that is not in small letters."""
    wanted = {(one.value, (one.language or "").lower()): one for one in literals if one.language}
    by_tag: dict[str, str] = {}
    found: dict[ox.Literal, str] = {}
    for value, tag in _written(files) if wanted else ():
        by_tag.setdefault(tag.lower(), tag)
        literal = wanted.get((value, tag.lower())) if value is not None else None
        if literal is not None:
            found.setdefault(literal, tag)
    for (_, tag), literal in wanted.items():
        if tag in by_tag:
            found.setdefault(literal, by_tag[tag])
    return {literal: tag for literal, tag in found.items() if tag != literal.language}


def _written(files: Sequence[Path]) -> Iterator[tuple[str | None, str]]:
    """Yield the tags of files, each with the text that it stands behind where the format writes it there."""
    for path in files:
        content = data.decoded(path.read_bytes()) if path.is_file() else b""
        if not _CAPITAL.search(content):
            continue
        text = content.decode("utf-8", "replace")
        if path.suffix.lower() in _OTHERS:
            yield from ((None, match[1]) for match in _TAG.finditer(text))
        else:
            yield from _behind_strings(text)


def _behind_strings(text: str) -> Iterator[tuple[str, str]]:
    string = ""
    words = ((kind, word) for kind, word in sparql_text.tokens(text) if kind != "comment")
    for (kind, word), (_, after) in pairwise(words):
        if kind == "string":
            string = word
        elif word == "@" and string:
            tag = after.partition("--")[0].rstrip(".")
            yield file_places.unquoted(string), tag
            string = ""
        else:
            string = ""
