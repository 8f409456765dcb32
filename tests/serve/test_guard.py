"""Who may ask: this machine, who has the token, and the pages of sites that are allowed."""

import base64

import pytest

from kg.serve.guard import Guard
from kg.serve.refused import Refused

TOKEN = "a-token-of-some-length"  # noqa: S105  # of this test
HERE = {"host": "127.0.0.1:7310"}
SITE = "https://example.org"


def status(guard, **headers):
    try:
        guard.check({**HERE, **{name.replace("_", "-"): value for name, value in headers.items()}})
    except Refused as error:
        return error.status
    return 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:7310", "LOCALHOST", "[::1]:7310"])
def test_without_a_token_it_is_asked_by_the_names_of_this_machine(host):
    assert status(Guard(), host=host) == 200


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "", "localhost.example.org:7310", "[::2]"])
def test_and_by_no_name_that_a_site_may_have_led_here(host):
    assert status(Guard(), host=host) == 421


@pytest.mark.parametrize(
    "host", ["[::1", "localhost:<x>", "localhost:73 10", 'localhost"', "localhost/x", "::1", "a@b"]
)
@pytest.mark.parametrize("token", ["", TOKEN])
def test_a_name_that_is_none_is_refused_before_it_stands_in_an_answer(host, token):
    assert status(Guard(token), host=host, authorization=f"Bearer {TOKEN}") == 400


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (f"Bearer {TOKEN}", 200), (f"bearer {TOKEN}", 200), (TOKEN, 401), (f"Basic {TOKEN}", 401), ("Bearer ", 401),
        (f"Bearer {TOKEN}x", 401), (f"Bearer {TOKEN[:-1]}", 401), ("Bearer é", 401), ("", 401),
    ],
)  # fmt: skip
def test_with_a_token_every_request_has_it(given, expected):
    assert status(Guard(TOKEN), host="example.org", authorization=given) == expected


def test_a_page_of_another_site_is_refused_and_one_that_is_allowed_is_not():
    assert status(Guard(), origin=SITE) == 403
    assert status(Guard(), origin="null") == 403
    assert status(Guard(TOKEN), origin="null", host="", authorization=f"Bearer {TOKEN}") == 403
    assert status(Guard(), origin="http://127.0.0.1:7310") == 200
    assert status(Guard(origins=frozenset({SITE})), origin=SITE) == 200
    assert status(Guard(), sec_fetch_site="cross-site", sec_fetch_mode="no-cors", sec_fetch_dest="image") == 403
    assert status(Guard(), sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="iframe") == 403
    assert status(Guard(), sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document") == 200
    assert status(Guard(), sec_fetch_site="same-origin") == 200


def test_a_browser_hands_an_answer_to_no_site_that_is_not_allowed():
    assert Guard().sharing({"origin": SITE}) == []
    assert dict(Guard(origins=frozenset({SITE})).sharing({"origin": SITE}))["Access-Control-Allow-Origin"] == SITE
    assert dict(Guard(origins=frozenset({SITE})).sharing({"origin": "https://other.example"})) == {"Vary": "Origin"}
    with pytest.raises(Refused):
        Guard().preflight({"origin": SITE}, "GET")


def test_nothing_is_written_where_it_is_not_said():
    Guard(TOKEN, writing=True).check_write()
    with pytest.raises(Refused, match="only reads"):
        Guard(TOKEN).check_write()


def test_a_browser_has_the_token_as_its_password_and_reads_alone():
    def basic(words):
        return {"authorization": f"Basic {base64.b64encode(words.encode()).decode()}", "host": "example.org"}

    guard = Guard(TOKEN)
    guard.check(basic(f"anyone:{TOKEN}"), "GET")
    guard.check(basic(f":{TOKEN}"), "HEAD")

    for headers, method in [
        (basic(f"anyone:{TOKEN}"), "POST"), (basic(f"{TOKEN}:x"), "GET"), (basic(TOKEN), "GET"),
        (basic("anyone:"), "GET"), ({"authorization": "Basic %%%", "host": "example.org"}, "GET"),
        ({"authorization": f"Basic {TOKEN}", "host": "example.org"}, "POST"),
    ]:  # fmt: skip
        with pytest.raises(Refused, match="a token is needed"):
            guard.check(headers, method)
