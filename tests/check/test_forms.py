"""Forms of real wikis beside the front matter's: a file each in tests/forms, what is found there and where, and the bytes back."""

import pytest
from support.cases import clean_wiki, filled
from support.pages import BASE, stored
from support.places import TESTS

from kg.check import validate
from kg.write import render

FOLDER = TESTS / "forms"
FORMS = sorted(path.stem for path in FOLDER.glob("*.md"))


def laid_over(form):
    """The form as the page sources/case.md of the clean wiki."""
    return {**clean_wiki(), "sources/case.md": (FOLDER / f"{form}.md").read_bytes()}


@pytest.mark.full
def test_what_is_found_in_a_form_and_where_stays_as_it_is(tmp_path, golden):
    lines = []
    for form in FORMS:
        report = validate.validate(filled(laid_over(form), tmp_path), BASE)
        lines.append(f"{form}\n")
        lines += [f"  {f.span}: {f.level}: {f.message} [{f.rule}]\n" for f in report.findings]

    golden("forms.txt", "".join(lines))


@pytest.mark.parametrize("form", FORMS)
def test_a_form_comes_back_byte_for_byte(form):
    pages = laid_over(form)
    store = stored(pages)

    assert {page.path: render.render(store, page) for page in render.pages(store)} == pages
