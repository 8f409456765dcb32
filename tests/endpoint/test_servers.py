"""Which addresses and credentials are used: what kg.toml says, what the kind of server has, what the environment holds."""

import sys
import types
from urllib.parse import urlsplit

import pytest

from kg.endpoint import servers
from kg.endpoint.access import Credentials, access
from kg.endpoint.address import Address
from kg.model.finding import KgError
from kg.settings import kg_toml
from kg.settings.endpoint_settings import EndpointSettings


@pytest.fixture
def settings(tmp_path):
    """Return what a [store] of kg.toml says of an endpoint."""

    def load(text):
        (tmp_path / "kg.toml").write_text(f"[store]\n{text}\n", encoding="utf-8")
        return kg_toml.load(tmp_path / "kg.toml").endpoint

    return load


def test_no_endpoint_is_none(settings):
    assert settings("keep = 4") is None


def test_every_key_is_read(settings):
    text = """
        endpoint = "https://example.org/q"
        update = "https://example.org/u"
        graphs = "https://example.org/g"
        server = "virtuoso"
        seconds = 5
        max_bytes = 6
        max_rows = 7
    """

    assert settings(text) == EndpointSettings(
        "https://example.org/q", "https://example.org/u", "https://example.org/g", "virtuoso", 5, 6, 7
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('update = "https://x/"', "store.update: goes with an endpoint"),
        ('endpoint = "https://x/"\nserver = "other"', "store.server: unknown 'other'; use one of standard, oxigraph, virtuoso"),
        ('endpoint = "https://x/"\nseconds = 0', "store.seconds: 0 cannot be used here"),
        ('endpoint = "https://x/"\nsecond = 0', "unknown key 'store.second'"),
        ("endpoint = 1", "store.endpoint: expected a text, found 1"),
        *(
            (f'endpoint = "https://x/"\n{key} = "s3"', f"store.{key}: credentials do not stand in kg.toml")
            for key in ("user", "password", "token", "endpoint_password", "API-Key", "endpoint_token", "secret", "authorization")
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_key(text, said, settings):
    with pytest.raises(KgError) as caught:
        settings(text)

    assert said in str(caught.value)
    assert "s3" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "addresses"),
    [
        (EndpointSettings("https://x/q"), ("https://x/q", None, None)),
        (EndpointSettings("https://x/q", "https://x/u"), ("https://x/q", "https://x/u", None)),
        (
            EndpointSettings("https://x/query", server="oxigraph"),
            ("https://x/query?union-default-graph", "https://x/update", "https://x/store"),
        ),
        (
            EndpointSettings("https://x/query?union-default-graph&a=b", "https://y/u", server="oxigraph"),
            ("https://x/query?union-default-graph&a=b", "https://y/u", "https://x/store"),
        ),
        (
            EndpointSettings("https://x/sparql", server="virtuoso"),
            ("https://x/sparql", "https://x/sparql-auth", "https://x/sparql-graph-crud-auth"),
        ),
        (EndpointSettings("https://x/other", server="virtuoso"), ("https://x/other", None, None)),
    ],
)
def test_addresses_follow_from_the_kind_of_server(given, addresses):
    assert servers.address_of(given) == Address(*addresses)


def who(environment, url, *rest):
    """Return the credentials that are sent to the address that is asked."""
    found = access(environment, Address(url, *rest))
    return found and found.credentials(urlsplit(url))


def test_credentials_come_from_the_environment_a_token_before_a_user():
    both = {"KG_ENDPOINT_TOKEN": "t", "KG_ENDPOINT_USER": "u", "KG_ENDPOINT_PASSWORD": "p"}

    assert who(both, "https://x/") == Credentials("", "", "t")
    assert who({**both, "KG_ENDPOINT_TOKEN": ""}, "https://x/") == Credentials("u", "p")
    assert who({}, "https://x/") is None


@pytest.fixture
def keyring(monkeypatch):
    """A keyring that has the password of one user for two hosts; it keeps what it was asked."""
    asked = []

    def get_password(place, user):
        asked.append((place, user))
        return {"newsroom-kg:x:8": "p", "newsroom-kg:y": "q"}.get(place) if user == "ann" else None

    monkeypatch.setitem(sys.modules, "keyring", types.SimpleNamespace(get_password=get_password))
    return asked


def test_a_user_alone_is_looked_up_in_the_keyring(keyring):
    assert who({"KG_ENDPOINT_USER": "ann"}, "https://x:8/q") == Credentials("ann", "p")
    assert keyring == [("newsroom-kg:x:8", "ann")]
    with pytest.raises(KgError, match=r"the keyring has no password of 'bob' for newsroom-kg:x:8"):
        who({"KG_ENDPOINT_USER": "bob"}, "https://x:8/q")


def test_each_host_gets_the_password_that_the_keyring_has_for_it(keyring):
    found = access({"KG_ENDPOINT_USER": "ann"}, Address("https://x:8/q", "https://y/u", "https://z/g"))

    assert found.credentials(urlsplit("https://x:8/q")) == Credentials("ann", "p")
    assert (
        found.credentials(urlsplit("https://y/u"))
        == found.credentials(urlsplit("https://y/u"))
        == Credentials("ann", "q")
    )
    with pytest.raises(KgError, match=r"the keyring has no password of 'ann' for newsroom-kg:z"):
        found.credentials(urlsplit("https://z/g"))
    assert keyring == [(f"newsroom-kg:{host}", "ann") for host in ("x:8", "y", "z")]


@pytest.mark.parametrize(
    ("hosts", "sent_to"),
    [
        ("", ["https://x/q"]),
        ("x", ["https://x/q"]),
        ("X:443, y:8", ["https://x/q", "https://y:8/u"]),
        ("y", []),
        ("z y:8", ["https://y:8/u", "https://z/g"]),
        ("other.example", []),
    ],
)
def test_what_the_environment_holds_is_for_the_host_that_is_asked_or_those_that_are_named(hosts, sent_to):
    places = ["https://x/q", "https://y:8/u", "https://z/g"]
    found = access({"KG_ENDPOINT_TOKEN": "t", "KG_ENDPOINT_HOSTS": hosts}, Address(*places))

    assert [one for one in places if found.credentials(urlsplit(one))] == sent_to


@pytest.mark.parametrize("word", ["https://x/", "x/q", "ann:secret@x", "x:y", "a..b", "/"])
def test_what_is_no_host_is_told(word):
    with pytest.raises(KgError) as caught:
        access({"KG_ENDPOINT_TOKEN": "t", "KG_ENDPOINT_HOSTS": f"z {word}"}, Address("https://x/"))

    assert "is no host; write one as in an address, such as store.example.org:8890" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_user_without_a_password_and_a_keyring_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)

    with pytest.raises(KgError, match="KG_ENDPOINT_USER is set and KG_ENDPOINT_PASSWORD is not"):
        who({"KG_ENDPOINT_USER": "ann"}, "https://x/q")


@pytest.mark.parametrize(("asked", "seconds"), [(None, 9), (0, 9), (3, 3), (60, 9)])
def test_an_answer_takes_what_kg_toml_allows_and_a_command_may_only_shorten_it(asked, seconds):
    endpoint = servers.endpoint_of(EndpointSettings("https://x/q", seconds=9), {}, seconds=asked)

    assert endpoint.limits.seconds == seconds
