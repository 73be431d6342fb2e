"""Commands about the catalogue of films."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option

from cinestats.adapters.catalogue_csv import CatalogueFile, RowNote, read_catalogue
from cinestats.adapters.catalogue_package import Package, is_package
from cinestats.adapters.documents.reports import EnrichAnswer, RejectedAnswer
from cinestats.adapters.film_json import film_document
from cinestats.adapters.sources.imdb_index import MIN_VOTES
from cinestats.adapters.sources.names import SourceName
from cinestats.adapters.sources.registry import SOURCES
from cinestats.application.catalogue.learn import told_by
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found, Loaded
from cinestats.application.corrections.enrich import sum_of
from cinestats.application.imports.rows import RejectedRow
from cinestats.domain.errors import CinestatsError
from cinestats.domain.movie import Movie
from cinestats.entrypoints import terminal

from .arguments import AsJson, Title, Year
from .catalogue_build import build
from .enrich import enrich_all, tell_undo
from .files import read_file, using
from .session import counted, note, opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container

Kind = Literal["csv", "imdb"]
_MAX_BYTES = 512 * 2**20

app = typer.Typer(help="Load films with their credits, and look them up.")
app.command()(build)


@app.command()
def load(
    file: Annotated[
        Path,
        Argument(
            metavar="FILE",
            help="A CSV file in UTF-8, a package of films, or the folder of IMDb's.",
        ),
    ],
    from_: Annotated[
        Kind, Option("--from", metavar="KIND", help="What it is: csv, or imdb.")
    ] = "csv",
    min_votes: Annotated[
        int, Option(min=0, metavar="N", help="With imdb: leave films of fewer votes out.")
    ] = MIN_VOTES,
    replace: Annotated[
        bool, Option("--replace", help="Drop every film that is not in the file.")
    ] = False,
    enrich: Annotated[
        bool, Option("--enrich", help="Complete the films of all diaries, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add the films of a CSV file to the catalogue, or bring those that are there up to date.

    The first line names the columns: title, and where known original_title, italian_title,
    alt_titles, year, release_years, genres, directors, actors, duration (minutes), poster,
    imdb_id, tmdb_id, wikidata_id and letterboxd_uri (of the film). A bar parts several values:
    Joel Coen|Ethan Coen. A film is there that has one of the ids, or else the same title and
    year; what its row lacks stays as it is. Plays that are in a diary keep the credits they
    have; what they lack, cinestats enrich completes.

    A package that cinestats catalog build made is taken in where it is what its manifest says.
    What is there from elsewhere stays; cinestats catalog forget wikidata drops it again.

    --from imdb loads the films of IMDb's non-commercial datasets, but no series, from the
    folder where title.basics.tsv.gz and the others lie. What is there from elsewhere stays.
    """
    with opened() as container:
        if from_ == "imdb":
            if replace:
                raise CinestatsError(
                    "--replace is for a CSV file; cinestats catalog forget imdb drops IMDb's."
                )
            loaded, notes = _load_imdb(container, file, min_votes)
            rejected: Sequence[RejectedRow] = ()
        elif _is_package(file):
            if replace:
                raise CinestatsError("--replace is for a CSV file; a package only adds.")
            loaded, notes, rejected = _load_package(container, file), [], ()
        else:
            films, rejected, notes = _read(file)
            loaded = container.catalogue().load(films, replace=replace)
        reports = enrich_all(container, dry_run=not enrich)
    completed = sum_of(reports.values())
    if as_json:
        print_json(
            {
                **loaded._asdict(),
                "rejected": [RejectedAnswer.of(row) for row in rejected],
                "notes": [row._asdict() for row in notes],
                "enrich": EnrichAnswer.of(completed),
            }
        )
        return
    added, updated, now = loaded
    typer.echo(f"Added {added:,}, updated {updated:,}; now {counted(now, 'film')}.")
    if rejected:
        typer.echo("Rejected:")
        terminal.show(terminal.rejected_table(rejected))
    if notes:
        typer.echo("Left out:")
        terminal.show(terminal.notes_table(notes))
    number = counted(completed.completed, "film")
    if enrich:
        typer.echo(f"Completed {number} of the diaries.")
        tell_undo(reports)
    elif completed.completed:
        typer.echo(f"{number} of the diaries can be completed now: cinestats enrich --all")


def _read(file: Path) -> CatalogueFile:
    data = read_file(file, _MAX_BYTES)
    if len(data) > _MAX_BYTES:
        raise CinestatsError(f"The file has more than {_MAX_BYTES:,} bytes.")
    read = read_catalogue(data)
    if not read.films:
        raise CinestatsError(f"The file {file} holds no film that can be read.")
    return read


def _is_package(file: Path) -> bool:
    with using(file):
        return is_package(file)


def _load_package(container: "Container", file: Path) -> Loaded:
    """Learn the films of a package, all or none."""
    package = Package(file)
    source, day = package.manifest.source, package.manifest.date
    with terminal.progress("Loading films", package.manifest.rows) as progress:

        def told() -> Iterator[CatalogueFilm]:
            for number, film in enumerate(package.films()):
                yield told_by(film, source, day)
                if number % 1000 == 0:
                    progress(number, package.manifest.rows)

        return container.catalogue().learn(told())


def _load_imdb(
    container: "Container", folder: Path, min_votes: int
) -> tuple[Loaded, list[RowNote]]:
    """Learn the films of the datasets; the notes tell of rows and films left out."""
    from cinestats.adapters.sources.imdb import films_of
    from cinestats.adapters.sources.imdb_index import ImdbIndex

    today = container.clock()().astimezone(container.zone()).date()
    left_out: list[str] = []
    with terminal.progress("Reading IMDb's files") as progress:
        index = ImdbIndex(folder, min_votes, progress)
    total = index.size()
    with terminal.progress("Loading films", total) as progress:

        def told() -> Iterator[CatalogueFilm]:
            for number, film in enumerate(films_of(index, left_out.append)):
                yield told_by(film, "imdb", today)
                if number % 1000 == 0:
                    progress(number, total)

        loaded = container.catalogue().learn(told())
    return loaded, [RowNote(0, each) for each in (*index.odd, *left_out)]


@app.command()
def fetch(
    folder: Annotated[Path, Argument(metavar="DIR", help="Where to put them.")],
) -> None:
    """Fetch IMDb's non-commercial datasets, about 2 GB, for personal use.

    Nothing else is asked than datasets.imdbws.com, which is told no more than the names of the
    files. A file that is there stays; broken off, the next run goes on from there.
    """
    from cinestats.adapters.sources.imdb_fetch import fetch_datasets

    with terminal.progress("Fetching IMDb's files") as progress:
        fetched = fetch_datasets(folder, lambda _name, there, total: progress(there, total))
    typer.echo(f"Fetched {counted(len(fetched), 'file')}.")
    note(f"cinestats catalog load --from imdb {folder} loads the films.")


@app.command("sources")
def sources_(as_json: AsJson = False) -> None:
    """List the sources of films: what each needs and gets, and what it told so far."""
    with opened() as container:
        settings, shares = container.settings(), container.catalogue().shares()
    told = {share.source: share for share in shares}
    rows = [
        {
            "source": name,
            "label": info.label,
            "needs": info.needs,
            "sends": info.sends,
            "credit": info.credit,
            "on": name in settings.sources,
            "films": told[name].films if name in told else 0,
            "oldest": told[name].oldest.isoformat() if name in told else None,
        }
        for name, info in SOURCES.items()
    ]
    if as_json:
        print_json(rows)
    else:
        terminal.show(terminal.sources_table(rows))
        for info in SOURCES.values():
            typer.echo(info.credit)


@app.command()
def forget(
    source: Annotated[SourceName, Argument(metavar="SOURCE", help="As sources lists it.")],
) -> None:
    """Drop what a source told from the catalogue, and its posters.

    Plays that were completed keep what they have: cinestats undo takes that back.
    """
    with opened() as container:
        films = container.catalogue().forget(source)
        container.poster_folder().clear(f"{source}-")
    typer.echo(f"Dropped what {SOURCES[source].label} told of {counted(films, 'film')}.")


@app.command()
def find(title: Title, year: Year = None, as_json: AsJson = False) -> None:
    """Find a film by any of its titles.

    The films that may be meant are listed where no film has exactly the title and the year,
    or several have; exit code 1 when there is none.
    """
    asked = Movie.create(title, year=year)
    with opened() as container:
        answer = container.catalogue().find(FilmQuery(asked.title, year))
    films, near = tuple[CatalogueFilm, ...](), False
    if isinstance(answer, Found):
        films = (answer.film,)
    elif answer is not None:
        films, near = answer.candidates, not answer.namesakes
    movies = [film.movie for film in films]
    if as_json:
        print_json({"near": near, "films": [film_document(movie) for movie in movies]})
    elif films:
        if near:
            typer.echo("Not exactly that title and year, but near:")
        terminal.show(terminal.films_table(movies))
    else:
        typer.echo(f"The catalogue has no film {asked.title}.")
    if not films:
        raise typer.Exit(1)
