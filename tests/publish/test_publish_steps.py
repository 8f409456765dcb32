"""A publish in steps that may end at each of them: the next one brings the endpoint to its generation, whatever was left."""

import os

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.published import BASE, Ended, HeldEndpoint, LateEndpoint, generation, quads_of_wiki

from kg.endpoint.servers import Server
from kg.model.finding import KgError
from kg.publish import compare, parts, publish, state
from kg.publish.publish import Options
from kg.publish.state import BEGUN, Marks, State

SERVERS = {
    "as a whole": Server(atomic=True),
    "by updates": Server(),
    "by small updates": Server(bytes=1),
    "graph by graph": Server(whole_graphs=True),
}
FOREIGN = ox.Quad(
    ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o"), ox.NamedNode("https://other.example/graph/x")
)
FIRST = {"alpha": ["one"], "beta": ["two", "three"], "gamma": ["four"]}
SECOND = {"alpha": ["one"], "beta": ["two"], "delta": ['five "quoted" \\ ü\n']}


@pytest.fixture(params=SERVERS)
def taker(request):
    return SERVERS[request.param]


def put(endpoint, made, taker, **options):
    return publish.publish(made, endpoint, taker, Options(**options))


def is_there(endpoint, made):
    marks = State(endpoint, BASE).marks()
    return (
        quads_of_wiki(endpoint.store) == quads_of_wiki(made.quads)
        and (marks.is_complete, marks.stamp) == (True, parts.stamp(made.head))
        and State(endpoint, BASE).digests() == {name: part.digest for name, part in parts.of(made).items()}
        and not compare.compared(made, endpoint).differences
    )


def test_a_generation_is_published_and_then_only_what_differs(taker):
    endpoint, first, second = HeldEndpoint(), generation(1, FIRST), generation(2, SECOND, ["theme"])
    endpoint.store.add(FOREIGN)

    assert (done := put(endpoint, first, taker)).put == 5
    assert is_there(endpoint, first)
    assert put(endpoint, first, taker).requests == 0
    done = put(endpoint, second, taker)

    assert (done.put, done.taken, done.unfinished) == (3, 1, False)
    assert is_there(endpoint, second)
    assert FOREIGN in endpoint.store


def test_what_can_be_done_at_once_is_one_request():
    endpoint = HeldEndpoint()

    assert put(endpoint, generation(1, FIRST), SERVERS["as a whole"]).requests == 1
    assert put(endpoint, generation(2, SECOND), SERVERS["as a whole"]).requests == 1


def test_what_is_too_large_for_one_request_goes_in_steps():
    endpoint, made = HeldEndpoint(), generation(1, FIRST)

    assert put(endpoint, made, Server(atomic=True, bytes=2_000)).requests > 3
    assert is_there(endpoint, made)


def test_a_dry_run_changes_nothing(taker):
    endpoint = HeldEndpoint()

    done = put(endpoint, generation(1, FIRST), taker, dry_run=True)

    assert (done.put, done.requests, len(endpoint.store)) == (5, 0, 0)


@pytest.mark.parametrize("is_done_at_the_end", [False, True])
@pytest.mark.parametrize("back", [False, True])
def test_a_publish_that_ended_at_any_request_is_seen_and_repeated(taker, is_done_at_the_end, back, monkeypatch):
    """The next one brings the same generation, or (`back`) the one before: nothing of the half stays."""
    monkeypatch.setattr(state, "has_ended", lambda _: True)
    first, second = generation(1, FIRST), generation(2, SECOND, ["theme"])
    for ends_at in range(1, 40):
        endpoint = HeldEndpoint()
        endpoint.store.add(FOREIGN)
        put(endpoint, first, taker)
        endpoint.requests, endpoint.ends_at, endpoint.is_done_at_the_end = 0, ends_at, is_done_at_the_end
        try:
            put(endpoint, second, taker)
        except Ended:
            endpoint.ends_at = None
        else:
            break
        marks = State(endpoint, BASE).marks()
        assert not marks.is_complete or is_there(endpoint, first) or is_there(endpoint, second)
        done = put(endpoint, first if back else second, taker)
        assert done.unfinished == (not marks.is_complete)
        assert is_there(endpoint, first if back else second)
        assert FOREIGN in endpoint.store
    assert ends_at > (1 if taker.atomic else 3)


PAGES = st.dictionaries(
    st.sampled_from(["a", "b", "c/d", "c/e", "register"]), st.lists(st.sampled_from("uvw"), max_size=3), max_size=4
)
ENDS = st.none() | st.tuples(st.integers(1, 12), st.booleans())


@given(st.sampled_from(sorted(SERVERS)), st.lists(st.tuples(PAGES, ENDS), min_size=1, max_size=6), PAGES)
def test_after_any_row_of_publishes_and_ends_the_last_one_is_there(kind, row, last):
    endpoint, taker = HeldEndpoint(), SERVERS[kind]
    endpoint.store.add(FOREIGN)
    for number, (pages, ends) in enumerate(row, 1):
        endpoint.requests = 0
        endpoint.ends_at, endpoint.is_done_at_the_end = ends or (None, False)
        try:
            put(endpoint, generation(number, pages), taker, take_over=True)
        except Ended:
            continue
        assert is_there(endpoint, generation(number, pages))
    endpoint.ends_at, made = None, generation(len(row) + 1, last)

    put(endpoint, made, taker, take_over=True)

    assert is_there(endpoint, made)
    assert FOREIGN in endpoint.store


# ---- an update that is done late ------------------------------------------------------------------------------------


def ended_with_one_left(first, second, taker, number):
    """Return an endpoint of a first generation, whose update of a number of the second one is not done yet."""
    endpoint = LateEndpoint()
    put(endpoint, first, taker)
    endpoint.requests, endpoint.late = 0, number
    try:
        put(endpoint, second, taker)
    except Ended:
        return endpoint
    return None


THIRD = {"alpha": ["one", "six"], "beta": ["two", "three"], "epsilon": ["seven"]}
UPDATES = {kind: SERVERS[kind] for kind in ("as a whole", "by updates", "by small updates")} | {
    "as a whole, in steps": Server(atomic=True, bytes=1)
}


def test_what_a_dead_publish_brings_after_the_next_one_was_complete_is_seen_and_mended(monkeypatch):
    monkeypatch.setattr(state, "has_ended", lambda _: True)
    first, second, third = generation(1, FIRST), generation(2, SECOND), generation(3, THIRD)
    endpoint = ended_with_one_left(first, second, UPDATES["by updates"], 2)
    put(endpoint, third, UPDATES["by updates"])
    assert is_there(endpoint, third)

    endpoint.do_what_is_left()

    assert not State(endpoint, BASE).marks().is_complete
    assert put(endpoint, third, UPDATES["by updates"]).unfinished
    assert is_there(endpoint, third)


@pytest.mark.parametrize("at", range(2, 12))
def test_a_whole_change_that_comes_late_among_the_steps_of_another_is_seen_and_mended(at):
    first, second, third = generation(1, FIRST), generation(2, SECOND), generation(3, THIRD)
    endpoint = ended_with_one_left(first, second, UPDATES["as a whole"], 1)
    endpoint.done_at = at

    if told_when_overtaken(endpoint, third, UPDATES["as a whole, in steps"]):
        put(endpoint, third, UPDATES["as a whole, in steps"])

    endpoint.done_at = None
    assert is_there(endpoint, third)


@pytest.mark.parametrize("kind", UPDATES)
@pytest.mark.parametrize("back", [False, True])
def test_an_update_of_a_dead_publish_that_is_done_late_is_seen_and_mended(kind, back, monkeypatch):
    """Its condition was looked up when it came, and what it does comes through at any time of the next publish, or after."""
    monkeypatch.setattr(state, "has_ended", lambda _: True)
    first, second = generation(1, FIRST), generation(2, SECOND, ["theme"])
    third = first if back else generation(3, THIRD)
    done = 0
    for number in range(1, 40):
        for at in range(40):
            endpoint = ended_with_one_left(first, second, UPDATES[kind], number)
            if endpoint is None:
                break
            endpoint.done_at = at
            if told_when_overtaken(endpoint, third, UPDATES[kind]):
                assert endpoint.left is None
                put(endpoint, third, UPDATES[kind])
            came, endpoint.done_at = endpoint.left is None, None
            assert is_there(endpoint, third)
            if not came:
                endpoint.do_what_is_left()
                whole = is_there(endpoint, third) or is_there(endpoint, second)
                assert whole or not State(endpoint, BASE).marks().is_complete
                put(endpoint, third, UPDATES[kind])
                assert is_there(endpoint, third)
                break
            done += 1
    assert done


# ---- two publishers --------------------------------------------------------------------------------------------------


def begun(endpoint, token):
    said = State(endpoint, BASE).mark("", Marks(BEGUN, 7, "stamp", token), first=True)
    endpoint.store.update(said)


def test_the_second_publisher_is_told_who_is_at_it(taker):
    endpoint = HeldEndpoint()
    begun(endpoint, f"elsewhere:{os.getpid()}:abc")

    with pytest.raises(KgError) as caught:
        put(endpoint, generation(1, FIRST), taker)

    assert caught.value.code == 1
    assert str(caught.value) == (
        f"http://127.0.0.1:1/query: process {os.getpid()} on elsewhere is publishing generation 7 to it; "
        "wait until that is done, or say --take-over where it ended before"
    )
    assert put(endpoint, generation(1, FIRST), taker, take_over=True).unfinished
    assert is_there(endpoint, generation(1, FIRST))


def test_a_publish_of_this_machine_whose_process_is_gone_is_taken_over_without_asking(taker):
    endpoint = HeldEndpoint()
    machine = state.new_token().partition(":")[0]
    begun(endpoint, f"{machine}:{2**22 - 1}:abc")

    assert put(endpoint, generation(1, FIRST), taker).unfinished


def test_a_publish_that_lives_has_not_ended():
    machine = state.new_token().partition(":")[0]

    assert not state.has_ended(f"{machine}:1:abc")
    assert not state.has_ended(f"{machine}:{os.getppid()}:abc")
    assert not any(
        map(state.has_ended, ["", "x", f"{machine}:", f"{machine}:-1:a", f"{machine}:{10**30}:a", "other:1:a"])
    )


class Contended(HeldEndpoint):
    """Another publish comes between two requests."""

    def __init__(self, at, other):
        super().__init__()
        self.at, self.other = at, other

    def _counted(self, change):
        if self.requests + 1 == self.at:
            self.at = None
            put(HeldEndpoint(self.store), self.other, SERVERS["by updates"], take_over=True)
        super()._counted(change)


@pytest.mark.parametrize("at", range(1, 6))
def test_who_was_overtaken_is_told_and_what_updates_brought_stays_whole(at, taker):
    """Where graphs are put by themselves, one that was under way may still come through: docs/endpoint.md says so."""
    endpoint, other = Contended(at, generation(9, SECOND, ["theme"])), generation(9, SECOND, ["theme"])
    overtaken = told_when_overtaken(endpoint, generation(1, FIRST), taker)

    assert overtaken or is_there(endpoint, generation(1, FIRST))
    assert not overtaken or taker.whole_graphs or is_there(endpoint, other)


def told_when_overtaken(endpoint, made, taker):
    try:
        put(endpoint, made, taker)
    except KgError as error:
        return error.code == 1 and "another publish was first, or took over" in str(error)
    return False


def pages(letters, word):
    """Return a page for each of some letters, which says a word."""
    return {letter: [word] for letter in letters}


def gone(endpoint):
    """Return the parts that the endpoint says were taken away."""
    return {
        quad.subject.value.removeprefix(f"{BASE}graph/")
        for quad in endpoint.store.quads_for_pattern(None, None, None, ox.NamedNode(state.graph_of(BASE)))
        if quad.object.value.startswith("gone ")
    }


def test_what_was_taken_away_is_remembered_until_the_next_publish_that_takes_away(taker):
    endpoint = HeldEndpoint()
    for number, letters, expected in [
        (1, "abc", ""), (2, "ab", "c"), (3, "abd", "c"), (4, "ad", "b"), (5, "ab", "d"), (6, "b", "a"),
    ]:  # fmt: skip
        put(endpoint, generation(number, pages(letters, "one")), taker)
        assert gone(endpoint) == set(expected)


def test_what_publishes_that_ended_took_away_is_forgotten_by_the_next_one(taker, monkeypatch):
    monkeypatch.setattr(state, "has_ended", lambda _: True)
    endpoint, alphabet = HeldEndpoint(), "abcdefgh"
    put(endpoint, generation(1, pages(alphabet, "one")), taker)
    for number in range(2, 6):
        alphabet = alphabet[1:]
        endpoint.requests, endpoint.ends_at, endpoint.is_done_at_the_end = 0, 4, True
        try:
            put(endpoint, generation(number, pages(alphabet, "one")), taker)
        except Ended:
            continue
    endpoint.ends_at = None
    done = put(endpoint, generation(9, pages(alphabet, "two")), taker)

    assert len(gone(endpoint)) <= max(1, done.taken), "those of the last one that took away, and was whole"
    assert is_there(endpoint, generation(9, pages(alphabet, "two")))


# ---- wikis beside each other -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [f"{BASE}graph/", f"{BASE}graph/a/", f"{BASE}prov/x/"])
def test_a_wiki_whose_graphs_may_be_named_as_those_of_another_one_there_is_refused(other, taker):
    endpoint, made = HeldEndpoint(), generation(1, FIRST)
    put(endpoint, made, taker)
    kept = set(endpoint.store)

    with pytest.raises(KgError) as caught:
        put(endpoint, generation(1, FIRST, base=other), taker)

    assert str(caught.value) == (
        f"http://127.0.0.1:1/query: has {BASE}, and graphs of that and of {other} may have the same names; "
        "bring one of the two to another endpoint"
    )
    assert set(endpoint.store) == kept


def test_wikis_whose_base_iris_begin_alike_stay_apart(taker):
    endpoint, wikis = HeldEndpoint(), [generation(1, FIRST, base=base) for base in (BASE, f"{BASE}a/", f"{BASE}gra")]
    for made in wikis:
        put(endpoint, made, taker)
    second = generation(2, SECOND)

    put(endpoint, second, taker)

    for made in (second, *wikis[1:]):
        assert not compare.compared(made, endpoint).differences
        assert State(endpoint, made.base).digests() == {name: part.digest for name, part in parts.of(made).items()}


# ---- compared --------------------------------------------------------------------------------------------------------


def test_a_comparison_names_what_lacks_and_what_is_too_much():
    endpoint, made = HeldEndpoint(), generation(1, FIRST)
    put(endpoint, made, SERVERS["by updates"])
    graph = ox.NamedNode(f"{BASE}graph/beta")
    [quad, *_] = endpoint.store.quads_for_pattern(None, None, ox.Literal("two"), graph)
    endpoint.store.remove(quad)
    endpoint.store.add(ox.Quad(quad.subject, quad.predicate, ox.Literal("else"), graph))

    [found] = compare.compared(made, endpoint).differences

    assert found == (graph.value, 1, 1, '<urn:page> <urn:says> "two" .')
