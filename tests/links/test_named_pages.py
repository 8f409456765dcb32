"""Names on pages: what a reader sees names one agent or page; what differs in a sign or mark leads to a suggestion only."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.pages import BASE, blocks, mapped, stored

from kg.check import validate
from kg.links import resolve
from kg.links.resolve import Named
from kg.parse import reader_text
from kg.parse.parse_page import parse
from kg.rdf.names import page_names
from kg.settings import dialect
from kg.write import fix

ADA = b"---\ntitle: Ada Lovelace\ntype: entity\naliases: [AT&T]\n---\n"
# A file name, and what is not the same name.
OTHERS = [
    ("दाल", "दिल"), ("ป้า", "ป่า"), ("கால்", "கல்"), ("GPT-41", "GPT-4.1"), ("2025-11-1", "2025-1-11"), ("10-K", "10K"),
    ("F-16", "F1-6"), ("50", "50%"), ("50", "$50"), ("50", "5.0"), ("+1", "-1"), ("-5", "5"), ("Go", "Go!"), ("R&D", "R D"),
    ("C++", "C"), ("C--", "C"), ("Version 2.0", "Version 20"), ("a.b", "a/b"), ("X", "*X*"), ("Maße", "Masse"), ("NET", ".NET"),
    ("gitignore", ".gitignore"),
]  # fmt: skip


def asked(paths, slug, titles=None):
    called = page_names([*paths, "links.md"])
    pages = [Named(name, *(titles or {}).get(path, ("", ()))) for path, name in called.items()]
    return resolve.resolve(resolve.index(pages), called["links.md"], slug)


@pytest.mark.parametrize(("name", "written"), OTHERS)
def test_a_name_that_differs_in_a_mark_or_sign_leads_nowhere_but_to_a_suggestion(name, written):
    answer = asked([f"{name}.md"], written)
    titled = asked(["page.md"], written, {"page.md": (name, ())})

    assert (answer.resolution, answer.certain, titled.resolution) == ("broken", False, "broken")
    assert set(answer.suggestions) <= {name}


def test_a_vowel_sign_is_a_letter_of_its_word_when_names_like_it_are_sought():
    assert asked(["दाल.md", "रोटी.md"], "दिल").suggestions == ("दाल",)
    assert asked(["รักษา.md"], "รักสา").suggestions == ("รักษา",)


@pytest.mark.parametrize(
    ("paths", "slug", "certain"),
    [
        (["OpenWeights.md"], "open weights", True),
        (["open-weights.md"], "OPEN WEIGHTS", True),
        (["US.md"], "U S", False),
        (["therapist.md"], "the rapist", False),
        (["10-K.md"], "10 K", False),
        (["Open Weights.md", "x/OpenWeights.md"], "open-weights", False),
        (["Open-Weights.md", "x/OpenWeights.md"], "open weights", False),
        (["x/Meta.md"], "y/Meta", False),
    ],
)
def test_a_link_is_certain_only_where_it_has_no_other_reading(paths, slug, certain):
    answer = asked(paths, slug)

    assert answer.resolution == "lenient"
    assert answer.certain is certain


def test_only_certain_links_are_written_otherwise():
    pages = {
        "OpenWeights.md": b"x\n", "US.md": b"x\n", "10-K.md": b"x\n", "GPT-41.md": b"x\n", "C.md": b"x\n",
        "links.md": b"[[open weights]] [[U S]] [[10 K]] [[GPT-4.1]] [[C++]]\n",
    }  # fmt: skip
    store = stored(pages, dialect_name="generic")

    fixed = fix.fix(store, validate.validate(store, BASE).findings, dialect.load("generic"))

    assert [page.new for page in fixed.pages] == [
        b"[[OpenWeights|open weights]] [[U S]] [[10 K]] [[GPT-4.1]] [[C++]]\n"
    ]


# ---- Headings and relations ------------------------------------------------------------------------------------------


def rules_of(pages, rule):
    found = validate.validate(stored(pages), BASE).findings
    return sorted(str(finding.span) for finding in found if finding.rule == rule)


def test_headings_that_differ_in_a_mark_or_sign_are_two_and_links_tell_them_apart():
    page = "## दिल\n\na\n\n## दाल\n\nb\n\n## C++\n\nc\n\n## C#\n\nd\n\n## GPT-4.1\n\n## GPT-41\n"
    links = "[[p#दाल]] [[p#दिल]] [[p#दूल]] [[p#C++]] [[p#C]] [[p#D++]] [[p#gpt-4.1]] [[p#gpt-4 1]] [[p#gpt-4+1]]\n"
    pages = {"p.md": page.encode(), "l.md": links.encode()}

    assert rules_of(pages, "section-double") == []
    assert rules_of(pages, "link-anchor") == ["l.md:1:23", "l.md:1:51", "l.md:1:89"]


def test_a_heading_is_named_as_a_reader_sees_it():
    page = b"## **Key** `Claims` of [Ada](x.md)[^1] &amp; Co.\n\n## What's new?\n\n[^1]: x\n"
    links = "[[p#Key Claims of Ada & Co]] [[p#key-claims-of-ada & co]] [[p#What’s new]] [[p#Key]]\n"

    assert rules_of({"p.md": page, "l.md": links.encode()}, "link-anchor") == ["l.md:1:78"]


def test_sections_that_differ_in_a_vowel_sign_have_iris_of_their_own():
    lines = mapped({"p.md": "## दिल\n\na\n\n## दाल\n\nb\n".encode()})

    assert any(f"<{BASE}page/p#दिल>" in line for line in lines)
    assert any(f"<{BASE}page/p#दाल>" in line for line in lines)


def test_relations_that_differ_in_a_mark_or_sign_are_relations_of_their_own():
    words = ["दिल", "दाल", "C", "C++", "C#", "≥", "→", "is part of"]
    page = "---\ntype: source\n---\n## Connections\n\n" + "".join(f"- {word}: [[a]] — x\n" for word in words)
    lines = mapped({"sources/s.md": page.encode(), "a.md": b""})

    iris = {line.split()[0] for line in lines if "subPropertyOf" in line}
    assert len(iris) == len(words)
    assert f"<{BASE}relation/is-part-of>" in iris


def test_a_relation_in_emphasis_is_the_relation():
    page = b"---\ntype: source\n---\n## Connections\n\n- *rests on*: [[a]]\n- rests-on: [[b]]\n- _cites_: [[c]]\n"
    lines = mapped({"sources/s.md": page, "a.md": b"", "b.md": b"", "c.md": b""})

    assert {line.split()[0] for line in lines if "subPropertyOf" in line} == {f"<{BASE}relation/rests-on>"}
    assert any("ns#cites> <" in line for line in lines)


# ---- Who says it -----------------------------------------------------------------------------------------------------

GRACE = [
    "Grace Hopper", "**Grace Hopper**", "*Grace Hopper*", "_Grace Hopper_", "***Grace Hopper***", "`Grace Hopper`",
    "Grace Hopper[^1]", "Grace Hopper<sup>1</sup>", "<b>Grace Hopper</b>", "Grace Hopper <!-- checked -->",
    "Grace  Hopper", "Grace\u00a0Hopper", "~~Grace Hopper~~", "==Grace Hopper==", "Grace Hopper:", "“Grace Hopper”",
    "[Grace Hopper](https://x.example/a,b)", "grace hopper", "Ｇｒａｃｅ Hopper", "Grace&nbsp;Hopper", "**Grace** Hopper",
    "Grace\\ Hopper".replace("\\", ""), "Grace Hopper, admiral", "**Grace Hopper**, admiral", "Grace Hopper (admiral)",
]  # fmt: skip


def voices(*names, dash=" — "):
    claims = "".join(f"- [fact] {name}{dash}claim {number}\n" for number, name in enumerate(names))
    page = f"---\ntype: source\n---\n## Key Claims\n\n{claims}\n[ada]: ../entities/AdaLovelace.md\n"
    lines = mapped({"sources/s.md": page.encode(), "entities/AdaLovelace.md": ADA})
    return [line.split()[2] for line in lines if "ns#claimant>" in line.split()[1]], lines


@pytest.mark.parametrize("name", GRACE)
def test_a_speaker_is_named_by_what_a_reader_sees(name):
    who, lines = voices(name)

    assert who == [f"<{BASE}agent/grace%20hopper>"]
    assert any("saidByText" in line for line in lines)
    assert not any(f'name> "{mark}' in line for line in lines for mark in "*_`[<“")


def test_the_words_as_written_are_kept():
    _, lines = voices("**Grace Hopper**[^1]")

    assert any('saidByText> "**Grace Hopper**[^1]"' in line for line in lines)


@pytest.mark.parametrize(
    "name",
    [
        "[Ada](../entities/AdaLovelace.md)", "[Ada Lovelace](/entities/AdaLovelace.md), countess", "**[[AdaLovelace]]**",
        "**[Ada](../entities/AdaLovelace.md)**", "[Ada][ada]", "[[AdaLovelace|Ada]]", "[Ada — countess](../entities/AdaLovelace.md)",
        "[fact, analysis] [[AdaLovelace]]",
    ],
)  # fmt: skip
def test_a_link_to_a_page_in_any_form_names_what_the_page_is_about(name):
    assert voices(name)[0] == [f"<{BASE}id/AdaLovelace>"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O’Brien", "O'Brien"),
        ("Acme, Inc.", "ACME,  Inc."),
        ("**Acme, Inc.**", "Acme, Inc., maker"),
        ("AT&amp;T", "AT&T"),
    ],
)
def test_two_spellings_of_one_name_are_one_agent(one, other):
    assert len(set(voices(one, other)[0])) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme, Inc.", "Acme"),
        ("Acme, Inc.", "Acme, Ltd."),
        ("Strauß", "Strauss"),
        ("@ada", "ada"),
        ("King, Jr.", "King"),
    ],
)
def test_two_names_are_two_agents(one, other):
    assert len(set(voices(one, other)[0])) == 2


@pytest.mark.parametrize("dash", ["\u00a0—\u00a0", "\u202f— ", "\t—\t", " –\u00a0", "\u3000—\u3000"])
def test_any_blank_beside_a_dash_parts_the_claimant(dash):
    assert voices("Grace Hopper", dash=dash)[0] == [f"<{BASE}agent/grace%20hopper>"]


def test_a_quote_is_said_by_the_page_of_a_markdown_link():
    page = (
        b'---\ntype: source\n---\n## Key Quotes\n\n> "one" \xe2\x80\x94 [Ada](../entities/AdaLovelace.md), countess\n'
    )
    lines = mapped({"sources/s.md": page, "entities/AdaLovelace.md": ADA})

    assert [line.split()[2] for line in lines if "ns#speaker>" in line.split()[1]] == [f"<{BASE}id/AdaLovelace>"]
    assert any('voiceRole> "countess"' in line for line in lines)


def test_a_connection_leads_to_the_page_of_a_markdown_link(newsroom):
    text = "---\ntype: source\n---\n## Connections\n\n- cites: [Ada](../entities/AdaLovelace.md) — how\n- [Ada](x.md), [[B]] — y\n"
    page, _ = parse(text.encode(), "sources/s.md", newsroom)

    found = [
        (block.parts.relation, block.parts.target, block.parts.markup) for block in blocks(page) if block.parts.target
    ]
    assert found == [("cites", "[Ada](../entities/AdaLovelace.md)", "how"), (None, "[Ada](x.md), [[B]]", "y")]


@pytest.mark.parametrize(
    "tag", ["[fact] ", "[fact]", "**[fact]** ", "\\[fact\\] ", "`[fact]` ", "_[fact]_ ", "[Fact] "]
)
def test_a_grade_is_read_as_a_reader_sees_it(tag, newsroom):
    page, _ = parse(f"---\ntype: source\n---\n## Key Claims\n\n- {tag}[[A]] — x\n".encode(), "sources/s.md", newsroom)

    [claim] = [block.parts for block in blocks(page) if block.kind == "Claim"]
    assert (claim.grade.casefold(), claim.voice.said, claim.text) == ("fact", "[[A]]", "x")


@pytest.mark.parametrize("start", ["[fact](x) ", "[fact][x] ", "[1] ", "[^1] ", "[ ] ", "**[Note]** ", "[fact]: "])
def test_brackets_of_another_kind_are_no_grade(start, newsroom):
    page, _ = parse(f"---\ntype: source\n---\n## Key Claims\n\n- {start}Ada — x\n".encode(), "sources/s.md", newsroom)

    assert [block.parts.grade for block in blocks(page) if block.kind == "Claim"] == [None]


@given(st.text(st.sampled_from("*_`~=[]()<>&;!\\^a1 .,—"), max_size=30) | st.text(max_size=30))
def test_what_a_reader_sees_of_any_text_is_one_line_and_no_more_than_its_words(text):
    shown = reader_text.seen(text)

    assert shown == " ".join(shown.split())
    assert isinstance(reader_text.name(text), str)
    if text.isalnum():
        assert shown == text


@pytest.mark.parametrize(
    "mark", ["*", "**a ", "_a ", "~~a", "[a", "[[]", "<a ", "![a](", "`a ", "&a", "<!--", "\\", "[^"]
)
def test_markup_without_an_end_costs_no_time(mark):
    started = time.process_time()
    reader_text.seen(mark * (20_000 // len(mark)))

    assert time.process_time() - started < 10


# ---- Backslashes and aliases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("\\[[in]]", 0), ("\\\\[[x]]", 1), ("\\\\\\[[in]]", 0), ("\\![[x]]", 1), ("!\\[[in]]", 0), ("\\[\\[in]]", 0), ("a\\[[in|b]]", 0),
        ("| \\[[in]] | a |", 0), ("**\\[[in]]**", 0), ("- \\[[in]]", 0), ("> \\[[in]]", 0), ("# \\[[in]]", 0), ("[[x\\|a]]", 1),
        ("- cites: \\[[in]] — x", 0), ("[^1]: \\[[in]]", 0),
    ],
)  # fmt: skip
def test_an_odd_number_of_backslashes_before_brackets_makes_them_text(text, links, newsroom):
    page, _ = parse(f"## Connections\n\n{text}\n".encode(), "sources/s.md", newsroom)

    assert sum(len(block.links) for block in blocks(page)) == links


def test_brackets_that_are_text_stay_in_what_is_claimed():
    page = b"---\ntype: source\n---\n## Key Claims\n\n- [fact] [[A]] \xe2\x80\x94 see \\[[B]] and [[C]]\n"

    assert any('text> "see \\\\[[B]] and C"' in line for line in mapped({"sources/s.md": page}))


@pytest.mark.parametrize("dialect_name", ["generic", "newsroom", "llm-wiki-agent"])
@pytest.mark.parametrize(
    "front",
    ["alias: [Oh]\naliases: [Ohh]", "aliases: [Ohh]\nalias: Oh", "aliases:\n  - Oh\n  - Ohh\n", "alias: [Oh, Ohh]"],
)
def test_links_know_the_aliases_that_the_graph_has(front, dialect_name):
    lines = mapped(
        {"o.md": f"---\ntitle: O\n{front}\n---\n".encode(), "l.md": b"[[Oh]] [[Ohh]]\n"}, dialect_name=dialect_name
    )

    assert {line.split('"')[1] for line in lines if 'altLabel> "' in line} == {"Oh", "Ohh"}
    assert sum('resolvedBy> "title_alias"' in line for line in lines) == 2
