"""A thousand random requests, made of our own OpenAPI description by schemathesis: none is answered with an error of ours."""

import hypothesis
import pytest
from support.kg_server import Server

TOKEN = "a-token-of-some-length"  # noqa: S105  # of this test
REQUESTS = 1_000


@pytest.mark.full
@pytest.mark.filterwarnings("ignore")
def test_random_requests_are_answered_and_never_with_500(served_wiki):
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (extra: test)")
    statuses = []
    with Server(served_wiki, "--workers", "1", "--timeout", "5", KG_SERVE_TOKEN=TOKEN) as server:
        having = {"Authorization": f"Bearer {TOKEN}"}
        schema = schemathesis.openapi.from_url(f"http://{server.address}/openapi.json", headers=having)
        operations = [one.ok() for one in schema.get_all_operations()]
        each = 3 * REQUESTS // len(operations) // 2  # of some operations there are not so many

        for operation in operations:
            asking(operation, each, lambda case: statuses.append(sent(case, server.address, having)))
        assert server.ask("ASK {}", **having).json()["boolean"] is True

    assert len(statuses) >= REQUESTS
    assert [one for one in statuses if one[0] == 500] == []
    assert {200, 400, 405} <= {status for status, *_ in statuses}


def asking(operation, count, ask):
    """Have so many random requests of one operation asked, the same in every run."""
    settings = hypothesis.settings(
        max_examples=count, deadline=None, derandomize=True, database=None,
        suppress_health_check=[*hypothesis.HealthCheck],
    )  # fmt: skip
    settings(hypothesis.given(case=operation.as_strategy())(ask))()


def sent(case, address, headers):
    """What came back of a request: the status, and what is needed to find the request again."""
    answer = case.call(base_url=f"http://{address}", headers=headers, timeout=30)
    return answer.status_code, case.operation.label, answer.text[:200]
