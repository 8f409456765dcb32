"""The index of a site's search: words with what has them, in files that a page loads when somebody searches."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from kg.model.records import dataclass

_SHARD = 120_000
_DOCUMENTS = 500
_LONGEST_WORD, _SHOWN = 40, 160
_RUN = re.compile(r"[^\W_]+")
# Scripts without blanks between words, and Hangul: looked up by pairs of characters. static/search.js has the same.
_UNPARTED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u3130-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff]+"
)


@dataclass(frozen=True, slots=True)
class Document:
    """Something that can be found: its address from the root of the site, its kind, its title, words and more words."""

    address: str
    kind: str
    title: str
    words: str = ""


def files(documents: Sequence[Document]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an index: what there is, which file has which words, the words, what is shown of each hit."""
    shards = [*_shards(_postings(documents))]
    head = {"documents": len(documents), "chunk": _DOCUMENTS, "shards": [first for first, _ in shards]}
    yield "data/search/index.js", script("index", head)
    for number, (_, terms) in enumerate(shards):
        yield f"data/search/terms-{number}.js", script("terms", number, terms)
    for number, start in enumerate(range(0, len(documents), _DOCUMENTS)):
        rows = [[one.address, one.kind, _cut(one.title)] for one in documents[start : start + _DOCUMENTS]]
        yield f"data/search/documents-{number}.js", script("documents", number, rows)


def _cut(title: str) -> str:
    return title if len(title) <= _SHOWN else f"{title[: _SHOWN - 1].rstrip()}…"


def script(function: str, *values: object) -> bytes:
    """Return a script that hands values to a function of the site's search or graph; they are JSON and nothing else."""
    written = ",".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    return f"kgSite.{function}({safe_json(written)});\n".encode("utf-8", "backslashreplace")


def safe_json(text: str) -> str:
    """Return JSON that ends no element of HTML and no line of a script, whatever texts are in it."""
    escapes = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
    return re.sub("[<>&\u2028\u2029]", lambda char: escapes[char[0]], text)


def terms(text: str) -> Iterator[str]:
    """Yield what a text is found by: its words folded, the pairs of characters where a script has no blanks."""
    for run in _RUN.findall(_folded(text)):
        done = 0
        for unparted in _UNPARTED.finditer(run):
            if word := run[done : unparted.start()]:
                yield word[:_LONGEST_WORD]
            letters, done = unparted[0], unparted.end()
            yield from (letters[at : at + 2] for at in range(len(letters) - 1))
            yield letters[-1]
        if word := run[done:]:
            yield word[:_LONGEST_WORD]


@lru_cache(maxsize=2)
def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char)[0] != "M")
    return unicodedata.normalize("NFC", bare).lower()


def _postings(documents: Iterable[Document]) -> Mapping[str, str]:
    """Return the numbers of the documents that have each word: twice the number, and one where its title has it."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(documents):
        title = set(terms(one.title))
        for term in title | set(terms(one.words)):
            found[term].append(2 * number + (term in title))
    return {term: _packed(numbers) for term, numbers in found.items()}


def _packed(numbers: Sequence[int]) -> str:
    """Return numbers as their distances, in 36 digits."""
    return ",".join(_digits(number - before) for before, number in zip((0, *numbers), numbers, strict=False))


def _digits(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits


def _shards(postings: Mapping[str, str]) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield files of words: the first characters of its words, and the words in order; a file begins with a new one."""
    firsts, rows, size = "", list[list[str]](), 0
    by_first: dict[str, list[str]] = defaultdict(list)
    for term in sorted(postings):
        by_first[term[0]].append(term)
    for first, some in by_first.items():
        added = sum(len(term) + len(postings[term]) + 8 for term in some)
        if rows and size + added > _SHARD:
            yield firsts, rows
            firsts, rows, size = "", [], 0
        firsts, size = firsts + first, size + added
        rows += [[term, postings[term]] for term in some]
    yield firsts, rows
