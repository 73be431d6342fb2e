"""Change or delete many entries at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cinestats.application.diary.keep import DiaryKeeper, correction_of
from cinestats.domain.diary import (
    Command,
    Correction,
    DeleteMovie,
    UpdateRating,
)
from cinestats.domain.entry import Entry
from cinestats.domain.errors import EntryNotFound

from .batch import Batch, Changes, Failure, record_changes


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of each entry: ``correction`` has the same fields for all.

    Tags are added and removed, so that each entry keeps its others. ``rating`` is in half
    stars. With ``again`` two plays of a film may come to be on one day.
    """

    correction: Correction = field(default_factory=Correction)
    rating: int | Literal["unchanged"] | None = "unchanged"
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    again: bool = False


def change_many(
    diary: DiaryKeeper,
    *,
    user: str,
    entry_ids: Sequence[str],
    change: Change,
    key: str | None = None,
) -> Changes:
    """Change each entry alike; what cannot be is told, and the others are changed.

    The same request with the same ``key`` is one. Raises EventIdReused.
    """
    request = _told("change", entry_ids, change, sorted(change.correction.items()))
    batch = Batch(diary, user, entry_ids, kind="bulk", key=key, request=request)
    planned: list[Command] = []
    failed: list[Failure] = []
    for entry_id in dict.fromkeys(entry_ids):
        try:
            planned += _commands(diary, batch, batch.entry(entry_id), change)
        except EntryNotFound as error:
            failed.append(Failure(entry_id, str(error)))
    return record_changes(batch, planned, failed)


def delete_many(
    diary: DiaryKeeper, *, user: str, entry_ids: Sequence[str], key: str | None = None
) -> Changes:
    """Delete each entry that is there; see ``change_many``."""
    request = _told("delete", entry_ids)
    batch = Batch(diary, user, entry_ids, kind="bulk", key=key, request=request)
    planned: list[Command] = [
        DeleteMovie(**batch.stamp("DELETE", entry_id), entry_id=entry_id)
        for entry_id in dict.fromkeys(entry_ids)
    ]
    return record_changes(batch, planned, [])


def _commands(
    diary: DiaryKeeper, batch: Batch, entry: Entry, change: Change
) -> Iterator[Command]:
    correction = Correction(**change.correction)
    if change.add_tags or change.remove_tags:
        tags = dict.fromkeys((*entry.tags, *change.add_tags))
        correction["tags"] = tuple(each for each in tags if each not in change.remove_tags)
    if correction:
        stamp = batch.stamp("CORRECT", entry.entry_id)
        yield correction_of(diary, stamp, entry.entry_id, correction, again=change.again)
    if change.rating != "unchanged":
        yield UpdateRating(
            **batch.stamp("UPDATE_RATING", entry.entry_id),
            entry_id=entry.entry_id,
            new_rating=change.rating,
        )


def _told(*parts: object) -> str:
    return "\n".join(map(repr, parts))
