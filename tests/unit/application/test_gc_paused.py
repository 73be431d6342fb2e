"""Batches without a search for garbage."""

import gc
from contextlib import suppress

from cinestats.application.gc_paused import gc_paused


def test_garbage_is_looked_for_again_after_a_batch() -> None:
    """Also after one that failed, and when two overlap."""
    with suppress(ZeroDivisionError), gc_paused():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()
    first, second = gc_paused(), gc_paused()
    with first:
        second.__enter__()
    assert gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_who_has_switched_it_off_finds_it_off() -> None:
    """It is theirs to switch on."""
    gc.disable()
    try:
        with gc_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
