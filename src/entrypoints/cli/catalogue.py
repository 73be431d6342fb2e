"""Commands about the catalogue of films."""

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.adapters.documents.reports import RejectedAnswer
from cinestats.adapters.film_json import film_document
from cinestats.application.catalogue.ports import FilmQuery, Found
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie
from cinestats.entrypoints import terminal

from .arguments import AsJson, Title, Year
from .files import read_file
from .session import counted, opened, print_json

_MAX_BYTES = 512 * 2**20

app = typer.Typer(help="Load films with their credits, and look them up.")


@app.command()
def load(
    file: Annotated[Path, Argument(metavar="FILE", help="A CSV file in UTF-8.")],
    as_json: AsJson = False,
) -> None:
    """Replace the catalogue by the films of a CSV file.

    The first line names the columns: title, and where known original_title, italian_title,
    alt_titles, year, genres, directors, actors, duration (minutes), poster, imdb_id and
    tmdb_id. A bar parts several values: Joel Coen|Ethan Coen. Plays that are in a diary keep
    the credits they have.
    """
    data = read_file(file, _MAX_BYTES)
    if len(data) > _MAX_BYTES:
        raise CinestatsError(f"The file has more than {_MAX_BYTES:,} bytes.")
    films, rejected = read_catalogue(data)
    if not films:
        raise CinestatsError(f"The file {file} holds no film that can be read.")
    with opened() as container:
        size = container.catalogue().load(films)
    if as_json:
        rows = [RejectedAnswer.of(row) for row in rejected]
        print_json({"films": size, "rejected": rows})
        return
    typer.echo(f"The catalogue now has {counted(size, 'film')}.")
    if rejected:
        terminal.show(terminal.rejected_table(rejected))


@app.command()
def find(title: Title, year: Year = None, as_json: AsJson = False) -> None:
    """Find a film by any of its titles.

    Several films are listed when the title fits them all; exit code 1 when it fits none.
    """
    asked = Movie.create(title, year=year)
    with opened() as container:
        answer = container.catalogue().find(FilmQuery(asked.title, year))
    films, near = tuple[Movie, ...](), False
    if isinstance(answer, Found):
        films, near = (answer.movie,), answer.near
    elif answer is not None:
        films = answer.candidates
    if as_json:
        print_json({"near": near, "films": [film_document(film) for film in films]})
    elif films:
        if near:
            typer.echo("Not exactly that title, but only this film comes near:")
        terminal.show(terminal.films_table(films))
    else:
        typer.echo(f"The catalogue has no film {asked.title}.")
    if not films:
        raise typer.Exit(1)
