"""Asking a source by HTTP."""

from collections.abc import Iterator

import pytest

from cinestats.adapters.sources.http import (
    MOST_FAILURES,
    TRIES,
    Gone,
    Pace,
    SourceHttp,
    Unanswered,
)
from cinestats.application.sources.ports import SourceStopped

from .stand_in import FAULTS, REFUSED, Asked, Reply, StandIn, StoodTimer, json_reply, served

TOKEN = "a-secret-token"


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with served(StandIn(lambda _: json_reply({"id": 1}))) as server:
        yield server


@pytest.fixture
def timer() -> StoodTimer:
    return StoodTimer()


@pytest.fixture
def http(stand_in: StandIn, timer: StoodTimer) -> SourceHttp:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return SourceHttp("TMDB", f"{stand_in.url}/3", Pace(4, timer), headers=headers)


def test_a_question_has_a_path_parameters_and_a_name(
    http: SourceHttp, stand_in: StandIn
) -> None:
    """The name tells the source who asks, as it asks for."""
    assert http.json("/movie", query="Amélie & Co.", year=2001) == {"id": 1}
    (asked,) = stand_in.asked
    assert (asked.path, asked.parameters) == (
        "/3/movie",
        {"query": "Amélie & Co.", "year": "2001"},
    )
    assert asked.headers["User-Agent"].startswith("cinestats/")
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"


def test_the_rate_is_kept(http: SourceHttp, timer: StoodTimer) -> None:
    for _ in range(9):
        http.json("/movie/1")
    assert timer.slept == [0.25] * 8


@pytest.mark.parametrize("fault", FAULTS)
def test_what_fails_once_is_asked_again(
    fault: str, http: SourceHttp, stand_in: StandIn, timer: StoodTimer
) -> None:
    stand_in.faults = [FAULTS[fault]]
    assert http.json("/movie/1") == {"id": 1}
    assert http.requests == 2
    assert sum(timer.slept) == (7 if fault == "429" else 2)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_fails_each_time_is_told_without_the_token(
    fault: str, http: SourceHttp, stand_in: StandIn
) -> None:
    stand_in.answer = lambda _: FAULTS[fault]
    with pytest.raises(Unanswered) as caught:
        http.json("/movie/1")
    assert http.requests == TRIES
    assert str(caught.value).startswith(("TMDB ", "What TMDB sent"))
    assert TOKEN not in str(caught.value)


def test_a_source_that_fails_on_and_on_is_left_in_peace(
    http: SourceHttp, stand_in: StandIn
) -> None:
    """Other films would only fail, too."""
    stand_in.answer = lambda _: FAULTS["500"]
    for _ in range(MOST_FAILURES - 1):
        with pytest.raises(Unanswered):
            http.json("/movie/1")
    with pytest.raises(SourceStopped, match=r"failed 10 times in a row: TMDB answered 500"):
        http.json("/movie/1")


def test_a_wrong_token_ends_it_at_once(http: SourceHttp, stand_in: StandIn) -> None:
    stand_in.answer = lambda _: REFUSED
    with pytest.raises(SourceStopped, match="refused with 401: see that its token is right"):
        http.json("/movie/1")
    assert http.requests == 1


def test_a_long_pause_ends_it(http: SourceHttp, stand_in: StandIn) -> None:
    stand_in.answer = lambda _: Reply(429, b"", {"Retry-After": "3600"})
    with pytest.raises(SourceStopped, match="come back in 60 minutes"):
        http.json("/movie/1")


def test_what_is_not_there_is_gone(http: SourceHttp, stand_in: StandIn) -> None:
    stand_in.answer = lambda _: Reply(404)
    with pytest.raises(Gone):
        http.json("/movie/1")
    assert http.requests == 1


def test_nobody_there_is_told(timer: StoodTimer) -> None:
    http = SourceHttp("TMDB", "http://127.0.0.1:9", Pace(4, timer))
    with pytest.raises(Unanswered, match="could not be reached: ConnectionRefusedError"):
        http.json("/movie/1")


def test_an_answer_is_bounded(
    http: SourceHttp, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cinestats.adapters.sources.http.MAX_BYTES", 2**20)

    def large(_: Asked) -> Reply:
        return Reply(200, b" " * (2**20 + 1))

    stand_in.answer = large
    with pytest.raises(Unanswered, match="more than 1 MiB"):
        http.json("/movie/1")
