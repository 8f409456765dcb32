"""Communities and what follows from them: one answer for one wiki, labels that stay, facts that queries ask for."""

import json
import shutil
import sys

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat
from support.commands import kg
from support.places import EXAMPLES
from support.tier import CASES

from kg.ask import query
from kg.ingest.ingest import ingest
from kg.model.finding import KgError
from kg.network import communities, facts, labels, measures, terms
from kg.network import links as network_links
from kg.network.communities import Start
from kg.network.facts import Hints
from kg.network.labels import Label, Sources
from kg.network.links import Links, Topic
from kg.operations import kept_links, network_facts
from kg.rdf import sparql_text
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading

BASE = "https://wiki.example/"


def made(pairs, core=None):
    """Links between topics that are called by words; all are of the core but those named otherwise."""
    topics = sorted({topic for pair in pairs for topic in pair})
    inside = topics if core is None else core
    known = {
        f"{BASE}id/{one}": Topic(f"{BASE}id/{one}", f"{one}.md", one, core=one in inside, lists=False) for one in topics
    }
    return Links(known, {(f"{BASE}id/{a}", f"{BASE}id/{b}"): 15 for a, b in pairs})


def short(groups):
    return [sorted(topic.rpartition("/")[2] for topic in group) for group in groups]


def ring(*topics):
    """Everybody names everybody."""
    return [(a, b) for a in topics for b in topics if a != b]


TWO = [*ring("a1", "a2", "a3", "a4"), *ring("b1", "b2", "b3", "b4"), ("a1", "b1")]


def test_topics_that_name_each_other_are_a_community_and_sources_join_the_one_that_they_name():
    pairs = [*TWO, ("s", "a1"), ("s", "a2"), ("s", "b1"), ("t", "b3")]
    links = made(pairs, core=[name for pair in TWO for name in pair])

    groups = communities.find(communities.weights(links), Start())
    joins = communities.joining(links, groups)

    assert short(groups) == [["a1", "a2", "a3", "a4"], ["b1", "b2", "b3", "b4"]]
    assert (joins[f"{BASE}id/s"], joins[f"{BASE}id/t"]) == (0, 1)


def test_the_topics_at_the_ends_of_the_only_link_between_communities_are_bridges_and_the_link_surprises():
    links = made(TWO)
    joined = communities.weights(links)
    groups = communities.find(joined, Start())

    found = measures.measure(links, joined, communities.joining(links, groups), len(groups))

    assert [topic.rpartition("/")[2] for topic in found.bridging] == ["a1", "b1"]
    assert [(link.one[-2:], link.other[-2:], link.score) for link in found.surprising] == [("a1", "b1", 4.0)]
    assert found.cohesion == {0: round(12 / 13, 4), 1: round(12 / 13, 4)}
    assert found.betweenness[f"{BASE}id/a2"] == 0


def test_what_pages_name_together_and_no_link_joins_is_a_gap():
    sources = [(f"s{n}", topic) for n in range(4) for topic in ("a2", "b2")]
    links = made([*TWO, *sources], core=[name for pair in TWO for name in pair])
    joined = communities.weights(links)
    groups = communities.find(joined, Start())

    found = measures.measure(links, joined, communities.joining(links, groups), len(groups))

    assert [(gap.one[-2:], gap.other[-2:], gap.pages) for gap in found.topic_gaps] == [("a2", "b2", 4)]
    assert found.community_gaps == [(0, 1, 4, 1)]


WORDS = [f"t{n}" for n in range(12)]


@settings(max_examples=max(20, CASES // 4))
@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).filter(lambda p: p[0] != p[1]), max_size=40, unique=True),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_pages_and_links_does_not_matter(pairs, shuffled):
    other = list(pairs)
    shuffled.shuffle(other)

    one = facts.network(made(pairs), BASE, Hints())

    assert facts.network(made(other), BASE, Hints()) == one
    assert {topic for label in one.labels for topic in label.members} == {
        f"{BASE}id/{t}" for pair in pairs for t in pair
    }


def named(groups, editor=(), earlier=(), tags=None):
    sources = Sources(editor, earlier, tags or {}, {}, {})
    return [(one.slug, one.name, one.origin) for one in labels.give([frozenset(group) for group in groups], sources)]


def test_a_label_stays_while_half_of_the_members_stay():
    before = [Label("old", "Old", frozenset("abcd"), labels.TAGS)]

    assert named(["abcdef"], earlier=before) == [("old", "Old", "tags")]
    assert named(["abefg"], earlier=before)[0][0] != "old"


def test_the_label_of_a_community_that_fell_apart_stays_with_the_part_that_is_more_alike():
    before = [Label("old", "Old", frozenset("abcdefghij"), labels.TAGS)]

    found = named(["ghij", "abcdef"], earlier=before, tags={"g": ["y"], "h": ["x"]})

    assert found == [("x-y", "x · y", "tags"), ("old", "Old", "tags")]


def test_the_editors_label_takes_the_place_of_one_that_was_made():
    before = [Label("made", "Made", frozenset("abcd"), labels.TAGS)]
    editor = [Label("theirs", "Theirs", frozenset("abz"))]

    assert named(["abcd"], editor, before) == [("theirs", "Theirs", "editor")]
    assert named(["abcd"], [Label("theirs", "Theirs", frozenset("ayz"))], before) == [("made", "Made", "tags")]


def test_the_editors_label_stays_where_it_was_when_its_anchors_have_moved_and_goes_when_it_is_taken_back():
    before = [Label("theirs", "Theirs", frozenset("abcd"), labels.EDITOR)]
    renamed = [Label("theirs", "A new name", frozenset("wxyz"))]

    assert named(["wxyz", "abcd"], renamed, before)[1] == ("theirs", "A new name", "editor")
    assert named(["abcd"], [], before, tags={"a": ["tides"]}) == [("tides", "tides", "tags")]


def test_a_label_is_made_of_the_two_commonest_tags_and_never_given_twice():
    tags = {"a": ["sea", "port"], "b": ["sea"], "c": ["sea", "port"], "d": ["port", "sea"]}

    assert named(["ab", "cd"], tags=tags) == [("sea-port", "sea · port", "tags"), ("port-sea", "port · sea", "tags")]
    assert named(["c", "d"], tags=tags) == [("port-sea", "port · sea", "tags"), ("port-sea-2", "port · sea", "tags")]


@pytest.fixture(scope="module")
def grouped(tmp_path_factory):
    """The store of a copy of the example, whose pages a test may edit; the copy lies beside it."""
    folder = tmp_path_factory.mktemp("grouped")
    shutil.copytree(EXAMPLES / "open-source-ai", folder / "pages", ignore=shutil.ignore_patterns(".kg"))
    (folder / "pages/graph/cluster_labels.json").unlink()
    take(folder)
    return folder


def take(folder):
    ingest(folder / ".kg", folder / "pages", Config(), dialect.load("newsroom"))


def rows(store, name, **values):
    about = query.find(name)
    read = reading(store)
    quads = network_facts.asked(read, about.text)
    terms = query.values(about, values, query.Vocabulary(read.base, read.pages), quads)
    return [[term.value if term else None for term in row] for row in query.run(quads, about.text, terms)]


GIVEN = {"community": {"topic": "a1"}, "one-source-hubs": {"links": "3", "communities": "2"}}


@pytest.fixture(scope="module")
def rings(tmp_path_factory):
    """The store of a wiki of two rings of topics, four sources that name one of each, and a topic that nobody names."""
    folder = tmp_path_factory.mktemp("rings")
    for name in sorted({a for a, _ in TWO} | {"alone"}):
        named = "".join(f"- [[{b}]] — a word\n" for a, b in TWO if a == name)
        head = f"---\ntitle: {name}\ntype: concept\nsources: [s0]\ntags: [x, y]\n---\n"
        (folder / "concepts").mkdir(exist_ok=True)
        (folder / f"concepts/{name}.md").write_text(f"{head}\n## Connections\n\n{named}", encoding="utf-8")
    for number in range(4):
        (folder / "sources").mkdir(exist_ok=True)
        words = f"---\ntitle: s{number}\ntype: source\n---\n\nOf [[a2]] and [[b2]].\n"
        (folder / f"sources/s{number}.md").write_text(words, encoding="utf-8")
    ingest(folder / ".kg", folder, Config(base=BASE), dialect.load("newsroom"))
    return folder


OF_NETWORK = [
    name for name in sparql_text.library() if terms.asks(sparql_text.tokens(query.find(name).text), BASE)
]  # fmt: skip


@pytest.mark.parametrize("name", OF_NETWORK)
def test_each_question_of_the_library_has_rows_with_places(rings, name):
    about = query.find(name)
    read = reading(rings / ".kg")
    quads = network_facts.asked(read, about.text)
    terms = query.values(about, GIVEN.get(name, {}), query.Vocabulary(read.base, read.pages), quads)
    answer = query.run(quads, about.text, terms)
    columns = [variable.value for variable in answer.variables]
    found = [{head: row[head].value if row[head] else "" for head in columns} for row in answer]

    assert found
    assert columns[-2:] == ["path", "line"] or columns[-3:] == ["path", "line", "column"]
    for row in found:
        lines = (rings / row["path"]).read_text(encoding="utf-8").split("\n")
        assert int(row.get("column", 1)) <= len(lines[int(row["line"]) - 1])


@pytest.fixture(scope="module")
def ringed(rings):
    """The quads of the rings and of their network, for another engine."""
    quads = network_facts.asked(reading(rings / ".kg"), "ASK { ?s nr:inCommunity ?o }")
    found = rdflib.Dataset(default_union=True)
    found.parse(data=quads.dump(format=RdfFormat.N_QUADS), format="nquads")
    return found


@pytest.mark.parametrize("name", OF_NETWORK)
def test_another_engine_gives_the_same_rows_of_the_network(rings, ringed, name):
    about, read = query.find(name), reading(rings / ".kg")
    terms = query.values(about, GIVEN.get(name, {}), query.Vocabulary(read.base, read.pages), read.quads)

    theirs = ringed.query(sparql_text.bind(about.text, terms))

    ours = rows(rings / ".kg", name, **GIVEN.get(name, {}))
    assert [[plain(term) for term in row] for row in theirs] == [[plain(term) for term in row] for row in ours]


def plain(term):
    """A term as a text, a number by its value."""
    try:
        return str(float(term))
    except (TypeError, ValueError):
        return None if term is None else str(term)


def test_a_community_is_asked_for_by_one_of_its_topics(grouped):
    found = rows(grouped / ".kg", "community", topic="OLMo")

    assert ["Pythia", "true"] in [[row[1].rpartition("/")[2], row[2]] for row in found]
    assert ["pythia-suite-2023", "false"] in [[row[1].rpartition("/")[2], row[2]] for row in found]
    assert len({row[0] for row in found}) == 1


def test_the_generation_and_the_wiki_stay_as_they_are_and_a_query_without_its_terms_sees_nothing_of_it(grouped):
    count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    before = {path: path.read_bytes() for path in (grouped / "pages").rglob("*") if path.is_file()}
    rows(grouped / ".kg", "central")
    read = reading(grouped / ".kg")

    assert network_facts.asked(read, count) is read.quads
    assert network_facts.asked(read, f"{count} # nr:inCommunity") is read.quads
    assert network_facts.asked(read, "SELECT ?t { ?t nr:inCommunity ?c }") is not read.quads
    assert network_facts.asked(read, f"ASK {{ GRAPH <{read.base}graph/network> {{ ?s ?p ?o }} }}") is not read.quads
    assert {path: path.read_bytes() for path in (grouped / "pages").rglob("*") if path.is_file()} == before
    assert json.loads(kg("--store", grouped / ".kg", "doctor", "--json", code=0).stdout)


def test_facts_are_iris_of_this_wiki_and_terms_of_the_vocabulary(grouped):
    read = reading(grouped / ".kg")
    found = network_facts.of(read).lines
    used = {
        line.split("> <https://w3id.org/newsroom-kg/ns#")[1].partition(">")[0]
        for line in found
        if "> <https://w3id" in line
    }

    assert found == tuple(sorted(found))
    assert all(line.startswith(f"<{read.base}") and line.endswith(f" <{read.base}graph/network> .\n") for line in found)
    assert used <= terms.TERMS_OF_IT
    assert "_:" not in "".join(found)


def test_three_runs_give_the_same_bytes_whatever_hashes_and_the_order_of_files_are(tmp_path):
    pages = {one: "".join(f"[[{b}]]\n" for a, b in TWO if a == one) for one in sorted({a for a, _ in TWO})}
    answers = set()
    for turn, order in enumerate((False, True, True)):
        for name in sorted(pages, reverse=order):
            (tmp_path / str(turn)).mkdir(exist_ok=True)
            (tmp_path / str(turn) / f"{name}.md").write_text(f"---\ntags: [x, y]\n---\n{pages[name]}", encoding="utf-8")
        store = tmp_path / str(turn) / ".kg"
        ingest(store, tmp_path / str(turn), Config(base=BASE), dialect.load("generic"))
        text = "SELECT ?s ?p ?o { GRAPH <https://wiki.example/graph/network> { ?s ?p ?o } } ORDER BY ?s ?p ?o"
        how = {"PYTHONHASHSEED": str(turn)} if turn < 2 else {}
        answers.add(kg("--store", store, "query", "-e", text, "--format", "csv", code=0, **how).stdout)

    assert len(answers) == 1
    assert "community/x-y-2" in answers.pop()


def agreement(one, other):
    """The adjusted Rand index of two partitions, over the topics that both have."""
    pairs = {frozenset((a, b)) for group in one for a in group for b in group if a < b}
    others = {frozenset((a, b)) for group in other for a in group for b in group if a < b}
    topics = {t for group in one for t in group} & {t for group in other for t in group}
    count = len(topics) * (len(topics) - 1) / 2
    pairs, others = ({pair for pair in found if pair <= topics} for found in (pairs, others))
    chance = len(pairs) * len(others) / count
    return (len(pairs & others) - chance) / ((len(pairs) + len(others)) / 2 - chance)


def edits(pages, many=10):
    """Add to so many pages a sentence that names another page."""
    found = sorted([*pages.glob("concepts/*.md"), *pages.glob("entities/*.md")])
    for number in range(many):
        page, other = found[number * 7 % len(found)], found[(number * 7 + 11) % len(found)]
        with page.open("a", encoding="utf-8") as handle:
            handle.write(f"\nIt is mentioned beside [[{other.stem}]].\n")
        yield page


def test_after_ten_edits_the_communities_keep_their_labels_and_most_of_their_members(grouped, tmp_path):
    shutil.copytree(grouped, tmp_path / "copy")
    before = network_facts.of(reading(tmp_path / "copy/.kg")).labels
    assert len(list(edits(tmp_path / "copy/pages"))) == 10
    take(tmp_path / "copy")
    after = network_facts.of(reading(tmp_path / "copy/.kg")).labels
    kept = sum(len(old.members & new.members) for old in before for new in after if old.slug == new.slug)

    assert {label.slug for label in after} == {label.slug for label in before}
    assert kept >= 0.8 * sum(len(label.members) for label in before)
    assert agreement([one.members for one in before], [one.members for one in after]) >= 0.5


def test_after_an_edit_the_links_are_those_of_a_wiki_that_is_read_anew(grouped, tmp_path):
    shutil.copytree(grouped, tmp_path / "copy")
    pages = tmp_path / "copy/pages"
    kept_links.of(reading(tmp_path / "copy/.kg"))
    steps = [
        lambda: (pages / "concepts/NewTopic.md").write_text(
            "---\ntype: concept\n---\n\nSee [[OLMo]].\n", encoding="utf-8"
        ),
        lambda: (pages / "entities/OLMo.md").rename(pages / "concepts/OLMo.md"),
        (pages / "entities/Pythia.md").unlink,
        lambda: shutil.copy(pages / "entities/Meta.md", pages / "concepts/Meta.md"),
        lambda: list(edits(pages, 3)),
    ]
    for step in steps:
        step()
        take(tmp_path / "copy")
        read = reading(tmp_path / "copy/.kg")

        assert kept_links.of(read) == network_links.read(read.quads, read.base)


def test_without_the_libraries_one_line_says_what_to_install_and_other_questions_are_answered(grouped, monkeypatch):
    for name in ("networkx", "graspologic_native"):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(KgError, match=r"pip install 'newsroom-kg\[network\]'"):
            rows(grouped / ".kg", "communities")
        monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "networkx", None)

    assert rows(grouped / ".kg", "sources")


@pytest.fixture(scope="module")
def syn100(shared, tmp_path_factory):
    """A generation of newsroom-syn100, and what its own tools found."""
    root = shared / "corpora/newsroom-syn100"
    folder = tmp_path_factory.mktemp("syn100") / ".kg"
    ingest(folder, root / "wiki", Config(), dialect.load("newsroom"))
    return reading(folder), json.loads((root / "graph/_clusters.json").read_text(encoding="utf-8"))


@pytest.mark.full
def test_newsroom_syn100_has_the_labels_and_the_members_that_its_own_tools_found(syn100):
    read, file = syn100
    paths = {iri: topic.path for iri, topic in kept_links.of(read).topics.items()}
    found = network_facts.of(read)

    assert {one.slug: sorted(map(paths.get, one.members)) for one in found.labels} == {
        cluster["slug"]: sorted(cluster["members"]) for cluster in file["clusters"]
    }


@pytest.mark.full
def test_newsroom_syn100_has_the_same_members_from_a_cold_start_and_its_sources_the_same_community(syn100):
    read, file = syn100
    links = kept_links.of(read)
    paths = {iri: topic.path for iri, topic in links.topics.items()}
    groups = communities.find(communities.weights(links), Start())
    called = {frozenset(cluster["members"]): cluster["slug"] for cluster in file["clusters"]}
    slugs = [called[frozenset(map(paths.get, group))] for group in groups]
    joins = communities.joining(links, groups)

    assert sorted(slugs) == sorted(called.values())
    assert {paths[iri]: slugs[at] for iri, at in joins.items() if paths[iri].startswith("sources/")} == {
        path: said["primary"] for path, said in file["source_assignments"].items()
    }
