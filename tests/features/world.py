"""One diary application for a scenario, driven through its use cases."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from dependency_injector import providers

from cinestats.adapters.documents import Document
from cinestats.adapters.documents.read_models import TotalsAnswer
from cinestats.adapters.importers import read_export
from cinestats.application.corrections.match import match
from cinestats.application.diary import keep
from cinestats.application.diary.find import find_play
from cinestats.application.diary.record import Receipt
from cinestats.application.imports.report import ImportReport
from cinestats.domain.diary import Correction
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
        self.receipts: list[Receipt] = []
        self.refusal: CinestatsError | None = None
        self.report: ImportReport | None = None
        self.answer: Document = {}
        app.clock.override(providers.Object(lambda: self.now))

    def add(
        self,
        user: str,
        title: str,
        year: int,
        watched: date | Literal["today"] | None,
        rating: object,
        key: str | None = None,
    ) -> None:
        diary = self.app.keeper()
        self._attempt(
            lambda: keep.add(
                diary,
                user=user,
                film=Movie.create(title, year=year),
                rating=parse_rating(rating),
                watched=watched,
                key=key,
            )
        )

    def delete(self, user: str, title: str) -> None:
        diary = self.app.keeper()
        self._attempt(
            lambda: keep.delete(diary, user=user, entry_id=self._entry_id(user, title))
        )

    def rate(self, user: str, title: str, rating: object) -> None:
        diary = self.app.keeper()
        self._attempt(
            lambda: keep.rate(
                diary,
                user=user,
                entry_id=self._entry_id(user, title),
                rating=parse_rating(rating),
            )
        )

    def correct(self, user: str, title: str, correction: Correction) -> None:
        diary = self.app.keeper()
        self._attempt(
            lambda: keep.correct(
                diary,
                user=user,
                entry_id=self._entry_id(user, title),
                correction=correction,
            )
        )

    def match(self, user: str, title: str, ref: str) -> None:
        diary = self.app.keeper()
        self._attempt(
            lambda: match(diary, user=user, entry_id=self._entry_id(user, title), ref=ref)
        )

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
        return find_play(self.app.keeper(), user=user, title=title).entry_id

    def _attempt(self, act: Callable[[], Receipt]) -> None:
        self.receipt = self.refusal = None
        try:
            self.receipt = act()
            self.receipts.append(self.receipt)
        except CinestatsError as error:
            self.refusal = error
