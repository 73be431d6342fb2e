"""Take in events of lists that another store exported, each once."""

from collections.abc import Sequence

from cinestats.application.diary.record import EventIdReused
from cinestats.application.lists.ports import ListLog
from cinestats.application.ports import StoreBusy
from cinestats.domain.lists import ListEvent

_ATTEMPTS = 20


def take_in_events(
    log: ListLog, user_id: str, events: Sequence[ListEvent]
) -> Sequence[bool | EventIdReused]:
    """Append a user's events, in order; says of each whether it was new.

    One whose id was used for another event is left out, with the error.
    """
    for _ in range(_ATTEMPTS):
        history = log.of_user(user_id)
        known = {event.event_id: event for event in history}
        new: list[ListEvent] = []
        outcomes: list[bool | EventIdReused] = []
        for event in events:
            is_new = event.event_id not in known
            if known.setdefault(event.event_id, event) != event:
                outcomes.append(
                    EventIdReused(
                        f"event_id: {event.event_id} was used before for another event"
                    )
                )
                continue
            outcomes.append(is_new)
            if is_new:
                new.append(event)
        if not new or log.append(user_id, len(history), new):
            return outcomes
    raise StoreBusy(f"Others keep changing the lists of {user_id}; try again.")
