"""What gave an entry the film that it counts for, where a correction did."""

from collections.abc import Iterable

from cinestats.application.imports.undo import UNDO_PREFIX, kind_of
from cinestats.application.log.ports import Recorded
from cinestats.domain.events import EntryCorrected, MovieAdded


def film_corrected_by(history: Iterable[Recorded]) -> dict[str, str]:
    """The kind of the last correction of each entry's film, by entry id.

    None of an entry that has its film since it was added, or again by an undo.
    """
    kinds: dict[str, str] = {}
    for event in (recorded.event for recorded in history):
        match event:
            case MovieAdded(entry=entry):
                kinds.pop(entry.entry_id, None)
            case EntryCorrected(entry=before, corrected=after) if before.movie != after.movie:
                if (event.cause or "").startswith(UNDO_PREFIX):
                    kinds.pop(after.entry_id, None)
                else:
                    kinds[after.entry_id] = kind_of(event.cause)
            case _:
                pass
    return kinds
