"""Commands that ask the endpoint give what they give of the store here."""

import json
import shutil

import pyoxigraph as ox
import pytest
from support.commands import kg
from support.example import WHOLE, few_pages
from support.foreign_stores import Oxigraph, Standard, Virtuoso, virtuoso_or_skip
from support.library import OF_PAGES, bound, rows
from support.publishing import published
from support.tier import LARGER

from kg.ask import query
from kg.ask.query import Vocabulary
from kg.ask.scope import Scope
from kg.endpoint import servers
from kg.publish import question, remote
from kg.rdf import sparql_text
from kg.store import reading

SERVERS = [
    pytest.param(Oxigraph, id="oxigraph"),
    pytest.param(Standard, id="standard", marks=pytest.mark.nightly),
    pytest.param(Virtuoso, id="virtuoso", marks=pytest.mark.nightly),
]


@pytest.fixture(scope="module")
def example_here(tmp_path_factory):
    """The example wiki, ingested: whole in the larger tiers, where every query of the library is to have rows."""
    place = tmp_path_factory.mktemp("at endpoint") / "wiki"
    if LARGER:
        shutil.copytree(WHOLE, place, ignore=shutil.ignore_patterns(".kg"))
    else:
        few_pages(place)
    kg("ingest", place, cwd=place, code=0)
    return place


@pytest.fixture(scope="module", params=SERVERS)
def asked(request, example_here, tmp_path_factory):
    """The example at a server."""
    if request.param is Virtuoso:
        virtuoso_or_skip()
    server = request.param(tmp_path_factory.mktemp(request.param.kind)).start()
    published(example_here / ".kg", 1, server, 0)
    config = (WHOLE / "kg.toml").read_text(encoding="utf-8")
    (example_here / "kg.toml").write_text(f"{config}\n{server.settings()}", encoding="utf-8")
    yield server
    server.kill()


@pytest.fixture(scope="module")
def beside(asked, example_here):
    """An endpoint that holds the example, and all of it again as another wiki whose graphs have other names."""
    endpoint = servers.endpoint_of(asked.given(), dict(asked.credentials))
    read = reading.reading(example_here / ".kg")
    for graph in read.quads.named_graphs():
        lines = read.quads.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
        endpoint.put_graph(f"{read.base}other/{graph.value.removeprefix(read.base)}", lines)
    yield endpoint
    endpoint.close()


def called(command, example_here, asked, *rest):
    here = kg(*command, *rest, cwd=example_here, code=0)
    there = kg(*command, "--at-endpoint", *rest, cwd=example_here, code=0, **dict(asked.credentials))
    return here, there


# What a query takes where its example, and nothing at all, leaves a part of it unasked.
MORE = {
    "quotes-by-verdict": {"verdict": "exact"},
    "claims": {"grade": "fact"},
    "independent-support": {"most": "1"},
    "connections": {"relation": "references"},
}


def texts(name, read):
    """Return a query with the values of its example, without those that may lack, and with some others."""
    found, words = query.find(name), Vocabulary(read.base, read.pages)
    yield bound(found, read.quads, words)
    if all(one.optional or one.default is not None for one in found.parameters):
        for values in ({}, MORE.get(name, {})):
            yield sparql_text.bind(found.text, query.values(found, values, words, read.quads))


@pytest.mark.full
@pytest.mark.parametrize("name", OF_PAGES)
def test_every_query_of_the_library_gives_the_rows_of_the_local_store(name, example_here, beside, asked):
    read = reading.reading(example_here / ".kg")
    for text in texts(name, read):
        put = question.question(text, {}, Scope(read.base))
        answer = beside.answer(put.text) if put.rows else remote.as_answer(beside.construct(put.text))

        assert rows(answer) == rows(read.quads.query(text, use_default_graph_as_union=True))
    assert asked


@pytest.mark.parametrize(
    "command",
    [
        ("query", "claims-about", "--about", "Meta"),
        ("query", "claims", "--limit", "3"),
        ("query", "web-annotations", "--topic", "llama-3-1-license"),
        ("query", "-e", "ASK { GRAPH ?g { ?x a nr:Claim } }"),
        ("stats",),
        ("stats", "--json"),
        ("why", "sources/llama-3-1-license.md:18"),
        ("why", "--json", "Meta"),
        ("export", "--format", "trig"),
        ("export", "--format", "turtle", "--topic", "Meta"),
    ],
    ids=" ".join,
)
def test_a_command_gives_at_the_endpoint_what_it_gives_here(command, example_here, asked):
    here, there = called(command, example_here, asked)

    if asked.kind == "virtuoso" and command[0] == "query":  # it has an order of texts of its own
        assert sorted(there.stdout.split("\n")) == sorted(here.stdout.split("\n")) or "--limit" in command
    else:
        assert there.stdout == here.stdout
    assert "note: the endpoint has" not in there.stderr


def test_without_a_store_here_names_are_looked_up_at_the_endpoint(example_here, asked, tmp_path):
    (tmp_path / "kg.toml").write_text((example_here / "kg.toml").read_text(encoding="utf-8"), encoding="utf-8")
    for command in (
        ("query", "claims-about", "--about", "Meta"),
        ("query", "web-annotations", "--topic", "Llama 3.1 Community License Agreement"),
        ("query", "connections", "--format", "csv"),
        ("stats",),
        ("why", "Meta"),
    ):
        here = kg(*command, cwd=example_here, code=0)
        there = kg(*command, "--at-endpoint", cwd=tmp_path, code=0, **dict(asked.credentials))

        assert sorted(there.stdout.split("\n")) == sorted(here.stdout.split("\n")), command


def test_another_generation_than_that_here_is_named(example_here, asked, tmp_path):
    place = tmp_path / "wiki"
    shutil.copytree(example_here, place)
    (place / "entities/New.md").write_text("---\ntitle: New\ntype: entity\n---\n\n# New\n", encoding="utf-8")
    kg("ingest", cwd=place, code=0)

    there = kg("query", "claims", "--limit", "1", "--at-endpoint", cwd=place, code=0, **dict(asked.credentials))

    assert "note: the endpoint has generation 1, and here is generation 2" in there.stderr


def test_what_was_never_published_is_told(tmp_path, oxigraph):
    (tmp_path / "kg.toml").write_text(f'base = "https://nobody.example/"\n{oxigraph.settings()}', encoding="utf-8")

    for command in (("stats",), ("query", "claims"), ("why", "x"), ("export", "--format", "turtle")):
        said = kg(*command, "--at-endpoint", cwd=tmp_path, code=2).stderr

        assert "nothing of https://nobody.example/ was published to it; `kg publish` brings it there" in said


@pytest.mark.parametrize("option", [("--at", "1"), ("--as-of", "2026-01-01"), ("--inferred",), ("--imported",)])
def test_what_an_endpoint_has_not_is_refused(option, example_here, asked):
    said = kg("query", "claims", "--at-endpoint", *option, cwd=example_here, code=2).stderr

    assert "leave " in said
    assert asked


def test_publish_says_what_it_does(example_here, oxigraph):
    place, to = example_here, ("--to", oxigraph.query, "--server", "oxigraph")
    would = kg("publish", *to, "--dry-run", cwd=place, code=0).stdout
    done = kg("publish", *to, "--verify", cwd=place, code=0).stdout.splitlines()
    again = kg("publish", *to, cwd=place, code=0).stdout

    assert would.startswith(f"generation 1 would be published to {oxigraph.query}: ")
    assert done[0].startswith(f"generation 1 published to {oxigraph.query}: ")
    assert done[0].endswith("in 1 request")
    assert done[1].startswith("the same, quad for quad: ")
    assert again == f"generation 1 is at {oxigraph.query} already\n"
    assert json.loads(kg("stats", "--json", cwd=place, code=0).stdout)["triples"] == int(
        done[1].split()[5].replace(",", "")
    )


def test_without_an_endpoint_publish_says_where_to_name_one(generations):
    assert "names no endpoint; write `endpoint = " in kg("publish", cwd=generations, code=2).stderr
