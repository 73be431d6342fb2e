"""Correct an entry and rate it, by hand and as one request."""

from typing import Literal

from cinestats.application.diary.keep import (
    DiaryKeeper,
    correct,
    event_id_of,
    key_reused,
    rate,
)
from cinestats.application.diary.record import Receipt
from cinestats.domain.diary import Correction, UpdateRating


def edit(
    diary: DiaryKeeper,
    *,
    user: str,
    entry_id: str,
    correction: Correction,
    rating: int | Literal["unchanged"] | None = "unchanged",
    again: bool = False,
    key: str | None = None,
) -> Receipt:
    """Correct an entry, give it another rating in half stars or none, or both.

    ``again`` and ``key`` as in ``correct``. The receipt is that of the last event. Raises what
    ``correct`` and ``rate`` do; where the correction is refused, the rating stays. The cause
    of the correction undoes it, and a rating that came with it.
    """
    cause = f"edit:{event_id_of(diary, user, key)}"
    if rating == "unchanged":
        _check_alone(diary, user, key)
        return correct(
            diary,
            user=user,
            entry_id=entry_id,
            correction=correction,
            again=again,
            key=key,
            cause=cause,
        )
    if not correction:
        _check_alone(diary, user, key)
        return rate(diary, user=user, entry_id=entry_id, rating=rating, key=key)
    first, second = _keys_of_both(key)
    if key is not None and _is_used(diary, user, key):
        raise key_reused()
    rates = UpdateRating(**diary.stamp(user), entry_id=entry_id, new_rating=rating)
    diary.recorder.check([rates])  # or half of the request would be recorded
    corrected = correct(
        diary,
        user=user,
        entry_id=entry_id,
        correction=correction,
        again=again,
        key=first,
        cause=cause,
    )
    rated = rate(diary, user=user, entry_id=entry_id, rating=rating, key=second, cause=cause)
    return corrected if rated.event is None and corrected.event is not None else rated


def _check_alone(diary: DiaryKeeper, user: str, key: str | None) -> None:
    """Raise EventIdReused where the key came with a request that corrects and rates."""
    if any(each is not None and _is_used(diary, user, each) for each in _keys_of_both(key)):
        raise key_reused()


def _keys_of_both(key: str | None) -> tuple[str | None, str | None]:
    """The keys of a correction and of a rating in one request.

    They are nobody's own, for those are printable.
    """
    return (None, None) if key is None else (f"{key}\x1fboth", f"{key}\x1frating")


def _is_used(diary: DiaryKeeper, user: str, key: str) -> bool:
    return diary.history.find(user, event_id_of(diary, user, key)) is not None
