"""Pages to quads in memory: what an ingest would write of them, without a store. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from kg.links import resolve
from kg.links.name_tables import Named, NameIndex
from kg.map import page_quads
from kg.model.finding import Finding
from kg.model.page import Page
from kg.parse.parse_page import parse
from kg.rdf import names
from kg.rdf.names import PageName
from kg.settings.dialect import Dialect


def mapped(
    pages: Mapping[str, bytes], base: str, dialect: Dialect, *, attachments: Iterable[str] = ()
) -> Iterator[str]:
    """Yield the quads of a whole wiki, given as {path: bytes}, as lines of N-Quads, page by page in order of paths."""
    records = {path: parse(data, path, dialect) for path, data in sorted(pages.items())}
    named = names.page_names(pages)
    index = resolve.index(
        [Named(named[path], page.title, page.aliases) for path, (page, _) in records.items()], attachments
    )
    for path, (page, findings) in records.items():
        yield from of_page(page, findings, named[path], index, base=base, dialect=dialect)


def of_page(
    page: Page, findings: Iterable[Finding], name: PageName, index: NameIndex, *, base: str, dialect: Dialect
) -> list[str]:
    """Return the quads of one page as sorted lines of N-Quads; `index` holds the names of its whole wiki."""
    used = page_quads.names_used(page, dialect)
    rules = resolve.rules(dialect)
    answers = {
        (slug, anchored): resolve.resolve(index, name, slug, anchored=anchored, rules=rules) for slug, anchored in used
    }
    return page_quads.quads(page, findings, name, answers, base, dialect)


def one(
    pages: Mapping[str, bytes], path: str, base: str, dialect: Dialect, *, attachments: Iterable[str] = ()
) -> list[str]:
    """Return the quads of one page of a wiki, given as {path: bytes}, as sorted lines of N-Quads."""
    records = {one: parse(data, one, dialect) for one, data in pages.items()}
    named = names.page_names(pages)
    index = resolve.index(
        [Named(named[one], page.title, page.aliases) for one, (page, _) in records.items()], attachments
    )
    page, findings = records[path]
    return sorted(of_page(page, findings, named[path], index, base=base, dialect=dialect))
