"""Recognize: which family of programs writes a wiki's links, and which prefixes of links stand for folders."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from urllib.parse import unquote

from kg.files import walk
from kg.files.walk import Corpus
from kg.model import page_files
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.settings import journal_days

_LOOKED_AT = 400
_CODE = re.compile(r"^(`{3,}|~{3,}).*?(?:^\1|\Z)|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_MARKDOWN = re.compile(r"(?<!!)\[[^\[\]\n]*\]\(<?([^()<>\s:]+?)(?:#[^()\s]*)?>?\)")
_PREFIX = re.compile(r"\s*([^\W_][\w-]{0,29}):(?!//)\s*([^|#]*[^|#\s])")
_DENDRON = re.compile(r"\A---\n(?=(?:.*\n)*?id: )(?=(?:.*\n)*?created: [0-9]{13}\n)")
_FRAME = re.compile(r"_(?:Sidebar|Footer|Header)\.")
_JOURNAL = re.compile(r"(?:.*/)?journals/[0-9]{4}[_-][0-9]{2}[_-][0-9]{2}\.md")
_OTHER_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,9}\Z|/\Z")
_LOGSEQ, _JOURNALING = "logseq/config.edn", "logseq"
_REMARK = re.compile(r"(?m)(?:^|(?<=\s));.*$")
_TITLE_FORMAT = re.compile(r':journal/page-title-format\s+"([^"\n]{1,60})"')
# What lies in the folder of a wiki, or (from the second column) above it, that only one family puts there.
_SIGNS = (
    (".obsidian", "", "obsidian"), (_LOGSEQ, "", _JOURNALING), ("dendron.yml", "dendron.yml", "dendron"),
    (".foam", "", "foam"), (".vscode/foam.json", "", "foam"), ("quartz.config.ts", "quartz.config.ts", "quartz"),
    ("tiddlywiki.info", "tiddlywiki.info", "tiddlywiki"),
)  # fmt: skip
_MOST_IN_ONE = 0.8
_SURE = 2


@dataclass(frozen=True, slots=True)
class Links:
    """
    How a wiki's links are to be read: the family that writes them, empty for none, and the folders of prefixes.

    `evidence` says what speaks for the family, `spaces` what does for each prefix, `doubts` what cannot be known.
    """

    family: str = ""
    evidence: str = ""
    namespaces: Mapping[str, str] = field(default_factory=dict)
    spaces: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Seen:
    """What the links of the pages show; `by_name` and `bare` are Markdown links that only a vault's program follows."""

    stems: Mapping[str, tuple[str, ...]]
    paths: frozenset[str]
    page_first: list[str] = field(default_factory=list)
    words_first: list[str] = field(default_factory=list)
    both: list[str] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    prefixes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    spelled: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    dendron: int = 0


def recognize(corpus: Corpus) -> Links:
    """Return how most of a wiki's links make sense; of a large wiki every n-th page is looked at."""
    stems: dict[str, list[str]] = defaultdict(list)
    for path in (file.path for file in (*corpus.pages, *corpus.others)):
        plain = page_files.without_ending(path)
        if plain == path and not page_files.markup(path):
            continue
        name = plain if plain != path else path.rpartition(".")[0]
        stems[_folded(name.rpartition("/")[2])].append(path.rpartition("/")[0])
    paths = frozenset(page_files.without_ending(file.path) for file in corpus.pages)
    seen = _Seen({name: tuple(folders) for name, folders in stems.items()}, paths)
    for file in corpus.pages[:: -(-len(corpus.pages) // _LOOKED_AT)]:
        try:
            _, data = walk.read(corpus.root, file)
        except walk.UnreadError:
            continue  # the ingest that follows says so
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")
        seen.dendron += bool(_DENDRON.match(text))
        _look(seen, file.path, _CODE.sub("", text))
    family, evidence = _family(corpus, seen)
    spaces = dict(_namespaces(seen))
    return Links(
        family=family,
        evidence=evidence,
        namespaces={prefix: folder for prefix, (folder, _) in spaces.items()},
        spaces={prefix: said for prefix, (_, said) in spaces.items()},
        doubts=(*_doubts(seen, family), *_unread_days(corpus.root, family)),
    )


def _folded(name: str) -> str:
    return re.sub(r"[\s<>+_]", "-", name.strip()).casefold()


def _look(tally: _Seen, path: str, text: str) -> None:
    for match in _LINK.finditer(text):
        prefix = _PREFIX.match(match[1])
        if prefix and not _names(tally, match[1].partition("|")[0]):
            tally.prefixes[prefix[1].casefold()].add(prefix[2])
            tally.spelled[prefix[1].casefold()][prefix[1]] += 1
        if "|" in match[1]:
            _vote(tally, f"[[{match[1]}]] on {path}", match[1].replace("\\|", "|"))
    for match in _MARKDOWN.finditer(text):
        _follow(tally, f"({match[1]}) on {path}", path, unquote(match[1]))


def _vote(tally: _Seen, link: str, inner: str) -> None:
    """Note on which side of the bar a page is named."""
    first, second, *_ = inner.split("|")
    prefix = _PREFIX.match(first)
    first = prefix[2] if prefix else first
    sides = _names(tally, first), _names(tally, second)
    if any(sides) and _last(first) != _last(second):
        (tally.both if all(sides) else tally.page_first if sides[0] else tally.words_first).append(link)


def _names(tally: _Seen, target: str) -> bool:
    return bool(name := _last(target)) and name in tally.stems


def _last(target: str) -> str:
    """Return the name of a file in what a link says, as names are compared here."""
    return _folded(page_files.without_ending(target.partition("#")[0].strip()).rpartition("/")[2])


def _follow(tally: _Seen, link: str, path: str, target: str) -> None:
    """Note a Markdown link that leads to a page by its name alone, or without `.md`."""
    plain = page_files.without_ending(target)
    if plain == target and (_OTHER_FILE.search(target) or not target.strip("./")):
        return
    folder = path.rpartition("/")[0]
    here = {plain.lstrip("/"), _joined(folder, plain)}
    if here & tally.paths:
        if plain == target:
            tally.bare.append(link)
    elif _names(tally, plain):
        tally.by_name.append(link)


def _joined(folder: str, path: str) -> str:
    parts = folder.split("/") if folder else []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


# ---- The family ------------------------------------------------------------------------------------------------------


def _family(corpus: Corpus, tally: _Seen) -> tuple[str, str]:
    """Return the family of a wiki and what speaks for it."""
    sign = next(_signs(corpus.root), None) or _by_files(corpus, tally)
    if sign:
        form = _journals(corpus.root) if sign[0] == _JOURNALING else ""
        return (f"{sign[0]}:{form}", f"{sign[1]}, which calls a day {form}") if journal_days.is_read(form) else sign
    if len(tally.words_first) > max(1, len(tally.page_first)):
        dotted = [path for path in tally.paths if "." in path.rpartition("/")[2] and " " not in path]
        family = "dendron" if len(dotted) * 2 > len(tally.paths) else "gollum"
        votes = len(tally.words_first)
        many = f"{votes:,} links with a bar lead to a page only where the words come first"
        return family, f"{many}, such as {tally.words_first[0]}"
    return "", ""


def _journals(root: Path) -> str:
    """Return how Logseq's configuration writes the days of journals, empty where it does not say."""
    try:
        text = (root / _LOGSEQ).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    match = _TITLE_FORMAT.search(_REMARK.sub("", text))
    return match[1] if match else ""


def _signs(root: Path) -> Iterator[tuple[str, str]]:
    above = root.resolve().parent
    for here, over, family in _SIGNS:
        if (root / here).exists():
            yield family, here
        elif over and (above / over).exists():
            yield family, f"../{over}"


def _by_files(corpus: Corpus, tally: _Seen) -> tuple[str, str] | None:
    paths = [file.path for file in (*corpus.pages, *corpus.others)]
    frame = next((path for path in paths if _FRAME.match(path.rpartition("/")[2])), None)
    if frame:
        return "gollum", frame
    day = next((path for path in paths if _JOURNAL.fullmatch(path)), None)
    if day and any(path.startswith(day.replace("journals/", "pages/").rpartition("/")[0] + "/") for path in paths):
        return "logseq", f"{day} beside pages/"
    if tally.dendron:
        return "dendron", f"{plural(tally.dendron, 'page')} with an id and a time of creation in milliseconds"
    tiddler = next((path for path in paths if path.endswith(".tid")), None)
    return ("tiddlywiki", tiddler) if tiddler else None


def _unread_days(root: Path, family: str) -> Iterator[str]:
    """Yield what cannot be known of the names of journals."""
    form = _journals(root) if family == _JOURNALING else ""
    if form and not journal_days.is_read(form):
        yield f"{_LOGSEQ} calls days '{form}', which is not read; journals are called {journal_days.DEFAULT}"


def _doubts(tally: _Seen, family: str) -> Iterator[str]:
    """Yield what a person should decide, each with the links that it is about."""
    unsure = [*tally.words_first, *tally.both]
    if not family and len(unsure) > len(tally.page_first):
        many = plural(len(unsure), "link")
        yield (
            f"{many} may name a page behind the bar, such as {unsure[0]}; read as [[page|words]]"
            ' (links = "gollum" in kg.toml reads [[words|page]])'
        )
    if not family and (lost := [*tally.by_name, *tally.bare]):
        yield (
            f"{plural(len(lost), 'Markdown link')} would lead to a page in Obsidian alone, such as {lost[0]};"
            ' links = "obsidian" in kg.toml reads them so'
        )


# ---- Namespaces ------------------------------------------------------------------------------------------------------


def _namespaces(tally: _Seen) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the prefixes behind which most names are pages, with their folder and what speaks for it."""
    for prefix, rests in sorted(tally.prefixes.items()):
        found = {rest: folders for rest in rests if (folders := _folders(tally, rest))}
        if len(found) < max(1, len(rests) * _MOST_IN_ONE):
            continue
        counts = Counter(folder for folders in found.values() for folder in folders)
        folder, most = min(counts.items(), key=lambda one: (-one[1], not _alike(prefix, one[0]), one[0]))
        if len(found) < _SURE and not _alike(prefix, folder):
            continue
        where = f"{folder}/" if folder and most >= len(found) * _MOST_IN_ONE else ""
        if where or not folder or len(found) >= _SURE:
            links = tally.spelled[prefix].total()
            said = f"{len(found):,} of {len(rests):,} names behind {prefix}: are pages {f'in {where}' if where else ''}"
            yield prefix, (where, f"{said.strip()} ({plural(links, 'link')})")


def _folders(tally: _Seen, rest: str) -> Iterable[str]:
    name = page_files.without_ending(rest.strip().strip("/"))
    return tally.stems.get(_folded(name.rpartition("/")[2]), ())


def _alike(prefix: str, folder: str) -> bool:
    """Tell whether a folder may be called after a prefix: podcast and podcasts, person and people."""
    last = folder.rpartition("/")[2].casefold()
    return bool(last) and (last[:3] == prefix[:3] or {prefix, last} == {"person", "people"})
