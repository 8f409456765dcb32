"""`using-graph-uri`: the graphs of an update's WHERE, written into its text."""

import pytest

from kg.model.kg_error import KgError
from kg.serve import using

BOTH = (["http://g/1"], ["http://g/2"])


def test_with_no_graph_the_text_stays():
    assert using.written("DELETE WHERE { ?s ?p ?o }", [], []) == "DELETE WHERE { ?s ?p ?o }"


def test_each_where_of_its_operations_gets_the_graphs_and_no_word_in_it_does():
    text = 'INSERT { ?s ?p "WHERE" } WHERE { SELECT * WHERE { ?s ?p ?o } } ; # where\nDELETE { } where { }'

    assert using.written(text, *BOTH) == (
        'INSERT { ?s ?p "WHERE" } USING <http://g/1> USING NAMED <http://g/2> WHERE { SELECT * WHERE { ?s ?p ?o } } ; '
        "# where\nDELETE { } USING <http://g/1> USING NAMED <http://g/2> where { }"
    )


@pytest.mark.parametrize(
    "text",
    [
        "WITH <http://g/3> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p 1 } USING <http://g/3> WHERE { ?s ?p ?o }",
        "DELETE WHERE { ?s ?p ?o }",
        "DELETE # all\n WHERE { ?s ?p ?o }",
    ],
)
def test_a_text_that_says_which_graphs_itself_is_refused(text):
    with pytest.raises(KgError):
        using.written(text, *BOTH)
