"""The two pages of every rule, tests/cases/RULE/{fail,pass}.md, laid over a clean wiki and filled into a store."""

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store
from support.pages import BASE, mapped
from support.places import TESTS

from kg.map import common_graphs
from kg.originals import hold
from kg.rdf import names
from kg.settings import dialect

CASES = TESTS / "cases"
RULES = sorted(folder.name for folder in CASES.iterdir() if not folder.name.startswith("_"))
LAB = "entities/AcmeLab.md"
LISTED = b"sources: [open-weights-report]"
ORIGINALS = "raw/"
# Where the page of a case of the Open Knowledge Format lies, which is read in that dialect and laid over nothing.
BUNDLE = "metrics/"


def filled(pages, root):
    """Return a store of pages with the common graphs, the register of a folder and its Turtle files."""
    spoken = "okf" if any(path.startswith(BUNDLE) for path in pages) else "newsroom"
    shared_lines, _ = common_graphs.quads(root, BASE, dialect.load(spoken), names.page_names(pages))
    store = Store()
    store.bulk_load(
        input="".join([*mapped(pages, dialect_name=spoken), *shared_lines]).encode(), format=RdfFormat.N_QUADS
    )
    dated = (NamedNode(names.expand(prop)) for prop in ("dcterms:dateSubmitted", "nr:checkedOn"))
    scraped = [quad for prop in dated for quad in store.quads_for_pattern(None, prop, None)]
    for day in sorted(quad.object.value for quad in scraped if quad.object.datatype.value.endswith("#date"))[-1:]:
        date = Literal(day, datatype=NamedNode(names.expand("xsd:date")))
        store.add(Quad(NamedNode(BASE), NamedNode(names.expand("nr:asOf")), date, NamedNode(f"{BASE}graph/corpus")))
    for file in sorted(root.glob("*.ttl")):
        store.load(path=file, format=RdfFormat.TURTLE, to_graph=NamedNode(f"{BASE}graph/elsewhere"))
    return store


def laid_out(files):
    """Return a store of files of every kind, given as {path: bytes}: pages are mapped, others read from a folder."""
    pages = {path: data for path, data in files.items() if path.endswith(".md")}
    with TemporaryDirectory() as folder:
        for path, data in files.items():
            if path not in pages:
                (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / path).write_bytes(data)
        store = filled(pages, Path(folder))
        if any(path.startswith(ORIGINALS) for path in files):
            for lines in hold.hold(store, BASE, Path(folder), {}).lines.values():
                store.load(input="".join(lines).encode(), format=RdfFormat.N_QUADS)
        return store


def on_disk(root):
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.md"))}


@cache
def clean_wiki():
    return on_disk(CASES / "_base")


def case(rule, name):
    """Return what stands in the first line of a case, and its files laid over the clean wiki."""
    head, *parts = re.split(
        r"^%%% (.+)\n", (CASES / rule / f"{name}.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    files = {path: text.encode() for path, text in zip(parts[::2], parts[1::2], strict=True)}
    laid = files if any(path.startswith(BUNDLE) for path in files) else {**clean_wiki(), **files}
    if "sources/case.md" in files:  # the one page that every case connects it to knows of it
        laid |= {LAB: laid[LAB].replace(LISTED, LISTED[:-1] + b", case]")}
    return head.strip().removeprefix("<!--").removesuffix("-->").strip(), laid


def packed(rules):
    """
    Return the clean wiki with the pages of many rules that fail, and the place of each rule's finding in it.

    A page named `case` is named for its rule. Of other pages that several rules write, the last one stays; rules whose
    pages are in another dialect are left out.
    """
    files, places, listed = dict(clean_wiki()), {}, []
    for rule in rules:
        place, own = case(rule, "fail")
        if any(path.startswith(BUNDLE) for path in own):
            continue
        places[rule] = place.replace("/case", f"/case-{rule}")
        listed += [f"case-{rule}".encode()] if "sources/case.md" in own else []
        known = clean_wiki() | ({LAB: own[LAB]} if "sources/case.md" in own else {})
        files |= {path.replace("/case", f"/case-{rule}"): data for path, data in own.items() if data != known.get(path)}
    files[LAB] = files[LAB].replace(LISTED, b", ".join([LISTED[:-1], *listed]) + b"]")
    return files, places
