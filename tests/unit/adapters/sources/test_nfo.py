"""A folder with NFO files as a source."""

from pathlib import Path

import pytest

from cinestats.adapters.sources import nfo
from cinestats.adapters.sources.nfo import Nfo
from cinestats.application.catalogue.ports import CatalogueFilm, FilmQuery, Found, Suggested
from cinestats.application.sources.ports import Answer, FilmSource, SourceStopped
from cinestats.domain.details import FilmDetails
from cinestats.domain.movie import FilmIds

HEAT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<movie>
  <title>Heat - La sfida</title><originaltitle>Heat</originaltitle>
  <year>1995</year><premiered>1995-12-15</premiered><runtime>170</runtime>
  <uniqueid type="imdb" default="true">tt0113277</uniqueid>
  <uniqueid type="tmdb">949</uniqueid>
  <genre>Crime</genre><genre>Drama / Thriller</genre>
  <country>United States of America</country>
  <director>Michael Mann</director><credits>Michael Mann</credits><studio>Regency</studio>
  <set><name>Heat Collection</name><overview/></set>
  <actor><name>Robert De Niro</name><order>1</order></actor>
  <actor><name>Al Pacino</name><role>Hanna</role><order>0</order></actor>
  <actor><name>Somebody Else</name><type>Producer</type></actor>
</movie>
"""


class Folder(Nfo):
    def __init__(self, folder: Path) -> None:
        self.notes: list[str] = []
        super().__init__(folder, self.notes.append)


def put(folder: Path, name: str, text: str | bytes) -> Folder:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Folder(folder)


def ask(source: FilmSource, title: str = "", year: int | None = None, **ids: str) -> Answer:
    (answer,) = source.look_up([FilmQuery(title, year, FilmIds(**ids))])  # type: ignore[arg-type]
    return answer


def found(source: FilmSource, title: str = "", year: int | None = None, **ids: str) -> str:
    answer = ask(source, title, year, **ids)
    assert isinstance(answer, Found)
    return answer.film.movie.title


def test_a_film_is_told_with_all_that_its_file_knows(tmp_path: Path) -> None:
    source = put(tmp_path, "Heat (1995)/movie.nfo", HEAT)
    answer = ask(source, "Heat", 1995)
    assert isinstance(answer, Found)
    movie = answer.film.movie
    assert (movie.title, movie.year, movie.duration) == ("Heat - La sfida", 1995, 170)
    assert (movie.directors, movie.actors) == (
        ("Michael Mann",),
        ("Al Pacino", "Robert De Niro"),
    )
    assert movie.genres == ("Crime", "Drama", "Thriller")
    assert movie.ids == FilmIds("tt0113277", 949)
    assert movie.details == FilmDetails(
        "Heat",
        countries=("United States of America",),
        writers=("Michael Mann",),
        studios=("Regency",),
        collection="Heat Collection",
    )
    assert found(source, imdb="tt0113277") == "Heat - La sfida"
    assert source.requests == 0


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("https://www.imdb.com/title/tt0113277/", FilmIds("tt0113277")),
        ("\ufeffhttps://www.themoviedb.org/movie/949-heat\r\n", FilmIds(None, 949)),
        ("see https://www.imdb.com/it/title/tt0113277 there", FilmIds("tt0113277")),
        ("https://www.wikidata.org/wiki/Q42198", FilmIds(None, None, "Q42198")),
        (
            "<movie><title>Heat</title><year>1995</year></movie>\n"
            "https://www.themoviedb.org/movie/949",
            FilmIds(None, 949),
        ),
        ("<movie><title>Heat</title><id>tt0113277</id></movie>", FilmIds("tt0113277")),
        (
            "<movie><title>Heat</title><imdbid>tt0113277</imdbid><tmdbid>949</tmdbid></movie>",
            FilmIds("tt0113277", 949),
        ),
        ('<movie><title>Heat</title><uniqueid type="imdb">nm1</uniqueid></movie>', FilmIds()),
        (
            '<?xml version="1.0" encoding="ISO-8859-1"?><movie><title>Heat</title>'
            "<director>José</director></movie>".encode("latin-1"),
            FilmIds(),
        ),
    ],
)
def test_ids_are_read_in_every_form(tmp_path: Path, text: str | bytes, ids: FilmIds) -> None:
    source = put(tmp_path, "Heat (1995).nfo", text)
    answer = ask(source, **_given(ids)) if any(ids) else ask(source, "Heat")
    assert source.notes == []
    film = answer.candidates[0] if isinstance(answer, Suggested) else answer
    film = film.film if isinstance(film, Found) else film
    assert isinstance(film, CatalogueFilm)
    assert (film.movie.ids, film.movie.title) == (ids, "Heat")


def _given(ids: FilmIds) -> dict[str, str]:
    return {kind: value for kind, value in ids._asdict().items() if value is not None}


def test_a_title_and_a_year_come_from_the_name_of_the_file_or_its_folder(
    tmp_path: Path,
) -> None:
    put(tmp_path, "Heat (1995) [1080p].nfo", "https://www.imdb.com/title/tt0113277")
    source = put(tmp_path, "Ali (2001)/movie.nfo", "https://www.imdb.com/title/tt0248667")
    assert found(source, "Heat", 1995) == "Heat"
    assert found(source, "Ali", 2001) == "Ali"


@pytest.mark.parametrize("root", ["tvshow", "episodedetails", "musicvideo", "artist"])
def test_what_is_no_film_is_left_alone(tmp_path: Path, root: str) -> None:
    put(tmp_path, "tvshow.nfo", "<movie><title>Heat</title><year>1995</year></movie>")
    source = put(tmp_path, "Heat.nfo", f"<{root}><title>Heat</title></{root}>")
    assert ask(source, "Heat", 1995) is None
    assert source.notes == []


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "<movie><title>Ali",
        "nothing in here",
        "<movie><year>1995</year></movie>",
        "<movie><title>Ali</title><year>soon</year></movie>",
        "<movie><title>Ali</title><runtime>long</runtime></movie>",
        '<!DOCTYPE movie [<!ENTITY a "b">]><movie><title>&a;</title></movie>',
        '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><movie><title>&a;</title></movie>',
        "<movie><title>" + "x" * nfo.MAX_BYTES + "</title></movie>",
    ],
)
def test_a_broken_file_costs_itself_and_is_named(tmp_path: Path, broken: str) -> None:
    put(tmp_path, "broken.nfo", broken)
    source = put(tmp_path, "heat.nfo", HEAT)
    assert found(source, "Heat", 1995)
    (note,) = source.notes
    assert note.startswith("broken.nfo: ")


def test_no_more_files_are_read_than_are_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nfo, "MAX_FILES", 2)
    for number in range(3):
        source = put(tmp_path, f"{number}.nfo", HEAT)
    assert found(source, "Heat", 1995)
    assert source.notes == ["More than 2 files: the others were left out."]


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceStopped, match="is no folder"):
        ask(Folder(tmp_path / "none"), "Heat", 1995)
