"""What the commands share: the application, their arguments, their ways to answer."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import orjson
import typer

from cinestats.adapters.event_json import MAX_ID_LENGTH
from cinestats.application.upkeep.examine import counted as counted  # for the commands
from cinestats.domain.days import local_day, parse_day
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import clean_text
from cinestats.domain.rating import parse_rating

if TYPE_CHECKING:
    from cinestats.adapters.documents import Document
    from cinestats.adapters.documents.fields import Answer
    from cinestats.entrypoints.container import Container
    from cinestats.entrypoints.settings import Settings

STANDARD = Path("-")
"""The file that is standard input or output."""

_NUMBER = re.compile(r"\d{1,3}(\.\d+)?", re.ASCII)


@contextmanager
def opened(settings: Settings | None = None) -> Generator[Container]:
    """The application on the data folder; its stores are closed in the end."""
    from cinestats.entrypoints.container import make_container  # not for --help

    container = make_container(settings)
    try:
        container.stores()  # says so where they are of a later version
        yield container
    finally:
        container.close()


def catch_up_diary(container: Container, user: str) -> None:
    """Bring the user's diary up to the log, should a crash have left it behind."""
    container.recorder().catch_up_with(user)


def today(container: Container) -> date:
    """The present day in the zone of the settings."""
    return local_day(container.clock()(), container.zone())


# ── Arguments ────────────────────────────────────────────────────────────────────────────


def parse_user(text: str) -> str:
    """A user id; raises InvalidInput for what cannot be one."""
    return clean_text(text, "user", MAX_ID_LENGTH)


def parse_stars(text: str) -> int | None:
    """Half stars from "0.5" to "5", or None from "none"; raises InvalidInput."""
    if text == "none":
        return None
    return parse_rating(float(text) if _NUMBER.fullmatch(text) else text)


User = Annotated[
    str,
    typer.Argument(metavar="USER", parser=parse_user, help="Whose diary.", show_default=False),
]
Title = Annotated[
    str,
    typer.Argument(
        metavar="TITLE",
        help="The film by any of its titles: Italian, original or another.",
        show_default=False,
    ),
]
Year = Annotated[
    int | None, typer.Option(metavar="YYYY", help="The film's year, where titles are alike.")
]
PlayDay = Annotated[
    date | None,
    typer.Option(
        "--watched",
        metavar="DATE",
        parser=parse_day,
        help="Which play is meant, by its day; the latest when not given.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def read_file(path: Path, most: int) -> bytes:
    """The content of a file, up to one byte more than ``most``; raises CinestatsError."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise unreadable(path, error) from error


@contextmanager
def writing(file: Path) -> Generator[IO[bytes]]:
    """Standard output, or a file that appears under its name when it is complete."""
    if file == STANDARD:
        yield sys.stdout.buffer
        return
    part = file.with_name(file.name + ".part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(file)
    except OSError as error:
        raise unreadable(file, error) from error
    finally:
        part.unlink(missing_ok=True)


def unreadable(path: Path, error: OSError) -> CinestatsError:
    """The sentence for a file that cannot be read or written."""
    return CinestatsError(f"Cannot use the file {path}: {error.strerror}.")


# ── Answers ──────────────────────────────────────────────────────────────────────────────


def print_json(document: Any) -> None:
    """Print a document on stdout, in UTF-8 whatever the terminal's encoding."""

    def plain(answer: Answer) -> Document:
        return answer.document()

    typer.echo(orjson.dumps(document, plain, orjson.OPT_INDENT_2))


def note(sentence: str) -> None:
    """Tell the user something that is not the answer."""
    typer.echo(sentence, err=True)
