"""A diary to look at, made up from the films that the package ships."""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial

from cinestats.adapters.catalogue_sample import sample_films
from cinestats.application.catalogue.recognise import recognise
from cinestats.application.diary.keep import DiaryKeeper, Stamp, addition
from cinestats.application.ports import IdFrom
from cinestats.domain.days import local_day
from cinestats.domain.diary import AddMovie, Command, DeleteMovie, UpdateRating
from cinestats.domain.entry import Entry
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie

from .container import Container

_DAYS = 900
_REWATCHES = 0.6  # for each film
_FORGOTTEN = 3  # plays at the start whose day is not known any more
_WEEKDAYS = (5, 4, 5, 6, 12, 17, 14)  # how likely an evening with a film is, from Monday
_MONTHS = (13, 12, 10, 9, 8, 6, 5, 5, 8, 10, 12, 14)  # the same, from January
_FIRST_PLAY = "play 0"


def fill_demo(container: Container, user_id: str, films: int | None = None) -> int:
    """Record the demo diary of ``films`` films; returns the number of events.

    Returns 0 where the user has it already. Raises CinestatsError for a user who keeps a
    diary of their own.
    """
    diary, history = container.keeper(), container.log()
    id_of = partial(diary.id_from, "demo", user_id)
    if history.find(user_id, id_of(_FIRST_PLAY)) is not None:
        return 0
    if next(history.of_user(user_id), None) is not None:
        raise CinestatsError(f"{user_id} keeps a diary already; choose another user.")
    movies = [recognise(film.movie, diary.catalogue).movie for film in sample_films()[:films]]
    plays = _plays(movies, diary.clock(), diary.zone)
    commands = sorted(_commands(diary, user_id, plays, id_of), key=lambda each: each.now)
    outcomes = diary.recorder.record_all(commands)  # one append: all or none
    for outcome in outcomes:
        if isinstance(outcome, CinestatsError):
            raise outcome
    container.projector().catch_up()
    return len(outcomes)


@dataclass(frozen=True, slots=True)
class _Play:
    """A viewing, when it was entered, and what was thought or done wrong about it."""

    movie: Movie
    rating: int | None
    watched_on: date | None
    entered_at: datetime
    slip: bool
    later_rating: tuple[datetime, int] | None


def _plays(movies: Sequence[Movie], now: datetime, zone: tzinfo) -> Iterator[_Play]:
    """Plays in order, the last on the day of ``now``; the same for the same day."""
    rng = random.Random(7)
    fondness = _fondness(rng, movies)
    ratings: dict[str, int] = {}
    viewings = _viewings(rng, movies, fondness, local_day(now, zone))
    for i, (day, movie) in enumerate(viewings):
        evening = datetime.combine(day, time(22, rng.randrange(60)), zone).astimezone(UTC)
        entered_at = min(evening, now)
        first = movie.film_key not in ratings
        rating = ratings.setdefault(movie.film_key, _rating(rng, fondness[movie.film_key]))
        later_rating = None
        second_thought = entered_at + timedelta(days=rng.randrange(2, 60))
        if rng.random() < 0.07 and second_thought <= now:
            changed = rating + rng.choice((-2, -1, 1))
            later_rating = second_thought, min(max(changed, 1), 10)
        yield _Play(
            movie,
            None if rng.random() < 0.08 else rating,
            None if first and i < _FORGOTTEN else day,
            entered_at,
            first and i >= _FORGOTTEN and rng.random() < 0.05,
            later_rating,
        )


def _fondness(rng: random.Random, movies: Sequence[Movie]) -> dict[str, float]:
    """How much each film is liked, in stars around the mean."""
    known = Counter(name for movie in movies for name in movie.directors)
    taste = {name: rng.gauss(0.3 * (films - 1), 0.5) for name, films in known.items()}
    return {
        movie.film_key: rng.gauss(0, 0.6) + sum(taste[name] for name in movie.directors)
        for movie in movies
    }


def _rating(rng: random.Random, fondness: float) -> int:
    return min(max(round(2 * (3.5 + fondness + rng.gauss(0, 0.3))), 1), 10)


def _viewings(
    rng: random.Random, movies: Sequence[Movie], fondness: dict[str, float], last: date
) -> Iterator[tuple[date, Movie]]:
    """Every film once, and again those that are liked, each on an evening of its own."""
    unseen = rng.sample(movies, len(movies))
    rewatches = round(len(movies) * _REWATCHES)
    count = len(movies) + rewatches
    again = set(rng.sample(range(min(8, len(movies)), count), rewatches))
    seen: list[Movie] = []
    for i, day in enumerate(_evenings(rng, count, last)):
        if i in again:
            likings = [max(1 + fondness[movie.film_key], 0.1) ** 2 for movie in seen]
            yield day, rng.choices(seen, likings)[0]
        else:
            movie = unseen.pop()
            yield day, movie
            seen.append(movie)


def _evenings(rng: random.Random, count: int, last: date) -> list[date]:
    days = [last - timedelta(days=back) for back in range(1, _DAYS)]

    def luck(day: date) -> float:
        return math.pow(rng.random(), 1 / _WEEKDAYS[day.weekday()] / _MONTHS[day.month - 1])

    return [*sorted(sorted(days, key=luck)[len(days) - count + 1 :]), last]


def _commands(
    diary: DiaryKeeper, user: str, plays: Iterator[_Play], id_of: IdFrom
) -> Iterator[Command]:
    """What the user does about the plays, play by play."""

    def stamp(name: str, at: datetime) -> Stamp:
        return diary.stamp(user, event_id=id_of(name), at=at)

    def add(name: str, play: _Play, watched_on: date | None, at: datetime) -> AddMovie:
        added_on = local_day(at, diary.zone)
        entry = Entry(id_of(f"entry of {name}"), play.movie, play.rating, watched_on, added_on)
        return addition(diary, stamp(name, at), entry)

    for i, play in enumerate(plays):
        at = play.entered_at
        if play.slip:  # entered without its day at first
            slip = add(f"slip {i}", play, None, at - timedelta(minutes=2))
            yield slip
            yield DeleteMovie(**stamp(f"undo {i}", at), entry_id=slip.entry_id)
        added = add(f"play {i}", play, play.watched_on, at)
        yield added
        if play.rating is not None and play.later_rating is not None:
            later, rating = play.later_rating
            rated = stamp(f"rating {i}", later)
            yield UpdateRating(**rated, entry_id=added.entry_id, new_rating=rating)
