import pytest
from fastapi.testclient import TestClient

from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.api.http.rate_limit import Buckets
from cinestats.entrypoints.container import Container, make_container
from cinestats.entrypoints.settings import Settings

PER_MINUTE = 60


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_is_filled_all_the_time() -> None:
    """A minute's worth at once, then one each time that one has come in."""
    clock = Clock()
    buckets = Buckets(clock)
    assert [buckets.take("anna", 3) for _ in range(3)] == [2, 1, 0]
    assert buckets.take("anna", 3) == -1
    clock.now += 10
    assert buckets.take("anna", 3) == -0.5
    clock.now += 10
    assert buckets.take("anna", 3) == 0
    clock.now += 3600
    assert buckets.take("anna", 3) == 2


def test_buckets_are_bounded() -> None:
    """Those that were not asked for longest make room."""
    buckets = Buckets(Clock(), size=2)
    for key in ("anna", "bruno", "anna", "carla"):
        buckets.take(key, 10)
    assert buckets.take("anna", 10) == 7
    assert buckets.take("bruno", 10) == 9


@pytest.fixture
def server() -> Container:
    settings = Settings(backend="memory", access="server", rate_limit_per_minute=PER_MINUTE)
    return make_container(settings)


def test_those_unknown_have_a_tenth(server: Container) -> None:
    """The answer says what is left, then 429 when to come again; files and health are free."""
    client = TestClient(create_app(server), base_url="http://localhost")
    first = client.get("/session")
    assert first.status_code == 200
    assert first.headers["RateLimit-Policy"] == '"minute";q=6;w=60'
    assert first.headers["RateLimit"] == '"minute";r=5;t=10'
    for _ in range(5):
        assert client.get("/session").status_code == 200
    refused = client.get("/session")
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:cinestats:too-many-requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    assert refused.headers["RateLimit"].startswith('"minute";r=0;')
    assert "Content-Security-Policy" in refused.headers
    for free in ("/health/live", "/static/index.html"):
        assert client.get(free).status_code == 200


def test_each_credential_has_its_own(server: Container) -> None:
    """And a credential that does not hold is no way to a bucket of one's own."""
    client = TestClient(create_app(server), base_url="http://localhost")
    server.account_manager().register("anna", None, actor="test")
    account = server.accounts().get("anna")
    assert account is not None
    for guess in range(7):
        headers = {"Authorization": f"Bearer cst_{guess}"}
        last = client.get("/session", headers=headers).status_code
    assert last == 429
    issued = server.issuer().issue("token", account, "test", frozenset({"read"}))
    headers = {"Authorization": f"Bearer {issued.secret}"}
    assert (
        client.get("/session", headers=headers)
        .headers["RateLimit"]
        .startswith(f'"minute";r={PER_MINUTE - 1};')
    )


def test_the_owner_of_a_home_is_not_limited() -> None:
    """Importing and scripting at home meet no limit."""
    container = make_container(Settings(backend="memory", rate_limit_per_minute=10))
    headers = {"Authorization": f"Bearer {container.home_token()}"}
    client = TestClient(create_app(container), base_url="http://localhost", headers=headers)
    answers = [client.get("/session") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers
