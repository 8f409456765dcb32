"""What changed between two states of a wiki, thing by thing: pages, statements, links, fields, sentences. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kg.compare import text_likeness
from kg.compare.match_statements import match
from kg.compare.records import Change, Item, Pair, Wiki
from kg.rdf import names

_SHARED, _SHARED_STEM = 0.5, 0.2


def diff(old: Wiki, new: Wiki, pages: Mapping[str, str] | None = None) -> tuple[Change, ...]:
    """
    Return what changed from one state to the other, in the order of places; nothing where both say the same.

    `pages` says which older page each newer one was, where that is known; else `pair_pages` finds it.
    """
    pages = pair_pages(old, new) if pages is None else pages
    statements = match(old.statements, new.statements, pages)
    pairs = [
        *_pages(old, new, pages),
        *statements,
        *_links(old, new, pages, statements),
        *_fields(old, new, pages),
        *_sentences(old, new, pages),
    ]
    return tuple(sorted((Change(pair.what, pair.old, pair.new) for pair in pairs if pair.what), key=_order))


def _sentences(old: Wiki, new: Wiki, pages: Mapping[str, str]) -> list[Pair]:
    """Return what became of sentences; those of a page that came or went changed with it and are not counted again."""
    kept = set(pages.values())
    befores = [sentence for sentence in old.sentences if sentence.page in kept]
    return match(befores, [sentence for sentence in new.sentences if sentence.page in pages], pages)


def _order(change: Change) -> tuple[object, ...]:
    one = change.item
    return (one.page, one.kind != "page", one.span, change.new is not None, one.kind, one.iri, one.text)


def pair_pages(old: Wiki, new: Wiki) -> dict[str, str]:
    """
    Return, for each newer page that was there before, its older path.

    A page is the one of the same path, else of the same bytes, else one with half of its statements and sentences, or
    with a fifth of them or its title where only the folder changed.
    """
    olds = {page.page for page in old.pages}
    paired = {page.page: page.page for page in new.pages if page.page in olds}
    for named in (True, False):
        paired |= _of_same_bytes(old, new, paired, with_names=named)
    return paired | _by_content(old, new, paired)


def _unpaired(old: Wiki, new: Wiki, paired: Mapping[str, str]) -> tuple[list[Item], list[Item]]:
    taken = set(paired.values())
    return [page for page in old.pages if page.page not in taken], [one for one in new.pages if one.page not in paired]


def _of_same_bytes(old: Wiki, new: Wiki, paired: Mapping[str, str], *, with_names: bool) -> dict[str, str]:
    """Return the pairs of pages with one digest, and with one file name where `with_names`."""
    groups: tuple[dict[tuple[str, str], list[str]], ...] = (defaultdict(list), defaultdict(list))
    for group, pages in zip(groups, _unpaired(old, new, paired), strict=True):
        for page in pages:
            group[page.key, names.stem(page.page) if with_names else ""].append(page.page)
    return {
        after: before
        for key, befores in groups[0].items()
        for before, after in zip(befores, groups[1].get(key, ()), strict=False)
    }


def _by_content(old: Wiki, new: Wiki, paired: Mapping[str, str]) -> dict[str, str]:
    gone, came = _unpaired(old, new, paired)
    if not gone or not came:
        return {}
    said = _contents(old, gone), _contents(new, came)

    def share(first: int, second: int) -> float:
        mine, theirs = said[0][first], said[1][second]
        common = len(mine & theirs) / max(len(mine), len(theirs))
        stays = names.stem(gone[first].page) == names.stem(came[second].page)
        titled = _title(gone[first]) == _title(came[second]) != ""
        enough = common >= _SHARED or (stays and (common >= _SHARED_STEM or titled))
        return common + stays if enough else 0

    def tie(first: int, second: int) -> object:
        return sorted((gone[first].page, came[second].page))

    pairs = text_likeness.best(text_likeness.candidates(*said), share, tie)
    return {came[second].page: gone[first].page for first, second in pairs}


def _contents(wiki: Wiki, pages: Sequence[Item]) -> list[set[str]]:
    """Return what each page says, and its file's name, which is never empty."""
    said = {page.page: {f"\0{names.stem(page.page)}"} for page in pages}
    for item in (*wiki.statements, *wiki.sentences):
        if item.page in said:
            said[item.page].add(f"{item.kind} {item.said} {item.markup}")
    return [said[page.page] for page in pages]


def _title(page: Item) -> str:
    """Return the title that an author gave a page, where that says more than its file's name."""
    return "" if page.content == names.stem(page.page) else page.content


def _pages(old: Wiki, new: Wiki, pages: Mapping[str, str]) -> Iterator[Pair]:
    olds = {page.page: page for page in old.pages}
    for page in new.pages:
        before = olds.pop(pages[page.page]) if page.page in pages else None
        if before is None:
            yield Pair(None, page, ("added",))
            continue
        retitled = before.content != page.content and before.text != page.text
        found = {"moved": before.page != page.page, "retitled": retitled}
        yield Pair(before, page, tuple(word for word, holds in found.items() if holds))
    yield from (Pair(page, None, ("dropped",)) for page in olds.values())


def _links(old: Wiki, new: Wiki, pages: Mapping[str, str], statements: Sequence[Pair]) -> Iterator[Pair]:
    """
    Yield what became of links.

    A link that came or went with its statement or its page, or that a changed statement has or lost, is not counted
    again; one that stayed and leads elsewhere is.
    """
    both = [(pair.old.iri, pair.new.iri, pair.what) for pair in statements if pair.old and pair.new]
    same = {before: after for before, after, _ in both}
    back = {after: before for before, after, _ in both}
    edited = {before for before, _, what in both if what}
    topics = tuple({page.iri: page.page for page in side.pages} for side in (old, new))
    kept = {before: before for before in pages.values()}
    groups: tuple[dict[tuple[str, ...], list[Item]], ...] = (defaultdict(list), defaultdict(list))
    for link in old.links:
        if link.page in kept and (not link.inside or link.inside in same):
            groups[0][link.page, link.inside, link.markup].append(link)
    for link in new.links:
        if link.page in pages and (not link.inside or link.inside in back):
            groups[1][pages[link.page], back.get(link.inside, ""), link.markup].append(link)
    for key in {**groups[0], **groups[1]}:
        befores, afters = groups[0].get(key, []), groups[1].get(key, [])
        for before, after in zip(befores, afters, strict=False):
            same_page = _meant(before, topics[0], kept) == _meant(after, topics[1], pages)
            yield Pair(before, after, () if same_page else ("retargeted",))
        if key[1] not in edited:
            yield from (Pair(link, None, ("dropped",)) for link in befores[len(afters) :])
            yield from (Pair(None, link, ("added",)) for link in afters[len(befores) :])


def _meant(link: Item, topics: Mapping[str, str], before: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a link means as the older path of its page; `before` gives that of pages that have one."""
    path = topics.get(link.who[0])
    return link.who if path is None else ("page", before.get(path, f"\0{path}"), *link.who[1:])


def _fields(old: Wiki, new: Wiki, pages: Mapping[str, str]) -> Iterator[Pair]:
    groups: tuple[dict[tuple[str, str], list[Item]], ...] = (defaultdict(list), defaultdict(list))
    kept = set(pages.values())
    for field in old.fields:
        if field.page in kept:
            groups[0][field.page, field.key].append(field)
    for field in new.fields:
        if field.page in pages:
            groups[1][pages[field.page], field.key].append(field)
    for key in {**groups[0], **groups[1]}:
        befores, afters = groups[0].get(key, []), groups[1].get(key, [])
        for before, after in zip(befores, afters, strict=False):
            yield Pair(before, after, () if before.content == after.content else ("changed",))
        yield from (Pair(field, None, ("dropped",)) for field in befores[len(afters) :])
        yield from (Pair(None, field, ("added",)) for field in afters[len(befores) :])
