"""Show a user's lists."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.table import Table
from typer import Argument

from cinestats.adapters.list_json import list_document, listing_document
from cinestats.application.lists.keep import ListNotFound
from cinestats.domain.lists import FilmList, Listing, by_list
from cinestats.domain.titles import normalize_title
from cinestats.entrypoints import terminal

from .arguments import AsJson, User
from .session import opened, print_json

_Lists = Mapping[FilmList, Sequence[Listing]]


def show(
    user: User,
    name: Annotated[
        str | None, Argument(metavar="NAME", help="Only the lists of this name: watchlist.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the lists that imports brought, or the films of one.

    What is on a list counts nowhere. JSON has the films in any case.
    """
    with opened() as container:
        found = by_list(container.lists().lists(user))
    if name is not None:
        wanted = normalize_title(name)
        found = {
            about: films
            for about, films in found.items()
            if about.name == name or (wanted and normalize_title(about.name) == wanted)
        }
        if not found:
            raise ListNotFound(f"{user} has no list {name}.")
    if as_json:
        print_json(
            [
                {**list_document(about), "films": list(map(listing_document, films))}
                for about, films in found.items()
            ]
        )
    elif not found:
        typer.echo(f"{user} has no list.")
    elif name is None:
        terminal.show(_lists_table(found))
    else:
        for about, films in found.items():
            terminal.show(_films_table(about, films))


def _lists_table(lists: _Lists) -> Table:
    table = terminal.headed("Service", "Kind", "Name", "Films")
    table.columns[3].justify = "right"
    for about, films in lists.items():
        table.add_row(about.service, about.kind, about.name, f"{len(films):,}")
    return table


def _films_table(about: FilmList, films: Sequence[Listing]) -> Table:
    table = terminal.headed("", "Film", "Year", "Since", "Note")
    table.title, table.title_justify = f"{about.name} ({about.service})", "left"
    for film in films:
        known = next((str(each) for each in film.ids if each is not None), "")
        table.add_row(
            str(film.position or ""),
            film.title or known,
            str(film.year or ""),
            "" if film.listed_on is None else film.listed_on.isoformat(),
            film.note or "",
        )
    return table
