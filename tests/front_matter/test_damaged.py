"""Front matter as real wikis damage it: one page of tests/damaged for each form, named at its place, mapped, given back."""

import pytest
from support.pages import blocks, stored
from support.places import TESTS

from kg.front_matter import field_lint
from kg.model.page import Kind
from kg.parse.parse_page import parse
from kg.write import render

FOLDER = TESTS / "damaged"
YAML, FENCE, KEY = "front-matter-yaml", "front-matter-fence", "front-matter-key"
# The form → its findings as (line, column, rule), the state of the front matter, and the title and type that are understood.
FORMS = {
    "alias": ([(2, 8, "front-matter-alias"), (4, 14, "front-matter-alias")], "error", "A page", "source"),
    "at-sign": ([(2, 8, YAML)], "error", "@osi on licences", "source"),
    "bar": ([(2, 8, YAML)], "error", "| A page", "source"),
    "bom": ([(1, 1, FENCE)], "ok", "A page", "source"),
    "brace": ([(2, 8, YAML)], "error", "{name} says", "source"),
    "bracket": ([(2, 8, YAML)], "error", "[Draft] The licence", "source"),
    "bracket-open": ([(4, 7, YAML)], "error", "A page", "source"),
    "colon": ([(2, 8, YAML)], "error", "Open source: a definition", "source"),
    "colon-full-width": ([(3, 1, YAML)], "error", "A page", "source"),
    "colon-in-list": ([(6, 5, YAML)], "error", "A page", "source"),
    "colon-no-blank": ([(3, 1, YAML)], "error", "A page", "source"),
    "colon-no-break": ([(3, 1, YAML)], "error", "A page", "source"),
    "comment": ([(2, 14, "front-matter-comment"), (4, 7, "front-matter-comment")], "ok", "Issue", "source"),
    "control": ([(4, 15, YAML)], "error", "A page", "source"),
    "dash-no-blank": ([(6, 3, YAML)], "error", "A page", "source"),
    "deep": ([(4, 106, "front-matter-depth")], "error", "A page", "source"),
    "directive": ([(2, 1, "front-matter-directive")], "error", "A page", "source"),
    "document": ([(4, 1, "front-matter-document")], "error", "A page", "source"),
    "duplicate": ([(4, 1, "front-matter-duplicate-key")], "ok", "Two", "source"),
    "duplicate-nested": ([(6, 3, "front-matter-duplicate-key")], "ok", "A page", "source"),
    "echo": ([(6, 1, "front-matter-echo")], "ok", "A page", "source"),
    "echo-shared-fence": ([(5, 1, "front-matter-echo")], "ok", "A page", "source"),
    "em-dash": ([(1, 1, FENCE)], "none", "", ""),
    "empty": ([(1, 1, "front-matter-empty")], "empty", "", ""),
    "escape": ([(2, 11, YAML)], "error", "C:\\docs\\page", "source"),
    "fence-blanks": ([(1, 4, FENCE), (4, 4, FENCE)], "ok", "A page", "source"),
    "flow": ([(2, 1, "front-matter-flow")], "ok", "A page", "source"),
    "four-dashes": ([(1, 1, FENCE)], "none", "", ""),
    "json": ([(1, 1, "front-matter-format")], "none", "", ""),
    "json-semicolons": ([(1, 1, "front-matter-format")], "none", "", ""),
    "key-blanks": ([(2, 6, KEY)], "ok", "A page", "source"),
    "key-case": ([(2, 1, KEY)], "ok", "", "source"),
    "key-list": ([(4, 3, KEY)], "ok", "A page", "source"),
    "key-no-break": ([(2, 6, KEY)], "ok", "A page", "source"),
    "key-number": ([(4, 1, KEY)], "ok", "A page", "source"),
    "key-typo": ([(2, 1, KEY)], "ok", "", "source"),
    "key-zero-width": ([(2, 1, KEY)], "ok", "A page", "source"),
    "late": ([(3, 1, "front-matter-late")], "none", "", ""),
    "late-empty-line": ([(2, 1, "front-matter-late")], "none", "", ""),
    "list": ([(2, 1, YAML)], "not-a-mapping", "", ""),
    "merge": ([(5, 3, "front-matter-alias")], "ok", "A page", "source"),
    "none": ([], "none", "", ""),
    "norway": ([(4, 10, "front-matter-yaml11")], "ok", "A page", "source"),
    "octal": ([(4, 9, "front-matter-yaml11")], "ok", "A page", "source"),
    "percent": ([(4, 14, YAML)], "error", "A page", "source"),
    "quote-goes-on": ([(2, 8, YAML)], "error", '"Open" is a word', "source"),
    "quote-inside": ([(2, 8, YAML)], "error", "The wiki's page", "source"),
    "quote-open": ([(2, 8, YAML)], "error", "A page", "source"),
    "sixty": ([(4, 9, "front-matter-yaml11")], "ok", "A page", "source"),
    "sources-address": ([(4, 11, "front-matter-source")], "ok", "A page", "concept"),
    "star": ([(2, 8, YAML)], "error", "*Open* source", "source"),
    "stray-line": ([(3, 1, YAML)], "error", "A page", "source"),
    "tab": ([(5, 1, "front-matter-tab")], "error", "A page", "source"),
    "tag": ([(4, 7, "front-matter-tag")], "ok", "A page", "source"),
    "tags-folded": ([(4, 7, "front-matter-list")], "ok", "A page", "source"),
    "tags-hashes": ([(4, 7, "front-matter-list")], "ok", "A page", "source"),
    "toml": ([(1, 1, "front-matter-format")], "none", "", ""),
    "unterminated": ([(1, 1, "front-matter-unterminated")], "unterminated", "A page", "source"),
    "unterminated-dashes": ([(1, 1, "front-matter-unterminated"), (4, 1, FENCE)], "unterminated", "A page", "source"),
    "value": ([(2, 9, "front-matter-value"), (6, 10, "front-matter-value")], "ok", "A page", "source"),
    "wikilink": ([(4, 14, YAML)], "error", "A page", "source"),
    "words": ([(2, 1, YAML)], "not-a-mapping", "", ""),
    "zero-width-fence": ([(1, 1, FENCE)], "ok", "A page", "source"),
}  # fmt: skip


@pytest.fixture
def read(newsroom):
    """Return a function that reads one page of the folder: its record, and its findings on the front matter."""

    def of(form):
        page, findings = parse((FOLDER / f"{form}.md").read_bytes(), f"sources/{form}.md", newsroom)
        return page, sorted(one for one in findings if one.rule in field_lint.RULES)

    return of


def test_every_form_has_its_page_and_every_rule_its_form():
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(FORMS)
    assert {rule for findings, *_ in FORMS.values() for _, _, rule in findings} == field_lint.RULES


@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_form_is_named_at_its_place_and_understood_as_far_as_it_goes(form, read):
    findings, status, title, page_type = FORMS[form]
    page, found = read(form)

    assert [(one.span.line, one.span.column, one.rule) for one in found] == findings
    assert (page.front, page.title, page.page_type) == (status, title, page_type)


@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_form_comes_back_byte_for_byte(form):
    data = (FOLDER / f"{form}.md").read_bytes()
    store = stored({f"sources/{form}.md": data})
    [page] = render.pages(store)

    assert render.render(store, page) == data


@pytest.mark.parametrize("form", FORMS)
def test_below_a_damaged_form_the_page_is_mapped_as_ever(form, read):
    page, _ = read(form)
    words = [block.parts.markup for block in blocks(page) if block.kind in (Kind.HEADING, Kind.PROSE)]

    assert words[-2:] == ["Summary", "Words."]


def test_what_a_finding_says_and_how_bad_it_is_stays_as_it_is(read, golden):
    lines = [f"{one.span}: {one.level}: {one.message} [{one.rule}]\n" for form in FORMS for one in read(form)[1]]

    golden("damaged.txt", "".join(lines))


MENDABLE = sorted(form for form, (_, status, *_) in FORMS.items() if status == "error")
NO_HINT = {"alias", "control", "deep", "directive", "document", "stray-line"}


@pytest.mark.parametrize("form", [form for form in MENDABLE if form not in NO_HINT])
def test_the_line_that_a_finding_proposes_is_right(form, read, newsroom):
    _, found = read(form)
    lines = (FOLDER / f"{form}.md").read_text(encoding="utf-8").split("\n")
    for one in found:
        lines[one.span.line - 1] = one.hint
    page, left = parse("\n".join(lines).encode(), f"sources/{form}.md", newsroom)

    assert page.front == "ok"
    assert [one for one in left if one.rule.startswith("front-matter")] == []
    assert (page.title, page.page_type) == FORMS[form][2:]
