"""Real servers: published, edited, published again, killed in the middle; then held against the generation, quad for quad."""

import random
import time

import pytest
from support.foreign_stores import Standard
from support.publishing import Publisher, differences, published
from support.tier import LARGER, TIER

# How often a client, a server, or both are killed, in all over both servers.
KILLS = {"": 1, "full": 10, "nightly": 100}[TIER]
SOME = 5  # generations
PUBLISHED = (
    SOME if LARGER else 3
)  # one after the other: a page less, a page more; later one that comes again, one that changes


def is_held(store, number, server):
    compared = differences(store, number, server)
    return compared.differences == [] and compared.triples > 2_000


@pytest.mark.tiered
def test_generations_are_published_one_after_the_other(generations, foreign):
    store = generations / ".kg"
    for number in range(1, PUBLISHED + 1):
        done = published(store, number, foreign, 0)
        assert is_held(store, number, foreign)
        assert number == 1 or done.put + done.taken < 12, "only what differs"
        assert published(store, number, foreign, 0).requests == 0


def test_graphs_of_others_stay(generations, oxigraph):
    from kg.endpoint import servers
    from kg.settings.endpoint_settings import EndpointSettings

    endpoint = servers.endpoint_of(EndpointSettings(oxigraph.query, server="oxigraph"), {})
    endpoint.put_graph("https://other.example/graph/x", b"<urn:a> <urn:b> <urn:c> .\n")
    for number in (1, 3, 2):
        published(generations / ".kg", number, oxigraph, 0)

    assert [str(one) for one in endpoint.get_graph("https://other.example/graph/x")] == ["<urn:a> <urn:b> <urn:c>"]
    endpoint.close()


@pytest.mark.full
@pytest.mark.parametrize("graphs", [True, False])
def test_a_server_of_which_nothing_is_known_holds_one_generation_after_the_other(graphs, generations, tmp_path):
    """Also where it takes updates alone: what it holds is then read back by CONSTRUCT."""
    store, server = generations / ".kg", Standard(tmp_path, graphs=graphs).start()
    try:
        for number in (1, 2, 5, 3):
            done = published(store, number, server, 20_000)
            assert is_held(store, number, server)
            assert done.requests > 2, "between two marks"
            assert published(store, number, server, 0).requests == 0
    finally:
        server.kill()


@pytest.mark.full
@pytest.mark.parametrize("most", [0, 20_000])
def test_whoever_is_killed_in_the_middle_the_next_publish_brings_it_whole(most, generations, foreign):
    """The client, the server, or both end at a random time; with updates of 20,000 bytes a publish takes many requests."""
    store, dice = generations / ".kg", random.Random(f"{most} {foreign.kind}")  # noqa: S311
    published(store, 1, foreign, most)
    began = time.monotonic()
    published(store, 2, foreign, most)
    takes, middle, now = max(time.monotonic() - began, 0.02), 0, 2
    for _ in range(max(1, KILLS // 2)):
        number = dice.choice([one for one in range(1, SOME + 1) if one != now])
        victims = dice.choice(["client", "server", "both"])
        client = Publisher(store, foreign, most)
        client.begin(number)
        time.sleep(dice.uniform(0, 1.5 * takes))
        if victims != "server":
            client.kill()
        if victims != "client":
            foreign.kill()
            foreign.start()
        client.kill()
        now = dice.choice([number, dice.randint(1, SOME)])
        middle += published(store, now, foreign, most, take_over=True).unfinished
        if not is_held(store, now, foreign):  # the server did what it still had of the dead client: that is to be seen
            assert published(store, now, foreign, most, take_over=True).unfinished, (number, now, victims)
            assert is_held(store, now, foreign), (number, now, victims)
    print(f"{foreign.kind}: {middle} of {KILLS // 2} were seen half done")  # noqa: T201  # with -s
