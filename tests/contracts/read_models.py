"""What every home of the read models promises."""

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cinestats.application.figures.ports import Batch, Fenced, Models
from cinestats.application.log.ports import Recorded
from cinestats.application.upkeep.rebuild import recompute_user
from cinestats.domain import projections
from cinestats.domain.affinity import Affinity
from cinestats.domain.global_trend import DayCount, FilmDay, summarize
from cinestats.domain.recompute import told_days_of
from cinestats.domain.user_stats import UserStats

from .builders import added, corrected, deleted, entry, movie, rated, recorded
from .decades import DECADES, USER_DECADES, WITH_DECADES, Plays

NOW = datetime(2025, 3, 1, 10, tzinfo=UTC)


def batch(events: list[Recorded], base: int = 0, partition: int = 0) -> Batch:
    return Batch(partition, base, events, NOW)


class ReadModelsContract(ABC):
    @abstractmethod
    def make(self) -> Models: ...

    @pytest.fixture
    def models(self) -> Models:
        return self.make()

    def test_new_models_know_nobody(self, models: Models) -> None:
        """The checkpoint is 0 and there is no document."""
        assert models.checkpoint(0) == 0
        assert models.user_stats("u1") is None
        assert list(models.affinities("u1", "director")) == []
        assert list(models.film_days(date.min)) == []

    def test_a_batch_is_counted_in(self, models: Models) -> None:
        """Statistics, affinities and days hold what the events say, with their position."""
        models.apply(batch(recorded([added(1, rating=9), added(2, rating=None)])))
        stored = models.user_stats("u1")
        assert stored is not None
        assert stored.stats == UserStats(2, 1, 9, 296, {9: 1}, {(2025, 1): 2})
        assert (stored.position, stored.updated_at) == (2, NOW)
        (nolan,) = models.affinities("u1", "director")
        assert (nolan.name, nolan.affinity) == ("Christopher Nolan", Affinity(2, 1, 9))
        ((film_day, count),) = models.film_days(date.min)
        assert film_day == FilmDay(date(2025, 1, 20), "inception|2010")
        assert (count.plays, count.movie.title) == (2, "Inception")
        assert count.movie.genres == ("Sci-Fi",)
        assert models.checkpoint(0) == 2

    def test_a_film_is_what_the_plays_that_are_there_tell_of_it(self, models: Models) -> None:
        """Completed, told otherwise by another user, deleted: field by field as recomputed."""
        bare = movie("Heat", 1995)
        poster = replace(bare, genres=("Crime",), poster_url="https://films.example/heat.jpg")
        mine, other = entry("e1", bare), entry("e2", replace(bare, title="HEAT"))
        first, second = added(1, of=mine), added(2, "u2", of=other)
        events = [first, second, corrected(3, mine, {"movie": poster})]
        for position, event in enumerate(events):
            models.apply(batch(recorded([event], after=position), base=position))
        told = {
            (c.plays, c.movie.title, c.movie.year, c.movie.genres, c.movie.poster_url)
            for _, c in models.film_days(date.min)
            if c.plays
        }
        assert told == {
            (1, "Heat", 1995, ("Crime",), poster.poster_url),
            (1, "HEAT", 1995, bare.genres, None),
        }
        trend = summarize(models.film_days(date.min), mine.added_on)
        assert [(m.title, m.count, m.poster_url) for m in trend.top_movies] == [
            ("Heat", 2, poster.poster_url)
        ]
        models.apply(
            batch(recorded([deleted(4, replace(mine, movie=poster))], after=3), base=3)
        )
        trend = summarize(models.film_days(date.min), mine.added_on)
        assert [(m.title, m.count, m.poster_url) for m in trend.top_movies] == [
            ("HEAT", 1, None)
        ]

    def test_batches_add_up(self, models: Models) -> None:
        """Later batches add to earlier ones, up and down."""
        first, second = added(1, rating=9), added(2, rating=4)
        models.apply(batch(recorded([first, second])))
        changes = [rated(3, second.entry, 6), deleted(4, first.entry)]
        models.apply(batch(recorded(changes, after=2), base=2))
        stored = models.user_stats("u1")
        assert stored is not None
        assert stored.stats.total_watched == 1
        assert stored.stats.sum_ratings == 6
        assert {k: n for k, n in stored.stats.rating_distribution.items() if n} == {6: 1}
        assert {k: n for k, n in stored.stats.monthly_counts.items() if n} == {(2025, 1): 1}
        assert models.affinities("u1", "genre")[0].affinity == Affinity(1, 1, 6)

    def test_a_batch_that_nets_to_zero_moves_the_position(self, models: Models) -> None:
        """The figures stay, and they are those of its last event."""
        models.apply(batch(recorded([added(1)])))
        again = added(2)
        models.apply(batch(recorded([again, deleted(3, again.entry)], after=1), base=1))
        stored = models.user_stats("u1")
        assert stored is not None
        assert (stored.stats.total_watched, stored.position) == (1, 3)
        assert models.checkpoint(0) == 3

    def test_a_batch_counts_once(self, models: Models) -> None:
        """A batch whose base is not the checkpoint is refused and changes nothing."""
        events = recorded([added(1)])
        models.apply(batch(events))
        for base in (0, 7):
            with pytest.raises(Fenced):
                models.apply(batch(events, base=base))
        stored = models.user_stats("u1")
        assert stored is not None
        assert stored.stats.total_watched == 1

    def test_partitions_have_checkpoints_of_their_own(self, models: Models) -> None:
        """The same film on the same day adds up over partitions."""
        models.apply(batch(recorded([added(1, "a")])))
        models.apply(batch(recorded([added(1, "b")]), partition=1))
        assert (models.checkpoint(0), models.checkpoint(1)) == (1, 1)
        assert sum(count.plays for _, count in models.film_days(date.min)) == 2

    def test_counts_of_zero_are_left_out_of_answers(self, models: Models) -> None:
        """A name whose last play was deleted is not listed."""
        event = added(1)
        models.apply(batch(recorded([event, deleted(2, event.entry)])))
        assert list(models.affinities("u1", "actor")) == []
        stored = models.user_stats("u1")
        assert stored is not None
        assert stored.stats.total_watched == 0

    def test_affinities_are_ranked_by_plays_then_name(self, models: Models) -> None:
        """Ties are broken by name, and a limit cuts behind the first."""
        films = [movie(f"Film {n}", directors=[name]) for n, name in enumerate("BAAC")]
        events = [added(n, of=entry(f"e{n}", film)) for n, film in enumerate(films)]
        models.apply(batch(recorded(events)))
        assert [d.name for d in models.affinities("u1", "director")] == ["A", "B", "C"]
        assert [d.name for d in models.affinities("u1", "director", limit=2)] == ["A", "B"]

    def test_affinities_are_ranked_by_mean_rating(self, models: Models) -> None:
        """The best mean first, of equals that of more ratings; names without ratings last."""
        plays = [("Low", 4), ("High", 9), ("None", None), ("Also", 9), ("Sure", 9), ("Sure", 9)]
        events = [
            added(n, of=entry(f"e{n}", movie(f"F{n}", directors=[name]), rating=rating))
            for n, (name, rating) in enumerate(plays)
        ]
        models.apply(batch(recorded(events)))
        ranked = [d.name for d in models.affinities("u1", "director", by="rating")]
        assert ranked == ["Sure", "Also", "High", "Low", "None"]

    def test_names_are_plain_text(self, models: Models) -> None:
        """Dots, dollars and quotes in names mean nothing (bad inputs 10 and 11)."""
        film = movie("{'$ne': 1}", genres=["Sci.Fi", "$gt", "a'b;--"])
        models.apply(batch(recorded([added(1, of=entry("e", film))])))
        names = [d.name for d in models.affinities("u1", "genre")]
        assert names == ["$gt", "Sci.Fi", "a'b;--"]

    def test_days_before_the_window_are_not_read(self, models: Models) -> None:
        """film_days starts at the day it is given."""
        old = entry("old", movie("Old"), added_on=date(2024, 12, 31))
        models.apply(batch(recorded([added(1, of=old), added(2)])))
        days = [film_day.day for film_day, _ in models.film_days(date(2025, 1, 1))]
        assert days == [date(2025, 1, 20)]

    def test_a_user_can_be_put_anew(self, models: Models) -> None:
        """Recomputed documents replace the stored ones, at the same checkpoint only."""
        events = recorded([added(1), added(2)])
        models.apply(batch(events))
        documents, _ = recompute_user("u1", events[:1], 1, NOW)
        with pytest.raises(Fenced):
            models.put_user(0, 1, documents)
        models.put_user(0, 2, documents)
        stored = models.user_stats("u1")
        assert stored is not None
        assert stored.stats == documents.states["user_stats"]["u1",]
        assert models.affinities("u1", "director")[0].affinity.plays == 1

    def test_a_forgotten_user_leaves_no_document(self, models: Models) -> None:
        """Only documents that count nothing any more are removed."""
        event, stays = added(1), added(2, "u2")
        models.apply(batch(recorded([event, deleted(2, event.entry), stays])))
        models.forget_user("u1", 0)
        models.forget_user("u2", 0)
        assert models.user_stats("u1") is None
        assert models.user_stats("u2") is not None

    def test_a_replacement_is_invisible_until_it_is_adopted(self, models: Models) -> None:
        """Readers see the old documents, then the new ones (fault 24)."""
        events = recorded([added(1), added(2, "u2")])
        models.apply(batch(events))
        replacement = models.replacement()
        documents, plays = recompute_user("u1", events[:1], 2, NOW)
        replacement.documents.put_user(0, 0, documents)
        counts = told_days_of(plays.entries)
        replacement.documents.put_shared(0, 2, {"global_days": counts})
        assert models.user_stats("u2") is not None
        assert replacement.adopt()
        assert models.user_stats("u2") is None
        assert models.user_stats("u1") is not None
        assert models.checkpoint(0) == 2
        assert [count.plays for _, count in models.film_days(date.min)] == [1]

    def test_a_replacement_behind_the_live_models_is_not_adopted(self, models: Models) -> None:
        """It catches up first, so that no reader goes back in time."""
        models.apply(batch(recorded([added(1), added(2)])))
        replacement = models.replacement()
        replacement.documents.put_shared(0, 1, {"global_days": {}})
        assert not replacement.adopt()
        replacement.documents.apply(batch(recorded([added(2)], after=1), base=1))
        assert replacement.adopt()
        stored = models.user_stats("u1")
        assert stored is not None
        assert stored.stats.total_watched == 1

    def test_models_can_be_replaced_again_and_again(self, models: Models) -> None:
        """A rebuild leaves nothing behind that hinders the next, even when it was given up."""
        for _ in range(3):
            models.replacement()
            replacement = models.replacement()
            documents, _ = recompute_user("u1", recorded([added(1)]), 1, NOW)
            replacement.documents.put_user(0, 0, documents)
            replacement.documents.put_shared(0, 1, {"global_days": {}})
            assert replacement.adopt()
            assert len(models.affinities("u1", "director")) == 1

    def test_a_replacement_cannot_be_read(self, models: Models) -> None:
        """It has no answers: neither its own, nor those of the live documents."""
        models.apply(batch(recorded([added(1)])))
        replacement = models.replacement()
        for reading in (
            "user_stats",
            "affinities",
            "film_days",
            "counts",
            "get",
            "replacement",
        ):
            assert hasattr(models, reading)
            assert not hasattr(replacement.documents, reading)

    def test_a_replacement_that_was_never_filled_replaces_nothing(self, models: Models) -> None:
        """The live documents have seen events that it has not."""
        models.apply(batch(recorded([added(1)])))
        replacement = models.replacement()
        assert replacement.documents.checkpoint(0) == 0
        assert not replacement.adopt()
        assert models.user_stats("u1") is not None
        assert models.checkpoint(0) == 1

    def test_a_projection_that_is_registered_is_kept_like_the_others(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Counted in, told, put anew, replaced and forgotten: no store names it."""
        monkeypatch.setattr(projections, "PROJECTIONS", WITH_DECADES)
        models = self.make()
        old, new = entry("e1", movie("Heat", 1995)), entry("e2", movie("Ran", 1985))
        events = recorded([added(1, of=old), added(2, of=new), added(3, "u2", of=new)])
        models.apply(batch(events))
        assert models.counts(USER_DECADES, "u1") == {
            "user_decades u1 1990": (1,),
            "user_decades u1 1980": (1,),
        }
        assert models.counts(DECADES, 0) == {"decades 1990": (1,), "decades 1980": (2,)}
        assert models.counts(DECADES, 1) == {}
        models.apply(batch(recorded([deleted(4, old)], after=3), base=3))
        assert models.counts(USER_DECADES, "u1").get("user_decades u1 1990", (0,)) == (0,)
        documents, _ = recompute_user("u1", events[:1], 1, NOW)
        models.put_user(0, 4, documents)
        counted = models.counts(USER_DECADES, "u1")
        assert {label for label, (plays,) in counted.items() if plays} == {
            "user_decades u1 1990"
        }
        replacement = models.replacement()
        replacement.documents.put_user(0, 0, documents)
        shared = {"global_days": {}, "decades": {(1990,): Plays(1)}}
        replacement.documents.put_shared(0, 4, shared)
        assert replacement.adopt()
        counted = models.counts(DECADES, 0)
        assert {label: n for label, n in counted.items() if n[0]} == {"decades 1990": (1,)}
        assert not any(plays for (plays,) in models.counts(USER_DECADES, "u2").values())
        models.apply(batch(recorded([deleted(5, old)], after=4), base=4))
        models.forget_user("u1", 0)
        assert models.counts(USER_DECADES, "u1") == {}

    def test_the_trend_board_shows_what_was_put_last(self, models: Models) -> None:
        """All fields come back."""
        assert models.get() is None
        day = FilmDay(date(2025, 3, 1), "k")
        film = movie("Anora", 2024, poster_url="https://example.org/a.jpg")
        for count in (1, 2):
            trend = summarize([(day, DayCount(count, film))], date(2025, 3, 1))
            models.put(trend, NOW)
            assert models.get() == (trend, NOW)

    def test_the_trend_board_holds_any_name(self, models: Models) -> None:
        """Some of its fields are names, as the original has it; they are put whole, and no
        dot or dollar makes a path of them (bad inputs 10 and 11).
        """
        film = movie("a.$b", genres=["Sci.Fi", "$gt"], poster_url="https://example.org/a.jpg")
        day = FilmDay(date(2025, 3, 1), "k")
        trend = summarize([(day, DayCount(1, film))], date(2025, 3, 1))
        models.put(trend, NOW)
        assert models.get() == (trend, NOW)
