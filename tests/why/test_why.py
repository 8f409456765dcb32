"""`kg why`: what is behind a claim, a sentence, a page; what rests on it; where it stands in its life; what is gone."""

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
from support.pages import BASE, record, stored
from wcwidth import wcswidth

from kg.compare import quotations
from kg.ingest.ingest import How, ingest
from kg.model.kg_error import KgError
from kg.operations.why import why
from kg.rdf import names, sparql_text
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading
from kg.why import as_json, as_text, as_turtle

NEWSROOM = dialect.load("newsroom")
HERE = Path("/nowhere")


def source(title, *lines, quotes=(), connections=(), front="scraped: 2026-03-01"):
    """The page of a source with these claims."""
    claims = "".join(f"- {line}\n" for line in lines)
    said = "".join(f"> {line}\n" for line in quotes)
    related = "".join(f"- {line}\n" for line in connections)
    return (
        f'---\ntitle: "{title}"\ntype: source\n{front}\n---\n\n## Summary\n\nA text.\n\n'
        f"## Key Claims\n\n{claims}\n## Key Quotes\n\n{said}\n## Connections\n\n{related}"
    )


def derived(kind, title, text, sources="", updated="2026-05-01"):
    """A page that was written from others."""
    return f'---\ntitle: "{title}"\ntype: {kind}\nsources: [{sources}]\nlast_updated: {updated}\n---\n\n## Summary\n\n{text}\n'


FIRM = '---\ntitle: "Firm"\ntype: entity\nkind: org\nsources: [letter]\nlast_updated: 2026-04-01\n---\n\n## Overview\n\nA firm.\n'
LETTER = source(
    "The Letter",
    "[fact] [[Firm]] — opened 40 shops in 2025",
    "[analysis] Ada Example, engineer — thinks that [[Firm]] opens too many shops [[letter#Key Quotes|her words]]",
    quotes=('"Nobody can count the shops any more." — Ada Example, engineer',),
    connections=("references: [[Firm]] — who wrote it",),
    front='published: 2026-02-01\nscraped: 2026-03-01\npublisher: "The Gazette"\nsource_url: "https://example.org/letter"',
)
WIKI = {
    "sources/letter.md": LETTER,
    "sources/rebuttal.md": source(
        "The Rebuttal",
        "[fact] [[Firm]] — opened 40 shops in 2025",
        "[fact] [[Firm]] — opened 12 shops in 2025",
        connections=("contradicts: [[letter]] — counts other shops", "confirms: [[audit]] — in one respect"),
    ),
    "sources/audit.md": source("The Audit", "[fact] [[Firm]] — closed a shop", front="status: retracted\nscraped: 2026-03-02"),
    "sources/digest.md": source(
        "The Digest", "[fact] [[Firm]] — is in the news ([[audit]])", connections=("cites: [[audit]] — its figures",)
    ),
    "entities/Firm.md": FIRM,
    "syntheses/shops.md": derived(
        "synthesis", "Shops",
        'She said "nobody can count the shops any more" ([[letter]]). The count is forty ([[letter#Key Claims|claims]]). '
        "The weather was fine. [[Firm]] is in the news ([[digest]]).",
        "letter, digest",
    ),
    "overviews/trade.md": derived("overview", "Trade", "Shops are counted ([[shops]]). All is said in [[circle]].", ""),
    "syntheses/circle.md": derived("synthesis", "Circle", "It is all in the overview ([[trade]]).", ""),
}  # fmt: skip


class Opened:
    """A wiki of pages in memory, asked as `kg why` asks a generation."""

    def __init__(self, pages, more=""):
        data = {path: text.encode() for path, text in pages.items()}
        quads = stored(data)
        quads.load(input=more.encode(), format=ox.RdfFormat.TRIG)
        named = names.page_names(data)
        entries = {
            path: SimpleNamespace(
                path=path, name=named[path].name, topic=named[path].topic,
                title=record(one, path, "newsroom")[0].title, aliases=record(one, path, "newsroom")[0].aliases,
            )
            for path, one in data.items()
        }  # fmt: skip
        self.reading = SimpleNamespace(
            base=BASE, root=Path("/nowhere/wiki"), folder=Path("/nowhere/store"), quads=quads, pages=entries,
            generation=SimpleNamespace(number=1, folder=Path("/nowhere/store/1")), left_out=frozenset(),
        )  # fmt: skip

    def ask(self, *target, here=HERE, **how):
        return why(self.reading, target, here, **how)

    def one(self, *target, **how):
        (found,) = self.ask(*target, **how).answers
        return found

    def fails(self, *target, **how):
        with pytest.raises(KgError) as error:
            self.ask(*target, **how)
        return error.value.code, str(error.value)


@pytest.fixture(scope="module")
def shops():
    return Opened(WIKI)


def line(path, words, pages=WIKI):
    """PATH:LINE:COLUMN of some words."""
    number, text = next((n, text) for n, text in enumerate(pages[path].split("\n"), 1) if words in text)
    return f"{path}:{number}:{text.index(words) + 1}"


def texts(items):
    return [item.part.text for item in items if item.part]


# ---- a statement -----------------------------------------------------------------------------------------------------


def test_a_claim_is_told_with_place_words_grade_claimant_section_and_source(shops):
    found = shops.one(line("sources/letter.md", "- [analysis]"))

    assert found.kind == "claim"
    assert str(found.part.span) == line("sources/letter.md", "- [analysis]")
    assert found.part.words.startswith("- [analysis] Ada Example, engineer — thinks")
    assert (found.part.grade, found.part.voices, found.part.section) == ("analysis", ("Ada Example",), "Key Claims")
    assert (found.about.published, found.about.url) == ("2026-02-01", "https://example.org/letter")
    assert found.about.publisher == "The Gazette"


def test_a_claim_rests_on_the_quote_to_which_its_link_points(shops):
    found = shops.one(line("sources/letter.md", "- [analysis]"))

    assert [(one.way, one.part.kind) for one in found.grounds if one.part] == [("anchored", "quote")]
    assert [(one.way, one.about.name) for one in found.grounds if not one.part] == [("about", "Firm")]


def test_the_same_words_elsewhere_support_and_another_figure_contradicts(shops):
    found = shops.one(line("sources/letter.md", "- [fact]"))

    assert [(one.how, one.other) for one in found.supports] == [("says the same as", "rebuttal")]
    assert ("gives another figure than", "rebuttal") in [(one.how, one.other) for one in found.contradicts]


def test_a_connection_of_another_page_contradicts_what_the_source_says(shops):
    found = shops.one(line("sources/letter.md", "- [analysis]"))

    assert [(one.words, str(one.part.span)) for one in found.contradicts] == [
        ("rebuttal contradicts it", line("sources/rebuttal.md", "- contradicts"))
    ]
    assert [(one.state, one.words) for one in found.states] == [("contested", "rebuttal contradicts letter")]


def test_a_relation_of_the_wikis_own_supports(shops):
    found = shops.one("sources/audit.md")

    assert [(one.words, one.part.kind) for one in found.supports] == [("rebuttal confirms it", "connection")]


def test_what_rests_on_a_claim_is_listed_with_the_way_step_by_step_and_circles_end(shops):
    found = shops.one(line("sources/letter.md", "- [fact]"))
    rows = [(one.step, one.way, one.part.span.path) for one in found.resting]

    assert rows == [
        (1, "anchored", "syntheses/shops.md"),
        (2, "derived", "overviews/trade.md"),
        (3, "derived", "syntheses/circle.md"),
        (4, "derived", "overviews/trade.md"),
    ]
    assert found.resting[1].on == str(found.resting[0].part.span)


def test_a_quote_is_rested_on_by_the_sentence_that_has_its_words(shops):
    found = shops.one(line("sources/letter.md", "> "))

    assert (found.kind, found.part.voices) == ("quote", ("Ada Example",))
    assert [(one.way, str(one.part.span)) for one in found.resting if one.step == 1] == [
        ("anchored", line("sources/letter.md", "- [analysis]")),
        ("quoted", line("syntheses/shops.md", "She said")),
    ]


# ---- a sentence of a synthesis ---------------------------------------------------------------------------------------


def test_a_sentence_lists_what_it_rests_on(shops):
    first, second, third, last = shops.ask("syntheses/shops.md:10").answers

    assert [one.way for one in second.grounds] == ["anchored", "anchored"]
    assert texts(second.grounds)[0] == "opened 40 shops in 2025"
    assert [(one.way, one.about.path) for one in first.grounds] == [("quoted", "sources/letter.md")]
    assert (third.grounds, third.gone) == ((), ())
    assert [one.way for one in last.grounds] == ["cited", "about"]


def test_a_sentence_stands_and_falls_with_what_its_source_cites(shops):
    found = shops.one(line("syntheses/shops.md", "[[Firm]] is"))
    retracted = [one for one in found.states if one.state == "retracted"]

    assert [[link.name for link in one.chain] for one in retracted] == [["sentence", "digest", "audit"]]
    assert [link.way for link in retracted[0].chain] == ["", "cited", "cites"]


def test_words_between_quotation_marks_that_no_source_has_are_gone_and_the_nearest_is_shown():
    pages = WIKI | {
        "sources/letter.md": LETTER.replace("Nobody can count the shops any more", "Nobody counts the shops now")
    }
    found = Opened(pages).one(line("syntheses/shops.md", "She said"))

    assert [(one.way, one.words, one.generation) for one in found.gone] == [
        ("quoted", "nobody can count the shops any more", 0)
    ]
    assert str(found.gone[0].nearest.span) == line("sources/letter.md", "> ", pages)
    assert "the words are gone: “nobody can count the shops any more”" in as_text.text(
        Opened(pages).ask("syntheses/shops.md:10")
    )


def test_words_that_stand_anywhere_on_the_cited_page_are_there(shops):
    assert shops.one(line("syntheses/shops.md", "She said")).gone == ()


def test_what_is_like_nothing_is_gone_without_a_nearest():
    pages = WIKI | {"sources/letter.md": source("The Letter", "[fact] [[Firm]] — zzz")}
    (gone,) = Opened(pages).one(line("syntheses/shops.md", "She said")).gone

    assert (gone.nearest, gone.pages) == (None, ("sources/letter.md",))


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("Nobody can  count\nthe shops", True), ("“nobody can count the shops any more”", True),
        ("can count *the* [[Firm|shops]] any more.", True), ("nobody could count the shops", False),
    ],
)  # fmt: skip
def test_words_are_compared_as_a_reader_sees_them(said, there):
    assert quotations.holds('> "Nobody can count the shops any more." — Ada', said) is there


def test_names_and_single_words_in_quotation_marks_are_no_quotations():
    assert quotations.quoted('The "Firm" and its "open weights" say "we, all of us" and 5" pipes, 6" pipes') == []
    assert quotations.quoted('She said "we count … and we count again, all day" now') == ["and we count again, all day"]


def test_a_footnote_is_part_of_the_sentences_that_bear_its_mark():
    text = "It opened shops[^a]. Others closed[^b].\n\n[^a]: [[letter#Key Claims]], page 3\n[^b]: [[audit]]"
    asked = Opened(WIKI | {"syntheses/notes.md": derived("synthesis", "Notes", text, "letter")})
    first = asked.one("It opened shops")
    resting = asked.one(line("sources/letter.md", "- [fact]")).resting

    assert texts(first.grounds)[0] == "opened 40 shops in 2025"
    assert {one.about.name for one in first.grounds} == {"letter"}
    assert "syntheses/notes.md:10:1" in [str(one.part.span) for one in resting if one.way == "anchored"]
    assert {one.part.span.line for one in resting if one.part.span.path == "syntheses/notes.md"} == {10}


def test_a_mark_behind_the_full_stop_is_that_of_the_sentence_before_it():
    text = "它開了店。[^a] 別的關了。\n\n[^a]: [[letter#Key Claims]]"
    asked = Opened(WIKI | {"syntheses/notes.md": derived("synthesis", "Notes", text, "letter")})
    resting = asked.one(line("sources/letter.md", "- [fact]")).resting

    assert texts(asked.one("它開了店").grounds)[0] == "opened 40 shops in 2025"
    assert "它開了店。" in [one.part.text for one in resting]


# ---- its life --------------------------------------------------------------------------------------------------------


def test_what_was_superseded_is_followed_to_the_last_that_superseded_it():
    pages = {
        "sources/one.md": source("One", "[fact] [[Firm]] — says one"),
        "sources/two.md": source("Two", "[fact] [[Firm]] — says two", connections=("supersedes: [[one]] — newer",)),
        "sources/three.md": source("Three", "[fact] [[Firm]] — says three"),
        "entities/Firm.md": FIRM,
        "syntheses/sum.md": derived("synthesis", "Sum", "One says one ([[one#Key Claims|one]]).", "one"),
    }
    pages["sources/two.md"] = pages["sources/two.md"].replace("scraped", "superseded_by: three\nscraped")
    asked = Opened(pages)
    (own,) = asked.one("sources/one.md:13").states
    (sentence,) = [one for one in asked.one("syntheses/sum.md:10").states if one.state == "superseded"]

    assert [link.name for link in own.chain] == ["claim", "two", "three"]
    assert [link.name for link in sentence.chain] == ["sentence", "one", "two", "three"]
    assert sentence.words == "one was superseded by three"


def test_what_superseded_it_and_was_retracted_or_is_one_of_several_is_told():
    pages = {
        "sources/one.md": source("One", "[fact] [[Firm]] — says one"),
        "sources/two.md": source("Two", "[fact] [[Firm]] — says two", connections=("supersedes: [[one]] — newer",)),
        "sources/ten.md": source("Ten", "[fact] [[Firm]] — says ten", connections=("replaces: [[one]] — newer",)),
        "sources/three.md": source(
            "Three", "[fact] [[Firm]] — says three", connections=("supersedes: [[ten]]",),
            front="status: retracted\nscraped: 2026-03-02",
        ),
    }  # fmt: skip
    (own,) = Opened(pages).one("sources/one.md").states

    assert [link.name for link in own.chain] == ["one", "ten", "three"]
    assert own.words == "one was superseded by three, which was retracted; also by two"


def test_a_claim_with_another_figure_elsewhere_is_contested_and_so_is_what_rests_on_it(shops):
    claim = shops.one(line("sources/letter.md", "- [fact]")).states
    sentence = shops.one("syntheses/shops.md:10:81").states

    assert ("contested", "rebuttal gives another figure than it") in [(one.state, one.words) for one in claim]
    told = [one for one in sentence if one.words == "rebuttal gives another figure than it"]
    assert [[link.name for link in one.chain] for one in told] == [
        ["sentence", "letter", "rebuttal gives another figure than it"]
    ]


def test_a_circle_of_what_superseded_what_ends():
    pages = {
        "sources/one.md": source("One", "[fact] [[Firm]] — says one", connections=("supersedes: [[two]] — newer",)),
        "sources/two.md": source("Two", "[fact] [[Firm]] — says two", connections=("superseded-by: [[one]] — older", "replaces: [[one]] — newer")),
    }  # fmt: skip
    (own,) = Opened(pages).one("sources/one.md").states

    assert [link.name for link in own.chain] == ["one", "two", "one"]
    assert own.chain[-1].way == "superseded by, in a circle,"


def test_a_page_is_stale_by_way_of_a_page_that_rests_on_something_newer():
    pages = {
        "sources/new.md": source("New", "[fact] [[Firm]] — says it", front="scraped: 2026-07-01"),
        "syntheses/middle.md": derived("synthesis", "Middle", "So it is ([[new]]).", "new", "2026-06-01"),
        "syntheses/end.md": derived("synthesis", "End", "So be it ([[middle]]).", "middle", "2026-06-02"),
    }
    states = Opened(pages).one("syntheses/end.md").states

    assert {one.state for one in states} == {"stale"}
    assert [link.name for link in states[0].chain] == ["end", "middle", "new"]
    assert [one.words for one in states] == [
        "end was last updated 2026-06-02, new is of 2026-07-01",
        "middle was last updated 2026-06-01, new is of 2026-07-01",
    ]


def test_pages_that_rest_on_each_other_end():
    pages = {
        "syntheses/a.md": derived("synthesis", "A", "So it is ([[b]]).", "b"),
        "syntheses/b.md": derived("synthesis", "B", "So it is ([[a]]).", "a"),
    }
    found = Opened(pages).one("syntheses/a.md")

    assert [one.about.name for one in found.grounds] == ["b"]
    assert [(one.step, one.part.span.path) for one in found.resting if one.way != "lists"] == [
        (1, "syntheses/b.md"), (2, "syntheses/a.md"),
    ]  # fmt: skip


def test_a_page_tells_its_sources_by_date_what_it_reports_and_what_rests_on_it(shops):
    shown = shops.one("Shops")
    letter = shops.one("The Letter")

    assert [(one.way, one.about.name) for one in shown.grounds] == [("listed", "digest"), ("listed", "letter")]
    assert [one.way for one in letter.resting if one.step == 1].count("reported") == 3
    assert ("lists", "syntheses/shops.md") in [(one.way, one.part.span.path) for one in letter.resting]


def test_what_generated_pages_and_blocks_link_rests_on_nothing():
    block = "<!-- AUTO:SOURCES BEGIN -->\n- [[letter]]\n<!-- AUTO:SOURCES END -->\n"
    pages = WIKI | {
        "index.md": "# Index\n\n- [[letter]] — a letter\n",
        "overviews/auto.md": derived("overview", "Auto", block),
    }
    paths = {one.part.span.path for one in Opened(pages).one("letter").resting}

    assert not {"index.md", "overviews/auto.md"} & paths


# ---- originals -------------------------------------------------------------------------------------------------------


def test_verdicts_of_originals_are_told_where_they_are_known(shops):
    quote = shops.one(line("sources/letter.md", "> ")).iri
    facts = f"""
        @prefix nr: <{names.NR}> . @prefix oa: <http://www.w3.org/ns/oa#> .
        <{BASE}graph/originals> {{
          <{quote}> nr:inOriginal <{BASE}m/1> .
          <{BASE}m/1> a nr:OriginalMatch ; nr:verdict nr:Near ; oa:hasSource <{BASE}original/x> ; nr:path "raw/x.md" ;
            nr:line 12 ; nr:column 5 ; oa:hasSelector <{BASE}m/1q> .
          <{BASE}m/1q> a oa:TextQuoteSelector ; oa:exact "Nobody can count our shops any more" .
        }}"""
    asked = Opened(WIKI, facts)
    (verdict,) = asked.one(quote).verdicts
    ground = asked.one(line("sources/letter.md", "- [analysis]")).grounds[0]

    assert (verdict.verdict, str(verdict.span)) == ("near", "raw/x.md:12:5")
    assert ground.verdicts == (verdict,)
    assert "there: “Nobody can count our shops any more”" in as_text.text(asked.ask(quote))
    assert f"<{BASE}original/x>" in as_turtle.text(asked.ask(quote))


def test_without_an_original_the_verdict_is_unknown(shops):
    answer = shops.ask(line("sources/letter.md", "> "))

    assert json.loads(as_json.text(answer, None))["answers"][0]["original"][0]["verdict"] == "unknown"
    assert "original: unknown: no original" in as_text.text(answer)


# ---- triples ---------------------------------------------------------------------------------------------------------


def test_an_inferred_triple_is_told_with_its_rule_and_premises_down_to_their_places(shops):
    proof = shops.one("letter", "nr:conflictsWith", "rebuttal").proof
    inner = proof.premises[0]

    assert (proof.rule, inner.rule) == ("prp-symp", "prp-spo1")
    assert inner.form == "?x nr:contradicts ?y → ?x nr:conflictsWith ?y"
    path, number, _ = line("sources/rebuttal.md", "- contradicts").split(":")
    assert (inner.premises[0].span.path, str(inner.premises[0].span.line)) == (path, number)


def test_a_stated_triple_is_told_with_its_place(shops):
    proof = shops.one("rebuttal", "contradicts", "letter").proof

    assert (proof.rule, proof.span.path) == ("", "sources/rebuttal.md")


def test_a_triple_may_be_one_text_of_iris_or_name_a_part_by_its_place(shops):
    whole = shops.one(f"<{BASE}id/rebuttal> <{names.NR}references> <{BASE}id/letter> .").proof
    part = shops.one(line("sources/letter.md", "- [fact]"), "a", "nr:FactClaim").proof

    assert whole.rule == "prp-spo1"
    assert part.rule.startswith("ca")


def test_a_triple_that_is_not_the_case_is_a_no(shops):
    assert shops.fails("letter", "nr:contradicts", "Firm")[0] == 1
    assert shops.fails("letter", "nr:contradicts", "Frim") == (
        1, "'Frim' is nothing in this wiki; did you mean 'Firm'?",
    )  # fmt: skip
    assert shops.fails("letter", "nonsense", "Firm")[0] == 1


# ---- targets ---------------------------------------------------------------------------------------------------------


def test_one_part_is_found_by_place_iri_short_iri_and_words(shops):
    place = line("sources/letter.md", "- [analysis]")
    iri = shops.one(place).iri
    ways = (
        place, place.rpartition(":")[0], iri, f"<{iri}>", iri.removeprefix(BASE), "opens too many shops",
        "thinks that Firm opens too many shops", "letter:17",
    )  # fmt: skip

    assert [shops.one(way).iri for way in ways] == [iri] * len(ways)


def test_a_page_is_found_by_path_name_title_and_iri(shops):
    ways = (
        "syntheses/shops.md",
        "shops",
        "Shops",
        "SHOPS",
        f"{BASE}page/syntheses/shops",
        f"{BASE}id/shops",
        "syntheses/shops.md:1",
    )

    assert {shops.one(way).iri for way in ways} == {f"{BASE}page/syntheses/shops"}


def test_a_path_is_looked_up_from_here_first_then_from_the_root(tmp_path):
    (tmp_path / "wiki/sources").mkdir(parents=True)
    asked = Opened({"letter.md": "# A\n\nThe first one.\n", "sources/letter.md": "# B\n\nThe second one.\n"})
    asked.reading.root = tmp_path / "wiki"

    assert asked.one("letter.md:3", here=tmp_path / "wiki/sources").part.text == "The second one."
    assert asked.one("letter.md:3", here=tmp_path).part.text == "The first one."
    assert asked.one("wiki/sources/letter.md:3", here=tmp_path).part.text == "The second one."
    assert asked.one(f"{tmp_path}/wiki/letter.md:3", here=Path("/")).part.text == "The first one."


def test_words_of_several_sentences_are_answered_with_their_places(shops):
    code, said = shops.fails("opened")

    assert code == 2
    assert line("sources/letter.md", "- [fact]") in said


def test_a_line_on_which_nothing_is_said_names_the_nearest(shops):
    code, said = shops.fails("sources/letter.md:13")

    assert code == 1
    assert "nearest are sources/letter.md:12 (sentence) and sources/letter.md:16 (claim)" in said
    assert shops.fails("sources/letter.md:9999")[0] == 1


def test_words_that_nobody_wrote_name_the_nearest_sentence_and_a_speaker_is_told_from_a_page(shops):
    assert shops.fails("thinks that Firm opens way too few shops")[1].endswith(
        f"nearest is {line('sources/letter.md', '- [analysis]')}: 'thinks that Firm opens too many shops (her words)'"
    )
    assert shops.fails("ada example") == (
        1, "'ada example' is a speaker without a page; `kg query claims-by --who` lists the claims",
    )  # fmt: skip


HOSTILE = (
    "../../etc/passwd", "../../etc/passwd:1", "/etc/passwd:1", "~/x.md:3", "file:///etc/passwd", 'x" } DROP ALL #',
    "?x ?p ?o", "} SELECT * {", "(((((", "[[", "a{999999}", "\\", "\"'\"", "x\0y", "x:99999999999999999999", ":1", "<>",
    "<x y>", "nr:nothing", "nr:fact", "xyz:abc", "http://[::1", "https://elsewhere.example/x", "claim/../../x", "%", "a" * 100_000,
    "../" * 2000 + "x:1", "ünknown — “x”", "-", "*", "42", "page/x#y#z",
)  # fmt: skip


@pytest.mark.parametrize("target", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_data_and_a_target_that_is_nothing_is_one_line(shops, target):
    code, said = shops.fails(target)

    assert code in (1, 2)
    assert len(said) < 2000
    assert shops.fails(target, "nr:references", "letter")[0] in (1, 2)


def test_an_empty_target_two_and_four_words_are_wrong_usage(shops):
    assert {shops.fails(*words)[0] for words in ((" ",), ("a", "b"), ("a", "b", "c", "d"))} == {2}


def test_a_byte_that_is_no_text_is_wrong_usage(shops):
    assert shops.fails(os.fsdecode(b"\xff"))[0] == 2


# ---- formats ---------------------------------------------------------------------------------------------------------


def test_a_tree_is_80_columns_wide_and_says_nothing_to_the_terminal():
    pages = {"sources/x.md": source("X", "[fact] Ada — said \x1b[31mred\x07 and " + "many words " * 60)}
    shown = as_text.text(Opened(pages).ask("sources/x.md:13"))

    assert max(map(len, shown.split("\n"))) <= 80
    assert not re.search("[\x00-\x09\x0b-\x1f]", shown)
    assert "\x1b[1m" in as_text.text(Opened(pages).ask("sources/x.md:13"), colour=True)


def test_a_script_without_blanks_is_cut_into_lines_of_80_cells():
    text = "開放權重的模型並不等於開放原始碼因為訓練資料沒有公開" * 8
    shown = as_text.text(Opened({"sources/x.md": source("X", f"[fact] Ada — {text}")}).ask("sources/x.md:13"))

    assert max(map(wcswidth, shown.split("\n"))) <= 80
    assert text in re.sub(r"\n[│├└─ ]*", "", shown)


def test_what_rests_on_something_costs_as_many_questions_for_many_sentences_as_for_few(monkeypatch):
    def questions(number):
        text = " ".join(f"Number {n} is said ([[letter#Key Claims|it]])." for n in range(number))
        others = {
            f"sources/other-{n}.md": source(
                f"Other {n}", f"[fact] [[Firm]] — opened {100 + n} shops in 2025", connections=("disputes: [[letter]]",)
            )
            for n in range(number)
        }
        asked = Opened(WIKI | others | {"syntheses/many.md": derived("synthesis", "Many", text, "letter")})
        counted = []
        with monkeypatch.context() as patch:
            select = sparql_text.select
            patch.setattr(sparql_text, "select", lambda *given: counted.append(given) or select(*given))
            asked.ask(line("sources/letter.md", "- [fact]"))
        return len(counted)

    assert questions(5) == questions(50) <= 60


def test_a_large_fan_out_is_cut_with_its_number_and_whole_when_asked():
    many = " ".join(f"Number {n} is said ([[letter#Key Claims|it]])." for n in range(40))
    asked = Opened(WIKI | {"syntheses/many.md": derived("synthesis", "Many", many, "letter")})
    found = asked.ask(line("sources/letter.md", "- [fact]"))
    cut, whole = (json.loads(as_json.text(found, most))["answers"][0] for most in (10, None))

    assert (len(cut["resting"]), cut["resting_total"], len(whole["resting"])) == (10, 44, 44)
    assert "… 34 more; --all shows them" in as_text.text(found)
    assert "Number 39" in as_text.text(found, None)


def test_turtle_is_prov_and_read_by_another_library(shops):
    import rdflib

    place = line("sources/letter.md", "- [fact]")
    graph = rdflib.Graph().parse(data=as_turtle.text(shops.ask(place)), format="turtle")
    prov = rdflib.PROV
    claim = rdflib.URIRef(shops.one(place).iri)
    triple = rdflib.Graph().parse(
        data=as_turtle.text(shops.ask("letter", "nr:conflictsWith", "rebuttal")), format="turtle"
    )

    assert rdflib.URIRef(f"{BASE}id/letter") in graph.objects(claim, prov.wasDerivedFrom)
    assert rdflib.URIRef(f"{BASE}id/Firm") in graph.objects(claim, prov.wasAttributedTo)
    assert [*graph.subjects(prov.wasDerivedFrom, claim)] != []
    assert len([*triple.subjects(rdflib.RDF.type, prov.Activity)]) == 2


def test_the_same_question_has_the_same_bytes():
    for target in (("syntheses/shops.md:10",), ("letter",), ("letter", "nr:conflictsWith", "rebuttal")):
        first, again = (Opened(WIKI).ask(*target) for _ in range(2))
        assert as_json.text(first, None) == as_json.text(again, None)
        assert as_turtle.text(first) == as_turtle.text(again)


# ---- earlier generations ---------------------------------------------------------------------------------------------


@pytest.fixture
def edited_wiki(tmp_path):
    """A wiki that can be edited and ingested again, and asked."""

    def ingested(**edits):
        for path, text in ({} if (tmp_path / "wiki").exists() else WIKI).items():
            (tmp_path / "wiki" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "wiki" / path).write_text(text)
        for name, (old, new) in edits.items():
            (file,) = (tmp_path / "wiki").rglob(f"{name}.md")
            file.write_text(file.read_text().replace(old, new))
        ingest(tmp_path / "store", tmp_path / "wiki", Config(base=BASE), NEWSROOM, how=How(jobs=1, max_shrink=100))
        return lambda target: why(reading(tmp_path / "store"), [target], tmp_path).answers

    return ingested


def test_a_statement_that_was_reworded_since_a_sentence_came_is_gone_and_stood_at_its_place(edited_wiki):
    edited_wiki()
    (_, second, *_) = edited_wiki(letter=("opened 40 shops in 2025", "opened forty-one shops in 2025"))(
        "syntheses/shops.md:10"
    )
    (gone,) = second.gone

    assert (gone.way, gone.words, gone.generation) == ("anchored", "opened 40 shops in 2025", 1)
    assert str(gone.was) == line("sources/letter.md", "- [fact]")
    assert gone.nearest.words == "- [fact] [[Firm]] — opened forty-one shops in 2025"


def test_after_the_sources_quote_is_edited_the_words_are_gone_and_the_nearest_is_the_quote_as_it_is_now(edited_wiki):
    (before, *_) = edited_wiki()("syntheses/shops.md:10")
    (after, *_) = edited_wiki(letter=("Nobody can count the shops any more", "Nobody counts the shops now"))(
        "syntheses/shops.md:10"
    )
    (gone,) = after.gone

    assert (before.gone, [one.way for one in before.grounds]) == ((), ["quoted"])
    assert (gone.way, gone.words) == ("quoted", "nobody can count the shops any more")
    assert str(gone.nearest.span) == line("sources/letter.md", "> ")
    assert "Nobody counts the shops now" in gone.nearest.words


def test_a_sentence_that_was_written_after_the_edit_lost_nothing(edited_wiki):
    edited_wiki()
    edited_wiki(letter=("opened 40 shops in 2025", "opened forty-one shops in 2025"))
    (_, second, *_) = edited_wiki(shops=("The count is forty (", "The count is forty-one ("))("syntheses/shops.md:10")

    assert second.gone == ()


def test_a_sentence_that_moved_is_known_by_its_words_and_a_regraded_claim_is_there(edited_wiki):
    edited_wiki()
    edited_wiki(shops=("## Summary\n", "## Summary\n\nA new beginning.\n"), letter=("- [analysis] Ada", "- [fact] Ada"))
    (_, second, *_) = edited_wiki(letter=("opened 40 shops in 2025", "opened forty-one shops in 2025"))(
        "syntheses/shops.md:12"
    )

    assert [(one.words, one.generation) for one in second.gone] == [("opened 40 shops in 2025", 1)]


def test_a_circle_is_told_once_as_one_and_of_a_long_chain_the_beginning_and_the_end():
    def page(number):
        ahead = (number + 1) % 40
        return source(f"S{number}", f"[fact] [[Firm]] — says {number}", connections=(
            f"superseded-by: [[s{ahead}]] — newer", f"cites: [[s{ahead}]] — as said",
        ))  # fmt: skip

    opened = Opened({f"sources/s{number}.md": page(number) for number in range(40)})

    (own,) = opened.one("sources/s1.md").states
    assert own.words == "s1 by s2 by s3 by … by s1: 40 pages supersede one another in a circle, so none is the newest"
    assert [link.name for link in own.chain] == [f"s{number % 40}" for number in range(1, 42)]
    shown = as_text.text(opened.ask("s1")).split("\n")
    (left,) = [place for place, line in enumerate(shown) if "30 more; --all shows them" in line]
    assert "superseded by s10 " in shown[left - 1]
    assert "in a circle, s1 " in shown[left + 1]


def test_a_page_that_was_superseded_by_a_page_of_a_circle_says_so():
    pages = {
        "sources/zero.md": source("Zero", "[fact] [[Firm]] — says none", connections=("superseded-by: [[one]] — newer",)),
        "sources/one.md": source("One", "[fact] [[Firm]] — says one", connections=("superseded-by: [[two]] — newer",)),
        "sources/two.md": source("Two", "[fact] [[Firm]] — says two", connections=("superseded-by: [[one]] — newer",)),
    }  # fmt: skip
    (own,) = Opened(pages).one("sources/zero.md").states

    assert own.words == (
        "zero was superseded by way of a circle: "
        "one by two by one: 2 pages supersede one another in a circle, so none is the newest"
    )
