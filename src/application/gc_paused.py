"""Keep Python from looking for garbage where there is none."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Generator[None]:
    """For a batch: many small objects, none in a cycle, and all of them in use until its end.

    Looking through them again and again takes a fifth of the time. What is in no cycle is
    freed all the same. Best used as a decorator: what only the function knew is gone before
    the search goes on, and is never looked through.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
