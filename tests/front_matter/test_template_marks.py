"""A page whose words a program is to put in is a template, and is told so at the first place to be filled."""

import pytest
from support.pages import record


def said(text):
    """Return the places and rules of what is said of the front matter of a page."""
    _, findings = record(text.encode(), "notes/x.md", "generic")
    return [(one.span.line, one.span.column, one.rule) for one in findings]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("title: {{title}}\ntags: [{{tags}}]", (2, 8)),
        ("tags: [{{tags}}]", (2, 8)),
        ("tags: [ '{{tags}}', b ]", (2, 10)),
        ("title: X\n{{frontmatter}}", (3, 1)),
        ("  <% tp.frontmatter %>", (2, 3)),
        ("tags:\n  - {{tag}}", (3, 5)),
        ('title: \'{{ replace .Name "-" " " }}\'', (2, 9)),
    ],
)
def test_a_placeholder_is_named_once_and_is_no_key(text, place):
    assert said(f"---\n{text}\n---\n\nWords.\n") == [(*place, "page-template")]


@pytest.mark.parametrize("text", ["title: On {{braces}} in Jinja", "title: '[1] {{x}}'", "# {{x}}\ntitle: X"])
def test_a_page_about_placeholders_is_no_template(text):
    assert "page-template" not in [
        rule for _, _, rule in said(f"---\n{text}\n---\n\nWrite `{{{{x}}}}`, or {{{{y}}}}.\n")
    ]
