"""Positions: who stands on which side of a contradiction, whatever way a page sets it out."""

import re

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat
from support.pages import BASE, mapped

from kg.rdf import names

HEAD = "---\ntype: contradiction\n---\n\n# Theme\n\n"
OTHERS = {f"entities/{name}.md": b"" for name in ("Ada", "Bo", "Cy", "Dee")} | {"sources/report.md": b""}


def positions(body):
    """Return the positions of a page, {name: (holders, evidence, words, line:column)}, and its quads."""
    lines = "".join(mapped({"contradictions/theme.md": (HEAD + body).encode(), **OTHERS}))
    found = {}
    quads = list(pyoxigraph.parse(input=lines, format=RdfFormat.N_QUADS))
    for quad in quads:
        local = quad.predicate.value.removeprefix(names.NR)
        text = quad.object.value.removeprefix(f"{BASE}id/")
        if "position" in str(quad.subject):
            found.setdefault(quad.subject, {}).setdefault(local, []).append(text)
    return {
        one["label"][0]: (
            sorted(one.get("heldBy", [])), sorted(one.get("evidence", [])), one.get("saidByText", [""])[0],
            f"{one['line'][0]}:{one['column'][0]}",
        )
        for one in found.values()
        if "label" in one
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "## Opposing Positions\n\nThey part.\n\n**The makers** — the [[Ada]], joined by [[Bo]] — say so.\n",
            {"The makers": (["Ada", "Bo"], [], "the [[Ada]], joined by [[Bo]]", "11:3")},
        ),
        (
            ("## Opposing Positions\n\n**Yes** (at once): The [[Ada]] wants [[Cy]] ([[report#Key Claims|claims]]). "
            "[[Bo]] and [[Dee]] doubt it.\n\n- **No**: [[Cy]] refuses ([[report]]).\n"),
            {
                "Yes (at once)": (["Ada", "Bo", "Dee"], ["report"], "", "9:3"),
                "No": (["Cy"], ["report"], "", "11:5"),
            },
        ),
        (
            "## 对立立场\n\n### 甲方\n\n[[Ada]]、[[Bo]]都同意。\n\n### 乙方\n\n[[Cy]]反对（[[report]]）。\n",
            {"甲方": (["Ada", "Bo"], [], "", "9:1"), "乙方": (["Cy"], ["report"], "", "13:1")},
        ),
        (
            ("## Opposing Positions\n\n**Yes**: [[Ada]] says so.\n\nShe has seen it ([[report]]).\n\n## Interpretive Direction\n\n"
            "**No position**: [[Bo]] waits.\n"),
            {"Yes": (["Ada"], ["report"], "", "9:3")},
        ),
        ("## Overview\n\n**Bold** words of [[Ada]].\n", {}),
        ("## Opposing Positions\n\nNobody is **named** here.\n\n```\n**Code**: [[Ada]]\n```\n", {}),
    ],
)  # fmt: skip
def test_a_position_has_its_name_its_holders_its_evidence_and_its_place(body, expected):
    assert positions(body) == expected


def test_the_page_of_anything_else_has_no_positions():
    page = b"---\ntype: concept\n---\n\n## Opposing Positions\n\n**Yes**: [[Ada]] says so.\n"

    assert "#Position>" not in "".join(mapped({"concepts/x.md": page, **OTHERS}))


WORDS = st.sampled_from(
    [
        "**",
        "__",
        "[[Ada]]",
        "[[",
        "]]",
        "(",
        ")",
        " — ",
        "and ",
        "The ",
        ". ",
        ": ",
        "a",
        "\n",
        "\n\n",
        "- ",
        "### x\n",
        "`",
        "|",
    ]
)


@given(st.lists(WORDS, max_size=14).map("".join))
def test_whatever_an_author_writes_there_every_position_has_a_name_that_stands_at_its_place(text):
    page = (HEAD + "## Opposing Positions\n\n" + text).split("\n")

    for name, (*_, place) in positions("## Opposing Positions\n\n" + text).items():
        line, column = map(int, place.split(":"))
        first = re.split(r"[^\w]", name.strip())[0]
        assert first in page[line - 1][column - 1 :]
