"""The pages of a server, asked within the process: what each shows, in which formats, and what a browser may do with it."""

import json
import re
import shutil

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from support.commands import kg
from support.kg_server import forked_workers
from support.site import running
from support.tier import CASES

from kg.live_pages import checked
from kg.rdf import sparql_text
from kg.serve import app, beside, pages, worker
from kg.serve.guard import Guard
from kg.serve.jobs import Jobs, Setting
from kg.serve.limits import Limits
from kg.store import generations

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LISTS = ("topics", "sources", "claims", "contradictions", "findings", "history")
VIEWS = ("", *LISTS, "diff", "why", "search", "queries", "editor", "graph")
ASKED = (
    "claims?grade=fact", "claims?since=2024-01-01&verdict=unknown", "topics?kind=SourcePage", "search?q=open+weights",
    "graph?topic=OpenWeights", "why?target=OpenWeights", "queries/claims?grade=fact", "queries/growth",
    "queries/neighbourhood?topic=OpenWeights", "queries/has-contradictions", "pages/OpenWeights",
    "editor?query=ASK+%7B%7D", "editor?query=nonsense+%7B",
)  # fmt: skip
FIELDS = (
    "from", "grade", "claimant", "since", "before", "verdict", "kind", "level", "rule", "path", "old", "new", "target",
    "q", "in", "by", "limit", "query", "name", "topic", "line", "format", "other",
)  # fmt: skip
WORDS = (
    "1",
    "0",
    "2024-01-01",
    "fact",
    "claims",
    "OpenWeights",
    "ASK {}",
    "SELECT * {} LIMIT 3",
    "json",
    "html",
    "csv",
)


@pytest.fixture(scope="module")
def people(served_wiki):
    limits = Limits(seconds=60)
    setting = Setting(served_wiki / ".kg", served_wiki / "kg.toml", limits=limits)
    application, _ = app.app(app.Served(setting, Guard(), 1, lambda _: None))
    with forked_workers(), TestClient(application, base_url="http://127.0.0.1:7310") as asked:
        yield asked


def opened(people, address):
    """Return a page as a reader of HTML sees it."""
    answer = people.get(f"/{address}", headers=BROWSER)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return BeautifulSoup(answer.text, "html.parser")


@pytest.mark.parametrize("address", [*VIEWS, *ASKED])
def test_a_page_runs_nothing_of_its_own_and_is_known_by_its_tag(people, address):
    page = opened(people, address)
    answer = people.get(f"/{address}", headers=BROWSER)
    again = people.get(f"/{address}", headers={**BROWSER, "If-None-Match": answer.headers["etag"]})

    assert [one for one in running(page) if "application/json" not in one] == []
    assert answer.headers["content-security-policy"] == pages.POLICY
    assert "unsafe" not in pages.POLICY
    assert len(answer.headers.get_list("content-security-policy")) == 1
    assert (again.status_code, again.content) == (304, b"")
    assert page.h1 is not None
    assert page.find("a", class_="skip")["href"] == "#kg-main"


@pytest.mark.parametrize("address", [*VIEWS, *ASKED])
def test_every_link_of_a_page_leads_somewhere(people, address):
    base = f"http://127.0.0.1:7310/{address}"
    page = opened(people, address)
    links = {
        tag.get("href") or tag.get("src")
        for tag in page.find_all(["a", "link", "script"])
        if tag.get("href") or tag.get("src")
    }
    inner = sorted(
        {
            str(people.base_url.join(base).join(link)).partition("#")[0]
            for link in links
            if not re.match(r"https?:|mailto:|#", link)
        }
    )

    for link in inner[::7]:
        assert people.get(link, headers=BROWSER).status_code == 200, link


@pytest.mark.parametrize("name", sparql_text.library())
def test_a_query_of_the_library_has_a_page_with_its_form(people, name):
    page = opened(people, f"queries/{name}")
    question = sparql_text.declared_query(f"library/{name}")

    assert page.h1.text == name
    fields = {tag["name"] for tag in page.main.find_all(["input", "select"]) if tag.get("name") != "q"}
    assert fields == {one.name for one in question.parameters}


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml", "markdown", "table"])
@pytest.mark.parametrize(
    ("name", "parameters"), [("claims", {"grade": "fact"}), ("claims-about", {"about": "OpenWeights"}), ("growth", {})]
)
def test_the_rows_of_a_query_are_those_of_the_command_in_every_format(people, served_wiki, name, parameters, form):
    options = [word for key, value in parameters.items() for word in (f"--{key}", value)]

    answer = people.get(f"/queries/{name}", params={**parameters, "format": form})

    assert answer.status_code == 200
    expected = kg("query", name, *options, "--format", form, cwd=served_wiki, code=0).stdout
    assert answer.text.replace("\r\n", "\n") == expected


def test_the_format_of_a_query_is_chosen_by_accept_too(people):
    by_accept = people.get("/queries/claims", headers={"Accept": "text/csv"})

    assert by_accept.headers["content-type"] == "text/csv; charset=utf-8"
    assert by_accept.text == people.get("/queries/claims?format=csv").text
    assert (
        people.get("/queries/neighbourhood?topic=OpenWeights&format=turtle")
        .headers["content-type"]
        .startswith("text/turtle")
    )
    assert people.get("/queries/claims?format=turtle").status_code == 406
    assert people.get("/queries/claims?format=nothing").status_code == 400
    assert people.get("/queries/claims", headers={"Accept": "image/png"}).status_code == 406


def test_the_claims_of_each_filter_are_those_that_have_its_value(people):
    def found(**fields):
        return people.get("/claims", params={**fields, "format": "json"}).json()

    every = found()["total"]
    by_grade = {grade: found(grade=grade) for grade in ("fact", "analysis", "forecast", "ungraded")}
    by_verdict = {word: found(verdict=word)["total"] for word in ("exact", "near", "not-there", "unknown")}

    assert every == sum(one["total"] for one in by_grade.values()) == sum(by_verdict.values()) > 10
    assert {row["grade"] for row in by_grade["fact"]["rows"]} == {"fact"}
    claimant = found()["rows"][0]["claimants"][0]
    assert {tuple(row["claimants"]) for row in found(claimant=claimant)["rows"]} == {(claimant,)}
    assert found(since="2024-06-01")["total"] + found(before="2024-06-01")["total"] <= every
    assert all(row["published"] >= "2024-06-01" for row in found(since="2024-06-01")["rows"])


def test_a_claim_shows_its_place_the_words_of_its_author_and_the_way_to_its_reasons(people):
    row = people.get("/claims?format=json").json()["rows"][0]
    place = f"{row['path']}:{row['line']}:{row['column']}"
    first = opened(people, "claims").find("li", class_="claim")

    assert row["text"] in first.text
    assert first.find("code", class_="place").text == place
    reasons = opened(people, first.find("a", class_="why")["href"])
    assert place in reasons.main.text
    assert row["text"].split()[0] in reasons.find("blockquote").text


def test_a_finding_shows_the_line_what_is_wrong_and_its_place(people, served_wiki):
    found = json.loads(kg("validate", "--format", "json", cwd=served_wiki).stdout)
    answer = people.get("/findings?format=json").json()

    assert answer["total"] == len(found["findings"]) > 0
    without = [{key: value for key, value in one.items() if key != "fingerprint"} for one in found["findings"]]
    assert all(row in without for row in answer["rows"])
    first, row = opened(people, "findings").find("li", class_="finding"), answer["rows"][0]
    assert row["message"] in first.text
    assert f"{row['path']}:{row['line']}:{row['column']}" in first.text
    lines = (served_wiki / row["path"]).read_text(encoding="utf-8").split("\n")
    assert first.find("pre") is None or first.find("pre").text.strip() in lines[row["line"] - 1]


def test_words_are_found_as_the_command_finds_them(people, served_wiki):
    expected = json.loads(kg("search", "open", "weights", "--json", cwd=served_wiki, code=0).stdout)
    answer = people.get("/search?q=open+weights&format=json").json()

    for hit in answer["hits"]:
        assert hit.pop("address").startswith("pages/")
    assert answer == expected
    hits = opened(people, "search?q=open+weights").find_all("li")
    assert len([one for one in hits if one.find("mark")]) == len(expected["hits"])


def test_what_is_behind_a_place_is_what_the_command_says(people, served_wiki):
    row = people.get("/claims?format=json").json()["rows"][0]
    target = f"{row['path']}:{row['line']}"

    expected = json.loads(kg("why", target, "--json", "--all", cwd=served_wiki, code=0).stdout)
    assert people.get("/why", params={"target": target, "format": "json"}).json() == expected


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("nothing", 404, "nothing is here"), ("pages/Nothing", 404, "no page of this wiki is called 'Nothing'"),
        ("pages/a/b/c", 404, "no page of this wiki"), ("queries/nothing", 404, "unknown query 'nothing'"),
        ("why?target=nothing+like+this", 404, "is no page, place"), ("claims?grade=x", 400, "grade: there is no 'x'"),
        ("claims?since=x", 400, "expected a date"), ("claims?colour=x", 400, "has no field 'colour'"),
        ("topics?from=x", 400, "from: expected a whole number"), ("claims?grade=fact&grade=fact", 400, "stands twice"),
        ("diff?old=HEAD&new=1", 400, "old: expected a whole number"), ("diff?old=999", 400, "generation 999 is not kept"),
        ("original?path=kg.toml", 404, "no page of this wiki names an original 'kg.toml'"),
        ("pictures/kg.toml", 404, "no picture"), ("graph?topic=Nobody+there", 404, "nothing in this wiki is called"),
        ("search?q=%FF", 400, "not UTF-8"), ("queries/claims?grade=x", 400, "use one of"),
        ("topics?format=pdf", 400, "format: expected html or json"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_on_a_page_that_leads_on(people, address, status, words):
    page = people.get(f"/{address}", headers=BROWSER)
    plain = people.get(f"/{address}", headers={"Accept": "*/*"})

    assert page.status_code == plain.status_code == status
    assert words in BeautifulSoup(page.text, "html.parser").main.text
    assert "all topics" in page.text
    assert page.headers["content-security-policy"] == pages.POLICY
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    assert words in plain.text


def test_a_page_beside_kg_toml_is_another_where_that_was_edited(people, served_wiki):
    before = people.get("/findings", headers=BROWSER).headers["etag"]
    file = served_wiki / "kg.toml"
    text = file.read_text(encoding="utf-8")
    try:
        file.write_text(f"{text}\n# edited\n", encoding="utf-8")
        assert people.get("/findings", headers=BROWSER).headers["etag"] != before
    finally:
        file.write_text(text, encoding="utf-8")


def test_a_profile_below_that_of_kg_toml_is_beside_pages_too(tmp_path):
    (tmp_path / "kg.toml").write_text('profile = "own.toml"\n')
    (tmp_path / "own.toml").write_text('extends = "rules/below.toml"\n')
    (tmp_path / "rules").mkdir()
    below, seen = tmp_path / "rules/below.toml", set()
    for text in ("", 'extends = "../own.toml"\n', "nonsense", "extends = 3\n", 'extends = "newsroom"\n'):
        below.write_text(text)
        seen.add(beside.signature(tmp_path / "kg.toml"))

    assert len(seen) == 5
    assert beside.signature(tmp_path / "kg.toml") in seen


def test_what_is_behind_a_place_has_what_a_check_meanwhile_found(served_wiki, people):
    row = people.get("/findings?format=json").json()["rows"][0]
    asked = {"target": row["path"], "format": "json"}
    found = people.get("/why", params=asked).json()
    kept = [*(served_wiki / ".kg/generations").glob("*/verdict*")]
    try:
        for file in kept:
            file.rename(file.with_name(f"aside-{file.name}"))
        before = people.get("/why", params=asked).json()
    finally:
        for file in kept:
            file.with_name(f"aside-{file.name}").rename(file)

    assert found["answers"][0]["findings"]
    assert before["answers"][0]["findings"] is None
    assert people.get("/why", params=asked).json() == found


def test_a_picture_is_the_file_as_it_is_now(served_wiki, people):
    file = served_wiki / "wiki-picture.png"
    try:
        for data in (b"one", b"two"):
            file.write_bytes(data)
            answer = people.get("/pictures/wiki-picture.png")
            assert (answer.content, answer.headers["cache-control"]) == (data, "no-store")
    finally:
        file.unlink()


@pytest.mark.parametrize("address", ["editor?query=SELECT+(UUID()+AS+%3Fone)+%7B%7D", "queries/always-new"])
def test_a_page_with_an_answer_that_is_new_at_every_run_is_made_each_time(served_wiki, people, address):
    own, file = served_wiki / "own", served_wiki / "kg.toml"
    text = file.read_text(encoding="utf-8")
    own.mkdir()
    try:
        (own / "always-new.rq").write_text("# always-new: a name\nSELECT (UUID() AS ?one) {}\n", encoding="utf-8")
        file.write_text(f'queries = "own"\n{text}', encoding="utf-8")
        one, other = (people.get(f"/{address}", headers=BROWSER) for _ in range(2))
    finally:
        file.write_text(text, encoding="utf-8")
        shutil.rmtree(own)

    assert one.status_code == other.status_code == 200
    assert "urn:uuid:" in one.text
    assert one.text != other.text
    assert "etag" not in one.headers


def test_what_pages_load_is_there_and_known_by_its_tag(people):
    for name in ("site.css", "live.css", "site.js", "editor.js", "graph.js", "icon.svg"):
        answer = people.get(f"/static/{name}")
        assert answer.status_code == 200
        assert people.get(f"/static/{name}", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert people.get("/static/..%2Fbase.html").status_code == 404


def test_the_description_names_every_address_and_every_parameter_of_a_query(people):
    found = people.get("/openapi.json").json()

    assert {path.replace("{rest}", "{name}").replace("{rest:path}", "{name}") for path in pages.VIEWS} - {
        "/pictures/{name}",
        "/queries/{name}",
    } <= found["paths"].keys()
    assert {"/sparql", "/store", "/store/{path}", "/.well-known/void", "/openapi.json"} <= found["paths"].keys()
    assert {f"/queries/{name}" for name in sparql_text.library()} <= found["paths"].keys()
    about = found["paths"]["/queries/claims-about"]["get"]["parameters"]
    assert [(one["name"], one["required"]) for one in about if "name" in one] == [("about", True)]


def test_an_answer_is_a_chart_where_it_has_numbers_and_a_drawing_where_it_is_a_graph(people):
    rows = opened(
        people, "editor?query=" + "SELECT ?g (COUNT(*) AS ?n) { ?c nr:epistemicType ?g } GROUP BY ?g".replace(" ", "+")
    )
    graph = opened(people, "queries/neighbourhood?topic=OpenWeights")

    assert len(rows.find("svg", class_="bars").find_all("rect")) == len(rows.find("table").tbody.find_all("tr")) > 1
    drawn = json.loads(graph.find("script", id="kg-graph-data").text)
    assert len(drawn["nodes"]) > 5
    assert drawn["links"]
    assert graph.find("table")


def test_a_long_list_is_in_parts_that_lead_to_each_other(people):
    total = people.get("/claims?format=json").json()["total"]
    second = opened(people, "claims?from=11")

    assert f"of {total:,} claims" in second.find("p", class_="parts").text
    assert second.find("a", rel="prev")["href"] == "?from=1"
    assert (
        people.get("/claims?from=11&format=json").json()["rows"]
        == people.get("/claims?format=json").json()["rows"][10:]
        or total > 50
    )


@given(
    st.sampled_from([path.replace("{rest}", "claims").replace("{rest:path}", "x") for path in pages.VIEWS]),
    st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=20) | st.sampled_from(WORDS), max_size=3),
)
@settings(max_examples=CASES // 2, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_answered_or_refused_and_never_an_error_of_ours(people, path, fields):
    answer = people.get(path, params=fields, headers=BROWSER)

    assert answer.status_code in (200, 400, 404), answer.text


def test_a_large_wiki_that_nobody_checked_is_not_checked_for_who_looks_first(served_wiki, tmp_path, monkeypatch):
    wiki = shutil.copytree(served_wiki, tmp_path / "wiki", ignore=shutil.ignore_patterns("verdicts-*", "tally-*"))
    monkeypatch.setattr(checked, "_AT_ONCE", 3)
    asked = {"kind": "page", "view": "findings", "rest": "", "fields": {}, "json": False, "beside": ""}
    done = Jobs(Setting(wiki / ".kg"))
    head, words = worker.answer(done, asked, b"")
    kg("validate", cwd=wiki)
    after, page = worker.answer(done, asked, b"")
    generations.release(wiki / ".kg")

    assert head == {"status": 503, "again": True}
    assert re.fullmatch(
        rb"the \d+ pages were not checked yet, which takes long; `kg build` or `kg validate` checks them", words
    )
    assert (after["status"], b"<h1>Findings</h1>" in page) == (200, True)
