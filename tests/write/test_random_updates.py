"""Any edit of the graph is the edit of the lines that say it, and of no other: map(parse(render(G'))) = G'."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat
from pyoxigraph import parse as read_quads
from support.pages import BASE, mapped
from support.tier import CASES

from kg.ingest import ingest
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store import reading
from kg.write import render, replace_files, sparql_update

GRADES = ("fact", "analysis", "forecast")
VOICES = ("[[Council]]", "[[Guild]]", "Ada Example, surveyor", '[[Guild]], "acting"', "会议")
RELATIONS = ("references", "cites", "contradicts", "defines")
TARGETS = ("[[Council]]", "[[Guild|the guild]]", "[[Harbour]]")
# Words of a line: letters of several scripts, what is markup elsewhere, and what SPARQL has its own meaning for.
WORDS = st.lists(
    st.sampled_from(["boats", "3.5 %", "[[Guild]]", "`$x`", 'the "quay"', "a\\b", "é 水", "*new*", "{y}", "# no", "?z"]),
    min_size=1, max_size=4,
).map(" ".join)  # fmt: skip
claims = st.tuples(st.sampled_from(GRADES), st.sampled_from(VOICES), WORDS)
quotes = st.tuples(WORDS.map(lambda words: words.replace('"', "'")), st.sampled_from(VOICES[:3]))
connections = st.tuples(st.sampled_from(RELATIONS), st.sampled_from(TARGETS), WORDS)
days = st.dates().map(str)
aliases = st.lists(st.sampled_from(["Port", "The Quay", "港", "Hafen A"]), min_size=1, max_size=3, unique=True)


@st.composite
def pages(draw):
    """The parts of a page: title, date, aliases, claims, quotes and connections, no two of them alike."""
    return {
        "title": draw(st.sampled_from(["Survey", "The 2nd survey", "測量"])),
        "published": draw(days),
        "aliases": draw(aliases),
        "claims": draw(st.lists(claims, min_size=2, max_size=4, unique_by=lambda one: one[2])),
        "quotes": draw(st.lists(quotes, min_size=1, max_size=2, unique_by=lambda one: one[0])),
        "connections": draw(st.lists(connections, min_size=1, max_size=3, unique_by=lambda one: one[2])),
    }


def written(parts):
    """The page that these parts are written as."""
    lines = ["---", f"title: {parts['title']}", "type: source", f"published: {parts['published']}"]
    lines += [f"aliases: [{', '.join(parts['aliases'])}]", "---", "", "## Key Claims", ""]
    lines += [f"- [{grade}] {who} — {words}" for grade, who, words in parts["claims"]]
    lines += ["", "## Key Quotes", ""]
    lines += [line for words, who in parts["quotes"] for line in (f'> "{words}" — {who}', "")]
    lines += ["## Connections", ""]
    lines += [f"- {relation}: {target} — {words}" for relation, target, words in parts["connections"]]
    return "\n".join([*lines, "", "## Summary", "", "It is one sentence. It is another one.", ""])


def text(value):
    """A text in SPARQL."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def swap(before, after, where):
    return (
        f"DELETE {{ GRAPH ?g {{ {before} }} }} INSERT {{ GRAPH ?g {{ {after} }} }} "
        f"WHERE {{ GRAPH ?g {{ {where} FILTER(STRENDS(STR(?g), 'sources/survey')) }} }}"
    )


def of_field(key, value):
    return swap("?f nr:yaml ?old", f"?f nr:yaml {text(value)}", f"?f nr:key '{key}' ; nr:yaml ?old .")


def block(kind, words):
    return f"?b a nr:{kind} ; nr:inSection ?in ; nr:markup {text(words)} ."


PARTS = {"claims": "Claim", "quotes": "Quote", "connections": "Connection"}


@st.composite
def edits(draw, parts):
    """An edit of a page's graph, in SPARQL, and the parts of the page that it must come to."""
    then = {key: list(value) if isinstance(value, list) else value for key, value in parts.items()}
    kind = draw(st.sampled_from(
        ["title", "published", "aliases", "grade", "claimant", "text", "quote", "speaker", "relation", "target", "add", "connect", "remove"]
    ))  # fmt: skip
    if kind in ("title", "published", "aliases"):
        then[kind] = draw({"title": st.sampled_from(["Report", "測量 2"]), "published": days, "aliases": aliases}[kind])
        value = f"[{', '.join(then[kind])}]" if kind == "aliases" else then[kind]
        return of_field(kind, value), then
    if kind in ("add", "connect"):
        where = "claims" if kind == "add" else "connections"
        fresh = draw((claims if kind == "add" else connections).filter(lambda one: one[2] not in said(then)))
        first = then[where][0]
        then[where].insert(1, fresh)
        grade, who, words = fresh
        facts = (
            f"a nr:Claim ; nr:epistemicType nr:{grade} ; nr:saidByText {text(who)}"
            if kind == "add" else f"a nr:Connection ; rdf:predicate nr:{grade} ; nr:targetText {text(who)}"
        )  # fmt: skip
        where_it_stands = "nr:inSection ?in ; nr:position ?between"
        add = f"<urn:new> {facts} ; {where_it_stands} ; nr:markup {text(words)}"
        return swap("", add, f"{block(PARTS[where], first[2])} ?b nr:position ?n . BIND(?n + 0.5 AS ?between)"), then
    where = {"grade": "claims", "claimant": "claims", "text": "claims", "quote": "quotes", "speaker": "quotes",
             "relation": "connections", "target": "connections", "remove": draw(st.sampled_from(sorted(PARTS)))}[kind]  # fmt: skip
    at = draw(st.integers(0, len(then[where]) - 1))
    old = then[where][at]
    words = old[0] if where == "quotes" else old[2]
    here = block(PARTS[where], f'"{words}"' if where == "quotes" else words)
    if kind == "remove":
        # The first line below a heading has the empty line before it: another one takes its place, not that.
        at = at or len(then[where]) - 1
        if not at:
            return "DELETE DATA { }", then
        old = then[where].pop(at)
        words = f'"{old[0]}"' if where == "quotes" else old[2]
        return swap("?part ?p ?o", "", f"{block(PARTS[where], words)} ?part schema:isPartOf* ?b ; ?p ?o ."), then
    if kind in ("text", "quote"):
        fresh = draw(WORDS.map(lambda one: one.replace('"', "'")).filter(lambda one: one not in said(then)))
        then[where][at] = (fresh, old[1]) if where == "quotes" else (*old[:2], fresh)
        value = f'"{fresh}"' if where == "quotes" else fresh
        return swap("?b nr:markup ?old", f"?b nr:markup {text(value)}", f"{here} ?b nr:markup ?old ."), then
    choices = {"grade": GRADES, "claimant": VOICES, "speaker": VOICES[:3], "relation": RELATIONS, "target": TARGETS}
    fresh = draw(st.sampled_from(choices[kind]))
    word = {"grade": "epistemicType", "claimant": "saidByText", "speaker": "saidByText", "target": "targetText"}
    predicate = "rdf:predicate" if kind == "relation" else f"nr:{word[kind]}"
    value = f"nr:{fresh}" if kind in ("grade", "relation") else text(fresh)
    index = 1 if kind in ("claimant", "speaker", "target") else 0
    then[where][at] = (*old[:index], fresh, *old[index + 1 :])
    return swap(f"?b {predicate} ?old", f"?b {predicate} {value}", f"{here} ?b {predicate} ?old ."), then


def said(parts):
    """All words by which lines are told apart."""
    return {one[0] if key == "quotes" else one[2] for key in PARTS for one in parts[key]}


OTHERS = {
    "entities/Council.md": "# Council\n\nIt governs, as [[survey]] says.\n",
    "entities/Guild.md": "# Guild\n\nIts pilots. See [[Port]].\n",
}


@pytest.fixture(scope="module")
def updates_place(tmp_path_factory):
    return tmp_path_factory.mktemp("updates")


def quads(lines):
    return set(read_quads("".join(lines).encode(), format=RdfFormat.N_QUADS))


def of_pages(store, graphs):
    return {quad for graph in graphs for quad in store.quads_for_pattern(None, None, None, NamedNode(graph))}


@settings(max_examples=CASES // 20)
@given(st.data())
def test_any_row_of_edits_of_the_graph_is_the_edit_of_the_lines_that_say_it(updates_place, data):
    parts = data.draw(pages())
    number = len(list(updates_place.iterdir()))
    root, store = updates_place / f"w{number}", updates_place / f"w{number}" / ".kg"
    wiki = {"sources/survey.md": written(parts), **OTHERS}
    for path, words in wiki.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(words, encoding="utf-8")
    config, spoken = Config(wiki=root, base=BASE), dialect.load("newsroom")
    ingest.ingest(store, root, config, spoken)
    for _ in range(data.draw(st.integers(1, 4))):
        update, parts = data.draw(edits(parts))
        expected = {**wiki, "sources/survey.md": written(parts)}

        rewritten = sparql_update.update(sparql_update.Base(reading.reading(store), config, spoken), update, {})
        replace_files.replace_all(root, rewritten)
        if rewritten:
            ingest.ingest(store, root, config, spoken, only=[page.path for page in rewritten])

        found = {path: (root / path).read_text(encoding="utf-8") for path in wiki}
        assert found == expected
        now = reading.reading(store).quads
        assert {page.path: render.render(now, page).decode() for page in render.pages(now)} == expected
        fresh = quads(mapped({path: words.encode() for path, words in expected.items()}))
        assert of_pages(now, {quad.graph_name.value for quad in fresh}) == fresh
        wiki = found
