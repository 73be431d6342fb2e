"""What only the extra ``distributed`` installs, and the sentence for where it is missing."""

from collections.abc import Generator
from contextlib import contextmanager

from cinestats.application.ports import StoreUnavailable


@contextmanager
def extra() -> Generator[None]:
    """Say in a sentence which package is missing from the embedded installation."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise StoreUnavailable(
            f"The package {error.name} is missing: install cinestats[distributed]."
        ) from error
