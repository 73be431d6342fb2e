"""Events are counted into the read models."""

from tests.unit.application.application import Application


def test_catching_up_tells_how_much_was_counted() -> None:
    """Nothing, where all is counted already; in every partition."""
    app = Application(partitions=4)
    assert app.projector.catch_up() == 0
    for n in range(8):
        app.recorder.record(app.add("Heat", f"u{n}"))
    assert app.projector.catch_up() == 8
    assert app.projector.catch_up() == 0
