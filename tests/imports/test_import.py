"""`kg import`: what leaves one wiki comes into another, apart from it; what is hostile or broken is named and kept out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize
from support.commands import kg
from support.tier import CASES

from kg.imports import foreign_terms, kept, read_graph, same_topics
from kg.imports.same_topics import Called
from kg.model.kg_error import KgError
from kg.settings.import_limits import ImportLimits

OURS, THEIRS = "https://ours.example/", "https://theirs.example/w/"
PAGES = {
    "sources/survey.md": (
        "---\ntitle: Survey\ntype: source\nsource_url: https://news.example/1\n---\n\n## Key Claims\n\n"
        "- [fact] [[Council]] — counts boats\n- [analysis] Ada Example — doubts it\n\n"
        '## Key Quotes\n\n> "many boats" — Ada Example\n\n## Connections\n\n- cites: [[Council]] — the count\n'
    ),
    "entities/Council.md": "---\ntitle: Council\ntype: entity\naliases: [The Board]\n---\n\n# Council\n\nIt governs.\n",
}
OTHER = {
    "sources/report.md": (
        "---\ntitle: Report\ntype: source\nsource_url: https://news.example/1\n---\n\n## Key Claims\n\n- [fact] [[Board]] — sold them\n"
    ),
    "entities/Board.md": "---\ntitle: the board\ntype: entity\n---\n\n# The board\n\nIt sells.\n",
}
RDF = {
    "turtle": "ttl", "trig": "trig", "nquads": "nq", "ntriples": "nt", "jsonld": "jsonld", "jsonld-framed": "jsonld",
    "schema-org": "jsonld", "nanopub": "trig", "void": "ttl",
}  # fmt: skip


def wiki(place, pages, base):
    for path, text in pages.items():
        (place / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (place / "wiki" / path).write_text(text, encoding="utf-8")
    (place / "kg.toml").write_text(f'wiki = "wiki"\nbase = "{base}"\n')
    kg("ingest", cwd=place, code=0)
    return place


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """A wiki of somebody else, and what leaves it."""
    place = wiki(tmp_path_factory.mktemp("other"), OTHER, THEIRS)
    for form, ending in RDF.items():
        kg("export", "--format", form, "-o", f"{form}.{ending}", cwd=place, code=0)
    return place


@pytest.fixture(scope="module")
def our_wiki(tmp_path_factory):
    return wiki(tmp_path_factory.mktemp("ours"), PAGES, OURS)


@pytest.fixture
def ours(our_wiki):
    """Our wiki, without an import when the test begins."""
    for path in sorted((our_wiki / ".kg/imports").glob("*")):
        path.unlink()
    return our_wiki


def lines_of(path, form):
    return sorted((serialize(parse(path=str(path), format=form), format=RdfFormat.N_QUADS) or b"").splitlines())


def imported(ours, name="nquads"):
    return (ours / f".kg/imports/{name}.nq").read_bytes()


@pytest.mark.parametrize("form", RDF)
def test_every_form_of_rdf_that_leaves_comes_in_whole(ours, other, form):
    file = other / f"{form}.{RDF[form]}"

    kg("import", file, cwd=ours, code=0)

    body = imported(ours, form).split(b"\n", 1)[1]
    assert body.count(b"\n") == json.loads(kg("import", "--list", "--json", cwd=ours).stdout)[0]["quads"] > 0
    if form != "schema-org":  # its context is known here, and is no part of the file
        assert body.splitlines() == lines_of(file, read_graph.FORMS[file.suffix])


def test_an_rdf_12_export_comes_in_with_its_triple_terms(ours, other):
    kg("export", "--format", "nquads", "--rdf12", "-o", "reified.nq", cwd=other, code=0)
    kg("import", other / "reified.nq", cwd=ours, code=0)

    assert imported(ours, "reified").split(b"\n", 1)[1] == (other / "reified.nq").read_bytes()


def test_the_same_import_twice_is_the_same_bytes_and_is_said(ours, other):
    first = kg("import", other / "nquads.nq", cwd=ours, code=0)
    before = imported(ours)
    second = kg("import", other / "nquads.nq", cwd=ours, code=0)

    assert imported(ours) == before
    assert second.stdout == first.stdout.replace("w/\n", "w/, as it was\n")


def test_a_wiki_is_asked_alone_unless_somebody_wants_all(ours, other):
    alone = {
        words: kg(*words.split(), cwd=ours).stdout
        for words in ("query claims --format csv", "stats --json", "export --format nquads", "render --check", "validate --format json")
    }  # fmt: skip
    kg("import", other / "trig.trig", cwd=ours, code=0)

    for words, said in alone.items():
        assert kg(*words.split(), cwd=ours).stdout == said
    rows = kg("query", "claims", "--imported", "--format", "csv", cwd=ours, code=0).stdout
    assert "sold them,trig:sources/report.md" in rows
    assert "counts boats,sources/survey.md" in rows
    counts = json.loads(kg("stats", "--imported", "--json", cwd=ours, code=0).stdout)
    assert (counts["claims"]["total"], counts["imports"]["trig"]["claims"]["total"]) == (2, 1)
    both = kg("export", "--format", "nquads", "--imported", cwd=ours, code=0).stdout
    assert {*both.splitlines()} >= {*alone["export --format nquads"].splitlines()}
    assert "sources/report.md" in both
    assert kg("doctor", cwd=ours).stdout.count("leftovers") <= 1


def test_export_with_imports_says_what_the_other_wiki_said(ours, other):
    kg("import", other / "nquads.nq", cwd=ours, code=0)

    both = {*kg("export", "--format", "nquads", "--imported", cwd=ours, code=0).stdout.splitlines()}

    assert both == {
        *kg("export", "--format", "nquads", cwd=ours).stdout.splitlines(),
        *(other / "nquads.nq").read_text().splitlines(),
    }


def test_a_claim_of_an_import_leads_to_its_line_and_to_its_place(ours, other):
    kg("import", other / "nquads.nq", cwd=ours, code=0)
    claim = next(line for line in imported(ours).decode().splitlines() if '"sold them"' in line).split()[0].strip("<>")

    told = json.loads(kg("why", claim, "--json", cwd=ours, code=0).stdout)[0]

    assert told["place"] == "nquads:sources/report.md:9:1"
    lines = imported(ours).decode().splitlines()
    for said in told["said"]:
        assert lines[said["line"] - 1].startswith(f"<{claim}> <{said['property']}> {said['value']} ")
    text = kg("why", claim, cwd=ours, code=0).stdout
    assert f".kg/imports/nquads.nq:{told['said'][0]['line']}: " in text
    assert kg("why", "nquads:sources/report.md:9", cwd=ours, code=0).stdout == text
    assert kg("why", f".kg/imports/nquads.nq:{told['said'][2]['line']}", cwd=ours, code=0).stdout == text
    assert "no statement of the import" in kg("why", "nquads:sources/report.md:1", cwd=ours, code=1).stderr
    assert "no fact stands there" in kg("why", ".kg/imports/nquads.nq:1", cwd=ours, code=1).stderr
    assert "says nothing of it" in kg("why", f"{THEIRS}id/None", cwd=ours, code=1).stderr


def test_a_claim_without_a_name_leads_to_its_line_by_the_name_that_it_is_asked_by(ours, tmp_path):
    (tmp_path / "bare.ttl").write_text(
        f"@prefix nr: <https://w3id.org/newsroom-kg/ns#> . <{THEIRS}id/s> nr:describedOn <{THEIRS}page/s> ."
        f'<{THEIRS}page/s> nr:path "s.md" ; nr:size 9 ; <http://xmlns.com/foaf/0.1/primaryTopic> <{THEIRS}id/s> .'
        '[] a nr:Claim ; nr:line 3 ; <https://schema.org/text> "sold them" .'
    )
    kg("import", tmp_path / "bare.ttl", cwd=ours, code=0)
    asked = kg("query", "--imported", "-e", 'SELECT ?c { ?c schema:text "sold them" }', "--format", "csv", cwd=ours)
    iri = asked.stdout.split()[1]

    told = [kg("why", target, cwd=ours, code=0).stdout for target in (iri, "bare:s.md:3", "bare.nq:6")]

    assert iri == "https://ours.example/.well-known/genid/bare-c14n0"
    assert told[0] == told[1] == told[2]
    assert '.kg/imports/bare.nq:7: schema:text "sold them"' in told[0]


def test_links_between_the_wikis_are_shown_and_whether_they_lead_somewhere(ours, other, tmp_path):
    more = f"<{THEIRS}id/Board> <https://x.example/p> <{OURS}id/Council> .\n<{THEIRS}id/Board> <https://x.example/p> <{OURS}id/None> .\n"
    (tmp_path / "linked.nq").write_bytes((other / "nquads.nq").read_bytes() + more.encode())
    kg("import", tmp_path / "linked.nq", cwd=ours, code=0)

    found = kg("import", "--links", cwd=ours, code=0).stdout.splitlines()

    assert found == [
        f"linked → this wiki: <{THEIRS}id/Board> https://x.example/p <{OURS}id/Council>",
        f"linked → this wiki: <{THEIRS}id/Board> https://x.example/p <{OURS}id/None> (not there)",
    ]


def test_what_may_be_the_same_is_suggested_with_why_and_kept_when_it_is_accepted(ours, other):
    kg("import", other / "nquads.nq", cwd=ours, code=0)

    told = kg("import", "--same", cwd=ours, code=0)

    assert told.stdout == (
        f"<id/Council> owl:sameAs <{THEIRS}id/Board>\n"
        "  alias “The Board” (entities/Council.md:1:1) = name “the board” (nquads:entities/Board.md:1:1)\n"
        f"<id/survey> owl:sameAs <{THEIRS}id/report>\n"
        "  address “https://news.example/1” (sources/survey.md:1:1) = address “https://news.example/1” (nquads:sources/report.md:1:1)\n"
    )
    assert told.stderr == "2 pairs; nothing is written without --write\n"
    assert [path.name for path in (ours / ".kg/imports").iterdir()] == ["nquads.nq"]
    kg("import", "--same", "--write", "--only", f"{OURS}id/Council", cwd=ours, code=0)
    kg("import", "--same", "--write", cwd=ours, code=0)
    ask = "SELECT ?text { ?ours owl:sameAs ?theirs . ?claim nr:claimant ?theirs ; schema:text ?text }"
    assert (
        kg("query", "--imported", "-e", ask, "--format", "csv", cwd=ours, code=0).stdout.split("\n")[1] == "sold them"
    )
    assert imported(ours, "same-as").count(b"sameAs") == 2
    assert kg("import", "--list", cwd=ours).stdout.count("\n") == 1
    kg("import", "--remove", "same-as", cwd=ours, code=0)
    assert (
        "nothing is suggested for it" in kg("import", "--same", "--only", "https://x.example/", cwd=ours, code=2).stderr
    )


ADDRESSES = [
    ("source", "address", "https://News.example/1/", "http://news.example/1#part", True),
    ("source", "address", "https://news.example/watch?v=aB", "https://news.example/watch?v=Ab", False),
    ("source", "address", "https://news.example/#/one", "https://news.example/#/two", False),
    ("thing", "identifier", "https://list.example/l#1", "https://list.example/l#2", False),
    ("thing", "identifier", "Q42", "Q42", True),
    ("thing", "identifier", "", "", False),
    ("thing", "name", "", "", False),
    ("thing", "name", "The Board", "the board", True),
]


@pytest.mark.parametrize(("kind", "how", "mine", "theirs", "same"), ADDRESSES)
def test_what_is_suggested_as_the_same_is_so_called(kind, how, mine, theirs, same):
    one, other = Called("ours:a", kind, how, mine, ""), Called("theirs:b", kind, how, theirs, "")

    assert bool(same_topics.between("x", [one], [other])) is same
    assert not same_topics.between("x", [one], [Called("theirs:b", "another kind", how, mine, "")])


def test_a_check_finds_what_our_rules_find_at_the_places_of_the_other_wiki(ours, other):
    there = json.loads(kg("validate", "--format", "json", cwd=other).stdout)["findings"]

    here = kg("import", "--check", "--json", other / "nquads.nq", cwd=ours)

    places = {(one["path"], one["line"], one["rule"]) for one in json.loads(here.stdout)["findings"]}
    assert places <= {(one["path"], one["line"], one["rule"]) for one in there}
    assert places
    assert not (ours / ".kg/imports/nquads.nq").exists()


def test_a_graph_with_our_base_is_refused_or_gets_another(ours, tmp_path):
    kg("export", "--format", "nquads", "-o", tmp_path / "mine.nq", cwd=ours, code=0)

    assert (
        f"its base IRI {OURS} and {OURS} of this wiki would be mixed"
        in kg("import", tmp_path / "mine.nq", cwd=ours, code=2).stderr
    )
    kg("import", tmp_path / "mine.nq", "--base", "https://third.example/", cwd=ours, code=0)
    assert OURS.encode() not in b"".join(
        line for line in imported(ours, "mine").splitlines() if b'"' not in line and not line.startswith(b"#")
    )
    assert b"<https://third.example/graph/sources/survey>" in imported(ours, "mine")


def test_two_imports_have_two_bases_and_an_import_takes_the_place_of_its_own(ours, other):
    kg("import", other / "nquads.nq", cwd=ours, code=0)

    assert (
        f"and {THEIRS} of the import 'nquads' would be mixed"
        in kg("import", other / "trig.trig", cwd=ours, code=2).stderr
    )
    kg("import", other / "turtle.ttl", "--name", "nquads", cwd=ours, code=0)
    assert json.loads(kg("import", "--list", "--json", cwd=ours).stdout)[0]["file"] == "turtle.ttl"
    assert "no import 'trig'; there is nquads" in kg("import", "--remove", "trig", cwd=ours, code=2).stderr
    assert kg("import", "--remove", "../HEAD", cwd=ours, code=2).stderr.startswith("kg: no import '../HEAD'")
    kg("import", "--remove", "nquads", cwd=ours, code=0)
    assert kg("import", "--list", cwd=ours, code=0).stdout == ""


FACT = f"<{THEIRS}claim/s/1> a <https://w3id.org/newsroom-kg/ns#Claim> ; "
HOSTILE = {
    "script.ttl": (FACT + "<https://schema.org/url> <javascript:alert(1)> .", "script.ttl:1:108: 'javascript:alert(1)': an IRI with 'javascript:'"),
    "disk.ttl": (FACT + "<https://schema.org/url> <file:///etc/passwd> .", "'file:///etc/passwd': an IRI with 'file:'"),
    "dots.ttl": (FACT + f"<https://schema.org/url> <{THEIRS}page/../../x> .", "an IRI with '.' or '..' as a part of its path"),
    "escaped.ttl": (FACT + f"<https://schema.org/url> <{THEIRS}page/%2e%2E/x> .", "an IRI with '.' or '..' as a part of its path"),
    "graph.nq": (
        f"<{THEIRS}claim/s/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/newsroom-kg/ns#Claim> <{OURS}graph/sources/survey> .",
        f"the graph <{OURS}graph/sources/survey> is not below {THEIRS}",
    ),
    "two.ttl": (FACT.replace(" ; ", " . ") + FACT.replace("theirs", "thirds") + "a <https://x.example/> .", "has names of 2 wikis"),
    "none.ttl": ("<https://x.example/a> a <https://x.example/B> .", "says of no wiki what its names begin with; say it with --base"),
    "relative.ttl": ("<a> a <b> .", "relative.ttl:1:1: not readable as Turtle"),
    "slip.nq": ("\n\nnonsense\n", "slip.nq:3:1: not readable as N-Quads"),
    "latin.ttl": ("# caf\udce9", "latin.ttl:1: not UTF-8"),
    "page.rdf": ("<rdf/>", "page.rdf: RDF/XML is not taken, as it can lead to other files"),
    "page.html": ("<p>", "page.html: '.html' is no ending of a graph; name it with --format turtle"),
    "remote.jsonld": ('{"@context": ["https://x.example/c"], "@id": "a:b"}', "the context 'https://x.example/c' would be fetched from the network, which is off"),
    "within.jsonld": ('{"@context": {"x": {"@id": "urn:x", "@context": "https://x.example/c"}}}', "the context 'https://x.example/c' would be fetched"),
    "bring.jsonld": ('{"@graph": [{"@context": {"@import": "https://x.example/c"}}]}', "the context 'https://x.example/c' would be fetched"),
    "slip.jsonld": ('{"a": ', "slip.jsonld: not JSON: Expecting value"),
    "deep.jsonld": ("[" * 102 + "]" * 102, "deep.jsonld:1: more than 100 brackets within each other"),
    "deep.ttl": ("<a:b> <a:c> " + "[ <a:c> " * 101 + "1" + "]" * 101 + " .", "deep.ttl:1: more than 100 brackets"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_taken_is_named_in_one_line_and_nothing_is_kept(ours, tmp_path, name):
    text, said = HOSTILE[name]
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))

    done = kg("import", tmp_path / name, cwd=ours, code=2)

    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list((ours / ".kg").glob("imports/*"))


@pytest.mark.parametrize(("key", "said"), [("max_bytes", "larger than 9 bytes"), ("max_quads", "more than 9 quads"), ("max_text", "a text of more than 9 characters")])  # fmt: skip
def test_limits_are_those_of_kg_toml(ours, other, tmp_path, key, said):
    (tmp_path / "kg.toml").write_text(f'base = "{OURS}"\n[imports]\n{key} = 9\n')

    done = kg(
        "--config", tmp_path / "kg.toml", "--store", ours / ".kg", "import", other / "nquads.nq", cwd=ours, code=2
    )

    assert said in done.stderr


def test_our_context_is_known_by_its_address(ours, other):
    for form, file in (("jsonld", "context.jsonld"), ("jsonld-framed", "source-frame.jsonld")):
        where = f"https://w3id.org/newsroom-kg/{file}"
        kg("export", "--format", form, "--context", where, "-o", "led.jsonld", cwd=other, code=0)
        kg("import", other / "led.jsonld", "--name", "led", cwd=ours, code=0)
        kg("import", other / f"{form}.jsonld", "--name", "led", cwd=ours, code=0)
        assert kg("import", other / "led.jsonld", "--name", "led", cwd=ours, code=0).stdout.count("quads") == 1
        before = imported(ours, "led").split(b"\n", 1)[1]
        kg("import", other / f"{form}.jsonld", "--name", "led", cwd=ours, code=0)
        assert imported(ours, "led").split(b"\n", 1)[1] == before


def test_blank_nodes_of_two_imports_stay_two(ours, tmp_path):
    for name in ("one", "two"):
        text = f"<https://{name}.example/claim/s/1> a <https://w3id.org/newsroom-kg/ns#Claim> ; <https://x.example/p> [ <https://x.example/q> 1 ] ."
        (tmp_path / f"{name}.ttl").write_text(text)
    kg("import", tmp_path / "one.ttl", tmp_path / "two.ttl", cwd=ours, code=0)

    ask = "SELECT (COUNT(DISTINCT ?b) AS ?n) { ?s <https://x.example/p> ?b }"
    assert kg("query", "--imported", "-e", ask, "--format", "csv", cwd=ours, code=0).stdout.split() == ["n", "2"]
    assert (
        kg("export", "--format", "nquads", "--imported", cwd=ours, code=0).stdout.count(
            "<https://ours.example/.well-known/genid/one-c14n0>"
        )
        == 2
    )


def test_very_many_graphs_are_taken(ours, tmp_path):
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/newsroom-kg/ns#Claim>"
    text = "".join(f"<{THEIRS}claim/s/{n}> {kind} <{THEIRS}graph/p{n}> .\n" for n in range(20_000))
    (tmp_path / "many.nq").write_text(text)
    kg("import", tmp_path / "many.nq", cwd=ours, code=0)

    ask = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s a nr:Claim } }"
    assert kg("query", "--imported", "-e", ask, "--format", "csv", cwd=ours, code=0).stdout.split() == ["n", "20001"]


def test_a_damaged_import_is_named_with_the_mend_and_stops_nothing_else(ours, other):
    kg("import", other / "nquads.nq", cwd=ours, code=0)
    file = ours / ".kg/imports/nquads.nq"
    whole = file.read_bytes()
    for damage in (
        whole[:-40],
        whole.replace(b"sold them", b"gave them"),
        whole.partition(b"\n")[2],
        b"",
        b"# kg import 1 {}\n",
        b"# kg import 1 []\n",
        b'# kg import 1 {"base": 3, "file": "", "name": "nquads", "quads": 0, "sha256": ""}\n',
        b'# kg import 1 {"base": "https://x.example/", "file": 4, "name": "nquads", "quads": 0, "sha256": ""}\n',
        b"# kg import 1 " + b"[" * 99_000 + b"\n",
    ):
        file.write_bytes(damage)

        done = kg("query", "claims", "--imported", cwd=ours, code=2)

        assert "nquads.nq: the import is damaged: " in done.stderr
        assert (
            "import its file again with --name nquads, or take it away with `kg import --remove nquads`" in done.stderr
        )
        kg("query", "claims", cwd=ours, code=0)
        kg("why", "sources/survey.md:9", cwd=ours, code=0)
        assert "nquads.nq: the import is damaged: " in kg("doctor", cwd=ours, code=1).stdout
        assert "damaged" in kg("why", "nquads:sources/report.md:9", cwd=ours, code=2).stderr
    kg("import", other / "nquads.nq", cwd=ours, code=0)
    assert file.read_bytes() == whole


KILLED = """
import os, sys
from pathlib import Path
import kg.imports.kept
real, when = Path.replace, sys.argv[1]
def replace(self, target):
    if "imports" in str(target):
        if when == "after":
            real(self, target)
        os._exit(9)
    return real(self, target)
Path.replace = replace
sys.argv = ["kg", "import", *sys.argv[2:]]
from kg.cli import main
main()
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_import_leaves_the_old_state_or_the_new_one(ours, other, when):
    kg("import", other / "void.ttl", "--name", "it", cwd=ours, code=0)
    old = imported(ours, "it")
    command = [sys.executable, "-c", KILLED, when, str(other / "nquads.nq"), "--name", "it"]
    root = str(Path(__file__).resolve().parents[2])

    done = subprocess.run(command, cwd=ours, env={**os.environ, "PYTHONPATH": root}, check=False)

    assert done.returncode == 9
    left = json.loads(kg("import", "--list", "--json", cwd=ours, code=0).stdout)
    assert [one["file"] for one in left] == ["void.ttl" if when == "before" else "nquads.nq"]
    assert (imported(ours, "it") == old) is (when == "before")
    kg("import", other / "nquads.nq", "--name", "it", cwd=ours, code=0)
    assert sorted(path.name for path in (ours / ".kg/imports").iterdir()) == ["it.nq"]


@pytest.mark.parametrize(
    "name", ["../x", "same-as", "put-graphs", "A", "a b", "", "-a", "x" * 65, "a\nb", "\u0430", "a\u0301"]
)
def test_a_name_is_a_plain_word(ours, other, name):
    done = kg("import", other / "void.ttl", f"--name={name}", cwd=ours, code=2)

    assert (
        done.stderr
        == f"kg: --name {name[:80]!r}: write small letters, digits and hyphens, such as other-wiki; not same-as or put-graphs\n"
    )


BASES = {
    'https://x.example/"a/': "no IRI that ends in '/'",
    "https://x.example/\\u003E/": "no IRI that ends in '/'",
    "https://x.example/\x01/": "no IRI that ends in '/'",
    "https:///": "no IRI that ends in '/'",
    "https://x.example/w/../": "an IRI with '.' or '..' as a part of its path",
    "file://host/": "an IRI with 'file:'",
    "javascript://x/": "an IRI with 'javascript:'",
}


@pytest.mark.parametrize("base", BASES)
def test_a_base_is_an_iri_as_the_names_in_a_file_are(ours, other, base):
    done = kg("import", other / "void.ttl", "--base", base, cwd=ours, code=2)

    assert done.stderr.startswith(f"kg: --base {base!r}: {BASES[base]}")
    assert done.stderr.count("\n") == 1


USAGE = [
    ([], "name a file with a graph, or --list"),
    (["--list", "x.nq"], "--list goes with no files"),
    (["--list", "--same"], "no other of"),
    (["--write"], "--write and --only go with --same"),
    (["--name", "x", "a.nq", "b.nq"], "are for one file"),
    (["a/x.nq", "b/x.trig"], "two files would be the import 'x'"),
    (["none.nq"], "none.nq: no such file; name a file with a graph"),
]


@pytest.mark.parametrize(("args", "said"), USAGE)
def test_options_that_do_not_go_together_are_told(ours, args, said):
    assert said in kg("import", *args, cwd=ours, code=2).stderr


def test_questions_that_imports_have_no_part_in_say_so(ours):
    network = "SELECT * { GRAPH <https://ours.example/graph/network> { ?s ?p ?o } } LIMIT 1"
    assert "leave --imported out" in kg("query", "--imported", "-e", network, cwd=ours, code=2).stderr
    day = kg("query", "claims", "--imported", "--as-of", "2026-01-01", cwd=ours, code=2)
    assert "imports are of no day" in day.stderr


# ---- terms

words = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
nodes = st.sampled_from([NamedNode(f"{THEIRS}claim/s/1"), NamedNode(f"{OURS}id/x"), BlankNode("a"), BlankNode("c14n0")])
values = st.one_of(
    nodes,
    words.map(lambda text: Literal(text + f" <{THEIRS}id/y> _:c14n0 . ")),
    words.map(lambda text: Literal(text, language="en")),
)
graph_names = st.sampled_from([DefaultGraph(), NamedNode(f"{THEIRS}graph/x")])
KIND = Quad(
    NamedNode(f"{THEIRS}claim/s/1"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
    NamedNode("https://w3id.org/newsroom-kg/ns#Claim"), DefaultGraph(),
)  # fmt: skip


@settings(max_examples=CASES // 8)
@given(st.lists(st.builds(Quad, nodes, st.just(NamedNode("https://x.example/p")), values, graph_names), max_size=6))
def test_any_graph_is_kept_as_the_same_graph_whatever_its_texts_look_like(tmp_path_factory, quads):
    place = tmp_path_factory.getbasetemp() / "any"
    place.mkdir(exist_ok=True)
    (place / "any.nq").write_bytes(serialize([KIND, *quads], format=RdfFormat.N_QUADS))
    lines = read_graph.read(place / "any.nq", "", ImportLimits())

    one = kept.made("any", place / "any.nq", lines, OURS, (), "https://new.example/")
    kept.put(place, one)
    again = kept.load(place, "any")

    assert again == one
    back = foreign_terms.moved(one.lines, "https://new.example/", THEIRS)
    assert sorted(back) == lines
    texts = sorted(
        quad.object.value
        for quad in parse(b"".join(one.lines), format=RdfFormat.N_QUADS)
        if isinstance(quad.object, Literal)
    )
    assert texts == sorted(
        {
            (quad.subject, quad.object, quad.graph_name): quad.object.value
            for quad in quads
            if isinstance(quad.object, Literal)
        }.values()
    ) or any(isinstance(quad.subject, BlankNode) for quad in quads)


def test_a_file_that_says_it_is_another_import_is_damaged(tmp_path):
    one = kept.made("a", Path("a.nq"), [], OURS, (), THEIRS)
    kept.put(tmp_path, one)
    kept.place(tmp_path, "a").rename(kept.place(tmp_path, "b"))

    with pytest.raises(KgError, match="damaged: its first line is not what was written"):
        kept.listed(tmp_path)


def test_what_is_no_file_of_an_import_is_named_or_passed_over(ours, other):
    kg("import", other / "nquads.nq", cwd=ours, code=0)
    place = ours / ".kg/imports"
    (place / "folder.nq").mkdir()
    kg("import", "--list", cwd=ours, code=0)
    (place / "folder.nq").rmdir()
    (place / "Ö.nq").symlink_to("nowhere")

    done = kg("import", "--list", cwd=ours, code=2)

    assert "Ö.nq: the import is damaged: it cannot be read: No such file or directory; import its file" in done.stderr
    kg("import", "--remove", "Ö", cwd=ours, code=0)
    assert [path.name for path in place.iterdir()] == ["nquads.nq"]


def test_a_file_where_imports_are_kept_is_named(ours, other):
    (ours / ".kg/imports").rmdir() if (ours / ".kg/imports").is_dir() else None
    (ours / ".kg/imports").write_text("")
    try:
        done = kg("import", other / "nquads.nq", cwd=ours, code=2)
    finally:
        (ours / ".kg/imports").unlink()

    assert done.stderr == "kg: .kg/imports: no folder, and imports are kept in it; take what is there away\n"


MEANWHILE = """
import subprocess, sys
from kg.cli import main
from kg.imports import kept
real = kept.listed
def listed(*given, **options):
    kept.listed = real
    found = real(*given, **options)
    first = [sys.executable, "-c", "from kg.cli import main; main()", "import", sys.argv[-1], "--name", "first"]
    subprocess.run(first, check=True)
    return found
kept.listed = listed
main()
"""


def test_an_import_that_came_meanwhile_has_its_base_for_itself(ours, other):
    """The bases are looked at again when nobody else can write any more."""
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", MEANWHILE, "import", str(other / "nquads.nq")]

    done = subprocess.run(
        command, cwd=ours, env={**os.environ, "PYTHONPATH": root}, check=False, capture_output=True, text=True
    )

    assert done.returncode == 2
    assert f"and {THEIRS} of the import 'first' would be mixed" in done.stderr
    assert [path.name for path in (ours / ".kg/imports").iterdir()] == ["first.nq"]


def test_an_import_is_not_mixed_with_a_wiki_that_took_its_base_later(tmp_path, other):
    place = wiki(tmp_path, {"a.md": "# A\n"}, OURS)
    kg("import", other / "nquads.nq", cwd=place, code=0)
    kg("query", "--imported", "claims", cwd=place, code=0)
    (place / "kg.toml").write_text(f'wiki = "wiki"\nbase = "{THEIRS}"\n')
    kg("ingest", cwd=place, code=0)

    done = kg("query", "--imported", "claims", cwd=place, code=2)

    assert f"nquads.nq: its base IRI {THEIRS} and {THEIRS} of this wiki would be mixed" in done.stderr
    kg("query", "--imported", "--at", "1", "claims", cwd=place, code=0)
