"""A finding keeps its fingerprint while the wiki around it changes."""

from dataclasses import replace

from kg.model.finding import Finding, Level, Span
from kg.report.fingerprint import fingerprint, numbered

ONE = Finding(Span("a.md", 3, 7), "link-dangling", "'[[Acme]]' leads to no page; did you mean [[AcmeLab]]?")


def test_lines_levels_suggestions_and_our_own_words_do_not_change_it():
    others = [
        replace(ONE, span=Span("a.md", 300, 1, 300, 9)),
        replace(ONE, level=Level.INFO),
        replace(ONE, message="'[[Acme]]' leads to no page; write the page"),
        replace(ONE, message="there is no page for '[[Acme]]'; write the page"),
        replace(ONE, focus="https://other.example/page/a#b.3", hint="Other words"),
    ]

    assert {fingerprint(one) for one in others} == {fingerprint(ONE)}


def test_the_rule_the_page_and_the_quoted_words_change_it():
    others = [
        replace(ONE, rule="link-lenient"),
        replace(ONE, span=Span("b.md", 3, 7)),
        replace(ONE, message="'[[Acmes]]' leads to no page; did you mean [[AcmeLab]]?"),
    ]

    assert len({fingerprint(one) for one in [ONE, *others]}) == 4


def test_measured_numbers_do_not_change_it():
    said = [f"the page has {number} links, fewer than 5; link more" for number in (3, 4)]

    assert len({fingerprint(replace(ONE, message=words)) for words in said}) == 1


def test_equal_findings_are_numbered_in_their_order():
    first, second, third = numbered([ONE, replace(ONE, rule="x"), replace(ONE, span=Span("a.md", 9, 1))])

    assert third == f"{first}/2"
    assert second not in (first, third)


def test_a_semicolon_of_the_author_does_not_cut_the_words():
    first, second, third = (
        fingerprint(
            Finding(Span("a.md", 1, 1), "link-dangling", f"'[[{words}]]' leads to no page; did you mean [[X]]?")
        )
        for words in ("Weights; open", "Weights; closed", "Meta's; open")
    )

    assert len({first, second, third}) == 3


def test_a_suggestion_behind_an_apostrophe_is_left_out():
    first, second = (
        fingerprint(Finding(Span("a.md", 1, 1), "some-rule", f"'[[Meta's]]' is no page's name; write [[{other}]]"))
        for other in ("X", "Y")
    )

    assert first == second
