"""How a family of wikis writes links and looks them up: the table `[links]` of a dialect, or of a family's file."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from kg.model import declared
from kg.model.records import dataclass
from kg.settings import journal_days
from kg.settings.toml_checker import Checker

LINK_WAYS = (
    "self", "path", "relpath", "path_suffix", "stem", "stem_icase", "title_alias", "attachment", "slug", "squash",
    "wrong_path_stem", "folder", "vault", "dashes", "canonical",
)  # fmt: skip
LINK_ORDER = LINK_WAYS[:11]
STRICT = ("self", "path", "relpath", "path_suffix", "stem")
TARGETS = ("first", "rest", "second", "whole")
SEVERAL = ("nearest", "shortest", "first", "root", "none")
MARKDOWN_READINGS = ("path", "page", "vault")
FIELD_READINGS = ("any", "whole")
FILE_NAMES = ("name", "logseq")
UNWRITTEN = ("broken", "page")
KEYS = frozenset(
    {
        "order",
        "exact",
        "target",
        "anchors",
        "escape",
        "ignored",
        "several",
        "markdown",
        "fields",
        "file_names",
        "journals",
        "unwritten",
    }
)
_FOLDER = "links"


@dataclass(frozen=True, slots=True)
class LinkStyle:
    """
    How links are written and looked up.

    `target` says which part of `[[a|b|c]]` names the page: the first, the `rest` behind the first bar, the second (but
    a picture's file stands first), or the whole. `anchors` says whether `#` begins an anchor, `escape` is the character
    that before the brackets makes them text, `ignored` are shell patterns of what stands in brackets and is no link.
    `order` are the ways of looking a name up, `exact` those that the family's own program takes too. Of several pages
    the one in the same folder is meant, else as `several` says: the nearest, the one of the shortest path, or none;
    with `first` and `root` the folder does not count, and the first or the one in the root is meant. `markdown` says
    what a Markdown link may name: a path with `.md`, a path with or without (page), or any name of the wiki (vault);
    `fields` whether a link counts anywhere in the front matter or only as a whole value; `file_names` how a page's name
    becomes a file's, and `journals` how Logseq calls the page of a day;
    `unwritten` says that a name without a file is a page all the same.
    """

    order: tuple[str, ...] = LINK_ORDER
    exact: frozenset[str] = frozenset(STRICT)
    target: str = "first"
    anchors: bool = True
    escape: str = ""
    ignored: tuple[str, ...] = ()
    several: str = "nearest"
    markdown: str = "path"
    fields: str = "any"
    file_names: str = "name"
    journals: str = journal_days.DEFAULT
    unwritten: bool = False


PLAIN = LinkStyle()


def read(check: Checker, table: Mapping[str, Any]) -> LinkStyle:
    """Return the style that a table `[links]` says; raise KgError where a key or value is wrong."""
    check.keys(dict(table), KEYS, "links")
    anchors = check.text(table.get("anchors", "yes"), "links.anchors", ("yes", "no"))

    def word(key: str, default: str, words: tuple[str, ...]) -> str:
        return check.text(table.get(key, default), f"links.{key}", words)

    return LinkStyle(
        order=tuple(check.strings(table.get("order", list(LINK_ORDER)), "links.order", LINK_WAYS)),
        exact=frozenset(check.strings(table.get("exact", list(STRICT)), "links.exact", LINK_WAYS)),
        target=word("target", "first", TARGETS),
        anchors=anchors == "yes",
        escape=check.text(table["escape"], "links.escape") if "escape" in table else "",
        ignored=tuple(check.strings(table.get("ignored", []), "links.ignored")),
        several=word("several", "nearest", SEVERAL),
        markdown=word("markdown", "path", MARKDOWN_READINGS),
        fields=word("fields", "any", FIELD_READINGS),
        file_names=word("file_names", "name", FILE_NAMES),
        unwritten=word("unwritten", "broken", UNWRITTEN) == "page",
        journals=_journals(check, table.get("journals", journal_days.DEFAULT)),
    )


def _journals(check: Checker, form: object) -> str:
    """Return a format of days; raise KgError for one that cannot be read."""
    text = check.text(form, "links.journals")
    return text if journal_days.is_read(text) else check.text(text, "links.journals", journal_days.COMMON)


def families() -> list[str]:
    """Return the names of the link families that ship."""
    return sorted(path.stem for path in (declared.folder("dialects") / _FOLDER).glob("*.toml"))


@cache
def family(name: str) -> Mapping[str, Any]:
    """Return the tables of a link family, to be laid over those of a dialect."""
    return tomllib.loads((declared.folder("dialects") / _FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
