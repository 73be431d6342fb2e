"""One diary application for a scenario, driven through its use cases."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from dependency_injector import providers

from cinestats.adapters.documents import Document
from cinestats.adapters.documents.read_models import TotalsAnswer
from cinestats.adapters.importers import read_export
from cinestats.application.catalogue.recognise import film_to_add
from cinestats.application.diary.find import find_play
from cinestats.application.diary.record import Receipt
from cinestats.application.imports.report import ImportReport
from cinestats.domain.diary import AddMovie, DeleteMovie, UpdateRating
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie
from cinestats.domain.rating import parse_rating
from cinestats.domain.user_stats import UserStats
from cinestats.entrypoints.container import Container


class World:
    """What the steps share: the application, its clock, and what came of the last step."""

    def __init__(self, app: Container) -> None:
        self.app = app
        self.now = datetime(2025, 1, 1, 12, tzinfo=UTC)
        self.receipt: Receipt | None = None
        self.refusal: CinestatsError | None = None
        self.report: ImportReport | None = None
        self.answer: Document = {}
        app.clock.override(providers.Object(lambda: self.now))

    @property
    def today(self) -> date:
        return self.now.date()

    def add(self, user: str, title: str, year: int, day: date | None, rating: object) -> None:
        def act() -> Receipt:
            event_id = self.app.new_id()()
            movie = film_to_add(Movie.create(title, year=year), self.app.catalogue())
            stars = parse_rating(rating)
            return self.app.recorder().record(
                AddMovie(
                    event_id,
                    user,
                    event_id,
                    movie,
                    stars,
                    day,
                    self.today,
                    self.today,
                    self.now,
                )
            )

        self._attempt(act)

    def delete(self, user: str, title: str) -> None:
        def act() -> Receipt:
            entry_id = self._entry_id(user, title)
            return self.app.recorder().record(
                DeleteMovie(self.app.new_id()(), user, entry_id, self.now)
            )

        self._attempt(act)

    def rate(self, user: str, title: str, rating: object) -> None:
        def act() -> Receipt:
            entry_id, stars = self._entry_id(user, title), parse_rating(rating)
            return self.app.recorder().record(
                UpdateRating(self.app.new_id()(), user, entry_id, stars, self.now)
            )

        self._attempt(act)

    def load(self, user: str, name: str, text: str) -> None:
        export = read_export(name, text.encode(), zone=self.app.zone())
        self.report = self.app.importer().run(user, export.rows)

    def stats(self, user: str) -> Document:
        self.app.projector().catch_up()
        stored = self.app.models().user_stats(user)
        return TotalsAnswer.of(stored.stats if stored else UserStats()).document()

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)

    def _entry_id(self, user: str, title: str) -> str:
        self.app.recorder().catch_up(0)
        app = self.app
        return find_play(user, title, None, None, app.diaries(), app.catalogue()).entry_id

    def _attempt(self, act: Callable[[], Receipt]) -> None:
        self.receipt = self.refusal = None
        try:
            self.receipt = act()
        except CinestatsError as error:
            self.refusal = error
