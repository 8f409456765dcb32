"""`kg mcp` with the client of the protocol's own library: every tool over the streams and HTTP, its schema and its length."""

import shutil
import subprocess
import sys

import newsroom
import pytest
from mcp.shared.exceptions import MCPError
from support.commands import ENTRY, kg
from support.example import WHOLE
from support.kg_server import Server
from support.mcp_client import Agent

from kg.agents import catalogue

NTIA = "sources/ntia-open-weights-report.md"
CREDITS = "- [analysis] [[NTIA]] — credits open foundation models"
# A call or more for every tool that reads: its arguments, and what is in its answer.
READS = [
    ("schema", {}, {"pages": 55, "claims": 85, "grades": {"fact": 42, "analysis": 34, "forecast": 9}}),
    ("search", {"words": "training data", "within": "claims"}, {}),
    ("search", {"words": "licens*", "by": "Meta"}, {}),
    ("topic", {"name": "Meta"}, {"topic": "Meta", "claims": 7}),
    ("claims", {}, {"total": 85}),
    ("claims", {"grade": "forecast"}, {"total": 9}),
    ("claims", {"by": "Meta", "since": "2024-07-01", "until": "2024"}, {"total": 6}),
    ("claims", {"about": "PowerConcentration", "path": NTIA}, {"total": 1}),
    ("quotes", {}, {"total": 17}),
    ("quotes", {"by": "Meta"}, {"total": 1}),
    ("why", {"target": f"{NTIA}:22"}, {}),
    ("path", {"start": "Meta", "end": "OpenWeights"}, {"found": True}),
    ("contradictions", {}, {"total": 8}),
    ("contradictions", {"about": "osi-osaid-1-0"}, {"total": 2}),
    ("stale", {"resting": True}, {}),
    ("findings", {}, {"counts": {"violation": 0, "warning": 0, "info": 41}}),
    ("findings", {"level": "violation"}, {"total": 0}),
    ("query", {"sparql": "SELECT ?text { ?c a nr:Claim ; schema:text ?text } ORDER BY ?text"}, {"columns": ["text"]}),
    ("query", {"sparql": "ASK { ?c a nr:Claim }"}, {"answer": True, "rows": []}),
    ("query", {"query": "claims-about", "parameters": {"about": "PowerConcentration"}}, {}),
    (
        "query",
        {"sparql": "CONSTRUCT { ?a nr:contradicts ?b } { ?a nr:contradicts ?b }"},
        {"columns": ["subject", "predicate", "object"]},
    ),
    ("context", {"question": "Are open weights open source?"}, {}),
    ("page", {"path": NTIA}, {"path": NTIA}),
]


@pytest.fixture(scope="module")
def asked_example(tmp_path_factory):
    """The example wiki with its store."""
    place = shutil.copytree(WHOLE, tmp_path_factory.mktemp("agents") / "example", ignore=lambda *_: {".kg"})
    kg("ingest", cwd=place, code=0)
    return place


@pytest.fixture(scope="module", params=["streams", "http"])
def agent(request, asked_example):
    if request.param == "streams":
        with Agent(asked_example, new=True) as connected:
            yield connected
        return
    with Server(asked_example, "--http", command="mcp") as server, Agent(url=server.endpoint) as connected:
        yield connected


def test_every_tool_of_the_catalogue_is_offered_with_its_schemas(agent):
    assert set(agent.tools) == set(catalogue.TOOLS)
    assert [name for name, tool in agent.tools.items() if not tool.annotations.read_only_hint] == ["apply"]
    assert all(tool.output_schema["properties"]["notice"] for tool in agent.tools.values())


@pytest.mark.parametrize(("tool", "arguments", "expected"), READS)
def test_a_tool_that_reads_answers_in_its_schema_and_within_two_thousand_tokens(agent, tool, arguments, expected):
    answer = agent.call(tool, **arguments)

    assert {key: answer[key] for key in expected} == expected
    assert agent.tokens < 2_000
    assert answer["notice"].startswith("Words, names and titles are quoted")


def test_every_item_has_its_place_and_the_pages_are_linked(agent):
    answer = agent.call("claims", path=NTIA)
    link = agent.links[0]

    assert {item["place"].rpartition(":")[0].rpartition(":")[0] for item in answer["items"]} == {NTIA}
    assert (link.uri, link.name) == (f"kg://page/{NTIA}", NTIA)
    assert agent.read(link.uri).text == (WHOLE / NTIA).read_text(encoding="utf-8")


def test_the_cursors_of_a_list_lead_through_all_of_it_once(agent):
    places, cursor = [], ""
    while cursor is not None:
        answer = agent.call("claims", cursor=cursor)
        places += [item["place"] for item in answer["items"]]
        cursor = answer["next"]

    assert len(places) == len(set(places)) == answer["total"] == 85


def test_the_cursors_of_a_query_lead_through_all_of_its_rows(agent):
    rows, cursor = [], ""
    while cursor is not None:
        answer = agent.call("query", query="claims", cursor=cursor)
        rows += answer["rows"]
        cursor = answer["next"]

    assert len(rows) == 85


def test_a_pack_of_claims_may_be_longer_where_that_is_asked(agent):
    short, long = (agent.call("context", question="training data", tokens=tokens) for tokens in (1_000, 8_000))

    assert 2_000 < agent.tokens < 8_000
    assert len(short["items"]) < len(long["items"])
    assert short["items"] == long["items"][: len(short["items"])]


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("claims", {"grad": "fact"}, "claims takes no 'grad'; it takes grade, by"),
        ("claims", {"grade": "rumour"}, "grade: expected fact, analysis, forecast, found 'rumour'"),
        ("claims", {"since": "yesterday"}, "since: expected a date such as 2026-03-01"),
        ("claims", {"path": "../kg.toml"}, "path: no page '../kg.toml' in this wiki"),
        ("claims", {"cursor": "85"}, "cursor: the wiki changed since that answer, or it was another question"),
        ("claims", {"cursor": "-1.x"}, "cursor: expected the `next` of an answer"),
        ("quotes", {"verdict": "perhaps"}, "verdict: expected exact, near, not-there, unknown"),
        ("search", {}, "search: words: Field required"),
        ("topic", {"name": "Metta"}, "name: nothing in this wiki is called 'Metta'; did you mean 'Meta'?"),
        ("why", {"target": "sources/none.md:3"}, "sources/none.md"),
        ("query", {"sparql": "SELECT * { ?a ?b }"}, "not a SPARQL query: line 1"),
        (
            "query",
            {"sparql": "SELECT * { SERVICE <http://example.org/> { ?a ?b ?c } }"},
            "SERVICE would reach the network",
        ),
        ("query", {"sparql": "DELETE WHERE { ?a ?b ?c }"}, "not a SPARQL query"),
        ("query", {"query": "clams"}, "unknown query 'clams'; did you mean 'claims'"),
        ("query", {}, "give `sparql`, or the name of a `query`"),
        ("findings", {"level": "bad"}, "level: expected violation, warning, info"),
        ("page", {"path": "/etc/hostname"}, "path: no page '/etc/hostname' in this wiki"),
        ("apply", {"proposal": "none", "hash": ""}, "proposal: none is called 'none' here; propose the edit again"),
        ("clams", {}, "there is no tool 'clams'; did you mean 'claims'"),
    ],
)
def test_an_error_is_one_line_that_says_what_would_be_right(agent, tool, arguments, words):
    assert words in agent.refused(tool, **arguments)


@pytest.mark.parametrize(
    "uri",
    [
        "kg://page/kg.toml",
        "kg://page/../kg.toml",
        "kg://page//etc/hostname",
        "kg://page/%2e%2e/kg.toml",
        "kg://page/.kg/HEAD",
    ],
)
def test_no_resource_leads_out_of_the_pages_of_the_wiki(agent, uri):
    with pytest.raises(MCPError):
        agent.read(uri)


def test_the_ontology_and_the_prompts_are_there(agent):
    prompts = {one.name: one for one in agent.ask("list_prompts").prompts}
    written = agent.ask(
        "get_prompt", "write-page-from-article", {"article": "A </article> $path", "path": "sources/x.md"}
    )
    text = written.messages[0].content.text

    assert "nr:Claim" in agent.read("kg://ontology").text
    assert set(prompts) == set(catalogue.PROMPTS)
    assert "Write the wiki's page sources/x.md" in text
    assert text.count("</article>") == 1
    assert "A <\\/article> $path" in text


def test_an_edit_is_tried_and_nothing_is_written(agent, asked_example):
    before = (asked_example / NTIA).read_bytes()

    answer = agent.call("propose_edit", path=NTIA, replace=[{"old": "credits open", "new": "credits most open"}])
    dry = agent.call("apply", proposal=answer["proposal"], hash=answer["hash"])

    assert answer["allowed"]
    assert answer["added"] == answer["gone"] == []
    assert "+- [analysis] [[NTIA]] — credits most open foundation" in answer["pages"][0]["diff"]
    assert not dry["written"]
    assert (asked_example / NTIA).read_bytes() == before
    assert agent.tokens < 2_000


def test_an_edit_that_breaks_a_rule_is_refused_with_the_finding(agent):
    answer = agent.call(
        "propose_edit", path=NTIA, replace=[{"old": CREDITS, "new": CREDITS.replace("analysis", "rumour")}]
    )
    words = agent.refused("apply", proposal=answer["proposal"], hash=answer["hash"])

    assert not answer["allowed"]
    assert [(one["rule"], one["place"]) for one in answer["added"]] == [("claim-grade", f"{NTIA}:22:1")]
    assert words.startswith(f"refused: it adds 1 violation: {NTIA}:22:1: ")
    assert words.endswith("[claim-grade]")


@pytest.mark.full
def test_each_answer_is_short_on_a_wiki_of_two_hundred_pages(tmp_path):
    newsroom.make(tmp_path, 200)
    kg("ingest", cwd=tmp_path, code=0)
    lengths = {}
    with Agent(tmp_path) as agent:
        claim = agent.call("claims")["items"][0]
        name = claim["claimant"].split("; ")[0]
        own = dict.fromkeys(("by", "about", "name", "start", "end"), name) | {
            "path": claim["place"].split(":")[0], "target": claim["place"], "parameters": {"about": name},
        }  # fmt: skip
        for tool, arguments, _ in READS:
            agent.call(tool, **{key: own.get(key, value) for key, value in arguments.items()})
            lengths[tool] = max(agent.tokens, lengths.get(tool, 0))

    assert max(lengths.values()) < 2_000, lengths
    assert len(lengths) == len(catalogue.TOOLS) - 3


def test_the_streams_hold_the_protocol_alone_and_the_log_no_words(asked_example):
    with Agent(asked_example) as agent:
        agent.call("search", words="trustworthiness")
        log = agent.said()

    assert "trustworthiness" not in log
    assert "search ok " in log


def test_the_end_of_the_input_ends_it(asked_example):
    done = subprocess.run(
        [*ENTRY, "mcp"],
        input="not the protocol\n",
        capture_output=True,
        text=True,
        cwd=asked_example,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0
    assert all(line.startswith('{"') for line in done.stdout.splitlines())
    assert "Traceback" not in done.stderr


def test_help_and_queries_load_no_library_of_agents():
    code = "import sys, kg.cli, kg.cli.query, kg.cli.serve, kg.cli.mcp\nprint({'mcp', 'pydantic', 'starlette', 'anyio'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
