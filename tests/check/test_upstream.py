"""Every check of the newsroom's own lint has an answer: a rule, a query, or the reason why there is none."""

import csv

from support.places import ROOT

from kg.check import rules
from kg.rdf import sparql_text
from kg.shacl import shapes_graph

ANSWERS = ROOT / "docs/upstream"
# Who answers which checks.
FILES = ("hubs", "narratives", "consistency")
HEAD = """# The newsroom's own checks, and ours

The newsroom's lint has 216 checks. For each stands here what finds the same in `kg`: rules (`kg rules RULE` explains one),
queries (`kg query NAME`), or the reason why there is nothing. The table is made from the files in [upstream/](upstream) by
`pytest tests/check/test_upstream.py --update`.

| newsroom | ours | note |
|---|---|---|
"""


def answers():
    """Return the rows of every file: the check, what answers it, and the note."""
    found = []
    for name in FILES:
        with (ANSWERS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            table = csv.reader(file)
            assert len(next(table)) == 3
            found += [row for row in table if row]
    return found


def named(row):
    """Return the rules and the queries that a row names."""
    words = [word for word in row[1].split() if word != "-"]
    return {w for w in words if not w.startswith("query:")}, {w[6:] for w in words if w.startswith("query:")}


def shown(row):
    found = [f"`kg query {word[6:]}`" if word.startswith("query:") else f"`{word}`" for word in row[1].split()]
    return f"| {row[0]} | {'—' if row[1] == '-' else ' · '.join(found)} | {row[2]} |\n"


def test_a_row_names_what_there_is_or_says_why_there_is_nothing():
    there, library = rules.known(shapes_graph.read(rules.shapes_with())), set(sparql_text.library())

    for row in answers():
        assert len(row) == 3, row
        rule, query = named(row)
        assert rule - there == set(), row
        assert query - library == set(), row
        assert rule | query or (row[1] == "-" and row[2]), row


def test_no_check_is_answered_twice():
    checks = [row[0] for row in answers()]

    assert sorted(checks) == sorted(set(checks))


def test_every_check_of_the_newsroom_is_answered(shared):
    with (shared / "design/upstream-checks.csv").open(encoding="utf-8", newline="") as file:
        checks = [row["rule_id"] for row in csv.DictReader(file)]
    answered = {row[0] for row in answers()}

    assert len(checks) == 216
    assert answered - set(checks) == set()
    assert [check for check in checks if check not in answered] == []


def test_the_table_of_the_manual_is_made_from_the_files(request):
    path = ROOT / "docs/upstream-checks.md"
    text = HEAD + "".join(shown(row) for row in sorted(answers()))
    if request.config.getoption("--update"):
        path.write_text(text, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == text
