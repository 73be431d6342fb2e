"""A film of Wikidata: its properties as fields."""

import re
from collections.abc import Iterator, Mapping

from cinestats.adapters import strict_json
from cinestats.adapters.strict_json import Fields
from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.domain.details import FilmDetails
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import FilmIds, Movie

from .commons import address_of
from .wikidata_json import as_list, claims, items, texts

LANGUAGES = ("en", "it", "fr", "de", "es", "pt", "ru", "ja", "zh", "ko", "mul")
"""Those of the titles that are asked for; the first one that there is names a film."""

_NAMES = {
    "directors": "P57",
    "actors": "P161",
    "genres": "P136",
    "countries": "P495",
    "languages": "P364",
    "writers": "P58",
    "composers": "P86",
    "cinematographers": "P344",
    "studios": "P272",
    "collection": "P179",
}
_MINUTES = {"Q7727": 1.0, "Q25235": 60.0, "Q11574": 1 / 60}
_GENRES = {"science fiction": "Sci-Fi"}  # as the other catalogues call it
_FILM_OF_GENRE = re.compile(r"\s+(?:film|movie)$", re.IGNORECASE)
_YEARS_APART = 2
_ENTITY = "http://www.wikidata.org/entity/"


def items_named(entity: Fields) -> set[str]:
    """The items whose names a film needs."""
    return {item for property_ in _NAMES.values() for item in items(entity, property_)}


def film_of(
    item: str, entity: Fields, names: Mapping[str, str], images: str
) -> CatalogueFilm | None:
    """The film; ``names`` has what other items are called. None without any title.

    ``images`` is where the files of Wikimedia Commons are.

    Raises InvalidInput for what is of another shape.
    """
    titles = list(dict.fromkeys(_titles(entity)))
    if not titles:
        return None
    called = {
        field: [name for each in items(entity, property_) if (name := names.get(each))]
        for field, property_ in _NAMES.items()
    }
    years = sorted(set(_years(entity)))
    original = [
        strict_json.text(strict_json.as_object(value, "P1476"), "text")
        for value in claims(entity, "P1476")
    ]
    movie = Movie.create(
        titles[0],
        year=years[0] if years else None,
        directors=called["directors"],
        actors=called["actors"],
        genres=map(_genre, called["genres"]),
        duration=_minutes(entity),
        poster_url=next(
            (at for name in texts(entity, "P3383") if (at := address_of(name, images))), None
        ),
        ids=_ids(item, entity),
        details=FilmDetails.create(
            original_title=original[0] if original else None,
            collection=next(iter(called["collection"]), None),
            countries=called["countries"],
            languages=called["languages"],
            writers=called["writers"],
            composers=called["composers"],
            cinematographers=called["cinematographers"],
            studios=called["studios"],
        ),
    )
    near = (year for year in years[1:] if year - years[0] <= _YEARS_APART)
    return CatalogueFilm(
        movie,
        alternative_titles=tuple(titles[1:]),
        release_years=tuple(near),
    )


def label_of(entity: Fields) -> str:
    """What the item is called, in the first of the languages that it is called in."""
    labels = strict_json.as_object(entity.get("labels") or {}, "labels")
    for language in LANGUAGES:
        if language in labels:
            return strict_json.text(strict_json.as_object(labels[language], "labels"), "value")
    return ""


def _titles(entity: Fields) -> Iterator[str]:
    labels = strict_json.as_object(entity.get("labels") or {}, "labels")
    aliases = strict_json.as_object(entity.get("aliases") or {}, "aliases")
    for language in LANGUAGES:
        if language in labels:
            label = strict_json.as_object(labels[language], "labels")
            yield strict_json.text(label, "value")
    for value in claims(entity, "P1476"):
        yield strict_json.text(strict_json.as_object(value, "P1476"), "text")
    for language in filter(aliases.__contains__, LANGUAGES):
        for alias in as_list(aliases[language], "aliases"):
            yield strict_json.text(strict_json.as_object(alias, "aliases"), "value")


def _years(entity: Fields) -> Iterator[int]:
    """The years of publication, such as +1995-12-15T00:00:00Z, or +1995-00-00T00:00:00Z."""
    for value in claims(entity, "P577"):
        time = strict_json.as_object(value, "P577")
        precision = strict_json.whole(time, "precision") or 0
        year = strict_json.text(time, "time")[1:5]
        if precision >= 9:  # 9 is a year; what is less is a decade
            if not year.isdigit():
                raise InvalidInput("P577", f"holds {year!r}, which is no year")
            yield int(year)


def _minutes(entity: Fields) -> int | None:
    for value in claims(entity, "P2047"):
        quantity = strict_json.as_object(value, "P2047")
        unit = strict_json.text(quantity, "unit").removeprefix(_ENTITY)
        unit = unit.rpartition("/")[2]
        if unit in _MINUTES:
            amount = strict_json.text(quantity, "amount")
            try:
                minutes = round(float(amount) * _MINUTES[unit])
            except (ValueError, OverflowError) as error:
                raise InvalidInput("P2047", f"holds {amount[:40]!r}") from error
            return minutes or None
    return None


def _ids(item: str, entity: Fields) -> FilmIds:
    imdb, tmdb, letterboxd = (
        next(iter(texts(entity, property_)), None) for property_ in ("P345", "P4947", "P6127")
    )
    return FilmIds(
        imdb if imdb and imdb.startswith("tt") else None,
        int(tmdb) if tmdb and tmdb.isascii() and tmdb.isdigit() else None,
        item,
        f"https://letterboxd.com/film/{letterboxd}/" if letterboxd else None,
    )


def _genre(name: str) -> str:
    """A genre as other catalogues call it: "crime film" is "Crime"."""
    short = _FILM_OF_GENRE.sub("", name)
    return _GENRES.get(short.lower()) or short[:1].upper() + short[1:]
