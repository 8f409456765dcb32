"""Dialects: what a file may say, how one extends another, and what a page then says."""

import textwrap

import pytest
from support.pages import blocks, mapped

from kg.files.walk import walk
from kg.model.finding import KgError
from kg.model.page import Expresses, Kind
from kg.operations import recognize_dialect
from kg.parse.parse_page import parse
from kg.settings import claim_form, dialect


@pytest.fixture
def spoken(tmp_path):
    """Write a dialect file and load it."""

    def write(text, name="mine.toml"):
        (tmp_path / name).write_text(textwrap.dedent(text), encoding="utf-8")
        return dialect.load(str(tmp_path / name))

    return write


def page_of(text, spoken, path="sources/a.md"):
    """The page of an indented text."""
    return parse(textwrap.dedent(text).encode(), path, spoken)[0]


def claims_of(text, spoken):
    """The claims of lines under Key Claims."""
    page = parse(f"## Key Claims\n{textwrap.dedent(text)}".encode(), "sources/a.md", spoken)[0]
    return [block for block in blocks(page) if block.kind is Kind.CLAIM]


def test_a_dialect_adds_to_the_one_that_it_extends(spoken):
    mine = spoken("""
        extends = "generic"
        [sections.claims]
        th = ["ข้ออ้างหลัก"]
        [relations]
        "rests on" = "cites"
        [types.person]
        words = ["Figure"]
        """)

    assert mine.name == "mine"
    assert mine.roles["ข้ออ้างหลัก"] == mine.roles["key claims"] == "claims"
    assert mine.relations["rests on"] == mine.relations["cites"] == "cites"
    assert mine.types["figure"].topic == mine.types["person"].topic == "Person"


def test_a_dialect_may_leave_tables_of_the_other_out(spoken):
    mine = spoken("""
        extends = "newsroom"
        instead = ["types", "files"]
        [types.note]
        page = "ConceptPage"
        topic = "Concept"
        """)

    assert set(mine.types) == {"note"}
    assert mine.fields == dialect.load("newsroom").fields


def test_dialects_that_extend_one_another_in_a_circle_are_refused(spoken, tmp_path):
    (tmp_path / "b.toml").write_text('extends = "mine.toml"')

    with pytest.raises(KgError, match="extend one another in a circle"):
        spoken('extends = "b.toml"')


WRONG = {
    'extends = "klingon"': "unknown dialect 'klingon'",
    'instead = ["colours"]': "instead: unknown 'colours'",
    'profile = ""': "profile: expected a text",
    'unknown_type = "guess"': "unknown_type: unknown 'guess'; use one of folder, page",
    '[claims]\nforms = ["{text} {text}"]': "claims.forms: '{text} {text}': ' ' belongs to no part",
    '[claims]\nforms = ["{text}{text}"]': "{text} stands twice",
    '[claims]\nforms = ["⟨{who} — ⟩{text}"]': "{who} cannot stand before {text}; use one of claimant, grade, label, link",
    '[claims]\nforms = ["⟨{claimant} ⟩{text}"]': "nothing parts {claimant} from the text; write a dash",
    '[claims]\nforms = ["⟨{grade}: ⟩{text}"]': "nothing marks {grade}; write it in brackets",
    '[claims]\nforms = ["⟨[{grade}] ⟩"]': "a form has {text} once",
    '[claims]\nforms = ["⟨[{grade}] ⟩{text}⟨ ({grade})⟩"]': "every other part once at the most",
    "[claims]\nform = 1": "claims: unknown key 'form'; use one of certainties, forms, grade_field",
    '[quotes]\nspeaker = "all"': "quotes.speaker: unknown 'all'",
    '[connections]\nforms = ["smoke"]': "connections.forms: unknown 'smoke'",
    '[links]\norder = ["path", "luck"]': "links.order: unknown 'luck'",
    "[namespaces]\npodcast = 3": "namespaces.podcast: expected the folder that it stands for",
    '[sections]\nclaims = ["A"]\nquotes = ["a"]': "sections.quotes: 'a' is a heading of claims already; keep one",
    '[sections.claims]\nen = "Key Claims"': "sections.claims.en: expected a list",
    "[contradictions]\nnone = 1": "contradictions.none: expected a list",
    '[types.x]\npage = "Page"\ntopic = "Topic"\ncolour = "red"': "types.x: unknown key 'colour'",
}


@pytest.mark.parametrize(("text", "said"), WRONG.items())
def test_what_a_dialect_cannot_say_is_named_with_its_key(spoken, text, said):
    with pytest.raises(KgError) as error:
        spoken(text)

    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("form", ["", "text", "{text", "⟨{grade}{text}", "{text}⟩", "⟨⟩{text}", "x{text}"])
def test_a_text_that_is_no_form_is_refused(form):
    with pytest.raises(ValueError, match=r"belongs to no part|once"):
        claim_form.read(form)


def test_where_a_grade_stands_is_the_dialects(spoken):
    mine = spoken("""
        [grades]
        fact = "fact"
        F = "fact"
        opinion = "analysis"
        [sections]
        claims = ["Key Claims"]
        [claims]
        forms = ["⟨[{grade}] ⟩⟨{claimant} — ⟩{text}", "⟨({grade}) ⟩⟨{claimant}: ⟩{text}", "{text}⟨ ({grade})⟩"]
        """)

    claims = claims_of(
        """\
        - [fact] Ann — tag
        - (F) Ann, editor: prefix
        - behind the text (opinion)
        - behind and stopped (Opinion).
        - (unknown) no grade
        - [wrong] a tag all the same
        """,
        mine,
    )

    assert [(claim.parts.grade, claim.parts.graded) for claim in claims] == [
        ("fact", ""), ("F", "inline"), ("opinion", "inline"), ("Opinion", "inline"), (None, ""), ("wrong", ""),
    ]  # fmt: skip
    assert [claim.parts.text for claim in claims] == [
        "tag", "prefix", "behind the text", "behind and stopped", "(unknown) no grade", "a tag all the same",
    ]  # fmt: skip
    assert [claim.parts.voice and claim.parts.voice.name for claim in claims[:2]] == ["Ann", "Ann"]


def test_a_grade_in_the_front_matter_holds_for_claims_without_one(spoken):
    mine = spoken("""
        extends = "generic"
        [claims]
        grade_field = "epistemic_status"
        """)

    page = page_of("---\nepistemic_status: analysis\n---\n## Key Claims\n- one\n- [fact] two\n", mine)

    claims = [block for block in blocks(page) if block.kind is Kind.CLAIM]
    assert [(claim.parts.grade, claim.parts.graded) for claim in claims] == [("analysis", "page"), ("fact", "")]


def test_claims_of_other_families_keep_label_certainty_and_linked_claimant():
    claims = claims_of(
        """\
        - **Scaling works**: loss falls with compute (inferred)
        - **Bold throughout**
        - [[Meta]] — released the weights [L2]
        - Plain — a dash is no claimant
        - **Lead:** colon inside. (extracted).
        - [x] a task is no grade
        - [详细] an unknown grade
        """,
        dialect.load("llm-wiki-agent"),
    )

    assert [claim.parts.label for claim in claims[:5]] == ["Scaling works", None, None, None, "Lead"]
    assert [claim.parts.certainty for claim in claims[:5]] == ["inferred", None, "L2", None, "extracted"]
    assert [claim.parts.text for claim in claims[:5]] == [
        "loss falls with compute", "**Bold throughout**", "released the weights", "Plain — a dash is no claimant",
        "colon inside.",
    ]  # fmt: skip
    assert [link.expresses for claim in claims for link in claim.links] == [Expresses.CLAIMANT]
    assert [claim.parts.grade for claim in claims[5:]] == [None, "详细"]
    assert [claim.raw for claim in claims] == [None] * 7


@pytest.mark.parametrize("name", ["generic", "llm-wiki-agent"])
def test_words_behind_a_quote_are_kept_and_name_a_speaker_only_by_a_link(name):
    page = page_of(
        """\
        ## Key Quotes
        > "Ask for the weights." — Section 3.1, on openness
        > "Ask for the code." — [[Ann]], editor
        """,
        dialect.load(name),
    )

    quotes = [block for block in blocks(page) if block.kind is Kind.QUOTE]
    assert [quote.parts.voice.said for quote in quotes] == ["Section 3.1, on openness", "[[Ann]], editor"]
    assert [quote.parts.voice.name for quote in quotes] == ["", ""]
    assert [link.expresses for quote in quotes for link in quote.links] == [Expresses.SPEAKER]


def test_connections_of_other_families_keep_qualifier_scope_and_bare_relations():
    page = page_of(
        """\
        ## Connections
        - [[Transformer]] (concept) — the architecture
        - cites: [[Report]] ON "licence terms" — in full
        - contradicts [[Other]] on dates
        - see [[Third]]
        - 架构模式：[[四]]
        """,
        dialect.load("llm-wiki-agent"),
        "concepts/a.md",
    )

    found = [block.parts for block in blocks(page) if block.kind is Kind.CONNECTION]
    assert [parts.relation for parts in found] == [None, "cites", "contradicts", None, "架构模式"]
    assert [parts.qualifier for parts in found] == ["concept", None, None, None, None]
    assert [parts.scope for parts in found] == [None, "licence terms", None, None, None]
    assert [parts.form for parts in found] == ["", "", "bare", "", ""]


DENIALS = [
    "None detected", "None detected.", "*None detected*", "No direct contradictions found in the wiki", "无直接矛盾。",
    "无矛盾（首个入库源文档）。", "矛盾は見つかりませんでした", "모순 없음", "Nenhuma contradição identificada", "Нет",
    "Sin contradicciones",
]  # fmt: skip
NOTES = [
    "None of the two agrees with [[B]]", "与 reactive GUI agent 范式矛盾：更好", "Contradicts [[B]] on the date",
    "The report says the opposite", "No one disputes the date; the place is disputed by [[B]]",
]  # fmt: skip


@pytest.mark.parametrize(("item", "denies"), [(d, True) for d in DENIALS] + [(n, False) for n in NOTES])
def test_an_item_that_denies_a_contradiction_is_told_from_one_that_notes_it(item, denies):
    page = page_of(f"## Contradictions\n- {item}\n", dialect.load("llm-wiki-agent"))

    assert [block.parts.denies for block in blocks(page) if block.kind is Kind.ITEM] == [denies]


def test_an_item_that_says_what_it_contradicts_relates_the_two():
    page = page_of("## Contradictions\n- Contradicts [[B]] on: the date\n", dialect.load("llm-wiki-agent"))

    (item,) = [block for block in blocks(page) if block.kind is Kind.ITEM]
    assert item.parts.relation == "Contradicts"
    assert [link.expresses for link in item.links] == [Expresses.OBJECT]


PLACES = {
    ("technique", "x/a.md"): ("ConceptPage", "Concept"),
    ("Source-Summary".casefold(), "a.md"): ("SourcePage", "Source"),
    ("person", "a.md"): ("EntityPage", "Person"),
    ("", "wiki/concepts/deep/a.md"): ("ConceptPage", "Concept"),
    ("", "People/a.md"): ("EntityPage", "Person"),
    ("daily", "sources/a.md"): ("SourcePage", "Source"),
    ("daily", "a.md"): ("Page", "Topic"),
    ("", "a.md"): ("Page", "Topic"),
}


@pytest.mark.parametrize(("given", "classes"), PLACES.items())
def test_a_page_is_what_its_type_or_else_its_folder_says(given, classes):
    generic = dialect.load("generic")

    assert (generic.page_class(*given), generic.topic_class(*given, "")) == classes


def test_the_newsroom_takes_no_page_of_an_unknown_type_for_one_of_its_folder():
    newsroom = dialect.load("newsroom")

    assert newsroom.page_class("technique", "concepts/a.md") == "Page"
    assert newsroom.page_class("", "concepts/a.md") == "ConceptPage"


WIKIS = {
    "newsroom": {"sources/a.md": "---\ntype: source\n---\n## Key Claims\n- [fact] [[X]] — y\n"},
    "llm-wiki-agent": {"sources/a.md": "---\ntype: source\n---\n## 核心论点\n- 一\n", "b.md": "# B\n"},
    "generic": {"a.md": "# A\n[[b]]\n", "b.md": "---\ntype: note\n---\n# B\n## Notes\n- x\n"},
}


@pytest.mark.parametrize(("name", "pages"), WIKIS.items())
def test_the_dialect_of_a_wiki_is_recognized_with_the_evidence(name, pages, tmp_path):
    for path, text in pages.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    found = recognize_dialect.recognize(walk(tmp_path))

    assert found.dialect == name
    assert found.evidence
    assert sum(int(said.split()[0]) for said in found.types) == len(pages)


CORPORA = {
    "newsroom-2026-08": "newsroom", "newsroom-2026-09-partial": "newsroom", "newsroom-syn100": "newsroom",
    "waytid-newsroom": "newsroom", "wangyanlin-llm-wiki-agent": "llm-wiki-agent", "hyperv0id": "llm-wiki-agent",
    "ekgardt-knowledge": "generic",
}  # fmt: skip


@pytest.mark.parametrize(("corpus", "name"), CORPORA.items())
def test_the_dialect_of_each_real_wiki_is_recognized(corpus, name, shared):
    folder = shared / "corpora" / corpus

    assert (
        recognize_dialect.recognize(walk(folder / ("wiki" if (folder / "wiki").is_dir() else "knowledge"))).dialect
        == name
    )


def test_the_dialect_says_how_links_are_looked_up(spoken):
    mine = spoken("""
        extends = "generic"
        [namespaces]
        Podcast = "podcasts/"
        [links]
        order = ["self", "stem"]
        """)
    pages = {"a.md": b"[[podcast:One]] [[One]] [[podcasts/One]] [[#h]] [[podcast:]]\n", "podcasts/One.md": b"x\n"}

    found = [line for line in mapped(pages, dialect_name=mine.source) if "#resolution>" in line]

    assert sorted(line.split('"')[1] for line in found) == ["broken", "broken", "empty", "strict", "strict"]
