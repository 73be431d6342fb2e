"""Any film, entry and event that there may be, for Hypothesis."""

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from cinestats.domain.details import NO_DETAILS, FilmDetails, Votes
from cinestats.domain.diary import Correction
from cinestats.domain.entry import Entry, Source
from cinestats.domain.events import (
    EntryCorrected,
    Event,
    MovieAdded,
    MovieDeleted,
    RatingUpdated,
)
from cinestats.domain.movie import NO_IDS, FilmIds, FilmName, Movie

_LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
texts = (
    st.text(_LETTERS, min_size=1, max_size=60)
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(bool)
)
days = st.dates(date(1888, 1, 1), date(2100, 1, 1))
ratings = st.none() | st.integers(1, 10)
years = st.none() | st.integers(1870, 2200)
flags = st.none() | st.booleans()
tags = st.lists(texts, max_size=3, unique=True).map(tuple)
reviews = st.none() | st.lists(texts, min_size=1, max_size=3).map("\n".join)
ids = st.just(NO_IDS) | st.builds(
    FilmIds,
    st.none() | st.integers(10_000, 10**12 - 1).map("tt{}".format),
    st.none() | st.integers(1, 10**10),
    st.none() | st.integers(1, 10**12 - 1).map("Q{}".format),
    st.none() | texts,
)
said: Mapping[str, st.SearchStrategy[Any]] = {
    "watched_on": st.none() | days,
    "rating": ratings,
    "film_rating": ratings,
    "rewatch": flags,
    "liked": flags,
    "tags": tags,
    "review": reviews,
    "place": st.none() | texts,
    "company": st.none() | texts,
}
sources = st.builds(
    Source,
    texts,
    st.none() | texts,
    st.none() | texts,
    years,
    st.fixed_dictionaries({}, optional=dict(said)).map(lambda fields: tuple(fields.items())),
    ids,
)


details = st.just(NO_DETAILS) | st.builds(
    FilmDetails.create,
    original_title=st.none() | texts,
    **{
        name: st.lists(texts, max_size=2)
        for name in ("countries", "languages", "writers", "composers", "studios")
    },
    cinematographers=st.lists(texts, max_size=1),
    collection=st.none() | texts,
    votes=st.none() | st.builds(Votes, texts, st.floats(0, 10), st.integers(1, 10**10)),
)


@st.composite
def movies(draw: st.DrawFn) -> Movie:
    return Movie.create(
        draw(texts),
        year=draw(years),
        film_key=draw(st.none() | texts),
        genres=draw(st.lists(texts, max_size=3)),
        directors=draw(st.lists(texts, max_size=3)),
        actors=draw(st.lists(texts, max_size=6)),
        duration=draw(st.none() | st.integers(1, 60_000)),
        poster_url=draw(st.none() | texts),
        ids=draw(ids),
        listed=draw(st.none() | st.builds(FilmName, texts, years)),
        details=draw(details),
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    return Entry(
        draw(texts),
        draw(movies()),
        draw(ratings),
        draw(st.none() | days),
        draw(days),
        **{
            name: draw(said[name])
            for name in ("rewatch", "liked", "tags", "review", "place", "company")
        },
        sources=draw(st.lists(sources, max_size=2).map(tuple)),
        rating_of=draw(st.sampled_from(["play", "film"])),
        film_chosen=draw(st.booleans()),
        merged=draw(st.lists(sources, max_size=2).map(tuple)),
        apart=draw(st.booleans()),
    )


@st.composite
def events(draw: st.DrawFn) -> Event:
    entry = draw(entries())
    moment = datetime.fromtimestamp(draw(st.integers(86_400, 7_000_000_000)), UTC)
    common = (draw(texts), draw(texts), moment, entry)
    cause = draw(st.none() | texts)
    kind = draw(st.sampled_from(["add", "delete", "rate", "correct"]))
    if kind == "add":
        return MovieAdded(*common, cause)
    if kind == "delete":
        return MovieDeleted(*common, cause)
    if kind == "correct":
        other = draw(entries())
        fields = {name: getattr(other, name) for name in Correction.__annotations__}
        return EntryCorrected(*common, replace(entry, **fields), cause)
    of = draw(st.sampled_from(["play", "film"]))
    return RatingUpdated(*common, draw(ratings), cause, of, draw(st.none() | texts))
