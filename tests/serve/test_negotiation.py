"""Accept: the format that a client likes best, and ours where it likes several the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.ask import answer_formats
from kg.serve import formats

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"), ("*/*", "json"), ("nonsense", "json"), ("application/json", "json"),
        ("application/sparql-results+xml", "xml"), ("text/csv;q=0.5, text/tab-separated-values", "tsv"),
        ("application/*;q=0.1, text/*;q=0.2", "csv"), ("*/*, application/sparql-results+json;q=0", "xml"),
        ("text/csv;q=0, */*;q=0.1", "json"), ("TEXT/CSV; header=present; q=1", "csv"), ("text/plain", "table"),
        ("text/markdown", "markdown"), ("image/png", None), (BROWSER, "xml"),
        ("text/html, image/gif, *; q=.2, */*; q=.2", "json"), ("application/sparql-results+xml, */*; q=.2", "xml"),
        ("text/csv;q=.3, text/tab-separated-values;q=0.3000", "csv"), ("text/csv;q=1.5, application/xml", "csv"),
    ],
)  # fmt: skip
def test_rows_come_in_the_format_that_is_liked_best(accept, form):
    found = formats.chosen(accept, formats.ROWS)

    assert (found.form if found else None) == form


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "text/turtle; charset=utf-8"), ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"), ("application/json", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"), ("text/turtle; charset=utf-8", "text/turtle; charset=utf-8"),
    ],
)  # fmt: skip
def test_a_graph_says_the_type_that_was_asked_for(accept, content_type):
    assert formats.chosen(accept, formats.GRAPHS).content_type == content_type


def test_every_format_that_is_written_can_be_asked_for():
    assert {form for _, form in formats.ROWS} == set(answer_formats.ROWS)
    assert {form for _, form in formats.GRAPHS} == set(answer_formats.GRAPHS)


@given(st.text(max_size=80), st.sampled_from([formats.ROWS, formats.BOOLEAN, formats.GRAPHS]))
def test_whatever_accept_holds_a_format_is_chosen_or_none(accept, offered):
    found = formats.chosen(accept, offered)

    assert found is None or (found.media_type, found.form) in offered
