"""Reading a catalogue from CSV."""

import random
from importlib.resources import files

import pytest

from cinestats.adapters.catalogue_csv import read_catalogue
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.imports.rows import RejectedRow
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import Movie


def one(text: str) -> CatalogueFilm:
    result = read_catalogue(text.encode())
    assert result.rejected == []
    (film,) = result.films
    return film


def test_every_column_is_read() -> None:
    """Values parted by "|", the poster as a URL; unknown columns are passed over."""
    film = one(
        "movie_id,title,original_title,italian_title,year,genres,directors,actors,duration,"
        "poster,imdb_id,tmdb_id,alt_titles,director_source\n"
        '7,Amélie,Le Fabuleux Destin,"Il favoloso mondo, di",2001,Comedy|Sci-Fi,A. One|B Two,'
        "C|D|,122,/abc.jpg,tt0211915,194,Amelie | Emily,x\n"
    )
    assert film == CatalogueFilm(
        Movie(
            "Amélie",
            2001,
            "amelie|2001",
            ("Comedy", "Sci-Fi"),
            ("A. One", "B Two"),
            ("C", "D"),
            122,
            "https://image.tmdb.org/t/p/w342/abc.jpg",
        ),
        "Le Fabuleux Destin",
        "Il favoloso mondo, di",
        ("Amelie", "Emily"),
        "tt0211915",
        194,
    )


def test_a_title_is_enough() -> None:
    """Everything else may be absent or blank."""
    assert one("title\nMetropolis\n") == CatalogueFilm(Movie.create("Metropolis"))
    assert one("title,year,duration,imdb_id,poster\nMetropolis,,,,\n") == CatalogueFilm(
        Movie.create("Metropolis")
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_spreadsheets_dialect_is_understood(delimiter: str, end: str) -> None:
    """A byte order mark, either line ending, and the usual delimiters."""
    lines = [delimiter.join(("Title", "year")), delimiter.join(("Metropolis", "1927")), ""]
    film = one("\ufeff" + end.join(lines))
    assert film.movie == Movie.create("Metropolis", year=1927)


@pytest.mark.parametrize(
    ("label", "genre"),
    [
        ("science_fiction", "Sci-Fi"),
        ("sci_fi", "Sci-Fi"),
        ("crime_thriller", "Crime Thriller"),
        ("drama", "Drama"),
        ("Film-Noir", "Film-Noir"),
        ("IMAX", "IMAX"),
        ("film d'azione", "film d'azione"),
    ],
)
def test_labels_for_machines_become_labels_for_people(label: str, genre: str) -> None:
    """Any other label stays exactly as it is."""
    assert one(f"title,genres\nX,{label}\n").movie.genres == (genre,)


@pytest.mark.parametrize("url", ["https://a.example/p.jpg", "http://a.example/p.jpg"])
def test_a_poster_url_stays(url: str) -> None:
    """Only TMDB's paths are completed."""
    assert one(f"title,poster\nX,{url}\n").movie.poster_url == url


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",1990,,,,", "title: must not be blank"),
        ("X,MCMXC,,,,", "year: must be a whole number, not 'MCMXC'"),
        ("X,١٩٩٠,,,,", "year: must be a whole number, not '١٩٩٠'"),
        ("X,1700,,,,", "year: must be from 1870 to 2200, not 1700"),
        ("X,1990,0,,,", "duration: must be from 1 to 60000 minutes, not 0"),
        ("X,1990,1.5,,,", "duration: must be a whole number, not '1.5'"),
        ("X,1990,90,javascript:x,,", "poster: must be a URL or a path that begins with /"),
        ("X,1990,90,,0111161,", "imdb_id: must be like \"tt0111161\", not '0111161'"),
        ("X,1990,90,,," + "9" * 20, f"tmdb_id: must be a whole number, not '{'9' * 20}'"),
        ("X,1990,90,,", "row: has 5 columns where the header has 6"),
        ("X,1990,90,,,,", "row: has 7 columns where the header has 6"),
        ("X\x00,1990,,,,", "title: must not hold control characters or lone surrogates"),
        (
            "x" * 200_000 + ",1990,,,,",
            "row: cannot be read: field larger than field limit (131072)",
        ),
    ],
)
def test_a_bad_row_is_reported_and_the_others_load(row: str, reason: str) -> None:
    """With the line it starts on and one sentence; rows behind it are not lost."""
    text = f"title,year,duration,poster,imdb_id,tmdb_id\nFirst,,,,,\n\n{row}\nLast,,,,,\n"
    result = read_catalogue(text.encode())
    assert [film.movie.title for film in result.films] == ["First", "Last"]
    assert result.rejected == [RejectedRow(4, reason)]


def test_the_line_of_a_row_counts_the_lines_inside_its_cells() -> None:
    """A quoted cell may run over several lines."""
    result = read_catalogue(b'title,genres\nOne,"Drama|\nComedy"\nTwo\n')
    assert [film.movie.genres for film in result.films] == [("Drama", "Comedy")]
    assert [row.line for row in result.rejected] == [4]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", 'file: has no column "title" in its first line'),
        (b"name,year\nX,1990\n", 'file: has no column "title" in its first line'),
        (b"x" * 200_000, 'file: has no column "title" in its first line'),
        (b"title\nAm\xe9lie\n", "file: is not UTF-8 at byte 8"),
    ],
)
def test_what_is_no_catalogue_is_refused(data: bytes, reason: str) -> None:
    """As a whole, with one sentence."""
    with pytest.raises(InvalidInput) as caught:
        read_catalogue(data)
    assert str(caught.value) == reason


def test_a_film_listed_twice_is_taken_once() -> None:
    """By its IMDb id, or where there is none by all that tells films apart."""
    result = read_catalogue(
        b"title,year,imdb_id,directors\n"
        b"Emma,1996,tt0116191,A\nEmma!,1997,tt0116191,A\nEmma,1996,,B\nEmma,1996,,B\n"
    )
    assert [film.movie.title for film in result.films] == ["Emma", "Emma"]
    assert result.rejected == [
        RejectedRow(3, "title: the film is already on line 2"),
        RejectedRow(5, "title: the film is already on line 4"),
    ]


def test_namesakes_of_a_year_have_keys_that_the_order_does_not_change() -> None:
    """The lowest identifier keeps the plain key, the others carry theirs."""
    header = "title,year,imdb_id,tmdb_id,directors"
    rows = [
        "Emma,1996,tt0116191,,",
        "Emma,1996,tt0118308,,",
        "Emma,1996,,3573,",
        "Emma,1996,,,B",
    ]
    rows.append("Emma,2020,tt9214832,,")
    expected = {
        "Emma,1996,,3573,": "emma|1996",
        "Emma,1996,,,B": "emma|1996|b",
        "Emma,1996,tt0116191,,": "emma|1996|tt0116191",
        "Emma,1996,tt0118308,,": "emma|1996|tt0118308",
        "Emma,2020,tt9214832,,": "emma|2020",
    }
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        films = read_catalogue("\n".join([header, *rows]).encode()).films
        assert {r: f.movie.film_key for r, f in zip(rows, films, strict=True)} == expected


def test_the_sample_in_the_package_loads_whole() -> None:
    """Every row is a film, with genres that agree with the big catalogue's."""
    sample = files("cinestats").joinpath("adapters/data/catalog_sample.csv").read_bytes()
    films, rejected = read_catalogue(sample)
    assert rejected == []
    assert len({film.movie.film_key for film in films}) == len(films) == 87
    genres = {genre for film in films for genre in film.movie.genres}
    assert {"Sci-Fi", "Crime Thriller", "Adventure"} <= genres
    assert not any("_" in genre or genre.islower() for genre in genres)
