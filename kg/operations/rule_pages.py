"""The manual of the rules: a page for each and an index, made from the shapes and from the cases that break them."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.check import profiles, rules, suppression, validate
from kg.check.profiles import OFF, Choice, Profile
from kg.ingest import map_page
from kg.map import common_graphs, in_memory
from kg.model import declared
from kg.model.finding import Finding, KgError, Level
from kg.model.records import dataclass
from kg.operations import rule_cases
from kg.operations.rule_cases import Case, Excerpt
from kg.originals import hold
from kg.rdf import names
from kg.report import as_text
from kg.report.reported import Reported
from kg.settings import dialect
from kg.shacl import data, shapes_graph
from kg.shacl.shapes_graph import Graph
from kg.shacl.terms import iri
from kg.store.generations import write_atomically

_BASE = "https://wiki.example/"
_ORIGINALS = "raw/"
_FIXTURE = ox.NamedNode(names.SHAPES + "fixture")
_SLOT = re.compile(r"\{[^{}|]*(?:\|([^{}]*))?\}")
_MADE = "<!-- made by `make rules` from the shape and its cases; change those -->"


@dataclass(frozen=True, slots=True)
class Manual:
    """
    What is known of a rule without its cases.

    `level` is that of the chosen profile, `levels` those of the shipped ones; `says` is its message with dots for what
    a finding fills in, `file` the shape file, `about` that file's first line; `fixture` is what breaks a rule that no
    page alone breaks.
    """

    rule: str
    level: str
    says: str
    why: str
    file: str = ""
    about: str = ""
    threshold: str = ""
    fixture: str = ""
    page: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """What is wrong in the case of a rule, how the finding is printed, and the same lines made right."""

    wrong: tuple[Excerpt, ...]
    printed: str
    right: tuple[Excerpt, ...]


# ---- the rules -------------------------------------------------------------------------------------------------------


def manuals(profile: str | Choice, shapes: Sequence[Path] = ()) -> tuple[Manual, ...]:
    """Return every rule, those of the parser and of other shape files too, by file and name; KgError as in profiles."""
    graph = shapes_graph.read(rules.shapes_with(shapes))
    known, tunable = rules.known(graph), rules.tunable(graph)
    chosen = profiles.read(profile, known, tunable)
    shipped = {name: profiles.read(name, known, tunable) for name in profiles.shipped()} if not shapes else {}
    found = [
        _manual(graph, shape, path, chosen, shipped)
        for path in (*sorted(declared.folder("shapes").glob("*.ttl")), *shapes)
        for shape in _in_file(graph, path)
    ]
    return tuple(sorted(found, key=lambda one: (one.file, one.rule)))


def _in_file(graph: Graph, path: Path) -> list[ox.NamedNode]:
    """Return the rules that a file declares: what has a name and a message, and those of the parser."""
    here = {subject for subject, _, _ in data.triples([path]) if isinstance(subject, ox.NamedNode)}
    said = {one for one in rules.named_shapes(graph) if graph.objects(one, iri("sh:message"))}
    return sorted(here & (said | rules.text_rules(graph)), key=str)


def _manual(
    graph: Graph, shape: ox.NamedNode, path: Path, profile_in_use: Profile, shipped: Mapping[str, Profile]
) -> Manual:
    def said(word: ox.NamedNode) -> str:
        return next((one.value for one in graph.objects(shape, word)), "")

    name = rules.name(shape)
    severity = said(iri("sh:severity")).rpartition("#")[2].lower() or Level.VIOLATION.value
    limit = next((said(word) for word in graph.objects(shape, rules.THRESHOLD) if isinstance(word, ox.NamedNode)), "")
    return Manual(
        rule=name,
        level=profile_in_use.levels.get(name, severity),
        says=_says(said(iri("sh:message")), limit) or said(iri("rdfs:label")),
        why=said(iri("rdfs:comment")),
        file=f"shapes/{path.name}" if path.parent == declared.folder("shapes") else str(path),
        about=path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("#").strip(),
        threshold=str(profile_in_use.thresholds.get(name, "")) or limit,
        fixture=said(_FIXTURE),
        page=said(iri("rdfs:seeAlso")),
        levels={one: profile.levels.get(name, severity) for one, profile in shipped.items()},
    )


def _says(message: str, limit: str) -> str:
    """Return a message with its slots as dots, its threshold as the number."""
    return _SLOT.sub(lambda slot: slot[1] or "…", message.replace("{limit}", limit)).removeprefix("…; ")


def one(manuals: Sequence[Manual], rule: str) -> Manual:
    """Return one rule; KgError, with what was probably meant, where there is none of this name."""
    named = next((manual for manual in manuals if manual.rule == rule), None)
    if named is None:
        raise KgError(f"there is no rule '{rule}'; {profiles.meant(rule, [manual.rule for manual in manuals])}")
    return named


# ---- the examples ----------------------------------------------------------------------------------------------------


def example(cases: Path, rule: str) -> Example | None:
    """Return the example of a rule from its cases, None where it has none."""
    wrong, right = rule_cases.read(cases, rule, "fail"), rule_cases.read(cases, rule, "pass")
    if wrong is None or right is None:
        return None
    bad, good = rule_cases.differing(wrong, right)
    return Example(bad, _printed(wrong, rule), good)


def _printed(case: Case, rule: str) -> str:
    """Return the findings of one rule in a case as they are printed, without the help, which the manual has."""
    found = tuple(replace(one, hint="") for one in _found(case, rule))
    lines = {path: text.decode().split("\n") for path, text in case.wiki.items()}
    return as_text.full(Reported(found, lines=lambda path: lines.get(path, [])))


def _found(case: Case, rule: str) -> list[Finding]:
    """Return what one rule finds in a case; all others are off, but for those that comments silence."""
    with tempfile.TemporaryDirectory() as folder:
        store = _store(case, Path(folder))
    graph = shapes_graph.read(rules.shapes_with())
    judged = {one.name for one in rules.described(graph, Profile())} - {rule}
    others = {} if rule in suppression.RULES else dict.fromkeys(judged, OFF)
    found = validate.validate(store, _BASE, Choice("newsroom", Path(rule), {"levels": others})).findings
    return [finding for finding in found if finding.rule == rule]


def _store(case: Case, folder: Path) -> ox.Store:
    """Return the wiki of a case, mapped, with what stands beside its pages; other files go to a folder first."""
    spoken = dialect.load("okf" if any(path.startswith(rule_cases.BUNDLE) for path in case.wiki) else "newsroom")
    pages = {path: text for path, text in case.wiki.items() if path.endswith(".md")}
    for path in case.wiki.keys() - pages.keys():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(case.wiki[path])
    named = names.page_names(pages)
    lines = [*in_memory.mapped(pages, _BASE, spoken), *common_graphs.ontology(_BASE)]
    scraped = map_page.scraped("".join(lines))
    lines += common_graphs.corpus(_BASE, spoken, common_graphs.homonyms(named.values()), scraped)
    beside, _ = common_graphs.side_files(folder, _BASE, named.get)
    store = ox.Store()
    store.load("".join([*lines, *(line for some in beside.values() for line in some)]), format=ox.RdfFormat.N_QUADS)
    if any(path.startswith(_ORIGINALS) for path in case.wiki):
        for quoted in hold.hold(store, _BASE, folder, {}).lines.values():
            store.load("".join(quoted), format=ox.RdfFormat.N_QUADS)
    for file in sorted(folder.glob("*.ttl")):
        store.load(path=file, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"{_BASE}graph/elsewhere"))
    return store


# ---- the pages -------------------------------------------------------------------------------------------------------


def page(manual: Manual, example: Example | None) -> str:
    """Return the manual page of a rule, in Markdown."""
    return "\n".join(
        [f"# {manual.rule}", "", _MADE, "", *_head(manual), *_examples(manual, example), *_silence(manual)]
    )


def _head(manual: Manual) -> Iterator[str]:
    yield _plain(_sentence(manual.says))
    yield ""
    levels = manual.levels or {"": manual.level}
    rows = [("level", " · ".join(f"{level} ({name})" if name else level for name, level in sorted(levels.items())))]
    rows += [("threshold", manual.threshold)] if manual.threshold else []
    shape = f"[{manual.file}](../../{manual.file})" if manual.file.startswith("shapes/") else f"`{manual.file}`"
    yield from ("| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), f"| declared in | {shape} |")
    yield from ("", "## Why, and how to mend it", "", _plain(manual.why) or "(its shape has no rdfs:comment)", "")


def _plain(words: str) -> str:
    """Return words that Markdown shows as they are: no link and no mark-up, but code between backticks."""
    return "".join(
        piece if odd % 2 else piece.replace("](", "]\\(").replace("<", "\\<")
        for odd, piece in enumerate(re.split(r"(`[^`]*`)", words))
    )


def _sentence(words: str) -> str:
    """Return words that begin with a capital, unless a quotation or a name stands first, and end with a full stop."""
    start = words[:1].upper() + words[1:] if words[:1].isalpha() else words
    return start if start.endswith((".", "?", "…")) else f"{start}."


def _examples(manual: Manual, example: Example | None) -> Iterator[str]:
    if manual.fixture:
        yield from ("## What breaks it", "", manual.fixture, "")
    if example is None:
        return
    yield from ("## Wrong", "", *_excerpts(example.wrong))
    yield from ("is reported as", "", *_fenced("text", example.printed.rstrip("\n").split("\n")))
    paths = ", ".join(f"`{one.path}`" for one in example.wrong[1:] or example.wrong)
    yield from ("## Right", "", *(_excerpts(example.right) if example.right else (f"The same without {paths}.", "")))


def _excerpts(many: Sequence[Excerpt]) -> Iterator[str]:
    for one in many:
        yield from (f"`{one.path}`", "", *_fenced("markdown" if one.path.endswith(".md") else "text", one.lines))


def _fenced(language: str, lines: Sequence[str]) -> Iterator[str]:
    longest = max((len(match[0]) for line in lines for match in re.finditer("`{3,}", line)), default=2)
    fence = "`" * (longest + 1)
    yield from (f"{fence}{language}", *lines, fence, "")


def _silence(manual: Manual) -> Iterator[str]:
    yield from ("## How to silence it", "")
    if manual.file == "shapes/reading.ttl" and manual.rule.startswith(("file-", "ignore-", "side-")):
        yield from ("It is about a file that is no page, so no comment can silence it. In a profile or in kg.toml:", "")
    else:
        yield from ("With a reason, in a comment above the block, or at the end of the line:", "")
        yield from _fenced("markdown", [f"<!-- kg: ignore {manual.rule} -- why it is right here -->"])
        yield from ("`ignore-page` holds for the whole page. In front matter the comment is", "")
        yield from _fenced("yaml", [f"# kg: ignore {manual.rule} -- why it is right here"])
        yield from ("Everywhere, in a profile or in kg.toml ([how](../gate.md)):", "")
    limit = ["", "[thresholds]", f"{manual.rule} = {manual.threshold}"] if manual.threshold else []
    yield from _fenced("toml", ["[levels]", f'{manual.rule} = "off"', *limit])


def index(manuals: Sequence[Manual]) -> str:
    """Return the list of all rules by shape file, in Markdown."""
    shipped = sorted({name for one in manuals for name in one.levels})
    lines = ["# The rules", "", _MADE, "", "What `kg validate` checks; `kg rules RULE` shows the same pages."]
    for about, many in groupby(manuals, key=lambda one: one.about):
        lines += ["", f"## {_sentence(about.partition(':')[2].strip() or about).removesuffix('.')}", ""]
        lines += [f"| rule | {' | '.join(shipped)} | says |", f"|---|{'---|' * len(shipped)}---|"]
        for one in many:
            levels = " | ".join(one.levels.get(name, "") for name in shipped)
            says = _plain(short(one)).replace("|", "\\|")
            lines.append(f"| [{one.rule}]({one.rule}.md) | {levels} | {says} |")
    return "\n".join([*lines, ""])


def short(manual: Manual) -> str:
    """Return the one line that a rule has in lists: what is wrong, without what would be right."""
    return manual.says.partition(";")[0].strip()


def table(manuals: Sequence[Manual]) -> str:
    """Return the rules as lines of text: level, rule, threshold where there is one, and what it says."""
    rows = [(one.level, one.rule + (f" ({one.threshold})" if one.threshold else ""), short(one)) for one in manuals]
    wide = max((len(name) for _, name, _ in rows), default=0)
    return "".join(f"{level:9}  {name:{wide}}  {said}\n" for level, name, said in rows)


def pages(manuals: Sequence[Manual], cases: Path) -> dict[str, str]:
    """Return the index and the page of every rule by file name."""
    made = {f"{one.rule}.md": page(one, example(cases, one.rule)) for one in manuals}
    return {**made, "README.md": index(manuals)}


def write(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Write pages into a folder, remove those of rules that there are no more, and return the names that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    old = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    for name in (name for name, text in old.items() if name not in texts and _MADE in text):
        (folder / name).unlink()
    for name, text in texts.items():
        if old.get(name) != text:
            write_atomically(folder / name, text.encode())
    return sorted(name for name in old.keys() | texts.keys() if old.get(name) != texts.get(name))


def written(manual: Manual) -> str:
    """Return the page of a rule as it ships; for a rule of other shape files one without examples."""
    file = declared.folder("rules") / f"{manual.rule}.md"
    return file.read_text(encoding="utf-8") if file.is_file() else page(manual, None)


def record(manual: Manual) -> dict[str, Any]:
    """Return a rule by the keys of `kg rules --json`."""
    return {
        "rule": manual.rule,
        "level": manual.level,
        "says": manual.says,
        "why": manual.why,
        "threshold": float(manual.threshold) if manual.threshold else None,
        "file": manual.file,
        "page": manual.page,
        "levels": dict(manual.levels),
    }
