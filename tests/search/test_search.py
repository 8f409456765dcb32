"""Search: words of any script, in order, with places; whatever is typed is data; an edited page costs a page."""

import itertools
import json
import sqlite3
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import kg
from support.tier import CASES

from kg.ingest.ingest import ingest
from kg.model.kg_error import KgError
from kg.operations.search import search
from kg.search import find, folding, index, kept_index, snippet, typed
from kg.search.find import Question
from kg.search.index import About, Index
from kg.search.texts import Group, Part
from kg.settings import dialect
from kg.settings.kg_toml import Config
from kg.store.reading import reading

BASE = "https://wiki.example/"
PAGES = {
    "sources/tide-report.md": """\
---
title: "Tide report"
type: source
description: "What the gauges of a harbour say"
tags: [flood-control]
---

## Summary

港務局說碼頭很安全。 The gauge of [[PortVerde]] is old; nobody reads the tide tables.
한국어전문검색엔진을 만든다. ท่าเรือปลอดภัยแล้ว

| pier | depth |
|---|---|
| north | eleven fathoms |

## Key Claims

- [fact] [[PortVerde]] — has measured the tide since 1901
- [forecast] Ada Example, engineer — the Café Müller will flood by 2040
- [analysis] Bo Nemo — a naïve coöperation, says the ＰＯＲＴ of Łódź

## Key Quotes

> "We read it every morning." — Ada Example, engineer
""",
    "entities/PortVerde.md": """\
---
title: "Port Verde"
aliases: ["Puerto Verde", "綠港"]
type: entity
---

## Overview

A harbour. The tide report names it, and again: tide report, tide report.
""",
    "concepts/Moles.md": """\
---
title: "Moles"
type: concept
---

## Overview

Stones before a harbour, as in [[PortVerde]].
""",
}


def written(root, pages):
    for path, text in pages.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def into_store(root, pages):
    written(root / "wiki", pages)
    ingest(root / "store", root / "wiki", Config(base=BASE), dialect.load("newsroom"))
    return reading(root / "store")


@pytest.fixture(scope="module")
def searched_wiki(tmp_path_factory):
    return into_store(tmp_path_factory.mktemp("search"), PAGES)


@pytest.fixture
def places(searched_wiki):
    """Return where words are found, with what stands there."""

    def found(words, **how):
        hits = search(searched_wiki, Question(words, **how)).hits
        return [(f"{hit.part.path}:{hit.part.line}:{hit.part.column}", hit.kind) for hit in hits]

    return found


def kinds(found):
    return [kind for _, kind in found]


# ---- what is found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("碼頭", "two Chinese characters"),
        ("安", "one of them"),
        ("검색", "a Korean word inside a compound"),
        ("ปลอดภัย", "a Thai word"),
        ("tide TABLES", "letters of another case, in another line"),
    ],
)
def test_a_word_of_any_script_is_found_where_it_stands(words, what, places):
    found = places(words, fields=("sentences",))

    assert {place.partition(":")[0] for place, _ in found} == {"sources/tide-report.md"}, what


@pytest.mark.parametrize(
    "words",
    [
        "cafe muller",
        "Café Müller",
        "CAFE\u0301",
        "cafe\u0301",
        "ｃａｆｅ",
        "will flood by 2040",
        "café-müller",
        "floo* caf*",
    ],
)
def test_accents_case_width_and_normal_forms_do_not_matter(words, places):
    assert places(words, fields=("claims",)) == [("sources/tide-report.md:20:1", "claim")]


@pytest.mark.parametrize("words", ["naive cooperation", "naïve coöperation", "port lodz", "PORT Łódź"])
def test_an_accented_word_is_found_without_its_accents_and_the_other_way_round(words, places):
    assert places(words, fields=("claims",)) == [("sources/tide-report.md:21:1", "claim")]


def test_a_title_stands_before_a_text_that_has_the_words_more_often(places):
    found = places("tide report")

    assert found[0] == ("sources/tide-report.md:1:1", "page")
    assert ("entities/PortVerde.md:9:12", "sentence") in found


@pytest.mark.parametrize("words", ["port verde", "PortVerde", "portverde", "verde", "puerto", "綠港"])
def test_a_page_is_found_by_its_title_alias_and_file_name(words, places):
    assert places(words)[0] == ("entities/PortVerde.md:1:1", "page")


@pytest.mark.parametrize("words", ["portverde", "port verde", "verde", "PortVerde"])
def test_a_name_in_camel_case_is_found_whole_and_by_its_words(words, places):
    assert ("concepts/Moles.md:8:1", "sentence") in places(words)


def test_what_has_no_sentence_is_found_at_its_line(places):
    assert places("eleven") == [("sources/tide-report.md:15:1", "text")]
    assert places("flood control") == [("sources/tide-report.md:5:8", "text")]
    assert places("what gauges say") == [("sources/tide-report.md:4:14", "text")]
    assert places("overview")[0] == ("concepts/Moles.md:6:1", "heading")


def test_all_words_must_occur_and_a_phrase_in_a_row(places):
    assert places("tide since") == places('"the tide since"') == [("sources/tide-report.md:19:1", "claim")]
    assert places("since nowhere") == places('"since tide"') == []
    assert places("“tide since”") == places('"tide sin*"') == places('"tide since"')


def test_what_many_texts_have_is_all_there_titles_and_short_texts_first():
    made = Index.new(None, About("", ""))
    made.put(Part(Group.SENTENCE, "p.md", at, 1, f"n{at}", "g", text="port " * (1 + at % 7)) for at in range(2_500))
    made.put([Part(Group.PAGE, "q.md", 1, 1, "q", "g", title="A port of a long title")])

    hits = find.find(made, Question("port", limit=3_000)).hits

    assert hits[0].kind == "page"
    assert len({hit.part.node for hit in hits}) == 2_501
    assert hits[:20] == find.find(made, Question("port")).hits


def test_words_in_a_row_as_typed_stand_before_others_and_short_texts_before_long_ones():
    made = Index.new(None, About("", ""))
    texts = (
        "the water is open",
        "open the water",
        "is the open water deep, and who says so",
        "OpenWater",
        "open water",
    )
    made.put(Part(Group.SENTENCE, "p.md", at, 1, f"n{at}", "g", text=text) for at, text in enumerate(texts))
    made.put([Part(Group.CLAIM, "p.md", 9, 1, "n9", "g", text="a bay", voice="Open Water")])
    made.put([Part(Group.PAGE, "q.md", 1, 1, "q", "g", title="A water that is open", text="Open Water")])
    made.put([Part(Group.PAGE, "r.md", 1, 1, "r", "g", title="Water, open", text="w" * 90)])

    hits = find.find(made, Question("open water")).hits

    assert [hit.part.title or hit.part.text for hit in hits] == [
        "A water that is open", "Water, open",
        "open water", "is the open water deep, and who says so", "open the water", "the water is open",
        "a bay", "OpenWater",
    ]  # fmt: skip


@given(texts=st.lists(st.lists(st.sampled_from(["port", "quay", "tide", "PortQuay"]), max_size=6), max_size=40))
@settings(max_examples=CASES)
def test_the_first_are_those_that_stand_first_among_all(texts):
    made = Index.new(None, About("", ""))
    kinds_ = (Group.PAGE, Group.CLAIM, Group.TEXT)
    made.put(
        Part(kinds_[at % 3], "p.md", at, 1, f"n{at}", "g", text=" ".join(some), voice="port" if at % 2 else "")
        for at, some in enumerate(texts)
    )
    every = find.find(made, Question("port quay", limit=1_000)).hits

    for limit in (1, 2, 5):
        assert find.find(made, Question("port quay", limit=limit)).hits == every[:limit]
    tiers = [kinds_.index(hit.part.group) for hit in every]
    assert tiers == sorted(tiers)


def test_what_a_word_costs_does_not_grow_with_the_texts_that_have_it():
    def steps(count):
        made, taken = Index.new(None, About("", "")), []
        made.put(Part(Group.SENTENCE, "p.md", at, 1, f"n{at}", "g", text=f"a port of {at % 50}") for at in range(count))
        made._connection.set_progress_handler(lambda: taken.append(1), 10)
        assert len(find.find(made, Question("port")).hits) == 20
        return len(taken)

    assert steps(4_000) <= 1.1 * steps(400)


def test_filters_leave_the_rest_out(places):
    assert kinds(places("stones")) == ["sentence"]
    assert places("stones", fields=("claims", "quotes", "pages", "originals")) == []
    assert places("tide OR", fields=("claims",)) == []
    assert places("flood", grade="forecast") == [("sources/tide-report.md:20:1", "claim")]
    assert places("flood", grade="fact") == []
    assert places("by", by="ada") == [("sources/tide-report.md:20:1", "claim")]
    assert set(kinds(places("read", by="EXAMPLE ada"))) == {"quote"}
    assert len(places("tide", limit=2)) == 2
    assert places("tide", limit=10**20) == places("tide", limit=100)


def test_a_grade_of_what_has_none_is_one_line(searched_wiki):
    with pytest.raises(KgError, match=r"^only claims have a grade, and --in quotes leaves them out"):
        search(searched_wiki, Question("tide", fields=("quotes",), grade="fact"))


def test_what_is_not_there_names_the_page_that_was_probably_meant(searched_wiki):
    found = search(searched_wiki, Question("tid reprot"))

    assert (found.hits, [part.path for part in found.near]) == ((), ["sources/tide-report.md"])
    assert [part.path for part in search(searched_wiki, Question("verda")).near] == ["entities/PortVerde.md"]
    assert search(searched_wiki, Question("x" * 10_000)).near == ()


# ---- whatever is typed -----------------------------------------------------------------------------------------------

HOSTILE = [
    '"} DROP ALL #', "-", '"', "*", ":", "", " ", "\x00", "\ud800", "a\x00b", "AND", "NEAR(a b)", "title : x", "^a", "a + b",
    "{title} : x", "(", "x" * 10_000, "a " * 5_000, " ".join(map(str, range(3_000))), '"' * 10_000, "水 " * 3_000, "* *",
    "'); DROP TABLE words; --",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_data(words, searched_wiki):
    found = search(searched_wiki, Question(words, by=words[:50]))

    assert found.hits == ()


TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=' "*-:()^{}+aAbBéß港務局한국ท่าเร“”ﬁ\x00\ud800\u0301', max_size=30),
    st.lists(st.sampled_from(["port", "Verde", "PortVerde", '"', "*", "AND", "NOT", "港務", "務", "Łódź", "-"])).map(
        " ".join
    ),
)
NO_SURROGATES = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


def has(text, term):
    """Whether a text has a term, by its tokens alone."""
    for view in (text, folding.parted(text)):
        tokens = [token for run in folding.runs(view) for token in folding.tokens(run)]
        for row in term:
            size = len(row.tokens)
            for at in range(len(tokens) - size + 1):
                *before, last = tokens[at : at + size]
                ends = last.startswith(row.tokens[-1]) if row.open_end else last == row.tokens[-1]
                if ends and before == [*row.tokens[:-1]]:
                    return True
    return False


@given(typed_text=TEXTS, texts=st.lists(st.one_of(NO_SURROGATES, TEXTS.map(lambda text: text.replace("\ud800", "")))))
@settings(max_examples=CASES * 2)
def test_whatever_is_typed_has_the_documented_meaning_alone(typed_text, texts):
    parts = [Part(Group.SENTENCE, "p.md", at + 1, 1, f"n{at}", "g", text=text) for at, text in enumerate(texts)]
    made = Index.new(None, About("", ""))
    made.put(parts)
    wanted = typed.terms(typed_text)

    found = find.find(made, Question(typed_text, limit=1_000)).hits

    assert sorted(hit.part.line for hit in found) == [
        part.line for part in parts if wanted and all(has(part.text, term) for term in wanted)
    ]
    for hit in found:
        assert hit.snippet.marks
        assert all(0 <= a < b <= len(hit.snippet.text) for a, b in hit.snippet.marks)


@given(text=st.text(max_size=40))
def test_a_text_is_found_by_itself_in_every_normal_form_and_case(text):
    made = Index.new(None, About("", ""))
    made.put([Part(Group.SENTENCE, "p.md", 1, 1, "n", "g", text=text.encode("utf-8", "replace").decode())])
    for form, case in itertools.product(("NFC", "NFD"), (str, str.upper, str.lower)):
        words = unicodedata.normalize(form, case(text)).replace('"', " ")

        assert len(find.find(made, Question(words)).hits) == bool(typed.terms(words))


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("a long way to the harbour of the north and on", "harbour", "…to the [harbour] of the…"),
        ("港務局說碼頭很安全", "碼頭", "港務局說[碼頭]很安全"),
        ("in PortVerde now", "verde", "in Port[Verde] now"),
        ("the Café is open", "cafe", "the [Café] is open"),
        ("one  two\nthree", '"two three"', "one [two three]"),
    ],
)
def test_a_snippet_shows_the_words_with_what_stands_around_them(text, words, shown):
    found = snippet.cut(text, typed.terms(words), 26)

    for start, end in reversed(found.marks):
        found = snippet.Snippet(f"{found.text[:start]}[{found.text[start:end]}]{found.text[end:]}", ())
    assert found.text == shown


# ---- the file beside the generation ----------------------------------------------------------------------------------


def told(read, words):
    return [(hit.part, hit.snippet.text) for hit in search(read, Question(words, limit=1_000)).hits]


def test_an_index_that_was_changed_page_by_page_answers_as_a_new_one(tmp_path, monkeypatch):
    pages = dict(PAGES)
    read = into_store(tmp_path, pages)
    told(read, "tide")
    monkeypatch.setattr(kept_index, "_SHARE", 0)  # one page of three is much, but not here
    puts = []
    put = Index.put
    monkeypatch.setattr(Index, "put", lambda self, parts: put(self, puts.append([*parts]) or puts[-1]))
    for step in range(4):
        path = [*PAGES][step % 3]
        pages[path] = pages[path].replace("harbour", "harbour pier") + f"\nOne more tide sentence, the port {step}.\n"
        if step == 2:
            pages["concepts/New.md"] = pages["concepts/Moles.md"].replace("Moles", "New")
        if step == 3:
            (tmp_path / "wiki/concepts/New.md").unlink()
            del pages["concepts/New.md"]
        puts.clear()
        read = into_store(tmp_path, pages)
        changed = {word: told(read, word) for word in ("tide", "harbour", "port verde", "pier", "t*", "one more")}
        touched = {part.path for part in itertools.chain(*puts)}
        (read.generation.folder / kept_index.NAME).unlink()
        for other in (tmp_path / "store").glob(f"generations/*/{kept_index.NAME}"):
            other.unlink()

        assert touched <= {path, "concepts/New.md"}
        assert {word: told(read, word) for word in changed} == changed


def test_two_indexes_are_kept_and_earlier_generations_answer(tmp_path):
    read = into_store(tmp_path, PAGES)
    assert told(read, "brandnew") == []
    for step in range(4):
        read = into_store(tmp_path, {"concepts/Moles.md": PAGES["concepts/Moles.md"] + f"\nbrandnew{step} stone.\n"})
        assert told(read, f"brandnew{step}")

    assert len(list((tmp_path / "store").glob(f"generations/*/{kept_index.NAME}"))) == 2
    assert told(reading(tmp_path / "store", 2), "brandnew0")
    assert not told(reading(tmp_path / "store", 2), "brandnew1")


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_a_damaged_or_foreign_index_is_made_anew(damage, tmp_path):
    read = into_store(tmp_path, PAGES)
    before = told(read, "tide")
    path = read.generation.folder / kept_index.NAME
    data = path.read_bytes()
    path.write_bytes(damage if damage is not None else data[: len(data) // 2])

    assert told(read, "tide") == before
    assert path.stat().st_size == len(data)


def test_an_index_whose_texts_have_other_bytes_is_made_anew(tmp_path):
    read = into_store(tmp_path, PAGES)
    before = told(read, "tide")
    path = read.generation.folder / kept_index.NAME
    path.write_bytes(path.read_bytes().replace(b"tide tables", b"tide \xb4ables").replace(b"sources/", b"sources\xff"))

    assert told(read, "tide") == before


def test_an_index_of_another_program_is_made_anew(tmp_path, monkeypatch):
    read = into_store(tmp_path, PAGES)
    told(read, "tide")
    monkeypatch.setattr(kept_index, "about", lambda _: About("another", ""))
    told(read, "tide")

    assert Index.of_file(read.generation.folder / kept_index.NAME).about().program == "another"


def test_a_store_that_cannot_be_written_answers_from_memory(tmp_path, monkeypatch):
    read = into_store(tmp_path, PAGES)

    def refused(path, program, new=Index.new):
        if path is not None:
            raise sqlite3.OperationalError("unable to open database file")
        return new(path, program)

    monkeypatch.setattr(Index, "new", refused)

    assert told(read, "tide")
    assert [path.name for path in read.generation.folder.iterdir() if "search" in path.name or ".kg" in path.name] == []


def test_a_python_without_full_text_search_is_told_in_one_line(searched_wiki, monkeypatch):
    def connect(*_):
        raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(index.sqlite3, "connect", connect)

    with pytest.raises(
        KgError, match=r"^search needs the full text search of SQLite \(FTS5\), and this Python's SQLite 3"
    ):
        search(searched_wiki, Question("tide"))


# ---- the command -----------------------------------------------------------------------------------------------------


def test_the_command_says_places_and_exits_1_where_nothing_is_found(searched_wiki):
    store = ["--store", searched_wiki.folder]

    assert kg(*store, "search", "cafe", "--in", "claims", code=0).stdout == (
        "sources/tide-report.md:20:1: claim [forecast]: Ada Example, engineer — the Café Müller will flood by 2040\n"
    )
    assert "did you mean 'Port Verde' (entities/PortVerde.md)?" in kg(*store, "search", "verda", code=1).stderr
    assert (
        "without --in, --grade and --by there is something"
        in kg(*store, "search", "cafe", "--in", "quotes", code=1).stderr
    )
    assert "no letter and no digit" in kg(*store, "search", "--", "-", code=1).stderr
    assert kg(*store, "search", "tide", "--limit", "1", code=0).stderr.startswith(
        "note: these are the best 1, and there"
    )
    record = json.loads(kg(*store, "search", "cafe", "--json", code=0).stdout)["hits"][0]
    assert record["snippet"][slice(*record["marks"][0])] == "Café"
    assert {key: record[key] for key in ("path", "line", "column", "kind", "grade", "by")} == {
        "path": "sources/tide-report.md", "line": 20, "column": 1, "kind": "claim", "grade": "forecast",
        "by": "Ada Example, engineer",
    }  # fmt: skip
