"""Whatever authors wrote is text on generated pages and in blocks, and leads to no file outside of the wiki."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal
from support.pages import BASE, stored
from support.tier import CASES

from kg.answer_pages import generated_pages, live_blocks, rows
from kg.answer_pages.page_kinds import Kind
from kg.answer_pages.rows import Rows
from kg.ask.answer_formats import Shown
from kg.parse import live_markers
from kg.rdf import sparql_text

WIKI = rows.wiki({"sources/s.md": "s"}, Shown(BASE))
QUESTION = sparql_text.describe("a", "# a: words\nSELECT * {}")
TEMPLATE = "# {{ title }}\n\n| text |\n| --- |\n{% for row in rows %}\n| {{ row.text }} |\n{% endfor %}\n"
HOSTILE = [
    "<script>x</script>", "../../up", "{{ 7 * 7 }} {% raw %}", "\u202egnp.exe", "T" * 10_000, "--> x <!-- kg:end -->", "<!-- kg:end -->",
    "a | b \\| c", "a\nb\r\n## c", "[[Tea]]", "[x](javascript:x)", "<!-- kg:page a 0123456789abcdef -->", "---", "```",
]  # fmt: skip


def kind(ending="md"):
    return Kind("a", "words", f"generated/{{slug}}.{ending}", "Of {each}", "text", QUESTION, TEMPLATE, "a.j2")


def made(texts, ending="md"):
    answer = Rows(("text",), tuple({"text": Literal(text)} for text in texts))
    return list(generated_pages.make(kind(ending), answer, WIKI))


@pytest.mark.parametrize("ending", ["md", "html"])
def test_hostile_words_name_no_file_elsewhere_and_are_no_markup(ending):
    pages = made(HOSTILE, ending)

    assert len({page.path for page in pages}) == len(HOSTILE)
    for page in pages:
        text = page.data.decode()
        assert page.path.startswith("generated/")
        assert ".." not in page.path
        assert len(page.path.rpartition("/")[2]) < 200
        assert "<script" not in text.partition("<!-- kg:page ")[2]
        assert "Of 49" not in text
        assert [
            line for line in text.split("\n") if live_markers.END.match(line) or live_markers.QUERY.match(line)
        ] == []
        assert len([line for line in text.split("\n") if live_markers.PAGE.match(line)]) == 1


def test_words_are_one_cell_of_a_table():
    for page in made(HOSTILE):
        rows_of_table = [line for line in page.data.decode().split("\n") if line.startswith("| ")]

        assert len(rows_of_table) == 3
        assert rows_of_table[2].replace("\\\\", "").replace("\\|", "").count("|") == 2


@settings(max_examples=CASES // 4, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4, unique=True))
def test_a_page_made_of_any_words_is_known_as_ours(texts):
    for page in made(texts):
        assert generated_pages.is_untouched(page.data) is True


ANSWER = Rows(("text",), ({"text": Literal("x")},))
INNER = "<!-- kg:query q format=count -->\n<!-- kg:end -->\n"


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{INNER}```\n", f"~~~~\n{INNER}~~~~\n", f"<pre>\n{INNER}</pre>\n", f"<!--\n{INNER}-->\n", f"a\n\n    {INNER}",
        "> <!-- kg:query q format=count -->\n> <!-- kg:end -->\n", "- a\n  <!-- kg:query q format=count -->\n  <!-- kg:end -->\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_marks_in_code_lists_quotes_and_comments_leave_the_page_as_it_is_or_are_told(text, end):
    data = text.replace("\n", end).encode()
    parts = live_blocks.pages(stored({"P.md": data})).get("P.md", [])
    blocks = [part for part in parts if part.is_block]
    if live_blocks.faults("P.md", parts):
        return
    page = live_blocks.render(
        "P.md", data, blocks, lambda _name, _parameters: ANSWER, WIKI, live_blocks.Earlier(lambda: None)
    )

    assert page.new == data or blocks
    kept = [line for line in page.new.decode().split(end) if line not in ("", "1")]
    assert kept == [line for line in data.decode().split(end) if line]
