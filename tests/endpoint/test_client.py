"""The client of a foreign store: what it sends, what it takes for an answer, and where it stops."""

import contextlib
import http.client
import io
import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.stub_server import Reply, Stub

from kg.endpoint import access, client
from kg.endpoint.access import Credentials
from kg.endpoint.address import Address, Limits
from kg.endpoint.boolean_words import BooleanWords
from kg.endpoint.client import Endpoint
from kg.model.finding import KgError
from kg.publish.state import State

WITH_TOKEN = Credentials("", "", "word")
ROW = {"word": {"type": "literal", "value": "Gruß", "xml:lang": "de"}}


def rows(*found, names=("word", "other")):
    return json.dumps({"head": {"vars": list(names)}, "results": {"bindings": list(found)}}).encode()


@pytest.fixture
def stub():
    """Start a server that answers as the test says; it ends with the test."""
    started = []

    def start(answer):
        started.append(Stub(answer if callable(answer) else lambda _: answer))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def endpoint():
    """Return an endpoint at an address, which credentials are for; its connections are closed with the test."""
    made = []

    def at(url, who=None, *rest, **named):
        place = Address(f"{url}/query", f"{url}/update", f"{url}/store")
        made.append(Endpoint(place, who and access.of_host(who, url), *rest, **named))
        return made[-1]

    yield at
    for one in made:
        one.close()


def failing(ask, *rest):
    with pytest.raises(KgError) as caught:
        _ = [*(ask(*rest) or ())]
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("ask", ["select", "ask", "answer"])
def test_an_answer_that_the_server_cut_off_is_none(stub, endpoint, ask):
    server = stub(Reply(body=rows(ROW, ROW), headers=(("X-SPARQL-MaxRows", "2"),)))

    said = failing(getattr(endpoint(server.url), ask), "SELECT * {}")

    assert said == (
        f"{server.url}/query: gives 2 rows at most and stopped there, so that some may lack; "
        "ask for less with LIMIT, or have the server give more"
    )


@pytest.mark.parametrize("most", ["", "many", "9" * 40, "²"])
def test_a_limit_that_is_no_number_is_not_shown(stub, endpoint, most):
    server = stub(Reply(body=rows(ROW), headers=(("X-SPARQL-MaxRows", most or "-"),)))

    assert "gives so many rows at most" in failing(endpoint(server.url).select, "SELECT * {}")


def test_a_select_gives_rows_and_leaves_out_what_is_not_bound(stub, endpoint):
    server = stub(Reply(body=rows(ROW, {})))

    found = endpoint(server.url).select("SELECT * {}")

    assert found.variables == ("word", "other")
    assert [*found] == [{"word": ox.Literal("Gruß", language="de")}, {}]
    assert (server.asked[0].path, server.asked[0].body) == ("/query", b"SELECT * {}")
    assert server.asked[0].headers["Content-Type"] == "application/sparql-query"


BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"


@given(
    st.lists(st.tuples(st.sampled_from("01x"), st.sampled_from(["boolean", "integer"])), max_size=9), st.integers(1, 99)
)
def test_booleans_that_come_as_digits_are_read_as_words(values, step):
    """However the answer is cut, and nothing else is: the middle of a text may look like one."""
    found = [
        {"type": "typed-literal", "datatype": BOOLEAN.replace("boolean", kind), "value": value}
        for value, kind in values
    ]
    like = {"type": "literal", "value": json.dumps({"datatype": BOOLEAN, "value": "1"})}
    whole = json.dumps([like, *found, like]).encode()

    class Cut(io.BytesIO):
        def read(self, _=-1):
            return super().read(step)

    read = json.loads(io.BufferedReader(BooleanWords(Cut(whole))).read())

    words = {"0": "false", "1": "true"}
    expected = [one | {"value": words.get(one["value"], "x")} if one["datatype"] == BOOLEAN else one for one in found]
    assert read == [like, *expected, like]


def test_booleans_of_a_server_that_writes_them_as_digits_are_words(stub, endpoint):
    body = rows({"word": {"type": "typed-literal", "datatype": BOOLEAN, "value": "1"}})
    server = stub(Reply(body=body))

    [row] = endpoint(server.url, digits=True).select("S")
    assert row["word"].value == "true"
    [row] = endpoint(server.url).select("S")
    assert row["word"].value == "1"


def test_an_ask_is_answered_with_yes_or_no(stub, endpoint):
    assert endpoint(stub(Reply(body=b'{"head": {}, "boolean": true}')).url).ask("ASK {}") is True
    assert endpoint(stub(Reply(body=b'{"head": {}, "boolean": false}')).url).ask("ASK {}") is False


def test_a_construct_gives_triples_of_ntriples_or_turtle(stub, endpoint):
    for kind, text in (("application/n-triples", b'<a:b> <a:c> "d" .\n'), ("text/turtle", b'<a:b> <a:c> "d" , "d" .')):
        found = endpoint(stub(Reply(body=text, kind=f"{kind};charset=utf-8")).url).construct("CONSTRUCT {} {}")

        assert {str(one) for one in found} == {'<a:b> <a:c> "d"'}


def test_a_form_has_the_text_as_a_field(stub, endpoint):
    server = stub(Reply(body=rows()))
    asked = endpoint(server.url, form=True)

    assert [*asked.select("SELECT ?a { ?a ?b 'ü&' }")] == []
    asked.update("CLEAR ALL")
    assert server.asked[0].body == b"query=SELECT+%3Fa+%7B+%3Fa+%3Fb+%27%C3%BC%26%27+%7D"
    assert server.asked[1].body == b"update=CLEAR+ALL"


def test_graphs_are_put_got_and_deleted_by_their_names(stub, endpoint):
    server = stub(lambda one: Reply(404) if one.method == "DELETE" else Reply(body=b"", kind="application/n-triples"))
    asked = endpoint(server.url)

    asked.put_graph("urn:a?b", b'<a:b> <a:c> "d" <urn:a?b> .\n<a:b> <a:c> "e" .\n')
    assert [*asked.get_graph("urn:a?b")] == []
    asked.delete_graph("urn:a?b")

    assert [(one.method, one.path) for one in server.asked] == [
        (method, "/store?graph=urn%3Aa%3Fb") for method in ("PUT", "GET", "DELETE")
    ]
    assert server.asked[0].headers["Content-Type"] == "text/turtle"
    assert {str(one.triple) for one in ox.parse(server.asked[0].body, format=ox.RdfFormat.TURTLE)} == {
        '<a:b> <a:c> "d"', '<a:b> <a:c> "e"',
    }  # fmt: skip


def test_a_graph_that_is_not_there_has_no_triples(stub, endpoint):
    assert [*endpoint(stub(Reply(404)).url).get_graph("urn:a")] == []


LITERALS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(ox.Literal)


@given(st.lists(LITERALS, max_size=8))
def test_quads_of_a_graph_become_its_triples(words):
    node, graph = ox.NamedNode("urn:s"), ox.NamedNode("urn:graph")
    quads = {ox.Quad(node, node, word, graph) for word in words}
    lines = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)

    triples = client._without_graph(lines, graph.value)

    assert {one.triple for one in ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)} == {one.triple for one in quads}


# ---- where it stops --------------------------------------------------------------------------------------------------


def test_an_answer_that_is_larger_or_has_more_rows_than_the_limits_is_not_read_on(stub, endpoint):
    server = stub(Reply(body=rows(*[ROW] * 1_000)))

    assert "the answer has more than 2,000 bytes" in failing(endpoint(server.url, None, Limits(2_000)).select, "S")
    assert "the answer has more than 10 rows" in failing(endpoint(server.url, None, Limits(max_rows=10)).select, "S")
    triples = stub(Reply(body=b"<a:b> <a:c> <a:d> .\n" * 20, kind="text/plain"))
    assert "more than 5 triples" in failing(endpoint(triples.url, None, Limits(max_rows=5)).construct, "C")


def test_an_answer_that_does_not_come_is_given_up_in_time(stub, endpoint):
    import threading

    gone = threading.Event()
    server = stub(lambda _: gone.wait(20) and None)

    assert "took longer than 0.2 s" in failing(endpoint(server.url, None, Limits(seconds=0.2)).ask, "ASK {}")
    gone.set()


def test_an_answer_that_ends_in_the_middle_is_none(stub, endpoint):
    whole = rows(*[ROW] * 50)
    server = stub(Reply(body=whole[:-100], size=len(whole)))

    assert "ended before it was whole" in failing(endpoint(server.url).select, "SELECT * {}")


@pytest.mark.parametrize("end", [b"5\r\n{}", b"2\r\n{}\r\n", b"2\r\n{}\r\nx\r\n", b""])
def test_an_answer_in_chunks_that_ends_in_the_middle_is_said_to_end_early(end, stub, endpoint):
    start = b'9\r\n{"head": \r\n'
    server = stub(Reply(body=start + end, headers=(("Transfer-Encoding", "chunked"),), size=0))

    assert "the answer ended before it was whole" in failing(endpoint(server.url).select, "SELECT * {}")


def test_a_body_that_the_server_does_not_take_is_given_up_in_time(endpoint):
    """It is longer than what lies between the two, and nobody reads it."""
    import socket
    import time

    with socket.create_server(("127.0.0.1", 0)) as listening:
        asked = endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}", None, Limits(seconds=0.4))
        since = time.monotonic()

        assert "took longer than 0.4 s" in failing(asked.update, "#" * 30_000_000)
        assert time.monotonic() - since < 30


@pytest.mark.parametrize("body", [b"", b"no", b"{}", b"[1]", b'{"head": {"vars": [1]}}', b"\xff" * 10])
def test_what_is_no_answer_is_told_in_one_line(body, stub, endpoint):
    server = stub(Reply(body=body))

    assert f"the answer of {server.url}/query cannot be evaluated" in failing(
        endpoint(server.url).select, "SELECT * {}"
    )


def test_an_answer_of_another_kind_is_told(stub, endpoint):
    yes, some = stub(Reply(body=b'{"head": {}, "boolean": true}')), stub(Reply(body=rows()))

    assert "answered yes or no where rows were asked for" in failing(endpoint(yes.url).select, "SELECT * {}")
    assert "answered rows where yes or no was asked for" in failing(endpoint(some.url).ask, "ASK {}")
    page = stub(Reply(body=b"<html>", kind="text/html"))
    assert "answered with 'text/html'" in failing(endpoint(page.url).construct, "CONSTRUCT {} {}")


def test_a_refusal_is_told_with_what_the_server_says(stub, endpoint):
    server = stub(Reply(400, b"no\n such   thing", "text/plain"))

    assert (
        failing(endpoint(server.url).ask, "ASK {}")
        == f"{server.url}/query: refused with 400 Bad Request: no such thing"
    )


def test_a_redirect_is_not_followed(stub, endpoint):
    other = stub(Reply(body=rows()))
    server = stub(Reply(307, headers=(("Location", other.url),)))

    said = failing(endpoint(server.url, WITH_TOKEN).select, "SELECT * {}")

    assert (
        said
        == f"{server.url}/query: leads on to {other.url}, and is not followed; write that address where it is the one meant"
    )
    assert other.asked == []


def test_a_server_that_is_not_there_is_told(endpoint):
    assert "cannot be reached: Connection refused" in failing(endpoint("http://127.0.0.1:9").ask, "ASK {}")


def test_a_server_that_takes_no_connection_is_not_said_to_take_long(endpoint, monkeypatch):
    """It is given up after half a minute, whatever an answer may take."""

    def connect(_):
        raise TimeoutError("timed out")

    monkeypatch.setattr(http.client.HTTPConnection, "connect", connect)

    assert "cannot be reached: timed out" in failing(endpoint("http://127.0.0.1:9").ask, "ASK {}")


def test_what_needs_an_address_that_is_not_known_says_which_key_names_it():
    asked = Endpoint(Address("http://127.0.0.1:9/q"))

    assert 'no address for updates; write `update = "…"`' in failing(asked.update, "CLEAR ALL")
    assert 'no address for whole graphs; write `graphs = "…"`' in failing(asked.put_graph, "urn:a", b"")


# ---- connections and credentials -------------------------------------------------------------------------------------


def test_a_connection_whose_answer_was_read_is_used_again(stub, endpoint):
    server = stub(Reply(body=rows(ROW)))
    asked = endpoint(server.url)

    for _ in range(4):
        assert len([*asked.select("SELECT * {}")]) == 1
    assert len(server.connections) == 1


def test_a_question_is_asked_again_where_a_kept_connection_was_closed_and_an_update_is_not(stub, endpoint):
    replies = iter([Reply(body=rows(ROW)), None, Reply(body=rows(ROW)), None])
    server = stub(lambda _: next(replies))
    asked = endpoint(server.url)

    assert len([*asked.select("S")]) == len([*asked.select("S")]) == 1
    assert "cannot be reached" in failing(asked.update, "CLEAR ALL")
    assert len(server.asked) == 4


def test_a_connection_in_the_clear_is_not_used_for_an_address_of_https(stub, endpoint):
    server = stub(Reply(body=rows(ROW)))
    asked = endpoint(server.url)
    asked.address = Address(f"{server.url}/query", None, f"{server.url.replace('http:', 'https:')}/store")

    assert len([*asked.select("SELECT * {}")]) == 1
    assert "cannot be reached" in failing(asked.get_graph, "urn:secret")
    assert [one.path for one in server.asked] == ["/query"]


def test_credentials_are_sent_to_the_host_that_they_belong_to_alone(stub):
    answer = lambda one: Reply(body=rows()) if "Authorization" in one.headers else Reply(401)  # noqa: E731
    server, other = stub(answer), stub(answer)
    place = Address(f"{server.url}/query", f"{other.url}/update", f"{other.url}/store")
    environment = {"KG_ENDPOINT_USER": "ann", "KG_ENDPOINT_PASSWORD": "secret"}
    asked = Endpoint(place, access.access(environment, place))

    assert [*asked.select("S")] == []
    for said in (failing(asked.update, "CLEAR ALL"), failing(asked.put_graph, "urn:a", b"")):
        assert said.endswith(
            "refused with 401 Unauthorized; no credentials are sent to this host; where they are meant for it, "
            "name it in KG_ENDPOINT_HOSTS"
        )
    assert not any("Authorization" in one.headers for one in other.asked)
    asked.close()
    named = environment | {"KG_ENDPOINT_HOSTS": other.url.removeprefix("http://")}
    asked = Endpoint(place, access.access(named, place))
    asked.update("CLEAR ALL")
    assert "no credentials are sent to this host" in failing(asked.select, "S")
    asked.close()


def test_credentials_are_sent_as_basic_or_bearer(stub, endpoint):
    server = stub(Reply(body=rows()))

    for who in (Credentials("ann", "secret"), WITH_TOKEN):
        assert [*endpoint(server.url, who).select("S")] == []
    assert [one.headers["Authorization"] for one in server.asked] == ["Basic YW5uOnNlY3JldA==", "Bearer word"]


def test_credentials_are_not_sent_in_the_clear_to_another_machine(endpoint):
    for who in (Credentials("ann", "secret"), Credentials("", "", "secret")):
        said = failing(endpoint("http://192.0.2.1", who).ask, "ASK {}")

        assert (
            said == "http://192.0.2.1: credentials are sent over https, or to this machine; write https, or unset them"
        )
        assert "secret" not in repr(who)


def test_digest_access_is_answered_as_the_standard_has_it(stub, endpoint):
    """RFC 7616, 3.9.1, has an example; here the server reckons by itself what the answer must be."""
    import hashlib
    import re

    def digest(*parts):
        return hashlib.sha256(":".join(parts).encode()).hexdigest()

    def answer(request):
        said = dict(re.findall(r'(\w+)="?([^",]+)', request.headers["Authorization"].removeprefix("Digest ")))
        if "nonce" not in said:
            ask = 'Digest realm="r", qop="auth, auth-int", algorithm=SHA-256, nonce="n1", opaque="o"'
            return Reply(401, headers=(("WWW-Authenticate", ask),))
        secret, asked = digest("ann", "r", "secret"), digest(request.method, request.path)
        expected = digest(secret, "n1", said["nc"], said["cnonce"], "auth", asked)
        assert said["opaque"] == "o"
        return Reply(body=rows(ROW)) if said["response"] == expected else Reply(403)

    server = stub(answer)
    asked = endpoint(server.url, Credentials("ann", "secret"))

    assert len([*asked.select("S")]) == len([*asked.select("S")]) == 1
    assert len(server.asked) == 3, "the second one answers the first challenge at once"


def test_wrong_credentials_are_refused_and_not_told(stub, endpoint):
    server = stub(Reply(401, headers=(("WWW-Authenticate", 'Basic realm="x"'),)))

    said = failing(endpoint(server.url, Credentials("ann", "secret")).ask, "ASK {}")

    assert said == f"{server.url}/query: refused with 401 Unauthorized"


@pytest.mark.parametrize(
    "url",
    ["ftp://x/", "http:///q", "x", "http://a b/", "http://x:0/q", "http://x:99999/", "http://ü/", "http://a..b/q"],
)
def test_what_is_no_address_is_refused(url):
    assert f"'{url}' is no address of an endpoint" in failing(Address, url)


def test_an_address_with_a_password_is_refused_without_saying_it():
    said = failing(Address, "https://ann:secret@example.org/q")

    assert said.startswith("'https://…@example.org/q': an address holds no credentials; set KG_ENDPOINT_USER")


# ---- servers and environments that are not in order -----------------------------------------------------------------


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"


@pytest.mark.parametrize(
    "at_once", [HEAD + b"\r\n", HEAD + b"X-Long: ", b"HTTP/1.1 200 ", b"HTTP/1.1 100 Continue\r\n"]
)
def test_an_answer_that_trickles_is_given_up_in_time(at_once, endpoint):
    """Each byte comes in time, of the body or of the head, and the answer does not."""
    import socket
    import threading
    import time

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def trickle():
            with contextlib.suppress(OSError):
                taken, _ = listening.accept()
                with taken:
                    taken.recv(65_536)
                    taken.sendall(at_once)
                    for _ in range(40):
                        taken.sendall(b" ")
                        time.sleep(0.1)

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        asked = endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}", None, Limits(seconds=0.4))
        since = time.monotonic()

        assert "took longer than 0.4 s" in failing(asked.ask, "ASK {}")
        assert time.monotonic() - since < 3
        asked.close()
    thread.join()


def test_what_a_server_says_reaches_no_terminal_as_a_command(stub, endpoint):
    server = stub(Reply(500, b"\x1b[2Jno\x07", "text/plain"))

    assert failing(endpoint(server.url).ask, "ASK {}").endswith(": \ufffd[2Jno\ufffd")
    leading = stub(Reply(302, headers=(("Location", "http://x/\x1b[2J"),)))
    assert "\x1b" not in failing(endpoint(leading.url).ask, "ASK {}")


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({"KG_ENDPOINT_TOKEN": "secret\r"}, "KG_ENDPOINT_TOKEN: its character 7 of 7"),
        ({"KG_ENDPOINT_TOKEN": "sécret"}, "KG_ENDPOINT_TOKEN: its character 2 of 6"),
        ({"KG_ENDPOINT_USER": "ann\n", "KG_ENDPOINT_PASSWORD": "secret"}, "KG_ENDPOINT_USER: its character 4 of 4"),
        ({"KG_ENDPOINT_USER": "ann", "KG_ENDPOINT_PASSWORD": "secret\udcff"}, "KG_ENDPOINT_PASSWORD: its character 7"),
    ],
)
def test_a_credential_that_no_header_can_have_is_refused_and_not_shown(environment, place):
    said = failing(access.access, environment, Address("https://example.org/q"))

    assert said.startswith(place)
    assert "secret" not in said
    assert "é" not in said


def test_a_password_of_any_letters_is_sent(stub, endpoint):
    ask = 'Digest realm="r", qop="auth", nonce="n1"'
    server = stub(lambda one: Reply(body=rows()) if "Digest" in one.headers["Authorization"] else
                  Reply(401, headers=(("WWW-Authenticate", ask),)))  # fmt: skip

    assert [*endpoint(server.url, Credentials("Ann€", "pä€")).select("S")] == []
    assert 'username="Ann€"' in server.asked[1].headers["Authorization"].encode("latin-1").decode()


def test_the_longest_time_is_no_error(stub, endpoint):
    assert endpoint(stub(Reply(body=b'{"head": {}, "boolean": true}')).url, None, Limits(seconds=1e20)).ask("ASK {}")


def test_rows_without_what_was_asked_for_are_told(stub, endpoint):
    asked = State(endpoint(stub(Reply(body=rows(ROW))).url), "https://example.org/")

    assert "answered a row without ?property, which was asked for" in failing(asked.marks)
    assert "answered a row without ?part, which was asked for" in failing(asked.digests)
