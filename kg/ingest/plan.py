"""Planning an ingest: which pages are new, changed, moved and gone, and which use a name that means something else."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from kg.files.walk import Corpus
from kg.front_matter.page_titles import Titles
from kg.ingest import map_page
from kg.links import name_keys, resolve
from kg.links.name_tables import Named, NameIndex
from kg.links.resolve import LinkRules
from kg.map import common_graphs
from kg.model.records import dataclass
from kg.rdf import names
from kg.rdf.names import PageName
from kg.store.manifest import GROUP, NAMES, USES, Entry, Pages
from kg.store.manifest_head import Head

# From so many pages on it is faster to read every name once than those that are asked for.
_MANY = 50
_MANY_SHARE = 50


@dataclass(frozen=True, slots=True)
class Known:
    """The current generation: the head of its manifest, None where there is none, and its pages."""

    head: Head | None
    pages: Pages


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What each page is, against the current generation; `hashes` are those of all pages of the next one.

    `gone` ones are kept although their files are not there, because the ingest was limited to others; `why_all` says
    why every page is mapped anew.
    """

    hashes: Mapping[str, str]
    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    moved: tuple[tuple[str, str], ...] = ()
    gone: frozenset[str] = frozenset()
    part: bool = False
    why_all: str = ""

    @property
    def fresh(self) -> frozenset[str]:
        """The pages of which the manifest does not know what they say."""
        return self.added | self.changed | {new for _, new in self.moved}

    @property
    def lost(self) -> frozenset[str]:
        """The paths at which there is no page any more."""
        return self.removed | {old for old, _ in self.moved}


def content(hashes: Mapping[str, str]) -> str:
    """Return a digest of the pages of a wiki."""
    said = "\0".join(map("\0".join, sorted(hashes.items())))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def in_scope(only: Iterable[str]) -> Callable[[str], bool]:
    """Return a test for the paths that are, or lie in, one of these; all do where there are none."""
    wanted = tuple(only)
    return lambda path: not wanted or any(path == one or path.startswith(f"{one}/") for one in wanted)


def decide(corpus: Corpus, now: Mapping[str, str], current: Known, why_all: str, only: Iterable[str]) -> Plan:
    """Return the plan for the pages of which `now` gives the SHA-256, all or those in scope of `only`."""
    if current.head and not why_all and current.head.content == content(now):
        return Plan(now)
    before = current.pages.hashes()
    meant = in_scope(only)
    kept = {} if why_all else {path: digest for path, digest in before.items() if not meant(path)}
    hashes = {**kept, **now}
    new, lost = sorted(now.keys() - before.keys()), sorted(before.keys() - hashes.keys())
    moved = _moved({path: before[path] for path in lost}, {path: now[path] for path in new})
    return Plan(
        hashes=hashes,
        added=frozenset(new) - {path for _, path in moved},
        changed=frozenset(
            path for path, digest in now.items() if path in before and (why_all or before[path] != digest)
        ),
        removed=frozenset(lost) - {path for path, _ in moved},
        moved=moved,
        gone=frozenset(kept) - {file.path for file in corpus.pages},
        part=bool(kept),
        why_all=why_all,
    )


def _moved(lost: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of an old path and a new one with the same content: those of one stem first, then in order."""
    targets: dict[str, list[str]] = defaultdict(list)
    for path, digest in new.items():
        targets[digest].append(path)
    pairs: dict[str, str] = {}
    for alike in (True, False):
        for path, digest in lost.items():
            fitting = [one for one in targets[digest] if not alike or names.stem(one) == names.stem(path)]
            if path not in pairs and fitting:
                pairs[path] = fitting[0]
                targets[digest].remove(fitting[0])
    return tuple(sorted(pairs.items()))


@dataclass(frozen=True, slots=True)
class Naming:
    """
    What the pages of the next generation are called and what their links mean.

    `name` gives the name of the page at a path, `index` resolves names, `relinked` are the pages that did not change
    and of whose links some mean something else now; `homonyms` are the topics of pages that share a stem; `renamed` has
    every page that is fresh or may be called otherwise than before.
    """

    name: Callable[[str], PageName | None]
    index: NameIndex
    relinked: frozenset[str]
    homonyms: Mapping[str, list[str]]
    renamed: Mapping[str, PageName]


def naming(
    plan: Plan,
    current: Known,
    titles: Mapping[str, Titles],
    attachments: frozenset[str],
    rules: LinkRules,
) -> Naming:
    """Return the names of the next generation; `titles` are title and aliases of every fresh page."""
    # Where everything is mapped anew, what the manifest says of names may be of another base, dialect or mapper.
    pages, head = (Pages(()), None) if plan.why_all else (current.pages, current.head)
    entries = _Entries(pages)
    members = _members(plan, entries)
    called = members | _kept_names(plan, members, entries)
    after = {path: Named(called[path], *titles[path]) for path in plan.fresh}
    after |= {path: _renamed(entries(path), name) for path, name in called.items() if path not in after}
    before = {path: resolve.named(entry) for path in after.keys() | plan.lost if (entry := entries(path))}
    keys = _changed_keys(before, after) | {
        name_keys.attachment_key(name) for name in attachments ^ frozenset(head.attachments if head else ())
    }
    left_out = plan.lost | after.keys()
    touched = pages.having(USES, keys) | {path for path in after.keys() & before.keys() if after[path] != before[path]}
    touched -= plan.fresh | plan.lost | plan.gone
    index = _index(entries, after, left_out, attachments)
    if len(touched) + len(plan.fresh) > max(_MANY, len(plan.hashes) // _MANY_SHARE):
        index = resolve.index(_every(pages, after, left_out), attachments)

    def name(path: str) -> PageName | None:
        entry = None if path in called or path in plan.lost else entries(path)
        return PageName(path, entry.name, entry.topic) if entry else called.get(path)

    return Naming(
        name=name,
        index=index,
        relinked=frozenset(path for path in touched if _says_otherwise(entries(path), name(path), index, rules)),
        homonyms=_homonyms(head.homonyms if head else {}, map(entries, members.keys() | plan.lost), members),
        renamed=called,
    )


class _Entries:
    """The manifest's entries by path, each read once."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self._read: dict[str, Entry | None] = {}

    def __call__(self, path: str) -> Entry | None:
        if path not in self._read:
            self._read[path] = self.pages.entry(path)
        return self._read[path]


def _members(plan: Plan, entries: _Entries) -> dict[str, PageName]:
    """Return the names of the pages that are new, and of every page that shares a stem with one that came or went."""
    came = (plan.fresh - plan.changed) | {path for path in plan.changed if entries(path) is None}
    groups = {name_keys.group(path) for path in came | plan.lost}
    return names.page_names((entries.pages.having(GROUP, groups) - plan.lost) | came)


def _kept_names(plan: Plan, members: Mapping[str, PageName], entries: _Entries) -> dict[str, PageName]:
    """Return the names of the pages that changed and are called as before."""
    found = (entries(path) for path in plan.changed - members.keys())
    return {entry.path: PageName(entry.path, entry.name, entry.topic) for entry in found if entry}


def _renamed(entry: Entry | None, name: PageName) -> Named:
    return Named(name, entry.title, entry.aliases) if entry else Named(name, "", ())


def _changed_keys(before: Mapping[str, Named], after: Mapping[str, Named]) -> set[str]:
    """Return the keys of every name that pages gained, lost, or now share with another page."""
    found: set[str] = set()
    for path in before.keys() | after.keys():
        old, new = before.get(path), after.get(path)
        if old != new:
            found.update(*(name_keys.page_keys(page) for page in (old, new) if page))
    return found | {name_keys.ANY_NAME} if found else found


def _index(
    entries: _Entries, after: Mapping[str, Named], left_out: frozenset[str], attachments: frozenset[str]
) -> NameIndex:
    by_key: dict[str, list[Named]] = defaultdict(list)
    for page in after.values():
        for key in name_keys.page_keys(page):
            by_key[key].append(page)

    def fetch(key: str) -> list[Named]:
        stored = [entries(path) for path in entries.pages.having(NAMES, [key]) - left_out]
        return [*by_key.get(key, ()), *(resolve.named(entry) for entry in stored if entry)]

    return name_keys.lazy_index(fetch, lambda: _every(entries.pages, after, left_out), attachments)


def _every(pages: Pages, after: Mapping[str, Named], left_out: frozenset[str]) -> list[Named]:
    return [*after.values(), *(resolve.named(entry) for entry in pages.entries() if entry.path not in left_out)]


def _says_otherwise(entry: Entry | None, name: PageName | None, index: NameIndex, rules: LinkRules) -> bool:
    """Tell whether a page that did not change would be mapped to something else now."""
    if entry is None or name is None:
        return False
    return entry.answers != map_page.answers_digest(name, map_page.answers(index, name, entry.used, rules))


def _homonyms(
    earlier: Mapping[str, list[str]], before: Iterable[Entry | None], members: Mapping[str, PageName]
) -> dict[str, list[str]]:
    """Return the topics of pages that share a stem, from those known and what the groups that changed are called."""
    stale = {entry.name.rpartition("/")[2] for entry in before if entry}
    kept = {stem: topics for stem, topics in earlier.items() if stem not in stale}
    return dict(sorted((kept | common_graphs.homonyms(members.values())).items()))
