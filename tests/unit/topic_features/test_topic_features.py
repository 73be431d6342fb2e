"""Which play a record of another application means, and what it counts."""

import json
from datetime import date
from typing import Any

from pytest_bdd import given, parsers, scenarios, then, when

from cinestats.adapters.documents.read_models import TotalsAnswer
from cinestats.application.diary.keep import correct
from cinestats.domain.movie import Movie
from cinestats.domain.rating import stars

from .conftest import Topic

scenarios(".")

Table = list[list[str]]


def rows(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


@given("records of unknown plays are parked")
def parking(topic: Topic) -> None:
    topic.park_unknown = True


@when("the application publishes")
def publish(topic: Topic, datatable: Table) -> None:
    for row in rows(datatable):
        movie: dict[str, Any] = {
            "name": row["film"],
            "watched_date": row["day"],
            "rating": int(row["rating"]),
        }
        told: dict[str, Any] = {"event_type": row["type"], "user_id": "anna", "movie": movie}
        told["timestamp"] = "2025-02-10T11:00:00+00:00"
        if year := row.get("year"):
            movie["year"] = int(year) if year.isdigit() else year
        if row.get("new"):
            told |= {"old_rating": int(row["rating"]), "new_rating": int(row["new"])}
        if row.get("id"):
            told["event_id"] = row["id"]
        topic.publish(told)
    topic.take_in()


@when(parsers.parse('a person says that the film is "{title}"'))
def corrected(topic: Topic, title: str) -> None:
    diary = topic.app.keeper()
    (entry,) = topic.app.diaries().entries("anna")
    correction = {"movie": Movie.create(title)}
    correct(diary, user="anna", entry_id=entry.entry_id, correction=correction)  # type: ignore[arg-type]


@when("anna is forgotten")
def forgotten(topic: Topic) -> None:
    assert topic.app.forgetter().forget("anna") > 0


@when("the topic is read from its beginning")
def read_again(topic: Topic) -> None:
    topic.take_in()


@then("the diary of anna has")
def diary(topic: Topic, datatable: Table) -> None:
    entries = topic.app.diaries().entries("anna")
    shown = [
        {"film": e.movie.title, "day": str(e.watched_on), "rating": str(stars(e.rating or 0))}
        for e in entries
    ]
    assert shown == rows(datatable)


@then("the diary of anna has nothing")
def no_diary(topic: Topic) -> None:
    assert topic.app.diaries().entries("anna") == []


@then("the statistics of anna are")
def statistics(topic: Topic, datatable: Table) -> None:
    stored = topic.app.models().user_stats("anna")
    assert stored is not None
    told = TotalsAnswer.of(stored.stats).document()
    wanted = {name: json.loads(value) for name, value in datatable}
    assert {name: told[name] for name in wanted} == wanted
    verdict = topic.app.verifier().verify()
    assert verdict.equal, verdict.differences


@then("anna has no figures")
def no_figures(topic: Topic) -> None:
    assert topic.app.models().user_stats("anna") is None
    assert topic.app.verifier().verify().equal


@then("nothing of anna is in the trends")
def no_trends(topic: Topic) -> None:
    days = topic.app.models().film_days(date.min)
    assert [day for _, day in days if day.plays] == []


@then(parsers.parse('a record is parked because "{reason}"'))
def parked(topic: Topic, reason: str) -> None:
    (letter,) = topic.letters.waiting(10)
    assert letter.reason.startswith(reason)
