"""IMDb's datasets in their real shape, with a few films or as many as are asked for."""

import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path

from cinestats.adapters.sources.imdb_files import file_name

HEADERS: Mapping[str, str] = {
    "title.ratings": "tconst averageRating numVotes",
    "title.basics": "tconst titleType primaryTitle originalTitle isAdult startYear endYear"
    " runtimeMinutes genres",
    "title.akas": "titleId ordering title region language types attributes isOriginalTitle",
    "title.crew": "tconst directors writers",
    "title.principals": "tconst ordering nconst category job characters",
    "name.basics": "nconst primaryName birthYear deathYear primaryProfession knownForTitles",
}
N = "\\N"
HEAT = {
    "title.ratings": ["tt0113277 8.3 730000", "tt0090056 6.1 900", "tt0000001 5.7 24"],
    "title.basics": [
        "tt0000001 short Carmencita Carmencita 0 1894 \\N 1 Documentary,Short",
        "tt0090056 movie Heat Heat 0 1986 \\N 101 \\N",
        "tt0113277 movie Heat Heat 0 1995 \\N 170 Action,Crime,Drama",
        "tt0903747 tvSeries Heat Heat 0 1995 2013 45 Crime",
    ],
    "title.akas": [
        "tt0113277 1 Heat \\N \\N original \\N 1",
        "tt0113277 2 Heat_-_La_sfida IT \\N imdbDisplay \\N 0",
        "tt0113277 3 Fuego_contra_fuego ES \\N imdbDisplay \\N 0",
        "tt0113277 4 Made_in_LA US en working \\N 0",
    ],
    "title.crew": ["tt0113277 nm0000520 nm0000520", "tt0090056 \\N \\N"],
    "title.principals": [
        'tt0113277 1 nm0000199 actor \\N ["Vincent_Hanna"]',
        "tt0113277 2 nm0000134 actor \\N \\N",
        "tt0113277 3 nm0006068 composer \\N \\N",
        "tt0113277 4 nm0005883 cinematographer \\N \\N",
        "tt0113277 5 nm0000999 editor \\N \\N",
    ],
    "name.basics": [
        "nm0000134 Robert_De_Niro 1943 \\N actor tt0113277",
        "nm0000199 Al_Pacino 1940 \\N actor tt0113277",
        "nm0000520 Michael_Mann 1943 \\N director tt0113277",
        "nm0005883 Dante_Spinotti 1943 \\N \\N \\N",
        "nm0006068 Elliot_Goldenthal 1954 \\N \\N \\N",
        "nm0000999 Nobody_Here \\N \\N \\N \\N",
    ],
}
"""Two films called Heat, one that few have voted for, and a series; _ stands for a space."""


def write(folder: Path, rows: Mapping[str, Iterable[str]] = HEAT) -> None:
    """Write all six files; the values of a row are parted by spaces."""
    folder.mkdir(exist_ok=True)
    for dataset, header in HEADERS.items():
        lines = [header, *rows.get(dataset, ())]
        text = "".join(line.replace(" ", "\t").replace("_", " ") + "\n" for line in lines)
        (folder / file_name(dataset)).write_bytes(gzip.compress(text.encode()))
