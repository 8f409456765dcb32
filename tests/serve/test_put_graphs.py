"""Graphs that clients put: kept beside the pages, whole or not at all, and a page's through the gate of updates."""

import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse
from support.commands import kg
from support.kg_server import UPDATE, Server
from support.tier import CASES

from kg.imports import kept, put_graphs
from kg.model.kg_error import KgError
from kg.rdf import names
from kg.serve import worker
from kg.serve.jobs import Jobs, Setting
from kg.settings.import_limits import ImportLimits
from kg.store.reading import reading

TOKEN = "a-token-of-some-length"  # noqa: S105  # of this test
GRAPH = "https://other.example/g"
SAID = "<https://a.example/x> <https://a.example/p> [ <https://a.example/q> 'über' ] ."
TURTLE = "text/turtle"


@pytest.fixture
def put_wiki(served_wiki, tmp_path):
    """A copy of the wiki with its store, which a test may change."""
    return shutil.copytree(served_wiki, tmp_path / "put_wiki")


class Asked:
    """A store as a worker has it: what it answers to one message after another."""

    def __init__(self, put_wiki):
        self.put_wiki, self.store = put_wiki, put_wiki / ".kg"
        self.jobs = Jobs(Setting(self.store, put_wiki / "kg.toml" if (put_wiki / "kg.toml").exists() else None))

    def write(self, method, graph, body="", kind=TURTLE, **more):
        head = {"kind": "put", "method": method, "graph": graph, "content_type": kind, **more}
        said, data = worker.answer(self.jobs, head, body.encode())
        return said["status"], data.decode()

    def update(self, text):
        said, data = worker.answer(self.jobs, {"kind": "update", "default": [], "named": []}, text.encode())
        return said["status"], data.decode()

    def read(self, graph, **more):
        head = {"kind": "graph", "graph": graph, "forms": {"graph": "ntriples"}, **more}
        said, data = worker.answer(self.jobs, head, b"")
        return canonical(data) if said["status"] == 200 else said["status"]

    def tag(self):
        return self.jobs.generation()[1].tag

    def ask(self, text):
        head = {"kind": "query", "forms": {"rows": "json", "boolean": "json", "graph": "ntriples"}}
        said, data = worker.answer(self.jobs, head, text.encode())
        assert said["status"] == 200, data
        return json.loads(data)


def canonical(data, form=RdfFormat.TURTLE):
    found = Dataset(parse(data, format=form))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in found}


@pytest.fixture
def put_to(put_wiki):
    return Asked(put_wiki)


def test_a_graph_is_put_read_added_to_and_taken_away(put_to):
    before = put_to.tag()
    made = put_to.write("PUT", GRAPH, SAID)
    tag = put_to.tag()

    assert made == (201, "")
    assert put_to.read(GRAPH) == canonical(SAID.encode())
    assert put_to.ask(f"ASK {{ GRAPH <{GRAPH}> {{ ?s ?p [ ?q 'über' ] }} ?s ?p [ ?q 'über' ] }}")["boolean"] is True
    assert before != tag
    assert (put_to.write("PUT", GRAPH, SAID), put_to.tag()) == ((204, ""), tag)
    assert put_to.write("POST", GRAPH, "<https://a.example/y> a <https://a.example/Z> .")[0] == 204
    assert len(put_to.read(GRAPH)) == 3
    assert put_to.write("DELETE", GRAPH)[0] == 204
    assert (put_to.read(GRAPH), put_to.tag()) == (404, put_to.tag())
    assert put_to.write("DELETE", GRAPH)[0] == 404


def test_the_wiki_itself_knows_nothing_of_it_unless_it_is_asked_with_imports(put_to):
    put_to.write(
        "PUT", GRAPH, "<https://a.example/x> a nr:Claim .".replace("nr:Claim", f"<{names.expand('nr:Claim')}>")
    )

    def ask(*words):
        text = f"ASK {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
        return kg("query", "-e", text, *words, cwd=put_to.put_wiki, code=0)

    assert (ask().stdout, ask("--imported").stdout) == ("false\n", "true\n")
    assert kg("import", "--list", cwd=put_to.put_wiki, code=0).stdout == ""
    kg("import", "--remove", "put-graphs", cwd=put_to.put_wiki, code=0)
    assert put_to.read(GRAPH) == 404


def test_relative_names_are_below_the_graph_and_an_empty_graph_is_none(put_to):
    put_to.write("PUT", GRAPH, "<#it> a <other> .")

    assert put_to.read(GRAPH) == canonical(b"<https://other.example/g#it> a <https://other.example/other> .")
    assert put_to.write("PUT", GRAPH, "") == (204, "")
    assert put_to.read(GRAPH) == 404


def test_what_is_put_outside_all_graphs_is_what_the_default_graph_says_too(put_to):
    pages = put_to.read("")
    assert put_to.write("PUT", "", SAID)[0] == 204

    assert pages < put_to.read("") and len(put_to.read("")) == len(pages) + 2  # noqa: PT018  # one state
    assert put_to.write("DELETE", "")[0] == 204
    assert put_to.read("") == pages


def test_a_graph_without_a_name_gets_one_of_what_it_says(put_to):
    head = {"kind": "put", "method": "POST", "graph": None, "content_type": TURTLE}
    said, _ = worker.answer(put_to.jobs, head, SAID.encode())

    assert said["status"] == 201
    assert said["location"].startswith(f"{reading(put_to.store).base}new/")
    assert put_to.read(said["location"]) == canonical(SAID.encode())


@pytest.mark.parametrize(
    ("status", "words", "graph", "body", "kind"),
    [
        (400, "where the graphs of pages and imports are", "graph/sources/none", SAID, TURTLE),
        (400, "where the graphs of pages and imports are", "prov/none", SAID, TURTLE),
        (400, "expected an IRI", "no iri", SAID, TURTLE),
        (400, "with 'javascript:'", "javascript:x", SAID, TURTLE),
        (400, "with 'javascript:'", GRAPH, "<https://a.example/x> a <javascript:x> .", TURTLE),
        (400, "not readable as Turtle", GRAPH, "<https://a.example/x> a", TURTLE),
        (400, "names graphs itself", GRAPH, '{"@id": "urn:g", "@graph": [{"@id": "urn:a", "@type": "urn:b"}]}', "application/ld+json"),
        (415, "expected text/turtle", GRAPH, SAID, "application/rdf+xml"),
        (415, "expected text/turtle", GRAPH, SAID, ""),
        (400, "1 to 100 parts", GRAPH, SAID, "multipart/form-data"),
        (400, "more than 100 brackets", GRAPH, "<urn:a> <urn:b> " + "[ <urn:b> " * 101 + "1" + "]" * 101 + " .", TURTLE),
    ],
)  # fmt: skip
def test_what_is_no_graph_to_be_put_is_refused_and_nothing_changes(put_to, status, words, graph, body, kind):
    put_to.write("PUT", "https://other.example/before", SAID)
    before = kept.place(put_to.store, kept.PUT).read_bytes()
    name = reading(put_to.store).base + graph if graph.startswith(("graph/", "prov/")) else graph
    said = put_to.write("PUT", name, body, kind)

    assert said[0] == status, said
    assert words in said[1]
    assert kept.place(put_to.store, kept.PUT).read_bytes() == before


def test_a_page_of_its_own_graph_is_itself_and_one_with_another_line_is_that_page(put_to):
    base = reading(put_to.store).base
    iri = f"{base}graph/sources/llama-3-1-license"
    head = {"kind": "graph", "graph": iri, "forms": {"graph": "ntriples"}}
    text = worker.answer(put_to.jobs, head, b"")[1].decode()
    same = put_to.write("PUT", iri, text, "application/n-triples")
    other = put_to.write("PUT", iri, text.replace("700 million", "701 million"), "application/n-triples")

    assert (same[0], json.loads(same[1])) == (200, {"pages": [], "graphs": [], "generation": None})
    assert other[0] == 200, other
    assert [one["path"] for one in json.loads(other[1])["pages"]] == ["sources/llama-3-1-license.md"]
    assert "701 million" in (put_to.put_wiki / "sources/llama-3-1-license.md").read_text()


def test_a_page_with_words_that_look_like_a_blank_node_is_itself_too(put_to):
    page = put_to.put_wiki / "sources/llama-3-1-license.md"
    page.write_text(page.read_text() + "\nmost_: 700 million users.\n")
    kg("ingest", cwd=put_to.put_wiki, code=0)
    iri = f"{reading(put_to.store).base}graph/sources/llama-3-1-license"
    head = {"kind": "graph", "graph": iri, "forms": {"graph": "ntriples"}}
    text = worker.answer(put_to.jobs, head, b"")[1].decode()

    assert '"most_: 700 million users.' in text
    assert put_to.write("PUT", iri, text, "application/n-triples")[0] == 200
    status, words = put_to.write("POST", iri, SAID)
    assert (status, "has no blank nodes; give them IRIs" in words) == (400, True)


@pytest.mark.parametrize("method", ["DELETE", "POST", "PUT"])
def test_a_page_that_no_text_would_stand_behind_is_refused(put_to, method):
    base = reading(put_to.store).base
    page = put_to.put_wiki / "sources/llama-3-1-license.md"
    before = page.read_bytes(), put_to.read(f"{base}graph/sources/llama-3-1-license")
    said = put_to.write(method, f"{base}graph/sources/llama-3-1-license", SAID)

    assert said[0] == 400, said
    assert (page.read_bytes(), put_to.read(f"{base}graph/sources/llama-3-1-license")) == before
    assert put_to.write(method, f"{base}graph/corpus", "<urn:a> <urn:b> <urn:c> .")[0] == 400


def test_an_update_writes_graphs_of_no_page_and_never_those_and_pages_at_once(put_to):
    swap = 'DELETE { GRAPH ?g { ?c nr:saidByText ?who } } INSERT { GRAPH ?g { ?c nr:saidByText "[[EU]]" } } WHERE { GRAPH ?g { ?c nr:saidByText ?who } }'
    data = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <urn:a> <urn:b> _:c . _:c <urn:d> <e> }} }}"
    done = put_to.update(data)

    assert (done[0], json.loads(done[1])) == (200, {"pages": [], "graphs": [GRAPH], "generation": None})
    assert len(put_to.read(GRAPH)) == 2
    assert f"{reading(put_to.store).base}e" in "".join(put_to.read(GRAPH))
    both = put_to.update(f"{swap} ; INSERT DATA {{ GRAPH <{GRAPH}> {{ <urn:a> <urn:b> <urn:f> }} }}")
    assert (both[0], "send one for each" in both[1]) == (400, True)
    assert put_to.update(f"DROP GRAPH <{GRAPH}>")[0] == 200
    assert put_to.read(GRAPH) == 404


def test_what_clients_put_has_no_part_in_what_a_page_says(put_to):
    base = reading(put_to.store).base
    lines = worker.answer(
        put_to.jobs, {"kind": "graph", "graph": f"{base}graph/sources/llama-3-1-license", "forms": {"graph": "ntriples"}}, b""
    )[1].decode()  # fmt: skip
    put_to.write("PUT", GRAPH, lines.replace("700 million", "9 million"), "application/n-triples")
    said = put_to.update(
        "DELETE { GRAPH ?g { ?c nr:epistemicType nr:fact } } INSERT { GRAPH ?g { ?c nr:epistemicType nr:analysis } } "
        f"WHERE {{ GRAPH ?g {{ ?c nr:epistemicType nr:fact }} FILTER(?g = <{base}graph/sources/llama-3-1-license>) }}"
    )  # fmt: skip

    assert said[0] == 200, said
    assert "9 million" not in (put_to.put_wiki / "sources/llama-3-1-license.md").read_text().replace("799 million", "")


def test_a_graph_that_another_put_meanwhile_is_not_lost(put_to):
    before = put_graphs.digest(put_to.store)
    put_to.write("PUT", GRAPH, SAID)
    with pytest.raises(KgError, match="changed by another meanwhile"):
        put_graphs.put(reading(put_to.store), before, {"https://other.example/h": ()}, ImportLimits())

    assert put_to.read(GRAPH) == canonical(SAID.encode())


def test_all_graphs_together_have_the_limits_of_an_import(put_to):
    (put_to.put_wiki / "kg.toml").write_text((put_to.put_wiki / "kg.toml").read_text() + "\n[imports]\nmax_quads = 3\n")
    small = Asked(put_to.put_wiki)

    assert small.write("PUT", GRAPH, SAID)[0] == 201
    said = small.write("PUT", "https://other.example/h", SAID)
    assert said == (400, "all graphs together have more than 3 quads; [imports] max_quads in kg.toml")
    assert small.read(GRAPH) == canonical(SAID.encode())


GRAPHS = st.sampled_from(["https://other.example/a", "https://other.example/b", ""])
TRIPLES = st.sets(
    st.sampled_from([f"<urn:{one}> <urn:p> <urn:{other}> ." for one in "abc" for other in "xyz"]), max_size=4
)
WRITES = st.lists(st.tuples(st.sampled_from(["PUT", "POST", "DELETE"]), GRAPHS, TRIPLES), max_size=6)


@pytest.fixture(scope="module")
def one_wiki(served_wiki, tmp_path_factory):
    return Asked(shutil.copytree(served_wiki, tmp_path_factory.mktemp("put") / "put_wiki"))


@settings(max_examples=max(5, CASES // 20))
@given(WRITES)
def test_any_writes_leave_what_a_dictionary_of_sets_has(one_wiki, writes):
    kept.place(one_wiki.store, kept.PUT).unlink(missing_ok=True)
    model = {}
    for method, name, triples in writes:
        status, _ = one_wiki.write(method, name, "\n".join(sorted(triples)))
        before = model.get(name, set())
        model[name] = {"PUT": triples, "POST": before | triples, "DELETE": set()}[method]
        assert (status == 404) == (method == "DELETE" and not before)
    pages = put_graphs.held(one_wiki.store)
    default = put_graphs.default_graph(reading(one_wiki.store).base)

    assert {(line.decode().split()[3], " ".join(line.decode().split()[:3]) + " .") for line in pages} == {
        (f"<{name or default}>", one) for name, some in model.items() for one in some
    }


@pytest.mark.full
def test_a_running_server_takes_graphs_with_a_token_alone(put_wiki):
    having = {"Authorization": f"Bearer {TOKEN}"}
    with Server(put_wiki, "--write", "--workers", "2", KG_SERVE_TOKEN=TOKEN) as server:

        def put(**headers):
            return server.send("PUT", f"/store?graph={GRAPH}", SAID.encode(), Content_Type=TURTLE, **headers)

        count = lambda: server.ask(f"SELECT ?s {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}", **having)  # noqa: E731
        nobody, empty, made = put(), count(), put(**having)
        full = [count() for _ in range(4)]
        held, never = put(If_Match='W/"x"', **having), put(If_None_Match="*", **having)
        made_again = put(**having)
        gone = server.send("DELETE", f"/store?graph={GRAPH}", **having)
        patched = server.send("PATCH", f"/store?graph={GRAPH}", b"", Content_Type=UPDATE, **having)

        assert [one.status for one in (nobody, made, made_again, held, never, gone)] == [401, 201, 204, 412, 412, 204]
        assert (patched.status, patched.headers["allow"]) == (405, "GET, HEAD, PUT, POST, DELETE")
        assert len(empty.json()["results"]["bindings"]) == 0
        assert [len(one.json()["results"]["bindings"]) for one in full] == [2] * 4
        assert {one.headers["etag"] for one in full}.isdisjoint({empty.headers["etag"]})
        assert (count().body, count().headers["etag"]) == (empty.body, empty.headers["etag"])
