"""One cause, one finding: what only follows from a broken front matter is not said beside it."""

import pytest
from support.cases import laid_out
from support.pages import BASE

from kg.check import validate

BODY = "\n## Overview\n\nA concept that [[AcmeLab]] speaks of.\n\n## Connections\n\n- references: [[AcmeLab]] — the maker\n"
FOLLOWING = {"page-title", "page-type", "tags-empty", "field-required", "hub-sources"}


def rules_of(text):
    lab = "---\ntitle: AcmeLab\ntype: entity\ntags: [law]\nsources: []\nlast_updated: 2026-01-01\n---\n" + BODY
    files = {"concepts/Page.md": text.encode(), "entities/AcmeLab.md": lab.encode()}
    found = validate.validate(laid_out(files), BASE).findings
    return [one.rule for one in found if one.span.path == "concepts/Page.md"]


@pytest.mark.parametrize(
    ("head", "cause"),
    [
        ("", "page-type"),
        ("---\ntype concept\ntitle Page\n---\n", "front-matter-yaml"),
        ("---\n", "front-matter-unterminated"),
        ("+++\ntitle = 'Page'\n+++\n", "page-type"),
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
