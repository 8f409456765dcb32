"""
A wiki in two halves on two servers, asked through Comunica: which answers are those of the whole is a table in docs/scale.md.

Every second page is in the second half, with both of its graphs; what belongs to no page is in the first. The servers are
`oxigraph serve --union-default-graph`. `pytest --update` writes the tables anew, and leaves the last column as it is. What
is "not measured" there is not asked of the halves: take such a row away to have it measured.
"""

import re

import pyoxigraph as ox
import pytest
from support.comunica import Ended, Federation
from support.library import LIBRARY, bound
from support.oxigraph_server import Server
from support.places import EXAMPLES, ROOT, TESTS

from kg.ask import query
from kg.ingest.ingest import ingest
from kg.operations import network_facts
from kg.rdf import names
from kg.settings import dialect, kg_toml
from kg.store.reading import reading

PAGE = ROOT / "docs/scale.md"
QUESTIONS = {
    file.stem: file.read_text(encoding="utf-8") for file in sorted((TESTS / "federation/questions").glob("*.rq"))
}
SAME, ORDER, ROWS, NONE, UNKNOWN = "the same", "other order", "other rows", "no answer", "not measured"


@pytest.fixture(scope="module")
def undivided(tmp_path_factory):
    """The example, with the facts of its network: what is read of it, and all its quads."""
    place, example = tmp_path_factory.mktemp("whole") / "store", EXAMPLES / "open-source-ai"
    ingest(place, example, kg_toml.load(example / "kg.toml"), dialect.load("newsroom"))
    read = reading(place)
    return read, network_facts.asked(read, query.find("communities").text)


def halves(read, store):
    """The quads of both halves: those of every second page are in the second one."""
    paths = sorted((path, page.name) for path, page in read.pages.items())
    second = {f(read.base, name) for _, name in paths[1::2] for f in (names.graph_iri, names.provenance_iri)}
    parts = [], []
    for quad in store:
        parts[getattr(quad.graph_name, "value", "") in second].append(quad)
    return [ox.serialize(part, format=ox.RdfFormat.N_QUADS) for part in parts]


@pytest.fixture(scope="module")
def federation(undivided, installed):
    servers = [Server(data, "--union-default-graph") for data in halves(*undivided)]
    asking = Federation(installed, *(f"http://{one.address}/query" for one in servers))
    yield asking
    asking.end()
    for one in servers:
        one.process.kill()
        one.process.wait()


def both(store, federation, text):
    """What the whole answers and what the halves do, in an order of their own where the query has none."""
    answers = by_kg(store, text), federation.ask(text)
    return [sorted(one, key=str) if isinstance(one, list) and "ORDER BY" not in text else one for one in answers]


def by_kg(store, text):
    """The answer of `kg query`, where each fact counts once, in the form in which Comunica's comes."""
    answer = query.run(store, text, {})
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    return [[written(term) for term in row] for row in answer]


def written(term):
    if term is None or isinstance(term, ox.BlankNode):
        return None if term is None else "_:blank"
    return str(term)


def compared(ours, theirs):
    """How an answer of the halves is to that of the whole, and how many rows both have."""
    if isinstance(theirs, Ended):
        return NONE, size(ours), "–"
    if ours == theirs:
        return SAME, size(ours), size(theirs)
    same = not isinstance(ours, bool) and sorted(map(str, ours)) == sorted(map(str, theirs))
    return ORDER if same else ROWS, size(ours), size(theirs)


def size(answer):
    """An answer in short: its truth, its only number, or how many rows it has."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    number = re.fullmatch(r'"(\d+)".*', str(answer[0][0])) if len(answer) == 1 and len(answer[0]) == 1 else None
    return number[1] if number else f"{len(answer)} rows"


def table(mark):
    """A table of docs/scale.md: what is before it, its lines with the head, what is after it."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(f"<!-- {mark}: begin -->\n")
    told, end, after = rest.partition(f"<!-- {mark}: end -->\n")
    assert begin, f"docs/scale.md has no marks for {mark}"
    assert end, f"docs/scale.md has no marks for {mark}"
    return before + begin, told, end + after


def rows_of(told):
    """The rows of a table by name, as cells."""
    lines = [line.strip("|").split(" | ") for line in told.splitlines()[2:]]
    return {cells[0].strip(" `"): [cell.strip() for cell in cells] for cells in lines}


def hold(request, mark, questions, store, federation):
    """Hold a table against what is found: name, how it is, the whole, the halves; the last column is why."""
    before, told, after = table(mark)
    rows, found = rows_of(told), {}
    for name, text in questions.items():
        if rows.get(name, ["", ""])[1] == UNKNOWN:
            found[name] = UNKNOWN, size(by_kg(store, text)), "–"
        else:
            found[name] = compared(*both(store, federation, text))
    why = {name: rows[name][4] if name in rows else "" for name in found}
    lines = [f"| `{name}` | {' | '.join(cells)} | {why[name]} |" for name, cells in found.items()]
    now = "\n".join([*told.splitlines()[:2], *lines]) + "\n"
    if request.config.getoption("--update"):
        PAGE.write_text(before + now + after, encoding="utf-8")
    assert told == now
    assert [name for name, (how, *_) in found.items() if how not in (SAME, UNKNOWN) and not why[name]] == []


@pytest.mark.full
def test_what_the_halves_lose_is_what_the_table_says(undivided, federation, request):
    hold(request, "questions", QUESTIONS, undivided[1], federation)


@pytest.mark.nightly
def test_every_query_of_the_library_has_over_the_halves_the_answer_that_the_table_says(undivided, federation, request):
    read, store = undivided
    vocabulary = query.Vocabulary(read.base, read.pages)
    library = {name: bound(query.find(name), store, vocabulary) for name in sorted(LIBRARY)}

    hold(request, "library", library, store, federation)


@pytest.mark.full
def test_both_halves_together_are_the_whole_and_no_graph_is_in_both(undivided):
    one, other = ([*ox.parse(data, format=ox.RdfFormat.N_QUADS)] for data in halves(*undivided))

    assert {quad.graph_name for quad in one} & {quad.graph_name for quad in other} == set()
    assert len(one) + len(other) == len(undivided[1])
    assert min(len(one), len(other)) > len(undivided[1]) / 3
