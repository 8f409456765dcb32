"""A template sees its data and nothing else, writes text as text, and cannot write without end."""

import pytest

from kg.answer_pages import sandbox
from kg.answer_pages.markdown_text import Safe
from kg.model.kg_error import KgError


def page(source, ending=".md", **data):
    return sandbox.write(source, "x.j2", ending, data)


@pytest.mark.parametrize(
    ("ending", "written"),
    [
        (".md", "\\*a\\* &lt;b&gt; \\[\\[c\\]\\] &#123;&#123; 7 }}"),
        (".html", "*a* &lt;b&gt; [[c]] {{ 7 }}"),
        (".json", '"*a* <b> [[c]] {{ 7 }}"'),
        (".csv", '"*a* <b> [[c]] {{ 7 }}"'),
        (".txt", "*a* <b> [[c]] {{ 7 }}"),
    ],
)
def test_a_value_is_written_as_text_of_the_kind_of_file(ending, written):
    assert page("{{ x }}", ending, x="*a* <b> [[c]] {{ 7 }}") == written


def test_what_is_markdown_already_stays_so_in_macros_and_blocks():
    source = "{% macro m(x) %}[{{ x }}]{% endmacro %}{% set y %}-{{ x }}{% endset %}{{ m(x) }}{{ m('*') }}{{ y }}"

    assert page(source, x=Safe("[a](b)")) == "[[a](b)][\\*]-[a](b)"


def test_rows_that_follow_each_other_make_groups():
    source = "{% for g in rows|by('k') %}{{ g.key }}: {% for r in g.rows %}{{ r.v }}{% if not loop.last %}, {% endif %}{% endfor %}; {% endfor %}"
    rows = [{"k": "a", "v": 1}, {"k": "a", "v": 2}, {"k": "b", "v": 3}]

    assert page(source, ".txt", rows=rows) == "a: 1, 2; b: 3; "


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("{{ x.__class__ }}", "has no attribute '__class__'"),
        ("{{ ''.__class__.__mro__ }}", "has no attribute"),
        ("{{ rows.append }}", "has no attribute 'append'"),
        ("{{ x['upper']() }}", "has no attribute 'upper'"),
        ("{% macro m() %}{% endmacro %}{{ m.__globals__ }}", "has no attribute '__globals__'"),
        ("{{ x|attr('upper') }}", "No filter named 'attr'"),
        ("{{ range(10) }}", "'range' is undefined"),
        ("{{ '%s' % x }}", "'%' is for small numbers"),
        ("{{ x * 999999999 }}", "'*' is for small numbers"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{{ nope }}", "'nope' is undefined"),
        ("{{ 1/0 }}", "division by zero"),
        ("{% for %}", "Expected an expression"),
        ("{% set x = x ~ x %}" * 22 + "{{ x }}", "more than 20,000,000 characters"),
        (
            "{% macro m(x) %}{{ x }}{{ x }}{% endmacro %}{% set y = 'a' %}" + "{% set y = m(y) %}" * 25,
            "more than 20,000,000 characters",
        ),
    ],
)
def test_what_a_template_may_not_do_is_told_with_its_line(source, fault):
    with pytest.raises(KgError) as told:
        page(f"a\n\n{source}", x="abcdefghi", rows=[])

    assert str(told.value).startswith("x.j2:3: ")
    assert fault in str(told.value)
    assert "\n" not in str(told.value)
