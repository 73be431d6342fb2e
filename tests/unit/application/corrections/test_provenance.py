"""What gave an entry the film that it counts for."""

from cinestats.application.corrections.enrich import enrich
from cinestats.application.corrections.match import match
from cinestats.application.corrections.provenance import film_corrected_by
from cinestats.application.diary import keep
from cinestats.application.imports.undo import undo_import
from tests.unit.application.application import Application

from .diary import CIRCLE, THE_CIRCLE, imported, row


def test_the_last_correction_of_the_film_is_told() -> None:
    """Not one of anything else, and none that was taken back."""
    app = Application()
    (entry,) = imported(app, row())
    app.catalogue.load([CIRCLE, THE_CIRCLE])

    def told() -> list[str]:
        return list(film_corrected_by(app.log.of_user("u1")).values())

    def correct(**correction: object) -> None:
        keep.correct(app.keeper, user="u1", entry_id=entry.entry_id, correction=correction)  # type: ignore[arg-type]

    assert told() == []
    enrich(app.keeper, user="u1")
    correct(liked=True)
    assert told() == ["enrich"]
    receipt = match(app.keeper, user="u1", entry_id=entry.entry_id, ref=THE_CIRCLE.ref)
    assert told() == ["match"]
    assert receipt.event is not None
    undo_import(app.keeper, user="u1", import_id=str(receipt.event.cause))
    assert told() == []
    correct(movie=entry.movie)
    assert told() == ["hand"]
