"""Reading a catalogue from CSV."""

import random
from importlib.resources import files

import pytest

from cinestats.adapters.catalogue_csv import RowNote, read_catalogue
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.imports.rows import RejectedRow
from cinestats.domain.details import FilmDetails
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import FilmIds, Movie


def one(text: str) -> CatalogueFilm:
    result = read_catalogue(text.encode())
    assert result.rejected == []
    (film,) = result.films
    return film


def test_every_column_is_read() -> None:
    """Values parted by "|", the poster as a URL; unknown columns are passed over."""
    film = one(
        "movie_id,title,original_title,italian_title,year,genres,directors,actors,duration,"
        "poster,imdb_id,tmdb_id,alt_titles,director_source,wikidata_id,letterboxd_uri,"
        "release_years\n"
        '7,Amélie,Le Fabuleux Destin,"Il favoloso mondo, di",2001,Comedy|Sci-Fi,A. One|B Two,'
        "C|D|,122,/abc.jpg,tt0211915,194,Amelie | Emily,x,Q484048,https://boxd.it/1Y,"
        "2001|2002\n"
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
            FilmIds("tt0211915", 194, "Q484048", "https://boxd.it/1Y"),
            details=FilmDetails("Le Fabuleux Destin"),
        ),
        "Il favoloso mondo, di",
        ("Amelie", "Emily"),
        (2001, 2002),
    )


def test_the_column_of_wikidatas_ids_has_two_names() -> None:
    """Files that exist call it wikidata."""
    assert one("title,wikidata\nX,Q42\n").movie.ids == FilmIds(wikidata="Q42")


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [
        ("95", 95),
        ("95.0", 95),
        ("95 min", 95),
        ("95m", 95),
        ("95 minuti", 95),
        ("1h 35m", 95),
        ("1 h 35 min", 95),
        ("1h35", 95),
        ("2h", 120),
        ("PT1H35M", 95),
        ("1:35", 95),
        ("01:35:00", 95),
    ],
)
def test_a_length_may_be_written_in_hours(duration: str, minutes: int) -> None:
    """As spreadsheets and web sites do."""
    assert one(f"title,duration\nX,{duration}\n").movie.duration == minutes


@pytest.mark.parametrize("year", ["1995", "1995.0", "1995-12-15"])
def test_a_year_may_be_a_day_or_have_a_decimal_point(year: str) -> None:
    """As some tools write it."""
    assert one(f"title,year\nX,{year}\n").movie.year == 1995


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


def test_a_poster_url_stays() -> None:
    """Only TMDB's paths are completed."""
    url = "https://a.example/p.jpg"
    assert one(f"title,poster\nX,{url}\n").movie.poster_url == url


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",1990,,,,", "title: must not be blank"),
        ("X,1990,90,,", "row: has 5 columns where the header has 6"),
        ("X,1990,90,,,,", "row: has 7 columns where the header has 6"),
        ("X\x00,1990,,,,", "title: must not hold control characters or lone surrogates"),
        (
            "x" * 200_000 + ",1990,,,,",
            "row: cannot be read: field larger than field limit (131072)",
        ),
    ],
)
def test_a_row_without_a_title_is_rejected_and_the_others_load(row: str, reason: str) -> None:
    """With the line it starts on and one sentence; rows behind it are not lost."""
    text = f"title,year,duration,poster,imdb_id,tmdb_id\nFirst,,,,,\n\n{row}\nLast,,,,,\n"
    result = read_catalogue(text.encode())
    assert [film.movie.title for film in result.films] == ["First", "Last"]
    assert result.rejected == [RejectedRow(4, reason)]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("year", "MCMXC", "must be a whole number, not 'MCMXC'"),
        ("year", "١٩٩٠", "must be a whole number, not '١٩٩٠'"),
        ("year", "1700", "must be from 1870 to 2200, not 1700"),
        ("release_years", "1700", "must be from 1870 to 2200, not 1700"),
        ("duration", "0", "must be from 1 to 60000 minutes, not 0"),
        ("duration", "1.5", "must be a whole number, not '1.5'"),
        ("poster", "javascript:x", "must begin with https:// or with /"),
        ("poster", "http://a.example/p.jpg", "must begin with https:// or with /"),
        ("imdb_id", "0111161", "must be like tt0113277, not '0111161'"),
        ("tmdb_id", "9" * 20, f"must be a whole number, not '{'9' * 20}'"),
        ("wikidata_id", "42", "must be like Q42198, not '42'"),
        ("directors", "A\x00", "must not hold control characters or lone surrogates"),
        ("genres", "x" * 300, "is 300 characters long, more than 200"),
        ("alt_titles", "A\x00", "must not hold control characters or lone surrogates"),
    ],
)
def test_a_cell_that_cannot_be_read_never_costs_its_row(
    column: str, cell: str, reason: str
) -> None:
    """It is left out, with a note; the other cells, and values beside it, stay."""
    text = f"title,actors,{column}\nX,A|B,{cell}\n"
    films, rejected, notes = read_catalogue(text.encode())
    assert films == [CatalogueFilm(Movie.create("X", actors=["A", "B"]))]
    assert rejected == []
    assert notes == [RowNote(2, f"{column}: {reason}; left out")]


def test_of_several_values_only_the_bad_one_is_left_out() -> None:
    """Those beside it can be read."""
    films, _, notes = read_catalogue(b"title,directors,release_years\nX,A|\x01|B,x|1990\n")
    assert films[0].movie.directors == ("A", "B")
    assert films[0].release_years == (1990,)
    assert [note.line for note in notes] == [2, 2]


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


def test_of_two_rows_of_one_id_the_later_counts() -> None:
    """With a note; a row that shares the lesser id only is a film of its own."""
    result = read_catalogue(
        b"title,year,imdb_id,tmdb_id\n"
        b"Emma,1996,tt0116191,1\nEmma!,1997,tt0116191,1\nEmma,1998,tt0116192,1\n"
    )
    assert [film.movie.year for film in result.films] == [1997, 1998]
    assert result.rejected == []
    assert result.notes == [RowNote(2, "imdb tt0116191 is again on line 3")]


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
    films, rejected, notes = read_catalogue(sample)
    assert rejected == notes == []
    assert len({film.movie.film_key for film in films}) == len(films) == 87
    genres = {genre for film in films for genre in film.movie.genres}
    assert {"Sci-Fi", "Crime Thriller", "Adventure"} <= genres
    assert not any("_" in genre or genre.islower() for genre in genres)
