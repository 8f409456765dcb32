"""Looks at a wiki and proposes its configuration."""

from collections import Counter
from pathlib import Path

from kg import corpus, frontmatter
from kg.config import FILE_NAME
from kg.finding import KgError
from kg.store import write_atomically
from kg.text import Places, decode

_TEMPLATE = """\
# newsroom-kg: how this wiki is read. Every key may be left out; the values below are what holds.

# The folder with the pages, relative to this file.
wiki = "{wiki}"

# What every IRI starts with. Set it to an address that is yours before you publish the graph: it is part of every name.
{base}

# How the wiki spells its sections, grades and relations: the name of a dialect, or a .toml file of your own.
dialect = "newsroom"

# How bad each rule's findings are: newsroom (strict), lenient, or a .toml file of your own.
profile = "newsroom"

# Files and folders that are no pages of the wiki (shell patterns, relative to `wiki`).
exclude = []
"""


def init(folder: Path) -> str:
    """Write a kg.toml into a folder and return what was found; raise KgError where one is there already."""
    target = folder / FILE_NAME
    if target.exists():
        raise KgError(f"{target}: it is there already; edit it, or remove it first")
    wiki = "wiki" if (folder / "wiki").is_dir() else "."
    found = corpus.walk(folder / wiki)
    types = Counter(_type(found.root / page.path) for page in found.pages)
    base = '# base = "https://example.org/wiki/"'
    write_atomically(target, _TEMPLATE.format(wiki=wiki, base=base).encode())
    said = ", ".join(f"{number} {name}" for name, number in sorted(types.items(), key=lambda item: (-item[1], item[0])))
    return f"wrote {target}: {len(found.pages)} pages ({said})\nnext: kg --config {target} build\n"


def _type(path: Path) -> str:
    lines = decode(path.read_bytes()).lines
    front, _ = frontmatter.read(path.name, lines, Places(lines))
    words = frontmatter.texts(front).get("type", [])
    return words[0] if words else "without a type"
