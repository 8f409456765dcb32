"""Expressions as the standard means them: rewritten where the engine errs, told where they fail, else left alone."""

from fractions import Fraction
from itertools import permutations

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.model import declared
from kg.rdf import expressions, sparql_text
from kg.rdf.exact_order import holds
from kg.rdf.expression_failures import Failures
from kg.rdf.xpath_regex import NotARegex

XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "


def asked(query, *, failures=None, data=()):
    """The rows of a query as it is rewritten, each cell as text, unbound ones empty."""
    store = ox.Store()
    store.extend(data)
    written = expressions.expressed(query, failures)
    rows = store.query(written.text, prefixes={"xsd": XSD[13:-2]}, custom_functions=written.functions)
    return [[cell.value if cell is not None else "" for cell in row] for row in rows]


def one(expression, values=""):
    """The value of an expression, and the lines about what failed in it."""
    failures = Failures()
    rows = asked(f"SELECT ?result {{ {values} BIND({expression} AS ?result) }}", failures=failures)
    return [row[0] for row in rows], failures.lines()


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('REPLACE("2026", "(.)2", "$1x")', "20x6"),
        ('REPLACE("5 billion", "([0-9]+) billion", "$1bn")', "5bn"),
        ('REPLACE("abab", "(a)(b)", "$2$1")', "baba"),
        ('REPLACE("aab", "(a)\\\\1", "[$1]")', "[a]b"),
        ('replace ( "a.b" , "." , "-" , "q" )', "a-b"),
        ('CONCAT(REPLACE("a", "a", "\\\\$1"), "REPLACE(1)")', "$1REPLACE(1)"),
        ("REPLACE('''a'b''', \"'\", \"$0$0\")", "a''b"),
        ('REGEX("a", "^[a-z-[aeiou]]$")', "false"),
        ('!REGEX("aa", "(a)\\\\1")', "false"),
        ('IF(REGEX("x", "\\\\p{IsBasicLatin}"), "yes", "no")', "yes"),
        ("99999999999999999999 > 3", "true"),
        ("99999999999999999999 < 99999999999999999998.5", "false"),
        ("0.1234567890123456789 <= 0.12345678901234567890", "true"),
        ('"20000-01-01T00:00:00.1234567890123456789Z"^^xsd:dateTime > "2026-01-01T00:00:00Z"^^xsd:dateTime', "true"),
        ("1<2&&2>1", "true"),
        ("99999999999999999999 = 99999999999999999999.0", "true"),
        ("99999999999999999999 != 5", "true"),
        ('99999999999999999999 = "099999999999999999999"^^xsd:integer', "true"),
        ('"18446744073709551615"^^xsd:unsignedLong=18446744073709551615.0', "true"),
        ("0.1234567890123456789 = 0.12345678901234567890", "true"),
        ("6 IN (99999999999999999999, 5)", "false"),
        ("6 NOT IN(99999999999999999999, 5)", "true"),
        ("99999999999999999999 in (1, 99999999999999999999.0)", "true"),
        ('99999999999999999999 = "x"', "false"),
        ('99999999999999999999 IN ("x", <a:b>, "2024"^^xsd:gYear)', "false"),
        ('"P99999999999999999999D"^^xsd:dayTimeDuration > "P1D"^^xsd:dayTimeDuration', "true"),
        ('"P8333333333333333333Y4M"^^xsd:duration = "P100000000000000000000M"^^xsd:duration', "true"),
        ("9223372036854775807 + 1", "9223372036854775808"),
        ("9223372036854775807*2-1", "18446744073709551613"),
        ("-(-9223372036854775808)", "9223372036854775808"),
        ("(9223372036854775807 + 1) * (2 - 1) = 9223372036854775808", "true"),
        ("0.0000000001 * 0.0000000001", "0.00000000000000000001"),
        ("99999999999999999999 / 3", "33333333333333333333"),
        ("3-1", "2"),
        ("2*-3", "-6"),
        ("1.5e+3 + 1", "1501"),
        ("ABS(-99999999999999999999)", "99999999999999999999"),
        ("ROUND(-99999999999999999999.5)", "-99999999999999999999"),
        ("ISNUMERIC(99999999999999999999)", "true"),
        ('ISNUMERIC("999"^^xsd:byte = 5)', "false"),
        ("xsd:integer(1e18)", "1000000000000000000"),
        ('xsd:integer("99999999999999999999")', "99999999999999999999"),
        ("<http://www.w3.org/2001/XMLSchema#decimal>(99999999999999999999)", "99999999999999999999"),
        ("xsd:double(99999999999999999999)", "100000000000000000000"),
        ("(1 < 2) = (3 >= 2)", "true"),
    ],
)
def test_an_expression_has_the_value_that_the_standard_gives_it(expression, value):
    assert one(expression) == ([value], [])


@pytest.mark.parametrize("pattern", ["(a)\\1", "^[a-z-[aeiou]]", "a+"])
def test_an_expression_that_comes_from_the_data_is_xpaths_too(pattern):
    escaped = pattern.replace("\\", "\\\\")
    found = asked(f'SELECT ?t {{ VALUES ?t {{ "aa" "ba" }} VALUES ?p {{ "{escaped}" }} FILTER REGEX(?t, ?p) }}')
    made = asked(f'SELECT ?n {{ VALUES ?p {{ "{escaped}" }} BIND(REPLACE("aab", ?p, "[$0]") AS ?n) }}')

    assert found == {"(a)\\1": [["aa"]], "^[a-z-[aeiou]]": [["ba"]], "a+": [["aa"], ["ba"]]}[pattern]
    assert made == {"(a)\\1": [["[aa]b"]], "^[a-z-[aeiou]]": [["aab"]], "a+": [["[aa]b"]]}[pattern]


def test_group_concat_takes_numbers_and_iris():
    query = 'SELECT (GROUP_CONCAT(?x; SEPARATOR = ", ") AS ?all) (GROUP_CONCAT(DISTINCT ?x) AS ?each) { VALUES ?x { 1 <a:b> 1 "c"@en } }'

    assert asked(query) == [["1, a:b, 1, c", "1 a:b c"]]


@pytest.mark.parametrize(
    ("expression", "values", "line"),
    [
        ('REPLACE("abc", "x*", "-")', "", "'x*' matches the empty text"),
        ('REPLACE("abc", "b", "$")', "", "'$' without the number of a group"),
        ('!REGEX(?t, "[")', 'VALUES ?t { "a" }', "'[' is never closed"),
        ('CONCAT("a", ?n)', "VALUES ?n { 1 }", 'an error for "a", "1"^^xsd:integer (once)'),
        ("STRLEN(?n)", "VALUES ?n { 1 }", "it takes texts: write STR(…) around the term"),
        ('?d < "2024-06-01"^^xsd:date', 'VALUES ?d { "2023"^^xsd:gYear }', "compared by nr:firstDay and nr:lastDay"),
        ("?n + 1", 'VALUES ?n { "a" }', 'an error for "a" (once)'),
        ("1 / ?n", "VALUES ?n { 0 }", 'an error for "1"^^xsd:integer, "0"^^xsd:integer (once)'),
        ("?n * (?n - 2)", "VALUES ?n { <a:b> }", "an error for <a:b>, <a:b> (once)"),
        ('?n = "5"^^<a:c>', 'VALUES ?n { "5"^^<a:b> }', "cannot be compared (once)"),
        ('?n IN (1, "5"^^<a:c>)', 'VALUES ?n { "5"^^<a:b> }', "cannot be compared (once)"),
    ],
)
def test_what_fails_is_told_with_its_place_and_fails_all_the_same(expression, values, line):
    cells, lines = one(expression, values)

    assert cells == [""]
    assert len(lines) == 1
    assert lines[0].startswith("line 1, column ")
    assert line in lines[0]


def test_a_value_that_is_missing_is_no_failure():
    cells, lines = one('CONCAT(STRAFTER(STR(?none), "#"), "x")', "OPTIONAL { ?none <a:b> ?c }")

    assert (cells, lines) == ([""], [])


def test_an_aggregate_that_is_empty_because_of_one_row_is_told():
    failures = Failures()
    rows = asked("SELECT (MIN(?x) AS ?least) { VALUES ?x { 1 UNDEF 2 } }", failures=failures)

    assert rows == [[""]]
    assert failures.lines() == [
        (
            "line 1, column 9: MIN(?x): empty although 2 rows have a value (once): another row of the group has none, "
            "or one that does not fit"
        )
    ]


@pytest.mark.parametrize("order", ["?x", "ASC ( ?x )", "DESC(?x)"])
def test_numbers_among_texts_have_one_order_whatever_stood_first(order):
    kinds = ['"5"', "9", "10", "<a:b>", "true", "UNDEF", '"2023"^^xsd:gYear']
    answers = {
        tuple(row[0] for row in asked(f"SELECT ?x {{ VALUES ?x {{ {' '.join(one)} }} }} ORDER BY {order} LIMIT 9", failures=Failures()))
        for one in permutations(kinds)
    }  # fmt: skip

    rows = ("", "a:b", "9", "10", "2023", "5", "true")
    assert answers == {rows[::-1] if order == "DESC(?x)" else rows}


def test_an_order_by_a_count_is_one_by_numbers():
    query = (
        "SELECT DISTINCT ?x (COUNT(?y) AS ?n) { VALUES (?x ?y) { (1 1) (2 1) (2 2) } } GROUP BY ?x ORDER BY DESC(?n) ?x"
    )

    assert asked(query, failures=Failures()) == [["2", "2"], ["1", "1"]]


def test_an_aggregate_of_nothing_is_empty_and_nothing_is_told():
    failures = Failures()

    assert asked("SELECT (MAX(?x) AS ?most) { ?x <a:b> ?y }", failures=failures) == [[""]]
    assert failures.lines() == []


def test_the_least_of_numbers_and_texts_is_told_to_be_open():
    failures = Failures()
    asked('SELECT (MIN(?x) AS ?least) { VALUES ?x { 1 "a" } }', failures=failures)

    assert "SPARQL leaves open which is the least" in failures.lines()[0]


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ?x { BIND("REGEX(\\"a\\", \'[\') < 3 && GROUP_CONCAT(?x)" AS ?x) }',
        "SELECT ?x { ?x <a:REGEX(b)> ?y } # REGEX(?x, '[') < 3",
        "SELECT ?x { ?x (<a:b>|^<c:d>)* ?y . ?y <e:f> ( 1 2 ) }",
        "SELECT * { ?x ?y '''a < b && REPLACE(''' }",
    ],
)
def test_strings_comments_iris_and_patterns_stay_as_they_are(text):
    assert expressions.expressed(text, Failures()).text == text


def test_a_function_of_somebody_elses_is_left_alone():
    text = "PREFIX my: <a:> SELECT ?x { FILTER(my:REGEX(?x, '[')) }"

    assert expressions.expressed(text, Failures()).text == text


def test_keywords_may_be_glued_as_the_engine_takes_them():
    text = 'SELECT ?r { FILTERREGEX("b","^[a-z-[aeiou]]$") BIND(if(3-STRLEN("a")in(2),regex ("a","a"),3)AS?r) }'

    assert asked(text, failures=Failures()) == [["true"]]


def test_an_error_can_be_caught_as_the_standard_has_it():
    assert asked('SELECT ?r { BIND(COALESCE(REGEX("a", "["), "caught") AS ?r) }', failures=Failures()) == [["caught"]]


def test_a_constant_that_is_no_expression_is_refused_where_nobody_listens():
    with pytest.raises(NotARegex, match="line 2, column 10: '\\[' is never closed"):
        expressions.expressed("ASK {\n  FILTER(REGEX('a', '['))\n}")


NUMBERS = st.one_of(
    st.integers(-(10**25), 10**25).map(
        lambda number: ox.Literal(str(number), datatype=ox.NamedNode(XSD[13:-2] + "integer"))
    ),
    st.decimals(-(10**9), 10**9, places=22).map(
        lambda number: ox.Literal(f"{number:f}", datatype=ox.NamedNode(XSD[13:-2] + "decimal"))
    ),
)


@given(NUMBERS, NUMBERS, st.sampled_from(["<", "<=", ">", ">="]))
def test_numbers_of_any_size_stand_in_their_order(left, right, sign):
    from fractions import Fraction

    one, other = Fraction(left.value), Fraction(right.value)

    assert (
        holds(left, sign, right) is {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]
    )
    assert asked(f"SELECT ?r {{ BIND({left} {sign} {right} AS ?r) }}") == [[str(holds(left, sign, right)).lower()]]


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        ("2026-01-01T00:00:00+14:00", "2025-12-31T10:00:00Z", "="),
        ("-0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "<"),
        ("99999999999999999999-01-01T00:00:00Z", "2026-01-01T00:00:00Z", ">"),
        ("2026-01-01T00:00:00", "2026-01-01T05:00:00Z", "?"),
        ("2026-01-01T00:00:00", "2026-01-02T00:00:00Z", "<"),
        ("2024-02-29T24:00:00Z", "2024-03-01T00:00:00Z", "="),
    ],
)
def test_times_stand_in_their_order(left, right, order):
    kind = ox.NamedNode(XSD[13:-2] + "dateTime")
    answers = [
        holds(ox.Literal(left, datatype=kind), sign, ox.Literal(right, datatype=kind)) for sign in ("<", "<=", ">")
    ]

    assert (
        answers
        == {"<": [True, True, False], "=": [False, True, False], ">": [False, False, True], "?": [None] * 3}[order]
    )


AGREED = [
    'SELECT ?t { VALUES ?t { "abc" "ABC" "a.c" "" } FILTER REGEX(?t, "^a.c$", "i") }',
    'SELECT ?r { VALUES ?t { "2026-03-01" "x" } BIND(REPLACE(?t, "([0-9]+)-([0-9]+)", "$2/$1") AS ?r) }',
    "SELECT ?n { VALUES ?n { 1 2.5 3 -4 } FILTER(?n >= 1 && (?n < 3 || ?n = 3)) }",
    'SELECT (GROUP_CONCAT(?n; SEPARATOR="|") AS ?all) { VALUES ?n { "a" "b" } }',
    "SELECT (SUM(?n) AS ?sum) (MIN(?n) AS ?least) (COUNT(DISTINCT ?n) AS ?many) { VALUES ?n { 1 2 2 } }",
    'SELECT ?t { VALUES ?t { "b" "a" } FILTER(?t > "a" || STRLEN(?t) < 1) }',
]


@pytest.mark.parametrize("query", AGREED)
def test_rdflib_gives_the_same_rows_where_it_is_right(query):
    theirs = sorted(sorted(str(cell) for cell in row if cell is not None) for row in rdflib.Graph().query(query))

    assert sorted(sorted(cell for cell in row if cell) for row in asked(query, failures=Failures())) == theirs


@given(st.text("<>&|!=(){}[]\"'?a1,;. \n#REGEX", max_size=30))
def test_no_text_makes_the_rewriting_fail_and_without_calls_it_gives_it_back(text):
    made = expressions.expressed(text, Failures()).text
    plain = all(word.upper() != "REGEX" for _, word in sparql_text.tokens(text)) and not set("<>=+-*/") & set(text)

    assert isinstance(made, str)
    assert made == text or not plain


BEYOND = "99999999999999999999 5 99999999999999999998 100000000000000000000.5 7.5 1e25 -99999999999999999999 0.1234567890123456789"


def test_rows_are_sorted_by_numbers_of_any_size():
    rows = asked(f"SELECT ?x {{ VALUES ?x {{ 0.1234567890123456785 0.123456789012345678 {BEYOND} }} }} ORDER BY ?x")
    falling = asked(f"SELECT ?x {{ VALUES ?x {{ {BEYOND} }} }} ORDER BY DESC(?x)")

    numbers = [float(row[0]) for row in rows]
    assert numbers == sorted(numbers)
    assert [row[0] for row in rows][1:4] == ["0.123456789012345678", "0.1234567890123456785", "0.1234567890123456789"]
    assert [row[0] for row in rows][6:9] == ["99999999999999999998", "99999999999999999999", "100000000000000000000.5"]
    assert [row[0] for row in falling] == [
        row[0] for row in rows[::-1] if row[0] not in {cell for (cell,) in rows[1:3]}
    ]


def test_sums_and_extremes_of_numbers_of_any_size_are_exact():
    failures = Failures()
    rows = asked(
        "SELECT (SUM(?x) AS ?sum) (AVG(?x) AS ?mean) (MIN(?x) AS ?least) (MAX(?x) AS ?most) (SUM(DISTINCT ?x) AS ?each)"
        " { VALUES ?x { 9223372036854775807 5 5 -99999999999999999999 } }",
        failures=failures,
    )

    assert rows == [
        [
            "-90776627963145224182",
            "-22694156990786306045.5",
            "-99999999999999999999",
            "9223372036854775807",
            "-90776627963145224187",
        ]
    ]
    assert failures.lines() == []


@pytest.mark.parametrize(
    ("argument", "exactly"),
    [
        ("IF(?x > 1, 1, 0)", False),
        ("DISTINCT if( CONTAINS(?x, ')') , 1 , 0 )", False),
        ("IF(?x > 1, ?x, 0)", True),
        ("IF(?x > 1, 99999, 0)", True),
        ("IF(?x, ?x, 0) + IF(?x, 1, 0)", True),
        ("IF(?x, 1.5, 0)", True),
        ("(IF(?x, 1, 0))", True),
        ("?x", True),
    ],
)
def test_a_sum_of_ones_and_noughts_needs_no_second_sum(argument, exactly):
    written = expressions.expressed(f"SELECT (SUM({argument}) AS ?sum) {{ ?s ?p ?x }}", Failures()).text

    assert ("GROUP_CONCAT" in written) is exactly


def test_a_sum_of_ones_and_noughts_fails_and_is_told_as_any_other():
    failures = Failures()
    rows = asked("SELECT (SUM(IF(?x > 1, 1, 0)) AS ?sum) { VALUES ?x { 1 2 'a' } }", failures=failures)

    assert rows == [[""]]
    assert len(failures.lines()) == 2


@pytest.mark.parametrize(
    "call", ["REPLACE({}, 'a', 'b')", "UCASE({})", "ABS({} + 1)", "REPLACE({}, ?p, 'b')", "({} = 1)", "({} + 1)"]
)
def test_calls_in_calls_do_not_double_the_text(call):
    text = "?t"
    for _ in range(40):
        text = call.format(text)
    query = f"SELECT ({text} AS ?made) {{ VALUES (?t ?p) {{ (1 'a') }} }}"

    assert len(expressions.expressed(query, Failures()).text) < 60_000
    assert len(expressions.expressed(query).text) < 60_000


@pytest.mark.parametrize(
    "path", ["(<a:b>/<a:c>)", "(<a:b>|^<a:c>)+", "((<a:b>|<a:c>)/(<a:d>|<a:e>))*", "(<a:b>*/<a:c>)"]
)
def test_a_property_path_is_no_arithmetic(path):
    assert expressions.expressed(f"SELECT * {{ ?s {path} ?o }}").text == f"SELECT * {{ ?s {path} ?o }}"


NUMBERS = st.one_of(
    st.integers(-(10**22), 10**22).map(str), st.decimals(-(10**21), 10**21, places=20).map(lambda one: f"{one:f}")
)


@given(NUMBERS, st.sampled_from("+-*"), NUMBERS, st.sampled_from(["=", "!=", "<", ">="]))
def test_reckoning_and_comparing_are_pythons_exactly(one, sign, other, compares):
    left, right = Fraction(one), Fraction(other)
    made = {"+": left + right, "-": left - right, "*": left * right}[sign]
    truth = {"=": left == right, "!=": left != right, "<": left < right, ">=": left >= right}[compares]
    values = f'VALUES (?a ?b) {{ ("{one}"^^xsd:decimal "{other}"^^xsd:decimal) }}'

    assert Fraction(asked(f"SELECT ?c {{ {values} BIND(?a {sign} ?b AS ?c) }}")[0][0]) == made
    assert asked(f"SELECT ?c {{ {values} BIND(?a {compares} ?b AS ?c) }}") == [[str(truth).lower()]]


ORDERED = [
    "STR(?t)", "DESC(?t + 1)", "(?t > 1)", "DESC(COUNT(?t))", "ABS(?t)", "xsd:integer(?t)", "?t DESC(STR(?t))", "IF(?t = 1, 2, ?t)",
    "(EXISTS { ?t ?p ?o } )", "REGEX(STR(?t), '1')", "COALESCE(?t, 1) ?t", "(?t IN (1, 2)) LIMIT 1",
]  # fmt: skip


@pytest.mark.parametrize("condition", ORDERED)
def test_a_condition_of_an_order_is_no_condition_within_itself(condition):
    text = f"SELECT ?t {{ VALUES ?t {{ 1 2 }} }} GROUP BY ?t ORDER BY {condition}"

    assert len(asked(text, failures=Failures())) in (1, 2)


@pytest.mark.parametrize("row", ["1 -2", "UNDEF -2", '"x" -2', "1 +2"])
def test_two_values_of_a_row_are_no_sum(row):
    ((_, second),) = asked(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ ({row}) }} }}", failures=Failures())

    assert second in ("-2", "2")


@pytest.mark.parametrize(
    ("call", "values", "found"),
    [
        ("MIN(?t)", "60 100000000000000000000", "60"), ("MAX(?t)", "60 100000000000000000000", "100000000000000000000"),
        ("MIN(?t)", "-100000000000000000000 -1", "-100000000000000000000"), ("MAX(?t)", "-100000000000000000000 -1", "-1"),
        ("MIN(?t)", "100000000000000000000 200000000000000000000", "100000000000000000000"),
    ],
)  # fmt: skip
def test_the_least_and_the_greatest_are_found_among_numbers_of_any_size(call, values, found):
    assert asked(f"SELECT ({call} AS ?s) {{ VALUES ?t {{ {values} }} }}", failures=Failures()) == [[found]]


@pytest.mark.parametrize(
    "text", ['x:integer("99999999999999999999")', 'x:integer(" 5 ")', 'x:integer("                5 ")']
)
def test_a_cast_is_known_by_any_prefix_and_takes_blanks_around_a_number(text):
    rows = asked(f"PREFIX x: <http://www.w3.org/2001/XMLSchema#> SELECT ({text} AS ?n) {{}}", failures=Failures())

    assert rows == [[text.partition('"')[2].rpartition('"')[0].strip()]]


def test_what_is_no_number_is_in_no_list():
    assert asked('SELECT ("NaN"^^xsd:double IN ("NaN"^^xsd:double, 99999999999999999999) AS ?is) {}') == [["false"]]


def test_numbers_beside_what_the_decimals_of_the_engine_reach_have_their_order():
    rows = asked("SELECT ?t { VALUES ?t { 100000000000000000000.5 100000000000000000000 } } ORDER BY ?t")

    assert [cell for (cell,) in rows] == ["100000000000000000000", "100000000000000000000.5"]


@pytest.mark.parametrize("path", sorted(declared.folder("queries").glob("library/*.rq")), ids=lambda path: path.stem)
def test_every_query_that_ships_can_be_asked_as_it_is_rewritten(path):
    text = path.read_text(encoding="utf-8")
    values = dict.fromkeys(sparql_text.placeholders(text), 1)
    written = expressions.expressed(text, Failures())

    ox.Store().query(sparql_text.bind(written.text, values), custom_functions=written.functions)
