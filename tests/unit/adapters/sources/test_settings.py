"""The settings of the sources: names that others rely on, and clear refusals."""

from pathlib import Path

import pytest

from cinestats.adapters.sources.registry import SOURCES, open_source
from cinestats.adapters.sources.settings import SourceSettings
from cinestats.domain.errors import CinestatsError, InvalidInput
from cinestats.entrypoints.settings import read_environment

FIXED = {
    "CINESTATS_TMDB_TOKEN": "secret",
    "CINESTATS_TMDB_URL": "http://127.0.0.1:1/3",
    "CINESTATS_TMDB_IMAGE_URL": "http://127.0.0.1:1/t/p",
    "CINESTATS_WIKIDATA_SPARQL_URL": "http://127.0.0.1:1/sparql",
    "CINESTATS_WIKIDATA_API_URL": "http://127.0.0.1:1/w/api.php",
    "CINESTATS_SOURCES": "tmdb, wikidata,imdb,nfo",
    "CINESTATS_IMDB_DIR": "/films/imdb",
    "CINESTATS_NFO_DIR": "/films",
    "CINESTATS_SOURCE_RATE": "2.5",
}


def settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> SourceSettings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return read_environment(SourceSettings)


def test_every_fixed_name_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings(monkeypatch, **FIXED)
    assert read.sources == ("tmdb", "wikidata", "imdb", "nfo")
    assert read.tmdb_token is not None
    assert read.tmdb_token.get_secret_value() == "secret"
    for name in ("tmdb_url", "tmdb_image_url", "wikidata_sparql_url", "wikidata_api_url"):
        assert getattr(read, name) == FIXED[f"CINESTATS_{name.upper()}"]
    assert (read.imdb_dir, read.nfo_dir) == (Path("/films/imdb"), Path("/films"))
    assert read.source_rate == 2.5


@pytest.mark.parametrize("nothing", ["", " ", ",", None])
def test_no_source_is_on_unless_one_is_named(
    monkeypatch: pytest.MonkeyPatch, nothing: str | None
) -> None:
    values = {} if nothing is None else {"CINESTATS_SOURCES": nothing}
    assert settings(monkeypatch, **values).sources == ()


@pytest.mark.parametrize("named", ["imdB", "wikidata,trakt", "catalogue"])
def test_an_unknown_source_is_named_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        settings(monkeypatch, CINESTATS_SOURCES=named)
    assert str(error.value) == (
        f"CINESTATS_SOURCES: found {named.split(',')[-1]!r}, expected any of wikidata, tmdb,"
        " imdb, nfo"
    )


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("CINESTATS_TMDB_URL", "http://films.example/3"),
        ("CINESTATS_TMDB_IMAGE_URL", "ftp://127.0.0.1/"),
        ("CINESTATS_WIKIDATA_SPARQL_URL", "http://10.0.0.1/sparql"),
        ("CINESTATS_WIKIDATA_API_URL", "//films.example/w/api.php"),
        ("CINESTATS_SOURCE_RATE", "0"),
        ("CINESTATS_SOURCE_RATE", "-1"),
        ("CINESTATS_SOURCE_RATE", "fast"),
        ("CINESTATS_SOURCE_RATE", "nan"),
        ("CINESTATS_SOURCE_RATE", "inf"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, bad: str
) -> None:
    with pytest.raises(InvalidInput, match=name):
        settings(monkeypatch, **{name: bad})


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("tmdb", "CINESTATS_TMDB_TOKEN"),
        ("imdb", "CINESTATS_IMDB_DIR"),
        ("nfo", "CINESTATS_NFO_DIR"),
    ],
)
def test_a_source_that_lacks_something_says_what(source: str, needed: str) -> None:
    with pytest.raises(CinestatsError, match=needed):
        open_source(source, SourceSettings(), print)


def test_every_source_goes_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings(monkeypatch, **FIXED)
    assert [open_source(name, read, print).name for name in SOURCES] == list(SOURCES)


def test_a_source_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="expected one of catalogue, wikidata, tmdb"):
        open_source("trakt", SourceSettings(), print)
