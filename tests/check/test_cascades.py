"""One cause, one finding: what only follows from a broken front matter is not said beside it."""

import pytest
from support.cases import laid_out
from support.pages import BASE

from kg.check import validate
from kg.model.finding import Level

BODY = "\n## Overview\n\nA concept that [[AcmeLab]] speaks of.\n\n## Connections\n\n- references: [[AcmeLab]] — the maker\n"
HEAD = "---\ntitle: Page\ntype: concept\ntags: [law]\nsources: []\nlast_updated: 2026-01-01\n---\n"
HUB = HEAD.replace("Page", "Hub") + BODY.replace("speaks of", "and [[Page]] speak of")
FOLLOWING = {
    "page-type",
    "front-matter-empty",
    "section-required",
    "page-title",
    "tags-empty",
    "field-required",
    "hub-sources",
}


def findings_of(data):
    lab = "---\ntitle: AcmeLab\ntype: entity\ntags: [law]\nsources: []\nlast_updated: 2026-01-01\n---\n" + BODY
    files = {"concepts/Page.md": data, "concepts/Hub.md": HUB.encode(), "entities/AcmeLab.md": lab.encode()}
    found = validate.validate(laid_out(files), BASE).findings
    return [one for one in found if one.span.path == "concepts/Page.md"]


def rules_of(text):
    return [one.rule for one in findings_of(text.encode())]


@pytest.mark.parametrize(
    ("head", "cause"),
    [
        ("", "page-type"),
        ("---\ntype concept\ntitle Page\n---\n", "front-matter-yaml"),
        ("---\n", "front-matter-unterminated"),
        ("+++\ntitle = 'Page'\n+++\n", "front-matter-format"),
        ("---\n---\n", "page-type"),
        ("---\n\n---\n", "page-type"),
        ("\n---\ntitle: Page\ntype: concept\n---\n", "front-matter-late"),
        ("----\ntitle: Page\ntype: concept\n----\n", "front-matter-fence"),
    ],
)
def test_a_page_whose_front_matter_is_lost_has_one_finding_about_it(head, cause):
    found = rules_of(head + BODY)

    assert [rule for rule in found if rule in {*FOLLOWING, cause}] == [cause]


def test_front_matter_that_lacks_a_type_and_tags_has_two_causes():
    found = rules_of("---\ntitle: Page\nsources: []\nlast_updated: 2026-01-01\n---\n" + BODY)

    assert {"page-type", "tags-empty"} <= set(found)


def test_a_cause_that_is_less_bad_hides_nothing_that_is_worse():
    found = rules_of("---\ntitle: #1 in sales\ntype: concept\ntags: [law]\nlast_updated: 2026-01-01\n---\n" + BODY)

    assert {"front-matter-comment", "page-title"} <= set(found)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        ((HEAD + BODY).encode("utf-16"), "encoding"),
        ((HEAD + BODY).encode("utf-16-be"), "encoding"),
        ((HEAD + BODY).encode("utf-32"), "encoding"),
        (
            b"---\ntitle: {{title}}\ntype: {{type}}\ntags: [{{tags}}]\ncreated: {{date}}\n---\n\n## Overview\n",
            "page-template",
        ),
        (
            b'---\ntitle: "{{title}}"\ntype: concept\ntags: []\nlast_updated: "{{date}}"\n---\n\n{{text}}\n',
            "page-template",
        ),
        (b"---\ntitle: Page\ntype: concept\n", "front-matter-unterminated"),
    ],
    ids=["UTF-16", "UTF-16 without a mark", "UTF-32", "a template", "a template in quotation marks", "cut off"],
)
def test_a_page_of_which_nothing_is_understood_has_one_finding_as_bad_as_what_follows_from_it(data, cause):
    (found,) = findings_of(data)

    assert (found.rule, found.level) == (cause, Level.VIOLATION)


def test_a_letter_in_another_encoding_hides_nothing():
    found = findings_of("---\ntitle: Café\ntype: concept\n---\n".encode("latin-1"))

    assert {"encoding", "tags-empty", "section-required"} <= {one.rule for one in found}
    assert [one.level for one in found if one.rule == "encoding"] == [Level.WARNING]
