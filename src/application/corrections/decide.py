"""Say of many entries at once which film each is of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cinestats.application.diary.keep import DiaryKeeper, correction_of
from cinestats.domain.diary import Command
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.domain.movie import NO_IDS, FilmIds

from .batch import Batch, Changes, Failure, record_changes
from .match import film_chosen


@dataclass(frozen=True, slots=True)
class Decision:
    """The entries are of the film with these ids, or the catalogue's ``ref``, or of neither."""

    entry_ids: tuple[str, ...]
    ids: FilmIds = NO_IDS
    ref: str | None = None


def decide_films(
    diary: DiaryKeeper, *, user: str, decisions: Sequence[Decision], key: str | None = None
) -> Changes:
    """Apply the decisions; those for entries that are gone are told, the others go in.

    The same request with the same ``key`` is one. Raises EventIdReused, and InvalidInput for
    an entry that two decisions name.
    """
    entry_ids = [entry_id for each in decisions for entry_id in each.entry_ids]
    if twice := next((each for each, n in Counter(entry_ids).items() if n > 1), None):
        raise InvalidInput("decisions", f"name the entry {twice} twice")
    request = repr(list(decisions))
    batch = Batch(diary, user, entry_ids, kind="review", key=key, request=request)
    planned: list[Command] = []
    failed: list[Failure] = []
    for decision in decisions:
        for entry_id in decision.entry_ids:
            try:
                entry = batch.entry(entry_id)
                correction = film_chosen(
                    entry, diary.catalogue, ids=decision.ids, ref=decision.ref
                )
            except CinestatsError as error:
                failed.append(Failure(entry_id, str(error)))
                continue
            stamp = batch.stamp("CORRECT", entry_id)
            planned.append(correction_of(diary, stamp, entry_id, correction))
    return record_changes(batch, planned, failed)
