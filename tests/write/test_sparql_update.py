"""kg update: a change of the graph is a change of the pages, or it is refused."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from support.commands import kg
from support.noise import texts
from support.pages import mapped, stored

from kg.model.finding import KgError
from kg.rdf import names
from kg.write import agreement, render, replace_files
from kg.write.replace_files import Rewritten

WIKI = {
    "sources/survey.md": """\
---
title: Survey of the harbour
type: source
published: 2026-01-10
---

## Key Claims

- [fact] [[Council]] — spent two million on dredging
- [analysis] [[Council]] — the sluice is the weakest part
- [fact]  [[Guild]] — two blanks keep this line as it was written
- [forecast] Ada Example, surveyor — the quay sinks

## Connections

- references: [[Council]] — who paid
- cites: [[Guild]]

## Summary

One sentence. Another one.
""",
    "sources/register.md": "---\ntitle: Register\ntype: source\n---\n\n## Key Claims\n\n- [fact] [[Council]] — counts boats\n",
    "entities/Council.md": "# Council\n\nIt governs.\n",
    "entities/Guild.md": "# Guild\n\nIts pilots.",
}
PREFIX = "https://wiki.example/"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The wiki above with its store, made once."""
    root = tmp_path_factory.mktemp("update")
    (root / "kg.toml").write_text(f'wiki = "wiki"\nbase = "{PREFIX}"\n')
    for path, text in WIKI.items():
        (root / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "wiki" / path).write_text(text)
    kg("ingest", cwd=root, code=0)
    return root


@pytest.fixture
def root(made, tmp_path):
    """A copy of it, to be changed: a store beside its wiki goes where that goes."""
    return Path(shutil.copytree(made, tmp_path / "w"))


def swap(before, after, where):
    """An update that puts a triple in the place of another, in the graph of its page."""
    return (
        f"DELETE {{ GRAPH ?g {{ {before} }} }} INSERT {{ GRAPH ?g {{ {after} }} }} WHERE {{ GRAPH ?g {{ {where} }} }}"
    )


def lines(diff):
    """The changed lines of a diff."""
    return [line for line in diff.split("\n") if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            swap("?c nr:epistemicType nr:fact", "?c nr:epistemicType nr:analysis", '?c nr:epistemicType nr:fact ; nr:markup "counts boats"'),
            ["-- [fact] [[Council]] — counts boats", "+- [analysis] [[Council]] — counts boats"],
        ),
        (
            swap("?c nr:markup ?m", '?c nr:markup "counts [[Guild|boats]]"', '?c nr:markup ?m FILTER(?m = "counts boats")'),
            ["-- [fact] [[Council]] — counts boats", "+- [fact] [[Council]] — counts [[Guild|boats]]"],
        ),
        (
            swap("?c rdf:predicate nr:cites", "?c rdf:predicate nr:contradicts", "?c rdf:predicate nr:cites"),
            ["-- cites: [[Guild]]", "+- contradicts: [[Guild]]"],
        ),
        (
            swap("?c nr:targetText ?t", '?c nr:targetText "[[Council]]"', '?c nr:targetText ?t FILTER(?t = "[[Guild]]")'),
            ["-- cites: [[Guild]]", "+- cites: [[Council]]"],
        ),
        (
            swap("?f nr:yaml ?y", '?f nr:yaml "2026-02-01"', '?f nr:key "published" ; nr:yaml ?y'),
            ["-published: 2026-01-10", "+published: 2026-02-01"],
        ),
        (
            swap("?f nr:yaml ?y . ?s dcterms:issued ?d", '?f nr:yaml "2026-02-01" . ?s dcterms:issued "2026-02-01"^^xsd:date',
                 '?f nr:key "published" ; nr:yaml ?y . ?s dcterms:issued ?d'),
            ["-published: 2026-01-10", "+published: 2026-02-01"],
        ),
        (
            swap("?c nr:raw ?r", "", "?c nr:raw ?r"),
            ["-- [fact]  [[Guild]] — two blanks keep this line as it was written", "+- [fact] [[Guild]] — two blanks keep this line as it was written"],
        ),
        (
            'DELETE { GRAPH ?g { ?c ?p ?o } } WHERE { GRAPH ?g { ?c nr:markup "the quay sinks" ; ?p ?o } }',
            ["-- [forecast] Ada Example, surveyor — the quay sinks"],
        ),
        (
            'DELETE { GRAPH ?g { ?part ?p ?o } } WHERE { GRAPH ?g { ?c nr:markup "the sluice is the weakest part" . ?part schema:isPartOf? ?c ; ?p ?o } }',
            ["-- [analysis] [[Council]] — the sluice is the weakest part"],
        ),
        (
            'INSERT { GRAPH ?g { <urn:new> a nr:Claim ; nr:inSection ?in ; nr:position 1.5 ; nr:epistemicType nr:fact ; nr:markup "is new" } } WHERE { GRAPH ?g { ?c nr:markup "spent two million on dredging" ; nr:inSection ?in } }',
            ["+- [fact] is new"],
        ),
        (
            swap("?c nr:position ?n", "?c nr:position 9.0", '?c nr:position ?n ; nr:markup "the sluice is the weakest part"'),
            ["-- [analysis] [[Council]] — the sluice is the weakest part", "+- [analysis] [[Council]] — the sluice is the weakest part"],
        ),
    ],
)  # fmt: skip
def test_an_update_of_what_a_line_is_written_from_is_shown_as_a_diff(made, text, after):
    done = kg("update", "-e", text, cwd=made, code=0)

    assert lines(done.stdout) == after
    assert done.stderr == "1 page would change; nothing is written without --write\n"


def test_all_claims_of_one_claimant_get_another(made):
    text = swap(
        "?c nr:saidByText ?who", "?c nr:saidByText $new", "?c a nr:Claim ; nr:saidByText ?who FILTER(?who = $old)"
    )

    done = kg("update", "-e", text, "-p", "old=[[Council]]", "-p", 'new=[[Guild]], "acting"', cwd=made, code=0)

    assert lines(done.stdout) == [
        "-- [fact] [[Council]] — counts boats",
        '+- [fact] [[Guild]], "acting" — counts boats',
        "-- [fact] [[Council]] — spent two million on dredging",
        "-- [analysis] [[Council]] — the sluice is the weakest part",
        '+- [fact] [[Guild]], "acting" — spent two million on dredging',
        '+- [analysis] [[Guild]], "acting" — the sluice is the weakest part',
    ]


IN = "GRAPH ?g"
REFUSED = [
    (swap("?c nr:claimant ?w", f"?c nr:claimant <{PREFIX}id/Guild>", "?c nr:claimant ?w"),
     "sources/register.md:8:1: refused: <claim/register/bd3271747be9> nr:claimant <id/Guild>: no text of the page would say it; it follows from nr:saidByText, change that"),
    (swap("?s dcterms:issued ?d", '?s dcterms:issued "2026-02-01"^^xsd:date', "?s dcterms:issued ?d"),
     "sources/survey.md:4:1: refused: <id/survey> dcterms:issued \"2026-02-01\": no text of the page would say it; it follows from the field 'published:', change nr:yaml of <page/sources/survey#_front.3>"),
    ("DELETE { GRAPH ?g { ?s dcterms:issued ?d } } WHERE { GRAPH ?g { ?s dcterms:issued ?d } }",
     "the text of the page would still say it; it follows from the field 'published:'"),
    (f"INSERT DATA {{ GRAPH <{PREFIX}graph/sources/survey> {{ <{PREFIX}id/survey> nr:contradicts <{PREFIX}id/Guild> }} }}",
     "it follows from a connection, change rdf:predicate or nr:targetText of that"),
    (swap("?c nr:saidByText ?w", '?c nr:saidByText "A — B"', '?c nr:saidByText ?w ; nr:markup "counts boats"'),
     'nr:saidByText "A — B": no text of the page would say it'),
    (swap("?c nr:epistemicType nr:fact", "?c nr:epistemicType nr:analysis", "?c nr:epistemicType nr:fact ; nr:raw ?r"),
     "the line is kept as written in nr:raw or nr:verbatim; delete or change that, too"),
    (swap("?c nr:markup ?m", '?c nr:markup "one\\n- [fact] two"', '?c nr:markup ?m FILTER(?m = "counts boats")'),
     'nr:markup "one\\n- [fact] two": no text of the page would say it'),
    (swap("?c nr:markup ?m", '?c nr:markup "eins"@de', '?c nr:markup ?m FILTER(?m = "counts boats")'), "expected a plain text"),
    (swap("?c nr:position ?n", '?c nr:position "x"', "?c a nr:Claim ; nr:position ?n"), 'nr:position "x": expected a number'),
    ('INSERT { GRAPH ?g { ?c nr:position 99 } } WHERE { GRAPH ?g { ?c nr:markup "counts boats" } }', "gives one block two places"),
    ('INSERT { GRAPH ?g { ?c nr:markup "counts ships" } } WHERE { GRAPH ?g { ?c nr:markup "counts boats" } }', "refused"),
    ("INSERT { GRAPH ?g { ?c rdfs:comment [] } } WHERE { GRAPH ?g { ?c a nr:Claim } }", "blank nodes"),
    (swap("?l nr:line ?n", "?l nr:line 1", "?l nr:line ?n ; nr:exact ?e"), "places are measured from the text"),
    (swap("?s nr:markup ?m", '?s nr:markup "Other."', '?s nr:markup ?m FILTER(?m = "One sentence.")'), 'nr:markup "Other.": no text'),
    (swap("?p nr:path ?n", '?p nr:path "../x.md"', "?p nr:path ?n"), "an update does not rename or convert files"),
    (f"DROP GRAPH <{PREFIX}graph/sources/survey>", "an update does not rename or convert files"),
    (f"DROP GRAPH <{PREFIX}prov/sources/survey>", "the text of the page would still say it; places are measured from the text"),
    (f"COPY <{PREFIX}graph/sources/survey> TO <{PREFIX}graph/sources/new>", "graph/sources/new> is the graph of no page"),
    ("CLEAR ALL", "is made from no page"),
    ("DROP ALL", "is made from no page"),
    (f"INSERT DATA {{ GRAPH <{PREFIX}graph/ontology> {{ nr:fact a nr:Claim }} }}", "graph/ontology is made from no page"),
    (f"INSERT DATA {{ GRAPH <{PREFIX}graph/inferred> {{ nr:fact a nr:Claim }} }}", "graph/inferred is made from no page"),
    (f"CLEAR GRAPH <{PREFIX}graph/corpus>", "graph/corpus is made from no page"),
    ("INSERT DATA { nr:fact a nr:Claim }", "the update writes into no graph"),
    ("LOAD <https://wiki.example/x>", "LOAD would reach the network"),
    ("INSERT { GRAPH ?g { ?s ?p ?o } } WHERE { SERVICE <https://wiki.example/x> { GRAPH ?g { ?s ?p ?o } } }", "SERVICE would reach the network"),
    ("LO\\u0041D <https://wiki.example/x>", "not a SPARQL update: line 1"),
    ("SELECT * { ?s ?p ?o }", "not a SPARQL update: line 1"),
    ("INSERT DATA { <x> a nr:Claim }", f"no page has <{PREFIX}x> rdf:type"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[why[:40] for _, why in REFUSED])
def test_what_no_text_stands_behind_is_refused(made, text, why):
    before = sorted((made / ".kg").rglob("*"))

    done = kg("update", "--write", "-e", text, cwd=made, code=2)

    assert why in done.stderr
    assert done.stderr.split("\n  ")[0].count("\n") <= 1
    assert done.stdout == ""
    assert sorted((made / ".kg").rglob("*")) == before
    assert {path: (made / "wiki" / path).read_text() for path in WIKI} == WIKI


PLAIN = [
    ("DELETE { ?c nr:epistemicType nr:analysis } INSERT { ?c nr:epistemicType nr:forecast } WHERE { ?c nr:epistemicType nr:analysis }",
     ["-- [analysis] [[Council]] — the sluice is the weakest part", "+- [forecast] [[Council]] — the sluice is the weakest part"]),
    ("DELETE { ?c nr:markup ?old } INSERT { ?c nr:markup ?new } WHERE { ?c a nr:Claim ; nr:markup ?old BIND(REPLACE(?old, '(two) (million)', '$1m of $2s') AS ?new) }",
     ["-- [fact] [[Council]] — spent two million on dredging", "+- [fact] [[Council]] — spent twom of millions on dredging"]),
    ("DELETE { ?c nr:markup ?old } INSERT { GRAPH ?g { ?c nr:markup 'counts ships' } } WHERE { GRAPH ?g { ?c nr:markup ?old } FILTER(?old = 'counts boats') }",
     ["-- [fact] [[Council]] — counts boats", "+- [fact] [[Council]] — counts ships"]),
    (f"DELETE DATA {{ <{PREFIX}claim/register/bd3271747be9> nr:markup 'counts boats' }} ; INSERT DATA {{ <{PREFIX}claim/register/bd3271747be9> nr:markup 'counts' }}",
     ["-- [fact] [[Council]] — counts boats", "+- [fact] [[Council]] — counts"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "changes"), PLAIN, ids=["swap", "replace", "half", "data"])
def test_an_update_without_graph_sees_what_a_query_sees_and_writes_to_the_page(made, text, changes):
    done = kg("update", "-e", text, cwd=made, code=0)

    assert lines(done.stdout) == changes


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("INSERT { ?e nr:alias 'x' } WHERE { ?x nr:claimant ?e }", "no text of the page would say it"),
        ("INSERT { <https://wiki.example/none> nr:markup 'x' } WHERE { }", "the update writes into no graph: no page has"),
        ("DELETE { ?c nr:markup ?m } INSERT { ?c nr:markup ?n } WHERE { ?c nr:markup ?m BIND(REPLACE(?m, 'x*', '-') AS ?n) }",
         "refused, as an expression fails, and what it stands for would be lost: line 1, column 84: REPLACE(?m, 'x*', '-')"),
        ("DELETE { ?c nr:markup ?m } INSERT { ?c nr:markup ?n } WHERE { ?c nr:markup ?m BIND(?m + 1 AS ?n) }", "?m + 1: an error for"),
        ("DELETE { ?c nr:markup ?m } WHERE { ?c nr:markup ?m FILTER(?m > 1) }", "have no order"),
        ("DELETE { ?c nr:markup ?m } WHERE { ?c nr:markup ?m FILTER(<https://wiki.example/f>(?m)) }", "there is no function <https://wiki.example/f>"),
    ],
)  # fmt: skip
def test_an_update_whose_expression_fails_or_whose_page_is_open_is_refused(made, text, why):
    done = kg("update", "-e", text, cwd=made, code=2)

    assert why in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_update_that_finds_nothing_changes_nothing(made):
    done = kg(
        "update", "-e", swap("?c nr:markup ?m", '?c nr:markup "x"', '?c nr:markup ?m ; nr:key "no"'), cwd=made, code=0
    )

    assert (done.stdout, done.stderr) == ("", "no page changes\n")


REGRADE = swap("?c nr:epistemicType nr:analysis", "?c nr:epistemicType nr:forecast", "?c nr:epistemicType nr:analysis")


def test_written_pages_are_in_the_next_generation(root):
    page = root / "wiki/sources/survey.md"
    page.chmod(0o640)

    done = kg("update", "--write", "-e", REGRADE, cwd=root, code=0)

    assert page.read_text() == WIKI["sources/survey.md"].replace("[analysis]", "[forecast]")
    assert page.stat().st_mode & 0o777 == 0o640
    assert done.stderr == "1 page written, generation 2\n"
    assert kg("render", "--check", cwd=root, code=0).stdout == ""
    graded = "SELECT (COUNT(?c) AS ?n) { ?c nr:epistemicType nr:forecast }"
    assert kg("query", "-e", graded, "--format", "csv", cwd=root, code=0).stdout.split() == ["n", "2"]
    assert list((root / "wiki").rglob(".kg*")) == []


def test_a_file_that_changed_since_is_left_alone(root):
    page = root / "wiki/sources/survey.md"
    page.write_text(page.read_text() + "An edit.\n")

    done = kg("-q", "update", "--write", "-e", REGRADE, cwd=root, code=1)

    assert done.stderr == (
        "kg: sources/survey.md:22:1: changed since it was ingested: it was no line and is now 'An edit.'; "
        "run `kg ingest`, then try again\n"
    )
    assert page.read_text() == WIKI["sources/survey.md"] + "An edit.\n"


EDITS = [
    (lambda text: text.replace("spent two million", "spent\x1b[2J three"),
     "md:9:1: changed since it was ingested: it was '- [fact] [[Council]] — spent two million on dredging' and is now '- [fact] [[Council]] — spent\\x1b[2J three on dredging'; run"),
    (lambda text: text.removesuffix("\n"), "it was 'One sentence. Another one.' and is now 'One sentence. Another one.' without a line end; run"),
    (lambda text: text[: text.index("## Summary")], "sources/survey.md:19:1: changed since it was ingested: it was '## Summary' and is now no line; run"),
    (lambda text: text.replace("## Summary", "x" * 500), f"it was '## Summary' and is now '{'x' * 120}…'; run"),
]  # fmt: skip


BYTES = [
    (b"# A \xe9\n", b"# A \\xe9\n", r"page.md:1:1: changed since it was ingested: it was '# A \xe9' and is now '# A \xe9'; run"),
    ("# Caf\u00e9\n".encode(), b"# Caf\xe9\n", r"it was '# Café' and is now '# Caf\xe9'; run"),
    (b"\xef\xbb\xbf# A\n", b"# A\n", r"page.md:1:1: changed since it was ingested: it was '\ufeff# A' and is now '# A'; run"),
    ("a\u2028b\n\x0cc\nd\n".encode(), "a\u2028b\n\x0cc\ne\n".encode(), "page.md:3:1: changed since it was ingested: it was 'd' and"),
    (b"a\rb\r", b"a\rc\r", r"page.md:2:1: changed since it was ingested: it was 'b\r' and is now 'c\r'; run"),
    (b"a\r\nb\r\n", b"a\nb\r\n", r"page.md:1:1: changed since it was ingested: it was 'a\r' and is now 'a'; run"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BYTES)
def test_a_refusal_names_the_line_whatever_bytes_differ(tmp_path, old, new, said):
    """Also where both would be the same when they are shown, and where characters that end no line look as if."""
    (tmp_path / "page.md").write_bytes(new)

    with pytest.raises(KgError) as error:
        replace_files.replace_all(tmp_path, [Rewritten("page.md", old, b"new")])

    assert said in str(error.value)
    assert (tmp_path / "page.md").read_bytes() == new


@pytest.mark.parametrize(("edit", "said"), EDITS)
def test_a_refusal_shows_the_line_as_it_was_and_as_it_is(tmp_path, edit, said):
    text = WIKI["sources/survey.md"]
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/survey.md").write_text(edit(text))

    with pytest.raises(KgError) as error:
        replace_files.replace_all(tmp_path, [Rewritten("sources/survey.md", text.encode(), b"new")])

    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert (tmp_path / "sources/survey.md").read_text() == edit(text)


def test_a_page_that_is_gone_is_not_written_again(tmp_path):
    with pytest.raises(KgError, match=r"x\.md: is gone since it was ingested; run `kg ingest`, then try again"):
        replace_files.replace_all(tmp_path, [Rewritten("x.md", b"old", b"new")])


def test_the_diff_can_be_applied(root):
    text = swap(
        "?b nr:markup ?m",
        '?b nr:markup "Its pilots and boats."',
        '?b a nr:Prose ; nr:markup ?m FILTER(?m = "Its pilots.")',
    )
    done = kg("update", "-e", text, cwd=root, code=0)

    subprocess.run(["git", "apply", "-"], cwd=root / "wiki", input=done.stdout, text=True, check=True)

    assert (root / "wiki/entities/Guild.md").read_text() == "# Guild\n\nIts pilots and boats."


def test_an_answer_as_json_has_each_pages_diff(made):
    found = json.loads(kg("update", "--json", "-e", REGRADE, cwd=made, code=0).stdout)

    assert [page["path"] for page in found["pages"]] == ["sources/survey.md"]
    assert found["generation"] is None


def test_an_update_from_a_file_has_the_parameters_of_its_header(made, tmp_path):
    (tmp_path / "u.ru").write_text(
        "# regrade: every claim of one grade gets another\n# param old (grade): the grade now\n# param new (grade): the grade then\n"
        + swap("?c nr:epistemicType $old", "?c nr:epistemicType $new", "?c nr:epistemicType $old")
    )

    done = kg("update", "-f", tmp_path / "u.ru", "-p", "old=analysis", "-p", "new=forecast", cwd=made, code=0)

    assert done.stdout == kg("update", "-e", REGRADE, cwd=made).stdout
    assert (
        "unknown grade 'x'"
        in kg("update", "-f", tmp_path / "u.ru", "-p", "old=x", "-p", "new=fact", cwd=made, code=2).stderr
    )


def test_a_runaway_update_is_stopped_and_its_copy_goes(made):
    slow = (
        "INSERT { GRAPH ?g { ?a ?x ?b } } WHERE { "
        + " ".join(f"GRAPH ?g{n} {{ ?a{n} ?b{n} ?c{n} }}" for n in range(6))
        + " }"
    )

    start = time.monotonic()
    done = kg("update", "--timeout", "0.5", "-e", slow, cwd=made, code=1)

    assert done.stderr == "kg: the update took longer than 0.5 s and was stopped; --timeout sets the limit\n"
    assert time.monotonic() - start < 60  # seconds on a busy machine; without an end it takes days
    assert list((made / ".kg").glob("update-*")) == []


def test_the_copy_of_a_killed_update_goes_with_the_next_one(made):
    left = made / ".kg/update-4999999-x"
    (left / "quads").mkdir(parents=True)
    own = made / f".kg/update-{os.getpid()}-x"
    own.mkdir()

    kg("update", "-e", REGRADE, cwd=made, code=0)

    assert not left.exists()
    assert own.exists()
    own.rmdir()


def test_where_one_file_cannot_be_replaced_all_stay_as_they_were(tmp_path, monkeypatch):
    pages = []
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text("old")
        pages.append(Rewritten(name, b"old", b"new"))
    renamed = Path.replace

    def fails_once(self, target):
        if target.name == "c.md":
            raise OSError(28, "No space left on device", str(target))
        return renamed(self, target)

    monkeypatch.setattr(Path, "replace", fails_once)
    with pytest.raises(KgError, match="No space left on device; no page was changed"):
        replace_files.replace_all(tmp_path, pages)

    assert sorted((path.name, path.read_text()) for path in tmp_path.iterdir()) == [
        (n, "old") for n in ("a.md", "b.md", "c.md")
    ]


def test_no_file_outside_the_wiki_is_replaced(tmp_path):
    (tmp_path / "w").mkdir()
    (tmp_path / "x.md").write_text("old")

    with pytest.raises(KgError, match="leads outside"):
        replace_files.replace_all(tmp_path / "w", [Rewritten("../x.md", b"old", b"new")])


# ---- agreement


def quads(pages):
    return set(parse("".join(mapped(pages)).encode(), format=RdfFormat.N_QUADS))


@given(texts, texts)
def test_any_edit_of_a_page_is_an_update_that_agrees(old, new):
    before, after = (quads({"sources/page.md": text.encode()}) for text in (old, new))

    assert agreement.first_refusal(before, after, after) is None


@given(st.sampled_from(["nr:markup", "nr:saidByText", "nr:gradeText", "nr:gap", "nr:targetText", "nr:relationText", "nr:yaml", "nr:label"]),
       st.integers(0, 99), st.one_of(st.text(max_size=12), texts.map(lambda text: text[:40])))  # fmt: skip
def test_an_accepted_update_is_what_the_page_says(predicate, which, words):
    words = words.encode("utf-8", "ignore").decode().replace("\r", "")
    before = quads({"sources/survey.md": WIKI["sources/survey.md"].encode()})
    chosen = sorted((q for q in before if q.predicate.value == names.expand(predicate)), key=str)
    section = NamedNode(names.expand("nr:inSection"))
    blocks = sorted((q for q in before if q.predicate == section), key=str)
    if chosen:
        old = chosen[which % len(chosen)]
        changed = Quad(old.subject, old.predicate, Literal(words), old.graph_name)
        after = before - {old} | {changed}
    else:
        old = blocks[which % len(blocks)]
        after = before | {Quad(old.subject, NamedNode(names.expand(predicate)), Literal(words), old.graph_name)}
    store = stored({})
    store.extend(after)
    page = next(render.pages(store))
    data = render.render(store, page)
    again = quads({"sources/survey.md": data})
    refusal = agreement.first_refusal(before, after, again)

    if after == again:
        assert refusal is None
    if refusal is None:
        bearing = agreement.TEXT - {names.expand("nr:inSection")}

        def said(found):
            return sorted(
                (q.predicate.value, str(q.object))
                for q in found
                if q.predicate.value in bearing and has_place(found, q)
            )

        assert said(again) == said(after)


def has_place(found, quad):
    """Whether a triple is about a block: sentences and values carry nr:markup, too, and follow from it."""
    section = NamedNode(names.expand("nr:inSection"))
    return any(True for one in found if one.subject == quad.subject and one.predicate == section)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("DELETE { ?c nr:epistemicType ?t } WHERE { ?c nr:epistemicTyp ?t }", ["nothing here is called nr:epistemicTyp; did you mean"]),
        ("WITH <https://x.example/no> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", ["line 1, column 6: no graph is called <https://x.example/no>;"]),
        ("DELETE { GRAPH ?g { ?s ?p ?o } } USING NAMED <https://x.example/no> WHERE { GRAPH ?g { ?s ?p ?o } }", ["no graph is called <https://x.example/no>;"]),
        (f"WITH <{PREFIX}graph/sources/survy> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}", [f"did you mean '{PREFIX}graph/sources/survey"]),
    ],
)  # fmt: skip
def test_what_an_update_names_and_nobody_has_is_told(made, text, notes):
    done = kg("update", "-e", text, cwd=made, code=0)

    assert "no page changes" in done.stderr
    assert all(note in done.stderr for note in notes)


def test_a_misspelt_term_in_what_is_inserted_is_told_beside_the_refusal(made):
    text = "INSERT { GRAPH ?g { ?c nr:epistemicTyp nr:fact } } WHERE { GRAPH ?g { ?c a nr:Claim } }"

    done = kg("update", "-e", text, cwd=made, code=2)

    assert "note: line 1, column 24: nothing here is called nr:epistemicTyp" in done.stderr


def test_a_term_that_nobody_has_is_named_where_nothing_changes(made):
    done = kg("update", "-e", "DELETE { ?c nr:markp ?m } WHERE { ?c nr:markp ?m }", cwd=made, code=0)

    assert done.stderr.startswith("note: line 1, column 13: nothing here is called nr:markp; did you mean 'nr:markup'?")
    assert done.stderr.endswith("no page changes\n")


def test_a_triple_of_no_page_is_refused_in_the_same_words_each_time(made):
    text = "INSERT { [] nr:epistemicType nr:fact } WHERE { }"

    assert "no page has [] nr:epistemicType" in kg("update", "-e", text, cwd=made, code=2).stderr
