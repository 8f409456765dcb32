"""The pages of a code host's wiki: flat names, links with their words first, and what it shows beside every page."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from kg.files import text as file_text
from kg.model import progress
from kg.model.plural import plural
from kg.model.records import dataclass
from kg.static_site import anchors, file_names
from kg.static_site.html_site import KINDS
from kg.static_site.records import Link, Page, Wiki
from kg.static_site.site_map import SiteMap, address, anchor_of, called, site_map

# Pages that the host shows beside others, pages of its own, and a word between brackets that is none of a page.
RESERVED = (
    "Home", "_Sidebar", "_Footer", "_Header",
    "_access", "_compare", "_edit", "_history", "_new", "_pages", "_preview", "_search", "_TOC_",
)  # fmt: skip
_IN_SIDEBAR = 30
_NOT_IN_LINK = re.compile(r"[\[\]|\n]")
# Words that the host takes for something else than those of a link: a file's name, for a picture; an order to include.
_NO_WORDS = re.compile(r"include:|.*\.[A-Za-z0-9]{1,8}\Z", re.DOTALL)
_MARKDOWN_LINK = re.compile(r"\]\(\s*<?([^\s()<>]+)>?((?:\s[^()\n]*)?)\)")
_PICTURE = re.compile(r"(!\[[^\[\]\n]*\])\(\s*<?([^\s()<>]+)>?((?:\s[^()\n]*)?)\)")
_MARKDOWN = re.compile(r"\.md\Z", re.IGNORECASE)
_H1 = re.compile(r"#[ \t]+(.*)\Z")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!])")


@dataclass(slots=True)
class GitHubWiki:
    """A wiki as a code host shows it, and where its pages are."""

    wiki: Wiki
    map: SiteMap

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file by its name; all pages lie in one folder."""
        for page in progress.each("writing pages", self.wiki.pages):
            yield f"{self.map.file(page)}.md", self._page(page).encode("utf-8", "replace")
        yield "Home.md", self._home().encode()
        yield "_Sidebar.md", self._sidebar().encode()
        yield "_Footer.md", self._footer().encode()
        for file, name in self.map.pictures.items():
            yield f"images/{name}", file.read_bytes()

    def told(self) -> list[str]:
        """Return what a reader of the wiki must know: pages that could not be called as they are."""
        names = called(self.wiki)
        return [
            f"note: {path} is {self.map.names[path]}.md; {file_names.safe(names[path])} is another's, or the host's"
            for path in file_names.renamed(names, self.map.names)
        ]

    # ---- a page ------------------------------------------------------------------------------------------------------

    def _page(self, page: Page) -> str:
        lines = [line.text for line in file_text.split(page.text)]
        links = [link for link in self.wiki.links.get(page.path, ()) if link.form != "field"]
        for link in reversed(links):
            row = link.line - 1
            if link.form == "" and row < len(lines):
                lines[row] = self._rewritten(lines[row], link, page)
        by_slug = {link.slug: link for link in reversed(links) if link.form == "markdown"}
        rows = {link.line - 1 for link in links if link.form == "markdown"}
        for row in rows & set(range(len(lines))):
            lines[row] = self._with_markdown_links(lines[row], by_slug)
        body = [self._with_pictures(line, page) for line in lines[page.head :]]
        while body and not body[0].strip():
            del body[0]
        head = _H1.match(body[0]) if body else None
        if not head or anchors.slug(head[1].rstrip(" \t").rstrip("#").rstrip(" \t")) != anchors.slug(page.about.name):
            body = [f"# {_SPECIAL.sub(_escaped, page.about.name)}", "", *body]
        return "\n".join(body).rstrip("\n") + "\n"

    def _rewritten(self, line: str, link: Link, page: Page) -> str:
        """Return a line with one of its wikilinks as the host writes it: `[[words|page]]`."""
        start = line.rfind("[[", 0, link.column - 1 + 2)
        end = link.column - 1 + link.length
        if start < 0 or line[max(end - 2, 0) : end] != "]]":
            return line
        start -= line[:start].endswith("!")
        # In a table `|` ends a cell, and behind an apostrophe the host shows brackets as they are.
        plain = line.lstrip().startswith("|") or line[:start].endswith("'")
        return line[:start] + self._link(link, page, plain=plain) + line[end:]

    def _link(self, link: Link, page: Page, *, plain: bool) -> str:
        """Return a link with its words first; `plain` where only a Markdown link is one."""
        words = self.map.words(link)
        target = self.map.leads_to(link.target)
        if target is None:
            picture = self.map.picture(page.path, link.slug)
            alternative = words if words != link.slug else Path(link.slug).stem
            return f"![{_NOT_IN_LINK.sub(' ', alternative)}](images/{address(picture)})" if picture else words
        anchor = anchor_of(link)
        if target.path == page.path and anchor and not link.slug:
            return f"[{_NOT_IN_LINK.sub(' ', words)}](#{anchor})"
        name = self.map.file(target) + (f"#{anchor}" if anchor else "")
        if plain or _NOT_IN_LINK.search(words) or _NO_WORDS.match(words) or words != words.strip() or not words:
            return f"[{_NOT_IN_LINK.sub(' ', words)}]({address(self.map.file(target), anchor)})"
        return f"[[{name}]]" if words == name else f"[[{words}|{name}]]"

    def _with_markdown_links(self, line: str, by_slug: dict[str, Link]) -> str:
        def shown(match: re.Match[str]) -> str:
            destination, _, anchor = match[1].partition("#")
            link = by_slug.get(destination)
            target = self.map.leads_to(link.target) if link else None
            if target is None:
                return match[0]
            return f"]({address(self.map.file(target), anchors.slug_of_address(anchor))}{match[2]})"

        return _MARKDOWN_LINK.sub(shown, line)

    def _with_pictures(self, line: str, page: Page) -> str:
        def shown(match: re.Match[str]) -> str:
            name = "" if match[2].startswith("images/") else self.map.picture(page.path, match[2])
            return f"{match[1]}(images/{address(name)}{match[3]})" if name else match[0]

        return _PICTURE.sub(shown, line) if "![" in line else line

    # ---- what stands beside every page -------------------------------------------------------------------------------

    def _groups(self) -> list[tuple[str, list[Page]]]:
        groups: dict[str, list[Page]] = defaultdict(list)
        for page in self.wiki.pages:
            groups[page.about.kind if page.about.kind in KINDS else "Page"].append(page)
        return [
            (KINDS[kind], sorted(groups[kind], key=lambda page: (page.about.name.casefold(), page.path)))
            for kind in KINDS
            if groups[kind]
        ]

    def _item(self, page: Page) -> str:
        words, name = page.about.name, self.map.file(page)
        if _NOT_IN_LINK.search(words) or _NO_WORDS.match(words) or words == name:
            return f"- [{_SPECIAL.sub(_escaped, words)}]({address(name)})" if words != name else f"- [[{name}]]"
        return f"- [[{words}|{name}]]"

    def _home(self) -> str:
        lines = [f"# {_SPECIAL.sub(_escaped, self.wiki.title)}", "", f"{plural(len(self.wiki.pages), 'page')}."]
        for name, pages in self._groups():
            lines += ["", f"## {name}", "", *(self._item(page) for page in pages)]
        return "\n".join(lines) + "\n"

    def _sidebar(self) -> str:
        lines = ["**[[Home]]**"]
        for name, pages in self._groups():
            lines += ["", f"**{name}**", "", *(self._item(page) for page in pages[:_IN_SIDEBAR])]
            if len(pages) > _IN_SIDEBAR:
                lines.append(f"- [and {len(pages) - _IN_SIDEBAR:,} more](Home#{anchors.slug(name)})")
        return "\n".join(lines) + "\n"

    def _footer(self) -> str:
        as_of = f", as of {self.wiki.as_of}" if self.wiki.as_of else ""
        count = plural(len(self.wiki.pages), "page")
        if self.wiki.elsewhere:
            count += f" of the {len(self.wiki.pages) + len(self.wiki.elsewhere):,} of the wiki"
        return f"{count}{as_of}. Made from a wiki by `kg export`; edits here do not reach it.\n"


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[1]}"


def github_wiki(wiki: Wiki, root: Path) -> GitHubWiki:
    """Return a wiki as a code host shows it."""
    where = site_map(wiki, root)
    names = {path: _MARKDOWN.sub("-md", name) for path, name in called(wiki).items()}
    where.names = file_names.named(names, RESERVED)
    where.titled = False
    return GitHubWiki(wiki, where)
