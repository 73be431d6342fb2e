"""A diary entry as JSON: by field name, the same in every store, event, export and answer.

What nobody said is not written: an entry from before a field was there reads as one without.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, cast

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from cinestats.application.catalogue.ports import CatalogueFilm
from cinestats.application.diary.shown import ShownEntry
from cinestats.domain.entry import MAX_REVIEW_LENGTH, MAX_TAGS, Entry, Source
from cinestats.domain.errors import InvalidInput
from cinestats.domain.movie import (
    MAX_NAME_LENGTH,
    MAX_TITLE_LENGTH,
    NO_IDS,
    FilmIds,
    Movie,
    checked_ids,
)
from cinestats.domain.rating import parse_rating
from cinestats.domain.texts import clean_text

from . import strict_json
from .film_json import details_document, film_document, ids_document, listed_document, read_ids
from .strict_json import Fields

Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2025-01-20"])]
Stars = Annotated[float, Field(ge=0.5, le=5, multiple_of=0.5, examples=[4.5])]
_CLOSED = ConfigDict(extra="forbid")


class PlayDocument(TypedDict):
    """A play of a film; ``rating`` in stars, ``duration`` in minutes."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]  # pydantic's own

    entry_id: Annotated[str, Field(examples=["019483f0-0000-7000-8000-000000000000"])]
    name: Annotated[str, Field(examples=["Inception"])]
    year: Annotated[int | None, Field(examples=[2010])]
    rating: Stars | None
    watched_date: Day | None
    added_on: Day
    genres: Annotated[tuple[str, ...], Field(examples=[["Sci-Fi", "Action"]])]
    director: Annotated[tuple[str, ...], Field(examples=[["Christopher Nolan"]])]
    actors: Annotated[tuple[str, ...], Field(examples=[["Leonardo DiCaprio"]])]
    duration: Annotated[int | None, Field(ge=0, examples=[148])]
    poster_url: Annotated[str | None, Field(examples=["https://films.example/inception.jpg"])]


class IdsDocument(TypedDict):
    """What others know a film by; null where it is unknown."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    imdb: Annotated[str | None, Field(examples=["tt1375666"])]
    tmdb: Annotated[int | None, Field(examples=[27205])]
    wikidata: Annotated[str | None, Field(examples=["Q25188"])]
    letterboxd: Annotated[str | None, Field(examples=["https://boxd.it/1skk"])]


class FilmNameDocument(TypedDict):
    """What a catalogue calls the film."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    title: Annotated[str, Field(examples=["Inception"])]
    year: Annotated[int | None, Field(examples=[2010])]


class VotesDocument(TypedDict):
    """What the members of a source think of a film; the average is out of 10."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    source: Annotated[str, Field(examples=["tmdb"])]
    average: Annotated[float, Field(ge=0, le=10, examples=[8.4])]
    votes: Annotated[int, Field(ge=1, examples=[37012])]


class DetailsDocument(TypedDict):
    """What is known of a film beside its credits; null or empty where nothing is."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    original_title: Annotated[str | None, Field(examples=["La vita è bella"])]
    countries: Annotated[tuple[str, ...], Field(examples=[["Italy"]])]
    languages: Annotated[tuple[str, ...], Field(examples=[["Italian"]])]
    writers: Annotated[tuple[str, ...], Field(examples=[["Vincenzo Cerami"]])]
    composers: Annotated[tuple[str, ...], Field(examples=[["Nicola Piovani"]])]
    cinematographers: Annotated[tuple[str, ...], Field(examples=[["Tonino Delli Colli"]])]
    studios: Annotated[tuple[str, ...], Field(examples=[["Melampo Cinematografica"]])]
    collection: Annotated[str | None, Field(examples=["Three Colours"])]
    votes: VotesDocument | None


class SourceDocument(TypedDict):
    """Where the play was told: the service, what it calls this play, and the film there."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    service: Annotated[str, Field(examples=["letterboxd"])]
    reference: Annotated[str | None, Field(examples=["https://boxd.it/2bC3d"])]
    title: Annotated[str | None, Field(examples=["Inception"])]
    year: Annotated[int | None, Field(examples=[2010])]


class CandidateDocument(TypedDict):
    """A film that a play may be of. ``ref`` is what the catalogue calls it."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    name: Annotated[str, Field(examples=["Inception"])]
    year: Annotated[int | None, Field(examples=[2010])]
    directors: Annotated[tuple[str, ...], Field(examples=[["Christopher Nolan"]])]
    duration: Annotated[int | None, Field(examples=[148])]
    ids: IdsDocument
    ref: Annotated[str, Field(examples=["tt1375666"])]


class EntryDocument(PlayDocument):
    """An entry of a diary, with all that was said of it.

    ``rewatch_from`` is "source" where somebody said whether it is a rewatch, "order" where it
    follows from the plays of the film. ``suggestion`` has the films that it may be of, where
    no catalogue is sure; ``film`` is what the catalogue that is sure calls it.
    """

    rewatch: Annotated[bool, Field(examples=[False])]
    rewatch_from: Annotated[Literal["source", "order"], Field(examples=["order"])]
    tags: Annotated[tuple[str, ...], Field(examples=[["cinema"]])]
    liked: Annotated[bool | None, Field(examples=[True])]
    review: Annotated[str | None, Field(examples=["A film to see twice."])]
    place: Annotated[str | None, Field(examples=["Odeon"])]
    company: Annotated[str | None, Field(examples=["Bert"])]
    ids: IdsDocument
    source: SourceDocument | None
    suggestion: tuple[CandidateDocument, ...] | None
    film: FilmNameDocument | None
    details: DetailsDocument


# ── What was checked before ──────────────────────────────────────────────────────────────


def said_document(entry: Entry) -> dict[str, Any]:
    """What was said of a play beside film, rating and day: only what anybody did say."""
    document: dict[str, Any] = {}
    if entry.rewatch is not None:
        document["rewatch"] = entry.rewatch
    if entry.liked is not None:
        document["liked"] = entry.liked
    if entry.tags:
        document["tags"] = entry.tags
    if entry.review is not None:
        document["review"] = entry.review
    if entry.place is not None:
        document["place"] = entry.place
    if entry.company is not None:
        document["company"] = entry.company
    if entry.sources:
        document["sources"] = [_source_document(each) for each in entry.sources]
    if entry.rating_of != "play":
        document["rating_of"] = entry.rating_of
    if entry.film_chosen:
        document["film_chosen"] = True
    if entry.merged:
        document["merged"] = [_source_document(each) for each in entry.merged]
    if entry.apart:
        document["apart"] = True
    return document


def _source_document(source: Source) -> dict[str, Any]:
    document: dict[str, Any] = {"service": source.service}
    if source.reference is not None:
        document["reference"] = source.reference
    if source.title is not None:
        document["title"] = source.title
    if source.year is not None:
        document["year"] = source.year
    if source.ids is not NO_IDS:
        document["ids"] = {k: v for k, v in ids_document(source.ids).items() if v is not None}
    if source.said:
        document["said"] = {_NAMES.get(k, k): _plain(k, v) for k, v in source.said}
    return document


_NAMES = {"watched_on": "watched_date"}
_FIELDS: Mapping[str, str] = {name: field for field, name in _NAMES.items()}


def _plain(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field == "watched_on":
        return value.isoformat()
    return value / 2 if field in ("rating", "film_rating") else value


def play_document(entry: Entry) -> dict[str, Any]:
    """What the entry says beside its film; the rating in stars."""
    rating, watched_on = entry.rating, entry.watched_on
    return {
        "entry_id": entry.entry_id,
        "rating": None if rating is None else rating / 2,
        "watched_date": None if watched_on is None else watched_on.isoformat(),
        "added_on": entry.added_on.isoformat(),
        **said_document(entry),
    }


def entry_of(movie: Movie, document: Mapping[str, Any]) -> Entry:
    """The entry of the film that ``play_document`` wrote."""
    watched, rating, get = document["watched_date"], document["rating"], document.get
    tags, sources, merged = get("tags"), get("sources"), get("merged")
    return Entry(
        document["entry_id"],
        movie,
        None if rating is None else int(rating * 2),
        None if watched is None else date.fromisoformat(watched),
        date.fromisoformat(document["added_on"]),
        get("rewatch"),
        get("liked"),
        tuple(tags) if tags else (),
        get("review"),
        get("place"),
        get("company"),
        tuple([_source_of(each) for each in sources]) if sources else (),
        get("rating_of", "play"),
        get("film_chosen", False),
        tuple([_source_of(each) for each in merged]) if merged else (),
        get("apart", False),
    )


def _source_of(document: Mapping[str, Any]) -> Source:
    get, said, ids = document.get, document.get("said"), document.get("ids")
    names: Mapping[str, Any] = said or {}
    values = [(_FIELDS.get(name, name), value) for name, value in names.items()]
    return Source(
        document["service"],
        get("reference"),
        get("title"),
        get("year"),
        tuple([(field, _valued(field, value)) for field, value in values]),
        FilmIds(**ids) if ids else NO_IDS,
    )


def _valued(field: str, value: Any) -> Any:
    if value is None:
        return None
    if field == "watched_on":
        return date.fromisoformat(value)
    if field in ("rating", "film_rating"):
        return int(value * 2)
    return tuple(value) if field == "tags" else value


def figure_document(entry: Entry) -> dict[str, Any]:
    """A play behind a figure, as ``PlayDocument`` describes it."""
    film = film_document(entry.movie)
    rating, watched_on = entry.rating, entry.watched_on
    return {
        "entry_id": entry.entry_id,
        "name": film["name"],
        "year": film["year"],
        "rating": None if rating is None else rating / 2,
        "watched_date": None if watched_on is None else watched_on.isoformat(),
        "added_on": entry.added_on.isoformat(),
        "genres": film["genres"],
        "director": film["director"],
        "actors": film["actors"],
        "duration": film["duration"],
        "poster_url": film["poster_url"],
    }


def entry_document(shown: ShownEntry) -> dict[str, Any]:
    """A diary entry, as ``EntryDocument`` describes it."""
    entry, movie = shown.entry, shown.entry.movie
    return {
        **figure_document(entry),
        "rewatch": shown.rewatch,
        "rewatch_from": shown.rewatch_from,
        "tags": entry.tags,
        "liked": entry.liked,
        "review": entry.review,
        "place": entry.place,
        "company": entry.company,
        "ids": ids_document(movie.ids),
        "source": _first_source(entry),
        "suggestion": tuple(map(candidate_document, shown.candidates)) or None,
        "film": None if movie.listed is None else listed_document(movie.listed),
        "details": details_document(movie.details),
    }


def _first_source(entry: Entry) -> dict[str, Any] | None:
    if not entry.sources:
        return None
    # One that has a word for this very play says most.
    source = next((each for each in entry.sources if each.reference), entry.sources[0])
    fields = ("service", "reference", "title", "year")
    return {name: getattr(source, name) for name in fields}


def candidate_document(film: CatalogueFilm) -> dict[str, Any]:
    """A film that an entry may be of, as ``CandidateDocument`` describes it."""
    movie = film.movie
    return {
        "name": movie.title,
        "year": movie.year,
        "directors": movie.directors,
        "duration": movie.duration,
        "ids": ids_document(movie.ids),
        "ref": film.ref,
    }


# ── From outside ─────────────────────────────────────────────────────────────────────────


def read_said(document: Fields) -> dict[str, Any]:
    """What is said of a play beside film, rating and day, by field of the entry.

    Fully checked; raises InvalidInput with the name of the field. What is absent or null is
    left out.
    """
    said = {
        field: read(document, field)
        for field, read in _READERS.items()
        if document.get(field) is not None
    }
    return {field: value for field, value in said.items() if value not in (None, ())}


def _text(limit: int) -> Callable[[Fields, str], str | None]:
    def read(document: Fields, field: str) -> str | None:
        text = strict_json.text(document, field)
        return clean_text(text, field, limit) if text.strip() else None

    return read


def _prose(document: Fields, field: str) -> str | None:
    """A text of several lines."""
    text = strict_json.text(document, field)
    return clean_prose(text, field) if text.strip() else None


def clean_prose(text: str, field: str) -> str:
    """A text whose lines are each clean; raises InvalidInput as ``clean_text`` does."""
    if len(text) > MAX_REVIEW_LENGTH:
        raise InvalidInput(
            field, f"is {len(text):,} characters long, more than {MAX_REVIEW_LENGTH:,}"
        )
    lines = text.replace("\r\n", "\n").replace("\t", " ").strip().split("\n")
    return "\n".join(
        clean_text(line, field, MAX_REVIEW_LENGTH) if line.strip() else "" for line in lines
    )


def _tags(document: Fields, field: str) -> tuple[str, ...]:
    return clean_tags(strict_json.texts(document, field), field)


def clean_tags(texts: Iterable[str], field: str) -> tuple[str, ...]:
    """Distinct tags, each clean; raises InvalidInput as ``clean_text`` does."""
    tags = [clean_text(text, field, MAX_NAME_LENGTH) for text in texts]
    if len(tags) > MAX_TAGS:
        raise InvalidInput(field, f"holds {len(tags):,} tags, more than {MAX_TAGS}")
    return tuple(dict.fromkeys(tags))


def _sources(document: Fields, field: str) -> tuple[Source, ...]:
    value = document[field]
    if not isinstance(value, list):
        raise InvalidInput(field, "must be a list of objects")
    items = cast(list[object], value)
    return tuple(_read_source(strict_json.as_object(each, field)) for each in items)


def _read_source(document: Fields) -> Source:
    said: Fields = {}
    if document.get("said") is not None:
        said = strict_json.as_object(document["said"], "said")
    values: dict[str, Any] = {}
    for name in said:
        field = _FIELDS.get(name, name)
        if field in ("rating", "film_rating"):
            values[field] = parse_rating(said[name])
        elif field == "watched_on":
            day = strict_json.optional_text(said, name)
            values[field] = _day(day, name) if day else None
        elif field in _READERS and field not in OF_THE_ENTRY:
            values[field] = () if field == "tags" else None
            values |= read_said({field: said[name]})
        else:
            raise InvalidInput("said", f"may not hold {name[:40]!r}")
    return Source(
        clean_text(strict_json.text(document, "service"), "service", MAX_NAME_LENGTH),
        strict_json.optional_text(document, "reference") or None,
        _text(MAX_TITLE_LENGTH)(document, "title") if document.get("title") else None,
        strict_json.whole(document, "year"),
        tuple(values.items()),
        checked_ids(read_ids(document)),
    )


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            field, f"must be a day such as 2025-01-20, not {text[:40]!r}"
        ) from error


def _rating_of(document: Fields, field: str) -> str:
    value = document[field]
    if value not in ("play", "film"):
        raise InvalidInput(field, "must be play or film")
    return cast(str, value)


_READERS: Mapping[str, Callable[[Fields, str], Any]] = {
    "rewatch": strict_json.flag,
    "liked": strict_json.flag,
    "tags": _tags,
    "review": _prose,
    "place": _text(MAX_NAME_LENGTH),
    "company": _text(MAX_NAME_LENGTH),
    "sources": _sources,
    "rating_of": _rating_of,
    "film_chosen": strict_json.flag,
    "merged": _sources,
    "apart": strict_json.flag,
}
OF_THE_ENTRY = ("sources", "rating_of", "film_chosen", "merged", "apart")
"""Which of them no source says, and no entry's document shows."""

SAID_FIELDS = tuple(_READERS)
"""What an entry's document has only where somebody said it."""
