"""What the commands share: the application, and their ways to answer."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import orjson
import typer

from cinestats.application.upkeep.examine import counted as counted  # for the commands

if TYPE_CHECKING:
    from cinestats.adapters.documents import Document
    from cinestats.adapters.documents.fields import Answer
    from cinestats.entrypoints.container import Container
    from cinestats.entrypoints.settings import Settings


@contextmanager
def opened(settings: Settings | None = None) -> Generator[Container]:
    """The application on the data folder; its stores are closed in the end."""
    from cinestats.entrypoints.container import make_container  # not for --help

    container = make_container(settings)
    try:
        if container.settings().backend == "embedded":
            container.stores()  # says so where a later version wrote them
        yield container
    finally:
        container.close()


def print_json(document: object) -> None:
    """Print a document on stdout, in UTF-8 whatever the terminal's encoding."""

    def plain(answer: Answer) -> Document:
        return answer.document()

    typer.echo(orjson.dumps(document, plain, orjson.OPT_INDENT_2))


def note(sentence: str) -> None:
    """Tell the user something that is not the answer."""
    typer.echo(sentence, err=True)
