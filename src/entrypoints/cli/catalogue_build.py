"""The command that makes a package of films which may be given to others."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option

from cinestats.adapters.catalogue_package import MANIFEST, Manifest, write_package
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.errors import CinestatsError
from cinestats.entrypoints import terminal

from .arguments import AsJson
from .files import completing
from .session import counted, note, opened, print_json

if TYPE_CHECKING:
    from cinestats.entrypoints.container import Container

Free = Literal["wikidata"]
_FIRST_YEAR = 1888


def build(
    folder: Annotated[
        Path | None,
        Argument(metavar="DIR", help="Files of Wikidata's entities, as its dumps have them."),
    ] = None,
    from_: Annotated[
        Free, Option("--from", metavar="SOURCE", help="Whose films: wikidata's are free.")
    ] = "wikidata",
    query: Annotated[
        bool, Option("--query", help="Ask Wikidata's query service, a year at a time.")
    ] = False,
    out: Annotated[
        Path | None,
        Option(metavar="FILE", help="The package; by default it is named for source and day."),
    ] = None,
    min_links: Annotated[
        int,
        Option(min=0, metavar="N", help="Only films that so many wikis have a page of."),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Make a package of films to give to others, which cinestats catalog load takes in.

    It holds the films of Wikidata, which are in the public domain (CC0), and a manifest with
    source, day, licence, number of films and checksum. Films of other sources never go in.

    --query asks for all films, which takes hours. Broken off, the same command goes on from
    there: what was told is kept beside the package until it is complete.
    """
    if query == (folder is not None):
        raise CinestatsError(
            "Give a folder DIR or --query; see cinestats catalog build --help."
        )
    refused: list[str] = []
    with opened() as container:
        today = container.clock()().astimezone(container.zone()).date()
        target = out or Path(f"cinestats-films-{from_}-{today}.zip")
        kept = target.with_name(f"{target.name}.told")
        with terminal.progress("Gathering films") as progress, completing(target) as part:
            if folder is None:
                films = _asked(container, kept, today, min_links, refused, progress)
            else:
                films = _of_dump(folder, min_links, refused, progress)
            with part.open("wb") as file:
                manifest = write_package(file, films, from_, today)
            if not manifest.rows:
                raise CinestatsError("There is no film to pack.")
    shutil.rmtree(kept, ignore_errors=True)
    _tell(target, manifest, refused, as_json)


def _of_dump(
    folder: Path, min_links: int, refused: list[str], progress: Callable[..., None]
) -> Iterator[CatalogueFilm]:
    from cinestats.adapters.sources.wikidata_dump import WikidataDump

    return WikidataDump(folder, refused.append, progress).films(min_links)


def _asked(
    container: "Container",
    kept: Path,
    today: date,
    min_links: int,
    refused: list[str],
    progress: Callable[..., None],
) -> Iterator[CatalogueFilm]:
    from cinestats.adapters.sources.registry import wikidata
    from cinestats.adapters.sources.wikidata_slices import films_by_year

    return films_by_year(
        wikidata(container.settings(), note),
        kept,
        range(_FIRST_YEAR, today.year + 1),
        min_links=min_links,
        refused=refused.append,
        progress=progress,
    )


def _tell(target: Path, manifest: Manifest, refused: list[str], as_json: bool) -> None:
    if as_json:
        print_json({"file": str(target), **manifest._asdict(), "left_out": refused})
        return
    typer.echo(f"Packed {counted(manifest.rows, 'film')} of {manifest.source} in {target}.")
    for sentence in refused:
        note(f"Left out: {sentence}")
    note(f"{MANIFEST} in it: {manifest.licence}, {manifest.date}, sha256 {manifest.sha256}.")
