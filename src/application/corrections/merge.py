"""Make one play of two that are the same."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from cinestats.application.diary.keep import DiaryKeeper, correction_of
from cinestats.domain.diary import (
    Command,
    DeleteMovie,
    UpdateRating,
    correction_between,
)
from cinestats.domain.entry import SAID, Entry, Source
from cinestats.domain.errors import CinestatsError, InvalidInput

from .batch import Batch


class Merged(NamedTuple):
    """The play that was kept, what undoes the merge, and the position of its last event."""

    entry: Entry
    cause: str
    position: int


def merge(
    diary: DiaryKeeper, *, user: str, keep: str, drop: str, key: str | None = None
) -> Merged:
    """Delete the entry ``drop``; the entry ``keep`` takes over what it lacks.

    What told of either is kept, so that importing it again adds neither. The same request
    with the same ``key`` is one. Raises EntryNotFound, InvalidInput and EventIdReused.
    """
    if keep == drop:
        raise InvalidInput("drop", "must be another entry than the one to keep")
    request = repr((keep, drop))
    batch = Batch(diary, user, (keep, drop), kind="merge", key=key, request=request)
    kept, dropped = batch.entry(keep), batch.entry(drop)
    commands: list[Command] = []
    correction = correction_between(kept, _merged(kept, dropped))
    if correction:
        commands.append(correction_of(diary, batch.stamp("CORRECT", keep), keep, correction))
    if kept.rating is None and dropped.rating is not None:
        commands.append(
            UpdateRating(
                **batch.stamp("UPDATE_RATING", keep),
                entry_id=keep,
                new_rating=dropped.rating,
                rating_of=dropped.rating_of,
            )
        )
    commands.append(DeleteMovie(**batch.stamp("DELETE", drop), entry_id=drop))
    position = 0
    for outcome in batch.record(commands):
        if isinstance(outcome, CinestatsError):
            raise outcome
        kept = (outcome.event and outcome.event.after) or kept
        position = outcome.position
    return Merged(kept, batch.cause, position)


def _merged(kept: Entry, dropped: Entry) -> Entry:
    """The play that is kept, with what only the other one says, but for the rating."""
    said = {name: value for name in _SAID_ONCE if (value := getattr(dropped, name)) is not None}
    news = {name: value for name, value in said.items() if getattr(kept, name) is None}
    tags = tuple(dict.fromkeys((*kept.tags, *dropped.tags)))
    merged = kept.changed({**news, "tags": tags} if tags != kept.tags else news)
    movie = kept.movie
    if movie.listed is None and dropped.movie.listed is not None and not kept.film_chosen:
        movie = movie.completed_by(dropped.movie)
    return replace(
        merged,
        movie=replace(movie, ids=movie.ids.filled_by(dropped.movie.ids)),
        sources=(*merged.sources, *_told(merged, dropped)),
        merged=(*merged.merged, *_further(merged, dropped)),
    )


_SAID_ONCE = ("rewatch", "liked", "review", "place", "company")


def _told(merged: Entry, dropped: Entry) -> Iterator[Source]:
    """The sources of the play that goes, each with what it said."""
    kinds = {each.kind for each in merged.sources}
    rating = "film_rating" if dropped.rating_of == "film" else "rating"
    said = {
        rating if name == "rating" else name: value
        for name in SAID
        if (value := getattr(dropped, name)) != getattr(merged, name)
    }
    yield from (each.keeping(said) for each in dropped.sources if each.kind not in kinds)


def _further(merged: Entry, dropped: Entry) -> Iterator[Source]:
    """The sources of the play that goes beside one of their kind, each with its day."""
    kinds = {each.kind for each in merged.sources}
    for each in dropped.sources:
        if each.kind in kinds:
            day = each.last_said("watched_on", dropped)
            yield replace(each, said=(("watched_on", day),))
    yield from dropped.merged
