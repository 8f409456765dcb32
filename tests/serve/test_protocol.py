"""What a request asks for, read from its method, address, type and body: nothing is sent and nothing run."""

from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.serve import protocol
from kg.serve.protocol import FORM, QUERY, UPDATE, Operation, Sent
from kg.serve.refused import Refused

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def read(method, parameters="", content_type="", body=b""):
    return protocol.read(Sent(method, parameters, content_type, body))


def refused(*sent):
    with pytest.raises(Refused) as error:
        read(*sent)
    return error.value.status


def test_a_query_comes_by_get_by_a_form_and_as_a_body():
    asked = Operation("query", "ASK {}", ("http://g/1", "http://g/2"), ("http://g/3",))
    graphs = [
        ("default-graph-uri", "http://g/1"),
        ("default-graph-uri", "http://g/2"),
        ("named-graph-uri", "http://g/3"),
    ]
    all_of_it = urlencode([("query", "ASK {}"), *graphs])

    assert read("GET", all_of_it) == asked
    assert read("HEAD", all_of_it) == asked
    assert read("POST", "", FORM, all_of_it.encode()) == asked
    assert read("POST", urlencode(graphs), f"{FORM}; charset=UTF-8", b"query=ASK%20%7B%7D") == asked
    assert read("POST", urlencode(graphs), QUERY, b"ASK {}") == asked


def test_an_update_comes_by_a_form_and_as_a_body_and_never_by_get():
    asked = Operation("update", "CLEAR ALL", ("http://g/1",), ())

    assert read("POST", "using-graph-uri=http%3A%2F%2Fg%2F1", UPDATE, b"CLEAR ALL") == asked
    assert read("POST", "", FORM, b"update=CLEAR+ALL&using-graph-uri=http%3A%2F%2Fg%2F1") == asked
    assert refused("GET", "update=CLEAR+ALL") == 400
    assert refused("POST", "update=CLEAR+ALL", FORM, b"") == 400


def test_without_a_query_the_service_describes_itself():
    assert read("GET") == Operation("description")
    assert refused("GET", "named-graph-uri=http%3A%2F%2Fg") == 400


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        (400, ("GET", "query=ASK+%7B%7D&query=ASK+%7B%7D")),
        (400, ("POST", "", FORM, b"query=ASK+%7B%7D&update=CLEAR+ALL")),
        (400, ("POST", "", FORM, b"")),
        (400, ("POST", "query=ASK+%7B%7D", QUERY, b"ASK {}")),
        (400, ("POST", "", QUERY, "ASK {}".encode("utf-16"))),
        (400, ("GET", "query=%FF")),
        (400, ("GET", "using-graph-uri=http%3A%2F%2Fg&query=ASK+%7B%7D")),
        (400, ("GET", "&".join(f"default-graph-uri={number}" for number in range(1_001)))),
        (415, ("POST", "", "text/plain", b"ASK {}")),
        (415, ("POST", "", "", b"ASK {}")),
        (415, ("POST", "", f"{QUERY}; charset=UTF-16", b"ASK {}")),
    ],
)
def test_what_is_none_of_the_protocol_is_refused(status, sent):
    assert refused(*sent) == status


@given(TEXTS, st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3))
def test_whatever_a_text_holds_it_arrives_as_it_was_sent(text, default, named):
    fields = [
        ("query", text), *(("default-graph-uri", one) for one in default), *(("named-graph-uri", one) for one in named),
    ]  # fmt: skip
    expected = Operation("query", text.removeprefix("\ufeff").replace("\r\n", "\n"), tuple(default), tuple(named))

    assert read("GET", urlencode(fields)) == expected
    assert read("POST", "", FORM, urlencode(fields).encode()) == expected
    assert read("POST", urlencode(fields[1:]), QUERY, text.encode()) == expected


@given(st.sampled_from(["GET", "HEAD", "POST"]), TEXTS, TEXTS, st.binary(max_size=60))
def test_whatever_is_sent_is_read_or_refused(method, parameters, content_type, body):
    try:
        found = read(method, parameters, content_type, body).kind
    except Refused as error:
        found = error.status

    assert found in ("query", "update", "description", 400, 415)


def test_a_graph_is_named_once():
    assert protocol.graph("") is None
    assert protocol.graph("default") == ""
    assert protocol.graph("graph=http%3A%2F%2Fg%2F1") == "http://g/1"
    for wrong in ("graph=", "default=1", "graph=a&graph=b", "graph=a&default", "other=1"):
        with pytest.raises(Refused, match="name one graph"):
            protocol.graph(wrong)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("graph/a", "graph/a"), ("graph/Caf%C3%A9", "graph/Café"), ("graph/a%20b", "graph/a%20b"),
        ("graph/50%25", "graph/50%25"), ("graph/what%3f", "graph/what%3F"), ("graph/C++", "graph/C++"),
        ("graph/%7Ea%41", "graph/~aA"), ("%FF", "%FF"), ("graph/%C3%A9%2F", "graph/é%2F"),
    ],
)  # fmt: skip
def test_a_graph_below_the_base_is_named_as_its_iri_is_written(sent, name):
    assert protocol.below(sent) == name


@given(st.one_of(TEXTS, st.text("= +%&\r\n\t_.é\x00", max_size=20)), st.sampled_from([quote, quote_plus, str]))
def test_a_form_of_one_query_is_read_as_every_form_is(text, escaped):
    fields = f"query={escaped(text)}"
    try:
        expected = parse_qsl(fields, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        expected = None

    if protocol._ONE_QUERY.fullmatch(fields):
        assert expected == [("query", protocol._one(fields))]


@given(st.binary(max_size=12))
def test_bytes_that_are_no_text_are_refused(data):
    fields = "query=" + "".join(f"%{one:02X}" for one in data)
    try:
        expected = data.decode()
    except UnicodeDecodeError:
        assert refused("GET", fields) == 400
    else:
        assert protocol._fields(fields) == {"query": [expected]}
