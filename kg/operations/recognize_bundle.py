"""Recognize a bundle in the Open Knowledge Format: what its front matter has that no other family of wikis has."""

from collections import Counter
from dataclasses import field

from kg.map import bundle_facts, bundle_values, time_readings
from kg.model.page import Page
from kg.model.records import dataclass

# How many of the concepts must show a sign of the format, where the index at the root does not name its version.
_SHARE = 0.5
_ACTOR = ("generated", "verified")


@dataclass(slots=True)
class BundleSigns:
    """What was seen on the pages: how many are concepts, how many of them show the format, and by which signs."""

    concepts: int = 0
    typed: int = 0
    marked: int = 0
    version: str = ""
    plain_index: bool = False
    wikilinks: bool = False
    signs: Counter[str] = field(default_factory=Counter)

    def look(self, page: Page) -> None:
        """Take a page in."""
        fields = bundle_values.stated(page)
        if not bundle_facts.is_concept(page.path):
            if page.path == "index.md" and (version := bundle_values.only(fields.get("okf_version"))):
                self.version = version.text
            self.plain_index |= page.path.rpartition("/")[2] == "index.md" and page.front == "none"
            return
        signs = sorted(_signs(page, fields))
        self.concepts += 1
        self.typed += bool(page.page_type)
        self.marked += bool(signs)
        self.signs.update(signs)
        self.wikilinks |= any(not one.form for part in page.sections for block in part.blocks for one in block.links)

    def evidence(self) -> list[str]:
        """Return what speaks for a bundle, empty where nothing does."""
        if self.version and self.typed:
            return [f"okf_version {self.version} in index.md", *self._counted()]
        if self.marked and self.marked >= self.concepts * _SHARE and self.typed == self.concepts:
            return self._counted()
        return []

    def faint_evidence(self) -> list[str]:
        """Return what speaks for a bundle that has the least that the format asks for, empty where nothing does."""
        if self.concepts and self.typed == self.concepts and self.plain_index and not self.wikilinks:
            return [f"a type on all of {self.concepts} pages", "index.md without front matter, and no wikilink"]
        return []

    def _counted(self) -> list[str]:
        most = sorted(self.signs.items(), key=lambda item: (-item[1], item[0]))[:4]
        return [f"{count} {name}" for name, count in most]


def _signs(page: Page, fields: dict[str, list[bundle_values.Value]]) -> set[str]:
    """Return the signs of the format on a page: keys whose values have the form that only it gives them."""
    signs = set()
    if page.page_type == bundle_facts.COMPUTATION:
        signs.add("attested computations")
    for key in _ACTOR:
        if any(bundle_values.said(entry, "by") for entry in bundle_values.entries(fields.get(key))):
            signs.add(f"pages with '{key}' by somebody")
    if any(bundle_values.said(entry, "resource") for entry in bundle_values.entries(fields.get("sources"))):
        signs.add("pages with sources that have a resource")
    stale, stamp = bundle_values.only(fields.get("stale_after")), bundle_values.only(fields.get("timestamp"))
    if stale and time_readings.read(stale.text).day:
        signs.add("pages with 'stale_after'")
    if stamp and page.page_type and time_readings.read(stamp.text).kind == time_readings.INSTANT:
        signs.add("pages with a type and a 'timestamp'")
    return signs
