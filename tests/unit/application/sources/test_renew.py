"""Renewing what a source told, for its terms allow half a year."""

from datetime import date, timedelta

from cinestats.adapters.memory.catalogue import MemoryCatalogue
from cinestats.application.catalogue.learn import told_by
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found
from cinestats.application.sources.renew import KEPT, RENEWED, Renewal, renew
from cinestats.domain.movie import Movie

from .source import StandInSource

TODAY = date(2026, 11, 28)
DUE = TODAY - RENEWED - timedelta(days=1)
TOO_OLD = TODAY - KEPT - timedelta(days=1)


def film(title: str, minutes: int) -> CatalogueFilm:
    return CatalogueFilm(Movie.create(title, year=2001, duration=minutes))


def known(title: str, day: date) -> tuple[MemoryCatalogue, CatalogueFilm]:
    catalogue, told = MemoryCatalogue(), film(title, 90)
    catalogue.learn([told_by(told, "standin", day)])
    return catalogue, told


def minutes(catalogue: MemoryCatalogue, title: str) -> int | None:
    answer = catalogue.find(FilmQuery(title, 2001))
    return answer.film.movie.duration if isinstance(answer, Found) else None


def test_what_is_due_is_renewed_and_what_is_young_is_not_asked_for() -> None:
    catalogue, _ = known("Ali", DUE)
    catalogue.learn([told_by(film("Young", 80), "standin", DUE + timedelta(days=2))])
    source = StandInSource(film("Ali", 157))
    assert renew(source, catalogue, TODAY) == Renewal(1, 0)
    assert source.asked == ["Ali"]
    assert (minutes(catalogue, "Ali"), minutes(catalogue, "Young")) == (157, 80)
    assert renew(source, catalogue, TODAY) == Renewal(0, 0)
    assert source.requests == 1


def test_what_the_source_knows_no_more_is_forgotten() -> None:
    catalogue, _ = known("Ali", DUE)
    catalogue.load([film("Mine", 60)])
    assert renew(StandInSource(), catalogue, TODAY) == Renewal(0, 1)
    assert (minutes(catalogue, "Ali"), minutes(catalogue, "Mine")) == (None, 60)


def test_a_source_that_fails_has_a_month_and_no_longer() -> None:
    for day, kept in ((DUE, 90), (TOO_OLD, None)):
        for source in (StandInSource(failing=["Ali"]), StandInSource(most=0)):
            catalogue, _ = known("Ali", day)
            renew(source, catalogue, TODAY)
            assert minutes(catalogue, "Ali") == kept


def test_it_ends_when_it_is_told_to() -> None:
    catalogue, _ = known("Ali", DUE)
    source = StandInSource(film("Ali", 157))
    assert renew(source, catalogue, TODAY, stop=lambda: True) == Renewal(0, 0)
    assert source.requests == 0
