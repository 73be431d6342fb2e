"""Completing films from a source over HTTP: who is asked, how far it is, and pausing it."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from cinestats.application.access.principal import ALL_SCOPES, Principal
from cinestats.entrypoints.api.app import create_app
from cinestats.entrypoints.api.figures.stream import stream_statistics
from cinestats.entrypoints.container import make_container
from cinestats.entrypoints.settings import Settings
from tests.contracts.catalogue import film
from tests.unit.adapters.sources.stand_in import SERVER_ERROR, served
from tests.unit.adapters.sources.tmdb_stand_in import TOKEN, TmdbStandIn

HEAT = film("Heat", 1995, tmdb=949, duration=170)


@pytest.fixture
def tmdb() -> Iterator[TmdbStandIn]:
    with served(TmdbStandIn([HEAT])) as server:
        assert isinstance(server, TmdbStandIn)
        yield server


def client_of(tmdb: TmdbStandIn, **settings: Any) -> TestClient:
    container = make_container(
        Settings(
            backend="memory",
            token="t" * 20,  # type: ignore[arg-type]
            tmdb_url=f"{tmdb.url}/3",
            tmdb_token=TOKEN,  # type: ignore[arg-type]
            source_rate=100,
            **settings,
        )
    )
    headers = {"Authorization": f"Bearer {'t' * 20}"}
    return TestClient(create_app(container), headers=headers, base_url="http://localhost")


@pytest.fixture
def client(tmdb: TmdbStandIn) -> Iterator[TestClient]:
    with client_of(tmdb) as client:
        for title in ("Heat", "Nowhere To Be Found"):
            client.post("/users/u1/movies", json={"name": title, "year": 1995})
        yield client


def ended(client: TestClient) -> dict[str, Any]:
    for _ in range(3000):
        answer: dict[str, Any] = client.get("/users/u1/enrich").json()
        if answer["job"] and answer["job"]["state"] not in ("waiting", "running"):
            return answer
        time.sleep(0.01)
    raise AssertionError("the job does not end")


def test_the_ask_says_what_lacks_who_can_be_asked_and_what_is_sent(
    client: TestClient, tmdb: TmdbStandIn
) -> None:
    """Nothing is sent without a yes."""
    answer = client.get("/users/u1/enrich").json()
    assert (answer["plays"], answer["lacking"], answer["job"]) == (2, 2, None)
    sources = {each["source"]: each for each in answer["sources"]}
    assert list(sources) == ["wikidata", "tmdb", "imdb", "nfo"]
    assert sources["wikidata"]["needs"] == "nothing"
    assert sources["wikidata"]["sends"] == "titles, years and ids of films"
    assert all(each["allowed"] and not each["on"] for each in sources.values())
    assert tmdb.asked == []


def test_a_job_completes_the_diary(client: TestClient) -> None:
    begun = client.post("/users/u1/enrich", json={"source": "tmdb"})
    assert begun.status_code == 202
    assert begun.json()["source"] == "tmdb"
    answer = ended(client)
    job = answer["job"]
    assert (job["state"], job["done"], job["total"], job["stopped"]) == ("done", 2, 2, None)
    assert (job["report"]["completed"], job["report"]["not_found"]) == (1, 1)
    overview = client.get("/users/u1/overview").json()
    assert overview["minutes"] == 170


@pytest.mark.slow  # it is asked four times, with a pause that grows
def test_one_films_failure_stops_no_other(client: TestClient, tmdb: TmdbStandIn) -> None:
    tmdb.faults = [SERVER_ERROR] * 4
    client.post("/users/u1/enrich", json={"source": "tmdb"})
    report = ended(client)["job"]["report"]
    assert (report["failed"], report["completed"] + report["not_found"]) == (1, 1)


def test_it_is_paused_and_goes_on(client: TestClient) -> None:
    """A pause of a job that has ended changes nothing."""
    client.post("/users/u1/enrich", json={"source": "tmdb"})
    assert client.delete("/users/u1/enrich").status_code == 200
    ended(client)
    client.post("/users/u1/enrich", json={"source": "tmdb"})
    ended(client)
    assert client.get("/users/u1/overview").json()["minutes"] == 170


def test_a_source_that_lacks_something_is_refused_with_what_it_needs(
    client: TestClient,
) -> None:
    refused = client.post("/users/u1/enrich", json={"source": "imdb"})
    assert refused.status_code == 422
    assert "CINESTATS_IMDB_DIR" in refused.json()["detail"]
    refused = client.post("/users/u1/enrich", json={"source": "tmdb", "dry_run": True})
    assert refused.json()["field"] == "dry_run"


def test_the_stream_tells_the_owner_how_far_it_is_and_nobody_else(client: TestClient) -> None:
    """A reader of an open diary hears of its figures alone."""
    client.post("/users/u1/enrich", json={"source": "tmdb"})
    ended(client)
    services = client.app.state.services  # type: ignore[attr-defined]

    async def heard(caller: Principal, events: int) -> list[str | None]:
        stream = stream_statistics(None, "u1", services, None, caller)  # type: ignore[arg-type]
        return [(await anext(stream)).event for _ in range(events)]

    assert asyncio.run(heard(Principal("owner", None, ALL_SCOPES), 2)) == ["stats", "enrich"]
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(heard(Principal("session", "other", ALL_SCOPES), 2), 1))


def test_on_a_server_the_admin_decides(tmdb: TmdbStandIn) -> None:
    """By the settings: what is not on there is not asked by anybody."""
    settings = {"access": "server", "public_url": "http://localhost", "registration": "open"}
    with client_of(tmdb, **settings) as client:
        del client.headers["Authorization"]
        client.headers["Origin"] = "http://localhost"
        account = {"user_id": "u1", "password": "correct horse battery"}
        made = client.post("/accounts", json=account)
        assert made.status_code == 201, made.text
        signed_in = client.post("/session", json=account)
        assert signed_in.status_code == 200, signed_in.text
        answer = client.get("/users/u1/enrich").json()
        assert not any(each["allowed"] for each in answer["sources"])
        refused = client.post("/users/u1/enrich", json={"source": "tmdb"})
        assert (refused.status_code, tmdb.asked) == (403, [])
        assert "admin" in refused.json()["detail"]


def test_while_a_source_is_on_new_plays_are_completed_as_they_come(
    tmdb: TmdbStandIn,
) -> None:
    with client_of(tmdb, sources=("tmdb",)) as client:
        client.post("/users/u1/movies", json={"name": "Heat", "year": 1995})
        for _ in range(1500):
            if client.get("/users/u1/overview").json()["minutes"] == 170:
                break
            time.sleep(0.01)
        else:
            raise AssertionError("the play was not completed")
        assert client.get("/users/u1/enrich").json()["sources"][1]["on"]
